#!/bin/bash
# What the scripts of properties/findings show of other platforms, Linux does as the rules say.
set -u
. tools/expect.sh

program=$PWD/tools/ipcspec
findings=$PWD/properties/findings
TMPDIR=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/findings.XXXXXX")
export TMPDIR

scripts=("$findings"/*.script)
[ ${#scripts[@]} -gt 1 ] || fail "no scripts in $findings"
for script in "${scripts[@]}"; do
  expect 0 . "$program" replay "$script" </dev/null
done
conclude
