// What pipes and redirection need of descriptors: inheritance, duplication, closing, exec.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::fd {

inline constexpr Rule inherit_same_ofd{
    .id = "fd.inherit.same-ofd",
    .mechanism = Mechanism::fd,
    .sentence =
        "A descriptor inherited over fork() shares its file offset with that of the "
        "parent: four bytes read from a regular file by the child move the offset of the "
        "parent by four.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Notes/2"},
};

inline constexpr Rule dup2_points_at_source{
    .id = "fd.dup2.points-at-source",
    .mechanism = Mechanism::fd,
    .sentence =
        "A call dup2(src, dst) returns dst and makes it refer to the open file "
        "description of src, with one file offset and one set of status flags for both.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2"},
};

inline constexpr Rule close_deallocates{
    .id = "fd.close.deallocates",
    .mechanism = Mechanism::fd,
    .sentence =
        "After close() every use of the descriptor fails with EBADF, and its number is "
        "handed out again once it is the lowest free one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}, {"POSIX.1-2017", "XSH 2.14"}},
    .cheat_sheet = {"Pipe/Syscalls/close", "Pipe/Code/close after use"},
};

inline constexpr Rule exec_survives{
    .id = "fd.exec.survives",
    .mechanism = Mechanism::fd,
    .sentence =
        "A descriptor without FD_CLOEXEC stays open across exec under the same number and "
        "with the same file offset.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
    .cheat_sheet = {"Pipe/Notes/3"},
};

inline constexpr Rule open_lowest{
    .id = "fd.open.lowest",
    .mechanism = Mechanism::fd,
    .sentence =
        "A call that makes a descriptor gives it the lowest number that is free in the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}, {"POSIX.1-2017", "XSH 2.14"}},
};

inline constexpr Rule flags_nonblock_shared{
    .id = "fd.flags.nonblock-shared",
    .mechanism = Mechanism::fd,
    .sentence =
        "O_NONBLOCK belongs to the open file description: every descriptor of it, in every "
        "process, shows it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule flags_access_kept{
    .id = "fd.flags.access-mode-kept",
    .mechanism = Mechanism::fd,
    .sentence = "F_SETFL changes neither the access mode nor the flags that only open() knows.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule flags_cloexec_own{
    .id = "fd.flags.cloexec-per-descriptor",
    .mechanism = Mechanism::fd,
    .sentence =
        "FD_CLOEXEC belongs to the one descriptor: no duplicate and no other process shares it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule cloexec_closed{
    .id = "fd.cloexec.closed-by-exec",
    .mechanism = Mechanism::fd,
    .sentence = "A descriptor with FD_CLOEXEC is closed in the new image.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
};

inline constexpr Rule dup_shares{
    .id = "fd.dup.shares-description",
    .mechanism = Mechanism::fd,
    .sentence = "dup() makes another descriptor of the same open file description.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup()"}},
};

inline constexpr Rule dup_clears_cloexec{
    .id = "fd.dup.clears-cloexec",
    .mechanism = Mechanism::fd,
    .sentence =
        "dup(), and dup2() onto another number, leave FD_CLOEXEC clear on the new descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup()"}, {"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule dup2_closes_target{
    .id = "fd.dup2.closes-target",
    .mechanism = Mechanism::fd,
    .sentence = "dup2() closes what was open under the target number.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
};

inline constexpr Rule dup2_same_noop{
    .id = "fd.dup2.same-noop",
    .mechanism = Mechanism::fd,
    .sentence =
        "dup2() of a descriptor onto itself returns it, closes nothing and keeps FD_CLOEXEC.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
};

inline constexpr Rule dup2_bad_target{
    .id = "fd.dup2.bad-target",
    .mechanism = Mechanism::fd,
    .sentence = "dup2() onto a negative number fails with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
};

inline constexpr Rule bad_descriptor{
    .id = "fd.bad-descriptor",
    .mechanism = Mechanism::fd,
    .sentence =
        "A call on a number that is no open descriptor fails with EBADF and changes nothing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"},
                {"POSIX.1-2017", "fcntl()"},
                {"POSIX.1-2017", "dup()"}},
};

inline constexpr Rule close_one_of_many{
    .id = "fd.close.one-of-many",
    .mechanism = Mechanism::fd,
    .sentence =
        "Closing one of several descriptors of an open file description leaves the others usable.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}},
};

inline constexpr Rule exit_closes_all{
    .id = "fd.exit.closes-all",
    .mechanism = Mechanism::fd,
    .sentence = "When a process ends, by whatever means, its descriptors are closed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}},
};

