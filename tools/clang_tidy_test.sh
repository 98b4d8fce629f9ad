#!/bin/bash
# Runs tools/clang_tidy in a tree of three files with a script that stands for clang-tidy-19.
set -euo pipefail

original=$PWD/tools/clang_tidy
cd "$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")"
mkdir -p fake tree/tools tree/core/inner tree/bazel-out
cp "$original" tree/tools/clang_tidy
touch tree/core/{a.cc,b.hpp,inner/c.cc} tree/bazel-out/generated.cc
cat > fake/clang-tidy-19 <<'END'
#!/bin/bash
echo "checked $2 in $(basename "$PWD")"
echo "3 warnings generated." >&2
[[ $2 != "${BAD_FILE:-}" ]] || { echo "$2:1:1: error: planted"; exit 1; }
END
chmod +x fake/clang-tidy-19
export PATH=$PWD/fake:$PATH
bad=0

expect() {  # name, status, what is printed, arguments
  local name=$1 want_status=$2 want=$3 got status=0
  shift 3
  got=$(tree/tools/clang_tidy --jobs 1 "$@" 2> err) || status=$?
  if [[ $status -eq $want_status && "$got$(cat err)" == *"$want"* ]]; then
    echo "ok: $name"
  else
    echo "FAILED: $name: status $status, expected $want_status and '$want': $got $(cat err)"
    bad=1
  fi
}

expect "every file, none from bazel-*" 0 \
  $'checked core/a.cc in tree\nchecked core/inner/c.cc in treetools/clang_tidy: 2 files, nothing found'
BAD_FILE=core/a.cc expect "a finding fails, the other files are checked too" 1 \
  $'core/a.cc:1:1: error: planted\nchecked core/inner/c.cc in tree'
expect "one file, named from elsewhere" 0 "checked core/a.cc in treetools/clang_tidy: 1 file" tree/core/a.cc
expect "a header" 2 "is no .cc file" tree/core/b.hpp
expect "a file that is not there" 2 "none.cc is no" tree/core/none.cc
expect "an unknown option" 2 "unknown option '--bogus'" --bogus
expect "a bad number" 2 "--jobs needs a number" --jobs none
exit "$bad"
