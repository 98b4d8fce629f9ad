// Signals between processes.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::signal {

inline constexpr Rule sigaction_installs_handler{
    .id = "signal.sigaction.installs-handler",
    .mechanism = Mechanism::signal,
    .sentence =
        "After sigaction() has installed a handler for SIGUSR1, each SIGUSR1 that is "
        "delivered runs it once with the signal number as argument, and it stays "
        "installed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigaction", "Signals/Flow/Receiver",
                    "Signals/Code/sa_handler", "Signals/Code/sigaction"},
};

inline constexpr Rule signal_unspecified_semantics{
    .id = "signal.signal.unspecified-semantics",
    .mechanism = Mechanism::signal,
    .sentence =
        "In glibc signal() keeps the handler installed after it has run and has "
        "interrupted calls restarted, both of which POSIX leaves open.",
    .force = Force::glibc_only,
    .sources = {{"POSIX.1-2017", "signal()"},
                {"Linux man-pages", "signal(2)"},
                {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Syscalls/sigaction"},
};

inline constexpr Rule mask_own_signal_blocked{
    .id = "signal.mask.own-signal-blocked",
    .mechanism = Mechanism::signal,
    .sentence =
        "Without SA_NODEFER a signal is blocked while its own handler runs, even if "
        "sa_mask is empty, and one sent meanwhile is delivered only after the handler has "
        "returned.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset", "Signals/Code/sigemptyset"},
    .erratum =
        "The sheet says that no signals are blocked while the handler runs: the signal "
        "itself is, and so is what the thread had already blocked.",
};

inline constexpr Rule mask_others_not_blocked{
    .id = "signal.mask.others-not-blocked",
    .mechanism = Mechanism::signal,
    .sentence =
        "With an empty sa_mask a different signal that is not blocked interrupts the "
        "running handler.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset", "Signals/Code/sigemptyset"},
};

inline constexpr Rule mask_sa_mask_blocks{
    .id = "signal.mask.sa-mask-blocks",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal listed in sa_mask that arrives while the handler runs stays pending "
        "until the handler has returned and the former mask is restored.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset"},
};

inline constexpr Rule pause_returns_after_handler{
    .id = "signal.pause.returns-after-handler",
    .mechanism = Mechanism::signal,
    .sentence =
        "Once the handler of a caught signal has returned, pause() returns -1 with the "
        "error EINTR.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
};

inline constexpr Rule pause_ignored_does_not_wake{
    .id = "signal.pause.ignored-does-not-wake",
    .mechanism = Mechanism::signal,
    .sentence =
        "Neither an ignored signal nor SIGSTOP followed by a SIGCONT that has no handler "
        "makes pause() return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
    .erratum =
        "The sheet says until any signal arrives: only a signal that runs a handler or "
        "terminates the process ends the wait.",
};

inline constexpr Rule pause_default_terminates{
    .id = "signal.pause.default-terminates",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal whose action is to terminate the process ends it in pause(), which does "
        "not return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
};

inline constexpr Rule pause_lost_wakeup{
    .id = "signal.pause.lost-wakeup",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal handled between the test of a flag and the call of pause() leaves the "
        "process waiting in pause(), while a process that keeps the signal blocked until "
        "it calls sigsuspend() is woken.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}, {"POSIX.1-2017", "sigsuspend()"}},
    .cheat_sheet = {"Signals/Code/while pause", "Signals/Flow/Receiver"},
    .erratum = "The loop of the sample is safe only because it tests no condition.",
};

inline constexpr Rule kill_any_signal{
    .id = "signal.kill.any-signal",
    .mechanism = Mechanism::signal,
    .sentence =
        "A process can send every valid signal with kill(), also those that do not "
        "terminate.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Signals/Syscalls/kill", "Signals/Code/sender", "Signals/Flow/Sender"},
};

