"""From an input that crashed a target to a finding: the same bug once, small, run again.

Where the crash happened its log tells the signature already. An input of which only the file is
left, because the night was cut off, is run to learn it.
"""
import dataclasses
import os
import shlex
import shutil
import time

from nightly import engine, process, signature, store

RUNS = 3
RUN_LIMIT_S = 4 * engine.TIMEOUT_S
LOG_LINES_MAX = 400


@dataclasses.dataclass
class Seen:
    """One run of an input."""
    failed: bool
    signature: signature.Signature
    lines: list


class Triage:
    def __init__(self, the_store, night, findings, interrupt, say):
        self.store = the_store
        self.night = night
        self.findings = findings
        self.interrupt = interrupt
        self.say = say
        self.environment = engine.environment(the_store.path("work", "scratch"))

    def run(self, target, path):
        """None if we were stopped."""
        status, lines = process.run(target.run(path, self.environment["TMPDIR"]),
                                    self.interrupt, RUN_LIMIT_S, environment=self.environment)
        if status is None and self.interrupt:
            return None
        if status == 0:
            return Seen(False, None, lines)
        found = signature.of(lines)
        if found is None:
            ending = f"ends with status {status}" if status is not None else \
                f"does not end within {RUN_LIMIT_S} s"
            found = signature.Signature("died", ending, ())
        return Seen(True, found, lines)

    def known(self, target, found):
        return self.findings.get(identity(target.name, found))

    def take(self, target, path, lines=None, minimize_s=0):
        """Makes a finding of the input, or counts it. The file is gone afterwards, unless we are
        stopped: then it stays and the next night takes it."""
        first = None
        found = signature.of(lines) if lines else None
        if found is None:
            first = self.run(target, path)
            if first is None:
                return
            found = first.signature
        if found is None:
            # A leftover whose fault does not come again: all that is known is its name.
            found = signature.Signature("unrepeated", os.path.basename(path).split("-")[0], ())
        finding = self.known(target, found)
        if finding is not None:
            self.count_again(finding)
        else:
            finding = self._examine(target, path, found, lines or first.lines, minimize_s)
            if finding is None:
                return
            self.say(f"{target.name}: new, reproduced {finding['reproduced']}: "
                     f"{finding['title']}")
        os.unlink(path)

    def _examine(self, target, path, found, lines, minimize_s):
        failures = 0
        for _ in range(RUNS):
            seen = self.run(target, path)
            if seen is None:
                return None
            if seen.failed:
                failures += 1
                if seen.signature == found:
                    lines = seen.lines
        files = {"input": path, "log.txt": "\n".join(lines[-LOG_LINES_MAX:]).encode()}
        if failures == RUNS and minimize_s >= 1:
            small = self._minimize(target, path, found, minimize_s)
            if small is not None:
                files |= {"input": small, "input.original": path}
        finding = new_finding(self.night, identity(target.name, found), target.name, found.kind,
                              found.title, f"{failures}/{RUNS}")
        finding |= {"message": found.message, "frames": list(found.frames),
                    "input_bytes": os.path.getsize(files["input"]),
                    "original_bytes": os.path.getsize(path)}
        finding["reproduce"] = reproduce_command(target.name, self.store, finding["id"])
        self.store.add_finding(finding, files)
        self.findings[finding["id"]] = finding
        return finding

    def _minimize(self, target, path, found, seconds):
        """A smaller input of the same signature, or None."""
        small = os.path.join(self.store.path("work", "scratch"), "minimized")
        if os.path.exists(small):
            os.unlink(small)
        process.run(target.minimize(seconds, path, small), self.interrupt, 2 * seconds + 10,
                    environment=self.environment)
        if not os.path.exists(small) or os.path.getsize(small) >= os.path.getsize(path):
            return None
        seen = self.run(target, small)
        if seen is None or not seen.failed:
            return None
        if seen.signature == found:
            return small
        # It slipped into another bug, which is worth a finding of its own.
        if self.known(target, seen.signature) is None:
            name = f"crash-{store.file_sha1(small)}"
            os.rename(small, os.path.join(self.store.artifacts(target.name), name))
        return None

    def recheck(self, targets, limit_s):
        """Which of the findings of earlier nights are still there in what was built now."""
        end = time.monotonic() + limit_s
        for finding in self.findings.values():
            path = self.store.path("findings", finding["id"], "input")
            target = targets.get(finding["target"])
            if target is None or self.interrupt or time.monotonic() >= end \
                    or not os.path.exists(path):
                continue
            # One that comes now and then is not gone because it did not come thrice.
            if not finding["reproduced"].startswith(f"{RUNS}/"):
                continue
            seen = self.run(target, path)
            if seen is None:
                return
            if seen.failed and identity(target.name, seen.signature) == finding["id"]:
                self._mark_seen(finding)
                continue
            if seen.failed:
                # Another bug hides it, or it is a new one.
                shutil.copyfile(path, os.path.join(self.store.artifacts(target.name),
                                                   f"crash-{store.file_sha1(path)}"))
            finding["gone_night"] = finding["gone_night"] or self.night
            self.store.save_finding(finding)

    def count_again(self, finding):
        finding["count"] += 1
        self._mark_seen(finding)

    def _mark_seen(self, finding):
        if finding["gone_night"] is not None and finding["gone_night"] != self.night:
            finding["back_night"] = self.night
            self.say(f"{finding['target']}: it is back: {finding['title']}")
        finding["gone_night"] = None
        finding["last_night"] = self.night
        self.store.save_finding(finding)


def new_finding(night, name, target, kind, title, reproduced):
    return {"schema": store.FINDING_SCHEMA, "id": name, "target": target, "kind": kind,
            "title": title, "message": "", "frames": [], "reproduced": reproduced, "count": 1,
            "first_night": night, "last_night": night, "gone_night": None, "back_night": None}


def identity(target, found):
    return f"{target}-{found.key}"


def reproduce_command(target, the_store, finding_id):
    path = the_store.path("findings", finding_id, "input")
    return f"bazel run --config=fuzz //fuzz:{target} -- {shlex.quote(path)}"


def state_of(finding, night):
    """How a finding stands in a night: new, back, known or gone."""
    if finding["first_night"] == night:
        return "new"
    if finding["back_night"] == night:
        return "back"
    return "known" if finding["gone_night"] is None else "gone"
