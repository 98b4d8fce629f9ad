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

inline constexpr Rule wait_echild{
    .id = "proc.wait.echild",
    .mechanism = Mechanism::proc,
    .sentence = "wait() without a child to wait for fails with ECHILD.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_wnohang{
    .id = "proc.wait.wnohang",
    .mechanism = Mechanism::proc,
    .sentence = "waitpid() with WNOHANG returns 0 while no child has anything to report.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_waits{
    .id = "proc.wait.waits",
    .mechanism = Mechanism::proc,
    .sentence = "wait() waits while it has children and none has anything to report.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_wnowait{
    .id = "proc.wait.wnowait",
    .mechanism = Mechanism::proc,
    .sentence = "waitid() with WNOWAIT reports a child and leaves it to be reported again.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "waitid()"}},
};

inline constexpr Rule wait_stopped{
    .id = "proc.wait.stopped-continued",
    .mechanism = Mechanism::proc,
    .sentence =
        "waitpid() reports each stop of a child once with WUNTRACED, and each continuation once "
        "with WCONTINUED.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_ignored{
    .id = "proc.wait.sigchld-ignored",
    .mechanism = Mechanism::proc,
    .sentence =
        "Children of a process that ignores SIGCHLD or set SA_NOCLDWAIT leave no zombie, and "
        "wait() fails with ECHILD once all have ended.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_einval{
    .id = "proc.wait.einval",
    .mechanism = Mechanism::proc,
    .sentence = "waitpid() with an unknown option fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule orphan_reparented{
    .id = "proc.orphan.reparented",
    .mechanism = Mechanism::proc,
    .sentence =
        "The children of a process that ends become children of its nearest ancestor that adopts "
        "orphans, or of the init process.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "prctl(2)"}, {"POSIX.1-2017", "_exit()"}},
};

inline constexpr Rule identity{
    .id = "proc.identity",
    .mechanism = Mechanism::proc,
    .sentence = "A process has its own process ID, and the process that forked it for its parent.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "getpid()"}, {"POSIX.1-2017", "getppid()"}},
};

inline constexpr Rule group_set{
    .id = "proc.group.set",
    .mechanism = Mechanism::proc,
    .sentence =
        "setpgid() puts a process into a process group of its session, or makes it the leader of a "
        "new one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "setpgid()"}},
};

inline constexpr Rule group_errors{
    .id = "proc.group.errors",
    .mechanism = Mechanism::proc,
    .sentence =
        "setpgid() fails with ESRCH for a process that is not the caller or its child, with EACCES "
        "for a child that has called exec, and with EPERM for a session leader or a group that is "
        "not in the session.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "setpgid()"}},
};

inline constexpr Rule session_new{
    .id = "proc.session.new",
    .mechanism = Mechanism::proc,
    .sentence =
        "setsid() makes the process the leader of a new session and group, and fails with EPERM "
        "for the leader of a group.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "setsid()"}},
};

inline constexpr Rule exec_mappings_gone{
    .id = "proc.exec.mappings-gone",
    .mechanism = Mechanism::proc,
    .sentence = "Mappings and open semaphores are gone in the new image.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
    .untestable = "Something else may lie at the old addresses in the new image.",
};

inline constexpr Rule exit_status_low_bits{
    .id = "proc.exit.status",
    .mechanism = Mechanism::proc,
    .sentence = "_exit() ends the process with the low eight bits of its argument.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}},
};

inline constexpr Rule user_set{
    .id = "proc.user.set",
    .mechanism = Mechanism::proc,
    .sentence = "setuid() by a privileged process sets all of its user IDs.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "setuid()"}},
};

inline constexpr Rule wait_eintr{
    .id = "proc.wait.eintr",
    .mechanism = Mechanism::proc,
    .sentence =
        "wait() that a handler without SA_RESTART interrupts fails with EINTR and reaps nothing, "
        "so that a later one still tells of the child.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule wait_full_status{
    .id = "proc.wait.full-status",
    .mechanism = Mechanism::proc,
    .sentence =
        "On Linux waitid() tells only the low eight bits of an exit value, although POSIX wants "
        "all of it in si_status.",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "waitid()"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule wait_nocldstop{
    .id = "proc.wait.nocldstop",
    .mechanism = Mechanism::proc,
    .sentence =
        "A process that handles SIGCHLD with SA_NOCLDSTOP is sent none when a child stops, but is "
        "when it ends, and waitpid() with WUNTRACED tells of the stop all the same.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}, {"POSIX.1-2017", "wait()"}},
};

inline constexpr Rule orphan_fds_stay{
    .id = "proc.orphan.fds-stay",
    .mechanism = Mechanism::proc,
    .sentence =
        "A process whose parent has ended keeps the pipe ends that it inherited: a reader sees "
        "end-of-file only when it has ended too.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "read()"}},
};

inline constexpr std::array kRules{
    &fork_returns_twice, &fork_private_memory,  &wait_status, &zombie_until_waited,
    &exec_same_pid,      &exec_failure_returns, &wait_eintr,  &wait_full_status,
    &wait_nocldstop,     &orphan_fds_stay};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&wait_echild,        &wait_wnohang,         &wait_waits,
                                        &wait_wnowait,       &wait_stopped,         &wait_ignored,
                                        &wait_einval,        &orphan_reparented,    &identity,
                                        &group_set,          &group_errors,         &session_new,
                                        &exec_mappings_gone, &exit_status_low_bits, &user_set};

}  // namespace ipcspec::spec::proc
