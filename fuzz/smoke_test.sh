#!/bin/bash
# smoke_test.sh STEM RUNS: a short search from the checked-in inputs. Without libFuzzer it is
# replay_main's blind mutation, with the same command line.
set -euo pipefail

stem=$1
runs=$2
flags=(-runs="$runs" -seed=1 -timeout=60 -artifact_prefix="${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/")
if [[ -r fuzz/dictionary/$stem.dict ]]; then
  flags+=(-dict=fuzz/dictionary/"$stem".dict)
fi
# What is new goes into the first directory, which is not the checkout.
found=$TEST_TMPDIR/found
mkdir -p "$found"
status=0
fuzz/"$stem"_fuzz "${flags[@]}" "$found" fuzz/corpus/"$stem" > "$TEST_TMPDIR/log" 2>&1 || status=$?
tail -n 200 "$TEST_TMPDIR/log"
if [[ $status -ne 0 ]]; then
  exit "$status"
fi
# A search that ended early without saying so is none.
made=$(sed -n 's/^Done \([0-9]*\) runs in [0-9]* second(s)$/\1/p' "$TEST_TMPDIR/log")
if [[ -z $made || $made -lt $runs ]]; then
  echo "$stem: the search made ${made:-an unknown number} of $runs runs" >&2
  exit 1
fi