inline constexpr Rule kill_null_signal{
    .id = "signal.kill.null-signal",
    .mechanism = Mechanism::signal,
    .sentence =
        "The null signal only checks: kill(pid, 0) returns 0 for a process that exists, a "
        "zombie included, and fails with ESRCH if there is none and with EPERM if "
        "permission is lacking.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Syscalls/kill"},
};

inline constexpr Rule kill_process_groups{
    .id = "signal.kill.process-groups",
    .mechanism = Mechanism::signal,
    .sentence =
        "A kill() with pid 0 reaches every member of the process group of the caller, and "
        "one with the negative of a group id every member of that group.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Signals/Syscalls/kill"},
    .erratum =
        "The sheet says to a process by PID: kill() also reaches process groups and all "
        "processes.",
};

inline constexpr Rule numbers_fixed{
    .id = "signal.numbers.fixed",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux SIGINT is 2, SIGKILL is 9 and SIGTERM is 15, the numbers that POSIX "
        "fixes for the kill utility.",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "kill utility"}, {"Linux man-pages", "signal(7)"}},
    .cheat_sheet = {"Signals/Table/SIGINT", "Signals/Table/SIGTERM", "Signals/Table/SIGKILL"},
};

inline constexpr Rule numbers_arch{
    .id = "signal.numbers.arch",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux SIGUSR1 is 10 and SIGUSR2 is 12 on most architectures, but 16 and 17 on "
        "MIPS and PA-RISC and 30 and 31 on Alpha and SPARC.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}},
    .cheat_sheet = {"Signals/Table/SIGUSR1", "Signals/Table/SIGUSR2"},
    .erratum = "The two values depend on the architecture.",
};

inline constexpr Rule int_ctrl_c{
    .id = "signal.int.ctrl-c",
    .mechanism = Mechanism::signal,
    .sentence =
        "The byte 0x03 written to the master of a pseudo-terminal with ISIG set and the "
        "usual interrupt character sends SIGINT to the foreground process group of the "
        "terminal.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 11.1.9"}},
    .cheat_sheet = {"Signals/Table/SIGINT", "Practical/Signal"},
};

inline constexpr Rule term_default_and_catchable{
    .id = "signal.term.default-and-catchable",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGTERM terminates a process by default, as its wait status shows, and it can be "
        "caught, blocked and ignored.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
    .cheat_sheet = {"Signals/Table/SIGTERM", "Practical/Signal", "Short/4"},
};

inline constexpr Rule kill_uncatchable{
    .id = "signal.kill.uncatchable",
    .mechanism = Mechanism::signal,
    .sentence =
        "A sigaction() that would catch or ignore SIGKILL or SIGSTOP fails with EINVAL "
        "and changes nothing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Table/SIGKILL", "Signals/Notes/2"},
};

inline constexpr Rule kill_set_default{
    .id = "signal.kill.set-default",
    .mechanism = Mechanism::signal,
    .sentence =
        "A sigaction() that sets SIGKILL to SIG_DFL either succeeds or fails with EINVAL, "
        "on Linux the latter, and one that only queries the action succeeds.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "sigaction()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Notes/2"},
};

inline constexpr Rule kill_unblockable{
    .id = "signal.kill.unblockable",
    .mechanism = Mechanism::signal,
    .sentence =
        "Blocking SIGKILL and SIGSTOP with sigprocmask() succeeds, but neither enters the "
        "mask and both still act.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigprocmask()"}},
    .cheat_sheet = {"Signals/Notes/2"},
};

inline constexpr Rule kill_forceful{
    .id = "signal.kill.forceful",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGKILL terminates even a process that blocks or ignores all that it can, and "
        "one that is stopped, and the wait status names SIGKILL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
    .cheat_sheet = {"Signals/Table/SIGKILL"},
};

inline constexpr Rule usr_default_terminates{
    .id = "signal.usr.default-terminates",
    .mechanism = Mechanism::signal,
    .sentence = "SIGUSR1 and SIGUSR2 terminate a process in which their action is the default.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
    .cheat_sheet = {"Signals/Table/SIGUSR1", "Signals/Table/SIGUSR2", "Signals/Code/sender"},
    .erratum =
        "The sheet calls them free to use: since the default action terminates, the "
        "handler must be installed before the first one is sent.",
};

