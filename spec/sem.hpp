// POSIX named semaphores.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::sem {

inline constexpr Rule open_initial_value{
    .id = "sem.open.initial-value",
    .mechanism = Mechanism::sem,
    .sentence =
        "With O_CREAT and a new name sem_open() makes a semaphore for which "
        "sem_getvalue() reports the value given.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_open", "SEM/Flow", "SEM/Code/sem_open"},
};

inline constexpr Rule open_existing_ignores_value{
    .id = "sem.open.existing-ignores-value",
    .mechanism = Mechanism::sem,
    .sentence =
        "If the name exists, sem_open() with O_CREAT but without O_EXCL opens that "
        "semaphore and ignores the mode and the value given.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_open", "SEM/Code/sem_open"},
    .erratum = "A semaphore left behind by a crash is opened with its old count and not with 1.",
};

inline constexpr Rule wait_decrements{
    .id = "sem.wait.decrements",
    .mechanism = Mechanism::sem,
    .sentence = "A sem_wait() on a positive value returns 0 at once and lowers the value by 1.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_wait", "SEM/Flow", "SEM/Code/sem_wait"},
};

inline constexpr Rule wait_blocks_zero{
    .id = "sem.wait.blocks-zero",
    .mechanism = Mechanism::sem,
    .sentence = "A sem_wait() on the value 0 blocks until a sem_post() lets it through.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_wait", "SEM/Code/sem_wait"},
};

inline constexpr Rule post_increments{
    .id = "sem.post.increments",
    .mechanism = Mechanism::sem,
    .sentence = "A sem_post() while nobody waits raises the value by 1.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_post", "SEM/Flow", "SEM/Code/sem_post"},
};

inline constexpr Rule post_wakes_one{
    .id = "sem.post.wakes-one",
    .mechanism = Mechanism::sem,
    .sentence =
        "When k processes wait on the value 0, j calls of sem_post(), with j not above k, "
        "release exactly j of them and leave the value at 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_post"},
};

inline constexpr Rule binary_mutual_exclusion{
    .id = "sem.binary.mutual-exclusion",
    .mechanism = Mechanism::sem,
    .sentence =
        "With the initial value 1 and a sem_wait() before and a sem_post() after it, at "
        "most one of several processes is in the critical section at any time.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Notes/1", "SEM/Syscalls/sem_open"},
};

inline constexpr Rule binary_not_a_mutex{
    .id = "sem.binary.not-a-mutex",
    .mechanism = Mechanism::sem,
    .sentence =
        "A binary semaphore has no owner: a process that never waited can post, and a "
        "post at the value 1 makes it 2 and lets two processes in at once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"SEM/Notes/1"},
    .erratum =
        "A semaphore acts as a mutex without ownership, without an upper bound of 1 and "
        "without recovery when its holder dies.",
};

inline constexpr Rule binary_self_deadlock{
    .id = "sem.binary.self-deadlock",
    .mechanism = Mechanism::sem,
    .sentence =
        "A process that has taken a semaphore of value 1 and calls sem_wait() again "
        "blocks on Linux, where POSIX also permits the error EDEADLK.",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Notes/1"},
};

inline constexpr Rule race_lost_update_forced{
    .id = "sem.race.lost-update-forced",
    .mechanism = Mechanism::sem,
    .sentence =
        "If two processes each load 5 from a counter and then each store 6, one increment "
        "is lost, whereas with a semaphore held from load to store the counter ends as 7.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 4.12"}},
    .cheat_sheet = {"SEM/Notes/2", "SHM/Notes/3"},
};

inline constexpr Rule race_protected_total{
    .id = "sem.race.protected-total",
    .mechanism = Mechanism::sem,
    .sentence =
        "When N processes each add 1 to a shared counter K times, holding the semaphore "
        "for each addition, the total is N times K.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}},
    .cheat_sheet = {"SEM/Notes/2", "SEM/Code/increment"},
};

inline constexpr Rule close_keeps_semaphore{
    .id = "sem.close.keeps-semaphore",
    .mechanism = Mechanism::sem,
    .sentence =
        "A sem_close() ends only the use of the semaphore by the calling process: others "
        "go on with it, and a new sem_open() finds the value unchanged.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_close()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_close", "SEM/Code/sem_close"},
};

inline constexpr Rule unlink_name_gone{
    .id = "sem.unlink.name-gone",
    .mechanism = Mechanism::sem,
    .sentence =
        "After sem_unlink() both sem_open() of the name without O_CREAT and a second "
        "sem_unlink() fail with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_unlink()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_unlink", "SEM/Code/sem_unlink"},
};

