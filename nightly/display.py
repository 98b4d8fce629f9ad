"""What is said while the night runs: a line per target on a terminal, plain lines elsewhere."""
import shutil
import sys
import time

COLUMNS = ("target", "fuzzed", "runs", "runs/s", "edges", "features", "inputs", "crashes")
TABLE_EVERY_S = 0.25
LINE_EVERY_S = 60


def clock(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def rate(record):
    return record["executions"] / record["fuzzed_s"] if record["fuzzed_s"] else 0


def gain(record, key):
    start = record[f"{key}_start"]
    return f"{record[key]:,}" + (f" (+{record[key] - start:,})" if start is not None else "")


def row(record):
    if record["broken"]:
        return (record["name"], "broken", *[""] * 6)
    size = record["corpus_end"] or record["corpus_start"]
    return (record["name"], clock(record["fuzzed_s"]), f"{record['executions']:,}",
            f"{rate(record):,.0f}", gain(record, "cov"), gain(record, "ft"),
            f"{size['files']:,}" if size else "", str(record["crashes"]))


class Display:
    def __init__(self, stream=sys.stdout):
        self.stream = stream
        self.terminal = stream.isatty()
        self.lines_shown = 0
        self.night = None
        self.running_name = None
        self.line_at = time.monotonic()

    def _write(self, text):
        try:
            self.stream.write(text)
            self.stream.flush()
        except BrokenPipeError:
            # Nobody listens any more; the night goes on.
            self.stream = open("/dev/null", "w", encoding="utf-8")  # pylint: disable=R1732

    def say(self, text):
        """A line that stays."""
        self._erase()
        self._write(f"nightly: {text}\n")
        self._table()

    def passing(self, text):
        """Something of the moment: replaced by the next on a terminal, rare elsewhere."""
        if self.terminal:
            self._erase()
            self._write(text[:shutil.get_terminal_size().columns - 1] + "\n")
            self.lines_shown = 1
        elif time.monotonic() - self.line_at >= LINE_EVERY_S:
            self.line_at = time.monotonic()
            self._write(f"nightly: {text}\n")

    def show(self, night):
        self.night = night
        self.line_at = time.monotonic()
        self._erase()
        self._table()

    def running(self, night, name):
        self.running_name = name
        if self.terminal:
            if time.monotonic() - self.line_at >= TABLE_EVERY_S:
                self.show(night)
        elif time.monotonic() - self.line_at >= LINE_EVERY_S:
            self._line(night, name, "")

    def slice_done(self, night, name, result):
        self.running_name = None
        if self.terminal:
            self.show(night)
        else:
            self._line(night, name, f" after {result.seconds:.0f} s")

    def _line(self, night, name, when):
        self.line_at = time.monotonic()
        values = row(night["targets"][name])
        figures = ", ".join(f"{title} {value}" for title, value in zip(COLUMNS[2:], values[2:])
                            if value)
        self._write(f"nightly: {clock(night['spent_s'])} {name}{when}: {figures or values[1]}\n")

    def done(self, night, path):
        self._erase()
        self.night = None
        states = [finding["state"] for finding in night["findings"]]
        new = states.count("new") + states.count("back")
        self._write(f"nightly: {night['ending']} after {clock(night['spent_s'])}: "
                    f"{new or 'no'} new finding{'s' if new > 1 else ''}, "
                    f"{states.count('known')} known\n")
        for finding in night["findings"]:
            if finding["state"] in ("new", "back"):
                self._write(f"{finding['state'].upper()} {finding['target']} "
                            f"{finding['title']}\n    {finding['reproduce']}\n")
        self._write(f"nightly: report {path}\n")

    def _erase(self):
        if self.lines_shown:
            self._write(f"\x1b[{self.lines_shown}F\x1b[J")
        self.lines_shown = 0

    def _table(self):
        if not self.terminal or self.night is None:
            return
        rows = [COLUMNS] + [row(record) for record in self.night["targets"].values()]
        widths = [max(len(one[column]) for one in rows) for column in range(len(COLUMNS))]
        marks = [" "] + [">" if record["name"] == self.running_name else " "
                         for record in self.night["targets"].values()]
        spent = f"{clock(self.night['spent_s'])} of {clock(self.night['budget_s'])}"
        lines = [f"night {self.night['night']}, {spent}"]
        for mark, values in zip(marks, rows):
            cells = [values[0].ljust(widths[0])] + [
                value.rjust(width) for value, width in zip(values[1:], widths[1:])]
            lines.append(f"{mark} {'  '.join(cells)}")
        # A line that the terminal breaks in two would be two to erase.
        columns = shutil.get_terminal_size().columns
        lines = [line[:columns - 1] for line in lines]
        self._write("\n".join(lines) + "\n")
        self.lines_shown = len(lines)