inline constexpr Rule data_sigqueue_counterexample{
    .id = "signal.data.sigqueue-counterexample",
    .mechanism = Mechanism::signal,
    .sentence =
        "The value given to sigqueue() arrives in si_value, in a handler installed with "
        "SA_SIGINFO as well as from sigwaitinfo().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigqueue()"}},
    .cheat_sheet = {"Signals/Notes/1", "Compare/Signal/Direction"},
    .erratum =
        "The sheet says that signals carry no data: a value, the process id and user id "
        "of the sender and a status can travel with them.",
};

inline constexpr Rule data_sender_identity{
    .id = "signal.data.sender-identity",
    .mechanism = Mechanism::signal,
    .sentence =
        "For a signal sent by kill() a handler installed with SA_SIGINFO sees the si_code "
        "SI_USER and the process id and real user id of the sender.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}, {"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Notes/1"},
    .erratum = "The sheet says that signals carry no data: they tell who sent them.",
};

inline constexpr Rule safe_printf{
    .id = "signal.safe.printf",
    .mechanism = Mechanism::signal,
    .sentence =
        "A handler that interrupted any code, a running printf() included, can call "
        "write(), _exit(), kill() and sem_post() and each does its work, a promise that "
        "is not made for printf().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}, {"Linux man-pages", "signal-safety(7)"}},
    .cheat_sheet = {"Signals/Notes/3", "Signals/Code/handler"},
};

inline constexpr Rule safe_errno_preserved{
    .id = "signal.safe.errno-preserved",
    .mechanism = Mechanism::signal,
    .sentence =
        "A call that fails in a handler changes the errno that the interrupted code sees, "
        "unless the handler saves and restores it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
    .cheat_sheet = {"Signals/Code/handler"},
    .erratum = "The handler of the sample does not preserve errno.",
};

inline constexpr Rule code_uninitialised_fields{
    .id = "signal.code.uninitialised-fields",
    .mechanism = Mechanism::signal,
    .sentence =
        "The bits of sa_flags change how a handler runs: SA_SIGINFO gives it the sender "
        "as argument and SA_RESETHAND resets the action on entry, whereas with sa_flags 0 "
        "the action stays installed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Code/sa_flags"},
};

inline constexpr Rule compare_filesystem_none{
    .id = "signal.compare.filesystem-none",
    .mechanism = Mechanism::signal,
    .sentence =
        "A process can signal another by knowing only its process id, and doing so makes "
        "no directory entry.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Compare/Signal/Filesystem"},
};

inline constexpr Rule compare_permission{
    .id = "signal.compare.permission",
    .mechanism = Mechanism::signal,
    .sentence =
        "Without privilege kill() succeeds if the real or effective user id of the sender "
        "equals the real or saved one of the target and fails with EPERM if not, except "
        "that SIGCONT can go to any process of the same session.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Compare/Signal/Scope"},
    .erratum = "Any processes means any that the sender has permission to signal.",
};

inline constexpr Rule compare_sync_coalescing{
    .id = "signal.compare.sync-coalescing",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux a standard signal that is sent several times while it is blocked runs "
        "its handler once when it is unblocked.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}, {"POSIX.1-2017", "XSH 2.4.1"}},
    .cheat_sheet = {"Compare/Signal/Sync"},
    .erratum =
        "The sheet says that no synchronisation is needed: standard signals coalesce and "
        "cannot count events; POSIX leaves it to the implementation whether they do.",
};

inline constexpr Rule compare_speed{
    .id = "signal.compare.speed",
    .mechanism = Mechanism::signal,
    .sentence =
        "The round-trip latency of a signal between two processes is measured while every "
        "signal sent is answered by one.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "IPC Comparison"}},
    .cheat_sheet = {"Compare/Signal/Speed"},
    .erratum = "Fast is a measurement and not a rule.",
};

