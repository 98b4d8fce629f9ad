// TCP over IPv4, on one host.
#include "spec/tcp.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <bit>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "conformance/common_steps.hpp"
#include "conformance/network.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"
#include "core/error.hpp"

namespace ipcspec::conformance {
namespace {

constexpr int kBacklog = 5;
constexpr int kAttempts = 4;
constexpr int kBufferBytes = 64 << 10;
// More than the buffers of a connection hold in one direction, with kBufferBytes asked for.
constexpr std::int64_t kMuchBytes = 512 << 10;
constexpr const char* kLoopback = "127.0.0.1";
constexpr const char* kOtherLoopback = "127.0.0.2";
constexpr const char* kAnyHost = "0.0.0.0";

bool covers_other_loopback(const ifaddrs& entry) {
  const auto bits = [](const sockaddr* address) {
    return reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr;
  };
  const in_addr_t mask = entry.ifa_netmask == nullptr ? INADDR_NONE : bits(entry.ifa_netmask);
  return (bits(entry.ifa_addr) & mask) == (::inet_addr(kOtherLoopback) & mask);
}

// The IPv4 addresses of the interfaces that are up. The whole network of the loopback interface
// is local, so 127.0.0.2 usually belongs to them.
std::vector<std::string> local_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {kLoopback};
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const bool usable = entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
                        (entry->ifa_flags & IFF_UP) != 0;
    if (!usable) continue;
    char text[INET_ADDRSTRLEN] = "";
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    ::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    addresses.emplace_back(text);
    const bool loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
    if (loopback && covers_other_loopback(*entry)) addresses.emplace_back(kOtherLoopback);
  }
  ::freeifaddrs(list);
  std::ranges::sort(addresses);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  return addresses;
}

bool is_local(const std::string& host) {
  const std::vector<std::string> addresses = local_addresses();
  return std::ranges::find(addresses, host) != addresses.end();
}

void requires_loopback() {
  if (!is_local(kLoopback)) throw Unsupported("the loopback interface is down");
}

std::optional<std::int64_t> system_setting(const std::string& name) {
  std::ifstream file("/proc/sys/net/" + name);
  std::int64_t setting = 0;
  if (file >> setting) return setting;
  return {};
}

std::string loopback(std::uint16_t port) {
  return std::string(kLoopback) + ":" + std::to_string(port);
}
std::uint16_t port_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)));
}
std::string with_host(const std::string& host, const std::string& address) {
  return host + address.substr(address.find(':'));
}
std::uint16_t swapped(std::uint16_t port) {
  return static_cast<std::uint16_t>(port << 8 | port >> 8);
}

std::string name_of(const Process& process, op::Fd fd) {
  return process.socket_name(fd).succeeded().data;
}

// A socket bound to a port that the kernel chose.
struct Bound {
  op::Fd fd;
  std::string address;
};
Bound holds_port(const Process& process, const std::string& host = kLoopback) {
  requires_loopback();
  const op::Fd fd = process.makes_tcp_socket();
  process.binds(fd, host + ":0").succeeded();
  return {fd, name_of(process, fd)};
}

Bound listens(const Process& server, int backlog = kBacklog, const std::string& host = kLoopback) {
  const Bound listener = holds_port(server, host);
  limits_buffers(server, listener.fd, kBufferBytes);
  server.listens(listener.fd, backlog).succeeded();
  return listener;
}

// The two ends of a connection: the server's and the client's.
struct Connection {
  op::Fd connfd;
  op::Fd sockfd;
};
Connection connects(const Process& server, const Bound& listener, const Process& client) {
  const op::Fd sockfd = client.makes_tcp_socket();
  limits_buffers(client, sockfd, kBufferBytes);
  client.connects(sockfd, listener.address).succeeded();
  const op::Fd connfd = server.accepts(listener.fd).fd();
  limits_buffers(server, connfd, kBufferBytes);  // Linux has it inherit the sizes, others need not
  return {connfd, sockfd};
}
Connection connects(const Process& server, const Process& client) {
  const Bound listener = listens(server);
  const Connection connection = connects(server, listener, client);
  server.closes(listener.fd).succeeded();
  return connection;
}

// A connect() with a socket of its own.
Call dials(const Process& client, const std::string& address) {
  return client.connects(client.makes_tcp_socket(), address);
}

// The same where the queue is full. After so many tries the kernel gives up, as it may; it takes
// minutes, but under an emulator they pass before anybody has looked.
Call dials_in_vain(const Process& client, const std::string& address) {
  Call call = dials(client, address);
  if (call.answered() && call.error() == ETIMEDOUT) {
    throw OutOfBudget("connect() has given up before it was seen to wait");
  }
  return call;
}

// A port that nothing used a moment ago.
std::uint16_t unused_port(const Process& process) {
  const Bound bound = holds_port(process);
  process.closes(bound.fd).succeeded();
  return port_of(bound.address);
}

// A call about a definite port that nobody holds. Somebody else may take the port meanwhile; then
// another one is tried.
struct PortCall {
  Call call;
  std::uint16_t port;
};
template <typename Attempt>
PortCall on_unused_port(const Process& process, int error_if_taken, const Attempt& attempt) {
  for (int attempts = 1;; ++attempts) {
    const std::uint16_t port = unused_port(process);
    const Call call = attempt(port);
    const bool taken = call.answered() && call.error() == error_if_taken;
    if (!taken || attempts == kAttempts) return {call, port};
  }
}
PortCall binds_definite_port(const Process& process, op::Fd socket) {
  return on_unused_port(process, EADDRINUSE,
                        [&](std::uint16_t port) { return process.binds(socket, loopback(port)); });
}
// The port that is wanted is such that its swapped twin is free.
PortCall binds_unconverted_port(const Process& process, op::Fd socket) {
  PortCall twin = on_unused_port(process, EADDRINUSE, [&](std::uint16_t port) {
    return process.binds_raw_port(socket, swapped(port));
  });
  return {twin.call, swapped(twin.port)};
}
Call dials_unused_port(const Process& client) {
  return on_unused_port(client, 0,
                        [&](std::uint16_t port) { return dials(client, loopback(port)); })
      .call;
}

// Loopback has nearly always delivered when the sender's call returns, but no rule says so.
void awaits_readable(const Process& process, op::Fd fd, std::int64_t size_bytes) {
  process.controller().eventually(
      [&] { return process.bytes_readable(fd).succeeded().value >= size_bytes; });
}

// Closes its end while something lies there unread, which Linux answers with a reset; it has
// reached the peer afterwards.
void resets(const Process& process, op::Fd fd, const Process& peer, op::Fd peers_fd) {
  peer.writes(peers_fd, "unread").succeeded();
  process.polls(fd, POLLIN, -1).succeeded();
  process.closes(fd).succeeded();
  peer.polls(peers_fd, 0, -1).succeeded();
}

// The answer of the send for which there is no room. The peer may still be given what was sent,
// so that room comes back a few times.
Call sends_until_refused(const Process& process, op::Fd fd) {
  const op::Bytes data(kBufferBytes, 's');
  Call send = process.sends(fd, data);
  process.controller().eventually([&] {
    if (!send.answered() || send.error() != 0) return true;
    send = process.sends(fd, data);
    return false;
  });
  return send;
}

op::Fd makes_reusing_socket(const Process& process) {
  const op::Fd socket = process.makes_tcp_socket();
  process.sets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR, 1).succeeded();
  return socket;
}

