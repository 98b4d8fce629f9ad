"""One target fuzzed for some seconds by several processes on one corpus."""
import dataclasses
import os
import time

from nightly import corpus, engine, process, store

# Behind the time that libFuzzer was given: for an input that runs into the timeout, and for
# writing down what it found.
GRACE_S = engine.TIMEOUT_S + 10
CRASHES_MAX = 40
COUNT_EVERY_S = 0.25
LOG_LINES_MAX = 600


@dataclasses.dataclass
class Result:
    seconds: float = 0.0
    executions: int = 0
    cov_start: int = None
    ft_start: int = None
    cov: int = 0
    ft: int = 0
    crashes: int = 0
    deaths: int = 0       # ended without an input to blame, such as by the kernel's memory killer
    broken: str = ""      # why the target cannot run at all
    pending: list = dataclasses.field(default_factory=list)  # (path, lines) to be looked at
    samples: list = dataclasses.field(default_factory=list)  # (seconds, cov, ft)


class Fuzzer:
    """One process, replaced by the next when it crashed."""

    def __init__(self, child):
        self.child = child
        self.lines = []
        self.executions = 0
        self.initialized = False
        self.artifact = None

    def take(self, line):
        """The numbers in the line, if it holds some."""
        stats = engine.parse_stats(line)
        if stats is None:
            self.lines.append(line)
            # The head says how it began, the tail how it ended.
            del self.lines[LOG_LINES_MAX // 4:-LOG_LINES_MAX]
            if "slow-unit-" not in line:
                self.artifact = engine.parse_artifact(line) or self.artifact
            self.executions = engine.parse_executed(line) or self.executions
            return None
        self.executions = max(self.executions, stats.executions)
        # Where a crash's message begins is told by the line of numbers before it.
        if self.lines and not engine.is_chatter(self.lines[-1]):
            self.lines.append(line)
        self.initialized = self.initialized or stats.event == "INITED"
        # Before, it reads the corpus and knows only a part of what that reaches.
        return stats if self.initialized else None


class Slice:
    def __init__(self, target, seconds, jobs, directories, interrupt, observe):
        """`directories` are artifacts, corpus, seeds, work. `observe(result)` is called at least
        every second."""
        self.target = target
        self.seconds = seconds
        self.jobs = jobs
        self.artifacts, self.corpus, self.seeds, work = directories
        self.environment = engine.environment(work)
        self.interrupt = interrupt
        self.observe = observe
        self.result = Result()
        self.fuzzers = {}
        self.finished_executions = 0

    def _left(self):
        return self.seconds - (time.monotonic() - self.began)

    def _start(self, watch):
        seconds = max(1, round(self._left()))
        child = process.Child(
            self.target.fuzz(seconds, self.artifacts, self.corpus, self.seeds),
            environment=self.environment)
        self.fuzzers[child] = Fuzzer(child)
        watch.add(child)

    def run(self):
        self.began = self.counted_at = time.monotonic()
        watch = process.Watch(self.interrupt)
        try:
            for _ in range(self.jobs):
                self._start(watch)
            while self.fuzzers and not self.interrupt and self._left() > -GRACE_S:
                now = time.monotonic()
                for child, lines in watch.wait(min(now + 1, now + self._left() + GRACE_S)):
                    if lines is None:
                        self._ended(self.fuzzers.pop(child), watch)
                    else:
                        self._spoke(self.fuzzers[child], lines)
                if time.monotonic() - self.counted_at >= COUNT_EVERY_S:
                    self._count()
        finally:
            for child in self.fuzzers:
                child.stop()
            for child in self.fuzzers:
                child.close()
            watch.close()
        self._count()
        return self.result

    def _count(self):
        self.counted_at = time.monotonic()
        self.result.seconds = self.counted_at - self.began
        self.result.executions = self.finished_executions + sum(
            fuzzer.executions for fuzzer in self.fuzzers.values())
        self.observe(self.result)

    def _spoke(self, fuzzer, lines):
        result = self.result
        for line in lines:
            stats = fuzzer.take(line)
            if stats is None:
                continue
            if result.ft_start is None:
                result.cov_start, result.ft_start = stats.cov, stats.ft
            if stats.ft > result.ft or stats.cov > result.cov:
                result.cov = max(result.cov, stats.cov)
                result.ft = max(result.ft, stats.ft)
                result.samples.append((time.monotonic() - self.began, result.cov, result.ft))

    def _ended(self, fuzzer, watch):
        result = self.result
        self.finished_executions += fuzzer.executions
        if fuzzer.child.status == 0:
            return
        if fuzzer.artifact is not None and os.path.exists(fuzzer.artifact):
            if not fuzzer.initialized:
                # The next one would end at the same input; it is among the artifacts.
                corpus.drop(store.file_sha1(fuzzer.artifact), self.corpus, self.seeds)
            result.crashes += 1
            result.pending.append((fuzzer.artifact, fuzzer.lines))
        elif not fuzzer.initialized:
            result.broken = (f"ends with status {fuzzer.child.status} before it fuzzes:\n"
                             + "\n".join(fuzzer.lines[-10:]))
            return
        else:
            result.deaths += 1
        # Else a bug near the surface would fill the night with the same crash.
        if result.crashes + result.deaths < CRASHES_MAX and self._left() >= 1:
            self._start(watch)
