// AF_UNIX sockets.
#include "spec/unix.hpp"

#include <poll.h>

#include <set>
#include <vector>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"

namespace ipcspec::conformance {
namespace {

constexpr int kBufferBytes = 16 << 10;
// More than a socket holds, with kBufferBytes asked for.
constexpr std::int64_t kMuchBytes = 256 << 10;
constexpr std::size_t kSmallBytes = 4096;

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

// A listening socket, and where others find it.
struct Listener {
  op::Fd fd;
  std::string path;
  std::string address;
};

Listener listens_at_path(Scenario& s, const Process& server, int type = SOCK_STREAM,
                         int backlog = 1) {
  const std::string path = s.fresh_path();
  const Listener listener{server.makes_socket(AF_UNIX, type).fd(), path, "unix:" + path};
  server.binds(listener.fd, listener.address).succeeded();
  server.listens(listener.fd, backlog).succeeded();
  return listener;
}

// A connect() with a socket of its own.
Call dials(const Process& client, const std::string& address, int type = SOCK_STREAM) {
  return client.connects(client.makes_socket(AF_UNIX, type).fd(), address);
}

Connection connects_by_path(Scenario& s, const Process& client, const Process& server,
                            int type = SOCK_STREAM) {
  const Listener listener = listens_at_path(s, server, type);
  const op::Fd connected = client.makes_socket(AF_UNIX, type).fd();
  client.connects(connected, listener.address).succeeded();
  return {connected, server.accepts(listener.fd).fd()};
}

// Two processes, each with one end of a pair of connected sockets.
struct Pair {
  Process one;
  op::Fd ones;
  Process other;
  op::Fd others;
};

Pair pair_between(Scenario& s, const std::string& one_role, const std::string& other_role,
                  int type = SOCK_STREAM) {
  Process one = s.process(one_role);
  auto [ones, others] = one.makes_socket_pair(type);
  Process other = one.forks(other_role);
  one.closes(others).succeeded();
  other.closes(ones).succeeded();
  return {one, ones, other, others};
}

// An abstract name is the whole system's: one that nobody else has.
std::string unused_abstract_name(Scenario& s) { return s.fresh_name().substr(1); }

// Sends the messages in turn, without blocking, until one does not go out whole.
struct Filling {
  std::vector<op::Bytes> sent;
  Call last;
};
Filling sends_until_full(const Process& sender, op::Fd fd, std::size_t size_bytes) {
  constexpr std::size_t kMessagesMax = 10'000;
  for (std::vector<op::Bytes> sent;;) {
    // Each begins with its number.
    op::Bytes message = std::to_string(sent.size()) + ".";
    message.resize(size_bytes, '.');
    Call send = sender.sends(fd, message, MSG_DONTWAIT);
    if (send.value() != static_cast<std::int64_t>(size_bytes)) return {sent, send};
    if (sent.size() == kMessagesMax) throw Broken("the socket takes messages without end");
    sent.push_back(message);
  }
}

std::vector<op::Bytes> receives_messages(const Process& receiver, op::Fd fd, std::size_t count) {
  std::vector<op::Bytes> received;
  while (received.size() < count) {
    const Call receive = receiver.receives(fd, kSmallBytes);
    if (receive.error() != 0) break;
    received.push_back(receive.data());
  }
  return received;
}

// A pair of this type takes the two lowest free descriptors and carries data both ways.
void checks_new_pair(const Process& process, int type) {
  const verbs::PipeEnds lowest = process.makes_pipe();
  process.closes(lowest.read_end).succeeded();
  process.closes(lowest.write_end).succeeded();

  auto [one, other] = process.makes_socket_pair(type);
  CHECK(std::set{one, other} == std::set{lowest.read_end, lowest.write_end});
  CHECK_THAT(process.sends(one, "there"), Returns(5));
  CHECK_THAT(process.receives(other, 10), ReturnsData("there"));
  CHECK_THAT(process.sends(other, "back"), Returns(4));
  CHECK_THAT(process.receives(one, 10), ReturnsData("back"));
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

SPEC_TEST(unix::socketpair_connected) {
  Process process = s.process("process");
  checks_new_pair(process, SOCK_STREAM);
  checks_new_pair(process, SOCK_DGRAM);
  checks_new_pair(process, SOCK_SEQPACKET);
}

SPEC_TEST(unix::bind_in_use) {
  auto [holder, binder] = s.processes("holder", "binder");
  const std::string file = s.fresh_path();
  const std::string path = "unix:" + s.fresh_path();
  const std::string abstract = "abstract:" + unused_abstract_name(s);
  holder.opens(file, O_WRONLY | O_CREAT, 0644).succeeded();
  holder.binds(holder.makes_socket(AF_UNIX, SOCK_STREAM).fd(), path).succeeded();
  holder.binds(holder.makes_socket(AF_UNIX, SOCK_STREAM).fd(), abstract).succeeded();

  const op::Fd socket = binder.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(binder.binds(socket, "unix:" + file), FailsWith(EADDRINUSE));
  CHECK_THAT(binder.binds(socket, path), FailsWith(EADDRINUSE));
  CHECK_THAT(binder.binds(socket, abstract), FailsWith(EADDRINUSE));
  CHECK_THAT(binder.binds(socket, "unix:" + s.fresh_path()), Returns(0));
}

SPEC_TEST(unix::connect_missing) {
  Process client = s.process("client");
  const std::string missing = "unix:" + s.fresh_path();
  CHECK_THAT(dials(client, missing), FailsWith(ENOENT));
  CHECK_THAT(dials(client, missing, SOCK_SEQPACKET), FailsWith(ENOENT));
}

SPEC_TEST(unix::connect_refused) {
  auto [server, client] = s.processes("server", "client");
  const std::string address = "unix:" + s.fresh_path();
  const op::Fd socket = server.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  server.binds(socket, address).succeeded();
  CHECK_THAT(dials(client, address), FailsWith(ECONNREFUSED));  // it does not listen

  server.closes(socket).succeeded();
  CHECK_THAT(dials(client, address), FailsWith(ECONNREFUSED));  // the file is there, no more
  CHECK_THAT(dials(client, "abstract:" + unused_abstract_name(s)), FailsWith(ECONNREFUSED));
}

SPEC_TEST(unix::connect_wrong_type) {
  auto [server, client] = s.processes("server", "client");
  const Listener stream = listens_at_path(s, server, SOCK_STREAM);
  const Listener packets = listens_at_path(s, server, SOCK_SEQPACKET);
  CHECK_THAT(dials(client, stream.address, SOCK_SEQPACKET), FailsWith(EPROTOTYPE));
  CHECK_THAT(dials(client, packets.address, SOCK_STREAM), FailsWith(EPROTOTYPE));
}

SPEC_TEST(unix::connect_permission) {
  auto [server, client] = s.processes("server", "client");
  becomes_stranger(client);
  const Listener listener = listens_at_path(s, server);

  server.changes_mode(listener.path, 0555).succeeded();
  CHECK_THAT(dials(client, listener.address), FailsWith(EACCES));

  server.changes_mode(listener.path, 0222).succeeded();
  CHECK_THAT(dials(client, listener.address), Returns(0));
}

SPEC_TEST(unix::connect_queued) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  CHECK_THAT(dials(client, listener.address), Returns(0));
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
}

SPEC_TEST(unix::connect_backlog) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server, SOCK_STREAM, 1);
  CHECK_THAT(dials(client, listener.address), Returns(0));
  CHECK_THAT(dials(client, listener.address), Returns(0));