// How many connections the listener keeps for accept(), as Linux tells.
std::int64_t queue_limit(const Process& server, op::Fd listener) {
  return server.tcp_state(listener).output(1);
}
// A client is connected as soon as it has the server's answer; its own reaches the queue after.
void awaits_queued(const Process& server, op::Fd listener, std::int64_t connections) {
  if (queue_limit(server, listener) == 0) return;  // not told here
  server.controller().eventually(
      [&] { return server.tcp_state(listener).output(0) >= connections; });
}
std::int64_t queue_limit_max() {
  const auto somaxconn = system_setting("core/somaxconn");
  if (!somaxconn) throw Unsupported("net.core.somaxconn cannot be read here");
  return *somaxconn;
}

// What a client that found the queue full sent was dropped. It is sent again only after a second or
// more, and each time after twice as long: the platform's watchdog says how long that may take.
Call patiently(Call call) {
  call.awaited(call.controller().options().settle_budget_ms);
  if (!call.answered() && !call.cut_off()) {
    throw OutOfBudget("connect() has not been tried again yet");
  }
  return call;
}

// One round of a server that serves its clients one after the other.
void serves_next(const Process& server, const Bound& listener, const op::Bytes& reply) {
  const op::Fd connfd = server.accepts(listener.fd).fd();
  server.writes(connfd, reply).succeeded();
  server.closes(connfd).succeeded();
}

// Whether /proc/net/tcp comes to list a connection of this port in TIME_WAIT.
bool reaches_time_wait(const Process& process, std::uint16_t port) {
  constexpr std::uint64_t kTableBytes = 16 << 20;
  return process.controller().eventually([&] {
    const Call table = process.opens("/proc/net/tcp", O_RDONLY);
    if (table.error() != 0) throw Unsupported("/proc/net/tcp cannot be read here");
    std::istringstream lines(process.reads_until(table.fd(), kTableBytes));
    process.closes(table.fd()).succeeded();
    for (std::string line; std::getline(lines, line);) {
      std::istringstream columns(line);
      std::string number, local, remote, state;
      columns >> number >> local >> remote >> state;
      const auto colon = local.find(':');
      if (colon == std::string::npos || state != "06") continue;  // 06 is TIME_WAIT
      if (std::stoul(local.substr(colon + 1), nullptr, 16) == port) return true;
    }
    return false;
  });
}

// The server closes first, a connection and then its listener. Whether that was seen to leave the
// port in TIME_WAIT.
bool leaves_time_wait(const Process& server, const Bound& listener, const Process& client) {
  auto [connfd, sockfd] = connects(server, listener, client);
  server.closes(connfd).succeeded();
  client.reads(sockfd, 1).succeeded();
  client.closes(sockfd).succeeded();
  server.closes(listener.fd).succeeded();
  return reaches_time_wait(server, port_of(listener.address));
}

SPEC_TEST(tcp::socket_create) {
  requires_loopback();
  Process process = s.process("process");
  Call socket = process.makes_socket(AF_INET, SOCK_STREAM, 0);
  CHECK_THAT(socket, ReturnsFd());
  CHECK_THAT(process.gets_socket_option(socket.fd(), SOL_SOCKET, SO_TYPE), Returns(SOCK_STREAM));
}

SPEC_TEST(tcp::bind_assigns_address) {
  requires_loopback();
  Process server = s.process("server");
  const op::Fd socket = server.makes_tcp_socket();
  auto [bind, port] = binds_definite_port(server, socket);
  CHECK_THAT(bind, Returns(0));
  CHECK(server.socket_name(socket).data() == loopback(port));
}

SPEC_TEST(tcp::bind_any_all_interfaces) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server, kBacklog, kAnyHost);

  for (const std::string& host : local_addresses()) {
    const std::string dialled = with_host(host, listener.address);
    CHECK_THAT(dials(client, dialled), Returns(0));

    Call accept = server.accepts(listener.fd);
    CHECK_THAT(accept, ReturnsFd());
    CHECK(server.socket_name(accept.fd()).data() == dialled);
  }
}

SPEC_TEST(tcp::bind_specific_only) {
  s.requires_that(is_local(kOtherLoopback), "127.0.0.2 is no address of this host");
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  // The same port there is ours too, so that nobody else listens on it.
  const std::string elsewhere = with_host(kOtherLoopback, listener.address);
  server.binds(server.makes_tcp_socket(), elsewhere).succeeded();

  CHECK_THAT(dials(client, elsewhere), FailsWith(ECONNREFUSED));
  CHECK_THAT(dials(client, listener.address), Returns(0));
}

SPEC_TEST(tcp::htons_big_endian) {
  Process host = s.process("host");
  CHECK(host.converts_to_network(0x1234).data() == "\x12\x34");
  CHECK_THAT(host.converts_every_number_and_back(), Returns(1 << 16));
}

SPEC_TEST(tcp::htons_omitted) {
  s.requires_that(std::endian::native == std::endian::little, "this host is not little-endian");
  requires_loopback();
  Process server = s.process("server");
  const op::Fd socket = server.makes_tcp_socket();

  auto [bind, wanted_port] = binds_unconverted_port(server, socket);
  CHECK_THAT(bind, Returns(0));
  CHECK(server.socket_name(socket).data() == loopback(swapped(wanted_port)));
}

SPEC_TEST(tcp::listen_nonblocking) {
  Process server = s.process("server");
  const Bound bound = holds_port(server);
  Call listen = server.listens(bound.fd, kBacklog);
  CHECK_THAT(listen, !Blocks());
  CHECK_THAT(listen, Returns(0));
}

SPEC_TEST(tcp::listen_passive) {
  Process server = s.process("server");
  const Bound bound = holds_port(server);
  CHECK_THAT(server.gets_socket_option(bound.fd, SOL_SOCKET, SO_ACCEPTCONN), Returns(0));

  CHECK_THAT(server.listens(bound.fd, kBacklog), Returns(0));

  CHECK_THAT(server.gets_socket_option(bound.fd, SOL_SOCKET, SO_ACCEPTCONN), Returns(1));
  CHECK_THAT(server.reads(bound.fd, 1), FailsWith(ENOTCONN));
  CHECK_THAT(server.connects(bound.fd, listens(server).address), FailsWith(EISCONN));
}

// --- listen() and its queue

SPEC_TEST(tcp::listen_backlog_limit) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server, 2);

  CHECK_THAT(dials(client, listener.address), Returns(0));
  CHECK_THAT(dials(client, listener.address), Returns(0));
  CHECK_THAT(dials(client, listener.address), Returns(0));
  awaits_queued(server, listener.fd, 3);
  CHECK_THAT(dials_in_vain(client, listener.address), Blocks());  // backlog + 1 are there

  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());

  s.requires_that(queue_limit(server, listener.fd) == 2,
                  "TCP_INFO does not tell the limit of a listener's queue");
  const Bound greedy = listens(server, std::numeric_limits<int>::max());
  CHECK(queue_limit(server, greedy.fd) == queue_limit_max());
}

LONG_SPEC_TEST(tcp::listen_queue_full) {
  s.requires_that(system_setting("ipv4/tcp_abort_on_overflow").value_or(0) == 0,
                  "net.ipv4.tcp_abort_on_overflow is set");
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server, 1);
  dials(client, listener.address).succeeded();
  dials(client, listener.address).succeeded();
  awaits_queued(server, listener.fd, 2);  // the queue is full

  Network network(port_of(listener.address));
  Call connect = dials_in_vain(client, listener.address);
  CHECK_THAT(connect, Blocks());

  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());  // now there is room
  network.repeats_requests();
  CHECK_THAT(patiently(connect), Returns(0));
}