inline constexpr Rule practical_hup_default{
    .id = "signal.practical.hup-default",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGHUP terminates a process by default, and one that has a handler for it lives "
        "on.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
    .cheat_sheet = {"Practical/Signal", "Short/4"},
    .erratum =
        "That every daemon handles SIGTERM and SIGHUP is a convention: by default both "
        "terminate.",
};

inline constexpr Rule practical_hup_terminal{
    .id = "signal.practical.hup-terminal",
    .mechanism = Mechanism::signal,
    .sentence =
        "When the last descriptor for the master of a pseudo-terminal is closed, the "
        "session leader whose controlling terminal it was receives SIGHUP.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule practical_chld_reap{
    .id = "signal.practical.chld-reap",
    .mechanism = Mechanism::signal,
    .sentence =
        "The termination of a child sends SIGCHLD to its parent, and although the default "
        "action is to do nothing, the child then stays until it is waited for.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "<signal.h>"}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule practical_chld_coalesce{
    .id = "signal.practical.chld-coalesce",
    .mechanism = Mechanism::signal,
    .sentence =
        "Several children that exit while SIGCHLD is blocked may cause a single delivery, "
        "and a handler that calls waitpid() with WNOHANG until nothing is left reaps them "
        "all.",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "wait()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule default_actions{
    .id = "signal.default.actions",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal whose disposition is the default ends, stops or continues the process, or is "
        "ignored, as the table of signals says.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
};

inline constexpr Rule pending_blocked{
    .id = "signal.pending.blocked",
    .mechanism = Mechanism::signal,
    .sentence = "A blocked signal stays pending, and sigpending() shows it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.1"}},
};

inline constexpr Rule unblocked_delivered{
    .id = "signal.pending.set",
    .mechanism = Mechanism::signal,
    .sentence =
        "A pending signal that sigprocmask() unblocks is delivered before the call returns.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigprocmask()"}},
};

inline constexpr Rule pending_first_info{
    .id = "signal.pending.first-info",
    .mechanism = Mechanism::signal,
    .sentence =
        "When a standard signal is generated again while it is pending, Linux keeps the "
        "information of the first.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "kernel/signal.c"}},
};

inline constexpr Rule ignored_discards{
    .id = "signal.pending.ignored-discards",
    .mechanism = Mechanism::signal,
    .sentence = "Setting a signal to be ignored discards it if it is pending, blocked or not.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule ignored_not_pending{
    .id = "signal.ignored.discarded",
    .mechanism = Mechanism::signal,
    .sentence = "A signal that is ignored and not blocked has no effect when it is generated.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.1"}},
};

inline constexpr Rule ignored_blocked{
    .id = "signal.pending.ignored-blocked",
    .mechanism = Mechanism::signal,
    .sentence =
        "Whether an ignored signal that is blocked becomes pending is left open by POSIX; on Linux "
        "it does.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "XSH 2.4.1"}},
};

inline constexpr Rule rt_queued{
    .id = "signal.rt.queued-fifo",
    .mechanism = Mechanism::signal,
    .sentence =
        "A realtime signal sent several times is delivered as many times, in the order of sending.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.2"}},
};

inline constexpr Rule rt_lowest_first{
    .id = "signal.rt.lowest-first",
    .mechanism = Mechanism::signal,
    .sentence =
        "Of several pending realtime signals the one with the lowest number is delivered first.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.2"}},
};

inline constexpr Rule standard_order{
    .id = "signal.order.lowest-first",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux standard signals are delivered before realtime ones and lower numbers before "
        "higher ones.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "kernel/signal.c"}, {"Linux man-pages", "signal(7)"}},
};

inline constexpr Rule sigsuspend_waits{
    .id = "signal.sigsuspend.atomic",
    .mechanism = Mechanism::signal,
    .sentence =
        "sigsuspend() puts the mask in place and waits in one step, and returns with EINTR and the "
        "old mask after a handler has run.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigsuspend()"}},
};

