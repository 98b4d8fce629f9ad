// Pipes: two descriptors over a buffer in the kernel, and the shell pipeline made of them.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::pipe {

inline constexpr Rule create_two_ends{
    .id = "pipe.create.two-ends",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After pipe() returns 0, bytes written to the write end come out of the read end "
        "in the order in which they were written.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pipe()"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe", "Pipe/Code/pipe", "Pipe/Flow"},
};

inline constexpr Rule create_kernel_buffered{
    .id = "pipe.create.kernel-buffered",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Bytes that a process wrote to a pipe before it exited can still be read from a "
        "surviving read end, because the kernel holds them and not the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe", "Pipe/Notes/1"},
};

inline constexpr Rule create_access_modes{
    .id = "pipe.create.access-modes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux F_GETFL reports O_RDONLY for the read end and O_WRONLY for the write "
        "end of a pipe, and writing to the read end or reading from the write end fails "
        "with EBADF.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"POSIX.1-2017", "pipe()"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe", "Compare/Pipe/Direction"},
    .erratum =
        "The sheet calls a pipe one-way: that is how Linux makes it, while POSIX leaves "
        "open whether each end works in the other direction too.",
};

inline constexpr Rule read_copy_and_consume{
    .id = "pipe.read.copy-and-consume",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A read() of n bytes takes at most n bytes out of the pipe and returns how many, "
        "and no later reader gets those bytes again.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "FIFO/Notes/3"},
};

inline constexpr Rule read_short_count{
    .id = "pipe.read.short-count",
    .mechanism = Mechanism::pipe,
    .sentence =
        "When a pipe holds fewer bytes than read() asks for and a writer is still open, "
        "read() returns those bytes at once instead of waiting for more.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "Pipe/Code/child read"},
    .erratum =
        "The sheet says that read() copies the buffer: one call may return less than was "
        "asked for or sent, so that receiving a whole message takes a loop.",
};

inline constexpr Rule read_blocks_empty{
    .id = "pipe.read.blocks-empty",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A blocking read() on an empty pipe whose write end is open waits until data is "
        "written or the last write end is closed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
    .erratum =
        "The sheet says that read() blocks if the pipe is empty: it does so only while "
        "some write end is open and O_NONBLOCK is clear.",
};

inline constexpr Rule eof_all_writers_closed{
    .id = "pipe.eof.all-writers-closed",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Once every process has closed its descriptors for the write end, read() on the "
        "drained pipe returns 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "Pipe/Syscalls/close", "Pipe/Code/close after use"},
};

inline constexpr Rule eof_data_before_eof{
    .id = "pipe.eof.data-before-eof",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Bytes still buffered when the last write end is closed are read first, and only "
        "then does read() return 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "Pipe/Code/close after use"},
};

inline constexpr Rule eof_repeats{
    .id = "pipe.eof.repeats",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Once a pipe is at end-of-file, every further read() returns 0 again without "
        "blocking.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
};

inline constexpr Rule eof_own_write_end_open{
    .id = "pipe.eof.own-write-end-open",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A reader that keeps its own inherited write end sees no end-of-file when the "
        "other writer exits: its read() on the empty pipe keeps blocking, or fails with "
        "EAGAIN under O_NONBLOCK.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/close", "Pipe/Notes/2", "Pipe/Code/child close"},
};

inline constexpr Rule eof_any_process_counts{
    .id = "pipe.eof.any-process-counts",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write end held by any process, for instance by an idle grandchild that "
        "inherited it, withholds end-of-file until that process closes it or dies.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Syscalls/close"},
};

inline constexpr Rule eof_wakes_blocked_reader{
    .id = "pipe.eof.wakes-blocked-reader",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A reader blocked in read() returns 0 when the last write end goes away, also "
        "when its holder was killed by SIGKILL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "_exit()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
};

inline constexpr Rule write_blocks_full{
    .id = "pipe.write.blocks-full",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A blocking write() to a pipe that lacks room for all the data waits until a "
        "reader has made enough room.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Syscalls/write"},
    .erratum =
        "The sheet says that write() blocks if the pipe is full: it blocks as soon as the "
        "request does not fit.",
};

