#!/bin/bash
# Runs rules on platforms that misbehave, and on those that this machine has: what is lost is what
# was lost, the rest is judged, and nothing is left behind.
set -u
. tools/expect.sh

program=$PWD/tools/ipcspec
# Not in the test's own directory: sockets cannot have names as long as that.
work=$(mktemp -d -t platforms.XXXXXX)
chmod 755 "$work"
export TMPDIR=$work/tmp
mkdir -m 1777 "$TMPDIR"
# Everything that is started inherits it, so what is left can be found.
export IPCSPEC_TEST_MARK=platforms.$$
rule=pipe.eof.repeats
all=$("$program" list pipe | grep -c 'test$')
# Kernels that were fetched: Bazel's tests have no HOME.
home=$(getent passwd "$(id -u)" | cut -d : -f 6)
export IPCSPEC_CACHE=${IPCSPEC_CACHE:-$home/.cache/ipcspec}

with_cache() { IPCSPEC_CACHE=$1 "${@:2}"; }
with_fault() { IPCSPEC_FAULT=$1 "${@:2}"; }

marked() {
  grep -lsza "^IPCSPEC_TEST_MARK=$IPCSPEC_TEST_MARK\$" /proc/[0-9]*/environ |
    grep -vE "/($$|$BASHPID|self)/" | xargs -r -n 1 dirname
}
# The limit is no measure of anything: a loaded machine takes its time.
until_true() {
  local end=$((SECONDS + 300))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
  done
}

# Nothing of any platform is there any more: processes, files, mounts, control groups.
nothing_is_left() {
  local after=$1 process names
  for process in $(marked); do
    names+=" $({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null)"
  done
  # Programs of this script itself end by themselves.
  names=$(grep -o '[^ ]*\(serve-results\|runsc\|crun\|runc\|podman\|linux\|qemu\)[^ ]*' \
    <<<"${names:-}")
  [ -z "$names" ] || fail "$after: processes are left: $names"
  [ -z "$(ls -A "$TMPDIR")" ] || fail "$after: files are left: $(find "$TMPDIR" | head)"
  grep -F "$work" /proc/mounts && fail "$after: mounts are left"
  find /sys/fs/cgroup -name "*ipcspec-$$-*" 2>/dev/null | grep . && fail "$after: control groups"
  return 0
}

# Platforms that seem to have what they need, and those that really run a rule.
listed=$("$program" platforms --quick --format json | grep -B 2 '"usable": true' |
  sed -n 's/.*"name": "\(.*\)".*/\1/p')
is_usable() {
  grep -qxF "$1" <<<"$listed" && "$program" run $rule --on "$1" >/dev/null 2>&1
}

lists() {
  expect 0 'ipcspec.platforms/1' "$program" platforms --quick --format json
  expect 0 'platforms are usable' "$program" platforms --quick
  is_usable native || fail "not even native is usable: $listed"
  # Without kernels and foreign programs, whose start takes long.
  expect 0 '"usable": true' with_cache "$work/none" "$program" platforms --format json
  expect 2 "no platform is named 'nativ'; there are native" "$program" run --on nativ
  expect 2 'IPCSPEC_FAULT' with_fault boredom "$program" run --on native
  expect 3 '/no/such/linux is missing' "$program" run --on uml:/no/such/linux
  expect 2 'the order' "$program" serve-results nonsense
  nothing_is_left lists
}

# What others make of the formats that are theirs.
parse() {
  local seen
  with_fault exit@$rule "$program" run 'pipe.eof.*' --on native --on 'cmd:{}' -j 1 \
    --format tap -o "$work/mixed.tap" 2>/dev/null
  if command -v prove >/dev/null; then
    # Perl 5.36 knows no version after 13, in which subtests are comments.
    sed -i '1s/14/13/' "$work/two.tap" "$work/mixed.tap"
    expect 0 'Result: PASS' prove --exec cat "$work/two.tap"
    seen=$(prove --exec cat "$work/mixed.tap" 2>&1)
    grep -q 'Failed 2/2 subtests' <<<"$seen" || fail "prove makes of two that failed: $seen"
    grep -q 'Parse errors' <<<"$seen" && fail "prove cannot read: $seen"
  fi
  if command -v xmllint >/dev/null; then
    expect 0 '^true$' xmllint --xpath \
      'sum(//testsuite/@tests) = count(//testcase) and /testsuites/@tests = 2' "$work/two.junit"
  fi
  return 0
}

