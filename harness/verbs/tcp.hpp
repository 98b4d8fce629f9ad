// Verbs on sockets. An address is text: "127.0.0.1:80", "unix:PATH", "abstract:NAME".
#pragma once

#include <sys/socket.h>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class TcpVerbs {
 public:
  Call makes_socket(int family, int type, int protocol = 0) const {
    return does(op::Socket{family, type, protocol});
  }
  op::Fd makes_tcp_socket() const { return makes_socket(AF_INET, SOCK_STREAM).fd(); }
  Call binds(op::Fd fd, const std::string& address) const { return does(op::Bind{fd, address}); }
  Call binds_raw_port(op::Fd fd, std::int64_t raw_port) const {
    return does(op::BindRawPort{fd, raw_port});
  }
  Call listens(op::Fd fd, std::int64_t backlog) const { return does(op::Listen{fd, backlog}); }
  Call accepts(op::Fd fd) const { return does(op::Accept{fd, false}); }
  Call accepts_without_address(op::Fd fd) const { return does(op::Accept{fd, true}); }
  Call connects(op::Fd fd, const std::string& address) const {
    return does(op::Connect{fd, address});
  }
  Call socket_name(op::Fd fd) const { return does(op::GetSocketName{fd}); }
  Call peer_name(op::Fd fd) const { return does(op::GetPeerName{fd}); }
  Call gets_socket_option(op::Fd fd, int level, int option) const {
    return does(op::GetSocketOption{fd, level, option});
  }
  Call sets_socket_option(op::Fd fd, int level, int option, int setting) const {
    return does(op::SetSocketOption{fd, level, option, setting});
  }
  // Outputs, of a listener on Linux: connections queued for accept(), and the limit of that queue.
  Call tcp_state(op::Fd fd) const { return does(op::GetTcpState{fd}); }
  Call shuts_down(op::Fd fd, int how) const { return does(op::Shutdown{fd, how}); }
  Call sends(op::Fd fd, op::Bytes data, int flags = 0) const {
    return does(op::Send{fd, std::move(data), flags});
  }
  Call receives(op::Fd fd, std::uint64_t size_bytes, int flags = 0) const {
    return does(op::Receive{fd, size_bytes, flags});
  }
  Call converts_to_network(std::int64_t number) const { return does(op::HostToNetwork16{number}); }
  Call converts_to_host(std::int64_t number) const { return does(op::NetworkToHost16{number}); }
  Call converts_every_number_and_back() const { return does(op::NetworkRoundTrips16{}); }
  Call inet_addr(const std::string& text) const { return does(op::InetAddr{text}); }
  Call inet_pton(const std::string& text) const { return does(op::InetPton{text}); }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