  CHECK_THAT(dials(client, listener.address, SOCK_STREAM | SOCK_NONBLOCK), FailsWith(EAGAIN));
  Call third = dials(client, listener.address);
  CHECK_THAT(third, Blocks());

  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
  CHECK_THAT(third, Returns(0));
}

SPEC_TEST(unix::open_enxio) {
  Process process = s.process("process");
  const Listener listener = listens_at_path(s, process);
  CHECK_THAT(process.opens(listener.path, O_RDONLY), FailsWith(ENXIO));
  CHECK_THAT(process.opens(listener.path, O_WRONLY), FailsWith(ENXIO));
  CHECK_THAT(process.opens(listener.path, O_RDWR), FailsWith(ENXIO));
}

SPEC_TEST(unix::listen_unbound) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  const op::Fd socket = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(client.listens(socket, 1), FailsWith(EINVAL));

  client.binds(socket, "unix:" + s.fresh_path()).succeeded();
  client.connects(socket, listener.address).succeeded();
  CHECK_THAT(client.listens(socket, 1), FailsWith(EINVAL));
}

SPEC_TEST(unix::recv_data) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  const op::Bytes data = numbered_bytes(4000);
  CHECK_THAT(sender.sends(out, data.substr(0, 3000)), Returns(3000));
  CHECK_THAT(sender.sends(out, data.substr(3000)), Returns(1000));

  CHECK(receives_exactly(receiver, in, data.substr(0, 700)));
  CHECK(receives_exactly(receiver, in, data.substr(700)));
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));
}