SPEC_TEST(tcp::listen_negative_backlog) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server, -1);

  // A backlog of 0 would hold one.
  CHECK_THAT(dials(client, listener.address), Returns(0));
  awaits_queued(server, listener.fd, 1);
  CHECK_THAT(dials(client, listener.address), Returns(0));
  awaits_queued(server, listener.fd, 2);
  CHECK_THAT(dials(client, listener.address), Returns(0));

  s.requires_that(queue_limit(server, listens(server, 2).fd) == 2,
                  "TCP_INFO does not tell the limit of a listener's queue");
  CHECK(queue_limit(server, listener.fd) == queue_limit_max());
}

// --- accept()

SPEC_TEST(tcp::accept_blocks) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);

  Call accept = server.accepts(listener.fd);
  CHECK_THAT(accept, Blocks());

  dials(client, listener.address).succeeded();
  CHECK_THAT(accept, ReturnsFd());
}

SPEC_TEST(tcp::accept_new_fd) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.connects(sockfd, listener.address).succeeded();

  Call accept = server.accepts(listener.fd);
  CHECK_THAT(accept, ReturnsFd());
  CHECK(accept.fd() != listener.fd);
  CHECK(accept.data() == name_of(client, sockfd));
  CHECK(server.socket_name(accept.fd()).data() == listener.address);
  CHECK(server.peer_name(accept.fd()).data() == name_of(client, sockfd));
}

SPEC_TEST(tcp::accept_null_addr) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.connects(sockfd, listener.address).succeeded();

  Call accept = server.accepts_without_address(listener.fd);
  CHECK_THAT(accept, ReturnsFd());
  CHECK(accept.data().empty());
  client.writes(sockfd, "hello");
  CHECK_THAT(server.reads(accept.fd(), 5), ReturnsData("hello"));
}

SPEC_TEST(tcp::accept_sequential_order) {
  auto [server, a, b, c] = s.processes("server", "client a", "client b", "client c");
  const Bound listener = listens(server);
  const op::Fd sockfd = a.makes_tcp_socket();
  CHECK(b.makes_tcp_socket() == sockfd);
  CHECK(c.makes_tcp_socket() == sockfd);
  CHECK_THAT(a.connects(sockfd, listener.address), Returns(0));
  awaits_queued(server, listener.fd, 1);
  CHECK_THAT(b.connects(sockfd, listener.address), Returns(0));
  awaits_queued(server, listener.fd, 2);
  CHECK_THAT(c.connects(sockfd, listener.address), Returns(0));

  Call reply_to_a = a.reads(sockfd, 10);
  Call reply_to_b = b.reads(sockfd, 10);
  Call reply_to_c = c.reads(sockfd, 10);
  CHECK_THAT(reply_to_a, Blocks());  // connected, but unanswered

  serves_next(server, listener, "first");
  CHECK_THAT(reply_to_a, ReturnsData("first"));
  CHECK_THAT(reply_to_b, Blocks());
  serves_next(server, listener, "second");
  CHECK_THAT(reply_to_b, ReturnsData("second"));
  CHECK_THAT(reply_to_c, Blocks());
  serves_next(server, listener, "third");
  CHECK_THAT(reply_to_c, ReturnsData("third"));
}

// --- connect()

SPEC_TEST(tcp::connect_initiates) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();

  CHECK_THAT(client.connects(sockfd, listener.address), Returns(0));

  const op::Fd connfd = server.accepts(listener.fd).fd();
  CHECK(client.peer_name(sockfd).data() == name_of(server, connfd));
  CHECK(server.peer_name(connfd).data() == name_of(client, sockfd));
}

SPEC_TEST(tcp::connect_before_accept) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();

  CHECK_THAT(client.connects(sockfd, listener.address), Returns(0));
  CHECK_THAT(client.writes(sockfd, "hello"), Returns(5));

  Call accept = server.accepts(listener.fd);  // only now
  CHECK_THAT(accept, ReturnsFd());
  CHECK_THAT(server.reads(accept.fd(), 5), ReturnsData("hello"));
}

SPEC_TEST(tcp::connect_refused) {
  auto [server, client] = s.processes("server", "client");
  const Bound bound = holds_port(server);  // but does not listen

  Call connect = dials(client, bound.address);
  CHECK_THAT(connect, !Blocks());
  CHECK_THAT(connect, FailsWith(ECONNREFUSED));
  CHECK_THAT(dials_unused_port(client), FailsWith(ECONNREFUSED));
}

// --- addresses as text

SPEC_TEST(tcp::inet_addr_network_order) {
  Process process = s.process("process");
  CHECK_THAT(process.inet_addr("127.0.0.1"), Returns(::htonl(INADDR_LOOPBACK)));
}

SPEC_TEST(tcp::inet_addr_error_ambiguous) {
  Process process = s.process("process");
  CHECK_THAT(process.inet_addr("256.0.0.1"), Returns(INADDR_NONE));
  CHECK_THAT(process.inet_addr("255.255.255.255"), Returns(INADDR_NONE));
  CHECK_THAT(process.inet_pton("256.0.0.1"), Returns(0));
  CHECK_THAT(process.inet_pton("255.255.255.255"), Returns(1));
}

// --- the listener and its connections

SPEC_TEST(tcp::listener_keeps_listening) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  auto [connfd, sockfd] = connects(server, listener, client);

  CHECK_THAT(dials(client, listener.address), Returns(0));  // while the first is open
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());

  server.closes(connfd).succeeded();
  client.closes(sockfd).succeeded();
  CHECK_THAT(dials(client, listener.address), Returns(0));  // and after it was closed
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
}

SPEC_TEST(tcp::listener_close_keeps_connections) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  auto [connfd, sockfd] = connects(server, listener, client);

  CHECK_THAT(server.closes(listener.fd), Returns(0));
  CHECK_THAT(dials(client, listener.address), FailsWith(ECONNREFUSED));

  CHECK_THAT(client.writes(sockfd, "hello"), Returns(5));
  CHECK_THAT(server.reads(connfd, 5), ReturnsData("hello"));
  CHECK_THAT(server.writes(connfd, "reply"), Returns(5));
  CHECK_THAT(client.reads(sockfd, 5), ReturnsData("reply"));
  server.closes(connfd).succeeded();
  CHECK_THAT(client.reads(sockfd, 1), Returns(0));
}

// --- transfer

LONG_SPEC_TEST(tcp::rw_like_pipe) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);

  Call read = server.reads(connfd, 10);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(client.writes(sockfd, "hello"), Returns(5));
  CHECK_THAT(read, ReturnsData("hello"));                  // short: ten were asked for
  CHECK_THAT(server.writes(connfd, "reply"), Returns(5));  // the other way
  CHECK_THAT(client.reads(sockfd, 5), ReturnsData("reply"));

  const op::Bytes much = numbered_bytes(kMuchBytes, 'm');
  Call write = client.writes(sockfd, much);
  CHECK_THAT(write, Blocks());
  CHECK(receives_exactly(server, connfd, much));  // which makes room
  CHECK_THAT(write, Returns(kMuchBytes));

  client.closes(sockfd).succeeded();
  CHECK_THAT(server.reads(connfd, 1), Returns(0));
  server.writes(connfd, "x").succeeded();  // so the client's host says that nobody reads
  server.polls(connfd, 0, -1).succeeded();
  CHECK_THAT(server.writes(connfd, "x"), IsCutOff());
  CHECK_THAT(server, KilledBy(SIGPIPE));
}

SPEC_TEST(tcp::code_stream_no_boundaries) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);

  CHECK_THAT(client.writes(sockfd, "two "), Returns(4));
  CHECK_THAT(client.writes(sockfd, "writes"), Returns(6));
  awaits_readable(server, connfd, 10);
  CHECK_THAT(server.reads(connfd, 100), ReturnsData("two writes"));

  CHECK_THAT(client.writes(sockfd, "onewrite"), Returns(8));
  awaits_readable(server, connfd, 8);
  CHECK_THAT(server.reads(connfd, 3), ReturnsData("one"));
  CHECK_THAT(server.reads(connfd, 100), ReturnsData("write"));
}

