# What the tests that drive the program from outside have in common; to be sourced.
# shellcheck shell=bash
failures=0

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}

# expect STATUS PATTERN COMMAND...: the command's status, and a line of either stream.
expect() {
  local status=$1 pattern=$2 seen output
  shift 2
  output=$("$@" 2>&1)
  seen=$?
  [ "$seen" = "$status" ] || fail "'$*' exits with $seen, not $status: $output"
  grep -qe "$pattern" <<<"$output" || fail "'$*' does not say '$pattern': $output"
}

# The last command of the test, whose exit status it gives.
conclude() {
  [ $failures = 0 ] && echo "all as expected"
  exit $((failures > 0))
}
