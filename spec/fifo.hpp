// FIFOs: pipes with a pathname.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::fifo {

inline constexpr Rule create_node{
    .id = "fifo.create.node",
    .mechanism = Mechanism::fifo,
    .sentence =
        "After mkfifo(path, mode) has returned 0, stat() finds a file of type FIFO at the "
        "path, on Linux with the size 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}, {"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"FIFO/Syscalls/mkfifo", "FIFO/Flow", "Compare/FIFO/Filesystem",
                    "FIFO/Code/mkfifo"},
};

inline constexpr Rule create_mode_umask{
    .id = "fifo.create.mode-umask",
    .mechanism = Mechanism::fifo,
    .sentence =
        "The permission bits of a new FIFO are the mode given to mkfifo() without the "
        "bits set in the umask: 0666 under umask 0022 gives 0644.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
};

inline constexpr Rule create_umask_not_subtraction{
    .id = "fifo.create.umask-not-subtraction",
    .mechanism = Mechanism::fifo,
    .sentence =
        "The umask clears bits and does not subtract: mkfifo() with mode 0600 under umask "
        "0022 gives 0600, and with mode 0644 under umask 0077 it gives 0600.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "umask()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
    .erratum =
        "The sheet says that umask subtracts permissions: the mode is combined by bitwise "
        "AND with the complement of the mask.",
};

inline constexpr Rule create_umask_zero{
    .id = "fifo.create.umask-zero",
    .mechanism = Mechanism::fifo,
    .sentence =
        "After umask(0), which cannot fail and returns the former mask, mkfifo() grants "
        "exactly the mode asked for.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "umask()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
    .erratum =
        "Calling umask(0) before mkfifo() is optional, and it changes the mask for the "
        "whole process and for every later file.",
};

inline constexpr Rule open_wronly_blocks{
    .id = "fifo.open.wronly-blocks",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Opening a FIFO with O_WRONLY, without O_NONBLOCK and while no reader has it "
        "open, blocks until some process opens it for reading.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open O_WRONLY", "FIFO/Notes/2"},
    .erratum =
        "The sheet omits the conditions: the open blocks only if no reader has the FIFO "
        "open and O_NONBLOCK is clear.",
};

inline constexpr Rule open_rdonly_blocks{
    .id = "fifo.open.rdonly-blocks",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Opening a FIFO with O_RDONLY, without O_NONBLOCK and while no writer has it "
        "open, blocks until some process opens it for writing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open O_RDONLY", "FIFO/Notes/2"},
    .erratum =
        "The sheet omits the conditions: the open blocks only if no writer has the FIFO "
        "open and O_NONBLOCK is clear.",
};

inline constexpr Rule open_rendezvous{
    .id = "fifo.open.rendezvous",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A reader and a writer that open a FIFO release each other, whichever of them "
        "comes first.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Notes/2", "FIFO/Code/writer open", "FIFO/Code/reader open"},
    .erratum = "The two opens meet, but that says nothing about data having been read.",
};

inline constexpr Rule open_second_does_not_block{
    .id = "fifo.open.second-does-not-block",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Opening one end of a FIFO whose other end is already open returns without "
        "blocking.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open O_WRONLY", "FIFO/Syscalls/open O_RDONLY", "FIFO/Notes/2"},
    .erratum =
        "The sheet says that open() blocks until the other end is opened: it does not "
        "block if that end is open already.",
};

inline constexpr Rule io_same_as_pipe{
    .id = "fifo.io.same-as-pipe",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On an open FIFO byte order, short reads, end-of-file, SIGPIPE and EPIPE, "
        "PIPE_BUF atomicity and the results under O_NONBLOCK are those of a pipe.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"},
                {"POSIX.1-2017", "write()"},
                {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"FIFO/Notes/1", "FIFO/Notes/3", "FIFO/Code/reader read", "FIFO/Code/close"},
};

inline constexpr Rule io_unrelated_processes{
    .id = "fifo.io.unrelated-processes",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Two processes that inherited no descriptor from each other exchange data through "
        "a FIFO by knowing only its pathname.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}, {"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Notes/1", "Compare/FIFO/Scope"},
    .erratum =
        "Any process means any that the permissions of the file and its directories let "
        "in.",
};

inline constexpr Rule io_capacity_same{
    .id = "fifo.io.capacity-same",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On Linux F_GETPIPE_SZ reports the same capacity for a FIFO as for a new pipe, by "
        "default 16 pages, which are 65536 bytes where a page has 4096.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"FIFO/Notes/3"},
};

inline constexpr Rule io_consumed{
    .id = "fifo.io.consumed",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Data read from a FIFO by one reader is gone for every other, and the file itself "
        "holds none: on Linux its size stays 0 while data is buffered.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"FIFO/Notes/3", "FIFO/Code/reader read"},
};

