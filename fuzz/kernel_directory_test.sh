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
# Its processes may be making files there.
until rm -rf "$TMPDIR"/ipcspec-??????; do :; done
wait "$fuzzer"
ended=$(grep -a '^kernel_fuzz:.*pass' "$TEST_TMPDIR/log")
echo "$ended"
[[ $ended =~ ([0-9]+)\ pass.*\ ([0-9]+)\ broken ]]
[[ ${BASH_REMATCH[2]} -ge 1 && ${BASH_REMATCH[2]} -le 5 && ${BASH_REMATCH[1]} -gt 100 ]]