inline constexpr Rule unlink_deferred{
    .id = "sem.unlink.deferred",
    .mechanism = Mechanism::sem,
    .sentence =
        "A sem_unlink() returns without blocking while other processes have the semaphore "
        "open, and they go on to wait and post on it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_unlink()"}},
    .cheat_sheet = {"SEM/Syscalls/sem_unlink"},
    .erratum =
        "The sheet says that sem_unlink() removes the semaphore: it removes the name, and "
        "the semaphore lives on until the last process closes it.",
};

inline constexpr Rule link_flags{
    .id = "sem.link.flags",
    .mechanism = Mechanism::sem,
    .sentence =
        "With glibc 2.34 or later a program that calls sem_open(), sem_wait() and "
        "sem_post() links without -lrt and without -lpthread.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}, {"Linux man-pages", "shm_open(3)"}},
    .cheat_sheet = {"SEM/Notes/3"},
    .erratum =
        "Both flags are outdated: -lrt was never needed for semaphores, and -lpthread is "
        "not since glibc 2.34.",
};

inline constexpr Rule compare_no_data{
    .id = "sem.compare.no-data",
    .mechanism = Mechanism::sem,
    .sentence =
        "A semaphore conveys nothing but a count: after n calls of sem_post() on the "
        "value 0 by one process, sem_getvalue() in another reports n whoever posted and "
        "in whatever order.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<semaphore.h>"}, {"POSIX.1-2017", "sem_getvalue()"}},
    .cheat_sheet = {"Compare/Semaphore/Direction"},
};

inline constexpr Rule compare_filesystem{
    .id = "sem.compare.filesystem",
    .mechanism = Mechanism::sem,
    .sentence =
        "On Linux a named semaphore /x is the file sem.x in /dev/shm, and an unnamed "
        "semaphore has no file.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}},
    .cheat_sheet = {"Compare/Semaphore/Filesystem"},
    .erratum =
        "The comparison says that semaphores have no entry in the file system: on Linux "
        "named ones do.",
};

inline constexpr Rule compare_scope{
    .id = "sem.compare.scope",
    .mechanism = Mechanism::sem,
    .sentence =
        "With glibc an unprivileged process can open a named semaphore of another user "
        "only with both read and write permission: modes 0600 and 0444 make sem_open() "
        "fail with EACCES.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_open(3)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Compare/Semaphore/Scope"},
    .erratum = "Any processes means any that have permission.",
};

inline constexpr Rule practical_producer_consumer{
    .id = "sem.practical.producer-consumer",
    .mechanism = Mechanism::sem,
    .sentence =
        "With one semaphore counting free slots and another counting filled ones, a ring "
        "buffer in shared memory never overflows or underflows and hands every item from "
        "one producer to one consumer once and in order.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "sem_post()"}},
    .cheat_sheet = {"Practical/Semaphore", "Short/3"},
};

inline constexpr Rule open_existing{
    .id = "sem.open.existing",
    .mechanism = Mechanism::sem,
    .sentence =
        "sem_open() without O_CREAT of a name that exists gives the process that semaphore, with "
        "the value that it has.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
};

inline constexpr Rule open_missing{
    .id = "sem.open.missing",
    .mechanism = Mechanism::sem,
    .sentence = "sem_open() without O_CREAT of a name that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
};

inline constexpr Rule open_excl{
    .id = "sem.open.excl",
    .mechanism = Mechanism::sem,
    .sentence = "sem_open() with O_CREAT and O_EXCL of a name that exists fails with EEXIST.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
};

inline constexpr Rule open_value_max{
    .id = "sem.open.value-max",
    .mechanism = Mechanism::sem,
    .sentence =
        "sem_open() that makes a semaphore and sem_init() fail with EINVAL for a value above "
        "SEM_VALUE_MAX.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}, {"POSIX.1-2017", "sem_init()"}},
};

inline constexpr Rule value_max_linux{
    .id = "sem.open.value-max-linux",
    .mechanism = Mechanism::sem,
    .sentence = "On Linux SEM_VALUE_MAX is 2147483647.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}},
};

inline constexpr Rule open_same_address{
    .id = "sem.open.same-address",
    .mechanism = Mechanism::sem,
    .sentence =
        "A process that opens one name again gets the same address, until it has closed it as "
        "often or the name was removed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
};

inline constexpr Rule open_other_address{
    .id = "sem.open.other-address",
    .mechanism = Mechanism::sem,
    .sentence =
        "Two different semaphores of one process have different addresses, and neither lies in a "
        "mapping of the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}},
};

inline constexpr Rule open_umask{
    .id = "sem.open.umask",
    .mechanism = Mechanism::sem,
    .sentence = "A new named semaphore has the permission bits asked for, less those in the umask.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}, {"POSIX.1-2017", "umask()"}},
};

inline constexpr Rule open_names{
    .id = "sem.open.names",
    .mechanism = Mechanism::sem,
    .sentence =
        "In glibc slashes before the name do not count; a name that is empty or has a slash inside "
        "fails with EINVAL, or with ENOENT when it is to be removed; one of more than 251 bytes "
        "fails in the same way or with ENAMETOOLONG.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_overview(7)"}},
};

