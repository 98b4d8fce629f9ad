"""What is found about the kernel: directories as ipcspec writes them.

    fail-read-3f2a91c0/    verdict, call, and a number made from the script
        script, trace, verdict.txt, picture.txt, picture.svg, repro.c (unless C cannot say it)

`ipcspec explore` leaves them in a directory of its own; a fuzzer of the kernel leaves one in
$IPCSPEC_FINDINGS, names it and aborts. Two are the same finding when the same call breaks the same
rules; the smallest script is kept.
"""
import dataclasses
import hashlib
import os
import re
import shlex

from nightly import process, signature

# The kernel broke a rule, or our own parts are broken. That time was short is no finding.
VERDICTS = ("fail", "broken")
REPLAYS = 3
REPLAY_LIMIT_S = 60
EXCERPT_LINES_MAX = 60

# "                  pipe.read.copy-and-consume: read() returns ..."
_RULE = re.compile(r"^ {12,}([a-z]\w*(?:\.[a-z0-9-]+)+): ", re.MULTILINE)
_SEEN = re.compile(r"^ +(?:seen|reason) +(\S.*)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Failure:
    """Stands where a signature.Signature stands for a crash."""
    kind: str      # the verdict
    call: str
    message: str   # what was seen, without numbers, where no rule says what it is about
    frames: tuple  # the rules
    seen: str = dataclasses.field(compare=False)
    directory: str = dataclasses.field(compare=False)

    @property
    def key(self):
        text = "\n".join((self.kind, self.call, self.message, *self.frames))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def title(self):
        return f"{self.kind.upper()} {self.call}: {self.seen}"

    def identity(self, _target):
        return f"kernel-{self.key}"

    def reproduce(self, _target, directory):
        script = shlex.quote(os.path.join(directory, "script"))
        return f"bazel run -c opt //tools:ipcspec -- replay {script}"

    @property
    def files(self):
        return {entry.name: entry.path for entry in os.scandir(self.directory)
                if entry.is_file()}

    @property
    def excerpt(self):
        return text_of(self.directory).split("\n")[:EXCERPT_LINES_MAX]

    @property
    def size(self):
        return os.path.getsize(os.path.join(self.directory, "script"))


def text_of(directory):
    path = os.path.join(directory, "verdict.txt")
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def read(directory):
    """None if it is no finding."""
    name = re.fullmatch(r"([a-z]+)-(.+)-[0-9a-f]+", os.path.basename(directory))
    if name is None or not os.path.isfile(os.path.join(directory, "script")):
        return None
    text = text_of(directory)
    rules = tuple(sorted(set(_RULE.findall(text))))
    seen = (_SEEN.findall(text) or ["see verdict.txt"])[0][:signature.MESSAGE_MAX]
    return Failure(name[1], name[2], "" if rules else signature.plain_message(seen), rules, seen,
                   directory)


def named_in(lines):
    """The finding that the last words of a fuzzer of the kernel name: 'in /w/fail-read-3f2a'."""
    for line in reversed(lines):
        match = re.fullmatch(r"in (/.+)", line)
        if match is not None and os.path.isdir(match[1]):
            return read(match[1])
    return None


def still_fails(program, directory, interrupt):
    """None if it cannot be told."""
    if not os.path.exists(os.path.join(directory, "script")):
        return None
    failures = failures_of(program, directory, interrupt)
    return None if failures is None else failures > 0


def failures_of(program, directory, interrupt):
    """How often of REPLAYS the script fails again; None if we were stopped."""
    failures = 0
    for _ in range(REPLAYS):
        status, _ = process.run([program, "replay", os.path.join(directory, "script")], interrupt,
                                REPLAY_LIMIT_S)
        if status is None and interrupt:
            return None
        # 1 breaks a rule, 3 is our own trouble.
        failures += status in (1, 3)
    return failures
