// Verbs on AF_UNIX sockets.
#pragma once

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

struct SocketPairEnds {
  op::Fd first;
  op::Fd second;
};

template <typename Process>
class UnixVerbs {
 public:
  SocketPairEnds makes_socket_pair(int type) const {
    const Call call = does(op::SocketPair{type});
    return {{static_cast<int>(call.output(0))}, {static_cast<int>(call.output(1))}};
  }
  Call sends_descriptor(op::Fd fd, op::Bytes data, op::Fd passed) const {
    return does(op::SendDescriptor{fd, std::move(data), passed});
  }
  // Outputs: the descriptor received or -1, and the message's flags.
  Call receives_descriptor(op::Fd fd, std::uint64_t size_bytes) const {
    return does(op::ReceiveDescriptor{fd, size_bytes});
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
