"""From an input that crashed a target to a finding: the same bug once, small, run again.

Where the crash happened its log tells the signature already. An input of which only the file is
left, because the night was cut off, is run to learn it.
"""
import dataclasses
import os
import shutil
import time

from nightly import engine, kernel, process, signature, store

RUNS = 3
RUN_LIMIT_S = 4 * engine.TIMEOUT_S
LOG_LINES_MAX = 400


@dataclasses.dataclass
class Seen:
    """One run of an input. What failed is a signature.Signature or a kernel.Failure."""
    failure: object
    lines: list


class Triage:
    def __init__(self, the_store, night, findings, interrupt, say):
        self.store = the_store
        self.night = night
        self.findings = findings
        self.interrupt = interrupt
        self.say = say
        self.environment = engine.environment(the_store.path("work"))
        # While searching, the fuzzers spare themselves the stacks of what was made and freed.
        self.environment["ASAN_OPTIONS"] += ":malloc_context_size=30"

    def run(self, target, path):
        """None if we were stopped."""
        status, lines = process.run(target.run(path, self.environment["TMPDIR"]),
                                    self.interrupt, RUN_LIMIT_S, environment=self.environment)
        if status is None and self.interrupt:
            return None
        if status == 0:
            return Seen(None, lines)
        ending = f"ends with status {status}" if status is not None else \
            f"does not end within {RUN_LIMIT_S} s"
        return Seen(failure_in(lines) or signature.Signature("died", ending, ()), lines)

    def take(self, target, path, lines=None, minimize_s=0):
        """Makes a finding of the input, or counts it. The file is gone afterwards, unless we are
        stopped: then it stays and the next night takes it."""
        failure = failure_in(lines) if lines else None
        if failure is None:
            seen = self.run(target, path)
            if seen is None:
                return
            # Of a leftover whose fault does not come again all that is known is its name.
            failure = seen.failure or signature.Signature(
                "unrepeated", os.path.basename(path).split("-")[0], ())
            lines = seen.lines
        if not self._count(failure.identity(target.name)):
            if self._examine(target, path, failure, lines, minimize_s) is None:
                return
        os.unlink(path)

    def _examine(self, target, path, failure, lines, minimize_s):
        failures = 0
        for _ in range(RUNS):
            seen = self.run(target, path)
            if seen is None:
                return None
            failures += seen.failure is not None
            if seen.failure == failure:
                failure, lines = seen.failure, seen.lines
        small = None
        if failures == RUNS and minimize_s >= 1:
            small = self._minimize(target, path, failure, minimize_s)
        files = {"input": path}
        if small is not None:
            files = {"input": small[0], "input.original": path}
            failure, lines = small[1].failure, small[1].lines
        files["log.txt"] = "\n".join(lines[-LOG_LINES_MAX:]).encode()
        excerpt = failure.excerpt if failure.files else signature.excerpt_of(lines)
        return self._add(target.name, failure, failures, files | failure.files,
                         {"excerpt": excerpt, "input_bytes": os.path.getsize(files["input"]),
                          "original_bytes": os.path.getsize(path)})

    def _minimize(self, target, path, failure, seconds):
        """(a smaller input of the same failure, its run), or None."""
        small = os.path.join(self.environment["TMPDIR"], "minimized")
        if os.path.exists(small):
            os.unlink(small)
        process.run(target.minimize(seconds, path, small), self.interrupt, 2 * seconds + 10,
                    environment=self.environment)
        if not os.path.exists(small) or os.path.getsize(small) >= os.path.getsize(path):
            return None
        seen = self.run(target, small)
        if seen is None or seen.failure is None:
            return None
        if seen.failure == failure:
            return small, seen
        # It slipped into another bug, which is worth a finding of its own.
        if seen.failure.identity(target.name) not in self.findings:
            name = f"crash-{store.file_sha1(small)}"
            os.rename(small, os.path.join(self.store.artifacts(target.name), name))
        return None

    def take_directory(self, source, path, program):
        """The same for a finding about the kernel that has a directory already."""
        failure = kernel.read(path)
        if failure is None or failure.kind not in kernel.VERDICTS:
            shutil.rmtree(path)
            return
        if self._count(failure.identity(source)):
            finding = self.findings[failure.identity(source)]
            if failure.size < finding["input_bytes"]:
                finding |= {"input_bytes": failure.size, "excerpt": failure.excerpt,
                            "title": failure.title}
                self.store.add_finding(finding, failure.files)
        else:
            failures = kernel.failures_of(program, path, self.interrupt)
            if failures is None:
                return
            self._add(source, failure, failures, failure.files,
                      {"excerpt": failure.excerpt, "input_bytes": failure.size})
        shutil.rmtree(path)

    def _add(self, source, failure, failures, files, more):
        name = failure.identity(source)
        finding = new_finding(self.night, name, source, failure.kind, failure.title,
                              f"{failures}/{RUNS}")
        finding |= {"message": failure.message, "frames": list(failure.frames),
                    "files": sorted(files)} | more
        finding["reproduce"] = failure.reproduce(source, self.store.path("findings", name))
        earlier = self.findings.get(name)
        if earlier is not None:
            finding |= {"first_night": earlier["first_night"], "count": earlier["count"] + 1,
                        "back_night": self.night}
        self.store.add_finding(finding, files)
        self.findings[name] = finding
        self.say(f"{source}: {'new' if earlier is None else 'back'}, reproduced {finding['reproduced']}: {finding['title']}")
        return finding

    def recheck(self, targets, limit_s):
        """Which of the findings of earlier nights are still there in what was built now."""
        end = time.monotonic() + limit_s
        for finding in self.findings.values():
            target = targets.get(finding["target"])
            # One that comes now and then is not gone because it did not come once.
            if target is None or not finding["reproduced"].startswith(f"{RUNS}/"):
                continue
            if time.monotonic() >= end:
                return
            still = target.still_fails(self, finding)
            if still is None:
                continue
            if still:
                self._mark_seen(finding)
            else:
                finding["gone_night"] = finding["gone_night"] or self.night
                self.store.save_finding(finding)

    def still_fails(self, target, finding):
        """None if it cannot be told."""
        path = self.store.path("findings", finding["id"], "input")
        seen = self.run(target, path) if os.path.exists(path) else None
        if seen is None:
            return None
        if seen.failure is None:
            return False
        if seen.failure.identity(target.name) == finding["id"]:
            return True
        # Another bug hides it, or it is a new one.
        shutil.copyfile(path, os.path.join(self.store.artifacts(target.name),
                                           f"crash-{store.file_sha1(path)}"))
        return False

    def _count(self, name):
        """Whether it is known and nothing has to be looked at. Where the input that was kept no
        longer fails and this one does, it has come back in another way."""
        finding = self.findings.get(name)
        if finding is None or finding["gone_night"] is not None:
            return False
        finding["count"] += 1
        finding["last_night"] = self.night
        self.store.save_finding(finding)
        return True

    def _mark_seen(self, finding):
        if finding["gone_night"] is not None:
            finding["back_night"] = self.night
            self.say(f"{finding['target']}: it is back: {finding['title']}")
        finding["gone_night"] = None
        finding["last_night"] = self.night
        self.store.save_finding(finding)


def failure_in(lines):
    return kernel.named_in(lines) or signature.of(lines)


def new_finding(night, name, target, kind, title, reproduced):
    return {"schema": store.FINDING_SCHEMA, "id": name, "target": target, "kind": kind,
            "title": title, "message": "", "frames": [], "excerpt": [], "files": [],
            "reproduced": reproduced, "count": 1,
            "first_night": night, "last_night": night, "gone_night": None, "back_night": None}


def state_of(finding, night):
    """How a finding stands in a night: new, back, known or gone."""
    if finding["first_night"] == night:
        return "new"
    if finding["back_night"] == night:
        return "back"
    return "known" if finding["gone_night"] is None else "gone"
