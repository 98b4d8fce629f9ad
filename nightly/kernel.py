"""Findings about the kernel: directories as ipcspec writes them.

    fail-read-3f2a91c0/    verdict, call, and a number made from the script
        script, trace, verdict.txt, picture.txt, picture.svg, repro.c (unless C cannot say it)

The name is the same whoever finds the same shrunk script, so it is the identity.
"""
import os
import shlex
import shutil

from nightly import process, triage

REPLAY_LIMIT_S = 60


def is_finding(path):
    return os.path.isfile(os.path.join(path, "script"))


def title_of(path, name):
    """The first line of the verdict that says something: 'FAIL read returned 3 ...'."""
    try:
        with open(os.path.join(path, "verdict.txt"), encoding="utf-8", errors="replace") as file:
            return next((line.strip() for line in file if line.strip()), name)
    except OSError:
        return name


def failures_of(program, path, interrupt):
    """How often of triage.RUNS the script fails again; None if we were stopped."""
    failures = 0
    for _ in range(triage.RUNS):
        status, _ = process.run([program, "replay", os.path.join(path, "script")], interrupt,
                                REPLAY_LIMIT_S)
        if status is None and interrupt:
            return None
        # 1 violates a rule, 3 could not be judged.
        failures += status in (1, 3)
    return failures


def take(the_triage, source, path, program):
    """Makes a finding of the directory, or counts it. It is gone afterwards, unless stopped."""
    name = os.path.basename(path)
    finding = the_triage.findings.get(f"kernel-{name}")
    if finding is not None:
        the_triage.count_again(finding)
    else:
        failures = failures_of(program, path, the_triage.interrupt)
        if failures is None:
            return
        title = title_of(path, name)
        the_store = the_triage.store
        finding = triage.new_finding(
            the_triage.night, f"kernel-{name}", source, "kernel", title,
            f"{failures}/{triage.RUNS}")
        script = the_store.path("findings", finding["id"], "script")
        finding["reproduce"] = f"ipcspec replay {shlex.quote(script)}"
        finding["input_bytes"] = os.path.getsize(os.path.join(path, "script"))
        files = {entry.name: entry.path for entry in os.scandir(path) if entry.is_file()}
        the_store.add_finding(finding, files)
        the_triage.findings[finding["id"]] = finding
        the_triage.say(f"{source}: new, reproduced {finding['reproduced']}: {title}")
    shutil.rmtree(path)
