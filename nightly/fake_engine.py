#!/usr/bin/env -S python3 -I -S
"""Behaves like a libFuzzer target, for the tests: same flags, same lines, same files.

What it does is in NAME.json beside it:
    finds    texts that it writes into the corpus, one new edge and two features each
    crashes  texts on which it crashes while it fuzzes, one per process, each once ever
    bugs     words; a text that holds one crashes. Of NAME=WORD the text has to hold WORD. One that begins with FLAKY does every other time,
             one that begins with KERNEL is told as a finding about the kernel
    hang     a FIFO that it opens for writing and holds, with a child in a session of its own
    broken   what it says when it cannot start
"""
import hashlib
import json
import os
import signal
import sys

sys.path.insert(0, os.environ["NIGHTLY_FAKES"])
import fake_ipcspec  # noqa: E402

NAME = os.path.basename(sys.argv[0])
FLAGS = dict(word[1:].split("=", 1) for word in sys.argv[1:] if word.startswith("-"))
PATHS = [word for word in sys.argv[1:] if not word.startswith("-")]

with open(f"{sys.argv[0]}.json", encoding="utf-8") as behaviour_file:
    BEHAVIOUR = json.load(behaviour_file)


def once(mark):
    """True the first time."""
    try:
        os.close(os.open(f"{sys.argv[0]}.{mark}", os.O_CREAT | os.O_EXCL, 0o644))
        return True
    except FileExistsError:
        return False


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(directory, data, prefix=""):
    path = os.path.join(directory, prefix + hashlib.sha1(data).hexdigest())
    with open(path, "wb") as file:
        file.write(data)
    return path


def inputs(*directories):
    return sorted({read(os.path.join(directory, name))
                   for directory in directories for name in os.listdir(directory)})


def bug_in(data):
    for word in BEHAVIOUR.get("bugs", []):
        word, _, held = word.partition("=")
        if (held or word).encode() in data:
            if word.startswith("FLAKY") and not once("flaky"):
                os.unlink(f"{sys.argv[0]}.flaky")
                return None
            return word
    return None


def crash(data, word):
    """The report of a crash in a function named like the bug, and the artifact."""
    print(f"{word} was hit by {len(data)} bytes")
    if word.startswith("KERNEL"):
        name = f"fail-read-{hashlib.sha1(data).hexdigest()[:8]}"
        print("in " + fake_ipcspec.write_finding(
            os.environ["IPCSPEC_FINDINGS"], name, "ipcspec-script 1\n" + data.decode()))
    print(f"=={os.getpid()}== ERROR: libFuzzer: deadly signal")
    print("    #0 0x55c9cf5e78f1 in __sanitizer_print_stack_trace ??:?")
    print(f"    #1 0x55c9cf61edb6 in ipcspec::{word.lower()}(char const*, int) {NAME}.cc:{len(data)}")
    print(f"    #2 0x55c9cf61f06a in LLVMFuzzerTestOneInput {NAME}.cc:11")
    prefix = FLAGS.get("artifact_prefix", "./")
    path = write(os.path.dirname(prefix), data, "crash-")
    print(f"artifact_prefix='{prefix}'; Test unit written to {path}", flush=True)
    sys.exit(77)


def check(data):
    word = bug_in(data)
    if word is not None:
        crash(data, word)


def hang():
    """Says that it is there by opening the FIFO; its end is seen when nobody holds it."""
    os.open(BEHAVIOUR["hang"], os.O_WRONLY)
    if os.fork() == 0:
        os.setsid()
    while True:
        signal.pause()


def stats(executions, event, count):
    print(f"#{executions}\t{event} cov: {100 + count} ft: {200 + 2 * count} corp: {count}/9b "
          "exec/s: 0 rss: 32Mb", flush=True)


def fuzz():
    corpus, seeds = PATHS
    for data in inputs(corpus, seeds):
        check(data)
    # While it reads the corpus it does not know yet what that reaches.
    stats(1, "pulse ", -50)
    stats(len(inputs(corpus, seeds)) + 1, "INITED", len(inputs(corpus, seeds)))
    for text in BEHAVIOUR.get("finds", []):
        write(corpus, text.encode())
        stats(500, "NEW   ", len(inputs(corpus, seeds)))
    for number, text in enumerate(BEHAVIOUR.get("crashes", [])):
        if once(f"crash{number}"):
            check(text.encode())
    if "hang" in BEHAVIOUR and once("hang"):
        for text in BEHAVIOUR.get("unseen", []):
            write(os.path.dirname(FLAGS["artifact_prefix"]), text.encode(), "crash-")
        hang()
    print("Done 1000 runs in 1 second(s)\nstat::number_of_executed_units: 1000", flush=True)


def merge():
    into, *sources = PATHS
    crashed = False
    for data in inputs(*sources):
        if bug_in(data):
            print("MERGE-INNER: 'x' caused a failure at the previous merge step")
            write(os.path.dirname(FLAGS["artifact_prefix"]), data, "crash-")
            crashed = True
        elif b"redundant" not in data:
            write(into, data)
    print(f"MERGE-OUTER: done{', with crashes' if crashed else ''}", flush=True)


def minimize():
    data = read(PATHS[0])
    with open(FLAGS["exact_artifact_path"], "wb") as file:
        file.write(data.rstrip(b"."))


def main():
    if "broken" in BEHAVIOUR:
        print(BEHAVIOUR["broken"], flush=True)
        sys.exit(1)
    if "merge" in FLAGS:
        merge()
    elif "minimize_crash" in FLAGS:
        minimize()
    elif len(PATHS) == 1:
        print(f"Running: {PATHS[0]}")
        check(read(PATHS[0]))
        print(f"Executed {PATHS[0]} in 0 ms")
    else:
        fuzz()


main()
