// The rules of the cheat sheet about signal.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::signal {

inline constexpr Rule sigaction_installs_handler{
    .id = "signal.sigaction.installs-handler",
    .mechanism = Mechanism::signal,
    .sentence =
        "After sigaction(SIGUSR1,&sa,NULL) with a handler, a SIGUSR1 runs it once with "
        "the signal number as argument and the action stays installed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigaction", "Signals/Flow"},
};

inline constexpr Rule signal_unspecified_semantics{
    .id = "signal.signal.unspecified-semantics",
    .mechanism = Mechanism::signal,
    .sentence =
        "POSIX leaves it open whether signal() resets the action or restarts calls; "
        "glibc's signal() sets SA_RESTART and does not reset.",
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
        "With an empty sa_mask and no SA_NODEFER the delivered signal itself is blocked "
        "while its handler runs: a second one arrives only after return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset"},
    .erratum =
        "'No signals blocked while handler runs' is wrong: the signal itself and the "
        "thread's current mask stay blocked",
};

inline constexpr Rule mask_others_not_blocked{
    .id = "signal.mask.others-not-blocked",
    .mechanism = Mechanism::signal,
    .sentence =
        "With an empty sa_mask a different unblocked signal interrupts the running "
        "handler.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset"},
};

inline constexpr Rule mask_sa_mask_blocks{
    .id = "signal.mask.sa-mask-blocks",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal in sa_mask stays pending until the handler returns and the old mask is "
        "restored.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Syscalls/sigemptyset"},
};

inline constexpr Rule pause_returns_after_handler{
    .id = "signal.pause.returns-after-handler",
    .mechanism = Mechanism::signal,
    .sentence = "Pause() returns -1 with EINTR after the handler of a caught signal has returned.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
};

inline constexpr Rule pause_ignored_does_not_wake{
    .id = "signal.pause.ignored-does-not-wake",
    .mechanism = Mechanism::signal,
    .sentence =
        "An ignored signal, or SIGSTOP followed by an uncaught SIGCONT, does not make "
        "pause() return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
    .erratum = "'until any signal arrives' is wrong: only one that runs a handler or terminates",
};

inline constexpr Rule pause_default_terminates{
    .id = "signal.pause.default-terminates",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal whose default action terminates ends the process in pause(); pause() "
        "does not return.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}},
    .cheat_sheet = {"Signals/Syscalls/pause"},
};

inline constexpr Rule pause_lost_wakeup{
    .id = "signal.pause.lost-wakeup",
    .mechanism = Mechanism::signal,
    .sentence =
        "A signal handled between testing a flag and calling pause() leaves pause() "
        "blocked; blocking it and using sigsuspend() never loses it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "pause()"}, {"POSIX.1-2017", "sigsuspend()"}},
    .cheat_sheet = {"Signals/Code/while pause", "Signals/Flow"},
    .erratum = "sample is safe only because it tests no condition",
};

inline constexpr Rule kill_any_signal{
    .id = "signal.kill.any-signal",
    .mechanism = Mechanism::signal,
    .sentence = "Kill(pid,sig) delivers any valid sig, not only fatal ones.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Signals/Syscalls/kill", "Signals/Code/sender"},
};

inline constexpr Rule kill_null_signal{
    .id = "signal.kill.null-signal",
    .mechanism = Mechanism::signal,
    .sentence =
        "Kill(pid,0) sends nothing: 0 for an existing process (zombies included), ESRCH "
        "for none, EPERM without permission.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Syscalls/kill"},
};

inline constexpr Rule kill_process_groups{
    .id = "signal.kill.process-groups",
    .mechanism = Mechanism::signal,
    .sentence =
        "Kill(0,sig) reaches every member of the caller's group, kill(-pgid,sig) every "
        "member of that group.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Signals/Syscalls/kill"},
    .erratum = "'to a process by PID' omits groups and broadcast",
};

