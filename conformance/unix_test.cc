// AF_UNIX sockets.
#include "spec/unix.hpp"

#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"

namespace ipcspec::conformance {
namespace {

// A connection between two processes: each side's descriptor.
struct Connection {
  op::Fd client;
  op::Fd server;
};

// Over loopback TCP; unsupported where that is not to be had.
Connection connects_by_tcp(Scenario& s, const Process& client, const Process& server) {
  Call socket = server.makes_socket(AF_INET, SOCK_STREAM);
  s.requires_that(socket.error() == 0, "IPv4");
  const op::Fd listener = socket.fd();
  s.requires_that(server.binds(listener, "127.0.0.1:0").error() == 0, "an IPv4 loopback address");
  server.listens(listener, 1).succeeded();
  const op::Bytes address = server.socket_name(listener).succeeded().data;
  const op::Fd connected = client.makes_tcp_socket();
  s.requires_that(client.connects(connected, address).error() == 0, "an IPv4 loopback that is up");
  return {connected, server.accepts(listener).fd()};
}

Connection connects_by_path(Scenario& s, const Process& client, const Process& server) {
  const std::string address = "unix:" + s.fresh_path();
  const op::Fd listener = server.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  server.binds(listener, address).succeeded();
  server.listens(listener, 1).succeeded();
  const op::Fd connected = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  client.connects(connected, address).succeeded();
  return {connected, server.accepts(listener).fd()};
}

struct RoundTrips {
  op::Bytes there;  // what the server got
  op::Bytes back;   // what the client got back
};

// Sends the data there and back in pieces.
RoundTrips makes_round_trips(const Process& client, const Process& server,
                             const Connection& connection, const op::Bytes& data) {
  constexpr std::size_t kPieceBytes = 1000;
  RoundTrips trips;
  for (std::size_t at = 0; at < data.size(); at += kPieceBytes) {
    const op::Bytes piece = data.substr(at, kPieceBytes);
    client.writes(connection.client, piece).succeeded();
    const op::Bytes arrived = server.reads_until(connection.server, piece.size());
    server.writes(connection.server, arrived).succeeded();
    trips.there += arrived;
    trips.back += client.reads_until(connection.client, piece.size());
  }
  return trips;
}

SPEC_TEST(unix::family_not_tcp) {
  auto [server, client] = s.processes("server", "client");
  const std::string address = "unix:" + s.fresh_path();
  Call socket = server.makes_socket(AF_UNIX, SOCK_STREAM);
  CHECK_THAT(socket, ReturnsFd());
  CHECK_THAT(server.binds(socket.fd(), "127.0.0.1:0"), FailsWith(EINVAL, EAFNOSUPPORT));

  CHECK_THAT(server.binds(socket.fd(), address), Returns(0));
  Call name = server.socket_name(socket.fd());
  CHECK_THAT(name, Returns(0));
  CHECK(name.data() == address);

  // So the path is where others find it.
  server.listens(socket.fd(), 1).succeeded();
  CHECK_THAT(client.connects(client.makes_socket(AF_UNIX, SOCK_STREAM).fd(), address), Returns(0));
  CHECK_THAT(server.accepts(socket.fd()), ReturnsFd());
}

SPEC_TEST(unix::practical_bidirectional) {
  Process parent = s.process("parent");
  auto [parents, childs] = parent.makes_socket_pair(SOCK_STREAM);
  Process child = parent.forks("child");  // inherits both
  parent.closes(childs).succeeded();
  child.closes(parents).succeeded();

  CHECK_THAT(parent.writes(parents, "down"), Returns(4));
  CHECK_THAT(child.writes(childs, "up"), Returns(2));
  CHECK_THAT(child.reads(childs, 10), ReturnsData("down"));
  CHECK_THAT(parent.reads(parents, 10), ReturnsData("up"));
}

SPEC_TEST(unix::practical_fd_passing) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const Connection local = connects_by_path(s, sender, receiver);
  const Connection tcp = connects_by_tcp(s, sender, receiver);
  auto [r, w] = sender.makes_pipe();
  sender.writes(w, "through the pipe").succeeded();

  CHECK_THAT(sender.sends_descriptor(local.client, "!", r), Returns(1));
  Call message = receiver.receives_descriptor(local.server, 1);
  CHECK_THAT(message, ReturnsData("!"));
  const op::Fd passed{static_cast<int>(message.output(0))};
  CHECK_THAT(receiver.reads(passed, 100), ReturnsData("through the pipe"));

  // TCP may refuse the descriptor or drop it; then the "?" comes from the write.
  CHECK_THAT(sender.sends_descriptor(tcp.client, "?", r),
             Returns(1) || FailsWith(EINVAL, EOPNOTSUPP));
  CHECK_THAT(sender.writes(tcp.client, "?"), Returns(1));
  Call bare = receiver.receives_descriptor(tcp.server, 1);
  CHECK_THAT(bare, ReturnsData("?"));
  CHECK(bare.output(0) == -1);
}

SPEC_TEST(unix::practical_speed) {
  auto [client, server] = s.processes("client", "server");
  const op::Bytes data = numbered_bytes(8000);
  const Connection local = connects_by_path(s, client, server);
  const RoundTrips by_path = makes_round_trips(client, server, local, data);
  CHECK(by_path.there == data);
  CHECK(by_path.back == data);

  const Connection tcp = connects_by_tcp(s, client, server);
  const RoundTrips by_port = makes_round_trips(client, server, tcp, data);
  CHECK(by_port.there == data);
  CHECK(by_port.back == data);
}

SPEC_TEST(unix::bind_creates_file) {
  Process process = s.process("process");
  const std::string open = s.fresh_path();
  const std::string masked = s.fresh_path();
  CHECK_THAT(process.stats(open), FailsWith(ENOENT));

  process.sets_umask(0).succeeded();
  CHECK_THAT(process.binds(process.makes_socket(AF_UNIX, SOCK_STREAM).fd(), "unix:" + open),
             Returns(0));
  Call file = process.stats(open);
  CHECK_THAT(file, Returns(0));
  CHECK(file.output(verbs::kType) == S_IFSOCK);
  CHECK(file.output(verbs::kMode) == 0777);

  process.sets_umask(0027).succeeded();
  process.binds(process.makes_socket(AF_UNIX, SOCK_STREAM).fd(), "unix:" + masked).succeeded();
  CHECK(process.stats(masked).output(verbs::kType) == S_IFSOCK);
  CHECK(process.stats(masked).output(verbs::kMode) == 0750);
}

}  // namespace
}  // namespace ipcspec::conformance
