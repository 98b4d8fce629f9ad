// The rules of the cheat sheet about pipe.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::pipe {

inline constexpr Rule create_two_ends{
    .id = "pipe.create.two-ends",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Pipe(fd) returns 0; bytes written to fd(1) come out of fd(0) in "
        "first-in-first-out order.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pipe()"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe"},
};

inline constexpr Rule create_kernel_buffered{
    .id = "pipe.create.kernel-buffered",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Bytes written by a process that has since exited are still returned by read() on "
        "a surviving read end: the data lives in the kernel, not in either process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe"},
};

inline constexpr Rule create_access_modes{
    .id = "pipe.create.access-modes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On Linux F_GETFL shows O_RDONLY on fd(0) and O_WRONLY on fd(1), so write(fd(0)) "
        "and read(fd(1)) fail with EBADF; POSIX leaves it unspecified whether each end is "
        "also open the other way.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"POSIX.1-2017", "pipe()"}},
    .cheat_sheet = {"Pipe/Syscalls/pipe", "Compare/Pipe/Direction"},
    .erratum = "one-way is a Linux fact; POSIX permits bidirectional pipes",
};

inline constexpr Rule read_copy_and_consume{
    .id = "pipe.read.copy-and-consume",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Read(fd(0),buf,n) copies at most n bytes into buf, returns the count, and those "
        "bytes are gone for every later reader of the same pipe.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "FIFO/Notes/3"},
};

inline constexpr Rule read_short_count{
    .id = "pipe.read.short-count",
    .mechanism = Mechanism::pipe,
    .sentence =
        "With k bytes buffered (0<k<n) and a writer still open, read(fd(0),buf,n) returns "
        "k at once and does not wait for n bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "Pipe/Code/read"},
    .erratum =
        "table says 'copies'; one read() may return less than was asked or sent, a loop "
        "is needed",
};

inline constexpr Rule read_blocks_empty{
    .id = "pipe.read.blocks-empty",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Read() on an empty pipe with O_NONBLOCK clear and at least one write end open "
        "blocks until data is written or the last write end is closed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
    .erratum = "blocks only while some write end is open",
};

inline constexpr Rule eof_all_writers_closed{
    .id = "pipe.eof.all-writers-closed",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After the last descriptor for the write end is closed in every process, read() "
        "on the drained pipe returns 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read", "Pipe/Syscalls/close"},
};

inline constexpr Rule eof_data_before_eof{
    .id = "pipe.eof.data-before-eof",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Data still buffered when the last write end closes is returned by read() first; "
        "only then does read() return 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
};

inline constexpr Rule eof_repeats{
    .id = "pipe.eof.repeats",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Once at end-of-file, every further read() on an anonymous pipe returns 0 again "
        "and never blocks.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
};

inline constexpr Rule eof_own_write_end_open{
    .id = "pipe.eof.own-write-end-open",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A reader that has not closed its own inherited fd(1) does not see EOF after the "
        "other writer exits: read() on the empty pipe keeps blocking (EAGAIN if "
        "O_NONBLOCK).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/close", "Pipe/Notes/2", "Pipe/Code/close(fd[1])"},
};

inline constexpr Rule eof_any_process_counts{
    .id = "pipe.eof.any-process-counts",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A write end held by any process (for example a sleeping grandchild that "
        "inherited it) withholds EOF until that process closes it or dies.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Syscalls/close"},
};

inline constexpr Rule eof_wakes_blocked_reader{
    .id = "pipe.eof.wakes-blocked-reader",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A reader already blocked in read() returns 0 when the last write end is closed, "
        "including closing by death of the writer through SIGKILL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "_exit()"}},
    .cheat_sheet = {"Pipe/Syscalls/read"},
};

inline constexpr Rule write_blocks_full{
    .id = "pipe.write.blocks-full",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Write() with O_NONBLOCK clear on a pipe without room for the data blocks until a "
        "reader has made enough room.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Syscalls/write"},
    .erratum =
        "blocks when there is not enough room for the request, not only when completely "
        "full",
};

inline constexpr Rule write_full_count{
    .id = "pipe.write.full-count",
    .mechanism = Mechanism::pipe,
    .sentence =
        "On normal completion a blocking write() of n bytes returns exactly n even when n "
        "exceeds the pipe capacity, provided readers keep draining.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Syscalls/write"},
};

inline constexpr Rule close_reader_keeps_read_end{
    .id = "pipe.close.reader-keeps-read-end",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A writer that still holds its own inherited fd(0) gets neither SIGPIPE nor EPIPE "
        "after all other readers exit; its write() succeeds until the pipe is full and "
        "then blocks.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}, {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Pipe/Syscalls/close", "Pipe/Code/close(fd[0])"},
    .erratum =
        "sheet names only the EOF half; an unclosed read end also suppresses "
        "SIGPIPE/EPIPE",
};

