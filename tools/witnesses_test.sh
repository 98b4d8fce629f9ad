#!/bin/bash
# Test and model agree on every rule, and docs/witnesses.md lists exactly those of which the model
# cannot judge the whole trace, with the call that it does not know. By POSIX alone none is refused.
set -euo pipefail

program=$PWD/tools/ipcspec
page=$PWD/docs/witnesses.md
work=$(mktemp -d "${TEST_TMPDIR:-${TMPDIR:-/tmp}}/witnesses.XXXXXX")
export TMPDIR=$work

# The exit status is checked below, with a better message.
"$program" run --format json -o "$work/results.json" > "$work/said" 2>&1 || true

# "rule verdict word": the word is "conforms", a call's name, or "handler".
awk -F'"' '
  $2 == "id" { id = $4 }
  $2 == "verdict" { verdict = $4 }
  $2 == "model" {
    word = $4
    if (match(word, /\([a-z_0-9]+: /)) word = substr(word, RSTART + 1, RLENGTH - 3)
    else if (word ~ /in a handler/) word = "handler"
    print id, verdict, word
  }' "$work/results.json" | LC_ALL=C sort > "$work/words"

failures=0
while read -r id verdict _; do
  case $verdict in
    pass | unsupported) ;;
    *) echo "FAIL: $id is $verdict here"; failures=$((failures + 1)) ;;
  esac
done < "$work/words"
[ -s "$work/words" ] || { echo "FAIL: no results: $(cat "$work/said")"; exit 1; }

# Where no process may become another user, the model is silent from the attempt on.
awk '$2 == "pass" && $3 != "conforms" && $3 != "become_user" { print $1, $3 }' "$work/words" \
  > "$work/seen"
awk '$2 == "unsupported" { print $1 }' "$work/words" > "$work/unsupported"
# What is unsupported here shows nothing.
awk -F'|' 'NF == 5 && $2 ~ /`.*\./ { gsub(/[` ]/, "", $2); gsub(/[` ]/, "", $3); print $2, $3 }' \
  "$page" | LC_ALL=C sort | grep -vwFf "$work/unsupported" > "$work/listed" || true
if ! diff "$work/listed" "$work/seen"; then
  echo "FAIL: docs/witnesses.md (<) is not what a run shows (>)"
  failures=$((failures + 1))
fi

mkdir "$work/traces"
python3 - "$work" <<'END'
import json, pathlib, sys
work = pathlib.Path(sys.argv[1])
for rule in json.loads((work / "results.json").read_text())["rules"]:
    if rule["trace"]:
        (work / "traces" / rule["id"]).write_text(rule["trace"])
END
if ! (cd "$work/traces" && "$program" judge --profile posix -- *) > "$work/by_posix" 2>&1; then
  echo "FAIL: the standard is said to refuse what Linux does:"
  grep -A 3 -E ': (FAIL|BROKEN|UNKNOWN)' "$work/by_posix" | head -n 40
  failures=$((failures + 1))
fi
exit $((failures > 0))
