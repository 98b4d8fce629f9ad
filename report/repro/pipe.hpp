// Pipes, FIFOs, readiness, and the byte transfer that every descriptor shares, in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr CallForm kPipeForms[] = {
    {.operation = "make_pipe",
     .call = "pipe(ends)",
     .before = "int ends[2] = {-1, -1};",
     .after = "if (ok()) { output(ends[0]); output(ends[1]); }",
     .when = "flags=O_RDONLY"},
    {.operation = "make_pipe",
     .call = "pipe2(ends, $flags)",
     .before = "int ends[2] = {-1, -1};",
     .after = "if (ok()) { output(ends[0]); output(ends[1]); }"},
    {.operation = "read",
     .call = "read($fd, data, $size_bytes)",
     .before = "char *data = room($size_bytes);",
     .after = "take(data, result);",
     .room = "$size_bytes"},
    {.operation = "write", .call = "write($fd, $data, $data.size)"},
    {.operation = "write_records", .call = "write_records($fd, $byte, $size_bytes, $count)"},
    {.operation = "bytes_readable",
     .call = "ioctl($fd, FIONREAD, &bytes)",
     .before = "int bytes = 0;",
     .value = "result < 0 ? result : bytes"},
    {.operation = "get_pipe_size", .call = "fcntl($fd, F_GETPIPE_SZ)"},
    {.operation = "get_pipe_buf", .call = "fpathconf($fd, _PC_PIPE_BUF)"},
};

inline constexpr CallForm kFifoForms[] = {
    {.operation = "make_fifo", .call = "mkfifo($path, $mode)"},
};

inline constexpr CallForm kPollForms[] = {
    {.operation = "poll",
     .call = "poll(&entry, 1, $timeout_ms)",
     .before = "struct pollfd entry = {.fd = $fd, .events = $events};",
     .after = "if (ok()) output(entry.revents);"},
};

}  // namespace ipcspec::report::repro