inline constexpr Rule sigwaitinfo_accepts{
    .id = "signal.sigwaitinfo.accepts",
    .mechanism = Mechanism::signal,
    .sentence =
        "sigwaitinfo() takes a pending signal of the set without running its handler and returns "
        "its number and information.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigwaitinfo()"}},
};

inline constexpr Rule sigwaitinfo_waits{
    .id = "signal.sigwaitinfo.waits",
    .mechanism = Mechanism::signal,
    .sentence = "sigwaitinfo() waits while no signal of the set is pending.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigwaitinfo()"}},
};

inline constexpr Rule sigtimedwait_eagain{
    .id = "signal.sigtimedwait.eagain",
    .mechanism = Mechanism::signal,
    .sentence =
        "sigtimedwait() fails with EAGAIN when its time is over and no signal of the set is "
        "pending.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigtimedwait()"}},
};

inline constexpr Rule eintr_without_restart{
    .id = "signal.restart.eintr-without",
    .mechanism = Mechanism::signal,
    .sentence =
        "A handler without SA_RESTART makes a blocked call that has transferred nothing fail with "
        "EINTR.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.4"}},
};

inline constexpr Rule restarted{
    .id = "signal.restart.restarted-with",
    .mechanism = Mechanism::signal,
    .sentence = "After a handler with SA_RESTART a blocked call goes on waiting.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}, {"Linux man-pages", "signal(7)"}},
};

inline constexpr Rule never_restarted{
    .id = "signal.restart.never",
    .mechanism = Mechanism::signal,
    .sentence =
        "pause(), sigsuspend(), sigwaitinfo() and poll() fail with EINTR after a handler even with "
        "SA_RESTART.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}},
};

inline constexpr Rule partial_on_interrupt{
    .id = "signal.restart.partial",
    .mechanism = Mechanism::signal,
    .sentence =
        "A call that has transferred some bytes when a signal interrupts it returns how many.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
};

inline constexpr Rule nodefer{
    .id = "signal.flags.nodefer",
    .mechanism = Mechanism::signal,
    .sentence =
        "With SA_NODEFER a signal is not blocked while its own handler runs, unless sa_mask names "
        "it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule resethand{
    .id = "signal.flags.resethand",
    .mechanism = Mechanism::signal,
    .sentence = "With SA_RESETHAND the disposition is the default again when the handler starts.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule info_codes{
    .id = "signal.info.codes",
    .mechanism = Mechanism::signal,
    .sentence =
        "A handler is told by si_code how its signal came about, by si_pid whose doing it was, and "
        "by si_value, or by si_status of SIGCHLD, what came with it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
};

inline constexpr Rule self_before_return{
    .id = "signal.kill.self-before-return",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal that a process sends to itself and does not block is delivered before the call "
        "returns.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
};

inline constexpr Rule kill_einval{
    .id = "signal.kill.einval",
    .mechanism = Mechanism::signal,
    .sentence = "kill() with a number that is no signal fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
};

inline constexpr Rule kill_esrch{
    .id = "signal.kill.esrch",
    .mechanism = Mechanism::signal,
    .sentence = "kill() of a process or process group that does not exist fails with ESRCH.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
};

inline constexpr Rule kill_eperm{
    .id = "signal.kill.eperm",
    .mechanism = Mechanism::signal,
    .sentence = "kill() of a process that the sender may not signal fails with EPERM.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
};

inline constexpr Rule action_einval{
    .id = "signal.sigaction.einval",
    .mechanism = Mechanism::signal,
    .sentence =
        "sigaction() with a number that is no signal, or that sets another action than the default "
        "for SIGKILL or SIGSTOP, fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule action_tells{
    .id = "signal.sigaction.tells",
    .mechanism = Mechanism::signal,
    .sentence = "sigaction() tells the disposition that is in force.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
};

