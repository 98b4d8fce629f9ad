#!/bin/bash
# The dictionaries and inputs that are made of the vocabulary are those that are checked in, and all
# checked-in inputs together are small.
set -euo pipefail

limit_bytes=$((1 << 20))
made=$TEST_TMPDIR/made
fuzz/vocabulary "$made"
status=0
while read -r file; do
  if ! cmp -s "$made/$file" "fuzz/$file"; then
    echo "fuzz/$file is not up to date" >&2
    status=1
  fi
done < <(cd "$made" && find . -type f | sed 's,^\./,,' | sort)
while read -r file; do
  if [[ ! -e $made/$file ]]; then
    echo "fuzz/$file is not made any more; remove it" >&2
    status=1
  fi
done < <(cd fuzz && find -L dictionary corpus -name '*.dict' -o -name 'every_*' | sort)
if [[ $status -ne 0 ]]; then
  echo "bring them up to date: bazel run //fuzz:vocabulary -- \"\$PWD/fuzz\"" >&2
fi
bytes=$(find -L fuzz/corpus -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')
echo "$bytes bytes in all corpora"
if [[ $bytes -eq 0 || $bytes -ge $limit_bytes ]]; then
  echo "the corpora must be there and stay below $limit_bytes bytes; minimise them" >&2
  status=1
fi
exit "$status"
