#!/bin/bash
# kernel_fuzz goes on when the directory that it works in is taken away: one run is broken, or the
# few that were about to use it, and not all that follow.
set -euo pipefail

export TMPDIR=$TEST_TMPDIR
mkdir -p "$TEST_TMPDIR/found"
fuzz/kernel_fuzz -runs=500 "$TEST_TMPDIR/found" fuzz/corpus/kernel > "$TEST_TMPDIR/log" 2>&1 &
fuzzer=$!
until compgen -G "$TMPDIR/ipcspec-??????/0" > /dev/null; do
  kill -0 "$fuzzer"
done
# The directory of the scenarios goes while it is empty, and at once the one that it is in, where it
# cannot be made anew: who missed a file of its own in a directory that lives on would accuse the
# kernel.
python3 - "$fuzzer" "$TMPDIR"/ipcspec-?????? "$TMPDIR/gone" << 'END'
import errno, os, sys
fuzzer, run, gone = sys.argv[1:]
while True:
    os.kill(int(fuzzer), 0)
    try:
        os.rmdir(run + "/0")
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            continue
        raise
    os.rename(run, gone)
    break
END
rm -rf "$TMPDIR/gone"
wait "$fuzzer" || {
  tail -c 5000 "$TEST_TMPDIR/log"
  exit 1
}
ended=$(grep -a '^kernel_fuzz:.*pass' "$TEST_TMPDIR/log")
echo "$ended"
[[ $ended =~ ([0-9]+)\ pass.*\ ([0-9]+)\ broken ]]
[[ ${BASH_REMATCH[2]} -ge 1 && ${BASH_REMATCH[2]} -le 5 && ${BASH_REMATCH[1]} -gt 100 ]]