inline constexpr Rule dup2_stdout_redirect{
    .id = "pipe.dup2.stdout-redirect",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After dup2(fd(1),STDOUT_FILENO), bytes written to descriptor 1 are readable from "
        "fd(0).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2", "Pipe/dup2 table/fd 1", "Pipe/Code2/dup2 stdout"},
};

inline constexpr Rule dup2_stdin_redirect{
    .id = "pipe.dup2.stdin-redirect",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After dup2(fd(0),STDIN_FILENO), read() on descriptor 0 returns bytes written to "
        "fd(1).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2", "Pipe/Code2/dup2 stdin"},
};

inline constexpr Rule dup2_source_stays_open{
    .id = "pipe.dup2.source-stays-open",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Dup2(fd(1),1) does not close fd(1): fcntl(fd(1),F_GETFD) still succeeds until "
        "close(fd(1)) is called.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/dup2 table/fd 4"},
    .erratum =
        "the 'after dup2' table shows fd 4 closed; it is closed only by the later "
        "close(fd[1])",
};

inline constexpr Rule dup2_table_other_fds{
    .id = "pipe.dup2.table-other-fds",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Dup2(fd(1),1) leaves descriptors 0 and 2 and fd(0) referring to the same open "
        "file descriptions as before.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/dup2 table/fd 0,2,3"},
    .erratum = "table keeps fd 3 open although the code below it closes fd[0]",
};

inline constexpr Rule dup2_close_original_keeps_copy{
    .id = "pipe.dup2.close-original-keeps-copy",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After dup2(fd(1),1) and close(fd(1)) the pipe still has a writer through "
        "descriptor 1: no EOF until descriptor 1 is closed too.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Pipe/Code2/close(fd[1]) comment"},
};

inline constexpr Rule dup2_same_number_trap{
    .id = "pipe.dup2.same-number-trap",
    .mechanism = Mechanism::pipe,
    .sentence =
        "If pipe() itself returned the target number (stdout was closed beforehand), "
        "dup2(fd(1),1) is a no-op and the following close(fd(1)) closes the redirected "
        "stdout: write(1) then fails with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Code2/dup2 stdout"},
    .erratum = "sample omits the fd[1]==STDOUT_FILENO guard",
};

inline constexpr Rule fs_no_entry{
    .id = "pipe.fs.no-entry",
    .mechanism = Mechanism::pipe,
    .sentence =
        "An anonymous pipe has no directory entry anywhere: fstat() reports S_ISFIFO with "
        "a pipefs inode and /proc/self/fd/N reads as 'pipe:(inode)'.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"Linux man-pages", "proc(5)"}},
    .cheat_sheet = {"Pipe/Notes/1", "Compare/Pipe/Filesystem"},
    .erratum = "no name, but it does have an inode and can be reopened through /proc/PID/fd",
};

inline constexpr Rule fork_both_inherit_both{
    .id = "pipe.fork.both-inherit-both",
    .mechanism = Mechanism::pipe,
    .sentence =
        "After fork() parent and child each hold both ends; either may read or write, and "
        "closing an end in one process leaves it open in the other.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Notes/2", "Pipe/Flow"},
};

inline constexpr Rule shell_ls_wc{
    .id = "pipe.shell.ls-wc",
    .mechanism = Mechanism::pipe,
    .sentence =
        "The two-child dup2+exec recipe makes the second command count exactly the lines "
        "the first printed, and the second command terminates.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}, {"POSIX.1-2017", "exec()"}},
    .cheat_sheet = {"Pipe/Notes/3", "Pipe/Code2", "Practical/Pipe"},
};

inline constexpr Rule shell_parent_holds_write_end{
    .id = "pipe.shell.parent-holds-write-end",
    .mechanism = Mechanism::pipe,
    .sentence =
        "If the parent of the two children keeps fd(1) open and waits for the reading "
        "child, that child never sees EOF and the wait never returns.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
    .cheat_sheet = {"Pipe/Notes/4", "Pipe/Code2/parent close comment"},
    .erratum =
        "parent need close only the write end for EOF; closing the read end restores "
        "SIGPIPE to the first child",
};

inline constexpr Rule shell_order_of_exit_irrelevant{
    .id = "pipe.shell.order-of-exit-irrelevant",
    .mechanism = Mechanism::pipe,
    .sentence =
        "The reading child reaches EOF even if the writing child exited before the reader "
        "was started; data and EOF wait in the pipe.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Notes/4"},
};