inline constexpr Rule write_full_count{
    .id = "pipe.write.full-count",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A blocking write() of n bytes returns exactly n, even when n exceeds the "
        "capacity of the pipe, as long as a reader keeps draining it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Syscalls/write", "Pipe/Code/parent write"},
};

inline constexpr Rule close_reader_keeps_read_end{
    .id = "pipe.close.reader-keeps-read-end",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A writer that keeps its own inherited read end gets neither SIGPIPE nor EPIPE "
        "after all other readers have exited: write() succeeds until the pipe is full and "
        "then blocks.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/close", "Pipe/Code/parent close"},
    .erratum =
        "The sheet closes unused ends for the sake of end-of-file only: a read end left "
        "open also suppresses SIGPIPE and EPIPE, of which the sheet says nothing.",
};

inline constexpr Rule dup2_stdout_redirect{
    .id = "pipe.dup2.stdout-redirect",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After dup2() of the write end onto descriptor 1, bytes written to descriptor 1 "
        "come out of the read end.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2", "Pipe/dup2 table/fd 1", "Pipe/Code2/dup2 stdout"},
};

inline constexpr Rule dup2_stdin_redirect{
    .id = "pipe.dup2.stdin-redirect",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After dup2() of the read end onto descriptor 0, read() on descriptor 0 returns "
        "the bytes written to the write end.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2", "Pipe/Code2/dup2 stdin"},
};

inline constexpr Rule dup2_source_stays_open{
    .id = "pipe.dup2.source-stays-open",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Duplicating the write end onto descriptor 1 with dup2() leaves the original "
        "descriptor open until it is closed by a call of its own.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/dup2 table/fd 4"},
    .erratum =
        "The table shows fd 4 as closed right after dup2(): it stays open until the later "
        "close().",
};

inline constexpr Rule dup2_table_other_fds{
    .id = "pipe.dup2.table-other-fds",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Duplicating the write end onto descriptor 1 leaves descriptors 0 and 2 and the "
        "read end referring to the same open file descriptions as before.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/dup2 table/fd 0", "Pipe/dup2 table/fd 2", "Pipe/dup2 table/fd 3"},
    .erratum =
        "The table keeps fd 3 open although the code below it closes that end: table and "
        "code show different moments.",
};

inline constexpr Rule dup2_close_original_keeps_copy{
    .id = "pipe.dup2.close-original-keeps-copy",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After the write end has been duplicated onto descriptor 1 and the original "
        "closed, the reader sees no end-of-file until descriptor 1 is closed too.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Pipe/Code2/child close", "Pipe/dup2 table/fd 4"},
};

inline constexpr Rule dup2_same_number_trap{
    .id = "pipe.dup2.same-number-trap",
    .mechanism = Mechanism::pipe,
    .sentence =
        "If pipe() itself returned descriptor 1 as the write end, dup2() onto 1 changes "
        "nothing and the close() of the write end that follows leaves descriptor 1 "
        "closed, so that write() to it fails with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Code2/dup2 stdout"},
    .erratum =
        "The sample does not allow for pipe() returning the very number that it "
        "redirects.",
};

inline constexpr Rule fs_no_entry{
    .id = "pipe.fs.no-entry",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux a pipe has no directory entry: fstat() reports a FIFO on the "
        "kernel-internal pipe file system, and its link in /proc/self/fd names the inode "
        "in place of a path.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"Linux man-pages", "proc(5)"}},
    .cheat_sheet = {"Pipe/Notes/1", "Compare/Pipe/Filesystem"},
    .erratum =
        "A pipe has no pathname, but it has an inode, and on Linux it can be reopened "
        "through /proc/PID/fd.",
};

inline constexpr Rule fork_both_inherit_both{
    .id = "pipe.fork.both-inherit-both",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After fork() parent and child each hold both ends of the pipe: either of them "
        "can read and write, and an end closed by one stays open in the other.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Notes/2", "Pipe/Flow"},
};