inline constexpr Rule close_invalid{
    .id = "sem.close.invalid",
    .mechanism = Mechanism::sem,
    .sentence =
        "In glibc sem_close() of an address that sem_open() did not give, or that was closed as "
        "often as it was opened, fails with EINVAL.",
    .force = Force::glibc_only,
    .sources = {{"Linux man-pages", "sem_close(3)"}, {"POSIX.1-2017", "sem_close()"}},
};

inline constexpr Rule trywait_eagain{
    .id = "sem.trywait.eagain",
    .mechanism = Mechanism::sem,
    .sentence = "sem_trywait() on the value 0 fails with EAGAIN and leaves the value at 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_trywait()"}},
};

inline constexpr Rule wait_no_deadlock_error{
    .id = "sem.wait.no-deadlock-error",
    .mechanism = Mechanism::sem,
    .sentence = "On Linux sem_wait() does not look for deadlocks and so never fails with EDEADLK.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_wait(3)"}},
};

inline constexpr Rule post_overflow{
    .id = "sem.post.overflow",
    .mechanism = Mechanism::sem,
    .sentence =
        "On Linux sem_post() at SEM_VALUE_MAX fails with EOVERFLOW and leaves the value unchanged.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_post(3)"}},
};

inline constexpr Rule getvalue_waiters{
    .id = "sem.getvalue.waiters",
    .mechanism = Mechanism::sem,
    .sentence =
        "On Linux sem_getvalue() gives 0 while processes wait, and not how many they are as a "
        "negative number.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sem_getvalue(3)"}},
};

inline constexpr Rule fork_inherited{
    .id = "sem.fork.inherited",
    .mechanism = Mechanism::sem,
    .sentence =
        "A child can use the named semaphores that its parent has open, at the same addresses.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
};

inline constexpr Rule unnamed_pshared{
    .id = "sem.unnamed.pshared",
    .mechanism = Mechanism::sem,
    .sentence =
        "A semaphore made by sem_init() in shared memory for several processes is one semaphore "
        "for all of them, at whatever address.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_init()"}},
};

inline constexpr Rule unnamed_private_memory{
    .id = "sem.unnamed.private-memory",
    .mechanism = Mechanism::sem,
    .sentence =
        "A semaphore in private memory is copied by fork(), and the two values go their own ways.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
};

inline constexpr Rule unnamed_pshared_zero{
    .id = "sem.unnamed.pshared-zero",
    .mechanism = Mechanism::sem,
    .sentence =
        "What a semaphore made for one process does when another process uses it is undefined.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "sem_init()"}},
    .untestable = "It is undefined, so that no answer breaks the rule.",
};

inline constexpr Rule eintr_wait{
    .id = "sem.eintr.wait",
    .mechanism = Mechanism::sem,
    .sentence =
        "sem_wait() that waits fails with EINTR once a handler without SA_RESTART has run, goes on "
        "waiting after one with SA_RESTART, and leaves the value as it is.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule death_not_released{
    .id = "sem.death.not-released",
    .mechanism = Mechanism::sem,
    .sentence =
        "A process that is killed between sem_wait() and sem_post() leaves the value lowered, so "
        "that others go on waiting.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_wait()"}, {"POSIX.1-2017", "_exit()"}},
};

inline constexpr Rule persist_after_exit{
    .id = "sem.persist.after-exit",
    .mechanism = Mechanism::sem,
    .sentence =
        "A named semaphore and its value outlive every process that used it, until sem_unlink() "
        "removes the name.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}, {"Linux man-pages", "sem_overview(7)"}},
};

inline constexpr Rule unlink_name_reuse{
    .id = "sem.unlink.name-reuse",
    .mechanism = Mechanism::sem,
    .sentence =
        "sem_open() with O_CREAT of a name that sem_unlink() has removed makes a new semaphore "
        "with a value of its own, while the old one keeps its value.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sem_open()"}, {"POSIX.1-2017", "sem_unlink()"}},
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
                                   &practical_producer_consumer,
                                   &eintr_wait,
                                   &death_not_released,
                                   &persist_after_exit,
                                   &unlink_name_reuse};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&open_existing,
                                        &open_missing,
                                        &open_excl,
                                        &open_value_max,
                                        &value_max_linux,
                                        &open_same_address,
                                        &open_other_address,
                                        &open_umask,
                                        &open_names,
                                        &close_invalid,
                                        &trywait_eagain,
                                        &wait_no_deadlock_error,
                                        &post_overflow,
                                        &getvalue_waiters,
                                        &fork_inherited,
                                        &unnamed_pshared,
                                        &unnamed_private_memory,
                                        &unnamed_pshared_zero};

}  // namespace ipcspec::spec::sem