SPEC_TEST(unix::recv_takes_all) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.sends(out, "ab").succeeded();
  sender.sends(out, "cd").succeeded();
  sender.sends(out, "ef").succeeded();
  CHECK_THAT(receiver.receives(in, 3), ReturnsData("abc"));
  CHECK_THAT(receiver.receives(in, 100), ReturnsData("def"));
}

SPEC_TEST(unix::recv_blocks) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  Call receive = receiver.receives(in, 10);
  CHECK_THAT(receive, Blocks());
  sender.sends(out, "data").succeeded();
  CHECK_THAT(receive, ReturnsData("data"));

  Call last = receiver.receives(in, 10);
  CHECK_THAT(last, Blocks());
  sender.shuts_down(out, SHUT_WR).succeeded();  // the peer is there, but sends no more
  CHECK_THAT(last, Returns(0));
}

SPEC_TEST(unix::recv_nonblock) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));
  receiver.sets_nonblocking(in).succeeded();
  CHECK_THAT(receiver.reads(in, 1), FailsWith(EAGAIN));
  CHECK_THAT(receiver.receives(in, 1), FailsWith(EAGAIN));
}

SPEC_TEST(unix::recv_peek) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.sends(out, "data").succeeded();
  CHECK_THAT(receiver.receives(in, 3, MSG_PEEK), ReturnsData("dat"));
  CHECK_THAT(receiver.receives(in, 10, MSG_PEEK), ReturnsData("data"));
  CHECK_THAT(receiver.receives(in, 10), ReturnsData("data"));
}

SPEC_TEST(unix::recv_waitall) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  limits_buffers(sender, out, kBufferBytes);  // so it comes in parts
  const op::Bytes data = numbered_bytes(kMuchBytes);
  Call all = receiver.receives(in, kMuchBytes, MSG_WAITALL);
  CHECK_THAT(sender.sends(out, data), Returns(kMuchBytes));
  CHECK_THAT(all, Returns(kMuchBytes));
  CHECK((all.data() == data));

  sender.sends(out, "rest").succeeded();
  sender.closes(out).succeeded();
  CHECK_THAT(receiver.receives(in, 10, MSG_WAITALL), ReturnsData("rest"));
}

SPEC_TEST(unix::peer_close_eof) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const Connection closed = connects_by_path(s, sender, receiver);
  const Connection shut = connects_by_path(s, sender, receiver);
  sender.sends(closed.client, "closed").succeeded();
  sender.closes(closed.client).succeeded();
  sender.sends(shut.client, "shut").succeeded();
  sender.shuts_down(shut.client, SHUT_WR).succeeded();

  CHECK_THAT(receiver.receives(closed.server, 10), ReturnsData("closed"));
  CHECK_THAT(receiver.receives(closed.server, 10), Returns(0));
  CHECK_THAT(receiver.receives(shut.server, 10), ReturnsData("shut"));
  CHECK_THAT(receiver.receives(shut.server, 10), Returns(0));
}

SPEC_TEST(unix::peer_close_unread) {
  auto [leaver, leavers, stayer, stayers] = pair_between(s, "leaver", "stayer");
  stayer.sends(stayers, "unread").succeeded();
  leaver.sends(leavers, "left").succeeded();
  leaver.closes(leavers).succeeded();

  CHECK_THAT(stayer.receives(stayers, 10), ReturnsData("left"));
  CHECK_THAT(stayer.receives(stayers, 10), FailsWith(ECONNRESET));
  CHECK_THAT(stayer.receives(stayers, 10), Returns(0));
}

SPEC_TEST(unix::packet_reset_first) {
  auto [leaver, leavers, stayer, stayers] = pair_between(s, "leaver", "stayer", SOCK_SEQPACKET);
  stayer.sends(stayers, "unread").succeeded();
  leaver.sends(leavers, "left").succeeded();
  leaver.closes(leavers).succeeded();

  CHECK_THAT(stayer.receives(stayers, 10), FailsWith(ECONNRESET));
  CHECK_THAT(stayer.receives(stayers, 10), ReturnsData("left"));
}

SPEC_TEST(unix::send_epipe) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const Connection left = connects_by_path(s, sender, receiver);
  const Connection shut = connects_by_path(s, sender, receiver);
  sender.ignores(SIGPIPE).succeeded();
  receiver.closes(left.server).succeeded();
  CHECK_THAT(sender.sends(left.client, "data"), FailsWith(EPIPE));
  CHECK_THAT(sender.writes(left.client, "data"), FailsWith(EPIPE));

  sender.shuts_down(shut.client, SHUT_WR).succeeded();
  CHECK_THAT(sender.sends(shut.client, "data"), FailsWith(EPIPE));
}