inline constexpr Rule mask_previous{
    .id = "signal.mask.previous",
    .mechanism = Mechanism::signal,
    .sentence = "sigprocmask() changes the mask as it is told and reports the previous one.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigprocmask()"}},
};

inline constexpr Rule cont_discards{
    .id = "signal.stop.cont-discard",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGCONT discards pending stop signals, and a stop signal discards a pending SIGCONT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.1"}},
};

inline constexpr Rule cont_resumes{
    .id = "signal.stop.cont-resumes-always",
    .mechanism = Mechanism::signal,
    .sentence = "SIGCONT resumes a stopped process even when it is blocked or ignored.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
};

inline constexpr Rule stop_held{
    .id = "signal.stop.held",
    .mechanism = Mechanism::signal,
    .sentence = "While a process is stopped no signal but SIGKILL is delivered to it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
};

inline constexpr Rule stop_stops{
    .id = "signal.stop.stops",
    .mechanism = Mechanism::signal,
    .sentence = "A stopped process makes no progress in its call until it is continued.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
};

inline constexpr Rule stop_interrupts{
    .id = "signal.stopcont.eintr",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux stopping and continuing makes a blocked sigwaitinfo() fail with EINTR although "
        "no handler ran.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}},
};

inline constexpr Rule stop_orphaned{
    .id = "signal.stop.orphaned-group",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGTSTP, SIGTTIN and SIGTTOU do not stop a process in an orphaned process group by their "
        "default action.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}, {"POSIX.1-2017", "XBD 3.264"}},
};

inline constexpr Rule orphans_hung_up{
    .id = "signal.stop.orphan-hup-cont",
    .mechanism = Mechanism::signal,
    .sentence =
        "When the end of a process leaves a process group orphaned in which a process is stopped, "
        "all processes of the group get SIGHUP and then SIGCONT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_Exit()"}},
};

inline constexpr Rule sigsuspend_stopped{
    .id = "signal.sigsuspend.stopped",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux a process that was stopped in sigsuspend() has its old mask for a moment when it "
        "is continued, and what that lets in and is pending is delivered; then it waits on.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "kernel/signal.c"}},
};

inline constexpr Rule chld_ignored{
    .id = "signal.chld.ignored-not-sent",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux a process that ignores SIGCHLD is sent none for its children, so that none "
        "becomes pending while it is blocked.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "kernel/signal.c"}},
};

inline constexpr Rule fork_inherits{
    .id = "signal.fork.inherits",
    .mechanism = Mechanism::signal,
    .sentence = "A child inherits dispositions and mask.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
};

inline constexpr Rule fork_pending_empty{
    .id = "signal.fork.pending-empty",
    .mechanism = Mechanism::signal,
    .sentence = "The set of pending signals of a child is empty at first.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}},
};

inline constexpr Rule exec_caught_reset{
    .id = "signal.exec.caught-reset",
    .mechanism = Mechanism::signal,
    .sentence = "Signals that were caught have the default action in the new image.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
};

inline constexpr Rule exec_ignored_kept{
    .id = "signal.exec.ignored-kept",
    .mechanism = Mechanism::signal,
    .sentence =
        "Signals that were ignored stay ignored in the new image, and the mask and pending signals "
        "are kept.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "exec"}},
};

inline constexpr Rule stopped_child_signal{
    .id = "signal.chld.stopped",
    .mechanism = Mechanism::signal,
    .sentence = "The parent of a process that stops is sent SIGCHLD, unless it set SA_NOCLDSTOP.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<signal.h>"}},
};

inline constexpr Rule continued_child_signal{
    .id = "signal.chld.continued",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux also the parent of a stopped process that is continued is sent SIGCHLD, unless "
        "it set SA_NOCLDSTOP.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sigaction(2)"},
                {"POSIX.1-2017", "XSH 2.4.3: the signal may be generated"}},
};

