#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

bool is_tcp(const spec::State& state, const spec::Description& description) {
  return is_socket(state, description) && state.socket(description.object.index).family == AF_INET;
}
template <spec::Phase phase>
bool is_in(const spec::State& state, const spec::Description& description) {
  return is_tcp(state, description) && state.socket(description.object.index).phase == phase;
}
constexpr Fits is_listener = is_in<spec::Phase::listening>;
constexpr Fits is_unconnected = is_in<spec::Phase::unconnected>;
constexpr Fits is_connected = is_in<spec::Phase::connected>;

constexpr const char* kAnyPort = "127.0.0.1:0";

// The known addresses of sockets in that phase.
std::vector<std::string> addresses_in(spec::Phase phase, const Hand& hand) {
  std::vector<std::string> found;
  for (const auto& socket : hand.state().sockets) {
    if (socket->family != AF_INET || socket->phase != phase) continue;
    if (socket->local.port == 0 || socket->local.host.empty()) continue;
    found.push_back(socket->local.host + ":" + std::to_string(socket->local.port));
  }
  return found;
}

// Those at which somebody listens.
std::vector<std::string> addresses(const Hand& hand) {
  return addresses_in(spec::Phase::listening, hand);
}
// Those that are taken and at which nobody listens.
std::vector<std::string> silent_addresses(const Hand& hand) {
  return addresses_in(spec::Phase::unconnected, hand);
}

int type(Hand& hand) {
  return SOCK_STREAM | hand.pick<int>({0, 0, 0, SOCK_NONBLOCK, SOCK_CLOEXEC});
}

void offer_listeners(Acts& acts, bool any) {
  acts.add(any ? 3 : 30, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    const op::Socket socket{AF_INET, type(hand), 0};
    return calls(socket, op::Bind{fd, kAnyPort}, op::Listen{fd, hand.pick({1l, 0l, 5l, -1l})},
                 op::GetSocketName{fd});
  });
  acts.add(2, [](Hand& hand) { return calls(op::Socket{AF_INET, type(hand), 0}); });
  if (acts.hand().has(is_unconnected)) {
    acts.add(3, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_unconnected);
      const std::vector<std::string> known = addresses(hand);
      if (hand.is_odd()) return calls(op::Bind{fd, "unix:socket0"});
      return calls(op::Bind{fd, hand.one_in(2) && !known.empty() ? known.front() : kAnyPort});
    });
    acts.add(3, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(hand.is_odd() ? is_tcp : is_unconnected);
      return calls(op::Listen{fd, hand.pick({1l, 0l, -1l})});
    });
  }
  if (acts.hand().has(is_listener)) {
    acts.add(14, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_listener);
      return calls(op::Accept{fd, hand.one_in(3)});
    });
    acts.add(1, [](Hand& hand) { return calls(op::GetTcpState{hand.descriptor(is_listener)}); });
  }
  if (acts.hand().has(is_connected)) {
    acts.add(1, [](Hand& hand) { return calls(op::Listen{hand.descriptor(is_connected), 1}); });
  }
}

// Sockets that have an address and do not listen: others are refused there, or share it.
void offer_silent(Acts& acts) {
  acts.add(2, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    return calls(op::Socket{AF_INET, SOCK_STREAM, 0},
                 op::SetSocketOption{fd, SOL_SOCKET, SO_REUSEADDR, hand.pick({1l, 0l})},
                 op::Bind{fd, kAnyPort}, op::GetSocketName{fd});
  });
  if (silent_addresses(acts.hand()).empty()) return;
  acts.add(5, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    return calls(op::Socket{AF_INET, type(hand), 0},
                 op::Connect{fd, hand.pick(silent_addresses(hand))});
  });
  acts.add(3, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    return calls(op::Socket{AF_INET, SOCK_STREAM, 0},
                 op::SetSocketOption{fd, SOL_SOCKET, SO_REUSEADDR, 1},
                 op::Bind{fd, hand.pick(silent_addresses(hand))});
  });
}

void offer_clients(Acts& acts) {
  if (addresses(acts.hand()).empty()) return;
  acts.add(16, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    const op::Socket socket{AF_INET, type(hand), 0};
    return calls(socket, op::Connect{fd, hand.pick(addresses(hand))});
  });
  if (!acts.hand().has(is_tcp)) return;
  acts.add(3, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_tcp);
    return calls(op::Connect{fd, hand.pick(addresses(hand))});
  });
}

void offer_questions(Acts& acts) {
  acts.add(2, [](Hand& hand) { return calls(op::GetSocketName{hand.descriptor(is_tcp)}); });
  acts.add(2, [](Hand& hand) { return calls(op::GetPeerName{hand.descriptor(is_tcp)}); });
  acts.add(2, [](Hand& hand) { return calls(op::BytesReadable{hand.descriptor(is_tcp)}); });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_tcp);
    return calls(op::GetSocketOption{fd, SOL_SOCKET,
                                     hand.pick({SO_ERROR, SO_TYPE, SO_ACCEPTCONN, SO_REUSEADDR})});
  });
  acts.add(1, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_tcp);
    return calls(op::SetSocketOption{fd, SOL_SOCKET, SO_REUSEADDR, hand.pick({1l, 0l})});
  });
}

}  // namespace

void offer_tcp(Acts& acts) {
  const bool any = acts.hand().has(is_tcp);
  offer_listeners(acts, any);
  offer_clients(acts);
  offer_silent(acts);
  offer_fork(acts, any ? 12 : 5);
  acts.add(1, [](Hand& hand) {
    return calls(op::Socket{hand.pick({AF_INET, 77}), hand.is_odd() ? 99 : SOCK_STREAM, 0});
  });
  acts.add(1, [](Hand& hand) {
    if (hand.one_in(2)) return calls(op::InetAddr{hand.pick({"127.0.0.1", "nonsense"})});
    return calls(op::HostToNetwork16{hand.pick({1l, 256l})});
  });
  acts.add(3, [](Hand& hand) {
    const op::Fd fd{spec::lowest_free_number(hand.me())};
    const std::vector<std::string> known = addresses(hand);
    return calls(op::Socket{AF_INET, SOCK_STREAM, 0},
                 op::SetSocketOption{fd, SOL_SOCKET, SO_REUSEADDR, 1},
                 op::Bind{fd, known.empty() ? kAnyPort : known.front()}, op::Listen{fd, 1},
                 op::GetSocketName{fd});
  });
  if (!any) return;
  acts.add(3, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_tcp);
    const int events = hand.pick({POLLIN, POLLOUT, POLLIN | POLLOUT});
    return calls(op::Poll{fd, events, hand.pick({0l, -1l})});
  });
  offer_socket_transfer(acts, is_tcp, 14);
  offer_close(acts, 9);
  acts.add(5, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_tcp);
    return calls(op::Shutdown{fd, hand.pick({SHUT_WR, SHUT_RD, SHUT_RDWR})});
  });
  offer_questions(acts);
}

}  // namespace ipcspec::properties