SPEC_TEST(unix::send_sigpipe) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.handles(SIGPIPE).succeeded();
  receiver.closes(in).succeeded();

  CHECK_THAT(sender.sends(out, "data"), FailsWith(EPIPE));
  CHECK(sender.handler_runs(SIGPIPE) == 1);
  CHECK_THAT(sender.writes(out, "data"), FailsWith(EPIPE));
  CHECK(sender.handler_runs(SIGPIPE) == 1);
}

SPEC_TEST(unix::send_nosignal) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.handles(SIGPIPE).succeeded();
  receiver.closes(in).succeeded();

  CHECK_THAT(sender.sends(out, "data", MSG_NOSIGNAL), FailsWith(EPIPE));
  CHECK(sender.handler_runs(SIGPIPE) == 0);
}

SPEC_TEST(unix::packet_no_sigpipe) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_SEQPACKET);
  sender.handles(SIGPIPE).succeeded();
  receiver.closes(in).succeeded();

  CHECK_THAT(sender.sends(out, "data"), FailsWith(EPIPE));
  CHECK(sender.handler_runs(SIGPIPE) == 0);
}

SPEC_TEST(unix::send_whole) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  limits_buffers(sender, out, kBufferBytes);
  const op::Bytes data = numbered_bytes(kMuchBytes);
  Call send = sender.sends(out, data);
  CHECK(receives_exactly(receiver, in, data));
  CHECK_THAT(send, Returns(kMuchBytes));
}

SPEC_TEST(unix::send_blocks) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  limits_buffers(sender, out, kBufferBytes);
  const std::uint64_t filled_bytes = sender.fills(out);
  Call send = sender.sends(out, "more");
  CHECK_THAT(send, Blocks());

  CHECK(receiver.reads_until(in, filled_bytes).size() == filled_bytes);
  CHECK_THAT(send, Returns(4));
}

SPEC_TEST(unix::send_nonblock) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  limits_buffers(sender, out, kBufferBytes);
  const op::Bytes data = numbered_bytes(kMuchBytes);
  Call part = sender.sends(out, data, MSG_DONTWAIT);
  CHECK(part.value() > 0);
  CHECK(part.value() < kMuchBytes);
  CHECK(receives_exactly(receiver, in, data.substr(0, static_cast<std::size_t>(part.value()))));
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));

  sender.fills(out);
  CHECK_THAT(sender.sends(out, "more", MSG_DONTWAIT), FailsWith(EAGAIN));
  sender.sets_nonblocking(out).succeeded();
  CHECK_THAT(sender.sends(out, "more"), FailsWith(EAGAIN));
}

SPEC_TEST(unix::send_room) {
  Process process = s.process("process");
  auto [stream, streams_peer] = process.makes_socket_pair(SOCK_STREAM);
  auto [datagrams, datagrams_peer] = process.makes_socket_pair(SOCK_DGRAM);
  auto [packets, packets_peer] = process.makes_socket_pair(SOCK_SEQPACKET);
  const op::Bytes data = numbered_bytes(kSmallBytes);
  CHECK_THAT(process.sends(stream, data), Returns(kSmallBytes));
  CHECK_THAT(process.sends(datagrams, data), Returns(kSmallBytes));
  CHECK_THAT(process.sends(packets, data), Returns(kSmallBytes));
}

SPEC_TEST(unix::send_small_whole) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  limits_buffers(sender, out, kBufferBytes);
  const Filling filling = sends_until_full(sender, out, kSmallBytes);
  CHECK_THAT(filling.last, FailsWith(EAGAIN));
  CHECK_THAT(receiver.bytes_readable(in),
             Returns(static_cast<std::int64_t>(filling.sent.size() * kSmallBytes)));
}

SPEC_TEST(unix::shut_rd_peer) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.ignores(SIGPIPE).succeeded();
  CHECK_THAT(sender.sends(out, "data"), Returns(4));
  CHECK_THAT(receiver.shuts_down(in, SHUT_RD), Returns(0));
  CHECK_THAT(sender.sends(out, "data"), FailsWith(EPIPE));
}

SPEC_TEST(unix::shut_wr) {
  auto [one, ones, peer, peers] = pair_between(s, "one", "peer");
  one.ignores(SIGPIPE).succeeded();
  one.sends(ones, "left").succeeded();
  CHECK_THAT(one.shuts_down(ones, SHUT_WR), Returns(0));

  CHECK_THAT(one.sends(ones, "more"), FailsWith(EPIPE));
  CHECK_THAT(peer.receives(peers, 10), ReturnsData("left"));
  CHECK_THAT(peer.receives(peers, 10), Returns(0));
  CHECK_THAT(peer.sends(peers, "answer"), Returns(6));
  CHECK_THAT(one.receives(ones, 10), ReturnsData("answer"));
}