inline constexpr Rule shell_ls_wc{
    .id = "pipe.shell.ls-wc",
    .mechanism = Mechanism::pipe,
    .sentence =
        "When one child runs ls and another wc -l, joined by pipe(), dup2() and exec as a "
        "shell joins them, wc prints the number of lines that ls wrote and both commands "
        "end.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}, {"POSIX.1-2017", "exec"}},
    .cheat_sheet = {"Pipe/Notes/3", "Pipe/Code2", "Practical/Pipe"},
};

inline constexpr Rule shell_parent_holds_write_end{
    .id = "pipe.shell.parent-holds-write-end",
    .mechanism = Mechanism::pipe,
    .sentence =
        "As long as the parent of two piped commands keeps the write end open, the "
        "reading command sees no end-of-file after the writing one has exited, and "
        "waiting for it does not return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Notes/4", "Pipe/Code2/parent close"},
    .erratum =
        "For end-of-file the parent need close only the write end: closing the read end "
        "serves to let the first command get SIGPIPE.",
};

inline constexpr Rule shell_order_of_exit_irrelevant{
    .id = "pipe.shell.order-of-exit-irrelevant",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A reading command that starts after the writing command has exited still "
        "receives all of its output and then end-of-file.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Notes/4"},
};

inline constexpr Rule shell_parent_reaps_both{
    .id = "pipe.shell.parent-reaps-both",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A parent of two children gets their two process ids from two calls of wait(), in "
        "either order, and ECHILD from a third.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code2/wait"},
};

inline constexpr Rule shell_exec_failure_falls_through{
    .id = "pipe.shell.exec-failure-falls-through",
    .mechanism = Mechanism::pipe,
    .sentence =
        "When execlp() fails in the child it returns -1, and the child goes on with the "
        "code that follows as if it were a second parent.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
    .cheat_sheet = {"Pipe/Code2/execlp"},
    .erratum = "The sample has no _exit() after execlp().",
};

inline constexpr Rule code_terminator_transferred{
    .id = "pipe.code.terminator-transferred",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() of strlen(msg)+1 bytes carries the terminating null byte to the "
        "reader, while a write() of strlen(msg) bytes carries none.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Code/parent write", "FIFO/Code/writer write"},
};

inline constexpr Rule code_child_not_waited{
    .id = "pipe.code.child-not-waited",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A child that nobody waits for remains a zombie after it has exited, until its "
        "parent waits for it; if the parent exits first, whoever inherits the child can "
        "wait for it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code"},
    .erratum = "The first sample never waits for its child.",
};

inline constexpr Rule compare_one_way_needs_two{
    .id = "pipe.compare.one-way-needs-two",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux bytes written to a pipe never become readable at its write end, so that "
        "a request and its reply take two pipes.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Compare/Pipe/Direction"},
};

inline constexpr Rule compare_sync_small_writes{
    .id = "pipe.compare.sync-small-writes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "When several processes write records of at most PIPE_BUF bytes to one pipe at "
        "the same time, no record is mixed with another.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/Pipe/Sync"},
    .erratum =
        "That no synchronisation is needed holds only up to PIPE_BUF bytes in one "
        "write().",
};

inline constexpr Rule compare_sync_large_writes{
    .id = "pipe.compare.sync-large-writes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Records larger than PIPE_BUF that several processes write to one pipe at the "
        "same time may be mixed, but every byte arrives exactly once and the bytes of "
        "each writer in its order.",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/Pipe/Sync"},
    .erratum =
        "The sheet says that no synchronisation is needed: above PIPE_BUF bytes in one "
        "write() records may be torn.",
};

inline constexpr Rule compare_scope_unrelated{
    .id = "pipe.compare.scope-unrelated",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux a process that inherited neither end can use a pipe once an end reaches "
        "it by SCM_RIGHTS, pidfd_getfd() or /proc/PID/fd, and siblings share one by "
        "inheritance.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"},
                {"Linux man-pages", "pidfd_getfd(2)"},
                {"Linux man-pages", "proc(5)"}},
    .cheat_sheet = {"Compare/Pipe/Scope"},
    .erratum =
        "The sheet limits pipes to parent and child: any process that obtains a "
        "descriptor can use one.",
};

