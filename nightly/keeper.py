"""Runs a command so that nothing of it outlives the one who asked for it.

    keeper.py LIFELINE all|command COMMAND...

LIFELINE is a descriptor, the reading end of a pipe. When its other end is closed, on purpose or
because its owner was killed, the command and all its descendants are killed, also those that left
its session. libFuzzer starts its merging and minimising processes through a shell, so killing
libFuzzer alone would leave them running. With "command" only the command itself is killed: Bazel's
server is its descendant and shall stay. Exits as the command did, 128 + N for signal N.
"""
import ctypes
import glob
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def prctl(option, value):
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def start(command):
    keeper = os.getpid()
    pid = os.fork()
    if pid != 0:
        return pid
    # The command's own descendants come to the keeper; the command must not outlive it either.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(127)
    # Python ignores it; the command shall not.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, f"{command[0]}: cannot be started: {error.strerror}\n".encode())
        os._exit(127)


def children():
    """By /proc/PID/stat, because not every kernel has /proc/PID/task/TID/children."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, "rb") as file:
                # The name may hold blanks and parentheses; the fields follow its last one.
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append(int(path.split("/")[2]))
    return found


def end_descendants():
    # Whoever is killed leaves its children to the keeper, the subreaper: kill again until none.
    while True:
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def main():
    lifeline, whom, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.set_inheritable(lifeline, False)
    if whom == "all":
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    pid = start(command)
    pidfd = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(lifeline, select.POLLIN)
    poll.poll()
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    if whom == "all":
        end_descendants()
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


main()