SPEC_TEST(unix::shut_rd) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  CHECK_THAT(receiver.shuts_down(in, SHUT_RD), Returns(0));
  CHECK_THAT(receiver.receives(in, 10), Returns(0));
  CHECK_THAT(receiver.reads(in, 10), Returns(0));
}

SPEC_TEST(unix::dgram_boundaries) {
  Process process = s.process("process");
  auto [datagrams_out, datagrams] = process.makes_socket_pair(SOCK_DGRAM);
  auto [packets_out, packets] = process.makes_socket_pair(SOCK_SEQPACKET);
  process.sends(datagrams_out, "one").succeeded();
  process.sends(datagrams_out, "").succeeded();
  process.sends(datagrams_out, "three").succeeded();
  process.sends(packets_out, "one").succeeded();
  process.sends(packets_out, "").succeeded();
  process.sends(packets_out, "three").succeeded();

  CHECK_THAT(process.receives(datagrams, 10), ReturnsData("one"));
  CHECK_THAT(process.receives(datagrams, 10, MSG_DONTWAIT), Returns(0));
  CHECK_THAT(process.receives(datagrams, 10, MSG_DONTWAIT), ReturnsData("three"));
  CHECK_THAT(process.receives(packets, 10), ReturnsData("one"));
  CHECK_THAT(process.receives(packets, 10, MSG_DONTWAIT), Returns(0));
  CHECK_THAT(process.receives(packets, 10, MSG_DONTWAIT), ReturnsData("three"));
}

SPEC_TEST(unix::dgram_truncation) {
  Process process = s.process("process");
  auto [datagrams_out, datagrams] = process.makes_socket_pair(SOCK_DGRAM);
  auto [packets_out, packets] = process.makes_socket_pair(SOCK_SEQPACKET);
  process.sends(datagrams_out, "datagram").succeeded();
  process.sends(datagrams_out, "next").succeeded();
  process.sends(packets_out, "packet").succeeded();
  process.sends(packets_out, "next").succeeded();

  Call datagram = process.receives_descriptor(datagrams, 3);
  CHECK_THAT(datagram, ReturnsData("dat"));
  CHECK((datagram.output(1) & MSG_TRUNC) == MSG_TRUNC);
  CHECK_THAT(process.receives(datagrams, 10), ReturnsData("next"));

  Call packet = process.receives_descriptor(packets, 3);
  CHECK_THAT(packet, ReturnsData("pac"));
  CHECK((packet.output(1) & MSG_TRUNC) == MSG_TRUNC);
  CHECK_THAT(process.receives(packets, 10), ReturnsData("next"));
}

SPEC_TEST(unix::dgram_real_length) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  sender.sends(out, "datagram").succeeded();
  Call receive = receiver.receives(in, 4, MSG_TRUNC);
  CHECK_THAT(receive, Returns(8));
  CHECK(receive.data() == "data");
}

SPEC_TEST(unix::dgram_too_big) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  limits_buffers(sender, out, kBufferBytes);
  CHECK_THAT(sender.sends(out, numbered_bytes(kMuchBytes)), FailsWith(EMSGSIZE));
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));
}

SPEC_TEST(unix::dgram_peer_gone) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  receiver.closes(in).succeeded();
  CHECK_THAT(sender.sends(out, "data"), FailsWith(ECONNREFUSED));
  CHECK_THAT(sender.sends(out, "data"), FailsWith(ENOTCONN));
}

SPEC_TEST(unix::not_connected) {
  Process process = s.process("process");
  const op::Fd socket = process.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(process.sends(socket, "data"), FailsWith(ENOTCONN));
  CHECK_THAT(process.receives(socket, 10), FailsWith(ENOTCONN, EINVAL));
}

SPEC_TEST(unix::rights_same_ofd) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  const op::Fd lowest = receiver.dups(in).fd();
  receiver.closes(lowest).succeeded();
  CHECK_THAT(sender.sends_descriptor(out, "!", r), Returns(1));
  Call message = receiver.receives_descriptor(in, 1);
  CHECK_THAT(message, ReturnsData("!"));
  CHECK(message.output(0) == lowest.number);

  sender.writes(w, "data").succeeded();
  CHECK_THAT(receiver.reads(lowest, 10), ReturnsData("data"));
  sender.sets_nonblocking(r).succeeded();  // a property of the description
  CHECK_THAT(receiver.reads(lowest, 10), FailsWith(EAGAIN));
}