inline constexpr Rule compare_speed{
    .id = "pipe.compare.speed",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Throughput and latency of a pipe between two processes are measured while every "
        "byte arrives once and in order.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "IPC Comparison"}},
    .cheat_sheet = {"Compare/Pipe/Speed", "Short/2"},
    .erratum = "Fast is a measurement and not a rule.",
};

inline constexpr Rule practical_popen_read{
    .id = "pipe.practical.popen-read",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A stream opened by popen() in mode r delivers the standard output of the "
        "command, and pclose() returns the wait status of the command.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "popen()"}, {"POSIX.1-2017", "pclose()"}},
    .cheat_sheet = {"Practical/Pipe"},
};

inline constexpr Rule practical_popen_one_way{
    .id = "pipe.practical.popen-one-way",
    .mechanism = Mechanism::pipe,
    .sentence =
        "In glibc popen() accepts mode r or w, with an optional e for close-on-exec, and "
        "fails with EINVAL for rw.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "popen(3)"}},
    .cheat_sheet = {"Practical/Pipe"},
};

inline constexpr Rule practical_shell_status{
    .id = "pipe.practical.shell-status",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A command that goes on writing into a pipeline after the command that reads it "
        "has exited is killed by SIGPIPE, and its wait status says so.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Practical/Pipe", "Short/2"},
};

inline constexpr Rule create_lowest_numbers{
    .id = "pipe.create.lowest-numbers",
    .mechanism = Mechanism::pipe,
    .sentence =
        "pipe() uses the two lowest descriptor numbers that are free in the process, the lower "
        "one, on Linux, for the read end.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pipe()"}, {"POSIX.1-2017", "XSH 2.14"}},
};

inline constexpr Rule create_flags_clear{
    .id = "pipe.create.flags-clear",
    .mechanism = Mechanism::pipe,
    .sentence = "pipe() leaves O_NONBLOCK and FD_CLOEXEC clear on both descriptors.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pipe()"}},
};

inline constexpr Rule create_pipe2_flags{
    .id = "pipe.create.pipe2-flags",
    .mechanism = Mechanism::pipe,
    .sentence = "pipe2() with O_CLOEXEC and O_NONBLOCK sets those flags on both new descriptors.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2024", "pipe2()"}, {"Linux man-pages", "pipe(2)"}},
};

inline constexpr Rule create_pipe2_bad_flag{
    .id = "pipe.create.pipe2-bad-flag",
    .mechanism = Mechanism::pipe,
    .sentence =
        "pipe2() with a flag that it does not know fails with EINVAL and makes no descriptor.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(2)"}},
};

inline constexpr Rule seek_espipe{
    .id = "pipe.seek.espipe",
    .mechanism = Mechanism::pipe,
    .sentence = "lseek() on a pipe or FIFO fails with ESPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "lseek()"}},
};

inline constexpr Rule read_zero_length{
    .id = "pipe.read.zero-length",
    .mechanism = Mechanism::pipe,
    .sentence = "A read() of no bytes returns 0 without waiting, whatever is in the pipe.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule write_zero_length{
    .id = "pipe.write.zero-length",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() of no bytes to a pipe, whose results POSIX leaves open, returns 0 on Linux, "
        "does nothing and raises no SIGPIPE.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "write()"}},
    .untestable = "POSIX leaves the result open, so that no answer breaks the rule.",
};

inline constexpr Rule read_nonblock_empty{
    .id = "pipe.read.nonblock-empty",
    .mechanism = Mechanism::pipe,
    .sentence = "A non-blocking read() on an empty pipe that has a writer fails with EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule epipe_sigpipe{
    .id = "pipe.epipe.sigpipe-default",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() of at least one byte to a pipe that no process has open for reading sends "
        "SIGPIPE to the writing thread.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule epipe_error{
    .id = "pipe.epipe.ignored",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() of at least one byte to a pipe that no process has open for reading fails with "
        "EPIPE when SIGPIPE does not end the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule epipe_handler_first{
    .id = "pipe.epipe.handler-runs-first",
    .mechanism = Mechanism::pipe,
    .sentence = "A handler of SIGPIPE has run when the write() that raised the signal returns.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}, {"POSIX.1-2017", "XSH 2.4"}},
};

