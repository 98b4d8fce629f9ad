// Transfer through connections that keep no boundaries, AF_UNIX and TCP.
//
// What a long send() has put into the peer's queue before it returns is the kernel's affair. The
// model takes from it as much as a receiver was seen to get, so that not every cut is a state.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "spec/model/parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"
#include "spec/pipe.hpp"
#include "spec/tcp.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

std::string_view data_of(const op::OpVariant& operation) {
  if (const auto* write = std::get_if<op::Write>(&operation)) return write->data;
  if (const auto* send = std::get_if<op::Send>(&operation)) return send->data;
  if (const auto* send = std::get_if<op::SendDescriptor>(&operation)) return send->data;
  return {};
}

// A process that died in its send may have left any part of it.
enum class Sender { none, busy, dead };

Sender sender_of(const Socket& socket, const Actor& k) {
  if (socket.sender == 0) return Sender::none;
  const Process& process = k.now.process(k.world.call(socket.sender).who);
  if (process.life != Life::alive) return Sender::dead;
  const Thread& thread = process.thread;
  const bool busy = thread.activity == Activity::in_call && thread.call == socket.sender;
  return busy ? Sender::busy : Sender::none;
}

std::string_view rest_of(const Socket& socket, const Actor& k) {
  if (sender_of(socket, k) == Sender::none) return {};
  return data_of(*k.world.call(socket.sender).op).substr(socket.sent);
}

void append(Socket& socket, std::string_view bytes, Index passed = kNone) {
  if (bytes.empty()) return;
  const bool joins =
      passed == kNone && !socket.queue.empty() && socket.queue.back()->passed == kNone;
  if (joins) {
    socket.queue.back().edit().bytes.append(bytes);
  } else {
    socket.queue.emplace_back(Parcel{std::string(bytes), passed});
  }
}

// The sender under way comes to have put more there.
void pull(State& state, Index index, std::size_t count, const Actor& k) {
  if (count == 0) return;
  const std::string_view rest = rest_of(state.socket(index), k);
  const Index who = k.world.call(state.socket(index).sender).who;
  Socket& socket = state.edit_socket(index);
  append(socket, rest.substr(0, count));
  socket.sent += count;
  if (state.process(who).life == Life::alive) state.edit_process(who).thread.moved += count;
}

// How much one receive can get.
struct Reach {
  std::size_t queued = 0;   // is in the queue, up to bytes with a descriptor
  std::size_t arrived = 0;  // of these, surely there
  std::size_t most = 0;     // with what a sender may have added
};

Reach reach_of(const Socket& socket, Actor& k) {
  Reach reach;
  for (const auto& parcel : socket.queue) {
    reach.queued += parcel->bytes.size();
    if (parcel->passed == kNone || !k.has(unix::rights_barrier)) continue;
    reach.arrived = reach.most = reach.queued;
    return reach;
  }
  reach.arrived = reach.queued - std::min(reach.queued, socket.held_bytes);
  reach.most = reach.queued + rest_of(socket, k).size();
  return reach;
}

std::string copy(const Socket& socket, std::string_view rest, std::size_t count) {
  std::string data;
  for (const auto& parcel : socket.queue) data += parcel->bytes.substr(0, count - data.size());
  return data.append(rest.substr(0, count - data.size()));
}

// Removes what was received; the descriptor that came with it.
Index remove(Socket& socket, std::size_t count) {
  Index passed = kNone;
  while (count > 0) {
    Parcel& first = socket.queue.front().edit();
    const std::size_t part = std::min(count, first.bytes.size());
    if (first.passed != kNone) passed = std::exchange(first.passed, kNone);
    count -= part;
    if (part == first.bytes.size()) {
      socket.queue.erase(socket.queue.begin());
    } else {
      first.bytes.erase(0, part);
    }
  }
  socket.held_bytes = std::min(socket.held_bytes, socket.size_bytes());
  return passed;
}

