// Verbs on pipes, and the byte transfer that every descriptor shares.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

struct PipeEnds {
  op::Fd read_end;
  op::Fd write_end;
};

template <typename Process>
class PipeVerbs {
 public:
  PipeEnds makes_pipe(int flags = 0) const {
    const Call call = does(op::MakePipe{flags});
    return {{static_cast<int>(call.output(0))}, {static_cast<int>(call.output(1))}};
  }
  // The call itself, for rules about its outcome.
  Call calls_pipe(int flags = 0) const { return does(op::MakePipe{flags}); }
  Call reads(op::Fd fd, std::uint64_t size_bytes) const { return does(op::Read{fd, size_bytes}); }
  Call writes(op::Fd fd, op::Bytes data) const { return does(op::Write{fd, std::move(data)}); }

  // Writes until nothing more fits, byte by byte at the end; leaves the descriptor blocking.
  // Returns how many bytes went in. Broken when it takes bytes without end, or none.
  std::uint64_t fills(op::Fd fd) const {
    constexpr std::uint64_t kFilledBytesMax = std::uint64_t{1} << 25;  // no buffer is as large
    const auto& self = static_cast<const Process&>(*this);
    self.sets_nonblocking(fd).succeeded();
    std::uint64_t filled_bytes = 0;
    for (std::uint64_t chunk_bytes = 65536; chunk_bytes > 0;) {
      const Call write = writes(fd, op::Bytes(chunk_bytes, 'f'));
      // A write that succeeds without taking anything is no room either, or this would not end.
      if (write.error() == 0 && write.value() > 0) {
        filled_bytes += static_cast<std::uint64_t>(write.value());
        if (write.value() <= 0 || filled_bytes > kFilledBytesMax) {
          throw Broken("descriptor " + std::to_string(fd.number) + " of " + write.record().who +
                       " cannot be filled: it takes bytes without end, or none");
        }
      } else {
        if (write.error() != EAGAIN) write.succeeded();
        chunk_bytes /= 16;
      }
    }
    self.sets_blocking(fd).succeeded();
    return filled_bytes;
  }
  // Reads until `size_bytes` came, or end-of-file, or an error; each read is a call of its own.
  op::Bytes reads_until(op::Fd fd, std::uint64_t size_bytes) const {
    op::Bytes all;
    while (all.size() < size_bytes) {
      const Call read = reads(fd, std::min<std::uint64_t>(size_bytes - all.size(), 65536));
      if (!read.awaited().answered() || read.data().empty()) break;
      all += read.data();
    }
    return all;
  }
  Call bytes_readable(op::Fd fd) const { return does(op::BytesReadable{fd}); }
  Call gets_pipe_size(op::Fd fd) const { return does(op::GetPipeSize{fd}); }
  std::uint64_t pipe_size(op::Fd fd) const {
    return static_cast<std::uint64_t>(gets_pipe_size(fd).succeeded().value);
  }
  std::uint64_t pipe_buf(op::Fd fd) const {
    return static_cast<std::uint64_t>(does(op::GetPipeBuf{fd}).succeeded().value);
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