inline constexpr Rule epipe_partial{
    .id = "pipe.epipe.partial-then-reader-gone",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() whose last reader goes away after it has transferred some bytes returns on "
        "Linux how many they were, besides raising SIGPIPE.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}},
};

inline constexpr Rule atomic_not_split{
    .id = "pipe.atomic.blocking-not-split",
    .mechanism = Mechanism::pipe,
    .sentence = "A write() of at most PIPE_BUF bytes is transferred in one piece or not at all.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule nonblock_all_or_nothing{
    .id = "pipe.atomic.nonblock-all-or-nothing",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking write() of at most PIPE_BUF bytes that does not fit as a whole fails with "
        "EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule nonblock_partial{
    .id = "pipe.nonblock.large-partial",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking write() of more than PIPE_BUF bytes transfers what fits and returns how "
        "much that was, or fails with EAGAIN when nothing fits.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule capacity_default{
    .id = "pipe.capacity.default",
    .mechanism = Mechanism::pipe,
    .sentence = "On Linux a new pipe has the default capacity, and F_GETPIPE_SZ reports it.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}},
};

inline constexpr Rule capacity_slot_granular{
    .id = "pipe.capacity.slot-granular",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Linux counts the capacity of a pipe in page slots: bytes join the last slot only while "
        "they fit there, and room comes back when a slot was read to its end.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"Linux kernel", "fs/pipe.c"}},
};

inline constexpr Rule capacity_room_is_used{
    .id = "pipe.capacity.room-is-used",
    .mechanism = Mechanism::pipe,
    .sentence = "On Linux a write() makes use of every free slot of the pipe before it waits.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}},
};

inline constexpr Rule packet_boundaries{
    .id = "pipe.packet.boundaries",
    .mechanism = Mechanism::pipe,
    .sentence =
        "With O_DIRECT each write() of at most PIPE_BUF bytes is a packet: a read() takes one "
        "packet, and what of it does not fit is lost.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(2)"}},
};

inline constexpr Rule close_discard{
    .id = "pipe.close.discard",
    .mechanism = Mechanism::pipe,
    .sentence = "When nobody has a pipe open any more, what is in it is discarded.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}},
};

inline constexpr Rule fionread{
    .id = "pipe.ioctl.fionread",
    .mechanism = Mechanism::pipe,
    .sentence = "FIONREAD tells how many bytes are in the pipe, through either end.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}},
};

inline constexpr Rule bad_descriptor{
    .id = "pipe.io.bad-descriptor",
    .mechanism = Mechanism::pipe,
    .sentence = "read() and write() on a number that is no open descriptor fail with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
};

inline constexpr Rule stream_no_boundaries{
    .id = "pipe.stream.no-boundaries",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A pipe keeps no boundaries between writes: one read() takes the bytes of several, and "
        "several take those of one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
};

inline constexpr Rule read_nonblock_eof{
    .id = "pipe.read.nonblock-eof",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking read() on an empty pipe that has no writer returns 0 and does not fail "
        "with EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule epipe_stays_pending{
    .id = "pipe.epipe.blocked-stays-pending",
    .mechanism = Mechanism::pipe,
    .sentence =
        "When SIGPIPE is blocked, a write() to a pipe without readers fails with EPIPE and leaves "
        "the signal pending, where sigtimedwait() can take it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"},
                {"POSIX.1-2017", "sigpending()"},
                {"POSIX.1-2017", "sigtimedwait()"}},
};

inline constexpr Rule epipe_wakes_writer{
    .id = "pipe.epipe.blocked-writer-woken",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write() that waits with nothing transferred raises SIGPIPE and fails with EPIPE when "
        "the last read end goes away.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule epipe_readers_back{
    .id = "pipe.epipe.readers-back",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux a writer of a FIFO that got EPIPE can write to the same descriptor again once "
        "the FIFO has been opened for reading.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "fifo(7)"}, {"Linux man-pages", "pipe(7)"}},
};

