// Sockets of any family. An address is text: "127.0.0.1:80", "unix:PATH" or "abstract:NAME".
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct Socket {  // socket(2). Outcome: value = descriptor.
  Family family;
  SocketType type;
  std::int64_t protocol = 0;
  IPCSPEC_OPERATION(Socket, "socket", family, type, protocol);
};

struct Bind {  // bind(2)
  Fd fd;
  std::string address;
  IPCSPEC_OPERATION(Bind, "bind", fd, address);
};

// bind(2) with sin_port taken as it stands, without htons().
struct BindRawPort {
  Fd fd;
  std::int64_t raw_port = 0;
  IPCSPEC_OPERATION(BindRawPort, "bind_raw_port", fd, raw_port);
};

struct Listen {  // listen(2)
  Fd fd;
  std::int64_t backlog = 0;
  IPCSPEC_OPERATION(Listen, "listen", fd, backlog);
};

// accept(2); data = peer address, unless null_address. Outcome: value = descriptor. Blocks.
struct Accept {
  Fd fd;
  bool null_address = false;
  IPCSPEC_OPERATION(Accept, "accept", fd, null_address);
};

struct Connect {  // connect(2). Blocks.
  Fd fd;
  std::string address;
  IPCSPEC_OPERATION(Connect, "connect", fd, address);
};

struct GetSocketName {  // getsockname(2). Outcome: data = address.
  Fd fd;
  IPCSPEC_OPERATION(GetSocketName, "get_socket_name", fd);
};

struct GetPeerName {  // getpeername(2). Outcome: data = address.
  Fd fd;
  IPCSPEC_OPERATION(GetPeerName, "get_peer_name", fd);
};

struct GetSocketOption {  // getsockopt(2), integer options. Outcome: value = option value.
  Fd fd;
  std::int64_t level = 0;
  std::int64_t option = 0;
  IPCSPEC_OPERATION(GetSocketOption, "get_socket_option", fd, level, option);
};

struct SetSocketOption {  // setsockopt(2), integer options
  Fd fd;
  std::int64_t level = 0;
  std::int64_t option = 0;
  std::int64_t setting = 0;
  IPCSPEC_OPERATION(SetSocketOption, "set_socket_option", fd, level, option, setting);
};

// getsockopt(TCP_INFO). Outcome: value = tcpi_state. Of a listener Linux also tells how many
// connections wait in its accept queue, and its limit.
struct GetTcpState {
  Fd fd;
  IPCSPEC_OPERATION(GetTcpState, "get_tcp_state", fd);
  IPCSPEC_OUTPUTS(queued, queue_limit);
};

struct Shutdown {  // shutdown(2)
  Fd fd;
  ShutdownHow how;
  IPCSPEC_OPERATION(Shutdown, "shutdown", fd, how);
};

struct Send {  // send(2). Outcome: value = count. Blocks.
  Fd fd;
  Bytes data;
  MessageFlags flags;
  IPCSPEC_OPERATION(Send, "send", fd, data, flags);
};

struct Receive {  // recv(2). Outcome: value = count, data = bytes. Blocks.
  Fd fd;
  std::uint64_t size_bytes = 0;
  MessageFlags flags;
  IPCSPEC_OPERATION(Receive, "receive", fd, size_bytes, flags);
};

struct HostToNetwork16 {  // htons(3). Outcome: value; data = its two bytes in memory.
  std::int64_t number = 0;
  IPCSPEC_OPERATION(HostToNetwork16, "htons", number);
};

struct NetworkToHost16 {  // ntohs(3). Outcome: value.
  std::int64_t number = 0;
  IPCSPEC_OPERATION(NetworkToHost16, "ntohs", number);
};

// ntohs(htons(number)) of every 16-bit number. Outcome: value = how many came back unchanged.
struct NetworkRoundTrips16 {
  IPCSPEC_OPERATION(NetworkRoundTrips16, "ntohs_of_htons");
};

// inet_addr(3). Outcome: value = in_addr_t; data = its four bytes in memory.
struct InetAddr {
  std::string text;
  IPCSPEC_OPERATION(InetAddr, "inet_addr", text);
};

struct InetPton {  // inet_pton(3), AF_INET. Outcome: value = 1 or 0; data = the four bytes.
  std::string text;
  IPCSPEC_OPERATION(InetPton, "inet_pton", text);
};

}  // namespace ipcspec::op
