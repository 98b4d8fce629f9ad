"""The state directory.

    nightly.json          says that the directory is one, and of which form
    lock                  held while a night runs
    bin/                  the programs of the last build, so that a later build changes nothing
    corpus/TARGET/        inputs, named by their SHA-1
    findings/ID/          finding.json, the input, the log; for kernel findings script and trace
    nights/NNNN/          night.json, which is also the report as JSON; report.html, report.md
    work/                 of the running night: crashes that wait to be looked at, scratch
    set-aside/            files that could not be read

Nothing is in memory only for longer than some seconds, and every file is replaced whole, so there
is no way out that needs care: a clean stop and a SIGKILL leave the same directory.
"""
import fcntl
import hashlib
import os
import re
import shutil

from nightly import durable

SCHEMA = "ipcspec.nightly/1"
FINDING_SCHEMA = "ipcspec.nightly.finding/1"


class StateError(Exception):
    """The directory cannot be used; the message names the remedy."""


class Store:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.warnings = []
        self._lock = None

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def open(self):
        try:
            os.makedirs(self.root, exist_ok=True)
            self._take_lock()
            self._check_mark()
            for name in ("bin", "corpus", "findings", "nights", "work/artifacts", "work/scratch"):
                os.makedirs(self.path(name), exist_ok=True)
        except (PermissionError, FileExistsError, NotADirectoryError) as error:
            raise StateError(f"{error.filename}: {error.strerror}; give --state a directory that "
                             "you may write") from error
        except OSError as error:
            raise StateError(f"{error.filename or self.root}: {error.strerror}; give --state a "
                             "directory on another file system") from error

    def _take_lock(self):
        # Programs may have been put there before the first night, for --no-build.
        if set(os.listdir(self.root)) - {"lock", "bin"} \
                and not os.path.exists(self.path("nightly.json")):
            raise StateError(f"{self.root} holds files but no nightly.json; give --state an empty "
                             "or a new directory")
        self._lock = os.open(self.path("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._lock, 20, 0).decode().strip()
            raise StateError(f"{self.path('lock')}: process {holder} uses this directory; wait "
                             "for its end, or give another --state") from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def _check_mark(self):
        mark = self.path("nightly.json")
        if os.path.exists(mark):
            try:
                durable.read_json(mark, SCHEMA)
                return
            except durable.Corrupt as error:
                self._put_aside(error)
        durable.write_json(mark, {"schema": SCHEMA})

    def _put_aside(self, error):
        moved = durable.set_aside(error.path, self.path("set-aside"))
        self.warnings.append(f"{error}; moved to {moved}, where nothing overwrites it. If you can "
                             "repair it, move it back before the next night")

    def nights(self):
        """All that can be read, the oldest first."""
        found = []
        for name in sorted(os.listdir(self.path("nights"))):
            path = self.path("nights", name, "night.json")
            if not re.fullmatch(r"\d{4,}", name) or not os.path.exists(path):
                continue
            try:
                found.append(durable.read_json(path, SCHEMA))
            except durable.Corrupt as error:
                self._put_aside(error)
        return found

    def next_night(self):
        numbers = [int(name) for name in os.listdir(self.path("nights")) if name.isdigit()]
        return max(numbers, default=0) + 1

    def night_directory(self, number):
        return self.path("nights", f"{number:04}")

    def save_night(self, night):
        directory = self.night_directory(night["night"])
        os.makedirs(directory, exist_ok=True)
        durable.write_json(os.path.join(directory, "night.json"), night)

    def findings(self):
        """By id. A directory whose finding.json cannot be read is left as it is, and named."""
        found = {}
        for name in os.listdir(self.path("findings")):
            if name.endswith((".new", ".old")):
                durable.recover_directory(self.path("findings", name[:-len(".new")]))
        for name in sorted(os.listdir(self.path("findings"))):
            path = self.path("findings", name, "finding.json")
            if not os.path.exists(path):
                continue
            try:
                found[name] = durable.read_json(path, FINDING_SCHEMA)
            except durable.Corrupt as error:
                self._put_aside(error)
        return found

    def save_finding(self, finding):
        durable.write_json(self.path("findings", finding["id"], "finding.json"), finding)

    def add_finding(self, finding, files):
        """A directory, whole or not at all. `files` is {name: path or bytes}."""
        final = self.path("findings", finding["id"])
        aside = f"{final}.new"
        shutil.rmtree(aside, ignore_errors=True)
        os.mkdir(aside)
        for name, content in files.items():
            if isinstance(content, bytes):
                durable.write(os.path.join(aside, name), content)
            else:
                shutil.copyfile(content, os.path.join(aside, name))
        durable.write_json(os.path.join(aside, "finding.json"), finding)
        if os.path.exists(os.path.join(final, "finding.json")):
            durable.replace_directory(final)
            return
        durable.sync_tree(aside)
        # What is left of a finding whose finding.json was set aside stays.
        if os.path.lexists(final):
            durable.set_aside(final, self.path("set-aside"))
        os.rename(aside, final)
        durable.sync_directory(self.path("findings"))

    def corpus(self, target):
        path = self.path("corpus", target)
        durable.recover_directory(path)
        os.makedirs(path, exist_ok=True)
        return path

    def artifacts(self, target):
        path = self.path("work", "artifacts", target)
        os.makedirs(path, exist_ok=True)
        return path

    def empty(self, name):
        """A directory below work/, whatever an earlier run left in it."""
        path = self.path("work", name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)


def size_of(directory):
    """Files and bytes."""
    sizes = [entry.stat().st_size for entry in os.scandir(directory) if entry.is_file()]
    return {"files": len(sizes), "bytes": sum(sizes)}


def file_sha1(path):
    with open(path, "rb") as file:
        return hashlib.sha1(file.read()).hexdigest()
