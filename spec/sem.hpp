// The rules of the cheat sheet about sem.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::sem {

inline constexpr Rule open_initial_value{
    .id = "sem.open.initial-value",
    .mechanism = Mechanism::sem,
    .sentence =
        "Sem_open(name,O_CREAT,mode,v) of a new name gives a semaphore whose "
        "sem_getvalue() is v.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_open", "SEM/Flow"},
};

inline constexpr Rule open_existing_ignores_value{
    .id = "sem.open.existing-ignores-value",
    .mechanism = Mechanism::sem,
    .sentence = "If the name exists, O_CREAT without O_EXCL opens it and ignores mode and value.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_open", "SEM/Code"},
    .erratum = "a stale semaphore left by a crash is opened with its old value, not 1",
};

inline constexpr Rule wait_decrements{
    .id = "sem.wait.decrements",
    .mechanism = Mechanism::sem,
    .sentence = "Sem_wait() on a positive value returns 0 at once and lowers the value by 1.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_wait"},
};

inline constexpr Rule wait_blocks_zero{
    .id = "sem.wait.blocks-zero",
    .mechanism = Mechanism::sem,
    .sentence = "Sem_wait() on value 0 blocks until a sem_post() lets it through.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_wait"},
};

inline constexpr Rule post_increments{
    .id = "sem.post.increments",
    .mechanism = Mechanism::sem,
    .sentence = "Sem_post() with no waiter raises the value by 1.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_post"},
};

inline constexpr Rule post_wakes_one{
    .id = "sem.post.wakes-one",
    .mechanism = Mechanism::sem,
    .sentence =
        "With k waiters on value 0, exactly j<=k posts release exactly j waiters and the "
        "value stays 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_post"},
};

inline constexpr Rule binary_mutual_exclusion{
    .id = "sem.binary.mutual-exclusion",
    .mechanism = Mechanism::sem,
    .sentence =
        "With value 1 and wait/post around it, at most one of N processes is ever inside "
        "the critical section.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Notes/1", "SEM/Syscalls/sem_open"},
};

inline constexpr Rule binary_not_a_mutex{
    .id = "sem.binary.not-a-mutex",
    .mechanism = Mechanism::sem,
    .sentence =
        "A binary semaphore has no owner: a process that never waited may post, and two "
        "posts on value 1 give value 2 or more, which lets two processes in.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Notes/1"},
    .erratum =
        "'acts as a mutex' lacks ownership, an upper bound of 1 and recovery from owner "
        "death",
};

inline constexpr Rule binary_self_deadlock{
    .id = "sem.binary.self-deadlock",
    .mechanism = Mechanism::sem,
    .sentence =
        "A second sem_wait() by the process that already took value 1 blocks (POSIX "
        "permits EDEADLK; Linux blocks).",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Notes/1"},
};

inline constexpr Rule race_lost_update_forced{
    .id = "sem.race.lost-update-forced",
    .mechanism = Mechanism::sem,
    .sentence =
        "If two processes both load counter=5 and then both store 6, the result is 6: one "
        "increment is lost; with the semaphore around load and store it is 7.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 4.12"}},
    .cheat_sheet = {"SEM/Notes/2", "SHM/Notes/3"},
};

inline constexpr Rule race_protected_total{
    .id = "sem.race.protected-total",
    .mechanism = Mechanism::sem,
    .sentence = "N processes each adding K under the semaphore always total N*K.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Notes/2", "SEM/Code"},
};

inline constexpr Rule close_keeps_semaphore{
    .id = "sem.close.keeps-semaphore",
    .mechanism = Mechanism::sem,
    .sentence =
        "Sem_close() frees this process's handle only: others continue and a new "
        "sem_open() finds the value unchanged.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_close()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_close"},
};

inline constexpr Rule unlink_name_gone{
    .id = "sem.unlink.name-gone",
    .mechanism = Mechanism::sem,
    .sentence =
        "After sem_unlink(name) sem_open() without O_CREAT fails with ENOENT, a second "
        "sem_unlink() with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_unlink()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_unlink"},
};

inline constexpr Rule unlink_deferred{
    .id = "sem.unlink.deferred",
    .mechanism = Mechanism::sem,
    .sentence =
        "Processes that have it open continue to wait and post on the unlinked semaphore; "
        "sem_unlink() never blocks.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_unlink()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_unlink"},
    .erratum = "'removes the semaphore' removes the name; destruction is deferred",
};

inline constexpr Rule link_flags{
    .id = "sem.link.flags",
    .mechanism = Mechanism::sem,
    .sentence =
        "Sem_open and sem_wait link with no -lrt and no -lpthread on glibc 2.34 or later; "
        "-lrt was never needed for them (-pthread was).",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}, {"Linux man-pages", "shm_open(3)"}},
    .cheat_sheet = {"SEM/Notes/3"},
    .erratum = "'-lrt -lpthread' is outdated",
};

inline constexpr Rule compare_no_data{
    .id = "sem.compare.no-data",
    .mechanism = Mechanism::sem,
    .sentence =
        "A semaphore carries only a count; POSIX offers no way to transfer bytes through "
        "it.",
    .force = Force::convention,
    .sources = {{"POSIX.1-2017", "semaphore.h"}},
    .cheat_sheet = {"Compare/Semaphore/Direction"},
};

inline constexpr Rule compare_filesystem{
    .id = "sem.compare.filesystem",
    .mechanism = Mechanism::sem,
    .sentence =
        "On Linux a named semaphore is the file /dev/shm/sem.NAME; an unnamed one has no "
        "name.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}},
    .cheat_sheet = {"Compare/Semaphore/Filesystem"},
    .erratum = "table implies no filesystem entry",
};

inline constexpr Rule compare_scope{
    .id = "sem.compare.scope",
    .mechanism = Mechanism::sem,
    .sentence =
        "An unrelated process can open a named semaphore only with read and write "
        "permission: glibc fails with EACCES for mode 0600 or 0444 of another user.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_open(3)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Compare/Semaphore/Scope"},
    .erratum = "'Any processes' is limited by permissions",
};

inline constexpr Rule practical_producer_consumer{
    .id = "sem.practical.producer-consumer",
    .mechanism = Mechanism::sem,
    .sentence =
        "With counters empty=N and full=0 a bounded ring buffer in shared memory never "
        "overflows or underflows and delivers each item once, in order for one producer "
        "and one consumer.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"Practical/Semaphore", "Short/3"},
};

inline constexpr std::array kRules{&open_initial_value,
                                   &open_existing_ignores_value,
                                   &wait_decrements,
                                   &wait_blocks_zero,
                                   &post_increments,
                                   &post_wakes_one,
                                   &binary_mutual_exclusion,
                                   &binary_not_a_mutex,
                                   &binary_self_deadlock,
                                   &race_lost_update_forced,
                                   &race_protected_total,
                                   &close_keeps_semaphore,
                                   &unlink_name_gone,
                                   &unlink_deferred,
                                   &link_flags,
                                   &compare_no_data,
                                   &compare_filesystem,
                                   &compare_scope,
                                   &practical_producer_consumer};

}  // namespace ipcspec::spec::sem
