// What the samples of the cheat sheet need of processes: fork, exec, wait.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::proc {

inline constexpr Rule fork_returns_twice{
    .id = "proc.fork.returns-twice",
    .mechanism = Mechanism::proc,
    .sentence =
        "A call to fork() returns 0 in the child and the process id of the child in the "
        "parent.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Flow", "Pipe/Code/fork"},
};

inline constexpr Rule fork_private_memory{
    .id = "proc.fork.private-memory",
    .mechanism = Mechanism::proc,
    .sentence =
        "Ordinary memory is private after fork(): a store by the child is not seen by the "
        "parent, whereas one into a MAP_SHARED mapping is.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Flow", "Compare/SHM/Sync"},
};

inline constexpr Rule wait_status{
    .id = "proc.wait.status",
    .mechanism = Mechanism::proc,
    .sentence =
        "The wait() that reaps a child returns its process id, and WEXITSTATUS gives the "
        "low eight bits of its exit value or WTERMSIG the signal that killed it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code2/wait"},
};

inline constexpr Rule zombie_until_waited{
    .id = "proc.zombie.until-waited",
    .mechanism = Mechanism::proc,
    .sentence =
        "A child that has terminated but has not been waited for remains a zombie for "
        "which kill(pid, 0) returns 0, and after wait() that call fails with ESRCH.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"},
                {"POSIX.1-2017", "kill()"},
                {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule exec_same_pid{
    .id = "proc.exec.same-pid",
    .mechanism = Mechanism::proc,
    .sentence =
        "A process keeps its process id, parent, process group, umask, working directory "
        "and descriptors without FD_CLOEXEC across exec.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
    .cheat_sheet = {"Pipe/Notes/3"},
};

inline constexpr Rule exec_failure_returns{
    .id = "proc.exec.failure-returns",
    .mechanism = Mechanism::proc,
    .sentence =
        "A failed exec returns -1, with the error ENOENT for a missing file, and the old "
        "program goes on unchanged.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
    .cheat_sheet = {"Pipe/Code2/execlp"},
};

inline constexpr std::array kRules{&fork_returns_twice, &fork_private_memory,
                                   &wait_status,        &zombie_until_waited,
                                   &exec_same_pid,      &exec_failure_returns};

}  // namespace ipcspec::spec::proc
