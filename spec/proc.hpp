// The rules of the cheat sheet about proc.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::proc {

inline constexpr Rule fork_returns_twice{
    .id = "proc.fork.returns-twice",
    .mechanism = Mechanism::proc,
    .sentence = "Fork() returns 0 in the child and the child's pid in the parent.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Flow", "Pipe/Code/fork"},
};

inline constexpr Rule fork_private_memory{
    .id = "proc.fork.private-memory",
    .mechanism = Mechanism::proc,
    .sentence =
        "Ordinary memory is copied: a store by the child is not seen by the parent; "
        "sharing needs a MAP_SHARED mapping or another IPC.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
    .cheat_sheet = {"Pipe/Flow", "Compare/SHM/Sync"},
};

inline constexpr Rule wait_status{
    .id = "proc.wait.status",
    .mechanism = Mechanism::proc,
    .sentence =
        "Wait() returns the child's pid; WEXITSTATUS is the low 8 bits of its exit value "
        "(exit(300) gives 44), WTERMSIG the killing signal.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
    .cheat_sheet = {"Pipe/Code2/wait"},
};

inline constexpr Rule zombie_until_waited{
    .id = "proc.zombie.until-waited",
    .mechanism = Mechanism::proc,
    .sentence =
        "A terminated, unwaited child stays a zombie: kill(pid,0) returns 0 and its pid "
        "is not reused; after wait() kill() fails with ESRCH.",
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
        "Exec keeps pid, parent, process group, umask, working directory and open "
        "descriptors without FD_CLOEXEC.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec()"}},
    .cheat_sheet = {"Pipe/Notes/3"},
};

inline constexpr Rule exec_failure_returns{
    .id = "proc.exec.failure-returns",
    .mechanism = Mechanism::proc,
    .sentence =
        "A failed exec returns -1 (ENOENT for a missing file) and the old image continues "
        "unchanged.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec()"}},
    .cheat_sheet = {"Pipe/Code2/execlp"},
};

inline constexpr std::array kRules{&fork_returns_twice, &fork_private_memory,
                                   &wait_status,        &zombie_until_waited,
                                   &exec_same_pid,      &exec_failure_returns};

}  // namespace ipcspec::spec::proc
