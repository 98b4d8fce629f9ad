#!/bin/bash
# Drives the commands that judge traces and carry out scripts, from outside.
set -u
. tools/expect.sh

program=$PWD/tools/ipcspec
golden=$PWD/spec/model/golden
work=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/judge.XXXXXX")
export TMPDIR=$work/tmp
mkdir "$TMPDIR"

# Whatever is given to a shell, quoted by the caller.
export program golden work
in_shell() { bash -c "$1"; }

judges() {
  local kept=$golden/pipe.read.blocks-empty.trace broken=$golden/pipe.eof.writer-left.trace
  expect 0 '^[^ ]*blocks-empty.trace: PASS by the profile linux: ' "$program" judge "$kept"
  expect 1 "writer-left.trace:8: FAIL by the profile linux: no rule allows event 5 of 5" \
    "$program" judge "$broken"
  expect 1 '^    seen        p read fd=3 size_bytes=10: value=0$' "$program" judge "$broken"
  expect 1 '^    allowed     p stays blocked$' "$program" judge "$broken"
  expect 1 '^ *pipe.read.blocks-empty: A blocking read() on an empty pipe' "$program" judge "$broken"
  expect 1 '^    ! = 2 value=0$' env LC_ALL=C "$program" judge "$broken"
  expect 1 '^2 traces: 1 pass, 1 fail$' "$program" judge "$kept" "$broken"
  expect 1 '^-:8: FAIL' in_shell '"$program" judge - <"$golden/pipe.eof.writer-left.trace"'
  # Accused is what Linux alone says, and not what POSIX does.
  expect 1 "  unix.rights.barrier:" "$program" judge "$golden/unix.rights.barrier.crossed.trace"
  expect 1 'FAIL by the profile linux' "$program" judge "$golden/sem.getvalue.waiters.trace"
  expect 0 'PASS by the profile posix' "$program" judge --profile posix \
    "$golden/sem.getvalue.waiters.trace"
  expect 1 '"rule": "pipe.read.blocks-empty"' "$program" judge --format json "$broken"
  expect 1 '"line": 8' "$program" judge --format json "$broken"
  expect 0 '"verdict": "pass"' "$program" judge --format json "$kept"
}

refuses() {
  printf 'ipcspec-trace 1\nbirth p pid=1\ncall 1 p read fd=x size_bytes=1\n' >"$work/bad.trace"
  expect 2 "bad.trace:3:18: expected a descriptor number, found 'x'" "$program" judge \
    "$work/bad.trace"
  # In the middle of a line, and of the head.
  printf 'ipcspec-trace 1\nbirth p pid=1\ncall 1 p read fd=3' >"$work/cut.trace"
  expect 2 "cut.trace:3:19: expected" "$program" judge "$work/cut.trace"
  printf 'ipcspec' >"$work/head.trace"
  expect 2 "head.trace:1:1: expected" "$program" judge "$work/head.trace"
  : >"$work/empty.trace"
  expect 2 "empty.trace:1:1: expected" "$program" judge "$work/empty.trace"
  # Between two lines: a shorter run, in which less was seen.
  head -n 6 "$golden/pipe.eof.writer-left.trace" >"$work/shorter.trace"
  expect 0 'PASS' "$program" judge "$work/shorter.trace"
  expect 2 'cannot read.*no-such.trace: No such file' "$program" judge "$work/no-such.trace"
  expect 2 'cannot read.*: Is a directory' "$program" judge "$work"
  expect 2 "this is a trace: ipcspec judge" "$program" replay "$golden/pipe.eof.writer-left.trace"
  expect 2 "this is a script: ipcspec replay" "$program" judge "$work/eof.script"
  expect 2 "bad.trace:3:18" "$program" judge "$golden/pipe.read.blocks-empty.trace" \
    "$work/bad.trace"
  printf 'ipcspec-trace 1\nbirth p pid=1\nbirth p pid=1\n' >"$work/twice.trace"
  expect 3 'twice.trace:3: BROKEN.*' "$program" judge "$work/twice.trace"
  expect 2 'TRACE' "$program" judge
  expect 2 "'posxi' is none of posix, linux; did you mean 'posix'" "$program" judge --profile posxi x
}

replays() {
  expect 0 'PASS by the profile linux' "$program" replay "$work/eof.script"
  expect 0 'blocked (' "$program" replay "$work/eof.script"
  expect 0 '^20 runs: 20 pass$' "$program" replay "$work/eof.script" --times 20
  expect 0 'PASS by the profile posix' in_shell \
    '"$program" replay - --profile posix --trace "$work/eof.trace" <"$work/eof.script"'
  expect 0 'PASS' "$program" judge "$work/eof.trace"
  printf 'ipcspec-script 1\nprocess a\n1 a exit status=0\n2 a pause\n' >"$work/skip.script"
  expect 0 '^call 2 was not made: ' "$program" replay "$work/skip.script"
  [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -R "$TMPDIR")"
}

# A worker that answers wrongly is not at hand here, so the trace of a broken rule is written by
# hand; what makes a finding of a run is tested in properties/judged_test.cc.
reproduces() {
  local cc
  cc=$(command -v cc || command -v gcc) || return 0
  expect 0 'int main' "$program" repro "$work/eof.script"
  expect 0 '' "$program" repro "$work/eof.script" --lang c -o "$work/eof.c"
  "$cc" -o "$work/eof" "$work/eof.c" || fail 'the program does not compile'
  expect 0 'read(READ_END_OF_1.*value=0 (was blocked until call 5)' "$work/eof"
  expect 0 '' "$program" repro "$golden/pipe.eof.writer-left.trace" -o "$work/left.c"
  "$cc" -o "$work/left" "$work/left.c" || fail 'the witness does not compile'
  expect 0 'no violation: call 2 is not so this time' "$work/left"
  grep -q 'allowed: p stays blocked' "$work/left.c" || fail 'the witness does not say what was allowed'
  printf 'ipcspec-script 1\nprocess a\n1 a exec_worker\n' >"$work/exec.script"
  expect 3 "cannot be said in C: .*exec_worker" "$program" repro "$work/exec.script"
  expect 2 "bad.trace:3:18" "$program" repro "$work/bad.trace"
  expect 2 "'rust' is none of c" "$program" repro "$work/eof.script" --lang rust
}

enumerates() {
  expect 0 '^    scripts     [0-9]* up to symmetry, of [0-9]*$' "$program" enumerate --count-only
  expect 0 '^sem, 2 processes, at most 2 calls, 2 released together, initial value 1$' \
    "$program" enumerate --mechanism sem --calls 2
  expect 0 'verdicts    [0-9]* pass$' "$program" enumerate --mechanism pipe --calls 1 -j 2
  expect 2 "'pip' is none of pipe" "$program" enumerate --mechanism pip
  expect 2 'processes' "$program" enumerate --processes 9
  [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -R "$TMPDIR")"
}

# The last two calls but one are what each process does with the write end.
cat >"$work/eof.script" <<'END'
ipcspec-script 1
process a
1 a make_pipe flags=O_RDONLY
2 a fork child="b" slot=0
3 a close fd=@1.write_end
4 a read fd=@1.read_end size_bytes=4
5 b close fd=@1.write_end
END

judges
refuses
replays
reproduces
enumerates
rm -rf "$work"
conclude
