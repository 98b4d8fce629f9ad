// The network between the two ends of TCP: it may deliver a segment twice (RFC 9293, 3.4), which
// Linux itself does with a request for a connection that was dropped, but only after a second
// (RFC 6298, 2). A test that must see such a request come again need not wait so long.
#pragma once

#include <cstdint>

#include "core/unique_fd.hpp"

namespace ipcspec::conformance {

class Network {
 public:
  // Keeps the requests (SYN) for connections to this port of the loopback interface from now on.
  // Needs the right to open raw sockets (CAP_NET_RAW); without it nothing is kept.
  explicit Network(std::uint16_t port);

  // Delivers the kept requests once more, if there are any, and keeps none from now on. Does not
  // block.
  void repeats_requests();

 private:
  UniqueFd raw_;
};

}  // namespace ipcspec::conformance
