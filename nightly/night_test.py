"""Whole nights with targets that only look like fuzzers."""
import glob
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from nightly import process as processes

HERE = os.path.dirname(os.path.abspath(__file__))
NIGHTLY = os.path.join(os.path.dirname(HERE), "tools", "nightly")
FAKES = {"ipcspec": os.path.join(HERE, "fake_ipcspec.py")}
FAKE_ENGINE = os.path.join(HERE, "fake_engine.py")
FOR_S = "1s"
WATCHDOG_MS = 20_000
# Its streams are closed, or whoever reads them would wait for it.
DAEMON = """
import os, signal, sys
os.open(sys.argv[1], os.O_WRONLY)
number = os.fork()
if number == 0:
    os.setsid()
    os.close(1)
    os.close(2)
    signal.pause()
print(number)
"""


class NightTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.state = os.path.join(self.directory.name, "state")

    def path(self, *parts):
        return os.path.join(self.state, *parts)

    def target(self, name, **behaviour):
        """Puts a target into the state's bin, as --no-build allows."""
        os.makedirs(self.path("bin"), exist_ok=True)
        shutil.copy(FAKES.get(name, FAKE_ENGINE), self.path("bin", name))
        os.chmod(self.path("bin", name), 0o755)
        self.write(f"bin/{name}.json", json.dumps(behaviour))

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def corpus(self, name):
        texts = []
        for path in glob.glob(self.path("corpus", name, "*")):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
        return sorted(texts)

    def start(self, *arguments, build=None):
        """Builds with that Bazel, or not at all."""
        return subprocess.Popen(
            [sys.executable, NIGHTLY, "--for", FOR_S, "--state", self.state, "--jobs", "1",
             *([] if build else ["--no-build"]), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=dict(os.environ, NIGHTLY_FAKES=HERE, BAZEL=build or "false"))

    def night(self, status, *arguments):
        """Runs one; returns (what it says, its record)."""
        process = self.start(*arguments)
        said = process.communicate()[0]
        self.assertEqual(process.returncode, status, said)
        nights = sorted(glob.glob(self.path("nights", "*", "night.json")))
        return said, json.loads(self.read(nights[-1])) if nights else None

    def states(self, night):
        return {finding["frames"][0]: finding["state"] for finding in night["findings"]}

    def hanging(self, name, **behaviour):
        """A night whose target holds on: (process, the FIFO's reading end)."""
        fifo = os.path.join(self.directory.name, "held")
        os.mkfifo(fifo)
        self.target(name, hang=fifo, **behaviour)
        process = self.start()
        # Opens as soon as the target has opened it, too.
        return process, open(fifo, "rb")


    def assert_over(self, held):
        """Nobody has the FIFO any more; who still has it after a while never lets go."""
        watch = select.poll()
        watch.register(held, select.POLLHUP)
        self.assertTrue(watch.poll(WATCHDOG_MS), "what the night started is still there")
        held.close()


class Findings(NightTest):
    def test_nothing_new(self):
        self.target("alpha_fuzz", finds=["one", "two", "redundant"])
        said, night = self.night(0)
        self.assertIn("no new finding", said)
        self.assertEqual(night["ending"], "finished")
        self.assertEqual(self.corpus("alpha_fuzz"), ["one", "two"])
        record = night["targets"]["alpha_fuzz"]
        self.assertEqual((record["cov_start"], record["cov"]), (100, 103))
        self.assertGreaterEqual(record["executions"], 1000)
        for name in ("report.html", "report.md", "report.json"):
            self.assertTrue(os.path.exists(self.path(name)), name)
        self.assertIn("nothing new", self.read("report.html"))
        _, second = self.night(0)
        self.assertEqual(second["night"], 2)
        record = second["targets"]["alpha_fuzz"]
        self.assertEqual(record["cov_start"], 102)
        self.assertEqual(record["rounds"][0]["features"], 2)
        self.assertEqual(min(sample[1] for sample in record["samples"]), 102)
        self.assertIn("(±0)", self.read("report.md"))

    def test_one_bug_found_twice_is_one_finding(self):
        self.target("alpha_fuzz", crashes=["BUG1....", "also BUG1"], bugs=["BUG1"])
        said, night = self.night(1, "--jobs", "2")
        self.assertEqual(self.states(night), {"ipcspec::bug1": "new"})
        finding = night["findings"][0]
        self.assertEqual(finding["reproduced"], "3/3")
        self.assertEqual(finding["count"], 2)
        self.assertEqual(night["waiting"], 0)
        self.assertIn(finding["reproduce"], said)
        self.assertIn(self.path("findings", finding["id"], "input"), finding["reproduce"])
        self.assertIn("ipcspec::bug1", self.read(f"findings/{finding['id']}/log.txt"))

    def test_input_is_made_small(self):
        self.target("alpha_fuzz", crashes=["BUG1................"], bugs=["BUG1"])
        _, night = self.night(1)
        finding = night["findings"][0]
        self.assertEqual(self.read(f"findings/{finding['id']}/input"), "BUG1")
        self.assertEqual(self.read(f"findings/{finding['id']}/input.original"),
                         "BUG1................")
        self.assertEqual((finding["input_bytes"], finding["original_bytes"]), (4, 20))

    def test_two_bugs_and_their_later_life(self):
        self.target("alpha_fuzz", crashes=["BUG1", "BUG2"], bugs=["BUG1", "BUG2"])
        _, night = self.night(1, "--jobs", "2")
        self.assertEqual(self.states(night), {"ipcspec::bug1": "new", "ipcspec::bug2": "new"})
        self.target("alpha_fuzz", bugs=["BUG2"])
        _, night = self.night(0)
        self.assertEqual(self.states(night), {"ipcspec::bug1": "gone", "ipcspec::bug2": "known"})
        self.target("alpha_fuzz", bugs=["BUG1", "BUG2"])
        said, night = self.night(1)
        self.assertEqual(self.states(night), {"ipcspec::bug1": "back", "ipcspec::bug2": "known"})
        self.assertIn("it is back", said)

    def test_the_same_symptom_of_another_input_is_back(self):
        self.target("alpha_fuzz", crashes=["BUG1"], bugs=["BUG1"])
        self.night(1)
        self.target("alpha_fuzz", finds=["other"], bugs=["BUG1=other"], crashes=["", "other"])
        said, night = self.night(1, "--jobs", "2")
        self.assertEqual(self.states(night), {"ipcspec::bug1": "back"})
        self.assertEqual(self.read(f"findings/{night['findings'][0]['id']}/input"), "other")
        self.assertIn("alpha_fuzz: back, reproduced 3/3", said)
        self.assertEqual(night["findings"][0]["first_night"], 1)

    def test_flaky(self):
        self.target("alpha_fuzz", crashes=["FLAKY"], bugs=["FLAKY"])
        _, night = self.night(1)
        self.assertIn(night["findings"][0]["reproduced"], ("1/3", "2/3"))
        self.assertIn("flaky", self.read("report.md"))

    def test_a_learned_input_that_crashes_is_taken_out_and_the_rest_is_kept(self):
        self.target("alpha_fuzz", finds=["one", "holds BUG1"])
        self.night(0)
        self.assertEqual(self.corpus("alpha_fuzz"), ["holds BUG1", "one"])
        self.target("alpha_fuzz", bugs=["BUG1"])
        _, night = self.night(1)
        self.assertEqual(self.states(night), {"ipcspec::bug1": "new"})
        self.assertEqual(self.corpus("alpha_fuzz"), ["one"])


class Kernel(NightTest):
    RULES = ["pipe.read.copy-and-consume", "signal.handler.eintr"]

    def check_finding(self, finding, script):
        self.assertEqual(finding["frames"], self.RULES)
        self.assertTrue(finding["title"].startswith("FAIL read: nothing moves; c read fd=3"))
        self.assertEqual(self.read(f"findings/{finding['id']}/script"), script)
        self.assertEqual(self.read(f"findings/{finding['id']}/repro.c"), "int x;\n")
        self.assertIn(f"replay {self.path('findings', finding['id'], 'script')}",
                      finding["reproduce"])

    def test_fuzzer_of_the_kernel(self):
        self.target("kernel_fuzz", crashes=["KERNEL....", "another KERNEL"], bugs=["KERNEL"])
        _, night = self.night(1, "--jobs", "2")
        self.assertEqual(len(night["findings"]), 1, night["findings"])
        finding = night["findings"][0]
        self.assertEqual((finding["reproduced"], finding["count"]), ("3/3", 2))
        self.check_finding(finding, "ipcspec-script 1\nKERNEL")
        self.assertEqual(self.read(f"findings/{finding['id']}/input"), "KERNEL")
        self.assertEqual(os.listdir(self.path("work", "kernel")), [])

    def test_explore(self):
        self.target("ipcspec", replay=1, findings={
            "fail-read-00000001": "a long script", "fail-read-00000002": "short",
            "unknown-read-00000003": "time ran out"})
        said, night = self.night(1)
        self.assertEqual(len(night["findings"]), 1, said)
        self.assertEqual(night["findings"][0]["reproduced"], "3/3")
        self.check_finding(night["findings"][0], "short")
        record = night["targets"]["explore"]
        self.assertEqual((record["executions"] % 123, record["cov"], record["broken"]), (0, 7, ""))
        self.target("ipcspec", replay=0)
        _, night = self.night(0)
        self.assertEqual(night["findings"][0]["state"], "gone")

    def test_explore_is_broken(self):
        self.target("ipcspec")
        self.write("bin/ipcspec.json", "no JSON")
        said, _ = self.night(3)
        self.assertIn("explore is broken and left out: ends with status 1", said)

    def test_ipcspec_without_explore(self):
        self.target("ipcspec")
        self.target("alpha_fuzz")
        self.write("bin/ipcspec.old", "")
        said, night = self.night(0)
        self.assertIn("has no command 'explore'; it is left out", said)
        self.assertEqual(list(night["targets"]), ["alpha_fuzz"])

    def test_share_of_explore(self):
        self.target("ipcspec")
        self.target("alpha_fuzz")
        _, night = self.night(0, "--targets", "explore,alpha_fuzz")
        self.assertEqual(sorted(night["targets"]), ["alpha_fuzz", "explore"])
        _, night = self.night(0, "--explore-share", "0%")
        self.assertEqual(sorted(night["targets"]), ["alpha_fuzz"])


class Trouble(NightTest):
    def test_broken_target(self):
        self.target("alpha_fuzz", broken="no such library")
        self.target("beta_fuzz", finds=["one"])
        said, night = self.night(3)
        self.assertIn("alpha_fuzz is broken", said)
        self.assertIn("no such library", self.read("report.html"))
        self.assertEqual(self.corpus("beta_fuzz"), ["one"])
        self.assertTrue(night["targets"]["alpha_fuzz"]["broken"])

    def building(self, *arguments):
        """What a night says that builds with a Bazel of our making, and its record."""
        tree = os.path.join(self.directory.name, "tree")
        for path, source in (("bin/fuzz/alpha_fuzz", FAKE_ENGINE), ("bin/fuzz/beta_fuzz", os.devnull),
                             ("bin/fuzz/kernel_fuzz", os.devnull),
                             ("bin-live/fuzz/kernel_fuzz", FAKE_ENGINE)):
            path = os.path.join(tree, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(source, path)
        self.write("bin/alpha_fuzz.json", "{}")
        self.write("bin/kernel_fuzz.json", "{}")
        self.write("nightly.json", json.dumps({"schema": "ipcspec.nightly/1"}))
        bazel = f"{sys.executable} {os.path.join(HERE, 'fake_bazel.py')} {tree}"
        process = self.start(*arguments, build=bazel)
        said = process.communicate()[0]
        with open(self.path("nights", "0001", "night.json"), encoding="utf-8") as file:
            return process.returncode, said, json.load(file)

    def test_target_that_does_not_build(self):
        status, said, night = self.building("--explore-share", "0%")
        self.assertEqual(status, 3, said)
        self.assertIn("beta_fuzz is broken and left out: does not build:\n"
                      "ERROR: //fuzz:beta_fuzz: no such member 'size'", said)
        self.assertNotIn("[1 / 2]", night["targets"]["beta_fuzz"]["broken"])
        for name in ("alpha_fuzz", "kernel_fuzz"):
            self.assertGreater(night["targets"][name]["executions"], 0)
            self.assertTrue(os.access(self.path("bin", name), os.X_OK))
        self.assertIn("commit", json.loads(self.read("bin/built.json")))

    def test_ipcspec_that_does_not_build(self):
        status, said, _ = self.building()
        self.assertEqual(status, 3, said)
        self.assertIn("explore is broken and left out: does not build:", said)

    def test_no_bazel(self):
        process = self.start(build="/no/such/bazel")
        said = process.communicate()[0]
        self.assertEqual(process.returncode, 3, said)
        self.assertIn("/no/such/bazel: No such file or directory; run tools/setup", said)

    def test_no_target_at_all(self):
        os.makedirs(self.state)
        self.night(3)

    def test_usage(self):
        self.target("alpha_fuzz")
        for arguments, words in (
                (["--for", "soon"], "'soon' is no duration; write 8h"),
                (["--for", "0s"], "is no duration"),
                (["--jobs", "0"], "is no number of processes"),
                (["--explore-share", "20"], "write a percentage"),
                (["--targets", "omega_fuzz"], "no target is named 'omega_fuzz'"),
                (["--bogus"], "see tools/nightly --help")):
            said, night = self.night(2, *arguments)
            self.assertIn(words, said)
            self.assertIsNone(night)

    def test_directory_of_somebody_else(self):
        self.write("thesis.txt", "years of work")
        said, _ = self.night(2)
        self.assertIn("holds files but no nightly.json", said)
        self.assertEqual(os.listdir(self.state), ["thesis.txt"])

    def test_no_directory(self):
        with open(self.state, "w", encoding="utf-8"):
            pass
        said, _ = self.night(2)
        self.assertIn(f"{self.state}: File exists", said)
        self.assertIn("give --state", said)

    def test_corrupt_files_are_set_aside(self):
        self.target("alpha_fuzz", crashes=["BUG1"], bugs=["BUG1"])
        _, night = self.night(1)
        names = ["nightly.json", "nights/0001/night.json",
                 f"findings/{night['findings'][0]['id']}/finding.json"]
        for name in names:
            self.write(name, '{"cut o')
        said, night = self.night(0)
        for name in names:
            self.assertIn(f"{self.path(name)}: is no JSON", said)
        self.assertEqual(night["night"], 2)
        aside = [self.read(f"set-aside/{name}") for name in os.listdir(self.path("set-aside"))]
        self.assertEqual(aside, ['{"cut o'] * 3)
        self.assertIn("moved to", self.read("report.html"))

    def test_lock(self):
        process, held = self.hanging("alpha_fuzz")
        said, _ = self.night(2)
        self.assertIn(self.path("lock"), said)
        self.assertIn(f"process {process.pid} uses this directory", said)
        process.kill()
        process.communicate()
        held.close()


class Endings(NightTest):
    def test_killed_and_resumed(self):
        process, held = self.hanging("alpha_fuzz", finds=["one"], unseen=["BUG1"], bugs=["BUG1"])
        process.kill()
        process.communicate()
        # Its end is the end of the target and of its child.
        self.assert_over(held)
        self.assertEqual(self.corpus("alpha_fuzz"), ["one"])
        said, night = self.night(1)
        self.assertIn("night 1 was cut off", said)
        self.assertIn("it goes on", said)
        self.assertEqual((night["night"], night["resumed"], night["ending"]), (1, 1, "finished"))
        self.assertEqual(self.states(night), {"ipcspec::bug1": "new"})
        self.assertEqual(self.corpus("alpha_fuzz"), ["one"])

    def test_cut_off_long_ago(self):
        process, held = self.hanging("alpha_fuzz", finds=["one"])
        process.kill()
        process.communicate()
        held.close()
        self.check_another_begins(saved="2001-01-01T00:00:00+00:00")

    def test_cut_off_with_other_programs(self):
        process, held = self.hanging("alpha_fuzz", finds=["one"])
        process.kill()
        process.communicate()
        held.close()
        self.check_another_begins(commit="0a65492 Something else")

    def check_another_begins(self, **changes):
        night = json.loads(self.read("nights/0001/night.json"))
        self.write("nights/0001/night.json", json.dumps(night | changes))
        said, night = self.night(0)
        self.assertIn("another one begins", said)
        self.assertEqual(night["night"], 2)
        self.assertEqual(json.loads(self.read("nights/0001/night.json"))["ending"], "cut off")

    def stopped(self, number):
        process, held = self.hanging("alpha_fuzz", finds=["one"], unseen=["BUG1"], bugs=["BUG1"])
        process.send_signal(number)
        said = process.communicate()[0]
        self.assert_over(held)
        name = signal.Signals(number).name
        self.assertIn(f"stopped by {name}", self.read("report.html"))
        self.assertEqual(self.corpus("alpha_fuzz"), ["one"])
        # Also the crash of the last second.
        self.assertEqual(process.returncode, 1, said)
        night = json.loads(self.read("nights/0001/night.json"))
        self.assertEqual(self.states(night), {"ipcspec::bug1": "new"})
        _, night = self.night(0)
        self.assertEqual((night["night"], night["resumed"]), (2, 0))
        self.assertEqual(self.states(night), {"ipcspec::bug1": "known"})

    def daemon(self, whom):
        """A command that leaves one behind and ends: (number of that, the FIFO that it holds)."""
        fifo = os.path.join(self.directory.name, "held")
        os.mkfifo(fifo)
        child = processes.Child([sys.executable, "-c", DAEMON, fifo], whom=whom)
        held = open(fifo, "rb")
        watch = processes.Watch(processes.Farewell(WATCHDOG_MS / 1000))
        watch.add(child)
        said = []
        while child.status is None:
            for _, lines in watch.wait(time.monotonic() + WATCHDOG_MS / 1000):
                said += lines or []
        watch.close()
        self.assertEqual(child.status, 0)
        return int(said[0]), held

    def test_what_a_command_leaves_behind_ends_with_it(self):
        _, held = self.daemon("all")
        self.assert_over(held)

    def test_but_not_that_of_bazel(self):
        number, held = self.daemon("command")
        watch = select.poll()
        watch.register(held, select.POLLHUP)
        self.assertEqual(watch.poll(0), [])
        os.kill(number, signal.SIGKILL)
        self.assert_over(held)

    def test_sigterm(self):
        self.stopped(signal.SIGTERM)

    def test_sigint(self):
        self.stopped(signal.SIGINT)


if __name__ == "__main__":
    unittest.main()
