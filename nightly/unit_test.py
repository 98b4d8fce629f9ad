"""The parts of the night that need no processes."""
import io
import os
import re
import tempfile
import unittest

from nightly import budget, build, corpus, display, durable, engine, night, options, process, \
    signature, slice as slices, store, triage

ABORT = """\
#1024\tNEW    cov: 10 ft: 11 corp: 2/9b lim: 4 exec/s: 0 rss: 31Mb L: 3/3 MS: 1 ChangeBit-
printed and parsed differ: "pipe 4711"
==17334== ERROR: libFuzzer: deadly signal
    #0 0x55c9cf5e78f1 in __sanitizer_print_stack_trace ??:?
    #1 0x55c9cf53c8b8 in fuzzer::PrintStackTrace() :?
    #2 0x55c9cf521e63 in fuzzer::Fuzzer::CrashCallback() :?
    #3 0x7f15ed65a04f in __GI___sigaction :?
    #4 0x7f15ed6a8eeb in __pthread_kill_implementation nptl/./nptl/pthread_kill.c:43
    #5 0x7f15ed659fb1 in __GI_raise signal/../sysdeps/posix/raise.c:26
    #6 0x7f15ed644471 in __GI_abort stdlib/./stdlib/abort.c:79 (discriminator 21)
    #7 0x55c9cf61edb6 in ipcspec::fuzz::(anonymous namespace)::fail(char const*, int) /w/t.cc:7
    #8 0x55c9cf61f06a in LLVMFuzzerTestOneInput /w/t.cc:11
    #9 0x55c9cf5233a6 in fuzzer::Fuzzer::ExecuteCallback(unsigned char const*, unsigned long) :?
NOTE: libFuzzer has rudimentary signal handlers.
artifact_prefix='/w/a/'; Test unit written to /w/a/crash-aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d
"""
BYTES_SHOWN = """\
Running: /s/crash-38d9c662ede575d31885d10adf180a12ab09aa9f
decoder and reference differ on FEFE1C01010100000001000000C4B080D25104E2BF
reference:
noise dropped=1
==4245== ERROR: libFuzzer: deadly signal
    #0 0x562f22f8eae1 in __sanitizer_print_stack_trace (/s/frame_fuzz+0x11bae1) (BuildId: e52c)
    #3 0x7f18e815a04f  (/lib/x86_64-linux-gnu/libc.so.6+0x3c04f) (BuildId: 93ac61)
    #4 0x7f18e81a8eeb in __pthread_kill_implementation nptl/pthread_kill.c:43:17
    #5 0x7f18e8159fb1 in raise signal/../sysdeps/posix/raise.c:26:13
    #6 0x7f18e8144471 in abort stdlib/abort.c:79:7
    #7 0x562f22fc7de5 in LLVMFuzzerTestOneInput /proc/self/cwd/fuzz/frame_fuzz.cc:116:5
"""
OVERFLOW = """\
=================================================================
==17341==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x502000000068 at pc 0x55f1d
READ of size 4 at 0x502000000068 thread T0
    #0 0x55f1dc6d716f in __asan_memcpy (/w/t+0x1166f) (BuildId: 0a1b2c)
    #1 0x55f1dc6d716f in int ipcspec::Box<std::vector<int> >::get<4>(unsigned long) const /w/t.cc:8
    #2 0x55f1dc6d6ef0 in LLVMFuzzerTestOneInput /w/t.cc:12:3

0x502000000068 is located 8 bytes after 16-byte region [0x502000000050,0x502000000060)
allocated by thread T0 here:
    #0 0x55f1dc6d4a7d in operator new[](unsigned long) ??:?
"""
UNDEFINED = """\
Running: input
wire/frame.cc:81:14: runtime error: signed integer overflow: 2147483647 + 5 cannot be represented
    #0 0x55d0 in ipcspec::wire::operator<<(std::ostream&, ipcspec::wire::Frame const&) /w/f.cc:81:14
    #1 0x55d1 in main ??:?
"""
NO_SYMBOLS = """\
==9==ERROR: LeakSanitizer: detected memory leaks
    #0 0x55d0 (/w/bin/frame_fuzz+0x1f00) (BuildId: 12ab)
"""
TIMEOUT = """\
ALARM: working on the last Unit for 26 seconds
==12== ERROR: libFuzzer: timeout after 26 seconds
    #0 0x55d0 in ipcspec::op::parse(std::string_view) /w/parse.cc:7
"""


