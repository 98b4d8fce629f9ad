#include <fcntl.h>
#include <sys/socket.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

bool is_unix(const spec::State& state, const spec::Description& description) {
  return is_socket(state, description) && state.socket(description.object.index).family == AF_UNIX;
}
bool is_listener(const spec::State& state, const spec::Description& description) {
  return is_unix(state, description) &&
         state.socket(description.object.index).phase == spec::Phase::listening;
}
bool is_unconnected(const spec::State& state, const spec::Description& description) {
  return is_unix(state, description) &&
         state.socket(description.object.index).phase == spec::Phase::unconnected;
}

// Something can be received: anything, or a descriptor.
bool is_filled(const spec::State& state, const spec::Description& description) {
  return is_socket(state, description) && !state.socket(description.object.index).queue.empty();
}
bool brings_descriptor(const spec::State& state, const spec::Description& description) {
  return is_filled(state, description) &&
         state.socket(description.object.index).queue.front()->passed != spec::kNone;
}

bool is_no_socket(const spec::State& state, const spec::Description& description) {
  return is_ours(state, description) && !is_socket(state, description);
}

std::string address(Hand& hand) {
  if (hand.is_odd()) return hand.pick({"unix:socket0", "127.0.0.1:0", "unix:nobody"});
  return hand.pick({"unix:socket0", "unix:socket1"});
}

int type(Hand& hand) {
  const int plain = hand.pick<int>({SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET});
  return plain | hand.pick<int>({0, 0, 0, SOCK_NONBLOCK, SOCK_CLOEXEC});
}

std::vector<const spec::Socket*> listeners(const Hand& hand) {
  std::vector<const spec::Socket*> found;
  for (const auto& socket : hand.state().sockets) {
    const bool listens = socket->family == AF_UNIX && socket->phase == spec::Phase::listening;
    if (listens && !socket->local.host.empty()) found.push_back(&*socket);
  }
  return found;
}

void offer_connections(Acts& acts) {
  acts.add(5, [](Hand& hand) {
    const int kind = hand.pick<int>({SOCK_STREAM, SOCK_SEQPACKET});
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    const op::Bind bind{fd, address(hand)};
    return calls(op::Socket{AF_UNIX, kind, 0}, bind, op::Listen{fd, hand.pick({1l, 0l, 5l})});
  });
  acts.add(1, [](Hand& hand) { return calls(op::Socket{AF_UNIX, type(hand), 0}); });
  acts.add(5, [](Hand& hand) {
    const int kind = hand.pick<int>({SOCK_STREAM, SOCK_SEQPACKET});
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    return calls(op::Socket{AF_UNIX, kind, 0}, op::Connect{fd, address(hand)});
  });
  if (!listeners(acts.hand()).empty()) {
    // Again and again, so that some find no room.
    acts.add(8, [](Hand& hand) {
      const op::Fd fd{spec::lowest_free_number(hand.me())};
      const spec::Socket& there = *hand.pick(listeners(hand));
      const int manner = hand.pick<int>({0, SOCK_NONBLOCK});
      return calls(op::Socket{AF_UNIX, there.type | manner, 0}, op::Connect{fd, there.local.host});
    });
  }
  if (acts.hand().has(is_unconnected)) {
    acts.add(3, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_unconnected);
      return calls(op::Connect{fd, address(hand)});
    });
    acts.add(1, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_unconnected);
      return calls(op::Bind{fd, address(hand)});
    });
  }
  if (acts.hand().has(is_listener)) {
    acts.add(10, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_listener);
      return calls(op::Accept{fd, hand.one_in(3)});
    });
  }
}

}  // namespace

