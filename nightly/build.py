"""Builds the fuzzers and ipcspec, and keeps copies: a night outlives the next build."""
import os
import re
import shlex
import shutil
import subprocess

from nightly import durable, engine, explore, process, store

FLAGS = ["--color=no", "--curses=no", "--show_progress_rate_limit=1"]
PROGRAM = ["-c", "opt"]
LIMIT_S = 4 * 3600
BUILT = ("bin", "built.json")

# "[31 / 42] Compiling ops/text.cc; 19s linux-sandbox ..."
_PROGRESS = re.compile(r"\[[\d,]+ / [\d,]+\]|(Loading|Analyzing): ")


class BuildError(Exception):
    """Nothing can be built at all."""


class UnknownTarget(Exception):
    pass


class Builder:
    def __init__(self, tree, interrupt, display):
        self.tree = tree
        self.interrupt = interrupt
        self.display = display
        self.bazel = shlex.split(os.environ.get("BAZEL", "bazel"))

    def _ask(self, *words):
        try:
            result = subprocess.run([*self.bazel, *words], cwd=self.tree, capture_output=True,
                                    stdin=subprocess.DEVNULL, text=True, check=False,
                                    start_new_session=True)
        except OSError as error:
            raise BuildError(f"{self.bazel[0]}: {error.strerror}; run tools/setup, or name the "
                             "command in the environment variable BAZEL") from error
        if result.returncode != 0:
            raise BuildError(f"'{shlex.join([*self.bazel, *words])}' fails:\n"
                             f"{result.stderr.strip()[-2000:]}")
        return result.stdout.split()

    def _build(self, flags, labels):
        """(status, the last lines)"""
        command = [*self.bazel, "build", *FLAGS, "--keep_going", *flags, *labels]
        status, lines = process.run(command, self.interrupt, LIMIT_S, self.tree,
                                    whom="command", hear=self._hear)
        return status, [line for line in lines if line.strip() and not _PROGRESS.match(line)][-20:]

    def _hear(self, line):
        if _PROGRESS.match(line):
            self.display.passing(line)

    def fuzzers(self):
        """{name: label}, by the tag that fuzz_target() gives."""
        labels = self._ask("query", *FLAGS, r"attr(tags, '\bfuzzer\b', //fuzz/...)")
        return {label.partition(":")[2]: label for label in labels}

    def build(self, labels, flags, into):
        """Copies what can be built into the directory; {name: why} of the rest."""
        self.display.say(f"building {', '.join(labels)} with {' '.join(flags)}")
        status, _ = self._build(flags, labels.values())
        broken = {}
        for name, label in labels.items():
            if self.interrupt:
                return broken
            # Of many targets Bazel does not say plainly which failed; one by one it is quick.
            if status != 0:
                one_status, lines = self._build(flags, [label])
                if one_status != 0:
                    broken[name] = "does not build:\n" + "\n".join(lines)
        directory = self._ask("info", *flags, "bazel-bin")[0]
        for name, label in labels.items():
            if name not in broken:
                package = label.partition(":")[0].lstrip("/")
                install(os.path.join(directory, package, name), os.path.join(into, name))
        return broken


def install(source, target):
    # Aside and renamed, because the old one may be a running program.
    aside = f"{target}.new"
    shutil.copyfile(source, aside)
    os.chmod(aside, 0o755)
    os.rename(aside, target)
    durable.sync_directory(os.path.dirname(target))


def existing(path):
    return path if os.path.exists(path) else None


def engine_of(name, program, tree):
    stem = name.removesuffix("_fuzz")
    options = existing(os.path.join(tree, "fuzz", "options", f"{stem}.options"))
    return engine.Engine(
        name, program,
        seeds=existing(os.path.join(tree, "fuzz", "corpus", stem)),
        dictionary=existing(os.path.join(tree, "fuzz", "dictionary", f"{stem}.dict")),
        options=engine.read_options(options) if options else ())


def commit_of(options, tree, the_store):
    """What the programs are made of: '0a65492 subject', and whether the tree differed from it."""
    if options.no_build:
        try:
            kept = durable.read_json(the_store.path(*BUILT), store.SCHEMA)
            return kept["commit"], kept["changed"]
        except (OSError, durable.Corrupt):
            return "unknown", False
    def git(*words):
        return subprocess.run(["git", "-C", tree, *words], capture_output=True, text=True,
                              check=True).stdout.strip()
    try:
        return git("log", "-1", "--format=%h %s"), bool(git("status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return "unknown", False


def programs(options, tree, the_store, interrupt, display):
    """(names of programs in the state's bin, {name: why} of those that are not)."""
    into = the_store.path("bin")
    wanted = options.targets
    if options.no_build:
        names = [name for name in sorted(os.listdir(into)) if not name.endswith(".new")
                 and os.access(os.path.join(into, name), os.X_OK)]
        return chosen(names, wanted, options.explore_share, f"{into} has"), {}
    commit, changed = commit_of(options, tree, the_store)
    builder = Builder(tree, interrupt, display)
    fuzzers = builder.fuzzers()
    names = chosen([*fuzzers, explore.PROGRAM], wanted, options.explore_share, "there are")
    broken = {}
    configs = {name: engine.config_of(name) for name in names if name in fuzzers}
    for config in sorted(set(configs.values())):
        labels = {name: fuzzers[name] for name in configs if configs[name] == config}
        if not interrupt:
            broken |= builder.build(labels, [config], into)
    if explore.PROGRAM in names and not interrupt:
        broken |= {explore.NAME: why for why in builder.build(
            {explore.PROGRAM: "//tools:ipcspec"}, PROGRAM, into).values()}
    durable.write_json(the_store.path(*BUILT), {"schema": store.SCHEMA, "commit": commit,
                                                "changed": changed})
    return [name for name in names if name not in broken
            and os.path.exists(os.path.join(into, name))], broken


def chosen(names, wanted, explore_share, there_are):
    if explore_share == 0:
        names = [name for name in names if name != explore.PROGRAM]
    if wanted is None:
        return names
    wanted = [explore.PROGRAM if name == explore.NAME else name for name in wanted]
    for name in wanted:
        if name not in names:
            listed = ", ".join(explore.NAME if one == explore.PROGRAM else one for one in names)
            raise UnknownTarget(f"no target is named '{name}'; {there_are} {listed or 'none'}")
    return [name for name in names if name in wanted]


def fuzzers_directory(stems, *flags):
    """Builds fuzzers for a tool that waits for it; where they are then."""
    bazel = shlex.split(os.environ.get("BAZEL", "bazel"))
    subprocess.run([*bazel, "build", *flags, *(f"//fuzz:{stem}_fuzz" for stem in stems)],
                   check=True)
    found = subprocess.run([*bazel, "info", *flags, "bazel-bin"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.strip()
    return os.path.join(found, "fuzz")
