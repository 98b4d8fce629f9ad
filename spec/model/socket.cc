// Calls about sockets of any family.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "spec/model/parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"
#include "spec/pipe.hpp"
#include "spec/tcp.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

constexpr int kTypeFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
// What getsockname() shows of a TCP socket without a name.
constexpr const char* kNoInternetName = "0.0.0.0:0";
constexpr const char* kNoName = "unnamed";

// The socket behind a descriptor, or kNone after a failure was offered.
Index socket_behind(op::Fd fd, Actor& k) {
  const Description* description = k.description(fd);
  if (description == nullptr) {
    k.fails(EBADF, tcp::bad_descriptor);
    return kNone;
  }
  if (description->object.kind != ObjectKind::socket) {
    k.fails(ENOTSOCK, tcp::not_a_socket);
    return kNone;
  }
  return description->object.index;
}

bool is_described(const Socket& socket) {
  return (is_unix(socket) || is_tcp(socket)) && socket.error != kMaybeReset;
}

bool waits_at(op::Fd fd, Actor& k) { return !k.nonblocking(*k.description(fd)); }

// It was shut down as a listener: what its name is now, and whether it can be bound anew, depends
// on who had chosen its port.
bool gave_name_back(const Socket& socket) {
  return is_tcp(socket) && socket.phase == Phase::unconnected && socket.bound &&
         socket.local.host.empty();
}

std::string text_of(const SocketAddress& address) {
  return address.host + ":" + std::to_string(address.port);
}

// What is not known of a name is learnt from what was seen. False when that cannot be.
bool learn(SocketAddress& known, const op::Outcome* seen) {
  if (!known.host.empty() && known.port != 0) return true;
  const ParsedAddress told = seen == nullptr ? ParsedAddress{} : parsed(seen->data);
  if (told.family != AF_INET || told.address.port == 0) {
    // Not seen: any will do.
    if (known.host.empty()) known.host = "127.0.0.1";
    if (known.port == 0) known.port = 1;
    return seen == nullptr;
  }
  if (!known.host.empty() && known.host != told.address.host) return false;
  if (known.port != 0 && known.port != told.address.port) return false;
  known = told.address;
  return true;
}

// A name that was learnt is that of the other end's peer too.
void note_names(State& state, Index index, const SocketAddress& local,
                const SocketAddress& remote) {
  Socket& socket = state.edit_socket(index);
  socket.local = local;
  socket.remote = remote;
  if (socket.peer == kNone) return;
  Socket& peer = state.edit_socket(socket.peer);
  peer.local = remote;
  peer.remote = local;
}

void tell_name(Index index, bool of_peer, op::Outcome outcome, const Rule& rule, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const SocketAddress& asked = of_peer ? socket.remote : socket.local;
  if (is_unix(socket)) {
    outcome.data = asked.host.empty() ? kNoName : asked.host;
    k.returns(std::move(outcome), unix::names);
    return;
  }
  SocketAddress known = asked;
  const bool was_known = !known.host.empty() && known.port != 0;
  if (!was_known && !learn(known, k.observed())) return;
  const bool chosen = !of_peer && asked.port == 0;
  if (chosen && socket.phase != Phase::connected && is_taken(k.now, index, known, k) &&
      k.has(tcp::bind_ephemeral)) {
    return;
  }
  outcome.data = text_of(known);
  State* next = k.returns(std::move(outcome), chosen ? tcp::bind_ephemeral : rule);
  if (next == nullptr || was_known) return;
  note_names(*next, index, of_peer ? socket.local : known, of_peer ? known : socket.remote);
}

// A connection is taken out of the listener's queue.
void accept_one(const op::Accept& call, Index index, std::size_t place, Actor& k) {
  const Index accepted = k.now.socket(index).waiting[place];
  const Socket& made = k.now.socket(accepted);
  op::Outcome outcome;
  const int number = lowest_free_number(k.me());
  outcome.value = number;
  SocketAddress remote = made.remote;
  if (!call.null_address && is_unix(made)) {
    outcome.data = remote.host.empty() ? kNoName : remote.host;
  } else if (!call.null_address) {
    if (!learn(remote, k.observed())) return;
    outcome.data = text_of(remote);
  }
  State* next =
      k.returns(std::move(outcome), call.null_address ? tcp::accept_null_addr : tcp::accept_new_fd);
  if (next == nullptr) return;
  auto& waiting = next->edit_socket(index).waiting;
  waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(place));
  next->edit_socket(accepted).embryo = false;
  if (is_tcp(made) && !k.has(tcp::listener_keeps_listening)) {
    next->edit_socket(index).phase = Phase::unconnected;
  }
  if (!call.null_address && is_tcp(made)) note_names(*next, accepted, made.local, remote);
  open_socket(*next, k.who, accepted, number, 0);
}

