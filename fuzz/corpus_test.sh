#!/bin/bash
# corpus_test.sh STEM: runs every checked-in input of a fuzz target once.
set -euo pipefail

stem=$1
inputs=(fuzz/corpus/"$stem"/*)
if [[ ! -e ${inputs[0]} ]]; then
  echo "fuzz/corpus/$stem is empty: a replay of nothing proves nothing" >&2
  exit 1
fi
fuzz/"$stem"_fuzz -artifact_prefix="$TEST_TMPDIR/" "${inputs[@]}" 2>&1 | tee "$TEST_TMPDIR/log"
# libFuzzer leaves them out without a word; the replay tells.
if grep ': not taken$' "$TEST_TMPDIR/log" >&2; then
  echo "the target returns -1 for them: they are of no use; remove them" >&2
  exit 1
fi
