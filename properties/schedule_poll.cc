#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {

void offer_poll(Acts& acts) {
  const bool any = acts.hand().has(is_ours);
  acts.add(any ? 2 : 12, [](Hand&) { return calls(op::MakePipe{}); });
  acts.add(any ? 1 : 6, [](Hand&) { return calls(op::SocketPair{SOCK_STREAM}); });
  acts.add(any ? 1 : 3, [](Hand& hand) {
    const std::string path = hand.pick({"fifo0", "fifo1"});
    return calls(op::MakeFifo{path, 0600}, op::Open{path, O_RDONLY | O_NONBLOCK, 0});
  });
  acts.add(2, [](Hand& hand) {
    const int access = hand.pick({O_RDONLY, O_WRONLY, O_RDWR});
    return calls(op::Open{hand.pick({"fifo0", "fifo1"}), access | O_NONBLOCK, 0});
  });
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