void get_option(const op::GetSocketOption& call, Index index, Actor& k) {
  const Socket& socket = k.now.socket(index);
  const op::Outcome* seen = k.observed();
  if (call.level != SOL_SOCKET || socket.error == kMaybeReset) {
    k.is_not_modelled();
    return;
  }
  switch (call.option) {
    case SO_TYPE:
      k.returns(socket.type, is_tcp(socket) ? tcp::socket_create : tcp::option_values);
      return;
    case SO_ACCEPTCONN:
      k.returns(socket.phase == Phase::listening ? 1 : 0, tcp::listen_passive);
      return;
    case SO_REUSEADDR:
      k.returns(socket.reuses_address ? 1 : 0, tcp::option_values);
      return;
    case SO_ERROR:
      if (socket.fresh && socket.error != 0) {
        k.may();
        k.returns(0, tcp::option_error);
        k.must();
      }
      if (State* next = k.returns(socket.error, tcp::option_error)) {
        next->edit_socket(index).error = 0;
      }
      return;
    case SO_SNDBUF:
    case SO_RCVBUF:
      // How large buffers are is the platform's affair.
      k.returns(seen == nullptr || seen->value < 0 ? 1 : seen->value, tcp::option_values);
      return;
    default:
      k.is_not_modelled();
  }
}

}  // namespace

ParsedAddress parsed(const std::string& text) {
  if (text.starts_with("unix:") || text.starts_with("abstract:")) return {AF_UNIX, {text, 0}};
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {};
  const std::string host = text.substr(0, colon);
  std::int64_t port = -1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
  in_addr ignored = {};
  const bool fits = error == std::errc{} && end == last && port >= 0 && port <= UINT16_MAX;
  if (!fits || ::inet_pton(AF_INET, host.c_str(), &ignored) != 1) return {};
  return {AF_INET, {host, port}};
}

Index add_socket(State& state, Socket socket) {
  return place(state.sockets, std::move(socket), [](const Socket& one) { return one.family == 0; });
}

void open_socket(State& state, Index who, Index socket, int number, int flags) {
  const int status = (flags & SOCK_NONBLOCK) != 0 ? O_NONBLOCK : 0;
  const Index description = add_description(state, {.object = {ObjectKind::socket, socket},
                                                    .readable = true,
                                                    .writable = true,
                                                    .status_flags = status});
  add_descriptor(state.edit_process(who), {number, description, (flags & SOCK_CLOEXEC) != 0});
}

void add_connection(State& state, Index client, Index listener) {
  const Cow<Socket> from = state.sockets[static_cast<std::size_t>(client)];
  const Cow<Socket> at = state.sockets[static_cast<std::size_t>(listener)];
  Socket made;
  made.family = at->family;
  made.type = at->type;
  made.phase = Phase::connected;
  made.bound = true;
  made.embryo = true;
  made.reuses_address = at->reuses_address;
  made.local = at->local;
  made.remote = from->local;
  made.peer = client;
  const Index accepted = add_socket(state, std::move(made));
  Socket& socket = state.edit_socket(client);
  socket.phase = Phase::connected;
  socket.peer = accepted;
  state.edit_socket(listener).waiting.push_back(accepted);
}

void drop_waiting(State& state, Index listener) {
  const std::vector<Index> waiting = std::exchange(state.edit_socket(listener).waiting, {});
  for (const Index one : waiting) {
    const Index client = state.socket(one).peer;
    const bool tcp = is_tcp(state.socket(one));
    if (tcp && client != kNone) {
      reset_tcp(state, client);
      state.edit_socket(one).peer = kNone;
    }
    release_socket(state, one);
  }
}

void release_socket(State& state, Index index) {
  const Socket& socket = state.socket(index);
  if (is_unix(socket)) {
    release_unix(state, index);
  } else if (is_tcp(socket)) {
    release_tcp(state, index);
  } else {
    state.edit_socket(index) = Socket{};
  }
}

