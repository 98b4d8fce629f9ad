"""ipcspec explore as a part of the night: random schedules on the live kernel, judged."""
import os
import re
import time

from nightly import kernel, process, slice as slices

PROGRAM = "ipcspec"
NAME = "explore"
GRACE_S = 60
LAST_LINES = 20


class Explorer:
    def __init__(self, program):
        self.program = program

    def prepare(self, _store):
        pass

    def size(self, _store):
        return None

    def merge(self, *_):
        return ""

    def slice(self, the_store, seconds, jobs, interrupt, observe):
        """Each slice has schedules of its own: the seed is the time."""
        result = slices.Result()
        child = process.Child(
            [self.program, "explore", "--for", f"{seconds}s", "--seed", str(time.time_ns() >> 10),
             "-j", str(jobs), "-o", the_store.artifacts(NAME)],
            environment=dict(os.environ, TMPDIR=the_store.path("work", "scratch")))
        watch = process.Watch(interrupt)
        watch.add(child)
        began = time.monotonic()
        last = []
        try:
            while child.status is None and not interrupt \
                    and time.monotonic() - began < seconds + GRACE_S:
                for _, lines in watch.wait(time.monotonic() + 1):
                    last = (last + (lines or []))[-LAST_LINES:]
                    result.executions = max([result.executions, *map(schedules_in, lines or [])])
                result.seconds = time.monotonic() - began
                observe(result)
        finally:
            watch.close()
            if child.status is None:
                child.close()
        # 0 conforms, 1 found a violation, which lies in the directory; the rest is trouble.
        if child.status not in (0, 1) and not interrupt and result.seconds < seconds:
            result.broken = f"ends with status {child.status}:\n" + "\n".join(last)
        directory = the_store.artifacts(NAME)
        result.pending = [(os.path.join(directory, name), None)
                          for name in sorted(os.listdir(directory))]
        result.crashes = len(result.pending)
        return result

    def take(self, the_triage, _store, pending, _minimize_s):
        for path, _ in pending:
            if os.path.exists(path) and kernel.is_finding(path):
                kernel.take(the_triage, NAME, path, self.program)


def schedules_in(line):
    match = re.search(r"(\d[\d,]*) schedules", line)
    return int(match[1].replace(",", "")) if match else 0
