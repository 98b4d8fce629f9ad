// TCP on one host, and the functions about addresses.
//
// What one side sends reaches the other a moment later. Settling waits for the processes only, so
// what came last is `fresh`: a call that does not wait may miss it, and one that waits does not.
#include "spec/tcp.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "spec/model/parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

constexpr const char* kAnyHost = "0.0.0.0";
constexpr const char* kLoopback = "127.0.0.1";

bool overlap(const SocketAddress& a, const SocketAddress& b) {
  if (a.port != b.port || a.port == 0) return false;
  return a.host == b.host || a.host == kAnyHost || b.host == kAnyHost || a.host.empty() ||
         b.host.empty();
}

bool listens_at(const Socket& socket, const SocketAddress& address, Actor& k) {
  if (!is_tcp(socket) || socket.phase != Phase::listening) return false;
  if (socket.local.port != address.port) return false;
  if (socket.local.host == address.host) return true;
  if (socket.local.host == kAnyHost) return k.has(tcp::bind_any_all_interfaces);
  return !k.has(tcp::bind_specific_only);
}

Index listener_at(const SocketAddress& address, Actor& k) {
  Index found = kNone;
  for (std::size_t i = 0; i < k.now.sockets.size(); ++i) {
    const Socket& socket = *k.now.sockets[i];
    if (!listens_at(socket, address, k)) continue;
    if (found == kNone || socket.local.host == address.host) found = static_cast<Index>(i);
  }
  return found;
}

// The client's end after its request was taken.
void establish(State& state, Index client, Index listener, const SocketAddress& address) {
  Socket& socket = state.edit_socket(client);
  socket.remote = address;
  if (!socket.bound) {
    socket.bound = true;
    // From which of its addresses a host calls another of them is its choice.
    socket.local = {address.host == kLoopback ? kLoopback : "", 0};
  } else if (socket.local.host == kAnyHost) {
    socket.local.host.clear();
  }
  add_connection(state, client, listener);
  const Index accepted = state.socket(client).peer;
  state.edit_socket(accepted).local = address;
  state.edit_socket(listener).fresh = true;
}

bool has_room(const Socket& listener, Actor& k) {
  std::int64_t limit = listener.backlog;
  if (limit < 0) limit = k.has(tcp::listen_negative_backlog) ? INT_MAX : 0;
  return static_cast<std::int64_t>(listener.waiting.size()) <= limit;
}

void connect_to_listener(const SocketAddress& address, bool blocking, Index index, Index found,
                         Actor& k) {
  constexpr std::size_t kSurelyAllowed = 100;  // net.core.somaxconn is larger, usually by far
  const Socket& listener = k.now.socket(found);
  const bool room = has_room(listener, k);
  const bool waited = k.thread().stage > 0;
  const auto connects = [&](State* next) {
    if (next == nullptr) return;
    establish(*next, index, found, address);
    if (!blocking) next->edit_socket(index).came_late = true;
  };
  if (!blocking) {
    if (!room) {
      k.is_not_modelled();
      return;
    }
    connects(k.fails(EINPROGRESS, tcp::connect_nonblock));
    if (!k.has(tcp::connect_nonblock_linux)) connects(k.returns(0, tcp::connect_initiates));
  } else if (!k.has(tcp::listen_backlog_limit)) {
    // How many a queue holds is not said, nor what becomes of the others.
    k.may();
    connects(k.returns(0, tcp::connect_initiates));
    k.fails(ECONNREFUSED, tcp::connect_refused);
    k.must();
    // Who was seen to wait may ask again only after a while.
    const bool may_be_late =
        k.thread().asleep && k.is_of_another_profile(tcp::listen_backlog_limit);
    if (listener.waiting.empty() && !may_be_late) {
      connects(k.returns(0, tcp::connect_initiates));
    }
  } else if (room) {
    // Who found the queue full asks again after a while.
    if (waited || listener.waiting.size() > kSurelyAllowed) k.may();
    connects(k.returns(
        0, listener.waiting.empty() ? tcp::connect_initiates : tcp::listen_backlog_limit));
    k.must();
  } else if (!k.has(tcp::listen_queue_full)) {
    k.leaves_open(tcp::listen_queue_full);
  } else if (!waited) {
    if (State* next = k.goes_on(tcp::listen_queue_full)) {
      next->edit_process(k.who).thread.stage = 1;
      next->edit_socket(index).phase = Phase::dialling;
    }
  } else {
    k.waits(tcp::listen_queue_full);
  }
}

