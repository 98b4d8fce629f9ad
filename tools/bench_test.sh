#!/bin/bash
# Drives ipcspec bench from outside: its forms, and what is left of it after sudden death. Asserts
# no time.
set -u
. tools/expect.sh

program=$PWD/tools/ipcspec
work=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/bench.XXXXXX")
export TMPDIR=$work/tmp
mkdir "$TMPDIR"

forms() {
  local json=$work/bench.json svg=$work/bench.svg
  "$program" bench --quick --only transfer --format json -o "$json" --svg "$svg" ||
    fail "bench exits with $?"
  grep -q '"schema": "ipcspec.bench/1"' "$json" || fail 'no schema'
  for mechanism in pipe fifo tcp unix shm mq signal; do
    grep -q "\"mechanism\": \"$mechanism\"" "$json" || fail "no row of $mechanism"
  done
  grep -q '"standing": "wrong"' "$json" && fail 'a transfer was altered'
  grep -q '</svg>' "$svg" || fail 'the picture is not complete'
  if command -v xmllint >/dev/null; then
    xmllint --noout "$svg" || fail 'the picture is not well-formed'
  fi
  "$program" bench --quick --only harness >"$work/harness" || fail "bench exits with $?"
  grep -q 'bare round trip' "$work/harness" || fail 'no baseline of the harness'
  "$program" bench --quick --only framing >"$work/framing" || fail "bench exits with $?"
  grep -q 'a frame of 4 KiB decoded' "$work/framing" || fail 'no frame was measured'
  "$program" bench --quick --only program >"$work/program" || fail "bench exits with $?"
  grep -q 'start to first verdict' "$work/program" || fail 'no time of the program'
  "$program" bench --quick --seconds 2 >/dev/null 2>&1
  [ $? = 2 ] || fail '--quick and --seconds go together'
  "$program" bench --svg "$work/no/such" >/dev/null 2>"$work/error"
  [ $? = 3 ] || fail 'an unwritable picture is accepted'
  grep -q 'make the directory' "$work/error" || fail "no remedy: $(cat "$work/error")"
  "$program" bench --quick --only program -o /dev/full >"$work/full" 2>/dev/null
  [ $? = 3 ] || fail 'a full disk goes unnoticed'
  grep -q 'start to first verdict' "$work/full" || fail 'figures are lost to a full disk'
  is_tidy 'a whole benchmark'
}

# Processes of a background benchmark, known by a variable that every fork inherits.
marked() { grep -lsza "^IPCSPEC_TEST_MARK=$1\$" /proc/[0-9]*/environ; }
# shellcheck disable=SC2317 # called by until_true
is_gone() { [ -z "$(marked "$1")" ]; }
# shellcheck disable=SC2317
is_measuring() { [ "$(marked "$1" | wc -l)" -ge 3 ]; }
until_true() {
  local end=$((SECONDS + 20))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
  done
}
is_tidy() {
  [ -z "$(ls "$TMPDIR")" ] || fail "$1 leaves in TMPDIR: $(ls -R "$TMPDIR")"
}

# interrupted SIGNAL ONLY: the benchmark, stopped while processes of it are measuring.
interrupted() {
  local signal=$1 only=$2 status run='' mark=$1.$2.$$
  # A shell starts background commands with SIGINT ignored, which ipcspec respects.
  IPCSPEC_TEST_MARK=$mark env --default-signal=INT "$program" bench --seconds 600 --only "$only" \
    --format json -o "$work/stopped.json" &
  local pid=$!
  until_true is_measuring "$mark" || fail "bench --only $only does not begin"
  run=$(basename "$(echo "$TMPDIR"/ipcspec-*)")
  kill -s "$signal" $pid
  wait $pid 2>/dev/null
  status=$?
  until_true is_gone "$mark" || fail "processes survive $signal: $(marked "$mark")"
  if [ "$signal" = KILL ]; then
    "$program" gc >/dev/null
  else
    [ $status = $((128 + $(kill -l "$signal"))) ] || fail "stopped by $signal, exits with $status"
    grep -q "\"stopped_by\": \"SIG$signal\"" "$work/stopped.json" || fail 'figures are lost'
  fi
  rm -f "$work/stopped.json" "$work/stopped.json.tmp"
  is_tidy "bench --only $only, stopped by $signal,"
  compgen -G "/dev/shm/*$run*" && fail "$signal leaves names in /dev/shm"
}

forms
for only in transfer harness program; do
  for signal in INT TERM KILL; do
    interrupted $signal $only
  done
done
rm -rf "$work"
conclude