void get_data(const Receiving& wanted, Index index, std::size_t count, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const bool peek = (wanted.flags & MSG_PEEK) != 0;
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(count);
  outcome.data = copy(socket, rest_of(socket, k), count);
  bool with_descriptor = false;
  std::size_t before = 0;
  for (const auto& parcel : socket.queue) {
    with_descriptor = with_descriptor || (before < count && parcel->passed != kNone);
    before += parcel->bytes.size();
  }
  if (wanted.takes_descriptor) {
    outcome.outputs = {with_descriptor ? lowest_free_number(k.me()) : -1, 0};
  }
  const bool cut = count < socket.size_bytes();
  const Rule& plain = is_unix(socket) ? unix::recv_data
                      : cut           ? tcp::code_stream_no_boundaries
                                      : tcp::recv_data;
  // More is there, and room for it: the descriptor alone keeps it back.
  const bool barred =
      with_descriptor && cut && count < wanted.size_bytes && k.has(unix::rights_barrier);
  const Rule& rule = peek                                         ? unix::recv_peek
                     : with_descriptor && wanted.takes_descriptor ? unix::rights_same_ofd
                     : barred                                     ? unix::rights_barrier
                                                                  : plain;
  State* next = k.returns(std::move(outcome), rule);
  if (next == nullptr) return;
  const std::size_t queued = socket.size_bytes();
  pull(*next, index, count - std::min(count, queued), k);
  if (peek) return;
  hand_over(*next, remove(next->edit_socket(index), count), wanted.takes_descriptor, k);
  // It looked for more and found the error, of which it says nothing.
  const bool looks_on = (wanted.flags & MSG_WAITALL) != 0 && count < wanted.size_bytes;
  if (looks_on && is_unix(socket) && socket.error != 0) {
    next->edit_socket(index).error = kMaybeReset;
  }
}

op::Outcome end_of_file(const Receiving& wanted) {
  op::Outcome outcome;
  if (wanted.takes_descriptor) outcome.outputs = {-1, 0};
  return outcome;
}

// Nothing is in the queue of an AF_UNIX stream.
void receive_nothing_unix(const Receiving& wanted, bool blocking, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  if (socket.phase != Phase::connected) {
    k.fails(EINVAL, unix::not_connected);
    k.fails(ENOTCONN, unix::not_connected);
  } else if (socket.error != 0 && k.has(unix::peer_close_unread)) {
    if (State* next = k.fails(socket.error, unix::peer_close_unread)) {
      next->edit_socket(index).error = 0;
    }
  } else if (socket.read_shut) {
    const bool by_peer = socket.peer_gone || k.now.socket(socket.peer).write_shut;
    k.returns(end_of_file(wanted), by_peer ? unix::peer_close_eof : unix::shut_rd);
    if (socket.error != 0) k.leaves_open(unix::peer_close_unread);
  } else if (!blocking) {
    k.fails(EAGAIN, unix::recv_nonblock);
  } else {
    k.waits(unix::recv_blocks);
  }
}

void receive_nothing_tcp(const Receiving& wanted, bool blocking, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const auto arrives = [&](State* next) {
    if (next != nullptr) next->edit_socket(index).fresh = false;
    return next;
  };
  if (socket.fresh && !blocking) {
    k.may();
    k.fails(EAGAIN, tcp::recv_nonblock);
    k.must();
  }
  if (socket.phase == Phase::dialling) {
    k.is_not_modelled();
  } else if (socket.ended) {
    arrives(k.returns(end_of_file(wanted), tcp::recv_eof));
  } else if (socket.error != 0) {
    if (State* next = arrives(k.fails(socket.error, tcp::close_unread_rst))) {
      next->edit_socket(index).error = 0;
    }
    if (!k.has(tcp::close_unread_rst)) k.leaves_open(tcp::close_unread_rst);
  } else if (socket.read_shut || socket.phase == Phase::reset) {
    k.returns(end_of_file(wanted), socket.read_shut ? tcp::recv_shut_rd : tcp::recv_eof);
  } else if (socket.phase != Phase::connected) {
    k.fails(ENOTCONN, socket.phase == Phase::listening ? tcp::listen_passive : tcp::not_connected);
  } else if (!blocking) {
    k.fails(EAGAIN, tcp::recv_nonblock);
  } else {
    k.waits(tcp::recv_blocks);
  }
}