class Signatures(unittest.TestCase):
    def test_abort(self):
        found = signature.of(ABORT.split("\n"))
        self.assertEqual(found.kind, "abort")
        self.assertEqual(found.frames,
                         ("ipcspec::fuzz::{anonymous}::fail", "LLVMFuzzerTestOneInput"))
        self.assertEqual(found.message, 'printed and parsed differ: "…"')
        self.assertEqual(found.said, 'printed and parsed differ: "pipe 4711"')

    def test_same_bug_elsewhere(self):
        other = ABORT.replace("4711", "12").replace("0x55c9", "0x7777").replace("t.cc:7", "t.cc:9")
        self.assertEqual(signature.of(other.split("\n")), signature.of(ABORT.split("\n")))
        for words, changed in (("printed and", "encoded and"), ("fail(", "refuse("),
                               ("deadly signal", "out-of-memory (used: 3000Mb)")):
            found = signature.of(ABORT.replace(words, changed).split("\n"))
            self.assertNotEqual(found.key, signature.of(ABORT.split("\n")).key, words)

    def test_what_differs_from_input_to_input_and_symbolizer_to_symbolizer(self):
        found = signature.of(BYTES_SHOWN.split("\n"))
        self.assertEqual(found.message, "decoder and reference differ on N")
        other = BYTES_SHOWN.replace("FEFE1C01010100000001000000C4B080D25104E2BF", "FE")
        self.assertEqual(signature.of(other.split("\n")), found)
        self.assertEqual(found.frames, ("LLVMFuzzerTestOneInput",))

    def test_excerpt(self):
        lines = signature.excerpt_of(BYTES_SHOWN.split("\n"))
        self.assertTrue(lines[0].startswith("decoder and reference differ on"))
        self.assertTrue(lines[-1].endswith("frame_fuzz.cc:116:5"))
        self.assertEqual(signature.excerpt_of(OVERFLOW.split("\n"))[-1],
                         "    #2 0x55f1dc6d6ef0 in LLVMFuzzerTestOneInput /w/t.cc:12:3")

    def test_sanitizers(self):
        found = signature.of(OVERFLOW.split("\n"))
        self.assertEqual((found.kind, found.message), ("heap-buffer-overflow", ""))
        self.assertEqual(found.frames, ("ipcspec::Box::get", "LLVMFuzzerTestOneInput"))
        found = signature.of(UNDEFINED.split("\n"))
        self.assertEqual((found.kind, found.frames),
                         ("undefined", ("ipcspec::wire::operator@",)))
        self.assertEqual(found.message,
                         "signed integer overflow: N + N cannot be represented")
        found = signature.of(NO_SYMBOLS.split("\n"))
        self.assertEqual((found.kind, found.frames), ("leak", ("frame_fuzz+0x1f00",)))

    def test_timeout(self):
        found = signature.of(TIMEOUT.split("\n"))
        self.assertEqual((found.kind, found.frames), ("timeout", ("ipcspec::op::parse",)))

    def test_reproduced_as_it_was_found(self):
        found = signature.of(OVERFLOW.split("\n"))
        self.assertEqual(found.reproduce("kernel_fuzz", "/s/f"),
                         "bazel run --config=fuzz-live //fuzz:kernel_fuzz -- /s/f/input")
        self.assertIn("--config=fuzz //fuzz:frame_fuzz", found.reproduce("frame_fuzz", "/s/f"))

    def test_no_failure(self):
        self.assertIsNone(signature.of(["Running: a", "Executed a in 0 ms"]))


class Engine(unittest.TestCase):
    def test_stats(self):
        line = "#8192\tpulse  cov: 413 ft: 1823 corp: 812/9Kb lim: 4 exec/s: 51200 rss: 60Mb"
        self.assertEqual(engine.parse_stats(line), engine.Stats(8192, "pulse", 413, 1823))
        self.assertIsNone(engine.parse_stats("#2\tREAD units: 12"))
        self.assertIsNone(engine.parse_stats("    #1 0x55 in cov: 1 ft: 2"))
        self.assertEqual(engine.parse_executed("stat::number_of_executed_units: 18696"), 18696)

    def test_options_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".options") as file:
            file.write("[libfuzzer]\nmax_len = 4096\ntimeout = 60\ndict = x.dict\n[asan]\ndetect_leaks = 0\n")
            file.flush()
            self.assertEqual(engine.read_options(file.name), ("-max_len=4096", "-timeout=60"))