// Another socket of the scenario has the address for itself, so nobody outside can listen there.
bool is_held(const SocketAddress& address, Index index, const State& state) {
  for (std::size_t i = 0; i < state.sockets.size(); ++i) {
    const Socket& other = *state.sockets[i];
    if (static_cast<Index>(i) == index || !is_tcp(other) || !other.bound) continue;
    if (!other.reuses_address && other.local == address) return true;
  }
  return false;
}

void refuse(const SocketAddress& target, bool blocking, Index index, Actor& k) {
  const op::Outcome* seen = k.observed();
  if (seen != nullptr && seen->error.value == 0 && !is_held(target, index, k.now)) {
    // Somebody else listens there.
    k.is_not_modelled();
    return;
  }
  if (blocking) {
    if (State* next = k.fails(ECONNREFUSED, tcp::connect_refused)) {
      Socket& socket = next->edit_socket(index);
      socket.phase = Phase::unconnected;
      socket.read_shut = socket.write_shut = false;
      // A port that the kernel had chosen is given back, see gave_name_back().
      socket.local = {};
    }
    return;
  }
  if (!k.has(tcp::connect_nonblock_linux)) k.fails(ECONNREFUSED, tcp::connect_refused);
  if (State* next = k.fails(EINPROGRESS, tcp::connect_nonblock)) {
    Socket& socket = next->edit_socket(index);
    socket.phase = Phase::reset;
    socket.local = {};
    socket.error = ECONNREFUSED;
    socket.fresh = true;
  }
}

}  // namespace

bool is_taken(const State& state, Index index, const SocketAddress& address, Actor& k) {
  const Socket& self = state.socket(index);
  for (std::size_t i = 0; i < state.sockets.size(); ++i) {
    const Socket& other = *state.sockets[i];
    if (!is_tcp(other) || static_cast<Index>(i) == index || !other.bound) continue;
    if (!overlap(other.local, address)) continue;
    const bool shared = self.reuses_address && other.reuses_address &&
                        other.phase != Phase::listening && k.has(tcp::bind_reuse);
    if (!shared) return true;
  }
  return false;
}

void bind_tcp(const ParsedAddress& address, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (address.family != AF_INET) {
    k.fails(EAFNOSUPPORT, tcp::bind_family);
    k.fails(EINVAL, tcp::bind_family);
    return;
  }
  if (self.bound) {
    k.fails(EINVAL, tcp::bind_twice);
    return;
  }
  const op::Outcome* seen = k.observed();
  if (seen != nullptr && seen->error.value != 0 && seen->error.value != EADDRINUSE &&
      seen->error.value != EINVAL) {
    // Which addresses and ports a process may use is a matter of the platform.
    k.is_not_modelled();
    return;
  }
  const bool definite = address.address.port != 0;
  if (definite && is_taken(k.now, index, address.address, k)) {
    if (k.has(tcp::bind_in_use)) {
      k.fails(EADDRINUSE, tcp::bind_in_use);
      if (self.reuses_address && k.is_of_another_profile(tcp::bind_reuse)) {
        k.leaves_open(tcp::bind_reuse);
      }
      return;
    }
  }
  if (definite) {
    const auto& closed = *k.now.closed_connections;
    const bool lingers = std::ranges::any_of(
        closed, [&](const SocketAddress& one) { return overlap(one, address.address); });
    // The port may be in TIME_WAIT, or in use by somebody whom the trace does not show.
    k.may();
    k.fails(EADDRINUSE, lingers ? tcp::code_server_close_time_wait : tcp::bind_in_use);
    k.must();
  }
  if (State* next = k.returns(0, tcp::bind_assigns_address)) {
    Socket& socket = next->edit_socket(index);
    socket.bound = true;
    socket.local = address.address;
  }
}

