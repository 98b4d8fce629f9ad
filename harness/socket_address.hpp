// Socket addresses as text: "127.0.0.1:80", "unix:PATH", "abstract:NAME", "unnamed".
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace ipcspec::harness {

struct SocketAddress {
  union {
    sockaddr generic;
    sockaddr_in internet;
    sockaddr_un local;
    sockaddr_storage storage;
  };
  socklen_t size_bytes = 0;
  SocketAddress() : storage{} {}
};

// Returns false when the text is no address or does not fit.
bool parse_address(const std::string& text, SocketAddress& address);
std::string address_text(const SocketAddress& address);

}  // namespace ipcspec::harness