LONG_SPEC_TEST(tcp::code_server_close_time_wait) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  s.requires_that(leaves_time_wait(server, listener, client), "no connection is seen in TIME_WAIT");

  const op::Fd restarted = server.makes_tcp_socket();
  CHECK_THAT(server.binds(restarted, listener.address), FailsWith(EADDRINUSE));
}

SPEC_TEST(tcp::code_unchecked_bind) {
  auto [other, server, client] = s.processes("other", "server", "client");
  const Bound intended = holds_port(other);  // but does not listen there

  const op::Fd socket = server.makes_tcp_socket();
  CHECK_THAT(server.binds(socket, intended.address), FailsWith(EADDRINUSE));  // and goes on
  CHECK_THAT(server.listens(socket, kBacklog), Returns(0));

  const std::string name = name_of(server, socket);
  CHECK(name == with_host(kAnyHost, name));
  const std::string listening = with_host(kLoopback, name);
  CHECK(listening != intended.address);
  CHECK_THAT(dials(client, intended.address), FailsWith(ECONNREFUSED));
  CHECK_THAT(dials(client, listening), Returns(0));
}

SPEC_TEST(tcp::code_sizeof_sends_array) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const char array[16] = "hello";
  const char* pointer = "hello, server, this is the client";

  CHECK_THAT(client.writes(sockfd, {array, sizeof array}), Returns(sizeof array));
  awaits_readable(server, connfd, sizeof array);
  CHECK_THAT(server.reads(connfd, 100), ReturnsData({"hello\0\0\0\0\0\0\0\0\0\0\0", 16}));

  // NOLINTNEXTLINE(bugprone-sizeof-expression): the mistake that the rule is about
  CHECK_THAT(client.writes(sockfd, {pointer, sizeof pointer}), Returns(sizeof(char*)));
  awaits_readable(server, connfd, sizeof(char*));
  CHECK_THAT(server.reads(connfd, 100), ReturnsData({pointer, sizeof(char*)}));
}

// --- what the comparison says

LONG_SPEC_TEST(tcp::compare_two_way) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  Process server_reader = server.forks("reader of the server");  // the same descriptor
  Process client_reader = client.forks("reader of the client");
  const op::Bytes question = numbered_bytes(kMuchBytes, 'q');
  const op::Bytes answer = numbered_bytes(kMuchBytes, 'a');

  Call asks = client.writes(sockfd, question);
  Call answers = server.writes(connfd, answer);
  CHECK_THAT(asks, Blocks());  // both are sending now
  CHECK_THAT(answers, Blocks());

  CHECK(receives_exactly(server_reader, connfd, question));
  CHECK(receives_exactly(client_reader, sockfd, answer));
  CHECK_THAT(asks, Returns(kMuchBytes));
  CHECK_THAT(answers, Returns(kMuchBytes));
}

SPEC_TEST(tcp::compare_no_filesystem) {
  auto [server, client] = s.processes("server", "client");
  CHECK_THAT(server.lists_directory("."), Returns(0));

  const Bound listener = listens(server);
  connects(server, listener, client);

  CHECK_THAT(server.lists_directory("."), Returns(0));
  CHECK(listener.address == loopback(port_of(listener.address)));
  CHECK_THAT(server.stats(listener.address), FailsWith(ENOENT));
}

SPEC_TEST(tcp::compare_sync) {
  constexpr std::int64_t kRecordBytes = 1000, kRecords = 100;
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const op::Bytes question = numbered_bytes(kRecordBytes, 'q');
  const op::Bytes answer = numbered_bytes(kRecordBytes, 'a');

  s.race(client.will(op::Write{sockfd, question}), server.will(op::Write{connfd, answer}));
  CHECK(receives_exactly(server, connfd, question));
  CHECK(receives_exactly(client, sockfd, answer));

  Process second = client.forks("second writer");  // to the same connection
  auto writes = s.race(client.will(op::WriteRecords{sockfd, '1', kRecordBytes, kRecords}),
                       second.will(op::WriteRecords{sockfd, '2', kRecordBytes, kRecords}));
  const op::Bytes mixed = server.reads_until(connfd, 2 * kRecordBytes * kRecords);
  CHECK(std::count(mixed.begin(), mixed.end(), '1') == kRecordBytes * kRecords);
  CHECK(std::count(mixed.begin(), mixed.end(), '2') == kRecordBytes * kRecords);
  CHECK_THAT(writes[0], Returns(kRecords));
  CHECK_THAT(writes[1], Returns(kRecords));
}

LONG_SPEC_TEST(tcp::compare_speed) {
  constexpr int kRoundTrips = 50;
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);

  const op::Bytes stream = numbered_bytes(kMuchBytes, 's');
  Call write = client.writes(sockfd, stream);
  CHECK(receives_exactly(server, connfd, stream));
  CHECK_THAT(write, Returns(kMuchBytes));

  for (int trip = 0; trip < kRoundTrips; ++trip) {
    client.writes(sockfd, "ping").succeeded();
    CHECK_THAT(server.reads(connfd, 4), ReturnsData("ping"));
    server.writes(connfd, "pong").succeeded();
    CHECK_THAT(client.reads(sockfd, 4), ReturnsData("pong"));
  }
}

SPEC_TEST(tcp::compare_scope) {
  requires_loopback();
  auto [server, client] = s.processes("server", "client");

  for (const std::string& host : local_addresses()) {
    const Bound listener = listens(server, kBacklog, host);
    const op::Fd sockfd = client.makes_tcp_socket();
    CHECK_THAT(client.connects(sockfd, listener.address), Returns(0));
    CHECK_THAT(client.writes(sockfd, host), Succeeds());
    CHECK_THAT(server.reads(server.accepts(listener.fd).fd(), host.size()), ReturnsData(host));
  }
}

SPEC_TEST(tcp::practical_concurrent_clients) {
  auto [server, a, b] = s.processes("server", "client a", "client b");
  const Bound listener = listens(server);
  auto [connfd_a, sockfd_a] = connects(server, listener, a);
  Process child_a = server.forks("child for a");
  server.closes(connfd_a).succeeded();
  auto [connfd_b, sockfd_b] = connects(server, listener, b);
  Process child_b = server.forks("child for b");  // this time the server keeps its copy

  Call request_of_a = child_a.reads(connfd_a, 10);
  CHECK_THAT(request_of_a, Blocks());
  b.writes(sockfd_b, "b");
  CHECK_THAT(child_b.reads(connfd_b, 10), ReturnsData("b"));  // though a still says nothing
  a.writes(sockfd_a, "a");
  CHECK_THAT(request_of_a, ReturnsData("a"));

  child_a.exits(0);
  CHECK_THAT(a.reads(sockfd_a, 1), Returns(0));
  child_b.exits(0);
  Call end = b.reads(sockfd_b, 1);
  CHECK_THAT(end, Blocks());  // the server's copy is open
  server.closes(connfd_b);
  CHECK_THAT(end, Returns(0));
}

// --- sockets, addresses and ports

SPEC_TEST(tcp::socket_errors) {
  constexpr int kNoFamily = 250, kNoType = 13;
  Process process = s.process("process");
  CHECK_THAT(process.makes_socket(kNoFamily, SOCK_STREAM), FailsWith(EAFNOSUPPORT));
  CHECK_THAT(process.makes_socket(AF_INET, kNoType),
             FailsWith(EINVAL, EPROTOTYPE, EPROTONOSUPPORT));
  CHECK_THAT(process.makes_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP),
             FailsWith(EINVAL, EPROTOTYPE, EPROTONOSUPPORT));
}