inline constexpr Rule shell_parent_reaps_both{
    .id = "pipe.shell.parent-reaps-both",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Two wait() calls return the two distinct child pids (order unspecified); a third "
        "fails with ECHILD.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code2/wait"},
};

inline constexpr Rule shell_exec_failure_falls_through{
    .id = "pipe.shell.exec-failure-falls-through",
    .mechanism = Mechanism::pipe,
    .sentence =
        "If execlp() fails in the child it returns -1 and the child keeps executing the "
        "parent's following code (it would fork again); the sample needs _exit().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec()"}},
    .cheat_sheet = {"Pipe/Code2/execlp"},
    .erratum = "sample has no _exit after execlp",
};

inline constexpr Rule code_terminator_transferred{
    .id = "pipe.code.terminator-transferred",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Writing strlen(msg)+1 bytes transfers the terminating NUL, so one read() of the "
        "whole message yields a valid C string; writing strlen(msg) bytes does not.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Pipe/Code/write", "FIFO/Code/write"},
};

inline constexpr Rule code_child_not_waited{
    .id = "pipe.code.child-not-waited",
    .mechanism = Mechanism::pipe,
    .sentence =
        "The first sample never waits for its child: after the child exits it stays a "
        "zombie (state Z) until the parent waits or exits.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code"},
    .erratum = "sample omits wait()",
};

inline constexpr Rule compare_one_way_needs_two{
    .id = "pipe.compare.one-way-needs-two",
    .mechanism = Mechanism::pipe,
    .sentence =
        "A request/reply dialogue needs two pipes: on Linux data written to fd(1) is "
        "never readable from fd(1).",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"Compare/Pipe/Direction"},
};

inline constexpr Rule compare_sync_small_writes{
    .id = "pipe.compare.sync-small-writes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Concurrent writers need no locking while every write is at most PIPE_BUF bytes: "
        "no record is ever interleaved with another.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/Pipe/Sync"},
    .erratum = "'No sync needed' holds only up to PIPE_BUF per write",
};

inline constexpr Rule compare_sync_large_writes{
    .id = "pipe.compare.sync-large-writes",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Writes larger than PIPE_BUF by several processes may be interleaved at arbitrary "
        "byte positions; a tester may only assert that no byte is lost or duplicated.",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/Pipe/Sync"},
    .erratum = "sheet says no sync needed",
};

inline constexpr Rule compare_scope_unrelated{
    .id = "pipe.compare.scope-unrelated",
    .mechanism = Mechanism::pipe,
    .sentence =
        "An unrelated process can use a pipe when an end is handed to it by SCM_RIGHTS, "
        "pidfd_getfd() or /proc/PID/fd; siblings share one by inheritance.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"},
                {"Linux man-pages", "pidfd_getfd(2)"},
                {"Linux man-pages", "proc(5)"}},
    .cheat_sheet = {"Compare/Pipe/Scope"},
    .erratum = "'Parent/child only' is wrong: any processes that obtain a descriptor",
};

inline constexpr Rule compare_speed{
    .id = "pipe.compare.speed",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Throughput of a pipe between two processes for 64 KiB transfers is measured and "
        "reported beside FIFO, AF_UNIX, TCP and shared memory; no ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Compare/Pipe/Speed", "Short/2"},
    .erratum = "'Fast' is not a specification",
};

inline constexpr Rule practical_popen_read{
    .id = "pipe.practical.popen-read",
    .mechanism = Mechanism::pipe,
    .sentence =
        "Popen(cmd,'r') returns a stream delivering the command's standard output and "
        "pclose() returns its wait status.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "popen()"}, {"POSIX.1-2017", "pclose()"}},
    .cheat_sheet = {"Practical/Pipe"},
};

inline constexpr Rule practical_popen_one_way{
    .id = "pipe.practical.popen-one-way",
    .mechanism = Mechanism::pipe,
    .sentence = "Popen() accepts only 'r' or 'w' (glibc also 'e'); 'rw' fails with EINVAL.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "popen(3)"}},
    .cheat_sheet = {"Practical/Pipe"},
};

inline constexpr Rule practical_shell_status{
    .id = "pipe.practical.shell-status",
    .mechanism = Mechanism::pipe,
    .sentence =
        "In a shell pipeline killed by SIGPIPE (producer | head -1) the producer's wait "
        "status is WIFSIGNALED with SIGPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Practical/Pipe", "Short/2"},
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
                                   &practical_shell_status};

}  // namespace ipcspec::spec::pipe