SPEC_TEST(unix::rights_bad_descriptor) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  const op::Fd closed = sender.dups(out).fd();
  sender.closes(closed).succeeded();
  CHECK_THAT(sender.sends_descriptor(out, "!", closed), FailsWith(EBADF));
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));
}

SPEC_TEST(unix::rights_needs_data) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  CHECK_THAT(sender.sends_descriptor(out, "", r), Returns(0));
  CHECK_THAT(receiver.receives(in, 1, MSG_DONTWAIT), FailsWith(EAGAIN));

  sender.sends(out, "!").succeeded();
  Call message = receiver.receives_descriptor(in, 1);
  CHECK_THAT(message, ReturnsData("!"));
  CHECK(message.output(0) == -1);
}

SPEC_TEST(unix::rights_barrier) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  sender.sends(out, "before").succeeded();
  sender.sends_descriptor(out, "!", r).succeeded();
  sender.sends(out, "between").succeeded();
  sender.sends_descriptor(out, "!", r).succeeded();
  sender.sends(out, "after").succeeded();

  Call message = receiver.receives_descriptor(in, 100);
  CHECK_THAT(message, ReturnsData("before!"));
  CHECK(message.output(0) >= 0);
  CHECK_THAT(receiver.receives(in, 100), ReturnsData("between!"));
  CHECK_THAT(receiver.receives(in, 100), ReturnsData("after"));
}

SPEC_TEST(unix::rights_discarded) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  sender.sends_descriptor(out, "!", w).succeeded();
  sender.sends_descriptor(out, "?", w).succeeded();
  sender.closes(w).succeeded();
  Call read = sender.reads(r, 1);
  CHECK_THAT(receiver.reads(in, 1), ReturnsData("!"));
  CHECK_THAT(read, Blocks());

  CHECK_THAT(receiver.receives(in, 1), ReturnsData("?"));
  CHECK_THAT(read, Returns(0));  // nobody has the write end any more
}

SPEC_TEST(unix::names) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  const op::Fd sockfd = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  client.connects(sockfd, listener.address).succeeded();
  const op::Fd connfd = server.accepts(listener.fd).fd();

  CHECK(server.socket_name(connfd).data() == listener.address);
  CHECK(client.peer_name(sockfd).data() == listener.address);
  CHECK(client.socket_name(sockfd).data() == "unnamed");
  CHECK(server.peer_name(connfd).data() == "unnamed");
}

SPEC_TEST(unix::poll_states) {
  auto [leaver, leavers, stayer, stayers] = pair_between(s, "leaver", "stayer");
  constexpr int kAsked = POLLIN | POLLRDHUP;  // POLLHUP and POLLERR come unasked
  stayer.sends(stayers, "unread").succeeded();
  CHECK(stayer.readiness(stayers, kAsked) == 0);

  leaver.shuts_down(leavers, SHUT_WR).succeeded();
  CHECK(stayer.readiness(stayers, kAsked) == kAsked);
  stayer.shuts_down(stayers, SHUT_WR).succeeded();
  CHECK(stayer.readiness(stayers, kAsked) == (kAsked | POLLHUP));
  leaver.closes(leavers).succeeded();
  CHECK(stayer.readiness(stayers, kAsked) == (kAsked | POLLHUP | POLLERR));

  CHECK_THAT(stayer.receives(stayers, 10), FailsWith(ECONNRESET));
  CHECK(stayer.readiness(stayers, kAsked) == (kAsked | POLLHUP));
}

SPEC_TEST(unix::poll_readable) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  CHECK(server.readiness(listener.fd, POLLIN) == 0);
  const op::Fd sockfd = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  client.connects(sockfd, listener.address).succeeded();
  CHECK(server.readiness(listener.fd, POLLIN) == POLLIN);

  const op::Fd connfd = server.accepts(listener.fd).fd();
  CHECK(server.readiness(connfd, POLLIN) == 0);
  client.sends(sockfd, "data").succeeded();
  CHECK(server.readiness(connfd, POLLIN) == POLLIN);
}

SPEC_TEST(unix::poll_writable) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  CHECK(sender.readiness(out, POLLOUT) == POLLOUT);
  limits_buffers(sender, out, kBufferBytes);
  const std::uint64_t filled_bytes = sender.fills(out);
  CHECK(receiver.reads_until(in, filled_bytes).size() == filled_bytes);
  CHECK(sender.readiness(out, POLLOUT) == POLLOUT);
}

