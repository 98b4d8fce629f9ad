#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

int option_of(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_unix(int fd) { return option_of(fd, SO_DOMAIN) == AF_UNIX; }

op::Outcome datagrams_merged(const op::Receive& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  const int fd = call.fd.number;
  if (outcome.value < 0 || option_of(fd, SO_TYPE) == SOCK_STREAM || !is_unix(fd)) return outcome;
  op::Receive more = call;
  more.flags = MSG_DONTWAIT;
  const op::Outcome second = execute(more, worker);
  if (second.error.value != 0) return outcome;
  outcome.data += second.data;
  outcome.value += second.value;
  return outcome;
}

op::Outcome shutdown_ignored(const op::Shutdown& call, Worker& worker) {
  return is_unix(call.fd.number) ? success() : execute(call, worker);
}

op::Outcome backlog_ignored(const op::Listen& call, Worker& worker) {
  op::Listen changed = call;
  changed.backlog = 1000;
  return execute(is_unix(call.fd.number) ? changed : call, worker);
}

op::Outcome other_descriptor(const op::SendDescriptor& call, Worker& worker) {
  op::SendDescriptor changed = call;
  changed.passed = call.fd;
  return execute(changed, worker);
}

op::Outcome peek_consumes(const op::Receive& call, Worker& worker) {
  op::Receive changed = call;
  changed.flags = call.flags.value & ~MSG_PEEK;
  return execute(changed, worker);
}

op::Outcome pair_not_connected(const op::SocketPair& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  op::Outcome other = execute(call, worker);
  if (outcome.error.value != 0 || other.error.value != 0) return outcome;
  // The second end is one of another pair, whose first end stays hidden.
  hide(static_cast<int>(other.outputs[0]));
  hide(static_cast<int>(outcome.outputs[1]));
  ::dup2(static_cast<int>(other.outputs[1]), static_cast<int>(outcome.outputs[1]));
  for (const std::int64_t fd : other.outputs) ::close(static_cast<int>(fd));
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"unix.datagrams-merged", "unix", "recv() gives two datagrams as one",
     about<op::Receive, datagrams_merged>},
    {"unix.shutdown-ignored", "unix", "shutdown() succeeds and does nothing",
     about<op::Shutdown, shutdown_ignored>},
    {"unix.backlog-ignored", "unix", "the backlog of a listener is not limited",
     about<op::Listen, backlog_ignored>},
    {"unix.pair-unconnected", "unix", "the sockets of a pair are not connected to each other",
     about<op::SocketPair, pair_not_connected>},
    {"unix.other-descriptor", "unix", "SCM_RIGHTS passes another descriptor than it was given",
     about<op::SendDescriptor, other_descriptor>},
    {"unix.peek-consumes", "unix", "MSG_PEEK takes what it shows",
     about<op::Receive, peek_consumes>},
};

}  // namespace

std::span<const KernelLie> unix_lies() { return kLies; }

}  // namespace ipcspec::harness
