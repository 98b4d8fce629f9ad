"""The command line."""
import argparse
import os
import re


class UsageError(Exception):
    pass


def duration(text):
    """Seconds of '8h', '90m', '45s', '1h30m' or a plain number of seconds."""
    match = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text)
    seconds = sum(int(part or 0) * unit for part, unit in zip(match.groups(), (3600, 60, 1))) \
        if match and text else 0
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration; write 8h, 90m, 1h30m or 45s")
    return seconds


def share(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)%", text)
    if match is None or float(match[1]) > 100:
        raise argparse.ArgumentTypeError(f"'{text}' is no share; write a percentage such as 20%")
    return float(match[1]) / 100


def count(text):
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of processes; write 1 or more")
    return int(text)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"{message}; see tools/nightly --help")


def parse(arguments):
    parser = Parser(
        prog="tools/nightly", add_help=True, allow_abbrev=False,
        description="Fuzzes all targets for a time, keeps what they learned, and says what is new.",
        epilog="Exit status: 0 nothing new, 1 new findings, 2 usage, 3 something is broken. "
               "The environment variable BAZEL may hold the command to build with, such as "
               "'bazel --output_base=DIR'. More in docs/nightly.md.")
    parser.add_argument("--for", dest="budget_s", type=duration, required=True, metavar="DURATION",
                        help="how long: 8h, 90m, 1h30m; the build comes before it")
    parser.add_argument("--state", required=True, metavar="DIR",
                        help="what is kept from night to night; made when it does not exist")
    parser.add_argument("--jobs", type=count, default=len(os.sched_getaffinity(0)), metavar="N",
                        help="processes at a time (default: one per processor, %(default)s)")
    parser.add_argument("--targets", type=lambda text: text.split(","), metavar="A,B",
                        help="only these, for instance frame_fuzz; 'explore' is one")
    parser.add_argument("--explore-share", type=share, default=0.2, metavar="PERCENT",
                        help="of the time for 'ipcspec explore' (default: 20%%)")
    parser.add_argument("--no-build", action="store_true",
                        help="use the programs of the last night, or those that you put into "
                             "DIR/bin")
    return parser.parse_args(arguments)