SPEC_TEST(unix::bind_file_outlives_socket) {
  Process process = s.process("process");
  const std::string path = s.fresh_path();
  const std::string address = "unix:" + path;
  const op::Fd first = process.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  process.binds(first, address).succeeded();
  process.closes(first).succeeded();
  CHECK(process.stats(path).output(verbs::kType) == S_IFSOCK);

  const op::Fd second = process.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(process.binds(second, address), FailsWith(EADDRINUSE));
  CHECK_THAT(process.unlinks(path), Returns(0));
  CHECK_THAT(process.binds(second, address), Returns(0));
}

SPEC_TEST(unix::connect_unlinked) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  const op::Fd sockfd = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  client.connects(sockfd, listener.address).succeeded();
  const op::Fd connfd = server.accepts(listener.fd).fd();
  CHECK_THAT(dials(client, listener.address), Returns(0));

  CHECK_THAT(server.unlinks(listener.path), Returns(0));

  CHECK_THAT(client.sends(sockfd, "data"), Returns(4));
  CHECK_THAT(server.receives(connfd, 10), ReturnsData("data"));
  CHECK_THAT(server.accepts(listener.fd), ReturnsFd());
  CHECK_THAT(dials(client, listener.address), FailsWith(ENOENT));
}

SPEC_TEST(unix::abstract_no_file) {
  auto [server, client] = s.processes("server", "client");
  const std::string name = unused_abstract_name(s);
  const std::string address = "abstract:" + name;
  const op::Fd listener = server.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(server.binds(listener, address), Returns(0));
  CHECK_THAT(server.stats(name), FailsWith(ENOENT));
  server.listens(listener, 1).succeeded();
  CHECK_THAT(dials(client, address), Returns(0));

  const op::Fd copy = server.dups(listener).fd();
  server.closes(listener).succeeded();
  const op::Fd heir = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  CHECK_THAT(client.binds(heir, address), FailsWith(EADDRINUSE));
  server.closes(copy).succeeded();
  CHECK_THAT(client.binds(heir, address), Returns(0));
}

SPEC_TEST(unix::abstract_length) {
  auto [server, client] = s.processes("server", "client");
  const std::string address = "abstract:" + unused_abstract_name(s);
  const op::Fd listener = server.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  server.binds(listener, address).succeeded();
  server.listens(listener, 1).succeeded();
  CHECK_THAT(dials(client, address + '\0'), FailsWith(ECONNREFUSED));
  CHECK_THAT(dials(client, address), Returns(0));
}

SPEC_TEST(unix::stream_no_boundaries) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  sender.sends(out, "one").succeeded();
  sender.sends(out, "two").succeeded();
  CHECK_THAT(receiver.receives(in, 6, MSG_WAITALL), ReturnsData("onetwo"));

  sender.sends(out, "three").succeeded();
  CHECK_THAT(receiver.receives(in, 2, MSG_WAITALL), ReturnsData("th"));
  CHECK_THAT(receiver.receives(in, 3, MSG_WAITALL), ReturnsData("ree"));
}

SPEC_TEST(unix::listener_close_resets) {
  auto [server, client] = s.processes("server", "client");
  const Listener listener = listens_at_path(s, server);
  const op::Fd socket = client.makes_socket(AF_UNIX, SOCK_STREAM).fd();
  client.ignores(SIGPIPE).succeeded();
  client.connects(socket, listener.address).succeeded();

  server.closes(listener.fd).succeeded();

  CHECK_THAT(client.receives(socket, 10), FailsWith(ECONNRESET));
  CHECK_THAT(client.receives(socket, 10), Returns(0));
  CHECK_THAT(client.sends(socket, "data"), FailsWith(EPIPE));
}

SPEC_TEST(unix::dgram_zero_length) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  CHECK(receiver.readiness(in, POLLIN) == 0);
  CHECK_THAT(sender.sends(out, ""), Returns(0));
  CHECK(receiver.readiness(in, POLLIN) == POLLIN);
  CHECK_THAT(sender.sends(out, "data"), Returns(4));

  CHECK_THAT(receiver.receives(in, 10), Returns(0));
  CHECK_THAT(receiver.receives(in, 10), ReturnsData("data"));
  CHECK_THAT(receiver.receives(in, 10), Blocks());
}

SPEC_TEST(unix::dgram_reliable_ordered) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  limits_buffers(sender, out, kBufferBytes);
  const Filling filling = sends_until_full(sender, out, 100);
  CHECK_FALSE(filling.sent.empty());
  CHECK_THAT(filling.last, FailsWith(EAGAIN));
  CHECK(receives_messages(receiver, in, filling.sent.size()) == filling.sent);
  CHECK_THAT(receiver.receives(in, 100, MSG_DONTWAIT), FailsWith(EAGAIN));
}

