#!/bin/bash
# corpus_test.sh STEM: runs every checked-in input of a fuzz target once.
set -euo pipefail

stem=$1
inputs=(fuzz/corpus/"$stem"/*)
if [[ ! -e ${inputs[0]} ]]; then
  echo "fuzz/corpus/$stem is empty: a replay of nothing proves nothing" >&2
  exit 1
fi
fuzz/"$stem"_fuzz -artifact_prefix="$TEST_TMPDIR/" "${inputs[@]}"
