#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>

#include "harness/execute.hpp"
#include "harness/socket_address.hpp"

namespace ipcspec::harness {

bool parse_address(const std::string& text, SocketAddress& address) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return false;
  const std::string kind = text.substr(0, colon);
  const std::string rest = text.substr(colon + 1);
  if (kind == "unix" || kind == "abstract") {
    const std::size_t skip = kind == "abstract" ? 1 : 0;
    if (rest.size() + 1 > sizeof address.local.sun_path) return false;
    address.local.sun_family = AF_UNIX;
    std::memcpy(address.local.sun_path + skip, rest.data(), rest.size());
    address.size_bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + rest.size() + 1);
    return true;
  }
  unsigned port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc{} || end != rest.data() + rest.size() || port > 65535) return false;
  address.internet.sin_family = AF_INET;
  address.internet.sin_port = htons(static_cast<std::uint16_t>(port));
  address.size_bytes = sizeof address.internet;
  return ::inet_pton(AF_INET, kind.c_str(), &address.internet.sin_addr) == 1;
}

std::string address_text(const SocketAddress& address) {
  if (address.generic.sa_family == AF_INET) {
    char text[INET_ADDRSTRLEN] = "?";
    ::inet_ntop(AF_INET, &address.internet.sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(address.internet.sin_port));
  }
  if (address.generic.sa_family != AF_UNIX) return "";
  const std::size_t header = offsetof(sockaddr_un, sun_path);
  if (address.size_bytes <= header) return "unnamed";
  const std::size_t path_bytes = address.size_bytes - header;
  if (address.local.sun_path[0] == '\0') {
    return "abstract:" + std::string(address.local.sun_path + 1, path_bytes - 1);
  }
  return "unix:" +
         std::string(address.local.sun_path, ::strnlen(address.local.sun_path, path_bytes));
}

namespace {

op::Outcome bad_address() {
  errno = EINVAL;
  return outcome_of(-1);
}

template <typename Query>
op::Outcome name_outcome(const Query& query) {
  SocketAddress address;
  address.size_bytes = sizeof address.storage;
  op::Outcome outcome = outcome_of(query(&address.generic, &address.size_bytes));
  if (outcome.value >= 0) outcome.data = address_text(address);
  return outcome;
}

}  // namespace

op::Outcome execute(const op::Socket& op, Worker&) {
  return outcome_of(::socket(op.family.value, op.type.value, static_cast<int>(op.protocol)));
}
op::Outcome execute(const op::Bind& op, Worker&) {
  SocketAddress address;
  if (!parse_address(op.address, address)) return bad_address();
  return outcome_of(::bind(op.fd.number, &address.generic, address.size_bytes));
}
op::Outcome execute(const op::BindRawPort& op, Worker&) {
  SocketAddress address;
  parse_address("127.0.0.1:0", address);
  address.internet.sin_port = static_cast<in_port_t>(op.raw_port);
  return outcome_of(::bind(op.fd.number, &address.generic, address.size_bytes));
}
op::Outcome execute(const op::Listen& op, Worker&) {
  return outcome_of(::listen(op.fd.number, static_cast<int>(op.backlog)));
}
op::Outcome execute(const op::Accept& op, Worker&) {
  if (op.null_address) return outcome_of(::accept(op.fd.number, nullptr, nullptr));
  return name_outcome([&](sockaddr* address, socklen_t* size_bytes) {
    return ::accept(op.fd.number, address, size_bytes);
  });
}
op::Outcome execute(const op::Connect& op, Worker&) {
  SocketAddress address;
  if (!parse_address(op.address, address)) return bad_address();
  return outcome_of(::connect(op.fd.number, &address.generic, address.size_bytes));
}
op::Outcome execute(const op::GetSocketName& op, Worker&) {
  return name_outcome([&](sockaddr* address, socklen_t* size_bytes) {
    return ::getsockname(op.fd.number, address, size_bytes);
  });
}
op::Outcome execute(const op::GetPeerName& op, Worker&) {
  return name_outcome([&](sockaddr* address, socklen_t* size_bytes) {
    return ::getpeername(op.fd.number, address, size_bytes);
  });
}
op::Outcome execute(const op::GetSocketOption& op, Worker&) {
  int setting = 0;
  socklen_t size_bytes = sizeof setting;
  const int result = ::getsockopt(op.fd.number, static_cast<int>(op.level),
                                  static_cast<int>(op.option), &setting, &size_bytes);
  return outcome_of(result < 0 ? result : setting);
}
op::Outcome execute(const op::SetSocketOption& op, Worker&) {
  const int setting = static_cast<int>(op.setting);
  return outcome_of(::setsockopt(op.fd.number, static_cast<int>(op.level),
                                 static_cast<int>(op.option), &setting, sizeof setting));
}
op::Outcome execute(const op::GetTcpState& op, Worker&) {
  tcp_info info = {};
  socklen_t size_bytes = sizeof info;
  const int result = ::getsockopt(op.fd.number, IPPROTO_TCP, TCP_INFO, &info, &size_bytes);
  op::Outcome outcome = outcome_of(result < 0 ? result : info.tcpi_state);
  if (result == 0) outcome.outputs = {info.tcpi_unacked, info.tcpi_sacked};
  return outcome;
}
op::Outcome execute(const op::Shutdown& op, Worker&) {
  return outcome_of(::shutdown(op.fd.number, op.how.value));
}
op::Outcome execute(const op::Send& op, Worker&) {
  return outcome_of(::send(op.fd.number, op.data.data(), op.data.size(), op.flags.value));
}
op::Outcome execute(const op::Receive& op, Worker&) {
  std::string buffer(op.size_bytes, '\0');
  op::Outcome outcome =
      outcome_of(::recv(op.fd.number, buffer.data(), op.size_bytes, op.flags.value));
  const auto count = outcome.value > 0 ? static_cast<std::size_t>(outcome.value) : 0;
  outcome.data = buffer.substr(0, std::min(count, buffer.size()));
  return outcome;
}
op::Outcome execute(const op::HostToNetwork16& op, Worker&) {
  const std::uint16_t number = htons(static_cast<std::uint16_t>(op.number));
  op::Outcome outcome = outcome_of(number);
  outcome.data.assign(reinterpret_cast<const char*>(&number), sizeof number);
  return outcome;
}
op::Outcome execute(const op::NetworkToHost16& op, Worker&) {
  return outcome_of(ntohs(static_cast<std::uint16_t>(op.number)));
}
op::Outcome execute(const op::NetworkRoundTrips16&, Worker&) {
  std::int64_t unchanged = 0;
  for (std::uint32_t number = 0; number <= 0xffff; ++number) {
    if (ntohs(htons(static_cast<std::uint16_t>(number))) == number) ++unchanged;
  }
  return outcome_of(unchanged);
}
op::Outcome execute(const op::InetAddr& op, Worker&) {
  const in_addr_t address = ::inet_addr(op.text.c_str());
  op::Outcome outcome = outcome_of(std::int64_t{address});
  outcome.data.assign(reinterpret_cast<const char*>(&address), sizeof address);
  return outcome;
}
op::Outcome execute(const op::InetPton& op, Worker&) {
  in_addr address = {};
  op::Outcome outcome = outcome_of(::inet_pton(AF_INET, op.text.c_str(), &address));
  if (outcome.value == 1) {
    outcome.data.assign(reinterpret_cast<const char*>(&address), sizeof address);
  }
  return outcome;
}

}  // namespace ipcspec::harness