inline constexpr Rule unlink_removes_name{
    .id = "fifo.unlink.removes-name",
    .mechanism = Mechanism::fifo,
    .sentence = "After unlink() of the path of a FIFO, open() of that path fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
    .cheat_sheet = {"FIFO/Syscalls/unlink", "FIFO/Code/unlink", "FIFO/Flow"},
};

inline constexpr Rule unlink_by_anyone{
    .id = "fifo.unlink.by-anyone",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Any process with write and search permission on a directory without sticky bit "
        "can unlink a FIFO in it, be it a reader of that FIFO, a writer or neither.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
    .cheat_sheet = {"FIFO/Notes/4"},
    .erratum =
        "That the writer is responsible for unlink() is a convention only: in the sample "
        "the call follows the part of the reader.",
};

inline constexpr Rule code_reader_before_create{
    .id = "fifo.code.reader-before-create",
    .mechanism = Mechanism::fifo,
    .sentence = "Opening a FIFO for reading before mkfifo() has created it fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code"},
    .erratum = "The sample does not make the reader wait for mkfifo().",
};

inline constexpr Rule code_unlink_too_early{
    .id = "fifo.code.unlink-too-early",
    .mechanism = Mechanism::fifo,
    .sentence =
        "If the path of a FIFO is unlinked while a process is blocked in opening it, a "
        "later open of the path fails with ENOENT, and opening a new FIFO made under that "
        "path does not release the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}, {"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code/unlink"},
};

inline constexpr Rule code_mode_0644{
    .id = "fifo.code.mode-0644",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A FIFO of mode 0644 can be opened for reading by every user, while opening it "
        "for writing fails with EACCES for an unprivileged user who is not its owner.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code/mkfifo"},
};

inline constexpr Rule compare_one_way{
    .id = "fifo.compare.one-way",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Data in a FIFO flows only from descriptors opened with O_WRONLY to those opened "
        "with O_RDONLY: read() on the former and write() on the latter fail with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}, {"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"Compare/FIFO/Direction"},
    .erratum =
        "On Linux a FIFO can also be opened with O_RDWR, but a process may then read back "
        "its own data.",
};

inline constexpr Rule compare_sync{
    .id = "fifo.compare.sync",
    .mechanism = Mechanism::fifo,
    .sentence =
        "When several processes write records of at most PIPE_BUF bytes to one FIFO at "
        "the same time, no record is mixed with another.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/FIFO/Sync"},
    .erratum =
        "That no synchronisation is needed holds, as for a pipe, only up to PIPE_BUF "
        "bytes in one write().",
};

inline constexpr Rule compare_speed{
    .id = "fifo.compare.speed",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Throughput and latency of a FIFO between two processes are measured while every "
        "byte arrives once and in order.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "IPC Comparison"}},
    .cheat_sheet = {"Compare/FIFO/Speed"},
    .erratum = "Fast is a measurement and not a rule.",
};

inline constexpr Rule practical_log_daemon{
    .id = "fifo.practical.log-daemon",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On Linux a reader that also keeps the FIFO open for writing sees no end-of-file "
        "while clients come and go, and it receives each of their records of at most "
        "PIPE_BUF bytes whole.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"Practical/FIFO", "Short/5"},
};

inline constexpr Rule create_exists{
    .id = "fifo.create.exists",
    .mechanism = Mechanism::fifo,
    .sentence = "mkfifo() of a name that exists fails with EEXIST and changes nothing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}},
};

inline constexpr Rule nonblock_rdonly_returns{
    .id = "fifo.nonblock.rdonly-returns",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A non-blocking open() of a FIFO for reading returns at once, whether or not it has a "
        "writer.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule nonblock_wronly_enxio{
    .id = "fifo.nonblock.wronly-enxio",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A non-blocking open() of a FIFO for writing that no process has open for reading fails "
        "with ENXIO.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule rdwr_linux{
    .id = "fifo.rdwr.linux",
    .mechanism = Mechanism::fifo,
    .sentence =
        "An open() of a FIFO with O_RDWR, which POSIX leaves undefined, succeeds at once on Linux.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "open()"}, {"Linux man-pages", "fifo(7)"}},
};

inline constexpr Rule rdwr_counts_both{
    .id = "fifo.rdwr.counts-both",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On Linux a process that has a FIFO open with O_RDWR is a reader and a writer of it.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "fifo(7)"}},
};

inline constexpr Rule open_transient{
    .id = "fifo.open.transient-writer",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On Linux a blocked open() of a FIFO returns once a partner opened it, even if the partner "
        "has closed it again.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/fifo.c"}},
    .untestable = "A test goes on when all is quiet, and by then the open() has returned.",
};