void settle_sockets(State& state) {
  for (std::size_t i = 0; i < state.sockets.size(); ++i) {
    if (state.sockets[i]->fresh) state.sockets.edit(i).fresh = false;
  }
}

void receive(const Receiving& wanted, const Description& description, Actor& k) {
  constexpr int kKnown = MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL | MSG_TRUNC | MSG_NOSIGNAL;
  const Index index = description.object.index;
  const Socket& socket = k.now.socket(index);
  const bool blocking = !k.nonblocking(description) && (wanted.flags & MSG_DONTWAIT) == 0;
  const bool truncates = (wanted.flags & MSG_TRUNC) != 0;
  if (!is_described(socket) || (wanted.flags & ~kKnown) != 0) {
    k.is_not_modelled();
  } else if (!is_stream(socket)) {
    receive_packet(wanted, blocking, index, k);
  } else if (wanted.size_bytes == 0 || (truncates && is_tcp(socket))) {
    k.is_not_modelled();
  } else {
    receive_stream(wanted, blocking, index, k);
  }
}

void send(const Sending& sending, const Description& description, Actor& k) {
  constexpr int kKnown = MSG_DONTWAIT | MSG_NOSIGNAL;
  const Index index = description.object.index;
  const Socket& socket = k.now.socket(index);
  const bool blocking = !k.nonblocking(description) && (sending.flags & MSG_DONTWAIT) == 0;
  if (!is_described(socket) || (sending.flags & ~kKnown) != 0) {
    k.is_not_modelled();
  } else if (is_stream(socket)) {
    send_stream(sending, blocking, index, k);
  } else {
    send_packet(sending, blocking, index, k);
  }
}

void read_socket(const op::Read& call, const Description& description, Actor& k) {
  if (call.size_bytes == 0) {
    k.returns(0, pipe::read_zero_length);
  } else {
    receive({call.size_bytes, 0, false}, description, k);
  }
}

void write_socket(const op::Write& call, const Description& description, Actor& k) {
  send({call.data, 0, kNone}, description, k);
}

void bytes_readable(const Description& description, Actor& k) {
  const Socket& socket = k.now.socket(description.object.index);
  const bool counts = is_tcp(socket) || (is_unix(socket) && is_stream(socket));
  if (!counts || socket.phase == Phase::listening || !k.has(pipe::fionread)) {
    k.is_not_modelled();
    return;
  }
  const std::size_t queued = socket.size_bytes();
  // What was sent need not be there although all is quiet: nothing waits for it.
  const bool late = socket.fresh || socket.untold;
  const std::size_t least = late ? 0 : queued - std::min(queued, socket.held_bytes);
  const std::size_t most = queued + bytes_under_way(socket, k);
  const op::Outcome* seen = k.observed();
  const auto told =
      seen == nullptr || seen->value < 0 ? queued : static_cast<std::size_t>(seen->value);
  const std::size_t count = std::clamp(told, least, most);
  State* next = k.returns(static_cast<std::int64_t>(count), pipe::fionread);
  if (next != nullptr && socket.untold && count == queued) {
    next->edit_socket(description.object.index).untold = false;
  }
}

void steps(const op::Socket& call, Actor& k) {
  const int type = call.type.value & ~kTypeFlags;
  const bool ip = call.family.value == AF_INET;
  const bool local = call.family.value == AF_UNIX;
  const bool known_type = type == SOCK_STREAM || type == SOCK_DGRAM || type == SOCK_SEQPACKET;
  const bool flags = (call.type.value & kTypeFlags) != 0;
  const op::Outcome* seen = k.observed();
  if ((!ip && !local) || !known_type || call.protocol != 0) {
    // Which families and protocols there are is the platform's affair.
    if (seen != nullptr && seen->error.value == 0) {
      k.is_not_modelled();
      return;
    }
    for (const int error : {EAFNOSUPPORT, EINVAL, EPROTONOSUPPORT, EPROTOTYPE, ESOCKTNOSUPPORT}) {
      k.fails(error, tcp::socket_errors);
    }
    return;
  }
  if (seen != nullptr && seen->error.value != 0) {
    k.is_not_modelled();
    return;
  }
  const int number = lowest_free_number(k.me());
  State* next = k.returns(number, flags ? tcp::socket_flags : tcp::socket_create);
  if (flags && !k.has(tcp::socket_flags)) k.leaves_open(tcp::socket_flags);
  if (next == nullptr) return;
  Socket made;
  made.family = call.family.value;
  made.type = type;
  const Index socket = add_socket(*next, std::move(made));
  open_socket(*next, k.who, socket, number, call.type.value & kTypeFlags);
}