SPEC_TEST(tcp::socket_flags) {
  Process process = s.process("process");
  const op::Fd plain = process.makes_tcp_socket();
  CHECK((process.status_flags(plain).value() & O_NONBLOCK) == 0);
  CHECK_THAT(process.descriptor_flags(plain), Returns(0));

  const op::Fd nonblocking = process.makes_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK).fd();
  CHECK((process.status_flags(nonblocking).value() & O_NONBLOCK) != 0);
  CHECK_THAT(process.descriptor_flags(nonblocking), Returns(0));

  const op::Fd cloexec = process.makes_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC).fd();
  CHECK((process.status_flags(cloexec).value() & O_NONBLOCK) == 0);
  CHECK_THAT(process.descriptor_flags(cloexec), Returns(FD_CLOEXEC));
}

SPEC_TEST(tcp::not_a_socket) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK_THAT(process.binds(r, loopback(0)), FailsWith(ENOTSOCK));
  CHECK_THAT(process.listens(r, kBacklog), FailsWith(ENOTSOCK));
  CHECK_THAT(process.accepts(r), FailsWith(ENOTSOCK));
  CHECK_THAT(process.connects(r, loopback(1)), FailsWith(ENOTSOCK));
  CHECK_THAT(process.socket_name(r), FailsWith(ENOTSOCK));
  CHECK_THAT(process.peer_name(r), FailsWith(ENOTSOCK));
  CHECK_THAT(process.gets_socket_option(r, SOL_SOCKET, SO_TYPE), FailsWith(ENOTSOCK));
  CHECK_THAT(process.sets_socket_option(r, SOL_SOCKET, SO_REUSEADDR, 1), FailsWith(ENOTSOCK));
  CHECK_THAT(process.shuts_down(r, SHUT_RD), FailsWith(ENOTSOCK));
  CHECK_THAT(process.sends(w, "x"), FailsWith(ENOTSOCK));
  CHECK_THAT(process.receives(r, 1), FailsWith(ENOTSOCK));
}

SPEC_TEST(tcp::bad_descriptor) {
  Process process = s.process("process");
  const op::Fd closed = process.makes_tcp_socket();
  process.closes(closed).succeeded();
  CHECK_THAT(process.binds(closed, loopback(0)), FailsWith(EBADF));
  CHECK_THAT(process.listens(closed, kBacklog), FailsWith(EBADF));
  CHECK_THAT(process.accepts(closed), FailsWith(EBADF));
  CHECK_THAT(process.connects(closed, loopback(1)), FailsWith(EBADF));
  CHECK_THAT(process.socket_name(closed), FailsWith(EBADF));
  CHECK_THAT(process.peer_name(closed), FailsWith(EBADF));
  CHECK_THAT(process.gets_socket_option(closed, SOL_SOCKET, SO_TYPE), FailsWith(EBADF));
  CHECK_THAT(process.sets_socket_option(closed, SOL_SOCKET, SO_REUSEADDR, 1), FailsWith(EBADF));
  CHECK_THAT(process.shuts_down(closed, SHUT_RD), FailsWith(EBADF));
  CHECK_THAT(process.sends(closed, "x"), FailsWith(EBADF));
  CHECK_THAT(process.receives(closed, 1), FailsWith(EBADF));
}

SPEC_TEST(tcp::stream_only) {
  Process process = s.process("process");
  const op::Fd internet = process.makes_socket(AF_INET, SOCK_DGRAM).fd();
  CHECK_THAT(process.listens(internet, kBacklog), FailsWith(EOPNOTSUPP));
  CHECK_THAT(process.accepts(internet), FailsWith(EOPNOTSUPP));
  const op::Fd local = process.makes_socket(AF_UNIX, SOCK_DGRAM).fd();
  CHECK_THAT(process.listens(local, kBacklog), FailsWith(EOPNOTSUPP));
  CHECK_THAT(process.accepts(local), FailsWith(EOPNOTSUPP));
  const op::Fd paired = process.makes_socket_pair(SOCK_DGRAM).first;
  CHECK_THAT(process.listens(paired, kBacklog), FailsWith(EOPNOTSUPP));
  CHECK_THAT(process.accepts(paired), FailsWith(EOPNOTSUPP));
}

SPEC_TEST(tcp::bind_family) {
  Process process = s.process("process");
  const std::string path = "unix:" + s.fresh_path();
  const op::Fd internet = process.makes_tcp_socket();
  CHECK_THAT(process.binds(internet, path), FailsWith(EAFNOSUPPORT, EINVAL));
  CHECK_THAT(process.connects(internet, path), FailsWith(EAFNOSUPPORT, EINVAL));
  const op::Fd local = process.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(process.binds(local, loopback(0)), FailsWith(EAFNOSUPPORT, EINVAL));
  CHECK_THAT(process.connects(local, loopback(1)), FailsWith(EAFNOSUPPORT, EINVAL));
}

SPEC_TEST(tcp::bind_ephemeral) {
  auto [server, client] = s.processes("server", "client");
  const Bound bound = holds_port(server);
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.connects(sockfd, listener.address).succeeded();  // without bind()

  const std::set<std::uint16_t> ports = {0, port_of(bound.address), port_of(listener.address),
                                         port_of(name_of(client, sockfd))};
  CHECK(ports.size() == 4);  // none is 0, and no two are the same
}

SPEC_TEST(tcp::bind_in_use) {
  auto [holder, other] = s.processes("holder", "other");
  const Bound bound = holds_port(holder);
  CHECK_THAT(holder.binds(holder.makes_tcp_socket(), bound.address), FailsWith(EADDRINUSE));
  CHECK_THAT(other.binds(other.makes_tcp_socket(), bound.address), FailsWith(EADDRINUSE));
  holder.listens(bound.fd, kBacklog).succeeded();
  CHECK_THAT(other.binds(other.makes_tcp_socket(), bound.address), FailsWith(EADDRINUSE));
}

SPEC_TEST(tcp::bind_reuse) {
  requires_loopback();
  Process server = s.process("server");
  const op::Fd first = makes_reusing_socket(server);
  const op::Fd second = makes_reusing_socket(server);
  server.binds(first, loopback(0)).succeeded();
  const std::string address = name_of(server, first);

  CHECK_THAT(server.binds(second, address), Returns(0));
  CHECK_THAT(server.listens(first, kBacklog), Returns(0));
  CHECK_THAT(server.listens(second, kBacklog), FailsWith(EADDRINUSE));
  CHECK_THAT(server.binds(makes_reusing_socket(server), address), FailsWith(EADDRINUSE));
}

LONG_SPEC_TEST(tcp::bind_reuse_time_wait) {
  auto [server, client] = s.processes("server", "client");
  const Bound reusing = listens(server);
  server.sets_socket_option(reusing.fd, SOL_SOCKET, SO_REUSEADDR, 1).succeeded();
  s.requires_that(leaves_time_wait(server, reusing, client), "no connection is seen in TIME_WAIT");
  CHECK_THAT(server.binds(server.makes_tcp_socket(), reusing.address), FailsWith(EADDRINUSE));
  CHECK_THAT(server.binds(makes_reusing_socket(server), reusing.address), Returns(0));

  const Bound plain = listens(server);
  s.requires_that(leaves_time_wait(server, plain, client), "no connection is seen in TIME_WAIT");
  CHECK_THAT(server.binds(makes_reusing_socket(server), plain.address), FailsWith(EADDRINUSE));
}

SPEC_TEST(tcp::bind_twice) {
  Process server = s.process("server");
  const Bound bound = holds_port(server);
  CHECK_THAT(server.binds(bound.fd, loopback(0)), FailsWith(EINVAL));
  CHECK_THAT(server.binds(bound.fd, bound.address), FailsWith(EINVAL));
  CHECK(name_of(server, bound.fd) == bound.address);
}

