// AF_UNIX sockets: their addresses and connections, and descriptors on their way.
#include "spec/unix.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "spec/model/parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"
#include "spec/tcp.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::string_view kPathPrefix = "unix:";
constexpr std::string_view kAbstractPrefix = "abstract:";

bool is_path(const SocketAddress& address) { return address.host.starts_with(kPathPrefix); }

std::string path_of(const SocketAddress& address) {
  return address.host.substr(kPathPrefix.size());
}

// Names in the scenario's directory, and abstract ones that say something.
bool is_known_kind(const SocketAddress& address) {
  if (!is_path(address)) return address.host.size() > kAbstractPrefix.size();
  const std::string path = path_of(address);
  return !path.empty() && path.find('/') == std::string::npos && path != "." && path != "..";
}

// The other end of a connection, which was closed or lost its listener.
void cut_off(State& state, Index index, bool with_unread, bool with_bytes) {
  Socket& peer = state.edit_socket(index);
  peer.peer = kNone;
  peer.peer_gone = true;
  if (peer.type == SOCK_DGRAM) return;
  peer.read_shut = peer.write_shut = true;
  // Whether packets without bytes count differs between versions of Linux.
  if (with_unread) peer.error = with_bytes ? ECONNRESET : kMaybeReset;
}

// The socket that answers at an address; kNone when none has it.
Index holder_of(const State& state, const SocketAddress& address, Index file) {
  for (std::size_t i = 0; i < state.sockets.size(); ++i) {
    const Socket& socket = *state.sockets[i];
    if (!is_unix(socket) || !socket.bound || socket.embryo) continue;
    // An accepted socket has the listener's name and does not hold it.
    if (file == kNone ? socket.file == kNone && socket.local == address : socket.file == file) {
      return static_cast<Index>(i);
    }
  }
  return kNone;
}

// What connect() finds; it fails, or gives the listener.
Index find_listener(const ParsedAddress& address, const Socket& self, Actor& k) {
  Index file = kNone;
  if (is_path(address.address)) {
    const Name* name = find_name(*k.now.paths, path_of(address.address));
    if (name == nullptr) {
      k.fails(ENOENT, unix::connect_missing);
      return kNone;
    }
    const Inode* inode = inode_of(k.now, name->object);
    if (inode != nullptr && !may_access(k.me(), inode->mode, inode->uid, 2)) {
      k.fails(EACCES, unix::connect_permission);
      if (k.has(unix::connect_permission)) return kNone;
      k.leaves_open(unix::connect_permission);
      return kNone;
    }
    if (name->object.kind != ObjectKind::socket_file) {
      k.fails(ECONNREFUSED, unix::connect_refused);
      return kNone;
    }
    file = name->object.index;
  }
  const Index listener = holder_of(k.now, address.address, file);
  if (listener == kNone) {
    const op::Outcome* seen = k.observed();
    if (file == kNone && seen != nullptr && seen->error.value == 0) {
      // Somebody whom the trace does not show has the name.
      k.is_not_modelled();
      return kNone;
    }
    k.fails(ECONNREFUSED, unix::connect_refused);
    return kNone;
  }
  const Socket& found = k.now.socket(listener);
  if (found.type != self.type) {
    // An abstract name is looked up among sockets of the same type.
    const bool by_type = file != kNone;
    k.fails(by_type ? EPROTOTYPE : ECONNREFUSED,
            by_type ? unix::connect_wrong_type : unix::connect_refused);
    return kNone;
  }
  if (found.phase != Phase::listening) {
    k.fails(ECONNREFUSED, unix::connect_refused);
    return kNone;
  }
  return listener;
}

bool is_full(const Socket& listener) {
  const auto queued = static_cast<std::int64_t>(listener.waiting.size());
  return listener.phase == Phase::listening && queued > std::max<std::int64_t>(listener.backlog, 0);
}

// The socket to which a name leads; kNone when it leads to none.
Index listener_named(const State& state, const SocketAddress& address) {
  if (!is_path(address)) return holder_of(state, address, kNone);
  const Name* name = find_name(*state.paths, path_of(address));
  const bool leads = name != nullptr && name->object.kind == ObjectKind::socket_file;
  return leads ? holder_of(state, address, name->object.index) : kNone;
}

// Stage of a connect() that waits for room at the listener `mark`.
constexpr std::int32_t kAwaits = 1;

void connect_to_name(const ParsedAddress& address, bool blocking, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  const Index found = find_listener(address, self, k);
  if (found == kNone) return;
  const Socket& listener = k.now.socket(found);
  const bool full = is_full(listener);
  if (listener.backlog < 0) {
    k.is_not_modelled();
  } else if (full && !k.has(unix::connect_backlog)) {
    k.leaves_open(unix::connect_backlog);
  } else if (full && blocking) {
    if (State* next = k.goes_on(unix::connect_backlog)) {
      Thread& thread = next->edit_process(k.who).thread;
      thread.stage = kAwaits;
      thread.mark = static_cast<std::uint64_t>(found);
    }
  } else if (full) {
    k.fails(EAGAIN, unix::connect_backlog);
  } else if (self.phase == Phase::connected) {
    k.fails(EISCONN, tcp::connect_again);
  } else if (self.phase != Phase::unconnected) {
    k.is_not_modelled();
  } else if (State* next = k.returns(0, unix::connect_queued)) {
    next->edit_socket(index).remote = listener.local;
    add_connection(*next, index, found);
  }
}

