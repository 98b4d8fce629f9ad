// AF_UNIX: socket pairs and descriptor passing; the rest is in tcp.hpp.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct SocketPair {  // socketpair(2), AF_UNIX
  SocketType type;
  IPCSPEC_OPERATION(SocketPair, "socket_pair", type);
  IPCSPEC_OUTPUTS(first, second);
};

struct SendDescriptor {  // sendmsg(2) with SCM_RIGHTS. Outcome: value = bytes of data. Blocks.
  Fd fd;
  Bytes data;
  Fd passed;
  IPCSPEC_OPERATION(SendDescriptor, "send_descriptor", fd, data, passed);
};

// recvmsg(2). Outcome: value = bytes, data; `received` is the descriptor or -1. Blocks.
struct ReceiveDescriptor {
  Fd fd;
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(ReceiveDescriptor, "receive_descriptor", fd, size_bytes);
  IPCSPEC_OUTPUTS(received, message_flags);
};

}  // namespace ipcspec::op
