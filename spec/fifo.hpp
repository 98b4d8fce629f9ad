// The rules of the cheat sheet about fifo.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::fifo {

inline constexpr Rule create_node{
    .id = "fifo.create.node",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Mkfifo(path,mode) creates a directory entry of type FIFO (S_ISFIFO) with st_size "
        "0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}},
    .cheat_sheet = {"FIFO/Syscalls/mkfifo", "FIFO/Flow", "Compare/FIFO/Filesystem"},
};

inline constexpr Rule create_mode_umask{
    .id = "fifo.create.mode-umask",
    .mechanism = Mechanism::fifo,
    .sentence = "The permission bits are mode & ~umask: 0666 with umask 0022 gives 0644.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
};

inline constexpr Rule create_umask_not_subtraction{
    .id = "fifo.create.umask-not-subtraction",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Umask clears bits, it does not subtract: mode 0600 with umask 0022 stays 0600 "
        "and 0644 with umask 0077 gives 0600.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "umask()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
    .erratum = "'subtracts permissions' is wrong: bitwise AND with the complement",
};

inline constexpr Rule create_umask_zero{
    .id = "fifo.create.umask-zero",
    .mechanism = Mechanism::fifo,
    .sentence =
        "After umask(0), mkfifo() honours the requested mode exactly; umask(0) is "
        "optional, never fails and returns the old mask.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "umask()"}},
    .cheat_sheet = {"FIFO/Syscalls/umask"},
    .erratum = "not required before mkfifo; it also changes the mask for the whole process",
};

inline constexpr Rule open_wronly_blocks{
    .id = "fifo.open.wronly-blocks",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Open(O_WRONLY) with O_NONBLOCK clear blocks until some process opens the FIFO "
        "for reading.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open O_WRONLY", "FIFO/Notes/2"},
    .erratum = "only if no reader already has it open and O_NONBLOCK is clear",
};

inline constexpr Rule open_rdonly_blocks{
    .id = "fifo.open.rdonly-blocks",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Open(O_RDONLY) with O_NONBLOCK clear blocks until some process opens the FIFO "
        "for writing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open O_RDONLY", "FIFO/Notes/2"},
    .erratum = "only if no writer already has it open and O_NONBLOCK is clear",
};

inline constexpr Rule open_rendezvous{
    .id = "fifo.open.rendezvous",
    .mechanism = Mechanism::fifo,
    .sentence =
        "The blocked opens of a reader and a writer release each other whichever comes "
        "first.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Notes/2", "FIFO/Code/writer", "FIFO/Code/reader"},
    .erratum = "rendezvous is on open only; it says nothing about data having been read",
};

inline constexpr Rule open_second_does_not_block{
    .id = "fifo.open.second-does-not-block",
    .mechanism = Mechanism::fifo,
    .sentence = "When the other end is already open, open() returns without blocking.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Syscalls/open", "FIFO/Notes/2"},
    .erratum = "'Blocks until' needs 'unless already open'",
};

inline constexpr Rule io_same_as_pipe{
    .id = "fifo.io.same-as-pipe",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Byte order, short reads, EOF, SIGPIPE/EPIPE, PIPE_BUF atomicity and O_NONBLOCK "
        "results of read/write are those of a pipe (the pipe.* rules re-run on a FIFO).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"},
                {"POSIX.1-2017", "write()"},
                {"Linux man-pages", "pipe(7)"}},
    .cheat_sheet = {"FIFO/Notes/1", "FIFO/Notes/3"},
};

inline constexpr Rule io_unrelated_processes{
    .id = "fifo.io.unrelated-processes",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Two processes with no common descriptor inheritance exchange data knowing only "
        "the pathname.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mkfifo()"}, {"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Notes/1", "Compare/FIFO/Scope"},
    .erratum = "subject to file permissions",
};

inline constexpr Rule io_capacity_same{
    .id = "fifo.io.capacity-same",
    .mechanism = Mechanism::fifo,
    .sentence = "F_GETPIPE_SZ on a FIFO equals that of a fresh pipe (65536 by default).",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pipe(7)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"FIFO/Notes/3"},
};

inline constexpr Rule io_consumed{
    .id = "fifo.io.consumed",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Data read by one reader is not available to another; the directory entry holds "
        "no content (st_size stays 0 on Linux with data buffered).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"FIFO/Notes/3"},
};

inline constexpr Rule unlink_removes_name{
    .id = "fifo.unlink.removes-name",
    .mechanism = Mechanism::fifo,
    .sentence = "Unlink(path) removes the entry: a later open() fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
    .cheat_sheet = {"FIFO/Syscalls/unlink", "FIFO/Code/unlink", "FIFO/Flow"},
};

inline constexpr Rule unlink_by_anyone{
    .id = "fifo.unlink.by-anyone",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Any process with write and search permission on the directory (and sticky-bit "
        "rights) may unlink the FIFO, reader, writer or a third one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
    .cheat_sheet = {"FIFO/Notes/4"},
    .erratum =
        "'writer is responsible' is only a convention; in the sheet's code the reader "
        "side unlinks",
};

inline constexpr Rule code_reader_before_create{
    .id = "fifo.code.reader-before-create",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Open() of a FIFO not yet created fails with ENOENT: the sample's reader must "
        "start after mkfifo().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code"},
    .erratum = "sample does not synchronise mkfifo with the reader",
};

inline constexpr Rule code_unlink_too_early{
    .id = "fifo.code.unlink-too-early",
    .mechanism = Mechanism::fifo,
    .sentence =
        "If the path is unlinked before the peer has opened it, the peer gets ENOENT (or "
        "creates a different FIFO) and the blocked opener waits forever.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}, {"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code/unlink"},
};

inline constexpr Rule code_mode_0644{
    .id = "fifo.code.mode-0644",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A FIFO of mode 0644 can be opened for reading by any user but for writing only "
        "by the owner (EACCES otherwise).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
    .cheat_sheet = {"FIFO/Code/mkfifo 0644"},
};

inline constexpr Rule compare_one_way{
    .id = "fifo.compare.one-way",
    .mechanism = Mechanism::fifo,
    .sentence =
        "With one FIFO and plain O_RDONLY/O_WRONLY opens, data flows only from writers to "
        "readers; a dialogue needs two FIFOs.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}, {"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"Compare/FIFO/Direction"},
    .erratum = "O_RDWR works on Linux but a process may read its own data back",
};

inline constexpr Rule compare_sync{
    .id = "fifo.compare.sync",
    .mechanism = Mechanism::fifo,
    .sentence =
        "Records of at most PIPE_BUF bytes from many FIFO writers are not interleaved; "
        "larger ones may be.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"Compare/FIFO/Sync"},
    .erratum = "same PIPE_BUF limit as pipes",
};

inline constexpr Rule compare_speed{
    .id = "fifo.compare.speed",
    .mechanism = Mechanism::fifo,
    .sentence = "Throughput of a FIFO is measured beside a pipe; no ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Compare/FIFO/Speed"},
};

inline constexpr Rule practical_log_daemon{
    .id = "fifo.practical.log-daemon",
    .mechanism = Mechanism::fifo,
    .sentence =
        "A log reader that also keeps a write descriptor (or O_RDWR on Linux) never sees "
        "EOF as clients come and go and receives every record of at most PIPE_BUF bytes "
        "whole.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "fifo(7)"}},
    .cheat_sheet = {"Practical/FIFO", "Short/5"},
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
                                   &practical_log_daemon};

}  // namespace ipcspec::spec::fifo