void connect_tcp(const ParsedAddress& address, bool blocking, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (address.family != AF_INET) {
    k.fails(EAFNOSUPPORT, tcp::bind_family);
    k.fails(EINVAL, tcp::bind_family);
    if (self.phase == Phase::listening) k.fails(EISCONN, tcp::listen_passive);
    // Which of two errors comes first is not said.
    if (self.phase == Phase::connected) k.fails(EISCONN, tcp::connect_again);
    if (self.came_late || self.phase == Phase::dialling) k.is_not_modelled();
    return;
  }
  SocketAddress target = address.address;
  if (target.host == kAnyHost) target.host = kLoopback;
  const bool goes_on = self.phase == Phase::dialling && k.thread().stage > 0;
  const op::Outcome* seen = k.observed();
  if (seen != nullptr && seen->error.value == EADDRNOTAVAIL && self.bound && self.reuses_address) {
    // Who shares its address may have this connection already.
    k.is_not_modelled();
  } else if (self.phase == Phase::listening) {
    k.fails(EISCONN, tcp::listen_passive);
    if (!k.has(tcp::connect_nonblock_linux)) k.fails(EOPNOTSUPP, tcp::listen_passive);
  } else if (self.phase == Phase::connected && !is_finished(self) && !self.peer_gone) {
    if (self.came_late && k.has(tcp::connect_again_late)) {
      if (State* next = k.returns(0, tcp::connect_again_late)) {
        next->edit_socket(index).came_late = false;
      }
    } else {
      k.fails(EISCONN, tcp::connect_again);
      if (self.came_late) k.returns(0, tcp::connect_nonblock);
    }
  } else if (self.phase != Phase::unconnected && !goes_on) {
    k.is_not_modelled();
  } else if (self.bound && overlap(self.local, target)) {
    // TCP can be connected to itself.
    k.is_not_modelled();
  } else if (const Index found = listener_at(target, k); found == kNone) {
    // Who found the queue full learns that the listener is gone when it asks again.
    const bool may_be_late = goes_on || (blocking && k.thread().asleep &&
                                         k.is_of_another_profile(tcp::listen_backlog_limit));
    if (may_be_late) k.may();
    refuse(target, blocking, index, k);
    k.must();
    if (may_be_late) k.waits(tcp::listen_queue_full);
  } else if (self.read_shut || self.write_shut) {
    // It was shut down before there was a connection.
    k.is_not_modelled();
  } else {
    connect_to_listener(target, blocking, index, found, k);
  }
}

void shut_tcp(bool reading, bool writing, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (self.phase == Phase::dialling) {
    k.is_not_modelled();
    return;
  }
  const bool connected = self.phase == Phase::connected && !is_finished(self);
  if (self.phase != Phase::listening && !connected) {
    if (State* next = k.fails(ENOTCONN, tcp::shutdown_not_connected)) {
      if (self.phase == Phase::unconnected) {
        next->edit_socket(index).read_shut = self.read_shut || reading;
        next->edit_socket(index).write_shut = self.write_shut || writing;
      }
    }
    if (!self.fresh || self.phase == Phase::unconnected) return;
    k.may();
    k.returns(0, tcp::shutdown_not_connected);
    k.must();
    return;
  }
  State* next = k.returns(0, writing ? tcp::recv_eof : tcp::recv_shut_rd);
  if (next == nullptr) return;
  if (self.phase == Phase::listening) {
    if (!reading) return;
    drop_waiting(*next, index);
    next->edit_socket(index).phase = Phase::unconnected;
    // A port that the kernel had chosen is given back, see gave_name_back().
    next->edit_socket(index).local = {};
    return;
  }
  Socket& socket = next->edit_socket(index);
  socket.came_late = false;
  socket.read_shut = socket.read_shut || reading;
  if (!writing || socket.write_shut) return;
  socket.write_shut = true;
  if (self.peer == kNone) return;
  Socket& peer = next->edit_socket(self.peer);
  peer.ended = peer.fresh = true;
  peer.held_bytes = 0;
}

void reset_tcp(State& state, Index index) {
  Socket& socket = state.edit_socket(index);
  socket.peer = kNone;
  socket.peer_gone = true;
  if (socket.phase != Phase::connected || is_finished(socket)) return;
  socket.error = socket.ended ? EPIPE : ECONNRESET;
  socket.phase = Phase::reset;
  socket.local = {};
  socket.fresh = true;
}

