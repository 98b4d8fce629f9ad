#!/bin/bash
# Runs the build script of OSS-Fuzz with the environment that its builders set, and looks at what
# lies in $OUT. Minutes: it compiles half of the tree. A builder's image is not needed; clang, zip
# and the headers of fmt and nlohmann_json are.
set -euo pipefail

for tool in clang-19 clang++-19 zip unzip; do
  if ! command -v "$tool" > /dev/null; then
    echo "$tool is not installed; tools/setup installs clang, your package manager zip" >&2
    exit 1
  fi
done
checkout=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../..
scratch=${TEST_TMPDIR:-$(mktemp -d)}
mkdir -p "$scratch/src" "$scratch/out" "$scratch/work"
ln -sfn "$(realpath "$checkout")" "$scratch/src/ipcspec"
env -i PATH="$PATH" HOME="$scratch" \
  SRC="$scratch/src" OUT="$scratch/out" WORK="$scratch/work" \
  CC=clang-19 CXX=clang++-19 ARCHITECTURE=x86_64 \
  SANITIZER=address FUZZING_ENGINE=libfuzzer LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
  CFLAGS="-O1 -fsanitize=address -fsanitize=fuzzer-no-link" \
  CXXFLAGS="-O1 -fsanitize=address -fsanitize=fuzzer-no-link ${IPCSPEC_OSS_FUZZ_CXXFLAGS:-}" \
  "$scratch/src/ipcspec/fuzz/oss-fuzz/build.sh"

failed=0
refuse() {
  echo "\$OUT: $1" >&2
  failed=1
}
fuzzers=0
for source in "$checkout"/fuzz/*_fuzz.cc; do
  fuzzer=$(basename "$source" .cc)
  stem=${fuzzer%_fuzz}
  [[ $stem != kernel ]] || continue
  fuzzers=$((fuzzers + 1))
  if [[ ! -x $scratch/out/$fuzzer ]]; then
    refuse "no fuzzer $fuzzer"
    continue
  fi
  seeds=$scratch/seeds/$stem
  mkdir -p "$seeds" "$scratch/found/$stem"
  unzip -q -o "$scratch/out/${fuzzer}_seed_corpus.zip" -d "$seeds" || refuse "no inputs of $fuzzer"
  diff -rq "$checkout/fuzz/corpus/$stem" "$seeds" || refuse "the inputs of $fuzzer are not those"
  for kind in dictionary/$stem.dict options/$stem.options; do
    [[ -e $checkout/fuzz/$kind ]] || continue
    cmp "$checkout/fuzz/$kind" "$scratch/out/$fuzzer.${kind##*.}" || refuse "no $kind of $fuzzer"
  done
  # As the builders check a build: it starts, and its own inputs do not fail.
  if ! "$scratch/out/$fuzzer" -runs=100 "$scratch/found/$stem" "$seeds" > "$scratch/log" 2>&1; then
    tail -n 20 "$scratch/log" >&2
    refuse "$fuzzer fails"
  fi
done
echo "$fuzzers fuzzers built and tried"
[[ $fuzzers -gt 0 && $failed -eq 0 ]]
