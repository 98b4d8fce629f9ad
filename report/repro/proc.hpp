// Processes in C. fork() and _exit() are written by c_program() itself, since the one makes a
// process of the program and the other has no answer.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kProcForms[] = {
    {.operation = "exec_program", .call = "exec_program($file, $arguments)"},
    {.operation = "wait",
     .call = "waitpid($pid, &status, $options)",
     .before = "int status = 0;",
     .after = "if (result > 0) output(status);"},
    {.operation = "waitid",
     .call = "waitid(P_PID, (id_t)$pid, &info, $options)",
     .before = "siginfo_t info = {0};",
     .after = "if (ok()) { output(info.si_pid); output(info.si_code); output(info.si_status); }"},
    {.operation = "get_identity", .call = "get_identity()"},
    {.operation = "get_working_directory",
     .call = "getcwd(path, sizeof path)",
     .before = "char path[4096];",
     .after = "if (ok()) take(path, (long long)strlen(path));",
     .room = "4096",
     .result = "char *result",
     .value = "result == NULL ? -1 : 0"},
    {.operation = "set_process_group", .call = "setpgid($pid, $group)"},
    {.operation = "new_session", .call = "setsid()"},
    {.operation = "become_user", .call = "become_user($uid, $gid)"},
    {.operation = "adopt_orphans", .call = "prctl(PR_SET_CHILD_SUBREAPER, 1)"},
    {.operation = "process_state", .call = "process_state($pid)", .room = "1"},
    {.operation = "popen",
     .call = "popen($command, $mode)",
     .after = "if (ok()) { output((intptr_t)stream); output(fileno(stream)); }",
     .result = "FILE *stream",
     .value = "stream == NULL ? -1 : 0"},
    {.operation = "popen_read", .call = "read_stream((FILE *)$stream)", .room = "65536"},
    {.operation = "pclose", .call = "pclose((FILE *)$stream)"},
    {.operation = "open_pseudo_terminal", .call = "open_pseudo_terminal()", .room = "128"},
    {.operation = "set_controlling_terminal", .call = "ioctl($fd, TIOCSCTTY, 0)"},
    {.operation = "set_foreground_group", .call = "tcsetpgrp($fd, $group)"},
    {.operation = "enable_terminal_signals", .call = "enable_terminal_signals($fd)"},
    {.operation = "set_user_ids", .call = "set_user_ids($real, $effective, $saved)"},
};

}  // namespace ipcspec::report::repro
