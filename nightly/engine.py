"""libFuzzer: its command lines and what it prints."""
import configparser
import dataclasses
import os
import re
import shutil

TIMEOUT_S = 60
RSS_LIMIT_MB = 2560


def config_of(name):
    """What Bazel builds the target with; .bazelrc says why the kernel's has one of its own."""
    return "--config=fuzz-live" if name == "kernel_fuzz" else "--config=fuzz"


@dataclasses.dataclass(frozen=True)
class Engine:
    """A built target: the program, its checked-in inputs, dictionary and options."""
    name: str
    program: str
    seeds: str = None
    dictionary: str = None
    options: tuple = ()

    def _base(self, *flags):
        base = [self.program, f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={RSS_LIMIT_MB}",
                *self.options]
        if self.dictionary:
            base.append(f"-dict={self.dictionary}")
        return base + list(flags)

    def fuzz(self, seconds, artifacts, corpus, seeds):
        # One process per core on one directory, as -jobs does: what one finds is on disk at once
        # and the others take it up. -fork would keep it aside until its job of up to 5 minutes
        # ends, and forget it when the job is stopped.
        return self._base(f"-max_total_time={seconds}", f"-artifact_prefix={artifacts}/",
                          "-reload=1", "-print_final_stats=1", corpus, seeds)

    def run(self, path, artifacts):
        return self._base(f"-artifact_prefix={artifacts}/", path)

    def merge(self, artifacts, control, into, *sources):
        return self._base("-merge=1", "-set_cover_merge=1", f"-artifact_prefix={artifacts}/",
                          f"-merge_control_file={control}", into, *sources)

    def minimize(self, seconds, path, into):
        return self._base("-minimize_crash=1", f"-max_total_time={seconds}",
                          f"-exact_artifact_path={into}", path)


def read_options(path):
    """The [libfuzzer] section of an options file, as ClusterFuzz takes it, as flags."""
    parser = configparser.ConfigParser()
    parser.read(path)
    if not parser.has_section("libfuzzer"):
        return ()
    return tuple(f"-{name}={value}" for name, value in parser.items("libfuzzer")
                 if name != "dict")


def environment(work):
    """For symbols in stacks, and for files where they are found again."""
    result = dict(os.environ)
    symbolizer = next(filter(None, map(shutil.which, (
        "llvm-symbolizer-19", "llvm-symbolizer", "addr2line"))), None)
    if symbolizer and os.path.basename(symbolizer) == "llvm-symbolizer-19":
        # The sanitizers know the tool by its name without a version.
        symbolizer = os.path.realpath(symbolizer)
    result["ASAN_OPTIONS"] = "symbolize=1:allocator_may_return_null=1"
    result["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    if symbolizer:
        result["ASAN_SYMBOLIZER_PATH"] = result["UBSAN_SYMBOLIZER_PATH"] = symbolizer
    result["TMPDIR"] = os.path.join(work, "scratch")
    result["IPCSPEC_FINDINGS"] = os.path.join(work, "kernel")
    return result


@dataclasses.dataclass(frozen=True)
class Stats:
    """A line such as '#4096<tab>pulse  cov: 413 ft: 1823 corp: 812/9Kb exec/s: 51200 rss: 60Mb'."""
    executions: int
    event: str
    cov: int
    ft: int


_STATS = re.compile(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+)")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_ARTIFACT = re.compile(r"Test unit written to (.+)$")


def parse_stats(line):
    match = _STATS.match(line)
    if match is None:
        return None
    return Stats(int(match[1]), match[2], int(match[3]), int(match[4]))


def parse_executed(line):
    match = _EXECUTED.match(line)
    return None if match is None else int(match[1])


def parse_artifact(line):
    match = _ARTIFACT.search(line)
    return None if match is None else match[1]


def is_chatter(line):
    """Whether libFuzzer, not the target, says it on its way."""
    return bool(re.match(r"#\d+\s|INFO: |Running: |Executed |NOTE: |Dictionary: |stat::|Done \d+ runs"
                         r"|\t?NEW_(FUNC|PC)|.*: Running \d+ inputs|CRASH_MIN: |Warning: ", line))