void steps(const op::Bind& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const ParsedAddress address = parsed(call.address);
  const Socket& socket = k.now.socket(index);
  if (address.family == AF_UNSPEC || !is_described(socket) || gave_name_back(socket)) {
    k.is_not_modelled();
  } else if (is_unix(socket)) {
    bind_unix(address, index, k);
  } else {
    bind_tcp(address, index, k);
  }
}

void steps(const op::BindRawPort& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  if (!is_tcp(k.now.socket(index))) {
    k.is_not_modelled();
    return;
  }
  std::uint16_t port = static_cast<std::uint16_t>(call.raw_port);
  if (k.has(tcp::htons_omitted)) port = ntohs(port);
  bind_tcp({AF_INET, {"127.0.0.1", port}}, index, k);
}

void steps(const op::Listen& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const Socket& socket = k.now.socket(index);
  if (socket.type == SOCK_DGRAM) {
    k.fails(EOPNOTSUPP, tcp::stream_only);
    return;
  }
  // What was shut down before stays so, and nobody says for whom.
  const bool shut = socket.read_shut || socket.write_shut;
  if (!is_described(socket) || socket.phase == Phase::dialling || socket.phase == Phase::reset ||
      (shut && socket.phase == Phase::unconnected)) {
    k.is_not_modelled();
    return;
  }
  if (is_unix(socket) && !socket.bound) {
    k.fails(EINVAL, unix::listen_unbound);
    if (k.has(unix::listen_unbound)) return;
    k.fails(EDESTADDRREQ, tcp::listen_connected);
    k.fails(EINVAL, tcp::listen_connected);
    return;
  }
  if (socket.phase == Phase::connected) {
    k.fails(EINVAL, tcp::listen_connected);
    return;
  }
  const bool shares = is_tcp(socket) && socket.reuses_address && socket.local.port != 0;
  if (shares && socket.phase == Phase::unconnected) {
    for (std::size_t i = 0; i < k.now.sockets.size(); ++i) {
      const Socket& other = *k.now.sockets[i];
      const bool rival = other.phase == Phase::listening && is_tcp(other) &&
                         other.local == socket.local && static_cast<Index>(i) != index;
      if (!rival) continue;
      k.fails(EADDRINUSE, tcp::bind_reuse);
      if (!k.has(tcp::bind_reuse)) k.leaves_open(tcp::bind_reuse);
      return;
    }
  }
  if (is_tcp(socket) && socket.local.port != 0 && is_taken(k.now, index, socket.local, k)) {
    // Who shares the address may have taken back that it does since it was bound.
    k.may();
    k.fails(EADDRINUSE, tcp::bind_in_use);
    k.must();
  }
  const bool unbound = !socket.bound;
  State* next = k.returns(0, unbound ? tcp::code_unchecked_bind : tcp::listen_nonblocking);
  if (unbound && !k.has(tcp::code_unchecked_bind)) k.leaves_open(tcp::code_unchecked_bind);
  if (next == nullptr) return;
  Socket& listener = next->edit_socket(index);
  listener.phase = Phase::listening;
  listener.backlog = call.backlog;
  if (!unbound) return;
  listener.bound = true;
  listener.local = {"0.0.0.0", 0};
}

void steps(const op::Accept& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const Socket& socket = k.now.socket(index);
  if (socket.type == SOCK_DGRAM) {
    k.fails(EOPNOTSUPP, tcp::stream_only);
    return;
  }
  if (socket.phase != Phase::listening) {
    k.fails(EINVAL, tcp::accept_not_listening);
    return;
  }
  const bool blocking = waits_at(call.fd, k);
  if (socket.waiting.empty()) {
    if (blocking) {
      k.waits(tcp::accept_blocks);
    } else {
      k.fails(EAGAIN, tcp::accept_nonblock);
    }
    return;
  }
  accept_one(call, index, 0, k);
  if (!k.has(tcp::accept_sequential_order)) {
    for (std::size_t i = 1; i < socket.waiting.size(); ++i) accept_one(call, index, i, k);
  }
  if (socket.fresh && !blocking) {
    k.may();
    k.fails(EAGAIN, tcp::accept_nonblock);
    k.must();
  }
}