SPEC_TEST(unix::dgram_full_blocks) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_DGRAM);
  limits_buffers(sender, out, kBufferBytes);
  const Filling filling = sends_until_full(sender, out, 100);
  CHECK_THAT(filling.last, FailsWith(EAGAIN));
  Call send = sender.sends(out, numbered_bytes(100));  // room for less may be left
  CHECK_THAT(send, Blocks());

  CHECK(receives_messages(receiver, in, filling.sent.size()) == filling.sent);
  CHECK_THAT(send, Returns(100));
}

SPEC_TEST(unix::dgram_no_destination) {
  Process process = s.process("process");
  const op::Fd socket = process.makes_socket(AF_UNIX, SOCK_DGRAM).fd();
  CHECK_THAT(process.writes(socket, "data"), FailsWith(ENOTCONN));
  CHECK_THAT(process.sends(socket, "data"), FailsWith(ENOTCONN));
}

SPEC_TEST(unix::packet_connection) {
  auto [client, server] = s.processes("client", "server");
  const Connection connection = connects_by_path(s, client, server, SOCK_SEQPACKET);
  client.sends(connection.client, "first").succeeded();
  client.sends(connection.client, "second").succeeded();
  client.sends(connection.client, "third").succeeded();

  CHECK_THAT(server.receives(connection.server, 10), ReturnsData("first"));
  CHECK_THAT(server.receives(connection.server, 3), ReturnsData("sec"));
  CHECK_THAT(server.receives(connection.server, 10), ReturnsData("third"));
}

SPEC_TEST(unix::packet_eof) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_SEQPACKET);
  sender.sends(out, "one").succeeded();
  sender.sends(out, "two").succeeded();
  sender.closes(out).succeeded();

  CHECK_THAT(receiver.receives(in, 10), ReturnsData("one"));
  CHECK_THAT(receiver.receives(in, 10), ReturnsData("two"));
  CHECK_THAT(receiver.receives(in, 10), Returns(0));
  receiver.ignores(SIGPIPE).succeeded();
  CHECK_THAT(receiver.sends(in, "data"), FailsWith(EPIPE));
}

SPEC_TEST(unix::packet_no_eor) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver", SOCK_SEQPACKET);
  sender.sends(out, "packet").succeeded();
  Call receive = receiver.receives_descriptor(in, 10);
  CHECK_THAT(receive, ReturnsData("packet"));
  CHECK((receive.output(1) & MSG_EOR) == 0);
}

SPEC_TEST(unix::rights_in_flight) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  sender.sends_descriptor(out, "!", w).succeeded();
  sender.closes(w).succeeded();
  Call read = sender.reads(r, 10);
  CHECK_THAT(read, Blocks());

  Call message = receiver.receives_descriptor(in, 1);
  CHECK_THAT(message, ReturnsData("!"));
  CHECK_THAT(receiver.writes({static_cast<int>(message.output(0))}, "data"), Returns(4));
  CHECK_THAT(read, ReturnsData("data"));
}

SPEC_TEST(unix::rights_queue_destroyed) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  sender.sends_descriptor(out, "!", w).succeeded();
  sender.closes(w).succeeded();
  Call read = sender.reads(r, 10);
  CHECK_THAT(read, Blocks());

  receiver.closes(in).succeeded();
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(unix::rights_cloexec) {
  auto [sender, out, receiver, in] = pair_between(s, "sender", "receiver");
  auto [r, w] = sender.makes_pipe();
  sender.sets_descriptor_flags(r, FD_CLOEXEC).succeeded();
  sender.sends_descriptor(out, "!", r).succeeded();
  Call message = receiver.receives_descriptor(in, 1);
  CHECK_THAT(message, ReturnsData("!"));
  CHECK_THAT(receiver.descriptor_flags({static_cast<int>(message.output(0))}), Returns(0));
}

SPEC_TEST(unix::seek_espipe) {
  auto [one, ones, other, others] = pair_between(s, "one", "other");
  other.sends(others, "data").succeeded();
  CHECK_THAT(one.seeks(ones, 0, SEEK_CUR), FailsWith(ESPIPE));
  CHECK_THAT(one.seeks(ones, 1, SEEK_SET), FailsWith(ESPIPE));
  CHECK_THAT(one.seeks(one.makes_socket(AF_UNIX, SOCK_STREAM).fd(), 0, SEEK_SET),
             FailsWith(ESPIPE));
}

}  // namespace
}  // namespace ipcspec::conformance
