"""The inputs that a target learned: seeded, kept, made small once a night."""
import os
import shutil

from nightly import durable, engine, process, store

CRASHED = "an input crashes the target"


def seed(target, directory):
    """A copy of the checked-in inputs, so that one that crashes can be taken out."""
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    if target.seeds is not None:
        for entry in os.scandir(target.seeds):
            if entry.is_file():
                shutil.copyfile(entry.path, os.path.join(directory, store.file_sha1(entry.path)))


def drop(sha1, *directories):
    """An input that crashes the target before it begins would keep it from fuzzing."""
    for directory in directories:
        path = os.path.join(directory, sha1)
        if os.path.exists(path):
            os.unlink(path)


def merge(target, the_store, seeds, limit_s, interrupt):
    """Keeps the fewest inputs that reach all that the kept and the checked-in ones reach.

    Returns "" or why everything stays as it was. An input that crashes is left out by libFuzzer;
    then nothing is replaced, or a build that crashes on everything would empty the corpus. The
    input is then among the artifacts.
    """
    current = the_store.corpus(target.name)
    aside = f"{current}.new"
    os.makedirs(aside)
    control = the_store.path("work", "scratch", "merge-control")
    if os.path.exists(control):
        os.unlink(control)
    status, lines = process.run(
        target.merge(the_store.artifacts(target.name), control, aside, current, seeds), interrupt, limit_s,
        environment=engine.environment(the_store.path("work")))
    why = ""
    if status is None:
        why = "stopped" if interrupt else f"not done after {limit_s:.0f} s"
    elif status != 0:
        why = f"libFuzzer ends with status {status}: {lines[-1] if lines else 'it says nothing'}"
    elif any("caused a failure at the previous merge step" in line for line in lines):
        why = CRASHED
    elif not os.listdir(aside) and os.listdir(current):
        why = "nothing would be left"
    if why:
        shutil.rmtree(aside)
    else:
        durable.replace_directory(current)
    return why