bool is_over(const Socket& socket) {
  return socket.ended || socket.read_shut || socket.error != 0 || socket.phase != Phase::connected;
}

}  // namespace

std::size_t bytes_under_way(const Socket& socket, const Actor& k) {
  return rest_of(socket, k).size();
}

void receive_stream(const Receiving& wanted, bool blocking, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const Reach reach = reach_of(socket, k);
  const auto size = static_cast<std::size_t>(wanted.size_bytes);
  const std::size_t most = std::min(size, reach.most);
  std::size_t least = std::min(size, reach.arrived);
  bool certain = reach.arrived > 0;
  const bool all = blocking && (wanted.flags & MSG_WAITALL) != 0 && !is_over(socket);
  if (all && most < size) {
    // A signal ends it with what is there.
    const bool interrupted = !k.me().signals->pending.empty();
    // What is there is taken already, which others who receive here can see.
    if (interrupted || most > 0) k.is_not_modelled();
    k.waits(unix::recv_waitall);
    return;
  }
  if (all) {
    least = size;
    certain = sender_of(socket, k) != Sender::dead;
  } else if (socket.fresh || (is_unix(socket) && !k.has(unix::recv_takes_all))) {
    least = std::min<std::size_t>(least, 1);
  }
  if (most > 0) {
    const op::Outcome* seen = k.observed();
    const std::size_t told =
        seen == nullptr || seen->value <= 0 ? 0 : static_cast<std::size_t>(seen->value);
    const bool fits = told >= std::max<std::size_t>(least, 1) && told <= most;
    if (!certain) k.may();
    get_data(wanted, index, fits ? told : std::max<std::size_t>(least, 1), k);
    if (socket.fresh && !blocking) {
      k.may();
      k.fails(EAGAIN, tcp::recv_nonblock);
    }
    k.must();
    if (certain) return;
  }
  if (is_unix(socket)) {
    receive_nothing_unix(wanted, blocking, index, k);
  } else {
    receive_nothing_tcp(wanted, blocking, index, k);
  }
}

namespace {

// What TCP knows of what it sends. Small data waits for the acknowledgement of what is under
// way (RFC 896), and that may be delayed; data in return carries one.
void note_sent(State& state, Index from, Index to, std::size_t count) {
  Socket& sink = state.edit_socket(to);
  if (!is_tcp(sink)) return;
  const bool at_once = !sink.unacknowledged;
  sink.held_bytes += at_once ? count - std::min(count, kSmallBytes) : count;
  sink.fresh = sink.untold = true;
  sink.unacknowledged = true;
  Socket& source = state.edit_socket(from);
  if (at_once && source.held_bytes == 0) source.unacknowledged = false;
}

class StreamSend {
 public:
  StreamSend(const Sending& sending, bool blocking, Index index, Actor& k)
      : sending_(sending),
        blocking_(blocking),
        index_(index),
        k_(k),
        self_(k.now.socket(index)),
        peer_(self_.peer),
        moved_(static_cast<std::size_t>(k.thread().moved)),
        size_(sending.data.size()),
        unix_(is_unix(self_)) {}

  void take() {
    if (fails_at_once()) return;
    const Socket& peer = k_.now.socket(peer_);
    const bool empty = peer.queue.empty() && bytes_under_way(peer, k_) == 0;
    if (size_ == 0) {
      k_.returns(0, unix_ ? unix::send_whole : tcp::send_whole);
    } else if (moved_ == size_) {
      finish();
    } else if (others_are_sending(peer)) {
      k_.is_not_modelled();
    } else if (empty && size_ <= kSmallBytes && moved_ == 0 && has_room_rule()) {
      finish();
    } else if (!blocking_) {
      send_what_fits(empty);
    } else {
      send_by_and_by(peer.queue.empty());
    }
  }

