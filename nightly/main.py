"""tools/nightly."""
import os
import sys

from nightly import build, display, night, options, process, store

USAGE = 2
BROKEN = 3


def run(arguments, tree):
    """The exit status."""
    try:
        chosen = options.parse(arguments)
    except options.UsageError as error:
        print(f"tools/nightly: {error}", file=sys.stderr)
        return USAGE
    interrupt = process.Interrupt()
    the_store = store.Store(chosen.state)
    screen = display.Display()
    try:
        the_store.open()
        return night.Night(the_store, chosen, tree, interrupt, screen).run()
    except (store.StateError, build.UnknownTarget) as error:
        print(f"tools/nightly: {error}", file=sys.stderr)
        return USAGE
    except build.BuildError as error:
        print(f"tools/nightly: {error}", file=sys.stderr)
        return BROKEN
    except OSError as error:
        # What was learned so far is on disk; a full disk is the likely case.
        print(f"tools/nightly: {error.filename or the_store.root}: {error.strerror}; mend that "
              "and start again, nothing that was saved is lost", file=sys.stderr)
        return BROKEN


def main():
    tree = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(run(sys.argv[1:], tree))
