// Operations on pipes, and the byte transfer that every descriptor shares.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct MakePipe {  // pipe(2) when flags is 0, else pipe2(2)
  OpenFlags flags;
  IPCSPEC_OPERATION(MakePipe, "make_pipe", flags);
  IPCSPEC_OUTPUTS(read_end, write_end);
};

struct Read {  // read(2). Outcome: value = count, data = bytes. Blocks.
  Fd fd;
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(Read, "read", fd, size_bytes);
};

struct Write {  // write(2). Outcome: value = count. Blocks.
  Fd fd;
  Bytes data;
  IPCSPEC_OPERATION(Write, "write", fd, data);
};

// `count` writes of `size_bytes` bytes of one value each, for races. Outcome: value = writes that
// transferred all; stops at the first that did not. Blocks.
struct WriteRecords {
  Fd fd;
  std::int64_t byte = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t count = 0;
  IPCSPEC_OPERATION(WriteRecords, "write_records", fd, byte, size_bytes, count);
};

struct BytesReadable {  // ioctl(FIONREAD). Outcome: value = bytes.
  Fd fd;
  IPCSPEC_OPERATION(BytesReadable, "bytes_readable", fd);
};

struct GetPipeSize {  // fcntl(F_GETPIPE_SZ). Outcome: value = bytes.
  Fd fd;
  IPCSPEC_OPERATION(GetPipeSize, "get_pipe_size", fd);
};

struct GetPipeBuf {  // fpathconf(_PC_PIPE_BUF). Outcome: value = bytes.
  Fd fd;
  IPCSPEC_OPERATION(GetPipeBuf, "get_pipe_buf", fd);
};

}  // namespace ipcspec::op
