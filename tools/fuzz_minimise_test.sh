#!/bin/bash
# tools/fuzz_minimise on a target whose edges are the letters of its input; one with '!' is not taken.
set -euo pipefail

fuzzers=$TEST_TMPDIR/fuzzers
replays=$TEST_TMPDIR/replays
corpus=$TEST_TMPDIR/corpus
mkdir -p "$fuzzers" "$replays" "$corpus/judge"

cat > "$fuzzers/judge_fuzz" << 'END'
#!/usr/bin/env python3
import os
import sys
control = next(word.partition("=")[2] for word in sys.argv if word.startswith("-merge_control_file="))
given = sys.argv[-1]
if not any(word.startswith("-artifact_prefix=/") for word in sys.argv):
    sys.exit("what crashes it would be left in the tree")
paths = sorted((os.path.join(given, name) for name in os.listdir(given)), key=os.path.getsize)
paths = [path for path in paths if os.path.getsize(path) > 0]
if paths:
    with open(control, "w") as file:
        file.write("\n".join([str(len(paths)), "0", *paths]) + "\n")
        for number, path in enumerate(paths):
            data = open(path, "rb").read()
            edges = sorted({byte for byte in data if chr(byte).isalpha()})
            file.write(f"STARTED {number} {len(data)}\n")
            file.write(" ".join(map(str, ["FT", number, *edges])) + "\n")
            file.write(f"COV {number}\n")
END
cat > "$replays/judge_fuzz" << 'END'
#!/usr/bin/env python3
import sys
for path in sys.argv[1:]:
    if b"!" in open(path, "rb").read():
        print(f"{path}: not taken")
END
chmod +x "$fuzzers/judge_fuzz" "$replays/judge_fuzz"

# run STATUS ARGUMENT...: the output comes in `output`.
run() {
  local wanted=$1 status=0
  shift
  output=$(tools/fuzz_minimise --fuzzers "$fuzzers" --replays "$replays" --corpus "$corpus" "$@" \
    2>&1) || status=$?
  if [[ $status -ne $wanted ]]; then
    echo "tools/fuzz_minimise $*: status $status instead of $wanted: $output" >&2
    exit 1
  fi
}

expect() {
  if ! grep -qE "$1" <<< "$output"; then
    echo "nothing like '$1' in: $output" >&2
    exit 1
  fi
}

# has FILE BYTES
has() {
  if [[ $(cat "$corpus/judge/$1") != "$2" ]]; then
    echo "$1 is '$(cat "$corpus/judge/$1")' instead of '$2'" >&2
    exit 1
  fi
}

printf '11a22b\n' > "$corpus/judge/every_1"
printf 'a3b\n444\nb5a c\n66\n' > "$corpus/judge/lines"
printf 'ab\nd11 e22 dd\n' > "$corpus/judge/words"
printf '12345678901234567890abcde\n' > "$corpus/judge/nothing_new"
# What must stand together goes together or not at all.
printf 'f!!!g' > "$corpus/judge/refused"
run 2 judge
expect 'refused is not taken by its target; remove it'
has lines $'a3b\n444\nb5a c\n66'
rm "$corpus/judge/refused"

run 0 judge
expect '^judge: 5 edges by 3 inputs, 2 bytes in the middle, 10 in all; before 5, 4, .* [0-9]+ tried$'
has every_1 '11a22b'
has lines 'c'
has words 'de'
[[ ! -e $corpus/judge/nothing_new ]]

# A second time nothing is left to do.
before=$(cat "$corpus"/judge/*)
run 0 judge
[[ $(cat "$corpus"/judge/*) == "$before" ]]

rm "$corpus"/judge/*
printf '4 xyz\nz\n' > "$corpus/judge/lines"
run 0 --finest lines judge
has lines '4 xyz'
before=$(cat "$corpus"/judge/*)

run 2 jugde
expect "'jugde' is no target whose edges depend on its input alone"
run 2 kernel
expect "'kernel' is no target"
printf '#!/bin/sh\necho broken >&2\nexit 77\n' > "$fuzzers/judge_fuzz"
run 2 judge
expect 'broken'
expect 'judge_fuzz -merge=1 .*: status 77'
[[ $(cat "$corpus"/judge/*) == "$before" ]]
rm "$corpus"/judge/*
run 2 judge
expect 'no inputs; name another directory with --corpus'