// --- listen(), accept() and connect() once more

SPEC_TEST(tcp::listen_connected) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  CHECK_THAT(client.listens(sockfd, kBacklog), FailsWith(EINVAL));
  CHECK_THAT(server.listens(connfd, kBacklog), FailsWith(EINVAL));
}

SPEC_TEST(tcp::listener_state) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  s.requires_that(queue_limit(server, listener.fd) == kBacklog,
                  "TCP_INFO does not tell of a listener's queue");
  CHECK(server.tcp_state(listener.fd).output(0) == 0);

  dials(client, listener.address).succeeded();
  awaits_queued(server, listener.fd, 1);
  CHECK(server.tcp_state(listener.fd).output(0) == 1);
  dials(client, listener.address).succeeded();
  awaits_queued(server, listener.fd, 2);
  CHECK(server.tcp_state(listener.fd).output(0) == 2);
  server.accepts(listener.fd).succeeded();
  CHECK(server.tcp_state(listener.fd).output(0) == 1);
}

SPEC_TEST(tcp::close_listener_resets) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.connects(sockfd, listener.address).succeeded();
  server.polls(listener.fd, POLLIN, -1).succeeded();  // it waits in the queue

  Call read = client.reads(sockfd, 1);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(server.closes(listener.fd), Returns(0));
  CHECK_THAT(read, FailsWith(ECONNRESET));
}

SPEC_TEST(tcp::accept_not_listening) {
  auto [server, client] = s.processes("server", "client");
  CHECK_THAT(server.accepts(server.makes_tcp_socket()), FailsWith(EINVAL));
  CHECK_THAT(server.accepts(holds_port(server).fd), FailsWith(EINVAL));
  auto [connfd, sockfd] = connects(server, client);
  CHECK_THAT(server.accepts(connfd), FailsWith(EINVAL));
  CHECK_THAT(client.accepts(sockfd), FailsWith(EINVAL));
}

SPEC_TEST(tcp::accept_nonblock) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  server.sets_nonblocking(listener.fd).succeeded();
  CHECK_THAT(server.accepts(listener.fd), FailsWith(EAGAIN));

  dials(client, listener.address).succeeded();
  server.polls(listener.fd, POLLIN, -1).succeeded();
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
  CHECK_THAT(server.accepts(listener.fd), FailsWith(EAGAIN));
}

SPEC_TEST(tcp::accept_flags) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  server.sets_nonblocking(listener.fd).succeeded();
  server.sets_descriptor_flags(listener.fd, FD_CLOEXEC).succeeded();

  dials(client, listener.address).succeeded();
  server.polls(listener.fd, POLLIN, -1).succeeded();
  Call accept = server.accepts(listener.fd);
  CHECK_THAT(accept, ReturnsFd());
  CHECK((server.status_flags(accept.fd()).value() & O_NONBLOCK) == 0);
  CHECK_THAT(server.descriptor_flags(accept.fd()), Returns(0));
}

SPEC_TEST(tcp::connect_nonblock) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.sets_nonblocking(sockfd).succeeded();

  Call connect = client.connects(sockfd, listener.address);
  CHECK_THAT(connect, !Blocks());
  CHECK_THAT(connect, FailsWith(EINPROGRESS) || Returns(0));
  Call accept = server.accepts(listener.fd);
  CHECK_THAT(accept, ReturnsFd());
  CHECK_THAT(client.polls(sockfd, POLLOUT, -1), Returns(1));
  CHECK_THAT(client.gets_socket_option(sockfd, SOL_SOCKET, SO_ERROR), Returns(0));
  CHECK_THAT(client.writes(sockfd, "hello"), Returns(5));
  CHECK_THAT(server.reads(accept.fd(), 5), ReturnsData("hello"));
}

SPEC_TEST(tcp::connect_nonblock_linux) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const Bound refusing = holds_port(server);
  const op::Fd welcome = client.makes_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK).fd();
  const op::Fd refused = client.makes_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK).fd();

  CHECK_THAT(client.connects(welcome, listener.address), FailsWith(EINPROGRESS));
  CHECK_THAT(client.connects(refused, refusing.address), FailsWith(EINPROGRESS));
}

SPEC_TEST(tcp::connect_nonblock_refused) {
  auto [server, client] = s.processes("server", "client");
  const Bound refusing = holds_port(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.sets_nonblocking(sockfd).succeeded();
  s.requires_that(client.connects(sockfd, refusing.address).error() == EINPROGRESS,
                  "a connect() to this host that goes on in the background");

  Call poll = client.polls(sockfd, POLLOUT, -1);
  CHECK_THAT(poll, Returns(1));
  CHECK((poll.output(0) & POLLOUT) != 0);
  CHECK_THAT(client.gets_socket_option(sockfd, SOL_SOCKET, SO_ERROR), Returns(ECONNREFUSED));
  CHECK_THAT(client.gets_socket_option(sockfd, SOL_SOCKET, SO_ERROR), Returns(0));
}

SPEC_TEST(tcp::connect_again) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  auto [connfd, sockfd] = connects(server, listener, client);
  CHECK_THAT(client.connects(sockfd, listener.address), FailsWith(EISCONN));
  CHECK_THAT(client.connects(sockfd, listens(server).address), FailsWith(EISCONN));
  CHECK_THAT(server.connects(connfd, listens(server).address), FailsWith(EISCONN));
}

SPEC_TEST(tcp::connect_again_late) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const op::Fd sockfd = client.makes_tcp_socket();
  client.sets_nonblocking(sockfd).succeeded();
  CHECK_THAT(client.connects(sockfd, listener.address), FailsWith(EINPROGRESS));
  client.polls(sockfd, POLLOUT, -1).succeeded();  // now it is connected

  CHECK_THAT(client.connects(sockfd, listener.address), Returns(0));
  CHECK_THAT(client.connects(sockfd, listener.address), FailsWith(EISCONN));
}

SPEC_TEST(tcp::peername_not_connected) {
  Process process = s.process("process");
  CHECK_THAT(process.peer_name(process.makes_tcp_socket()), FailsWith(ENOTCONN));
  CHECK_THAT(process.peer_name(holds_port(process).fd), FailsWith(ENOTCONN));
  CHECK_THAT(process.peer_name(listens(process).fd), FailsWith(ENOTCONN));
}

// --- receiving

SPEC_TEST(tcp::recv_data) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const op::Bytes data = numbered_bytes(4000);

  CHECK_THAT(client.writes(sockfd, data.substr(0, 1)), Returns(1));
  CHECK_THAT(client.sends(sockfd, data.substr(1, 999)), Returns(999));
  CHECK_THAT(client.writes(sockfd, data.substr(1000)), Returns(3000));
  client.closes(sockfd).succeeded();

  CHECK(receives_exactly(server, connfd, data));
  CHECK_THAT(server.receives(connfd, 1), Returns(0));  // nothing came twice
}

SPEC_TEST(tcp::recv_blocks) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  Call first = server.receives(connfd, 10);
  CHECK_THAT(first, Blocks());
  client.writes(sockfd, "hello").succeeded();
  CHECK_THAT(first, ReturnsData("hello"));

  Call second = server.reads(connfd, 10);
  CHECK_THAT(second, Blocks());
  client.writes(sockfd, "again").succeeded();
  CHECK_THAT(second, ReturnsData("again"));
}

