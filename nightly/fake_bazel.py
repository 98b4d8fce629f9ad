#!/usr/bin/env python3
"""fake_bazel.py DIR COMMAND...: as much of Bazel as the night asks of it.

DIR/bin/fuzz/NAME are the fuzzers that can be built; one that is empty has an error. What is built
for searching the live kernel is in DIR/bin-live.
"""
import os
import sys

root, command, *words = sys.argv[1:]
BIN = os.path.join(root, "bin-live" if "--config=fuzz-live" in words else "bin")
FUZZERS = os.path.join(BIN, "fuzz")

if command == "query":
    print("\n".join(f"//fuzz:{name}" for name in sorted(os.listdir(FUZZERS))
                    if name.endswith("_fuzz")))
elif command == "info":
    print(BIN)
elif command == "build":
    status = 0
    for label in words:
        path = os.path.join(BIN, label.lstrip("/").replace(":", "/"))
        if label.startswith("//") and not (os.path.exists(path) and os.path.getsize(path)):
            print(f"[1 / 2] Compiling {label}\nERROR: {label}: no such member 'size'", flush=True)
            status = 1
    sys.exit(status)
