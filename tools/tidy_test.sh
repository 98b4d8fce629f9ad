#!/bin/bash
# Plants one offence at a time in a small clean tree.
set -euo pipefail

tidy=$PWD/tools/tidy
tree=$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")
cd "$tree"
bad=0

clean() {
  rm -rf "${tree:?}"/*
  mkdir -p core ops wire spec harness conformance report fuzz/corpus
  cat > wire/frame.cc <<'END'
#include "wire/frame.hpp"

#include <vector>

#include "core/units.hpp"

// A word in a comment, such as sleep(3), is no call.
const char* text = "nanosleep(2) and \" sleep(1)";
/* usleep(1)
   sleep(1) */
void short_one() { wake(); }
END
  echo 'void settle() { nanosleep(&bound, nullptr); }' > harness/settle.cc
}

# name, expected line of the report; the tree holds the offence
expect() {
  local name=$1 want=$2 got status=0
  got=$("$tidy" "$tree" 2> /dev/null) || status=$?
  if [[ $got == *"$want"* && $status -eq 1 ]]; then
    echo "ok: $name"
  else
    echo "FAILED: $name: expected '$want' and status 1, got status $status and '$got'"
    bad=1
  fi
  clean
}

expect_clean() {
  local got
  if got=$("$tidy" "$tree" 2>&1); then
    echo "ok: $1"
  else
    echo "FAILED: $1: $got"
    bad=1
  fi
  clean
}

clean
expect_clean "a clean tree"

for call in 'sleep(1)' 'usleep (1)' '::nanosleep(&t, nullptr)' 'std::this_thread::sleep_for(1ms)' \
  'std::this_thread::sleep_until(t)'; do
  printf 'void f() { %s; }\n' "$call" > harness/worker.cc
  expect "call $call" "harness/worker.cc:1: sleeps"
done
printf '// tidy-allow(sleep): the call under test\nvoid f() { sleep(1); }\n' > harness/ops.cc
expect_clean "an excused call"

for word in TODO FIXME stub Placeholder 'not implemented'; do
  printf 'a\n# %s: later\n' "$word" > core/BUILD
  expect "word $word" "core/BUILD:2: marks unfinished work"
done
echo 'mkstemp("XXXXXX"); std::placeholders::_1; stubborn' > core/notes.md
expect_clean "words that only look alike"

printf '// %098d\n' 0 > core/wide.hpp
expect "101 columns" "core/wide.hpp:1: 101 columns"
printf '# %099d\n' 0 > core/wide.bzl
expect "101 columns in .bzl" "core/wide.bzl:1: 101 columns"
printf '// %096dµ\n' 0 > core/wide.hpp
expect_clean "100 columns, 101 bytes"

{ echo 'void f(int a,'; echo '       int b) {'; seq -f '  g(%.0f);' 68; echo '}'; } > core/long.cc
expect "71 lines" "core/long.cc:71: function of 71 lines"
{ echo 'void f() {'; seq -f '  g(%.0f);' 68; echo '}'; } > core/long.cc
expect_clean "70 lines"

include() { echo "#include \"$2\"" > "$1"; }
include core/a.hpp ops/op.hpp
expect "core includes ops" "core/a.hpp:1: core/ must not include ops/op.hpp"
include spec/a.hpp harness/worker.hpp
expect "spec includes harness" "spec/a.hpp:1: spec/ must not include harness/worker.hpp"
include harness/a.hpp spec/rule.hpp
expect "harness includes spec" "harness/a.hpp:1: harness/ must not include spec/rule.hpp"
include report/a.cc fuzz/test.hpp
expect "report includes fuzz" "report/a.cc:1: report/ must not include fuzz/test.hpp"
include fuzz/a.cc report/lanes.hpp
expect_clean "fuzz includes report"
include conformance/a_test.cc spec/pipe.hpp
expect_clean "conformance includes spec"

for path in /work/tree /home/someone/x /tmp/name; do
  echo "see $path/file" > core/notes.md
  expect "path $path" "core/notes.md:1: names a place on one machine"
done
echo 'deb http://ftp.xy.debian.org/debian sid main' > core/notes.md
expect "an archive's address" "core/notes.md:1: names an archive"

# A stand-in: what a real clang-format wants differs from release to release.
tools=$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")
printf '#!/bin/sh\necho "$*: misplaced"\nexit 1\n' > "$tools/clang-format-19"
chmod +x "$tools/clang-format-19"
saved=$PATH PATH=$tools:$PATH
touch .clang-format
expect "layout" "--dry-run --Werror harness/settle.cc wire/frame.cc: misplaced"
PATH=$saved
rm -r "$tools" .clang-format

echo 'TODO' > fuzz/corpus/input
printf 'TODO\0' > core/binary
expect_clean "corpus and binary files"
exit "$bad"
