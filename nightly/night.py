"""One night: rounds of slices, what they found, the merge, and the report."""
import datetime
import os
import platform
import time

from nightly import budget, build, corpus, durable, explore, process, report, \
    slice as slices, store, triage

RESUME_S_MAX = 12 * 3600
FAREWELL_S = 10
SAVE_EVERY_S = 5
SAMPLES_MAX = 120
# What the rounds leave, for making the corpora small.
RESERVE_OF_BUDGET = 0.05
RESERVE_S_MAX = 600
RESERVE_FROM_S = 60
MINIMIZE_OF_BUDGET = 0.01
MINIMIZE_S_MIN, MINIMIZE_S_MAX = 5, 120
RECHECK_S_MIN, RECHECK_S_MAX = 20, 300


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def machine():
    name = os.uname()
    return (f"{name.sysname} {name.release} {name.machine}, "
            f"{len(os.sched_getaffinity(0))} processors, {platform.node()}")


def new_target(name):
    return {"name": name, "broken": "", "fuzzed_s": 0.0, "executions": 0, "cov": 0, "ft": 0,
            "cov_start": None, "ft_start": None, "crashes": 0, "deaths": 0,
            "corpus_start": None, "corpus_end": None, "merge": "", "rounds": [], "samples": []}


class Night:
    def __init__(self, the_store, options, tree, interrupt, display):
        self.store = the_store
        self.options = options
        self.tree = tree
        self.interrupt = interrupt
        self.display = display
        self.earlier = the_store.nights()
        self.findings = the_store.findings()
        self.targets = {}  # name: Fuzzed or Explorer; those that work
        self.data = self._begin()
        self.saved_at = time.monotonic()
        self.triage = triage.Triage(the_store, self.data["night"], self.findings, interrupt,
                                    display.say)

    # The record of the night.

    def _begin(self):
        commit, changed = build.commit_of(self.options, self.tree, self.store)
        leftover = self.earlier[-1] if self.earlier and self.earlier[-1]["ending"] == "running" \
            else None
        if leftover is not None:
            self.earlier.pop()
            age_s = time.time() - datetime.datetime.fromisoformat(leftover["saved"]).timestamp()
            spent = f"{leftover['spent_s']:.0f} s of {leftover['budget_s']} s"
            if leftover["commit"] == commit and age_s < RESUME_S_MAX:
                leftover["resumed"] += 1
                leftover["budget_s"] = self.options.budget_s
                self.display.say(f"night {leftover['night']} was cut off after {spent}; it goes on")
                return leftover
            leftover["ending"] = "cut off"
            self.store.save_night(leftover)
            self.earlier.append(leftover)
            self.display.say(f"night {leftover['night']} was cut off after {spent}; another one "
                             "begins, with all that it found")
        return {"schema": store.SCHEMA, "night": self.store.next_night(), "commit": commit,
                "changed": changed, "machine": machine(), "jobs": self.options.jobs,
                "started": now(), "saved": now(), "ending": "running", "resumed": 0,
                "budget_s": self.options.budget_s, "spent_s": 0.0, "targets": {}, "findings": [],
                "waiting": 0, "warnings": []}

    def _save(self):
        self.data["saved"] = now()
        self.store.save_night(self.data)
        self.saved_at = time.monotonic()

    def _record(self, name):
        return self.data["targets"].setdefault(name, new_target(name))

    def warn(self, text):
        self.display.say(text)
        self.data["warnings"].append(text)

    # The parts of the night, in their order.

    def run(self):
        for warning in self.store.warnings:
            self.warn(warning)
        broken = self._programs()
        self._save()
        self._prepare(broken)
        self._look_again()
        self._rounds()
        self._finish()
        return self._exit_status()

    def _prepare(self, broken):
        self.store.empty("scratch")
        self.store.empty("kernel")
        for name, why in broken.items():
            self._record(name)["broken"] = why
            self.display.say(f"{name} is broken and left out: {why}")
        for name, target in self.targets.items():
            record = self._record(name)
            record["broken"] = ""
            target.prepare(self.store)
            if record["corpus_start"] is None:
                record["corpus_start"] = target.size(self.store)
        self.display.show(self.data)

    def _programs(self):
        """Fills the targets; {name: why} of those that cannot be."""
        names, broken = build.programs(self.options, self.tree, self.store, self.interrupt,
                                       self.display)
        for name in names:
            program = self.store.path("bin", name)
            if name == explore.PROGRAM:
                explorer = explore.Explorer(program)
                if explorer.exists(self.interrupt):
                    self.targets[explore.NAME] = explorer
                else:
                    self.warn(f"{program} has no command '{explore.NAME}'; it is left out")
            else:
                self.targets[name] = Fuzzed(build.engine_of(name, program, self.tree))
        return broken

    def _look_again(self):
        self.triage.recheck(self.targets, max(RECHECK_S_MIN, min(
            RECHECK_S_MAX, self.options.budget_s / 10)))
        for name in self.targets:
            self._take_leftovers(name)

    def _rounds(self):
        budget_s = self.options.budget_s
        reserve_s = min(RESERVE_S_MAX, RESERVE_OF_BUDGET * budget_s) \
            if budget_s >= RESERVE_FROM_S else 0
        while not self.interrupt and self.targets:
            left_s = budget_s - reserve_s - self.data["spent_s"]
            if left_s < 1:
                return
            round_s = min(left_s, budget.round_seconds(budget_s, len(self.targets)))
            for name, seconds in self._split(round_s).items():
                left_s = budget_s - reserve_s - self.data["spent_s"]
                # However short the night, each has its turn.
                is_first = not self._record(name)["rounds"]
                if not self.interrupt and (left_s >= 1 or is_first):
                    self._slice(name, max(1, min(seconds, round(left_s))))

    def _split(self, seconds):
        histories = {name: [(one["features"], one["seconds"]) for one in
                            self._record(name)["rounds"]]
                     for name in self.targets if name != explore.NAME}
        share = self.options.explore_share if explore.NAME in self.targets else 0
        if not histories:
            share = 1 if explore.NAME in self.targets else 0
        parts = budget.split(seconds * (1 - share), histories)
        if share > 0:
            parts[explore.NAME] = max(1, round(seconds * share))
        return parts

    def _slice(self, name, seconds):
        record = self._record(name)
        spent_before_s = self.data["spent_s"]
        before = dict(record)
        began = time.monotonic()

        def observe(result):
            self.data["spent_s"] = spent_before_s + time.monotonic() - began
            add_result(record, before, result)
            self.display.running(self.data, name)
            if time.monotonic() - self.saved_at >= SAVE_EVERY_S:
                self._save()

        result = self.targets[name].slice(self.store, seconds, self.options.jobs, self.interrupt,
                                          observe)
        record["rounds"] = record["rounds"] + [
            {"features": features_of(result), "seconds": round(result.seconds, 1)}]
        if result.broken:
            record["broken"] = result.broken
            del self.targets[name]
            self.display.say(f"{name} is broken and left out: {result.broken}")
        self._take_pending(name, result.pending)
        if name in self.targets:
            record["corpus_end"] = self.targets[name].size(self.store)
        self.data["spent_s"] = spent_before_s + time.monotonic() - began
        self._save()
        self.display.slice_done(self.data, name, result)

    def _take_pending(self, name, pending):
        target = self.targets.get(name)
        if target is None:
            return
        if self.interrupt:
            # What crashed is worth some seconds more; the rest waits for the next night.
            self.triage.interrupt = process.Farewell(FAREWELL_S)
        minimize_s = max(MINIMIZE_S_MIN, min(MINIMIZE_S_MAX, round(
            MINIMIZE_OF_BUDGET * self.options.budget_s)))
        target.take(self.triage, self.store, pending, 0 if self.interrupt else minimize_s)
        self._take_leftovers(name)

    def _take_leftovers(self, name):
        """Inputs without a log: of a night that was cut off, or of a merge."""
        directory = self.store.artifacts(name)
        paths = [os.path.join(directory, entry) for entry in sorted(os.listdir(directory))]
        self.targets[name].take(self.triage, self.store, [(path, None) for path in paths], 0)

    def _finish(self):
        limit_s = max(30, RESERVE_S_MAX if self.options.budget_s > 3600 else 120)
        for name, target in self.targets.items():
            record = self._record(name)
            record["merge"] = "stopped" if self.interrupt else \
                target.merge(self.store, limit_s, self.interrupt)
            if record["merge"] == corpus.CRASHED:
                self._take_leftovers(name)
                record["merge"] = target.merge(self.store, limit_s, self.interrupt)
            record["corpus_end"] = target.size(self.store)
        self.data["waiting"] = sum(
            len(os.listdir(self.store.artifacts(name))) for name in self.data["targets"])
        self.data["findings"] = [
            finding | {"state": triage.state_of(finding, self.data["night"])}
            for finding in self.findings.values()]
        self.data["ended"] = now()
        self.data["ending"] = f"stopped by {self.interrupt.name}" if self.interrupt else "finished"
        self._save()
        self._report()

    def _report(self):
        directory = self.store.night_directory(self.data["night"])
        text = report.markdown(self.data, self.earlier)
        # The latest one has the same place every morning.
        for place, root in ((directory, "../../"), (self.store.root, "")):
            durable.write(os.path.join(place, "report.md"), text)
            durable.write(os.path.join(place, "report.html"),
                          report.html(self.data, self.earlier, root))
        durable.write_json(self.store.path("report.json"), self.data)
        self.display.done(self.data, self.store.path("report.html"))

    def _exit_status(self):
        # What has not been looked at may be new.
        if self.data["waiting"] or any(
                finding["state"] in ("new", "back") for finding in self.data["findings"]):
            return 1
        broken = any(record["broken"] for record in self.data["targets"].values())
        return 3 if broken or not self.data["targets"] else 0


