#!/bin/bash
# tools/fuzz_speed on fuzzers that take as long as the test wants.
set -euo pipefail

fuzzers=$TEST_TMPDIR/fuzzers
corpus=$TEST_TMPDIR/corpus
mkdir -p "$fuzzers" "$corpus"/{order,judge,channel}
for bytes in 1 2 3 4 5 6 7 8 9 10 11 400 9000; do
  head -c "$bytes" /dev/zero > "$corpus/order/$bytes"
done
cp "$corpus"/order/{1,2,3} "$corpus/judge"
cp "$corpus"/order/7 "$corpus/channel"

# make_fuzzer STEM LOOPS: so many turns of a loop for each execution.
make_fuzzer() {
  cat > "$fuzzers/$1_fuzz" << END
#!/usr/bin/env python3
import sys
runs = int(sys.argv[1].removeprefix("-runs="))
with open("$TEST_TMPDIR/inputs", "w") as file:
    file.write(" ".join(sys.argv[2:]))
for _ in range(runs * (len(sys.argv) - 2) * $2):
    pass
END
  chmod +x "$fuzzers/$1_fuzz"
}

# run STATUS ARGUMENT...: the output comes in `output`.
run() {
  local wanted=$1 status=0
  shift
  output=$(tools/fuzz_speed --fuzzers "$fuzzers" --corpus "$corpus" --seconds 0.2 "$@" 2>&1) ||
    status=$?
  if [[ $status -ne $wanted ]]; then
    echo "tools/fuzz_speed $*: status $status instead of $wanted: $output" >&2
    exit 1
  fi
}

expect() {
  if ! grep -qE "$1" <<< "$output"; then
    echo "nothing like '$1' in: $output" >&2
    exit 1
  fi
}

make_fuzzer frame 1
# Well above the frame fuzzer's, or the difference is noise.
make_fuzzer order 100
make_fuzzer judge 20000
make_fuzzer channel 20000

run 0 order
expect '^order +7 +[0-9,]{6,} +50,000 '
[[ $(wc -w < "$TEST_TMPDIR/inputs") -eq 9 ]]
if grep -qE '/(1|2|400|9000)( |$)' "$TEST_TMPDIR/inputs"; then
  echo "inputs far from the median were run: $(cat "$TEST_TMPDIR/inputs")" >&2
  exit 1
fi
run 1 judge order
expect '^judge .* 50,000 .* missed$'
expect '^order .* 50,000 +[0-9,]+$'
# The channel has no goal to miss.
run 0 channel
expect '^channel +7 .* - '

# Each is built as the nightly run builds it.
built() { echo "$TEST_TMPDIR/built/$1/fuzz"; }
mkdir -p "$(built --config=fuzz)" "$(built --config=fuzz-live)" "$corpus/kernel"
cp "$corpus/order/7" "$corpus/kernel"
fuzzers=$(built --config=fuzz) make_fuzzer frame 1
fuzzers=$(built --config=fuzz-live) make_fuzzer kernel 1
printf '#!/bin/sh\n[ "$1" != info ] || echo "%s/built/$2"\n' "$TEST_TMPDIR" > "$TEST_TMPDIR/bazel"
chmod +x "$TEST_TMPDIR/bazel"
output=$(BAZEL=$TEST_TMPDIR/bazel tools/fuzz_speed --corpus "$corpus" --seconds 0.2 kernel)
expect '^kernel .* 300 +[0-9,]+$'

run 2 jugde
expect "no target is named 'jugde'; there are .*judge"
printf '#!/bin/sh\necho broken >&2\nexit 77\n' > "$fuzzers/order_fuzz"
run 2 order
expect 'broken'
expect 'order_fuzz -runs=1 .*: status 77'
rm "$corpus"/judge/*
run 2 judge
expect 'judge: no inputs'