inline constexpr Rule atomic_minimum{
    .id = "pipe.atomic.min-512",
    .mechanism = Mechanism::pipe,
    .sentence = "fpathconf() tells for either end of a pipe that PIPE_BUF is at least 512.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fpathconf()"}, {"POSIX.1-2017", "<limits.h>"}},
};

inline constexpr Rule nonblock_into_empty{
    .id = "pipe.nonblock.large-after-drain",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking write() of more than PIPE_BUF bytes to a pipe that has been read empty "
        "transfers at least PIPE_BUF bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule nonblock_full{
    .id = "pipe.nonblock.full-eagain",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking write() to a full pipe that has a reader fails with EAGAIN, however many "
        "bytes it is of.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule nonblock_full_no_reader{
    .id = "pipe.nonblock.full-no-reader",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A non-blocking write() to a full pipe that has no reader raises SIGPIPE and fails with "
        "EPIPE, not with EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule interrupted_write{
    .id = "pipe.eintr.write-partial",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux a write() to a pipe that a handler interrupts after some bytes were transferred "
        "returns how many, even with SA_RESTART.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}, {"POSIX.1-2017", "write()"}},
};

inline constexpr std::array kRules{&create_two_ends,
                                   &create_kernel_buffered,
                                   &create_access_modes,
                                   &read_copy_and_consume,
                                   &read_short_count,
                                   &read_blocks_empty,
                                   &eof_all_writers_closed,
                                   &eof_data_before_eof,
                                   &eof_repeats,
                                   &eof_own_write_end_open,
                                   &eof_any_process_counts,
                                   &eof_wakes_blocked_reader,
                                   &write_blocks_full,
                                   &write_full_count,
                                   &close_reader_keeps_read_end,
                                   &dup2_stdout_redirect,
                                   &dup2_stdin_redirect,
                                   &dup2_source_stays_open,
                                   &dup2_table_other_fds,
                                   &dup2_close_original_keeps_copy,
                                   &dup2_same_number_trap,
                                   &fs_no_entry,
                                   &fork_both_inherit_both,
                                   &shell_ls_wc,
                                   &shell_parent_holds_write_end,
                                   &shell_order_of_exit_irrelevant,
                                   &shell_parent_reaps_both,
                                   &shell_exec_failure_falls_through,
                                   &code_terminator_transferred,
                                   &code_child_not_waited,
                                   &compare_one_way_needs_two,
                                   &compare_sync_small_writes,
                                   &compare_sync_large_writes,
                                   &compare_scope_unrelated,
                                   &compare_speed,
                                   &practical_popen_read,
                                   &practical_popen_one_way,
                                   &practical_shell_status,
                                   &stream_no_boundaries,
                                   &read_nonblock_eof,
                                   &epipe_stays_pending,
                                   &epipe_wakes_writer,
                                   &epipe_readers_back,
                                   &atomic_minimum,
                                   &nonblock_into_empty,
                                   &nonblock_full,
                                   &nonblock_full_no_reader,
                                   &interrupted_write};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&create_lowest_numbers,
                                        &create_flags_clear,
                                        &create_pipe2_flags,
                                        &create_pipe2_bad_flag,
                                        &seek_espipe,
                                        &read_zero_length,
                                        &write_zero_length,
                                        &read_nonblock_empty,
                                        &epipe_sigpipe,
                                        &epipe_error,
                                        &epipe_handler_first,
                                        &epipe_partial,
                                        &atomic_not_split,
                                        &nonblock_all_or_nothing,
                                        &nonblock_partial,
                                        &capacity_default,
                                        &capacity_slot_granular,
                                        &capacity_room_is_used,
                                        &packet_boundaries,
                                        &close_discard,
                                        &fionread,
                                        &bad_descriptor};

}  // namespace ipcspec::spec::pipe