class Fuzzed:
    """A libFuzzer target as a part of the night; explore.Explorer is the other kind."""

    def __init__(self, engine):
        self.engine = engine

    def _seeds(self, the_store):
        return the_store.path("work", "seeds", self.engine.name)

    def prepare(self, the_store):
        corpus.seed(self.engine, self._seeds(the_store))
        the_store.corpus(self.engine.name)

    def size(self, the_store):
        return store.size_of(the_store.corpus(self.engine.name))

    def slice(self, the_store, seconds, jobs, interrupt, observe):
        directories = (the_store.artifacts(self.engine.name), the_store.corpus(self.engine.name),
                       self._seeds(the_store), the_store.path("work"))
        return slices.Slice(self.engine, seconds, jobs, directories, interrupt, observe).run()

    def take(self, the_triage, the_store, pending, minimize_s):
        # Two processes may have written the same one.
        pending = {path: lines for path, lines in pending if os.path.exists(path)}
        for path, lines in sorted(pending.items(), key=lambda one: os.path.getsize(one[0])):
            if os.path.basename(path).startswith("slow-unit-"):
                os.unlink(path)
                continue
            # Else the target would end at it before it fuzzes.
            corpus.drop(store.file_sha1(path), the_store.corpus(self.engine.name),
                        self._seeds(the_store))
            the_triage.take(self.engine, path, lines, minimize_s)
        # Their logs name directories in it, so not before the last.
        the_store.empty("kernel")

    def still_fails(self, the_triage, finding):
        return the_triage.still_fails(self.engine, finding)

    def merge(self, the_store, limit_s, interrupt):
        return corpus.merge(self.engine, the_store, self._seeds(the_store), limit_s, interrupt)


def features_of(result):
    return max(0, result.ft - result.ft_start) if result.ft_start is not None else 0


def add_result(record, before, result):
    """Sets the record of a target to what it was before the slice and what the slice did."""
    record["fuzzed_s"] = before["fuzzed_s"] + result.seconds
    record["executions"] = before["executions"] + result.executions
    record["crashes"] = before["crashes"] + result.crashes
    record["deaths"] = before["deaths"] + result.deaths
    for key in ("cov", "ft"):
        record[key] = max(before[key], getattr(result, key))
        start = f"{key}_start"
        record[start] = before[start] if before[start] is not None else getattr(result, start)
    record["samples"] = thinned(before["samples"] + [
        [round(before["fuzzed_s"] + seconds, 1), max(cov, before["cov"]), max(ft, before["ft"])]
        for seconds, cov, ft in result.samples])


def thinned(samples):
    """At most SAMPLES_MAX, the first and the last among them."""
    while len(samples) > SAMPLES_MAX:
        samples = samples[:1] + samples[2:-1:2] + samples[-1:]
    return samples
