#include "spec/rule.hpp"

namespace ipcspec::spec {

std::string_view to_string(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::pipe:
      return "pipe";
    case Mechanism::fd:
      return "fd";
    case Mechanism::fifo:
      return "fifo";
    case Mechanism::poll:
      return "poll";
    case Mechanism::tcp:
      return "tcp";
    case Mechanism::unix_socket:
      return "unix";
    case Mechanism::shm:
      return "shm";
    case Mechanism::sem:
      return "sem";
    case Mechanism::mq:
      return "mq";
    case Mechanism::signal:
      return "signal";
    case Mechanism::proc:
      return "proc";
  }
  return "?";
}

std::string_view to_string(Force force) {
  switch (force) {
    case Force::posix_shall:
      return "posix-shall";
    case Force::posix_may:
      return "posix-may";
    case Force::posix_unspecified:
      return "posix-unspecified";
    case Force::linux_only:
      return "linux";
    case Force::glibc_only:
      return "glibc";
    case Force::convention:
      return "convention";
  }
  return "?";
}

}  // namespace ipcspec::spec
