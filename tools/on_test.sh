#!/bin/bash
# tools/on leaves out what the platform is known not to keep, and nothing else.
set -u
. tools/expect.sh

on=$PWD/tools/on
cd "$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")" || exit 1
mkdir expectations
cat > expectations/one.expect <<'END'
# Comments and empty lines are for people.
platform  gvisor:*

pipe.a  fail  seen * there
platform  gvisor:kvm
pipe.b  fail  not on the platform that is used
END
printf 'platform  user*\nfifo  unknown  a\n' > expectations/two.expect
# Stands for the sandbox: runs nothing, and shows what it was to run.
printf '#!/bin/sh\necho "$*"\n' > runsc
chmod +x runsc
export IPCSPEC_RUNSC=$PWD/runsc

if [ "$(id -u)" -eq 0 ]; then
  expect 0 '^left out, a known deviation: pipe.a fail  seen \* there$' "$on" gvisor program
  expect 0 ' do -- program -s ~\[pipe.a\]$' "$on" gvisor program -s
else
  expect 0 '^skipped: runsc needs root here' "$on" gvisor program
fi
expect 2 "'nowhere' is none of" "$on" nowhere true
conclude
