#!/bin/bash
# What the scripts of properties/findings show of other platforms, Linux does as the rules say.
set -u

program=$PWD/tools/ipcspec
findings=$PWD/properties/findings
TMPDIR=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/findings.XXXXXX")
export TMPDIR
failures=0
scripts=0

for script in "$findings"/*.script; do
  scripts=$((scripts + 1))
  if ! said=$("$program" replay "$script" 2>&1 < /dev/null); then
    echo "FAIL: $(basename "$script") on this kernel:"
    echo "$said"
    failures=$((failures + 1))
  fi
done
[[ $scripts -gt 1 ]] || { echo "FAIL: no scripts in $findings"; failures=1; }
echo "$scripts scripts, $failures failures"
exit $((failures > 0))