class Budget(unittest.TestCase):
    def test_first_round_is_equal(self):
        self.assertEqual(budget.split(90, {"a": [], "b": [], "c": []}), {"a": 30, "b": 30, "c": 30})

    def test_time_goes_where_features_appear(self):
        parts = budget.split(100, {"a": [(300, 30)], "b": [(100, 30)], "c": [(0, 30)]})
        # A quarter of the equal share each, and 75 s by 3 : 1 : 0.
        self.assertEqual(parts, {"a": 65, "b": 27, "c": 8})

    def test_nobody_finds_anything(self):
        self.assertEqual(budget.split(60, {"a": [(0, 9)], "b": [(0, 99)]}), {"a": 30, "b": 30})

    def test_who_has_not_run_counts_like_the_best(self):
        self.assertEqual(budget.split(100, {"a": [(50, 10)], "b": []}), {"a": 50, "b": 50})

    def test_late_rounds_count_more_and_old_ones_not(self):
        self.assertGreater(budget.rate([(0, 10), (10, 10)]), budget.rate([(10, 10), (0, 10)]))
        self.assertEqual(budget.rate([(1000, 10), (0, 10), (0, 10), (0, 10)]), 0)

    def test_everyone_gets_a_second(self):
        self.assertEqual(budget.split(1, {"a": [(1, 1)], "b": [(0, 1)]}), {"a": 1, "b": 1})

    def test_rounds(self):
        self.assertEqual(budget.round_seconds(8 * 3600, 5), 1800)
        self.assertEqual(budget.round_seconds(600, 3), 60)
        self.assertEqual(budget.round_seconds(60, 3), 30)


class Options(unittest.TestCase):
    def test_durations(self):
        for text, seconds in (("8h", 28800), ("1h30m", 5400), ("90m", 5400), ("45s", 45),
                              ("45", 45), ("1h1m1s", 3661)):
            self.assertEqual(options.duration(text), seconds)
        for text in ("", "0h", "8 h", "h", "-1s", "1.5h", "30m1h"):
            with self.assertRaises(options.argparse.ArgumentTypeError, msg=text):
                options.duration(text)

    def test_share(self):
        self.assertEqual(options.share("12.5%"), 0.125)
        for text in ("20", "101%", "-1%", "%"):
            with self.assertRaises(options.argparse.ArgumentTypeError, msg=text):
                options.share(text)