SPEC_TEST(tcp::recv_nonblock) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  server.sets_nonblocking(connfd).succeeded();
  CHECK_THAT(server.receives(connfd, 10), FailsWith(EAGAIN));
  CHECK_THAT(server.reads(connfd, 10), FailsWith(EAGAIN));

  client.writes(sockfd, "hello").succeeded();
  server.polls(connfd, POLLIN, -1).succeeded();
  CHECK_THAT(server.receives(connfd, 10), ReturnsData("hello"));
  CHECK_THAT(server.receives(connfd, 10), FailsWith(EAGAIN));
}

SPEC_TEST(tcp::recv_eof) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  const Connection closed = connects(server, listener, client);
  client.writes(closed.sockfd, "before close()").succeeded();
  client.closes(closed.sockfd).succeeded();
  CHECK_THAT(server.receives(closed.connfd, 14), ReturnsData("before close()"));
  CHECK_THAT(server.receives(closed.connfd, 1), Returns(0));

  const Connection shut = connects(server, listener, client);
  client.writes(shut.sockfd, "before shutdown()").succeeded();
  client.shuts_down(shut.sockfd, SHUT_WR).succeeded();
  CHECK_THAT(server.receives(shut.connfd, 17), ReturnsData("before shutdown()"));
  CHECK_THAT(server.receives(shut.connfd, 1), Returns(0));
  CHECK_THAT(server.reads(shut.connfd, 1), Returns(0));  // as often as one asks
}

SPEC_TEST(tcp::recv_waitall_peek) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  client.writes(sockfd, "hello").succeeded();
  CHECK_THAT(server.receives(connfd, 5, MSG_PEEK), ReturnsData("hello"));
  CHECK_THAT(server.receives(connfd, 5), ReturnsData("hello"));

  Call whole = server.receives(connfd, 4, MSG_WAITALL);
  client.writes(sockfd, "ab").succeeded();
  CHECK_THAT(whole, Blocks());  // two of four are there
  client.writes(sockfd, "cd").succeeded();
  CHECK_THAT(whole, ReturnsData("abcd"));

  Call rest = server.receives(connfd, 4, MSG_WAITALL);
  client.writes(sockfd, "e").succeeded();
  CHECK_THAT(rest, Blocks());
  client.shuts_down(sockfd, SHUT_WR).succeeded();
  CHECK_THAT(rest, ReturnsData("e"));
}

// --- sending

LONG_SPEC_TEST(tcp::send_whole) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const op::Bytes much = numbered_bytes(kMuchBytes);

  Call send = client.sends(sockfd, much);
  CHECK_THAT(send, Blocks());  // part of it is taken over, and it does not say so
  CHECK(receives_exactly(server, connfd, much));
  CHECK_THAT(send, Returns(kMuchBytes));
  CHECK_THAT(client.sends(sockfd, "more"), Returns(4));
  CHECK_THAT(server.reads(connfd, 10), ReturnsData("more"));
}

LONG_SPEC_TEST(tcp::send_blocks) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const std::uint64_t filled_bytes = client.fills(sockfd);

  Call send = client.sends(sockfd, op::Bytes(kMuchBytes, 's'));
  CHECK_THAT(send, Blocks());
  CHECK(server.reads_until(connfd, filled_bytes).size() == filled_bytes);
  CHECK(receives_exactly(server, connfd, op::Bytes(kMuchBytes, 's')));
  CHECK_THAT(send, Returns(kMuchBytes));
}

LONG_SPEC_TEST(tcp::send_nonblock) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  client.sets_nonblocking(sockfd).succeeded();
  const op::Bytes much = numbered_bytes(kMuchBytes);

  Call send = client.sends(sockfd, much);
  CHECK_THAT(send, !Blocks());
  CHECK(send.value() > 0);
  CHECK(send.value() < kMuchBytes);
  CHECK_THAT(sends_until_refused(client, sockfd), FailsWith(EAGAIN));
  const auto taken_bytes = static_cast<std::size_t>(std::max<std::int64_t>(send.value(), 0));
  CHECK(receives_exactly(server, connfd, much.substr(0, taken_bytes)));
}

SPEC_TEST(tcp::send_room) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const op::Bytes data = numbered_bytes(4096);

  Call first = client.sends(sockfd, data);
  CHECK_THAT(first, !Blocks());
  CHECK_THAT(first, Returns(4096));
  CHECK(receives_exactly(server, connfd, data));  // nothing is left in the queue
  client.sets_nonblocking(sockfd).succeeded();
  CHECK_THAT(client.sends(sockfd, data), Returns(4096));
}

SPEC_TEST(tcp::not_connected) {
  Process process = s.process("process");
  const op::Fd fresh = process.makes_tcp_socket();
  CHECK_THAT(process.reads(fresh, 1), FailsWith(ENOTCONN));
  CHECK_THAT(process.receives(fresh, 1), FailsWith(ENOTCONN));
  CHECK_THAT(process.sends(fresh, "x", MSG_NOSIGNAL), FailsWith(ENOTCONN, EPIPE));

  const op::Fd bound = holds_port(process).fd;
  CHECK_THAT(process.receives(bound, 1), FailsWith(ENOTCONN));
  CHECK_THAT(process.sends(bound, "x", MSG_NOSIGNAL), FailsWith(ENOTCONN, EPIPE));
}

// --- shutdown()

SPEC_TEST(tcp::shutdown_half_close) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  client.writes(sockfd, "last words").succeeded();
  CHECK_THAT(client.shuts_down(sockfd, SHUT_WR), Returns(0));

  CHECK_THAT(server.reads(connfd, 10), ReturnsData("last words"));
  CHECK_THAT(server.reads(connfd, 10), Returns(0));
  CHECK_THAT(server.writes(connfd, "reply"), Returns(5));
  CHECK_THAT(client.reads(sockfd, 5), ReturnsData("reply"));
}

SPEC_TEST(tcp::shutdown_affects_dups) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  const op::Fd copy = client.dups(sockfd).fd();
  Process child = client.forks("child");  // it has both
  Call end = server.reads(connfd, 1);

  CHECK_THAT(client.closes(sockfd), Returns(0));
  CHECK_THAT(end, Blocks());  // the others have it open
  CHECK_THAT(child.shuts_down(sockfd, SHUT_WR), Returns(0));
  CHECK_THAT(end, Returns(0));
  CHECK_THAT(client.sends(copy, "x", MSG_NOSIGNAL), FailsWith(EPIPE));
  CHECK_THAT(child.sends(copy, "x", MSG_NOSIGNAL), FailsWith(EPIPE));
}

SPEC_TEST(tcp::recv_shut_rd) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  CHECK_THAT(server.shuts_down(connfd, SHUT_RD), Returns(0));
  CHECK_THAT(server.receives(connfd, 1), Returns(0));
  CHECK_THAT(server.reads(connfd, 1), Returns(0));
  CHECK_THAT(server.writes(connfd, "reply"), Returns(5));  // that direction is as it was
  CHECK_THAT(client.reads(sockfd, 5), ReturnsData("reply"));
}

SPEC_TEST(tcp::shutdown_rd_late) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  server.shuts_down(connfd, SHUT_RD).succeeded();

  CHECK_THAT(client.writes(sockfd, "late"), Returns(4));
  awaits_readable(server, connfd, 4);
  CHECK_THAT(server.reads(connfd, 10), ReturnsData("late"));
}

SPEC_TEST(tcp::send_shut_wr) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  client.ignores(SIGPIPE).succeeded();
  CHECK_THAT(client.shuts_down(sockfd, SHUT_WR), Returns(0));
  CHECK_THAT(client.sends(sockfd, "x"), FailsWith(EPIPE));
  CHECK_THAT(client.writes(sockfd, "x"), FailsWith(EPIPE));
}