inline constexpr Rule numbers_fixed{
    .id = "signal.numbers.fixed",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGINT is 2, SIGKILL 9 and SIGTERM 15 on Linux (POSIX fixes these numbers for "
        "kill(1) and trap).",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "kill utility"}, {"Linux man-pages", "signal(7)"}},
    .cheat_sheet = {"Signals/Table/SIGINT,SIGTERM,SIGKILL"},
};

inline constexpr Rule numbers_arch{
    .id = "signal.numbers.arch",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGUSR1 is 10 and SIGUSR2 is 12 on x86 and ARM; they differ on MIPS (16,17), "
        "Alpha/SPARC (30,31) and PA-RISC.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "signal(7)"}},
    .cheat_sheet = {"Signals/Table/SIGUSR1,SIGUSR2"},
    .erratum = "values are architecture dependent",
};

inline constexpr Rule int_ctrl_c{
    .id = "signal.int.ctrl-c",
    .mechanism = Mechanism::signal,
    .sentence =
        "Writing byte 0x03 to a pty master with ISIG set sends SIGINT to the foreground "
        "process group.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XBD 11.1.9"}},
    .cheat_sheet = {"Signals/Table/SIGINT", "Practical/Signal"},
};

inline constexpr Rule term_default_and_catchable{
    .id = "signal.term.default-and-catchable",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGTERM by default terminates (WTERMSIG 15) and can be caught, blocked or "
        "ignored.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "signal.h"}},
    .cheat_sheet = {"Signals/Table/SIGTERM", "Practical/Signal"},
};

inline constexpr Rule kill_uncatchable{
    .id = "signal.kill.uncatchable",
    .mechanism = Mechanism::signal,
    .sentence =
        "Sigaction() to catch or ignore SIGKILL or SIGSTOP fails with EINVAL and changes "
        "nothing.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Table/SIGKILL", "Signals/Notes/2"},
};

inline constexpr Rule kill_set_default{
    .id = "signal.kill.set-default",
    .mechanism = Mechanism::signal,
    .sentence =
        "Sigaction(SIGKILL,SIG_DFL) is unspecified: ignored or EINVAL (Linux: EINVAL); a "
        "query with act NULL succeeds.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "sigaction()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Signals/Notes/2"},
};

inline constexpr Rule kill_unblockable{
    .id = "signal.kill.unblockable",
    .mechanism = Mechanism::signal,
    .sentence =
        "Blocking SIGKILL and SIGSTOP succeeds silently but neither enters the mask; they "
        "still act.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigprocmask()"}},
    .cheat_sheet = {"Signals/Notes/2"},
};

inline constexpr Rule kill_forceful{
    .id = "signal.kill.forceful",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGKILL terminates a process that blocks or ignores everything, including a "
        "stopped one; wait status WTERMSIG 9.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "signal.h"}},
    .cheat_sheet = {"Signals/Table/SIGKILL"},
};

inline constexpr Rule usr_default_terminates{
    .id = "signal.usr.default-terminates",
    .mechanism = Mechanism::signal,
    .sentence = "An unhandled SIGUSR1 or SIGUSR2 terminates the process.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "signal.h"}},
    .cheat_sheet = {"Signals/Table/SIGUSR1,SIGUSR2", "Signals/Code"},
    .erratum =
        "'free to use' omits that the default kills; the sender must not signal before "
        "the handler is installed",
};

inline constexpr Rule data_sigqueue_counterexample{
    .id = "signal.data.sigqueue-counterexample",
    .mechanism = Mechanism::signal,
    .sentence =
        "Sigqueue() delivers an application integer or pointer in si_value to an "
        "SA_SIGINFO handler or sigwaitinfo().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigqueue()"}},
    .cheat_sheet = {"Signals/Notes/1", "Compare/Signal/Direction"},
    .erratum =
        "'Signals carry no data' is wrong: si_value, si_pid, si_uid, si_status travel "
        "with them",
};

inline constexpr Rule data_sender_identity{
    .id = "signal.data.sender-identity",
    .mechanism = Mechanism::signal,
    .sentence =
        "A handler with SA_SIGINFO for kill() sees si_code SI_USER, si_pid and si_uid of "
        "the sender.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "signal.h"}, {"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Notes/1"},
};