formats() {
  local format
  expect 0 "^native .* $all " "$program" run pipe --on native --on 'cmd:exec {}'
  for format in json junit tap ktap html; do
    "$program" run "$rule" --on native --on 'cmd:exec {}' --format $format >"$work/two.$format" ||
      fail "$format of two platforms"
  done
  grep -q 'ipcspec.matrix/1' "$work/two.json" || fail 'JSON of two platforms'
  grep -q '^    ok 1 - ' "$work/two.tap" || fail 'subtests in TAP'
  grep -q '^  ok 1 ' "$work/two.ktap" || fail 'subtests in KTAP'
  grep -q 'testsuite name="native.pipe"' "$work/two.junit" || fail 'suites in JUnit'
  parse
  [ "$(grep -c '</script>' "$work/two.html")" = 2 ] || fail 'scripts in HTML'
  expect 0 'nothing changed' "$program" diff "$work/two.json" "$work/two.json"
  expect 0 'TAP version 14' "$program" show "$work/two.json" --format tap
  expect 2 'is not JSON' "$program" show "$work/two.tap"
}

compares() {
  "$program" run pipe --on native --format json >"$work/good.json" || fail 'a good run'
  with_fault exit@$rule "$program" run pipe --on native --format json -j 1 >"$work/bad.json"
  expect 1 "regression  native $rule" "$program" diff "$work/good.json" "$work/bad.json"
  expect 0 "improvement native $rule" "$program" diff "$work/bad.json" "$work/good.json"
  expect 2 "cannot read" "$program" diff "$work/good.json" "$work/none.json"
}

expects() {
  local file=$work/some.expect
  printf 'platform nat*\n%s  unknown  it is told to end there\n' $rule >"$file"
  expect 0 'expected: it is told' \
    with_fault exit@$rule "$program" run $rule --on native --on native:unprivileged --expect "$file"
  expect 0 "some.expect:2: $rule was expected to be 'unknown' but is kept" \
    "$program" run $rule --on native --expect "$file"
  expect 0 "was expected" "$program" run $rule --expect "$work"
  printf 'platform x\npipe.eof.repeat  fail  no such rule\n' >"$file"
  expect 2 "some.expect:2: no rule is named" "$program" run $rule --expect "$file"
  printf '%s fail no platform\n' $rule >"$file"
  expect 2 "some.expect:1: no platform is named yet" "$program" run $rule --expect "$file"
}

faults() {
  expect 0 "$all pass" with_fault noise@$rule "$program" run pipe --on native
  # With one job it is known which rule it was; with several they are tried one at a time.
  expect 3 "$((all - 1)) pass, 1 unknown" with_fault exit@$rule "$program" run pipe --on native -j 1
  expect 0 '1 unknown' with_fault exit@$rule "$program" run $rule --on native --no-fail
  expect 3 'died while it ran this rule; it ended by itself: exit status 9' \
    with_fault exit@$rule "$program" run pipe --on native -j 4
  expect 3 '1 unknown' with_fault hang@$rule "$program" run $rule --on native --timeout 1
  expect 0 "$all pass" "$program" run pipe --on \
    'cmd:head -c 1048576 /dev/urandom; {}; head -c 1048576 /dev/urandom'
  nothing_is_left faults
}

# What the keeper started: the program itself, or the tool that carries it.
started() {
  local process
  for process in $(marked); do
    grep -qsaE "serve-results|ipcspec-[0-9]+-[0-9]+-[0-9]+|IPCSPEC_ORDER=" "$process/cmdline" &&
      echo "${process#/proc/}"
  done
}
begins() { [ -n "$(started)" ]; }
# Puts into `victims` what the run of that process id started, however long that takes.
await_victims() {
  until victims=$(started); [ -n "$victims" ]; do
    kill -0 "$1" 2>/dev/null || return 1
  done
}