 private:
  bool has_room_rule() { return k_.has(unix_ ? unix::send_room : tcp::send_room); }

  const Rule& whole() const {
    if (unix_) return sending_.passed == kNone ? unix::send_whole : unix::practical_fd_passing;
    const bool embryo = peer_ != kNone && k_.now.socket(peer_).embryo;
    return embryo ? tcp::connect_before_accept : tcp::send_whole;
  }

  bool others_are_sending(const Socket& peer) const {
    return peer.sender != k_.thread().call && bytes_under_way(peer, k_) > 0;
  }

  void put(State* next, std::size_t count) {
    if (next == nullptr) return;
    Socket& peer = next->edit_socket(peer_);
    if (sending_.passed != kNone) ++next->edit_description(sending_.passed).references;
    append(peer, sending_.data.substr(moved_, count), sending_.passed);
    if (peer.sender == k_.thread().call) peer.sent += count;
    note_sent(*next, index_, peer_, count);
  }

  void finish() {
    State* next = k_.returns(static_cast<std::int64_t>(size_), whole());
    put(next, size_ - moved_);
    if (next != nullptr && next->socket(peer_).sender == k_.thread().call) {
      next->edit_socket(peer_).sender = 0;
      next->edit_socket(peer_).sent = 0;
    }
  }

  // How much was seen to be sent, when it is a part of what was still to be sent.
  std::size_t part_seen() const {
    const op::Outcome* seen = k_.observed();
    if (seen == nullptr || seen->value <= 0) return 0;
    const auto count = static_cast<std::size_t>(seen->value);
    return count > moved_ && count < size_ ? count : 0;
  }

  void send_what_fits(bool empty) {
    const Rule& rule = unix_ ? unix::send_nonblock : tcp::send_nonblock;
    finish();
    const bool whole_only = unix_ && size_ <= kSmallBytes && k_.has(unix::send_small_whole);
    if (const std::size_t part = part_seen(); part > 0 && !whole_only) {
      put(k_.returns(static_cast<std::int64_t>(part), rule), part);
    }
    if (!empty || size_ <= kSmallBytes) k_.fails(EAGAIN, rule);
  }

  // A blocking send for which there may be no room.
  void send_by_and_by(bool empty) {
    const bool whole_only = unix_ && size_ <= kSmallBytes && k_.has(unix::send_small_whole);
    if (!whole_only && k_.thread().stage == 0) {
      if (State* next = k_.goes_on(whole())) begin(*next);
      return;
    }
    k_.may();
    finish();
    if (const std::size_t part = part_seen(); part > 0 && !whole_only) {
      if (State* next = k_.goes_on(whole())) advance(*next, part - moved_);
    }
    k_.must();
    if (empty && !whole_only && has_room_rule()) {
      if (State* next = k_.goes_on(whole())) advance(*next, 1);
    } else {
      k_.waits(unix_ ? unix::send_blocks : tcp::send_blocks);
    }
  }

  void begin(State& next) {
    next.edit_process(k_.who).thread.stage = 1;
    Socket& peer = next.edit_socket(peer_);
    peer.sender = k_.thread().call;
    peer.sent = moved_;
  }

  void advance(State& next, std::size_t count) {
    put(&next, count);
    next.edit_process(k_.who).thread.moved += count;
  }

  // The connection carries nothing any more, or never did.
  bool fails_at_once() { return unix_ ? fails_at_once_unix() : fails_at_once_tcp(); }

  // Part of it was sent before, so the call does not fail.
  bool ends_short() {
    const std::size_t part = std::max(part_seen(), moved_);
    if (part == 0 || (moved_ == 0 && k_.thread().stage == 0)) return false;
    if (moved_ == 0) k_.may();
    k_.returns(static_cast<std::int64_t>(part), whole());
    k_.must();
    return moved_ > 0;
  }

