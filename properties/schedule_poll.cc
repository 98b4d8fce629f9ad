#include <poll.h>
#include <sys/socket.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {

void offer_poll(Acts& acts) {
  const bool any = acts.hand().has(is_ours);
  acts.add(any ? 2 : 12, [](Hand&) { return calls(op::MakePipe{}); });
  acts.add(any ? 1 : 6, [](Hand&) { return calls(op::SocketPair{SOCK_STREAM}); });
  offer_fork(acts, 8);
  acts.add(any ? 24 : 1, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    const int events = hand.pick({POLLIN, POLLOUT, POLLIN | POLLOUT, 0, POLLIN | POLLRDNORM});
    return calls(op::Poll{fd, events, hand.pick({0l, -1l})});
  });
  offer_transfer(acts, 8);
  offer_socket_transfer(acts, is_socket, 3);
  offer_close(acts, 10);
}

}  // namespace ipcspec::properties
