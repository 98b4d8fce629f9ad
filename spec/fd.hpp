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

inline constexpr std::array kRules{&inherit_same_ofd, &dup2_points_at_source, &close_deallocates,
                                   &exec_survives};

}  // namespace ipcspec::spec::fd