inline constexpr Rule open_interrupted{
    .id = "fifo.open.eintr",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A blocked open() of a FIFO that a handler interrupts fails with EINTR and leaves no end "
        "open.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule open_anew{
    .id = "fifo.open.anew",
    .mechanism = Mechanism::fifo,
    .sentence =
        "On Linux an open() of a FIFO that waits begins anew, with its path looked up again, when "
        "the process is continued after a stop or has run a handler with SA_RESTART; until then "
        "the process is nobody's partner.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "fs/pipe.c"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule unlink_recreate{
    .id = "fifo.unlink.recreate-distinct",
    .mechanism = Mechanism::fifo,
    .sentence = "A FIFO made anew under a name is another pipe than the one that was unlinked.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}, {"POSIX.1-2017", "unlink()"}},
};

inline constexpr Rule create_path_errors{
    .id = "fifo.create.path-errors",
    .mechanism = Mechanism::fifo,
    .sentence =
        "mkfifo() fails with ENOENT for an empty path and in a directory that does not exist, with "
        "ENOTDIR below a file, with ENAMETOOLONG for a name longer than NAME_MAX, and with EACCES "
        "in a directory that the process may not write to.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}},
};

inline constexpr Rule open_excl{
    .id = "fifo.open.excl",
    .mechanism = Mechanism::fifo,
    .sentence =
        "open() with O_CREAT and O_EXCL of a FIFO that exists fails with EEXIST and waits for no "
        "partner.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule open_sa_restart{
    .id = "fifo.open.sa-restart",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A blocked open() of a FIFO waits on after a handler that was set with SA_RESTART, and "
        "returns when a partner comes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}, {"Linux man-pages", "signal(7)"}},
};

inline constexpr Rule nonblock_wronly_with_reader{
    .id = "fifo.nonblock.wronly-with-reader",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A non-blocking open() of a FIFO for writing succeeds when a process has it open for "
        "reading, on Linux also when that process still waits in open() for a writer.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule nonblock_releases_writer{
    .id = "fifo.nonblock.releases-writer",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A non-blocking open() of a FIFO for reading releases every writer that waits in open().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule nonblock_read_no_writer{
    .id = "fifo.nonblock.read-no-writer",
    .mechanism = Mechanism::fifo,
    .sentence =
        "read() from an empty FIFO that no process has open for writing returns 0, with O_NONBLOCK "
        "and without.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule eof_last_writer_closes{
    .id = "fifo.eof.last-writer-closes",
    .mechanism = Mechanism::fifo,
    .sentence =
        "When the last writer of a FIFO has closed it, read() returns 0, and when another writer "
        "opens it, the same descriptor delivers what that one writes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule eof_several_writers{
    .id = "fifo.eof.several-writers",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A read() from an empty FIFO waits while any of its writers has it open, and returns 0 "
        "when every one has closed it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule discard_all_closed{
    .id = "fifo.discard.all-closed",
    .mechanism = Mechanism::fifo,
    .sentence =
        "When the last descriptor of a FIFO is closed, the data in it are lost: whoever opens it "
        "next finds it empty.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}},
};

inline constexpr Rule unlink_open_fds_live{
    .id = "fifo.unlink.open-fds-live",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Processes that have a FIFO open keep exchanging data through it after unlink() of its "
        "path, and fstat() then tells of no link.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
};

inline constexpr std::array kRules{&create_node,
                                   &create_mode_umask,
                                   &create_umask_not_subtraction,
                                   &create_umask_zero,
                                   &open_wronly_blocks,
                                   &open_rdonly_blocks,
                                   &open_rendezvous,
                                   &open_second_does_not_block,
                                   &io_same_as_pipe,
                                   &io_unrelated_processes,
                                   &io_capacity_same,
                                   &io_consumed,
                                   &unlink_removes_name,
                                   &unlink_by_anyone,
                                   &code_reader_before_create,
                                   &code_unlink_too_early,
                                   &code_mode_0644,
                                   &compare_one_way,
                                   &compare_sync,
                                   &compare_speed,
                                   &practical_log_daemon,
                                   &create_path_errors,
                                   &open_excl,
                                   &open_sa_restart,
                                   &nonblock_wronly_with_reader,
                                   &nonblock_releases_writer,
                                   &nonblock_read_no_writer,
                                   &eof_last_writer_closes,
                                   &eof_several_writers,
                                   &discard_all_closed,
                                   &unlink_open_fds_live};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{
    &create_exists,    &nonblock_rdonly_returns, &nonblock_wronly_enxio, &rdwr_linux,
    &rdwr_counts_both, &open_transient,          &open_interrupted,      &open_anew,
    &unlink_recreate};

}  // namespace ipcspec::spec::fifo
