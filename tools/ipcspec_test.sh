#!/bin/bash
# Drives the program from outside: exit statuses, bad surroundings, sudden death.
set -u
. tools/expect.sh

program=$PWD/tools/ipcspec
work=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/cli.XXXXXX")
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
rule=pipe.eof.all-writers-closed

# Whatever is given to a shell, quoted by the caller, with $program and $rule exported.
export program rule work
in_shell() { bash -c "$1"; }

usage() {
  expect 2 'ipcspec run' "$program"
  expect 0 'ipcspec [0-9]' "$program" --version
  expect 0 'Exit status' "$program" --help
  for command in run list explain doctor bench gc completions; do
    expect 0 'Examples' "$program" $command --help
  done
  expect 2 "unknown command 'rnu'; did you mean 'run'" "$program" rnu
  expect 2 "did you mean '--format'" "$program" run --fromat json
  expect 2 "did you mean 'json'" "$program" run --format jsno
  expect 2 "did you mean '$rule'" "$program" run "${rule}d"
  expect 2 "did you mean '$rule'" "$program" list "${rule}d"
  expect 2 "did you mean '$rule'" "$program" explain "${rule}d"
  expect 2 "no rule is named 'xyzzy'" "$program" run xyzzy
  expect 2 'jobs' "$program" run -j 0
  expect 2 'seed' "$program" run --seed banana
  expect 2 'ID' "$program" explain
}

commands() {
  expect 0 '1 pass' "$program" run "$rule"
  expect 0 'seed 7' "$program" run "$rule" --seed 7
  expect 0 'ok 1 - ' "$program" run "$rule" --format tap
  expect 0 '<testcase ' "$program" run "$rule" --format junit
  expect 0 '"pass": 5' "$program" run "$rule" --format json --repeat 5
  expect 0 "^$rule" "$program" list 'pipe.eof.*'
  expect 0 'ipcspec.rules/1' "$program" list --format json
  expect 0 'close' "$program" explain "$rule"
  expect 0 'blocked calls' "$program" doctor
  expect 0 'ipcspec.doctor/1' "$program" doctor --format json
  expect 0 'remove' "$program" gc
  "$program" completions bash >"$work/bash" && bash -n "$work/bash" || fail 'bash completions'
  expect 0 'compdef' "$program" completions zsh
  expect 0 'complete -c ipcspec' "$program" completions fish
  # Into a pipe: no colour, no progress.
  "$program" run "$rule" 2>&1 | grep -q $'\033' && fail 'escape sequences in a pipe'
}

completes_in_bash() {
  local words
  words=$(
    # shellcheck disable=SC1091
    source "$work/bash"
    COMP_WORDS=(ipcspec run --format t) COMP_CWORD=3
    _ipcspec
    echo "${COMPREPLY[*]}"
    COMP_WORDS=(ipcspec explain pipe.eof.all) COMP_CWORD=2
    _ipcspec
    echo "${COMPREPLY[*]}"
    COMP_WORDS=(ipcspec do) COMP_CWORD=1
    _ipcspec
    echo "${COMPREPLY[*]}"
  )
  [ "$words" = "$(printf 'tty tap\n%s\ndoctor' "$rule")" ] || fail "bash completes: $words"
}

outputs() {
  local file=$work/out.json
  expect 0 '' "$program" run "$rule" --format json -o "$file"
  grep -q '"complete": true' "$file" || fail 'no results in the file'
  # Its processes took some time.
  grep -qE '"cpu_us": [1-9]' "$file" || fail 'no processor time in the file'
  [ -e "$file.tmp" ] && fail 'the temporary file is left'
  ln -s "$file" "$work/link"
  expect 0 '' "$program" run "$rule" --format tap -o "$work/link"
  grep -q 'ok 1' "$file" || fail 'a symbolic link is not followed'
  [ -L "$work/link" ] || fail 'a symbolic link was replaced'
  expect 0 '1 pass' "$program" run "$rule" --summary "$work/summary"
  grep -q '^{"schema":"ipcspec.summary/1".*"pass":1,' "$work/summary" || fail 'no summary'
  expect 3 'cannot write the summary: No space' "$program" run "$rule" --summary /dev/full
  expect 2 "cannot write '$work/no/such'" "$program" run "$rule" --summary "$work/no/such"
  expect 3 "'$work/no/such'.*make the directory" "$program" run "$rule" -o "$work/no/such"
  expect 3 'Is a directory' "$program" run "$rule" -o "$work"
  expect 3 'No space left.*make room' "$program" run "$rule" -o /dev/full
  expect 3 '1 pass' "$program" run "$rule" -o /dev/full
  [ -c /dev/full ] || fail '/dev/full was replaced'
  expect 3 'standard output: No space left' in_shell '"$program" run "$rule" >/dev/full'
  expect 3 '1 pass' in_shell '"$program" run "$rule" >/dev/full'
  expect 3 'No space left' in_shell '"$program" list >/dev/full'
  expect 3 'standard output: Bad file descriptor' in_shell '"$program" run "$rule" >&-'
  expect 3 '"pass": 1' in_shell '"$program" run "$rule" --format json >&-'
  expect 0 '' in_shell '"$program" run "$rule" -o "$work/closed.json" >&-'
  expect 0 '' in_shell '"$program" list | true; exit ${PIPESTATUS[0]}'
}

