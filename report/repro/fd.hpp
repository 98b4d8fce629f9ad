// Descriptors, open file descriptions and directory entries in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kFdForms[] = {
    {.operation = "open", .call = "open($path, $flags, $mode)"},
    {.operation = "close", .call = "close($fd)"},
    {.operation = "dup", .call = "dup($fd)"},
    {.operation = "dup2", .call = "dup2($fd, $target)"},
    {.operation = "pidfd_getfd", .call = "copy_descriptor($pid, $fd)"},
    {.operation = "get_status_flags", .call = "fcntl($fd, F_GETFL)"},
    {.operation = "set_status_flags", .call = "fcntl($fd, F_SETFL, $flags)"},
    {.operation = "get_descriptor_flags", .call = "fcntl($fd, F_GETFD)"},
    {.operation = "set_descriptor_flags", .call = "fcntl($fd, F_SETFD, $flags)"},
    {.operation = "seek", .call = "lseek($fd, $offset_bytes, $whence)"},
    {.operation = "stat_fd",
     .call = "fstat($fd, &status)",
     .before = "struct stat status;",
     .after = "if (ok()) output_status(&status);"},
    {.operation = "stat_path",
     .call = "lstat($path, &status)",
     .before = "struct stat status;",
     .after = "if (ok()) output_status(&status);"},
    {.operation = "read_link",
     .call = "readlink($path, target, sizeof target)",
     .before = "char target[4096];",
     .after = "take(target, result);",
     .room = "4096"},
    {.operation = "list_directory", .call = "list_directory($path)", .room = "65536"},
    {.operation = "make_directory", .call = "mkdir($path, $mode)"},
    {.operation = "change_mode", .call = "chmod($path, $mode)"},
    {.operation = "unlink", .call = "unlink($path)"},
    {.operation = "umask", .call = "umask($mask)"},
};

}  // namespace ipcspec::report::repro
