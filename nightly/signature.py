"""What two crashes have in common when they are the same bug."""
import dataclasses
import hashlib
import os
import re
import shlex

from nightly import engine

FRAMES_MAX = 3
MESSAGE_MAX = 160
EXCERPT_LINES_MAX = 40
EXCERPT_COLUMNS_MAX = 200

_FRAME = re.compile(r"\s*#\d+ 0x[0-9a-f]+ +(?:in (?P<function>.+)|\((?P<module>[^)]+\+0x[0-9a-f]+)\))")
# Behind a function: "/path/file.cc:12:3", "file.c:43 (discriminator 2)", "??:?", ":?", "(a.so+0x1f)".
_PLACE = re.compile(r" (\S*:(\d+|\?)|\(\S+\+0x[0-9a-f]+\))$")
_REMARK = re.compile(r" \((BuildId: [0-9a-f]+|discriminator \d+)\)$")
_FAILURE = re.compile(r"==\d+==\s*ERROR: (?P<tool>\w+): (?P<what>.*)|"
                      r".*runtime error: (?P<undefined>.*)")
# The machinery between the fault and the code at fault.
_RUNTIME = re.compile(
    r"__(sanitizer|asan|ubsan|lsan|interceptor|GI|libc|cxa|gnu_cxx|assert|pthread|restore_rt)|"
    r"___?(interceptor|asan)|(sanitizer|fuzzer|__sanitizer|__asan|__ubsan)::|std::|operator (new|"
    r"delete)|(abort|raise|gsignal|pthread_kill|mem(cpy|move|set|cmp)|str(len|cpy|cmp)|malloc|free|"
    r"calloc|realloc|_start|main|killpg|tgkill)\b")
_LIBRARY = re.compile(r"(lib(c|m|gcc_s|stdc\+\+|pthread|asan|clang_rt)|ld)[.-]")


@dataclasses.dataclass(frozen=True)
class Signature:
    kind: str      # "heap-buffer-overflow", "abort", "undefined", "timeout", ...
    message: str   # what the target or the sanitizer said, without numbers
    frames: tuple  # functions of ours, the innermost first
    said: str = dataclasses.field(default="", compare=False)  # the message as it came

    @property
    def key(self):
        text = "\n".join((self.kind, self.message, *self.frames))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    files = {}  # a crash has none besides input and log

    def identity(self, target):
        return f"{target}-{self.key}"

    def reproduce(self, target, directory):
        return (f"bazel run {engine.config_of(target)} //fuzz:{target} -- "
                f"{shlex.quote(directory + '/input')}")

    @property
    def title(self):
        where = f" in {self.frames[0]}" if self.frames else ""
        said = f": {self.said or self.message}" if self.said or self.message else ""
        return f"{self.kind}{where}{said}"


def plain_message(text):
    """Without what differs from input to input: numbers and quoted words."""
    text = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`']*'", '"…"', text.strip().rstrip(":"))
    text = re.sub(r"\b0x[0-9a-fA-F]+\b|\b[0-9a-f]{8,}\b|\b[0-9A-F]{2,}\b|-?\d+", "N", text)
    return text[:MESSAGE_MAX]


def plain_function(name):
    """Without template arguments and parameters: 'op::parse(char const*)' is 'op::parse'."""
    name = name.replace("(anonymous namespace)", "{anonymous}")
    name = re.sub(r"\boperator(<=>|<<=?|>>=?|<=?|>=?|->\*?|\(\))", "operator@", name)
    depth, plain = 0, ""
    for character in name:
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif depth == 0:
            plain += character
    # A return type stands before the name of a template; 'const' behind a method.
    words = re.sub(r"\s+(const|\[clone.*|\[abi:.*)$", "", plain.strip()).split(" ")
    return words[-1].removesuffix(".cold")


def frames_of(lines):
    frames, seen = [], False
    for line in lines:
        match = _FRAME.match(line.rstrip())
        if match is None:
            if seen:
                break  # the first stack is that of the fault
            continue
        seen = True
        if match["module"]:
            name = os.path.basename(match["module"])
            if _LIBRARY.match(name):
                continue
        else:
            name = plain_function(_PLACE.sub("", _REMARK.sub("", match["function"])))
        if name == "LLVMFuzzerTestOneInput":
            frames.append(name)
            break
        if name != "??" and not _RUNTIME.match(name) and name not in frames[-1:]:
            frames.append(name)
    return tuple(frames[:FRAMES_MAX])


def kind_of(tool, what):
    if tool == "libFuzzer":
        if what.startswith("deadly signal"):
            return "abort"
        return re.split(r" after| \(|;", what)[0].strip().replace(" ", "-")
    if tool == "LeakSanitizer":
        return "leak"
    return what.split(" ")[0].rstrip(":")


def signature(kind, said, lines):
    return Signature(kind, plain_message(said), frames_of(lines), said.strip()[:MESSAGE_MAX])


def excerpt_of(lines):
    """What to show of the log: from the target's words to the end of the first stack."""
    at = next((number for number, line in enumerate(lines) if _FAILURE.match(line)), len(lines))
    begin = at
    while begin > 0 and at - begin < EXCERPT_LINES_MAX // 2 \
            and not engine.is_chatter(lines[begin - 1]):
        begin -= 1
    end = next((number for number in range(at, len(lines))
                if not lines[number].strip() and number > at), len(lines))
    return [line[:EXCERPT_COLUMNS_MAX] for line in lines[begin:end][:EXCERPT_LINES_MAX]]


def of(lines):
    """The signature of the failure that the lines tell of, or None."""
    said = []
    for at, line in enumerate(lines):
        match = _FAILURE.match(line)
        if match is None:
            if engine.is_chatter(line):
                said = []
            elif line.strip():
                said.append(line)
            continue
        if match["undefined"] is not None:
            return signature("undefined", match["undefined"], lines[at:])
        kind = kind_of(match["tool"], match["what"])
        # A sanitizer's own words name the kind; only an abort has the target's reason before it.
        return signature(kind, said[0] if said and kind == "abort" else "", lines[at:])
    return None