SPEC_TEST(tcp::shutdown_wakes_accept) {
  Process server = s.process("server");
  const Bound listener = listens(server);
  Process child = server.forks("child");
  Call accept = child.accepts(listener.fd);
  CHECK_THAT(accept, Blocks());
  CHECK_THAT(server.shuts_down(listener.fd, SHUT_RDWR), Returns(0));
  CHECK_THAT(accept, FailsWith(EINVAL));
}

SPEC_TEST(tcp::shutdown_not_connected) {
  Process process = s.process("process");
  CHECK_THAT(process.shuts_down(process.makes_tcp_socket(), SHUT_RD), FailsWith(ENOTCONN));
  CHECK_THAT(process.shuts_down(process.makes_tcp_socket(), SHUT_WR), FailsWith(ENOTCONN));
  CHECK_THAT(process.shuts_down(holds_port(process).fd, SHUT_RDWR), FailsWith(ENOTCONN));
}

// --- the end of a connection

SPEC_TEST(tcp::close_unread_rst) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  client.writes(sockfd, "left").succeeded();
  server.polls(connfd, POLLIN, -1).succeeded();
  resets(client, sockfd, server, connfd);

  CHECK_THAT(server.reads(connfd, 10), ReturnsData("left"));
  CHECK_THAT(server.reads(connfd, 10), FailsWith(ECONNRESET));
  CHECK_THAT(server.reads(connfd, 10), Returns(0));
}

SPEC_TEST(tcp::send_after_close) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  CHECK_THAT(client.closes(sockfd), Returns(0));
  CHECK_THAT(server.reads(connfd, 1), Returns(0));  // the server can know

  CHECK_THAT(server.sends(connfd, "x"), Returns(1));
  Call poll = server.polls(connfd, 0, -1);
  CHECK_THAT(poll, Returns(1));  // the answer
  CHECK((poll.output(0) & (POLLERR | POLLHUP)) != 0);
}

SPEC_TEST(tcp::send_epipe) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  server.ignores(SIGPIPE).succeeded();
  client.closes(sockfd).succeeded();
  server.reads(connfd, 1).succeeded();
  server.sends(connfd, "x").succeeded();
  server.polls(connfd, 0, -1).succeeded();  // until the reset has come

  CHECK_THAT(server.sends(connfd, "x"), FailsWith(EPIPE));
  CHECK_THAT(server.writes(connfd, "x"), FailsWith(EPIPE));
}

SPEC_TEST(tcp::send_reset) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  resets(client, sockfd, server, connfd);

  CHECK_THAT(server.sends(connfd, "x", MSG_NOSIGNAL), FailsWith(ECONNRESET));
  CHECK_THAT(server.sends(connfd, "x", MSG_NOSIGNAL), FailsWith(EPIPE));  // not again
}

SPEC_TEST(tcp::send_sigpipe) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  server.handles(SIGPIPE).succeeded();
  client.closes(sockfd).succeeded();
  server.reads(connfd, 1).succeeded();
  server.sends(connfd, "x").succeeded();
  server.polls(connfd, 0, -1).succeeded();  // until the reset has come

  CHECK_THAT(server.sends(connfd, "x", MSG_NOSIGNAL), FailsWith(EPIPE));
  CHECK(server.handler_runs(SIGPIPE) == 0);
  CHECK_THAT(server.sends(connfd, "x"), FailsWith(EPIPE));
  CHECK(server.handler_runs(SIGPIPE) == 1);
  CHECK_THAT(server.writes(connfd, "x"), FailsWith(EPIPE));
  CHECK(server.handler_runs(SIGPIPE) == 1);
}

// --- options and readiness

SPEC_TEST(tcp::option_error) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  CHECK_THAT(server.gets_socket_option(connfd, SOL_SOCKET, SO_ERROR), Returns(0));
  resets(client, sockfd, server, connfd);
  CHECK_THAT(server.gets_socket_option(connfd, SOL_SOCKET, SO_ERROR), Returns(ECONNRESET));
  CHECK_THAT(server.gets_socket_option(connfd, SOL_SOCKET, SO_ERROR), Returns(0));
  CHECK_THAT(server.reads(connfd, 1), Returns(0));  // the error is told once
}

SPEC_TEST(tcp::option_values) {
  Process server = s.process("server");
  const op::Fd socket = holds_port(server).fd;
  CHECK_THAT(server.gets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR), Returns(0));
  CHECK_THAT(server.sets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR, 1), Returns(0));
  CHECK(server.gets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR).value() > 0);
  CHECK_THAT(server.sets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR, 0), Returns(0));
  CHECK_THAT(server.gets_socket_option(socket, SOL_SOCKET, SO_REUSEADDR), Returns(0));

  CHECK_THAT(server.gets_socket_option(socket, SOL_SOCKET, SO_TYPE), Returns(SOCK_STREAM));
  CHECK_THAT(server.gets_socket_option(socket, SOL_SOCKET, SO_ACCEPTCONN), Returns(0));
  server.listens(socket, kBacklog).succeeded();
  CHECK(server.gets_socket_option(socket, SOL_SOCKET, SO_ACCEPTCONN).value() > 0);
}

SPEC_TEST(tcp::poll_states) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  CHECK(server.readiness(server.makes_tcp_socket(), POLLIN | POLLRDHUP) == POLLHUP);

  auto [connfd, sockfd] = connects(server, listener, client);
  CHECK(server.readiness(connfd, POLLIN | POLLRDHUP) == 0);
  client.shuts_down(sockfd, SHUT_WR).succeeded();
  CHECK(server.polls(connfd, POLLIN | POLLRDHUP, -1).output(0) == (POLLIN | POLLRDHUP));
  server.shuts_down(connfd, SHUT_WR).succeeded();
  CHECK(server.readiness(connfd, 0) == POLLHUP);

  const Connection broken = connects(server, listener, client);
  resets(client, broken.sockfd, server, broken.connfd);
  CHECK((server.readiness(broken.connfd, 0) & POLLERR) != 0);
  CHECK_THAT(server.gets_socket_option(broken.connfd, SOL_SOCKET, SO_ERROR), Returns(ECONNRESET));
  CHECK(server.readiness(broken.connfd, 0) == POLLHUP);  // the error was taken
}

SPEC_TEST(tcp::poll_readable) {
  auto [server, client] = s.processes("server", "client");
  const Bound listener = listens(server);
  Call listening = server.polls(listener.fd, POLLIN, -1);
  CHECK_THAT(listening, Blocks());
  const op::Fd sockfd = client.makes_tcp_socket();
  client.connects(sockfd, listener.address).succeeded();
  CHECK_THAT(listening, Returns(1));
  CHECK(listening.output(0) == POLLIN);

  const op::Fd connfd = server.accepts(listener.fd).fd();
  CHECK(server.readiness(listener.fd, POLLIN) == 0);  // nobody waits any more
  Call receiving = server.polls(connfd, POLLIN, -1);
  CHECK_THAT(receiving, Blocks());
  client.writes(sockfd, "x").succeeded();
  CHECK_THAT(receiving, Returns(1));
  CHECK(receiving.output(0) == POLLIN);
}

SPEC_TEST(tcp::poll_writable) {
  auto [server, client] = s.processes("server", "client");
  auto [connfd, sockfd] = connects(server, client);
  CHECK(client.readiness(sockfd, POLLIN | POLLOUT) == POLLOUT);

  const std::uint64_t filled_bytes = client.fills(sockfd);
  CHECK(server.reads_until(connfd, filled_bytes).size() == filled_bytes);
  Call poll = client.polls(sockfd, POLLOUT, -1);
  CHECK_THAT(poll, Returns(1));
  CHECK(poll.output(0) == POLLOUT);
}

}  // namespace
}  // namespace ipcspec::conformance