inline constexpr Rule safe_printf{
    .id = "signal.safe.printf",
    .mechanism = Mechanism::signal,
    .sentence =
        "Printf() is not in the async-signal-safe list, write(), _exit(), kill(), "
        "sem_post() are; calling an unsafe one that interrupted an unsafe one is "
        "undefined. Check by source scan, not by crash.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}, {"Linux man-pages", "signal-safety(7)"}},
    .cheat_sheet = {"Signals/Notes/3", "Signals/Code/handler"},
};

inline constexpr Rule safe_errno_preserved{
    .id = "signal.safe.errno-preserved",
    .mechanism = Mechanism::signal,
    .sentence =
        "A handler that calls write() must save and restore errno, else it can change the "
        "errno seen by the interrupted code.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
    .cheat_sheet = {"Signals/Code/handler"},
    .erratum = "sample handler does not preserve errno",
};

inline constexpr Rule code_uninitialised_fields{
    .id = "signal.code.uninitialised-fields",
    .mechanism = Mechanism::signal,
    .sentence =
        "Sa_flags must be set: stray SA_SIGINFO or SA_RESETHAND bits change behaviour; "
        "the sample sets all fields it uses.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sigaction()"}},
    .cheat_sheet = {"Signals/Code/sa_flags"},
};

inline constexpr Rule compare_filesystem_none{
    .id = "signal.compare.filesystem-none",
    .mechanism = Mechanism::signal,
    .sentence = "Sending needs only a pid, no name.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Compare/Signal/Filesystem"},
};

inline constexpr Rule compare_permission{
    .id = "signal.compare.permission",
    .mechanism = Mechanism::signal,
    .sentence =
        "Without privilege kill() needs the sender's real or effective uid to match the "
        "target's real or saved uid, else EPERM; SIGCONT is exempt within a session.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "kill()"}},
    .cheat_sheet = {"Compare/Signal/Scope"},
    .erratum = "'Any processes' is limited by permission",
};

inline constexpr Rule compare_sync_coalescing{
    .id = "signal.compare.sync-coalescing",
    .mechanism = Mechanism::signal,
    .sentence =
        "Bursts of a standard signal are not counted: n signals while blocked run the "
        "handler once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "XSH 2.4.1"}, {"Linux man-pages", "signal(7)"}},
    .cheat_sheet = {"Compare/Signal/Sync"},
    .erratum = "'No sync needed': signals coalesce and cannot be used to count events",
};

inline constexpr Rule compare_speed{
    .id = "signal.compare.speed",
    .mechanism = Mechanism::signal,
    .sentence = "Signal round-trip latency is measured; no ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Compare/Signal/Speed"},
};

inline constexpr Rule practical_hup_default{
    .id = "signal.practical.hup-default",
    .mechanism = Mechanism::signal,
    .sentence = "SIGHUP by default terminates; a daemon that reloads must install a handler.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "signal.h"}},
    .cheat_sheet = {"Practical/Signal", "Short/4"},
    .erratum = "'every daemon handles' is a convention",
};

inline constexpr Rule practical_hup_terminal{
    .id = "signal.practical.hup-terminal",
    .mechanism = Mechanism::signal,
    .sentence = "Closing the pty master sends SIGHUP to the session leader controlling it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule practical_chld_reap{
    .id = "signal.practical.chld-reap",
    .mechanism = Mechanism::signal,
    .sentence =
        "SIGCHLD is sent to the parent when a child terminates; its default action is to "
        "be ignored, yet the child stays waitable.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "signal.h"}},
    .cheat_sheet = {"Practical/Signal"},
};

inline constexpr Rule practical_chld_coalesce{
    .id = "signal.practical.chld-coalesce",
    .mechanism = Mechanism::signal,
    .sentence =
        "Several children exiting while SIGCHLD is blocked may give one SIGCHLD; a "
        "handler must loop waitpid(-1,WNOHANG).",
    .force = Force::posix_may,
    .sources = {{"POSIX.1-2017", "wait()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"Practical/Signal"},
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
                                   &practical_chld_coalesce};

}  // namespace ipcspec::spec::signal
