// The rules of the cheat sheet about fd.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::fd {

inline constexpr Rule inherit_same_ofd{
    .id = "fd.inherit.same-ofd",
    .mechanism = Mechanism::fd,
    .sentence =
        "A descriptor inherited over fork() refers to the same open file description: a "
        "read() of 4 bytes from a regular file in the child advances the parent's offset "
        "by 4.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Notes/2"},
};

inline constexpr Rule dup2_points_at_source{
    .id = "fd.dup2.points-at-source",
    .mechanism = Mechanism::fd,
    .sentence =
        "Dup2(src,dst) returns dst and makes dst refer to the open file description of "
        "src (shared offset and status flags).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "dup2()"}},
    .cheat_sheet = {"Pipe/Syscalls/dup2"},
};

inline constexpr Rule close_deallocates{
    .id = "fd.close.deallocates",
    .mechanism = Mechanism::fd,
    .sentence =
        "Close(fd) frees the number: using it gives EBADF and the next open() may return "
        "it as the lowest free descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}, {"POSIX.1-2017", "XSH 2.14"}},
    .cheat_sheet = {"Pipe/Syscalls/close"},
};

inline constexpr Rule exec_survives{
    .id = "fd.exec.survives",
    .mechanism = Mechanism::fd,
    .sentence =
        "A descriptor without FD_CLOEXEC stays open across exec at the same number with "
        "the same offset; this is what makes dup2+exec redirection work.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec()"}},
    .cheat_sheet = {"Pipe/Notes/3"},
};

inline constexpr std::array kRules{&inherit_same_ofd, &dup2_points_at_source, &close_deallocates,
                                   &exec_survives};

}  // namespace ipcspec::spec::fd