Readiness unix_readiness(const Socket& socket, Actor& k) {
  Readiness ready;
  if (socket.error == kMaybeReset) k.is_not_modelled();
  if (socket.phase == Phase::listening) {
    if (!socket.waiting.empty()) ready.must |= POLLIN | POLLRDNORM;
    ready.rule = &unix::poll_readable;
    return ready;
  }
  const bool datagrams = socket.type == SOCK_DGRAM;
  int states = 0;
  if (socket.error != 0) states |= POLLERR;
  if (socket.read_shut && socket.write_shut) states |= POLLHUP;
  if (socket.read_shut) states |= POLLIN | POLLRDNORM | POLLRDHUP;
  if (!datagrams && socket.phase == Phase::unconnected) states |= POLLHUP;
  if (!socket.queue.empty()) {
    ready.must |= POLLIN | POLLRDNORM;
    ready.rule = &unix::poll_readable;
  } else if (bytes_under_way(socket, k) > 0) {
    ready.may |= POLLIN | POLLRDNORM;
  }
  const bool has_room =
      socket.peer == kNone || (k.now.socket(socket.peer).queue.empty() &&
                               bytes_under_way(k.now.socket(socket.peer), k) == 0);
  (has_room ? ready.must : ready.may) |= POLLOUT | POLLWRNORM;
  ready.may |= POLLWRBAND;
  if (ready.rule == nullptr) ready.rule = &unix::poll_writable;
  if (!k.has(unix::poll_states)) {
    ready.may |= states | POLLHUP;
  } else if (states != 0) {
    ready.must |= states;
    ready.rule = &unix::poll_states;
  }
  return ready;
}

}  // namespace

void bind_unix(const ParsedAddress& address, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (address.family != AF_UNIX) {
    k.fails(EINVAL, unix::family_not_tcp);
    k.fails(EAFNOSUPPORT, unix::family_not_tcp);
    return;
  }
  if (!is_known_kind(address.address)) {
    k.is_not_modelled();
    return;
  }
  const bool path = is_path(address.address);
  const bool taken = path ? find_name(*k.now.paths, path_of(address.address)) != nullptr
                          : holder_of(k.now, address.address, kNone) != kNone;
  if (self.bound) {
    k.fails(EINVAL, tcp::bind_twice);
    // Which of two errors comes first is not said.
    if (path && taken) k.fails(EADDRINUSE, unix::bind_in_use);
    return;
  }
  if (taken) {
    k.fails(EADDRINUSE, unix::bind_in_use);
    return;
  }
  if (!path) {
    // Abstract names are the whole system's.
    k.may();
    k.fails(EADDRINUSE, unix::bind_in_use);
    k.must();
  }
  State* next = k.returns(0, path ? unix::bind_creates_file : tcp::bind_assigns_address);
  if (path && !k.has(unix::bind_creates_file)) k.leaves_open(unix::bind_creates_file);
  if (next == nullptr) return;
  Socket& socket = next->edit_socket(index);
  socket.bound = true;
  socket.local = address.address;
  // Two that were made as a pair know each other's names.
  if (socket.peer != kNone && next->socket(socket.peer).peer == index) {
    next->edit_socket(socket.peer).remote = address.address;
  }
  if (!path) return;
  const Inode inode{.type = S_IFSOCK, .mode = masked(k, 0777), .uid = k.me().uid, .links = 1};
  socket.file = next->socket_inodes.add(inode);
  next->paths.edit().push_back({path_of(address.address), {ObjectKind::socket_file, socket.file}});
}

void connect_unix(const ParsedAddress& address, bool blocking, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (address.family != AF_UNIX) {
    k.fails(EINVAL, unix::family_not_tcp);
    k.fails(EAFNOSUPPORT, unix::family_not_tcp);
    return;
  }
  const bool shut_before = self.phase == Phase::unconnected && (self.read_shut || self.write_shut);
  if (self.type == SOCK_DGRAM || !is_known_kind(address.address) || shut_before) {
    k.is_not_modelled();
    return;
  }
  const Index awaited = k.thread().stage == kAwaits ? static_cast<Index>(k.thread().mark) : kNone;
  if (awaited != kNone && is_full(k.now.socket(awaited))) {
    // Whatever has become of the name.
    k.waits(unix::connect_backlog);
    return;
  }
  // Room wakes one of those that wait. If that finds another name, or none, the room is left.
  const bool may_be_passed_over =
      awaited != kNone && listener_named(k.now, address.address) != awaited;
  if (may_be_passed_over) k.may();
  connect_to_name(address, blocking, index, k);
  k.must();
  if (may_be_passed_over) k.waits(unix::connect_backlog);
}

