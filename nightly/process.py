"""Commands that die with this program, and waiting for what they say."""
import math
import os
import selectors
import signal
import subprocess
import sys
import time

KEEPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keeper.py")
LINES_MAX = 4000  # that are kept of a command, of its beginning and its end


class Interrupt:
    """SIGINT and SIGTERM as something to wait for; a second one ends at once."""

    until = math.inf  # a time by which it is true without a signal

    def __init__(self):
        self.name = None
        self._reading, self._writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._taken)

    def _taken(self, number, _frame):
        if self.name is not None:
            # The children die with the lifelines, and the state needs no farewell.
            os._exit(128 + number)
        self.name = signal.Signals(number).name
        os.write(self._writing, b"!")

    def fileno(self):
        return self._reading

    def __bool__(self):
        return self.name is not None


class Farewell:
    """In the place of the interrupt once it has come: true when the seconds are over."""

    def __init__(self, seconds):
        self.until = time.monotonic() + seconds
        self._never, self._held = os.pipe2(os.O_CLOEXEC)

    def fileno(self):
        return self._never

    def __bool__(self):
        return time.monotonic() >= self.until


class Child:
    """A command under a keeper. Both streams of it come as lines of text."""

    def __init__(self, command, directory=None, environment=None, whom="all"):
        reading, self._lifeline = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", KEEPER, str(reading), whom, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            pass_fds=(reading,), cwd=directory, env=environment, start_new_session=True)
        os.close(reading)
        os.set_blocking(self.fileno(), False)
        self._begun = b""
        self.status = None

    def fileno(self):
        return self._process.stdout.fileno()

    def read(self):
        """The whole lines that have come; None after the last."""
        try:
            data = os.read(self.fileno(), 1 << 16)
        except BlockingIOError:
            return []
        if not data:
            return None
        lines = (self._begun + data).split(b"\n")
        self._begun = lines.pop()
        return [line.decode(errors="replace") for line in lines]

    def stop(self):
        """Ends the command and its descendants."""
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def close(self):
        """Ends what still runs and takes the status."""
        self.stop()
        self.status = self._process.wait()
        self._process.stdout.close()
        return self.status


class Watch:
    """Waits for several children and for the interrupt at once."""

    def __init__(self, interrupt, clock=time.monotonic):
        self._selector = selectors.DefaultSelector()
        self._interrupt = interrupt
        self._clock = clock
        self._selector.register(interrupt, selectors.EVENT_READ)

    def add(self, child):
        self._selector.register(child, selectors.EVENT_READ)

    def wait(self, until):
        """(child, lines) for each that spoke, (child, None) for each that ended."""
        happened = []
        for key, _ in self._selector.select(max(0, until - self._clock())):
            if key.fileobj is self._interrupt:
                continue
            lines = key.fileobj.read()
            if lines is None:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()
            happened.append((key.fileobj, lines))
        return happened

    def close(self):
        self._selector.close()


def run(command, interrupt, limit_s, directory=None, environment=None, whom="all",
        hear=lambda line: None):
    """Runs to the end: (status, lines). The status is None if time ran out or we are stopped.
    `hear` is called with each line as it comes."""
    child = Child(command, directory, environment, whom)
    watch = Watch(interrupt)
    watch.add(child)
    lines = []
    end = min(time.monotonic() + limit_s, interrupt.until)
    try:
        while not interrupt and time.monotonic() < end:
            for _, more in watch.wait(end):
                if more is None:
                    return child.status, lines
                for line in more:
                    hear(line)
                lines.extend(more)
                del lines[LINES_MAX // 2:-LINES_MAX // 2]
        return None, lines
    finally:
        watch.close()
        if child.status is None:
            child.close()
