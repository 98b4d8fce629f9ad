// Signals in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kSignalForms[] = {
    // HandlerBody::signal_pid: a handler without siginfo_t.
    {.operation = "set_handler",
     .call = "sigaction($signal, &action, NULL)",
     .before = "note_handler($signal, $body, 0); struct sigaction action = {.sa_handler = "
               "note_plain_signal, .sa_mask = *$mask, .sa_flags = $flags};",
     .when = "body=10"},
    {.operation = "set_handler",
     .call = "sigaction($signal, &action, NULL)",
     .before = "note_handler($signal, $body, $argument); struct sigaction action = "
               "{.sa_sigaction = note_signal, .sa_mask = *$mask, .sa_flags = $flags | "
               "SA_SIGINFO};"},
    {.operation = "set_handler_by_signal",
     .call = "signal($signal, note_plain_signal)",
     .before = "note_handler($signal, 10, 0);",
     .result = "void (*previous)(int)",
     .value = "previous == SIG_ERR ? -1 : 0"},
    {.operation = "set_default",
     .call = "sigaction($signal, &action, NULL)",
     .before = "struct sigaction action = {.sa_handler = SIG_DFL};"},
    {.operation = "set_ignore",
     .call = "sigaction($signal, &action, NULL)",
     .before = "struct sigaction action = {.sa_handler = SIG_IGN};"},
    {.operation = "get_disposition",
     .call = "sigaction($signal, NULL, &action)",
     .before = "struct sigaction action;",
     .after = "if (ok()) output(action.sa_flags);",
     .value = "result < 0 ? -1 : disposition_of(&action)"},
    {.operation = "take_signal_log", .call = "take_signal_log()"},
    {.operation = "change_mask",
     .call = "sigprocmask($how, $set, &previous)",
     .before = "sigset_t previous;",
     .after = "if (ok()) output(bits_of(&previous));"},
    {.operation = "get_pending",
     .call = "sigpending(&pending)",
     .before = "sigset_t pending;",
     .after = "if (ok()) output(bits_of(&pending));"},
    {.operation = "kill", .call = "kill($pid, $signal)", .unless = "reaches_others($pid)"},
    {.operation = "raise", .call = "raise($signal)", .value = "result == 0 ? 0 : -1"},
    {.operation = "sigqueue",
     .call = "sigqueue($pid, $signal, value)",
     .before = "union sigval value = {.sival_int = (int)$value};",
     .unless = "reaches_others($pid)"},
    {.operation = "pause", .call = "pause()"},
    {.operation = "sigsuspend", .call = "sigsuspend($mask)"},
    {.operation = "sigwaitinfo",
     .call = "sigwaitinfo($set, &info)",
     .before = "siginfo_t info = {0};",
     .after = "if (ok()) output_signal(&info);",
     .when = "timeout_ms=-1"},
    {.operation = "sigwaitinfo",
     .call = "sigtimedwait($set, &info, &limit)",
     .before = "siginfo_t info = {0}; struct timespec limit = {$timeout_ms / 1000, $timeout_ms % "
               "1000 * 1000000};",
     .after = "if (ok()) output_signal(&info);"},
    {.operation = "errno_across_signal", .call = "errno_across_signal($signal)"},
    {.operation = "dprintf", .call = "dprintf($fd, \"%s\", $text)"},
};

}  // namespace ipcspec::report::repro