class Durable(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.current = os.path.join(self.directory.name, "corpus")

    def make(self, suffix, *names):
        os.makedirs(self.current + suffix)
        for name in names:
            with open(os.path.join(self.current + suffix, name), "w", encoding="utf-8"):
                pass

    def recovered(self):
        durable.recover_directory(self.current)
        self.assertEqual(os.listdir(self.directory.name), ["corpus"])
        return sorted(os.listdir(self.current))

    def test_replaced(self):
        self.make("", "old")
        self.make(".new", "new")
        durable.replace_directory(self.current)
        self.assertEqual(self.recovered(), ["new"])

    def test_death_before_the_new_one_is_complete(self):
        self.make("", "old")
        self.make(".new", "half")
        self.assertEqual(self.recovered(), ["old"])

    def test_death_between_the_renames(self):
        self.make(".old", "old")
        self.make(".new", "new")
        self.assertEqual(self.recovered(), ["new"])

    def test_death_before_the_old_one_is_gone(self):
        self.make("", "new")
        self.make(".old", "old")
        self.assertEqual(self.recovered(), ["new"])

    def test_half_written_file_leaves_the_old_one(self):
        path = os.path.join(self.directory.name, "file")
        durable.write_json(path, {"schema": "x", "value": 1})
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write('{"cut')
        self.assertEqual(durable.read_json(path, "x")["value"], 1)

    def test_set_aside_twice_in_a_second(self):
        for _ in range(3):
            durable.write(self.current, "x")
            durable.set_aside(self.current, os.path.join(self.directory.name, "shelf"))
        self.assertEqual(len(os.listdir(os.path.join(self.directory.name, "shelf"))), 3)


class Triage(unittest.TestCase):
    def test_what_is_not_looked_at_in_time_waits(self):
        with tempfile.TemporaryDirectory() as directory:
            the_store = store.Store(directory)
            the_store.open()
            path = os.path.join(the_store.artifacts("a_fuzz"), "crash-1")
            durable.write(path, "x")
            hurried = triage.Triage(the_store, 1, {}, process.Farewell(0), print)
            hurried.take(engine.Engine("a_fuzz", "/bin/false"), path, ABORT.split("\n"))
            self.assertEqual(hurried.findings, {})
            self.assertTrue(os.path.exists(path))


class Terminal(io.StringIO):
    """Keeps what is on the screen, as far as the table needs it."""

    def isatty(self):
        return True

    def screen(self):
        lines = [""]
        for part in re.split(r"(\x1b\[\d+F\x1b\[J|\n)", self.getvalue()):
            if part.startswith("\x1b"):
                del lines[-1 - int(part[2:part.index("F")]):]
                lines.append("")
            elif part == "\n":
                lines.append("")
            else:
                lines[-1] += part
        return lines


class Display(unittest.TestCase):
    NIGHT = {"night": 3, "spent_s": 65, "budget_s": 3600,
             "targets": {name: night.new_target(name) for name in ("a_fuzz", "b_fuzz")}}

    def test_table_is_replaced_and_what_is_said_stays(self):
        terminal = Terminal()
        shown = display.Display(terminal)
        shown.passing("[1 / 2] Compiling")
        shown.passing("[2 / 2] Linking")
        self.assertEqual(terminal.screen(), ["[2 / 2] Linking", ""])
        shown.say("first")
        for _ in range(3):
            shown.show(self.NIGHT)
        shown.say("second")
        screen = terminal.screen()
        self.assertEqual(screen[:3], ["nightly: first", "nightly: second",
                                      "night 3, 0:01:05 of 1:00:00"])
        self.assertEqual([line.split()[0] for line in screen[3:6]],
                         ["target", "a_fuzz", "b_fuzz"])
        self.assertEqual(screen[6:], [""])

    def test_lines_elsewhere(self):
        stream = io.StringIO()
        shown = display.Display(stream)
        shown.show(self.NIGHT)
        record = self.NIGHT["targets"]["a_fuzz"] | {
            "fuzzed_s": 10.0, "executions": 12000, "cov": 5, "cov_start": 2, "ft": 9,
            "ft_start": 9}
        shown.slice_done(self.NIGHT | {"targets": {"a_fuzz": record}}, "a_fuzz",
                         slices.Result(seconds=10))
        self.assertEqual(stream.getvalue(), (
            "nightly: 0:01:05 a_fuzz after 10 s: runs 12,000, runs/s 1,200, edges 5 (+3), "
            "features 9 (+0), crashes 0\n"))


class Record(unittest.TestCase):
    def test_samples_are_thinned(self):
        samples = night.thinned([[second, 0, second] for second in range(1000)])
        self.assertLessEqual(len(samples), night.SAMPLES_MAX)
        self.assertGreater(len(samples), night.SAMPLES_MAX // 2)
        self.assertEqual((samples[0][0], samples[-1][0]), (0, 999))

    def test_seed_corpus_is_copied_by_content(self):
        with tempfile.TemporaryDirectory() as directory:
            source, copy = os.path.join(directory, "a"), os.path.join(directory, "b")
            os.mkdir(source)
            durable.write(os.path.join(source, "named"), "abc")
            corpus.seed(engine.Engine("a_fuzz", "", seeds=source), copy)
            self.assertEqual(os.listdir(copy), ["a9993e364706816aba3e25717850c26c9cd0d89d"])
            corpus.drop("a9993e364706816aba3e25717850c26c9cd0d89d", copy)
            self.assertEqual(os.listdir(copy), [])

    def test_targets_are_chosen_by_their_names(self):
        names = ["a_fuzz", "ipcspec"]
        self.assertEqual(build.chosen(names, None, 0.2, ""), names)
        self.assertEqual(build.chosen(names, ["explore"], 0.2, ""), ["ipcspec"])
        with self.assertRaisesRegex(build.UnknownTarget, "there are a_fuzz, explore"):
            build.chosen(names, ["b"], 0.2, "there are")


if __name__ == "__main__":
    unittest.main()
