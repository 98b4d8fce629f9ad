// Steps that the tests of more than one mechanism take.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "harness/scenario.hpp"

namespace ipcspec::conformance {

// The user that a stranger is: neither root nor the owner of what a test makes.
inline constexpr std::int64_t kNobody = 65534;

// A change of user is a test's means, not its subject: none to be had is unsupported.
inline void needs_success(const harness::Call& change_of_user) {
  const int error = change_of_user.error();
  // EINVAL: an id that this user namespace does not map.
  if (error == EPERM || error == EINVAL) {
    throw Unsupported("a process that may become another user");
  }
  change_of_user.succeeded();
}

// Becomes another user than the others, without privileges.
inline void becomes_stranger(const harness::Process& process) {
  needs_success(process.becomes_user(kNobody, kNobody));
}

// Becomes a user whom permission bits bind; who is one stays who it is.
inline void becomes_unprivileged(const harness::Process& process) {
  if (process.identity().output(harness::verbs::kUid) == 0) becomes_stranger(process);
}

// A FIFO at a fresh path.
inline std::string new_fifo(harness::Scenario& s, const harness::Process& maker) {
  const std::string path = s.fresh_path();
  maker.makes_fifo(path).succeeded();
  return path;
}

inline bool is_nonblocking(const harness::Process& process, op::Fd fd) {
  return (process.status_flags(fd).value() & O_NONBLOCK) != 0;
}

// So that it is known what is more than a connection holds. TCP settles its window when the
// connection is made, therefore a listener needs it too.
inline void limits_buffers(const harness::Process& process, op::Fd fd, int size_bytes) {
  process.sets_socket_option(fd, SOL_SOCKET, SO_RCVBUF, size_bytes).succeeded();
  process.sets_socket_option(fd, SOL_SOCKET, SO_SNDBUF, size_bytes).succeeded();
}

inline std::uint64_t page_bytes(const harness::Scenario& s) {
  return static_cast<std::uint64_t>(s.trace().facts.page_bytes);
}

}  // namespace ipcspec::conformance