inline constexpr Rule rt_standard_not_queued{
    .id = "signal.rt.standard-not-queued",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux sigqueue() does not queue a standard signal: of several that are sent while it "
        "is blocked only the first is delivered, with its value.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule rt_nesting_reverses{
    .id = "signal.rt.nesting-reverses",
    .mechanism = Mechanism::signal,
    .sentence =
        "On Linux the handlers of two realtime signals that become deliverable together nest "
        "unless a sa_mask forbids it, so that the code of the one with the higher number runs "
        "first.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "kernel/signal.c"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule kill_errors{
    .id = "signal.kill.errors",
    .mechanism = Mechanism::signal,
    .sentence =
        "kill() of a process group fails with EINVAL if the number is no signal, with ESRCH if "
        "there is no such group and with EPERM if the sender may signal no member, and then no "
        "signal is sent.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
};

inline constexpr Rule exec_chld_ignored{
    .id = "signal.exec.chld-ignored",
    .mechanism = Mechanism::signal,
    .sentence =
        "Whether SIGCHLD that was ignored stays so in the new image or gets its default action is "
        "left open by POSIX; on Linux it stays ignored.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "exec"}, {"observed on Linux 6.18", ""}},
};

inline constexpr std::array kRules{&sigaction_installs_handler,
                                   &signal_unspecified_semantics,
                                   &mask_own_signal_blocked,
                                   &mask_others_not_blocked,
                                   &mask_sa_mask_blocks,
                                   &pause_returns_after_handler,
                                   &pause_ignored_does_not_wake,
                                   &pause_default_terminates,
                                   &pause_lost_wakeup,
                                   &kill_any_signal,
                                   &kill_null_signal,
                                   &kill_process_groups,
                                   &numbers_fixed,
                                   &numbers_arch,
                                   &int_ctrl_c,
                                   &term_default_and_catchable,
                                   &kill_uncatchable,
                                   &kill_set_default,
                                   &kill_unblockable,
                                   &kill_forceful,
                                   &usr_default_terminates,
                                   &data_sigqueue_counterexample,
                                   &data_sender_identity,
                                   &safe_printf,
                                   &safe_errno_preserved,
                                   &code_uninitialised_fields,
                                   &compare_filesystem_none,
                                   &compare_permission,
                                   &compare_sync_coalescing,
                                   &compare_speed,
                                   &practical_hup_default,
                                   &practical_hup_terminal,
                                   &practical_chld_reap,
                                   &practical_chld_coalesce,
                                   &rt_standard_not_queued,
                                   &rt_nesting_reverses,
                                   &kill_errors,
                                   &exec_chld_ignored};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&default_actions,
                                        &pending_blocked,
                                        &unblocked_delivered,
                                        &pending_first_info,
                                        &ignored_discards,
                                        &ignored_not_pending,
                                        &ignored_blocked,
                                        &rt_queued,
                                        &rt_lowest_first,
                                        &standard_order,
                                        &sigsuspend_waits,
                                        &sigwaitinfo_accepts,
                                        &sigwaitinfo_waits,
                                        &sigtimedwait_eagain,
                                        &eintr_without_restart,
                                        &restarted,
                                        &never_restarted,
                                        &partial_on_interrupt,
                                        &nodefer,
                                        &resethand,
                                        &info_codes,
                                        &self_before_return,
                                        &kill_einval,
                                        &kill_esrch,
                                        &kill_eperm,
                                        &action_einval,
                                        &action_tells,
                                        &mask_previous,
                                        &cont_discards,
                                        &cont_resumes,
                                        &stop_held,
                                        &stop_stops,
                                        &stop_interrupts,
                                        &stop_orphaned,
                                        &orphans_hung_up,
                                        &sigsuspend_stopped,
                                        &chld_ignored,
                                        &fork_inherits,
                                        &fork_pending_empty,
                                        &exec_caught_reset,
                                        &exec_ignored_kept,
                                        &stopped_child_signal,
                                        &continued_child_signal};

}  // namespace ipcspec::spec::signal