surroundings() {
  expect 3 '' in_shell '"$program" run "$rule" <&- >&- 2>&-'
  expect 0 '1 pass' in_shell '"$program" run "$rule" <&-'
  expect 0 '1 pass' in_shell '"$program" run "$rule" 2>&-'
  expect 0 '1 pass' in_shell 'umask 0777; "$program" run "$rule"'
  expect 0 '1 pass' in_shell 'ulimit -n 64; "$program" run "$rule" -j 100'
  expect 0 '1 pass' in_shell "trap '' PIPE HUP CHLD INT; \"\$program\" run \"\$rule\""
  expect 0 '1 pass' env -i "TMPDIR=$TMPDIR" "$program" run "$rule"
  expect 0 '1 pass' env TMPDIR=/nonexistent "$program" run "$rule"
}

# Processes of this test's background run, known by a variable that every fork inherits.
marked() { grep -lsza "^IPCSPEC_TEST_MARK=$1\$" /proc/[0-9]*/environ; }

until_true() {
  local end=$((SECONDS + 20))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
  done
}
is_running() { compgen -G "$TMPDIR/ipcspec-*/[0-9]*" >/dev/null; }
is_gone() { [ -z "$(marked "$1")" ]; }
not_empty() { [ -s "$1" ]; }

sudden_death() {
  local run
  IPCSPEC_TEST_MARK=kill.$$ "$program" run "$rule" --repeat 100000 -j 4 --format json \
    -o "$work/killed.json" &
  local pid=$!
  until_true not_empty "$work/killed.json.tmp" || fail 'no results beside the file'
  until_true is_running || fail 'the run does not begin'
  run=$(basename "$TMPDIR"/ipcspec-*)
  kill -KILL $pid
  wait $pid 2>/dev/null
  until_true is_gone kill.$$ || fail "processes survive: $(marked kill.$$)"
  grep -q '"complete": false' "$work/killed.json.tmp" || fail 'partial results are not marked'
  expect 0 'removed' "$program" gc
  [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -R "$TMPDIR")"
  compgen -G "/dev/shm/*$run*" && fail 'names are left in /dev/shm'
  expect 0 'nothing to remove' "$program" gc
}

stopped() {
  IPCSPEC_TEST_MARK=stop.$$ "$program" run "$rule" --repeat 100000 -j 4 --format json \
    -o "$work/stopped.json" &
  local pid=$! status
  until_true is_running || fail 'the run does not begin'
  kill -TERM $pid
  wait $pid
  status=$?
  [ $status = 143 ] || fail "a run stopped by SIGTERM exits with $status"
  is_gone stop.$$ || fail "processes survive: $(marked stop.$$)"
  grep -q '"stopped_by": "SIGTERM"' "$work/stopped.json" || fail 'results of a stopped run'
  [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -R "$TMPDIR")"
}

# Sends a signal to a process that runs rules for the program with that process number. Nurseries
# whose controller was killed become its children too, and stay zombies until it ends.
signal_a_rule() {
  for rule_process in $(<"/proc/$2/task/$2/children"); do
    grep -qs '^State:[[:space:]]*Z' "/proc/$rule_process/status" && continue
    kill "-$1" "$rule_process"
    return
  done
  return 1
} 2>/dev/null
stops_a_rule() {
  signal_a_rule STOP "$1" && grep -qs '^State:.*stopped' "/proc/$rule_process/status"
}

rule_process_dies() {
  IPCSPEC_TEST_MARK=lost.$$ "$program" run "$rule" --repeat 100000 -j 1 --fail-fast \
    -o "$work/lost.txt" &
  local pid=$! status rule_process=
  until_true is_running || fail 'the run does not begin'
  # The first that is hit while its rule goes on ends the run.
  until_true eval "signal_a_rule KILL $pid; ! kill -0 $pid 2>/dev/null" || fail 'it goes on'
  wait $pid
  status=$?
  [ $status = 3 ] || fail "a run whose rule process was killed exits with $status"
  grep -q 'without a report: killed by signal 9' "$work/lost.txt" || fail "$(cat "$work/lost.txt")"
  is_gone lost.$$ || fail "processes survive: $(marked lost.$$)"
  [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -R "$TMPDIR")"
}

rule_process_hangs() {
  # A process that is stopped between two rounds hangs in the next.
  IPCSPEC_TEST_MARK=hung.$$ "$program" run tcp.send.blocks --repeat 10 -j 1 --timeout 3 \
    -o "$work/hung.txt" &
  local pid=$! status rule_process=
  until_true is_running || fail 'the run does not begin'
  until_true stops_a_rule $pid || fail 'no rule process can be stopped'
  wait $pid
  status=$?
  [ $status = 3 ] || fail "a run whose rule hangs exits with $status"
  grep -q 'not finished after 3000 ms' "$work/hung.txt" || fail "$(cat "$work/hung.txt")"
  is_gone hung.$$ || fail "processes survive: $(marked hung.$$)"
}

usage
commands
completes_in_bash
outputs
surroundings
sudden_death
stopped
rule_process_dies
rule_process_hangs
rm -rf "$work"
conclude
