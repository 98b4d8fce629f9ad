// Transfer that keeps boundaries: AF_UNIX datagrams and sequenced packets.
#include <algorithm>
#include <cerrno>

#include "spec/model/parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::size_t kLargeBytes = 65536;  // what exceeds it may exceed the buffer of a socket

void get_packet(const Receiving& wanted, Index index, Actor& k) {
  const Cow<Parcel> packet = k.now.socket(index).queue.front();
  const std::size_t size = packet->bytes.size();
  const std::size_t count = std::min(size, static_cast<std::size_t>(wanted.size_bytes));
  const bool cut = count < size;
  const bool real_length = (wanted.flags & MSG_TRUNC) != 0 && k.has(unix::dgram_real_length);
  const bool peek = (wanted.flags & MSG_PEEK) != 0;
  if ((wanted.flags & MSG_TRUNC) != 0 && !real_length) k.leaves_open(unix::dgram_real_length);
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(real_length ? size : count);
  outcome.data = packet->bytes.substr(0, count);
  const bool passes = packet->passed != kNone && wanted.takes_descriptor;
  if (wanted.takes_descriptor) {
    outcome.outputs = {passes ? lowest_free_number(k.me()) : -1, cut ? MSG_TRUNC : 0};
  }
  const Rule& rule = peek     ? unix::recv_peek
                     : passes ? unix::rights_same_ofd
                     : cut    ? unix::dgram_truncation
                              : unix::dgram_boundaries;
  State* next = k.returns(std::move(outcome), rule);
  if (next == nullptr) return;
  Socket& socket = next->edit_socket(index);
  if (peek) {
    socket.wake_spent = socket.wake_spent || k.may_have_slept();
    return;
  }
  socket.queue.erase(socket.queue.begin());
  if (socket.queue.empty()) socket.wake_spent = false;
  hand_over(*next, packet->passed, wanted.takes_descriptor, k);
}

void put_packet(const Sending& sending, Index peer, const Rule& rule, Actor& k) {
  State* next = k.returns(static_cast<std::int64_t>(sending.data.size()), rule);
  if (next == nullptr) return;
  if (sending.passed != kNone) ++next->edit_description(sending.passed).references;
  next->edit_socket(peer).queue.emplace_back(Parcel{std::string(sending.data), sending.passed});
}

// The datagram peer was closed.
void refuse_datagram(Index index, Actor& k) {
  if (!k.has(unix::dgram_peer_gone)) {
    k.leaves_open(unix::dgram_peer_gone);
  } else if (!k.now.socket(index).queue.empty()) {
    // What had come from there is lost with it, or not.
    k.is_not_modelled();
  } else if (State* next = k.fails(ECONNREFUSED, unix::dgram_peer_gone)) {
    next->edit_socket(index).phase = Phase::unconnected;
  }
}

// True when nothing can be sent.
bool fails_at_once(const Sending& sending, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const bool datagrams = socket.type == SOCK_DGRAM;
  if (socket.phase != Phase::connected) {
    if (datagrams && socket.write_shut) {
      k.is_not_modelled();
    } else {
      k.fails(ENOTCONN, unix::not_connected);
      if (datagrams) k.fails(EDESTADDRREQ, unix::not_connected);
    }
  } else if (socket.error != 0) {
    if (State* next = k.fails(socket.error, unix::packet_reset_first)) {
      next->edit_socket(index).error = 0;
    }
    if (!k.has(unix::packet_reset_first)) k.leaves_open(unix::packet_reset_first);
  } else if (datagrams && socket.peer_gone && !socket.write_shut) {
    refuse_datagram(index, k);
  } else if (socket.write_shut || socket.peer_gone || k.now.socket(socket.peer).read_shut) {
    fail_with_epipe(sending, unix::send_epipe, false, k);
    // The standard wants the signal for packets.
    if (!datagrams && !k.has(unix::packet_no_sigpipe)) {
      fail_with_epipe(sending, unix::send_epipe, true, k);
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace

void receive_packet(const Receiving& wanted, bool blocking, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const bool datagrams = socket.type == SOCK_DGRAM;
  op::Outcome nothing;
  if (wanted.takes_descriptor) nothing.outputs = {-1, 0};
  if (!datagrams && socket.phase != Phase::connected) {
    k.fails(ENOTCONN, unix::not_connected);
  } else if (socket.error != 0) {
    if (State* next = k.fails(socket.error, unix::packet_reset_first)) {
      next->edit_socket(index).error = 0;
    }
    if (!k.has(unix::packet_reset_first)) k.leaves_open(unix::packet_reset_first);
  } else if (!socket.queue.empty()) {
    const bool sleeps_on =
        blocking && socket.wake_spent && k.may_have_slept() && k.has(unix::recv_wake_one);
    if (sleeps_on) k.may();
    get_packet(wanted, index, k);
    k.must();
    if (sleeps_on) k.waits(unix::recv_wake_one);
  } else if (socket.read_shut && (!datagrams || blocking)) {
    const bool by_peer = !datagrams && (socket.peer_gone || k.now.socket(socket.peer).write_shut);
    k.returns(std::move(nothing), by_peer ? unix::peer_close_eof : unix::shut_rd);
  } else if (!blocking) {
    k.fails(EAGAIN, unix::recv_nonblock);
  } else {
    k.waits(unix::recv_blocks);
  }
}

void send_packet(const Sending& sending, bool blocking, Index index, Actor& k) {
  const std::size_t size = sending.data.size();
  if (fails_at_once(sending, index, k)) {
    if (size > kLargeBytes) k.fails(EMSGSIZE, unix::dgram_too_big);
    return;
  }
  const Index peer = k.now.socket(index).peer;
  const bool empty = k.now.socket(peer).queue.empty();
  if (empty && size <= kSmallBytes && k.has(unix::send_room)) {
    put_packet(sending, peer, unix::send_whole, k);
    return;
  }
  const bool large = size > kLargeBytes;
  if (blocking && !large) k.may();
  put_packet(sending, peer, unix::send_whole, k);
  if (large) k.fails(EMSGSIZE, unix::dgram_too_big);
  if (!blocking) k.fails(EAGAIN, unix::send_nonblock);
  k.must();
  if (blocking && !large) k.waits(unix::send_blocks);
}

}  // namespace ipcspec::spec