void steps(const op::Connect& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const ParsedAddress address = parsed(call.address);
  if (address.family == AF_UNSPEC || !is_described(k.now.socket(index))) {
    k.is_not_modelled();
  } else if (is_unix(k.now.socket(index))) {
    connect_unix(address, waits_at(call.fd, k), index, k);
  } else {
    connect_tcp(address, waits_at(call.fd, k), index, k);
  }
}

void steps(const op::GetSocketName& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const Socket& socket = k.now.socket(index);
  if (!is_described(socket) || socket.phase == Phase::dialling || socket.phase == Phase::reset ||
      gave_name_back(socket)) {
    k.is_not_modelled();
  } else if (is_tcp(socket) && !socket.bound) {
    // After a connect() that failed it may have kept what it was given.
    const op::Outcome* seen = k.observed();
    if (seen != nullptr && seen->data != kNoInternetName) {
      k.is_not_modelled();
      return;
    }
    op::Outcome outcome;
    outcome.data = kNoInternetName;
    k.returns(std::move(outcome), tcp::bind_assigns_address);
  } else {
    tell_name(index, false, {}, tcp::bind_assigns_address, k);
  }
}

void steps(const op::GetPeerName& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const Socket& socket = k.now.socket(index);
  const bool gone = is_tcp(socket) ? is_finished(socket) : false;
  if (!is_described(socket) || socket.phase == Phase::dialling ||
      (socket.fresh && (gone || socket.phase == Phase::reset))) {
    k.is_not_modelled();
  } else if (socket.phase != Phase::connected || gone) {
    k.fails(ENOTCONN, tcp::peername_not_connected);
  } else {
    tell_name(index, true, {}, tcp::connect_initiates, k);
  }
}

void steps(const op::GetSocketOption& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  get_option(call, index, k);
}

void steps(const op::SetSocketOption& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const bool sizes =
      call.level == SOL_SOCKET && (call.option == SO_SNDBUF || call.option == SO_RCVBUF);
  const bool reuse = call.level == SOL_SOCKET && call.option == SO_REUSEADDR;
  if (!sizes && !reuse) {
    k.is_not_modelled();
  } else if (sizes && call.setting < static_cast<std::int64_t>(2 * kSmallBytes)) {
    // Then even a small message may find no room.
    k.is_not_modelled();
  } else if (State* next = k.returns(0, tcp::option_values)) {
    if (reuse) next->edit_socket(index).reuses_address = call.setting != 0;
  }
}

void steps(const op::GetTcpState& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const Socket& socket = k.now.socket(index);
  const op::Outcome* seen = k.observed();
  if (!is_tcp(socket) || socket.phase != Phase::listening || !k.has(tcp::listener_state)) {
    k.is_not_modelled();
    return;
  }
  const auto waiting = static_cast<std::int64_t>(socket.waiting.size());
  const std::int64_t told = k.observed_output(0, waiting);
  const std::int64_t limit = k.observed_output(1, socket.backlog);
  if (seen != nullptr && seen->outputs.size() == 2 && limit == 0 && socket.backlog != 0) {
    // A kernel that does not tell.
    k.is_not_modelled();
    return;
  }
  op::Outcome outcome;
  outcome.value = TCP_LISTEN;
  outcome.outputs = {socket.fresh ? std::clamp<std::int64_t>(told, 0, waiting) : waiting, limit};
  k.returns(std::move(outcome), tcp::listener_state);
}

void steps(const op::Shutdown& call, Actor& k) {
  const Index index = socket_behind(call.fd, k);
  if (index == kNone) return;
  const int how = call.how.value;
  if (!is_described(k.now.socket(index)) ||
      (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)) {
    k.is_not_modelled();
    return;
  }
  const bool reading = how != SHUT_WR;
  const bool writing = how != SHUT_RD;
  if (is_unix(k.now.socket(index))) {
    shut_unix(reading, writing, index, k);
  } else {
    shut_tcp(reading, writing, index, k);
  }
}

void steps(const op::Send& call, Actor& k) {
  if (socket_behind(call.fd, k) == kNone) return;
  send({call.data, call.flags.value, kNone}, *k.description(call.fd), k);
}

void steps(const op::Receive& call, Actor& k) {
  if (socket_behind(call.fd, k) == kNone) return;
  receive({call.size_bytes, call.flags.value, false}, *k.description(call.fd), k);
}

}  // namespace ipcspec::spec