void release_tcp(State& state, Index index) {
  if (state.socket(index).phase == Phase::listening) drop_waiting(state, index);
  const Cow<Socket> gone = state.sockets[static_cast<std::size_t>(index)];
  state.edit_socket(index) = Socket{};
  if (gone->phase != Phase::connected) return;
  if (!gone->ended) state.closed_connections.edit().push_back(gone->local);
  if (gone->peer == kNone) return;
  if (!gone->queue.empty() || gone->sender != 0) {
    reset_tcp(state, gone->peer);
    return;
  }
  Socket& peer = state.edit_socket(gone->peer);
  peer.peer = kNone;
  peer.peer_gone = true;
  peer.fresh = true;
  if (!gone->write_shut) peer.ended = true;
  peer.held_bytes = 0;
}

Readiness tcp_readiness(const Socket& socket, Actor& k) {
  Readiness ready;
  if (socket.phase == Phase::listening) {
    const int in = socket.waiting.empty() ? 0 : POLLIN | POLLRDNORM;
    (socket.fresh ? ready.late : ready.must) |= in;
    ready.rule = &tcp::poll_readable;
    return ready;
  }
  if (socket.phase == Phase::dialling) {
    k.is_not_modelled();
    return ready;
  }
  const bool reset = socket.phase == Phase::reset;
  const bool no_more = socket.ended || socket.read_shut || reset;
  const bool says_no_more = socket.write_shut || reset;
  int states = 0;
  if (socket.error != 0) states |= POLLERR;
  if ((no_more && says_no_more) || socket.phase == Phase::unconnected) states |= POLLHUP;
  if (no_more) states |= POLLIN | POLLRDNORM | POLLRDHUP;
  int& certain = socket.fresh ? ready.late : ready.must;
  const std::size_t queued = socket.size_bytes();
  if (queued > socket.held_bytes) certain |= POLLIN | POLLRDNORM;
  if (queued > 0 || bytes_under_way(socket, k) > 0) ready.may |= POLLIN | POLLRDNORM;
  ready.rule = queued > 0 ? &tcp::poll_readable : &tcp::poll_writable;
  const bool has_room = says_no_more || socket.peer == kNone ||
                        (k.now.socket(socket.peer).queue.empty() &&
                         bytes_under_way(k.now.socket(socket.peer), k) == 0);
  (has_room ? ready.must : ready.may) |= POLLOUT | POLLWRNORM;
  if (!k.has(tcp::poll_states)) {
    ready.may |= states | POLLHUP;
  } else if (states != 0) {
    certain |= states;
    ready.rule = &tcp::poll_states;
  }
  return ready;
}

void steps(const op::HostToNetwork16& call, Actor& k) {
  const std::uint16_t number = htons(static_cast<std::uint16_t>(call.number));
  op::Outcome outcome;
  outcome.value = number;
  outcome.data.assign(reinterpret_cast<const char*>(&number), sizeof number);
  k.returns(std::move(outcome), tcp::htons_big_endian);
}

void steps(const op::NetworkToHost16& call, Actor& k) {
  k.returns(ntohs(static_cast<std::uint16_t>(call.number)), tcp::htons_big_endian);
}

void steps(const op::NetworkRoundTrips16&, Actor& k) {
  k.returns(std::int64_t{UINT16_MAX} + 1, tcp::htons_big_endian);
}

void steps(const op::InetAddr& call, Actor& k) {
  const in_addr_t address = ::inet_addr(call.text.c_str());
  op::Outcome outcome;
  outcome.value = std::int64_t{address};
  outcome.data.assign(reinterpret_cast<const char*>(&address), sizeof address);
  const bool ambiguous = address == INADDR_NONE;
  k.returns(std::move(outcome),
            ambiguous ? tcp::inet_addr_error_ambiguous : tcp::inet_addr_network_order);
}

void steps(const op::InetPton& call, Actor& k) {
  in_addr address = {};
  op::Outcome outcome;
  outcome.value = ::inet_pton(AF_INET, call.text.c_str(), &address);
  if (outcome.value == 1) {
    outcome.data.assign(reinterpret_cast<const char*>(&address), sizeof address);
  }
  k.returns(std::move(outcome), tcp::inet_addr_error_ambiguous);
}

}  // namespace ipcspec::spec
