#!/usr/bin/env -S python3 -I -S
"""Behaves like ipcspec explore and ipcspec replay, for the tests.

It knows no explore when ipcspec.old is beside it, else what it does is in ipcspec.json:
    findings  {name of the directory: script}, which explore leaves
    replay    the exit status of replay
    rules     how many rules explore reaches
"""
import json
import os
import sys

VERDICT = """\
FAIL by the profile linux: no rule allows event 11 of 11
    seen        nothing moves; c read fd=3 size_bytes=5: blocked (proven)
    allowed     c returns value=5 data="abcde"
                  pipe.read.copy-and-consume: read() takes what is there (POSIX.1-2017 read();
                  posix-shall)
                c fails with EINTR
                  signal.handler.eintr: A signal ends it (POSIX.1-2017 read(); posix-shall)

    p                                       c
"""


def write_finding(directory, name, script):
    place = os.path.join(directory, name)
    os.makedirs(place, exist_ok=True)
    for file_name, text in {"script": script, "trace": "ipcspec-trace 1\n", "repro.c": "int x;\n",
                            "verdict.txt": VERDICT}.items():
        with open(os.path.join(place, file_name), "w", encoding="utf-8") as file:
            file.write(text)
    return place


def main():
    if sys.argv[2] == "--help":
        sys.exit(2 if os.path.exists(f"{sys.argv[0]}.old") else 0)
    with open(f"{sys.argv[0]}.json", encoding="utf-8") as file:
        behaviour = json.load(file)
    if sys.argv[1] == "replay":
        sys.exit(behaviour.get("replay", 0))
    directory = sys.argv[sys.argv.index("-o") + 1]
    for name, script in behaviour.get("findings", {}).items():
        write_finding(directory, name, script)
    rules = {f"pipe.read.r{number}": 1 for number in range(behaviour.get("rules", 7))}
    print(json.dumps({"distribution": {"schedules": 123, "rules": rules}}, indent=1))
    sys.exit(1 if behaviour.get("findings") else 0)


if __name__ == "__main__":
    main()
