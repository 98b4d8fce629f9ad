"""ipcspec explore as a part of the night: random schedules on the live kernel, judged."""
import json
import os
import time

from nightly import engine, kernel, process, slice as slices

PROGRAM = "ipcspec"
NAME = "explore"
# Behind the time that it was given: schedules that had begun, and running suspects again.
GRACE_S = 60
HELP_S_MAX = 30


class Explorer:
    def __init__(self, program):
        self.program = program

    def exists(self, interrupt):
        """Whether this ipcspec has the command at all."""
        return process.run([self.program, NAME, "--help"], interrupt, HELP_S_MAX)[0] == 0

    def prepare(self, _store):
        pass

    def size(self, _store):
        return None

    def merge(self, *_):
        return ""

    def slice(self, the_store, seconds, jobs, interrupt, observe):
        """Each slice has schedules of its own: the seed is the time."""
        directory = the_store.artifacts(NAME)
        child = process.Child(
            [self.program, "explore", "--for", f"{seconds}s", "--seed", str(time.time_ns()),
             "-j", str(jobs), "-o", directory, "--format", "json"],
            environment=engine.environment(the_store.path("work")))
        watch = process.Watch(interrupt)
        watch.add(child)
        began = time.monotonic()
        result = slices.Result()
        said = []
        try:
            while child.status is None and not interrupt \
                    and time.monotonic() - began < seconds + GRACE_S:
                for _, lines in watch.wait(time.monotonic() + 1):
                    said.extend(lines or [])
                result.seconds = time.monotonic() - began
                observe(result)
        finally:
            watch.close()
            if child.status is None:
                child.close()
        result.pending = [(os.path.join(directory, name), None)
                          for name in sorted(os.listdir(directory))]
        result.crashes = len(result.pending)
        if not interrupt:
            take_outcome(result, child.status, said)
        observe(result)
        return result

    def still_fails(self, the_triage, finding):
        return kernel.still_fails(self.program, the_triage.store.path("findings", finding["id"]),
                                  the_triage.interrupt)

    def take(self, the_triage, _store, pending, _minimize_s):
        for path, _ in pending:
            if os.path.exists(path):
                the_triage.take_directory(NAME, path, self.program)


def take_outcome(result, status, said):
    """Its last words are an object with what it did; the rules that it reached are its coverage."""
    at = next((number for number, line in enumerate(said) if line.startswith("{")), len(said))
    try:
        outcome = json.loads("\n".join(said[at:]))["distribution"]
    except (ValueError, KeyError):
        if not result.pending:
            result.broken = f"ends with status {status} and says:\n" + "\n".join(said[-10:])
        return
    result.executions = outcome["schedules"]
    result.cov = result.ft = len(outcome["rules"])
    result.cov_start, result.ft_start = 0, 0
    result.samples.append((result.seconds, result.cov, result.ft))