inline constexpr Rule open_enoent{
    .id = "fd.open.enoent",
    .mechanism = Mechanism::fd,
    .sentence = "open() without O_CREAT of a name that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule open_excl{
    .id = "fd.open.excl",
    .mechanism = Mechanism::fd,
    .sentence = "open() with O_CREAT and O_EXCL of a name that exists fails with EEXIST.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule open_creates{
    .id = "fd.open.creates",
    .mechanism = Mechanism::fd,
    .sentence =
        "open() with O_CREAT of a name that does not exist makes an empty file with the permission "
        "bits that the umask leaves.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule open_access{
    .id = "fd.open.access",
    .mechanism = Mechanism::fd,
    .sentence =
        "open() fails with EACCES when the permission bits do not allow the access asked for, "
        "unless the process is privileged.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule file_read{
    .id = "fd.file.read",
    .mechanism = Mechanism::fd,
    .sentence =
        "read() on a file returns the bytes from the offset on, advances the offset by their "
        "count, and returns 0 at the end of the file.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}},
};

inline constexpr Rule file_write{
    .id = "fd.file.write",
    .mechanism = Mechanism::fd,
    .sentence =
        "write() on a file puts the bytes at the offset, or at the end with O_APPEND, and advances "
        "the offset by their count.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule seek_sets{
    .id = "fd.seek.sets-offset",
    .mechanism = Mechanism::fd,
    .sentence =
        "lseek() sets the offset of the open file description and returns it, and fails with "
        "EINVAL for one before the start.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "lseek()"}},
};

inline constexpr Rule stat_tells{
    .id = "fd.stat.tells",
    .mechanism = Mechanism::fd,
    .sentence =
        "stat() tells the type, the permission bits, the number of links and the size of a file.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fstat()"}},
};

inline constexpr Rule unlink_enoent{
    .id = "fd.unlink.enoent",
    .mechanism = Mechanism::fd,
    .sentence = "unlink() of a name that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
};

inline constexpr Rule unlink_links{
    .id = "fd.unlink.object-lives-on",
    .mechanism = Mechanism::fd,
    .sentence =
        "unlink() removes the name at once, and what it named lives on for those who have it open.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"}},
};

inline constexpr Rule umask_previous{
    .id = "fd.umask.previous",
    .mechanism = Mechanism::fd,
    .sentence = "umask() sets the mask of the process and returns the previous one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "umask()"}},
};

inline constexpr Rule chmod_sets{
    .id = "fd.chmod.sets-bits",
    .mechanism = Mechanism::fd,
    .sentence = "chmod() sets the permission bits of a file.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "chmod()"}},
};

inline constexpr Rule foreign_copy{
    .id = "fd.pidfd-getfd.same-description",
    .mechanism = Mechanism::fd,
    .sentence =
        "pidfd_getfd() makes, with FD_CLOEXEC set, another descriptor of the open file description "
        "that the other process has under that number.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "pidfd_getfd(2)"}},
};

inline constexpr Rule io_direction{
    .id = "fd.io.direction",
    .mechanism = Mechanism::fd,
    .sentence =
        "read() of a descriptor that is not open for reading, and write() to one that is not open "
        "for writing, fail with EBADF.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
};

inline constexpr Rule flags_tell{
    .id = "fd.flags.tell",
    .mechanism = Mechanism::fd,
    .sentence = "F_GETFL tells with which access a file was opened, and its status flags.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule open_independent{
    .id = "fd.open.independent-ofd",
    .mechanism = Mechanism::fd,
    .sentence = "Two calls of open() for one file give two offsets and two sets of status flags.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "open()"}},
};

inline constexpr Rule flags_nonblock_per_end{
    .id = "fd.flags.nonblock-per-end",
    .mechanism = Mechanism::fd,
    .sentence = "O_NONBLOCK set on one end of a pipe leaves the other end blocking.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pipe()"}, {"POSIX.1-2017", "fcntl()"}},
};

inline constexpr Rule cloexec_gives_eof{
    .id = "fd.cloexec.gives-eof",
    .mechanism = Mechanism::fd,
    .sentence =
        "When the last write end of a pipe has FD_CLOEXEC, a successful exec of its holder shows "
        "the reader end-of-file.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}, {"POSIX.1-2017", "read()"}},
};

inline constexpr Rule dup2_bad_source{
    .id = "fd.dup2.bad-source",
    .mechanism = Mechanism::fd,
    .sentence =
        "dup2() of a number that is no open descriptor fails with EBADF and leaves the target open "
        "and as it was.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
};

inline constexpr std::array kRules{
    &inherit_same_ofd, &dup2_points_at_source,  &close_deallocates, &exec_survives,
    &open_independent, &flags_nonblock_per_end, &cloexec_gives_eof, &dup2_bad_source};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&open_lowest,        &flags_nonblock_shared,
                                        &flags_access_kept,  &flags_cloexec_own,
                                        &cloexec_closed,     &dup_shares,
                                        &dup_clears_cloexec, &dup2_closes_target,
                                        &dup2_same_noop,     &dup2_bad_target,
                                        &bad_descriptor,     &close_one_of_many,
                                        &exit_closes_all,    &open_enoent,
                                        &open_excl,          &open_creates,
                                        &open_access,        &file_read,
                                        &file_write,         &seek_sets,
                                        &stat_tells,         &unlink_enoent,
                                        &unlink_links,       &umask_previous,
                                        &chmod_sets,         &foreign_copy,
                                        &io_direction,       &flags_tell};

}  // namespace ipcspec::spec::fd