void offer_socket_transfer(Acts& acts, Fits fits, int weight) {
  if (!acts.hand().has(fits)) return;
  acts.add(weight, [fits](Hand& hand) {
    const op::Fd fd = hand.descriptor(fits);
    const auto size = hand.pick({std::size_t{1}, std::size_t{5}, std::size_t{100}, std::size_t{0},
                                 std::size_t{4096}, std::size_t{hand.is_odd() ? 70'000u : 2u}});
    return calls(op::Send{fd, hand.bytes(size), hand.pick<int>({0, MSG_DONTWAIT, MSG_NOSIGNAL})});
  });
  acts.add(weight, [fits](Hand& hand) {
    const op::Fd fd = hand.descriptor(fits);
    const std::uint64_t size = hand.pick({10ul, 1ul, 3ul, 5000ul});
    return calls(op::Receive{
        fd, size, hand.pick<int>({0, 0, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_TRUNC})});
  });
  if (acts.hand().has(is_filled)) {
    // What is shown is still there.
    acts.add(weight / 4, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_filled);
      return calls(op::Receive{fd, hand.pick({10ul, 1ul}), MSG_PEEK},
                   op::Receive{fd, 10, MSG_DONTWAIT});
    });
  }
  acts.add(weight / 3, [fits](Hand& hand) {
    const op::Fd fd = hand.descriptor(fits);
    return calls(op::Write{fd, hand.bytes(hand.pick({std::size_t{1}, std::size_t{10}}))});
  });
  acts.add(weight / 3, [fits](Hand& hand) {
    const op::Fd fd = hand.descriptor(fits);
    return calls(op::Read{fd, hand.pick({10ul, 1ul, 0ul})});
  });
}

void offer_unix(Acts& acts) {
  const bool any = acts.hand().has(is_unix);
  acts.add(any ? 4 : 24, [](Hand& hand) { return calls(op::SocketPair{type(hand)}); });
  offer_connections(acts);
  offer_fork(acts, any ? 12 : 6);
  acts.add(1, [](Hand& hand) { return calls(op::Unlink{hand.pick({"socket0", "socket1"})}); });
  acts.add(
      1, [](Hand& hand) { return calls(op::Open{hand.pick({"socket0", "socket1"}), O_RDWR, 0}); });
  offer_user(acts, 1);
  if (!any) return;
  acts.add(1, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_unix);
    return hand.one_in(2) ? calls(op::Listen{fd, 1}) : calls(op::Accept{fd, false});
  });
  offer_socket_transfer(acts, is_unix, 14);
  offer_close(acts, 12);
  acts.add(5, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_unix);
    return calls(op::Shutdown{fd, hand.pick({SHUT_WR, SHUT_RD, SHUT_RDWR})});
  });
  acts.add(7, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_unix);
    const std::vector<int> own = hand.descriptors(is_no_socket);
    if (own.empty()) {
      const op::Fd read_end{spec::lowest_free_number(hand.me())};
      return calls(op::MakePipe{}, op::SendDescriptor{fd, hand.bytes(1), read_end});
    }
    return calls(
        op::SendDescriptor{fd,
                           hand.bytes(hand.pick({std::size_t{1}, std::size_t{3}, std::size_t{0}})),
                           {hand.is_odd() ? -1 : hand.pick(own)}});
  });
  acts.add(7, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_unix);
    return calls(op::ReceiveDescriptor{fd, hand.pick({1ul, 10ul})});
  });
  if (acts.hand().has(brings_descriptor)) {
    acts.add(7, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(brings_descriptor);
      const op::Fd brought{spec::lowest_free_number(hand.me())};
      return calls(op::ReceiveDescriptor{fd, 10}, op::StatFd{brought});
    });
  }
  acts.add(2, [](Hand& hand) { return calls(op::GetSocketName{hand.descriptor(is_unix)}); });
  acts.add(1, [](Hand& hand) { return calls(op::GetPeerName{hand.descriptor(is_unix)}); });
  acts.add(2, [](Hand& hand) { return calls(op::BytesReadable{hand.descriptor(is_unix)}); });
  acts.add(1, [](Hand& hand) { return calls(op::MakePipe{hand.pick({0, O_NONBLOCK})}); });
  offer_transfer(acts, 3);
}

}  // namespace ipcspec::properties
