"""The report against golden files; UPDATE_GOLDENS=1 writes them anew, for a look at the difference.

The goldens are kept with a line per element, so that a difference can be read.
"""
import html.parser
import os
import unittest

from nightly import night, report, triage

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "testdata")
VOID = {"meta", "br", "hr"}


def target(name, ft, executions, **more):
    record = night.new_target(name) | {
        "fuzzed_s": 600.0, "executions": executions, "cov": 400, "ft": ft, "cov_start": 390,
        "ft_start": ft - 100, "corpus_start": {"files": 90, "bytes": 30000},
        "corpus_end": {"files": 100, "bytes": 34567},
        "rounds": [{"features": 100, "seconds": 600.0}],
        "samples": [[1.0, 390, ft - 100], [60.0, 395, ft - 20], [300.0, 400, ft]]}
    return record | more


def finding(number, title, state, **more):
    record = triage.new_finding(3, f"frame_fuzz-{number}", "frame_fuzz", "abort", title, "3/3")
    record |= {"frames": ["ipcspec::fail", "LLVMFuzzerTestOneInput"], "input_bytes": 12,
               "original_bytes": 4096, "state": state,
               "excerpt": ["what the target said: <x>", "==1== ERROR: libFuzzer: deadly signal"],
               "files": ["input", "log.txt"],
               "reproduce": f"bazel run --config=fuzz //fuzz:frame_fuzz -- '/s/{number}/input'"}
    return record | more


def one_night(number, *targets):
    return {"schema": "ipcspec.nightly/1", "night": number, "commit": "0a65492 Say <what> & why",
            "changed": False, "machine": "Linux 6.1 x86_64, 2 processors, host", "jobs": 2,
            "started": "2026-11-28T02:00:00+00:00", "saved": "2026-11-28T02:30:00+00:00",
            "ending": "finished", "resumed": 0, "budget_s": 1800, "spent_s": 1795.4,
            "targets": {record["name"]: record for record in targets}, "findings": [],
            "waiting": 0, "warnings": []}


def eventful():
    tonight = one_night(
        3, target("frame_fuzz", 1510, 3_000_000, crashes=4, deaths=2),
        target("script_fuzz", 5900, 1_200_000, merge="an input crashes the target"),
        night.new_target("trace_fuzz") | {"broken": "does not build:\nerror: <vector> & co"},
        target("explore", 0, 90_000, cov=0, cov_start=None, ft_start=None, samples=[],
               corpus_start=None, corpus_end=None))
    tonight |= {"resumed": 1, "waiting": 2, "changed": True,
                "warnings": ["/s/night.json: is no JSON; moved to /s/set-aside/x"]}
    tonight["findings"] = [
        finding("k", "heap-buffer-overflow in ipcspec::wire::Box<int>::get", "known",
                first_night=1),
        finding("g", "abort in ipcspec::old", "gone", first_night=1, gone_night=3),
        finding("n", 'abort in ipcspec::fail: printed & "parsed" <differ>', "new", count=17),
        finding("f", "abort in ipcspec::race", "new", reproduced="1/3"),
        finding("z", "abort in ipcspec::once", "new", reproduced="0/3", original_bytes=12),
        finding("b", "timeout in ipcspec::op::parse", "back", first_night=1, back_night=3)]
    earlier = [one_night(1, target("frame_fuzz", 1400, 2_000_000)),
               one_night(2, target("frame_fuzz", 1500, 3_600_000),
                         target("script_fuzz", 5900, 1_200_000))]
    return tonight, earlier


class Nesting(html.parser.HTMLParser):
    """Fails on an element that is not closed where it should be."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_startendtag(self, tag, attrs):
        pass


class Report(unittest.TestCase):
    maxDiff = None

    def check(self, name, text):
        path = os.path.join(TESTDATA, name)
        if os.environ.get("UPDATE_GOLDENS"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(text, file.read())

    def test_markdown(self):
        self.check("eventful.md", report.markdown(*eventful()))

    def test_html(self):
        page = report.html(*eventful())
        self.check("eventful.html", page[page.index("<body>"):].replace("><", ">\n<"))

    def test_html_is_whole(self):
        for tonight, earlier in (eventful(), (one_night(1), []),
                                 (one_night(1, target("frame_fuzz", 1400, 0)), [])):
            nesting = Nesting()
            nesting.feed(report.html(tonight, earlier))
            nesting.close()
            self.assertEqual(nesting.open, [])

    def test_html_needs_nothing_from_elsewhere(self):
        page = report.html(*eventful())
        for word in ("http", "src=", "@import", "url(", "<script", "<link"):
            self.assertNotIn(word, page)

    def test_new_ones_come_first(self):
        page = report.markdown(*eventful())
        heads = [page.index(f"## {head}") for head in report.HEADS.values()]
        self.assertEqual(heads, sorted(heads))
        self.assertLess(heads[-1], page.index("## Targets"))

    def test_summary(self):
        self.assertEqual(report.summary(eventful()[0]), "4 new findings, 1 target broken, 2 crashes not looked at")
        self.assertEqual(report.summary(one_night(1, target("a", 200, 0))), "nothing new")
        self.assertEqual(report.summary(one_night(1)), "nothing new, no target")

    def test_mood(self):
        self.assertEqual(report.mood_of(eventful()[0]), "bad")
        self.assertEqual(report.mood_of(one_night(1, target("a", 200, 0))), "good")
        for night_ in (one_night(1), one_night(1, target("a", 200, 0, broken="does not build")),
                       one_night(1, target("a", 200, 0)) | {"waiting": 1}):
            self.assertEqual(report.mood_of(night_), "warn")


if __name__ == "__main__":
    unittest.main()