  bool fails_at_once_unix() {
    if (self_.phase != Phase::connected) {
      k_.fails(ENOTCONN, unix::not_connected);
      return true;
    }
    if (!self_.write_shut && !self_.peer_gone) {
      if (k_.now.socket(peer_).read_shut && !k_.has(unix::shut_rd_peer)) {
        k_.leaves_open(unix::shut_rd_peer);
      }
      return false;
    }
    if (ends_short()) return true;
    if (k_.may_have_slept() && k_.has(unix::peer_close_unread)) {
      // A sender that waits notices it in other ways than one that comes later.
      k_.may();
      if (self_.error != 0) {
        if (State* next = k_.fails(self_.error, unix::peer_close_unread)) {
          next->edit_socket(index_).error = 0;
        }
      }
      k_.fails(EPIPE, unix::send_epipe);
      k_.must();
    }
    fail_with_epipe(sending_, unix::send_epipe, true, k_);
    return true;
  }

  bool fails_at_once_tcp() {
    if (self_.phase == Phase::dialling) {
      k_.is_not_modelled();
      return true;
    }
    if (self_.phase == Phase::unconnected || self_.phase == Phase::listening) {
      k_.may();
      k_.fails(ENOTCONN, tcp::not_connected);
      k_.must();
      fail_with_epipe(sending_, tcp::not_connected, true, k_);
      return true;
    }
    if (self_.phase == Phase::reset) {
      fails_after_reset();
      return true;
    }
    if (self_.write_shut) {
      if (!ends_short()) fail_with_epipe(sending_, tcp::send_shut_wr, true, k_);
      return true;
    }
    if (!self_.peer_gone) {
      const Socket& peer = k_.now.socket(peer_);
      // What then comes in is answered with a reset, or not.
      if (peer.read_shut && peer.write_shut) k_.is_not_modelled();
      return peer.read_shut && peer.write_shut;
    }
    send_to_nobody();
    return true;
  }

  // The peer's host answers with a reset.
  void send_to_nobody() {
    const std::size_t part = part_seen();
    const std::size_t count = part == 0 ? size_ : part;
    State* next = k_.returns(static_cast<std::int64_t>(count), tcp::send_after_close);
    if (next != nullptr && count > 0) reset_tcp(*next, index_);
  }

  void fails_after_reset() {
    if (ends_short()) return;
    if (self_.fresh) {
      k_.may();
      k_.returns(static_cast<std::int64_t>(size_), tcp::send_after_close);
      k_.must();
    }
    if (self_.error != 0 && self_.error != EPIPE) {
      if (State* next = k_.fails(self_.error, tcp::send_reset)) {
        next->edit_socket(index_).error = 0;
        next->edit_socket(index_).fresh = false;
      }
    } else if (State* next = fail_with_epipe(sending_, tcp::send_epipe, true, k_)) {
      next->edit_socket(index_).error = 0;
    }
  }

  const Sending& sending_;
  bool blocking_;
  Index index_;
  Actor& k_;
  const Socket& self_;
  Index peer_;
  std::size_t moved_;
  std::size_t size_;
  bool unix_;
};

}  // namespace

void send_stream(const Sending& sending, bool blocking, Index index, Actor& k) {
  StreamSend(sending, blocking, index, k).take();
}

State* fail_with_epipe(const Sending& sending, const Rule& rule, bool signals, Actor& k) {
  State* next = k.fails(EPIPE, rule);
  if (next == nullptr || !signals) return next;
  const bool tcp = rule.mechanism == Mechanism::tcp;
  if ((sending.flags & MSG_NOSIGNAL) != 0 && k.has(unix::send_nosignal)) return next;
  if (!k.has(tcp ? tcp::send_sigpipe : unix::send_sigpipe)) return next;
  if (k.has(pipe::epipe_handler_first)) next->edit_process(k.who).thread.signals_first = true;
  generate(*next, k, k.who, own_signal(k, SIGPIPE));
  return next;
}

}  // namespace ipcspec::spec