void shut_unix(bool reading, bool writing, Index index, Actor& k) {
  const Socket& self = k.now.socket(index);
  if (self.phase == Phase::listening) {
    k.is_not_modelled();
    return;
  }
  // Linux does not mind.
  if (self.phase == Phase::unconnected) k.fails(ENOTCONN, tcp::shutdown_not_connected);
  State* next = k.returns(0, writing ? unix::shut_wr : unix::shut_rd);
  if (next == nullptr) return;
  Socket& socket = next->edit_socket(index);
  socket.read_shut = socket.read_shut || reading;
  socket.write_shut = socket.write_shut || writing;
  if (self.peer == kNone || self.type == SOCK_DGRAM) return;
  Socket& peer = next->edit_socket(self.peer);
  if (writing) peer.read_shut = true;
  if (reading && k.has(unix::shut_rd_peer)) peer.write_shut = true;
}

void release_unix(State& state, Index index) {
  if (state.socket(index).phase == Phase::listening) drop_waiting(state, index);
  const Cow<Socket> gone = state.sockets[static_cast<std::size_t>(index)];
  state.edit_socket(index) = Socket{};
  if (gone->peer != kNone && state.socket(gone->peer).peer == index) {
    cut_off(state, gone->peer, !gone->queue.empty() || gone->embryo,
            gone->size_bytes() > 0 || gone->embryo);
  }
  // What was on its way to it is lost, descriptors too.
  for (const auto& parcel : gone->queue) {
    if (parcel->passed != kNone) release_description(state, parcel->passed);
  }
}

int hand_over(State& state, Index passed, bool takes_descriptor, Actor& k) {
  if (passed == kNone) return -1;
  if (!takes_descriptor) {
    if (k.has(unix::rights_discarded)) release_description(state, passed);
    return -1;
  }
  Process& me = state.edit_process(k.who);
  const int number = lowest_free_number(me);
  add_descriptor(me, {number, passed, false});
  return number;
}

Readiness socket_readiness(const Description& description, Actor& k) {
  const Socket& socket = k.now.socket(description.object.index);
  if (is_unix(socket)) return unix_readiness(socket, k);
  return tcp_readiness(socket, k);
}

void steps(const op::SocketPair& call, Actor& k) {
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  const int type = call.type.value & ~kFlags;
  if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET) {
    k.is_not_modelled();
    return;
  }
  const int first = lowest_free_number(k.me());
  const int second = lowest_free_number(k.me(), first + 1);
  State* next = k.returns({.value = 0, .error = 0, .data = {}, .outputs = {first, second}},
                          unix::socketpair_connected);
  if (next == nullptr) return;
  Socket made;
  made.family = AF_UNIX;
  made.type = type;
  made.phase = Phase::connected;
  const Index a = add_socket(*next, made);
  const Index b = add_socket(*next, made);
  next->edit_socket(a).peer = b;
  next->edit_socket(b).peer = a;
  open_socket(*next, k.who, a, first, call.type.value & kFlags);
  open_socket(*next, k.who, b, second, call.type.value & kFlags);
}

void steps(const op::SendDescriptor& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, tcp::bad_descriptor);
    return;
  }
  if (description->object.kind != ObjectKind::socket) {
    k.fails(ENOTSOCK, tcp::not_a_socket);
    return;
  }
  const Socket& socket = k.now.socket(description->object.index);
  const Index passed = description_of(k.me(), call.passed.number);
  if (!is_unix(socket)) {
    // Others refuse it; in any case nothing is passed.
    k.may();
    k.fails(EINVAL, unix::practical_fd_passing);
    k.fails(EOPNOTSUPP, unix::practical_fd_passing);
    k.must();
    send({call.data, 0, kNone}, *description, k);
  } else if (socket.error == kMaybeReset) {
    k.is_not_modelled();
  } else if (passed == kNone && k.thread().stage == 0) {
    k.fails(EBADF, unix::rights_bad_descriptor);
    if (socket.error != 0 && !is_stream(socket)) {
      // Which of two errors comes first is not said.
      if (State* next = k.fails(socket.error, unix::packet_reset_first)) {
        next->edit_socket(description->object.index).error = 0;
      }
    }
    if (socket.phase != Phase::connected) k.fails(ENOTCONN, unix::not_connected);
    if (!k.has(unix::rights_bad_descriptor)) k.leaves_open(unix::rights_bad_descriptor);
  } else if (k.now.description(passed).object.kind == ObjectKind::socket ||
             call.data.size() > kSmallBytes) {
    // A socket may come to hold itself, and what frees it then is not described.
    k.is_not_modelled();
  } else if (call.data.empty() && is_stream(socket) && !k.has(unix::rights_needs_data)) {
    k.leaves_open(unix::rights_needs_data);
  } else {
    send({call.data, 0, passed}, *description, k);
  }
}

void steps(const op::ReceiveDescriptor& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, tcp::bad_descriptor);
  } else if (description->object.kind != ObjectKind::socket) {
    k.fails(ENOTSOCK, tcp::not_a_socket);
  } else {
    receive({call.size_bytes, 0, true}, *description, k);
  }
}

}  // namespace ipcspec::spec