# Kills the platform in the middle of so many rounds.
killed() {
  local platform=$1 rounds=$2 pid victims
  "$program" run pipe fifo --on "$platform" -j 1 --repeat "$rounds" --format json \
    -o "$work/killed.json" 2>/dev/null &
  pid=$!
  await_victims $pid || fail "$platform does not begin"
  # shellcheck disable=SC2086 # one word each
  kill -KILL $victims 2>/dev/null
  wait $pid
  grep -q '"complete": true' "$work/killed.json" || fail "$platform, killed, is not run to the end"
  grep -q '"starts": 1,' "$work/killed.json" && fail "$platform, killed, was not started again"
  nothing_is_left "$platform killed"
}

# What carries the program, an emulator for instance, stands still for ten seconds.
stands_still() {
  local platform=$1 rounds=$2 pid victims
  "$program" run pipe --on "$platform" -j 1 --repeat "$rounds" --format json \
    -o "$work/still.json" 2>/dev/null &
  pid=$!
  await_victims $pid || fail "$platform does not begin"
  # shellcheck disable=SC2086 # one word each
  kill -STOP $victims
  read -r -t 10 <>"$work/never"
  # shellcheck disable=SC2086
  kill -CONT $victims
  wait $pid || fail "a run on $platform that stood still fails"
  grep -q '"starts": 1,' "$work/still.json" ||
    fail "a run on $platform that stood still was started again"
}

# Nobody reads the console for ten seconds, and more comes than it holds: who writes to it waits.
console_stops() {
  local noise='head -c 262144 /dev/urandom' stop='timeout 10 tail -f /dev/null'
  expect 0 "$all pass" "$program" run pipe --on \
    "cmd:{ $noise; {}; } | { head -c 200000; $stop; cat; }"
  expect 0 "$all pass" "$program" run pipe --on "cmd:{} | { head -c 5000; $stop; cat; }"
  nothing_is_left 'the console stopped'
}

# Who runs the platforms is killed: they end, too.
conductor_killed() {
  local pid victims
  "$program" run --on native --on userns -p 2 --repeat 50 >/dev/null 2>&1 &
  pid=$!
  await_victims $pid || fail 'the run does not begin'
  kill -KILL $pid
  wait $pid 2>/dev/null
  until_true eval '! begins' || fail "platforms survive: $(started)"
  until_true eval '"$program" gc >/dev/null; [ -z "$(ls -A "$TMPDIR")" ]' ||
    fail "left: $(ls "$TMPDIR")"
  nothing_is_left 'the conductor killed'
}

# The first kernel that boots here; several versions may be there, and some processors are too new
# for old ones.
bootable() {
  local kernel
  for kernel in $(grep '^qemu:debian:[0-9.]*$' <<<"$listed"; grep '^uml' <<<"$listed"); do
    if is_usable "$kernel"; then
      echo "$kernel"
      return
    fi
  done
}

panics() {
  local kernel=$1
  expect 3 'sysrq: Trigger a crash' with_fault panic@$rule "$program" run 'pipe.eof.*' --on "$kernel"
  expect 3 '5 pass, 1 unknown' \
    with_fault panic@$rule "$program" run 'pipe.eof.*' --on "$kernel"
  expect 0 '6 pass' with_fault noise@$rule "$program" run 'pipe.eof.*' --on "$kernel"
  nothing_is_left panics
}

mkfifo "$work/never"
lists
formats
compares
expects
faults
for platform in native userns bwrap crun runc podman gvisor:ptrace; do
  # Long enough to be hit in the middle: gVisor takes its time.
  rounds=5
  [ $platform = gvisor:ptrace ] && rounds=1
  if is_usable $platform; then killed $platform $rounds; else echo "skipped: $platform is not usable"; fi
done
stands_still native 5
console_stops
conductor_killed
# Minutes with a program that was not optimised, so only when asked for.
kernel=
if [ -n "${IPCSPEC_TEST_KERNELS:-}" ]; then kernel=$(bootable); fi
if [ -n "$kernel" ]; then
  panics "$kernel"
  killed "$kernel" 1
  stands_still "$kernel" 1
else
  echo 'skipped: kernels (--test_env=IPCSPEC_TEST_KERNELS=1 boots one that is here)'
fi
rm -rf "$work"
conclude
