#!/bin/bash -eu
# Builds the fuzz targets as the builders of OSS-Fuzz and ClusterFuzzLite want them: with the
# compilers, flags and engine that the environment names, into $OUT. Without Bazel, whose tool chain
# would be another one. kernel_fuzz stays out: it is about the kernel that it runs on.
cd "$SRC/ipcspec"

flags=(-std=c++20 -DFMT_HEADER_ONLY -I. -I"$WORK/generated")
read -r -a environment_flags <<< "$CXXFLAGS"

# What Bazel's rules generate.
mkdir -p "$WORK/generated/report" "$WORK/objects" "$OUT"
{
  printf 'R"page('
  cat report/page.html
  printf ')page"\n'
} > "$WORK/generated/report/page.inc"

compile() {
  local object=$WORK/objects/${1//\//_}.o
  "$CXX" "${environment_flags[@]}" "${flags[@]}" -c "$1" -o "$object"
}

mapfile -t sources < <(find core ops wire spec harness report platform fuzz -name '*.cc' \
  ! -name '*_test.cc' ! -name '*_main.cc' ! -name vocabulary.cc ! -name kernel_fuzz.cc | LC_ALL=C sort)
jobs_max=$(nproc)
status=0
for source in "${sources[@]}"; do
  while [[ $(jobs -rp | wc -l) -ge $jobs_max ]]; do
    wait -n || status=1
  done
  compile "$source" &
done
while [[ $(jobs -p | wc -l) -gt 0 ]]; do
  wait -n || status=1
done
[[ $status -eq 0 ]]

archive=$WORK/libipcspec.a
rm -f "$archive"
find "$WORK/objects" -name '*.o' ! -name '*_fuzz.cc.o' -print0 | LC_ALL=C sort -z |
  xargs -0 ar rcs "$archive"

for target in fuzz/*_fuzz.cc; do
  fuzzer=$(basename "$target" .cc)
  stem=${fuzzer%_fuzz}
  [[ $stem != kernel ]] || continue
  "$CXX" "${environment_flags[@]}" "$WORK/objects/fuzz_$fuzzer.cc.o" "$archive" \
    $LIB_FUZZING_ENGINE -pthread -lrt -o "$OUT/$fuzzer"
  rm -f "$OUT/${fuzzer}_seed_corpus.zip"
  zip -q -j "$OUT/${fuzzer}_seed_corpus.zip" fuzz/corpus/"$stem"/*
  for kind in dictionary/$stem.dict options/$stem.options; do
    [[ ! -e fuzz/$kind ]] || cp "fuzz/$kind" "$OUT/$fuzzer.${kind##*.}"
  done
done
