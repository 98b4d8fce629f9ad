// Steps that the tests of more than one mechanism take.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
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

inline std::int64_t permissions_of(const harness::Process& process, const std::string& path) {
  return process.stats(path).output(harness::verbs::kMode) & 0777;
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

// Compared as a whole: a report with all the bytes would help nobody.
inline bool receives_exactly(const harness::Process& process, op::Fd fd,
                             const op::Bytes& expected) {
  return process.reads_until(fd, expected.size()) == expected;
}

// How many records of `size_bytes` bytes `byte` are in the stream; 0 when one of them is torn.
inline std::uint64_t whole_records(const op::Bytes& stream, char byte, std::uint64_t size_bytes) {
  std::uint64_t records = 0;
  for (std::size_t at = 0; (at = stream.find(byte, at)) != op::Bytes::npos;) {
    const std::size_t end = std::min(stream.find_first_not_of(byte, at), stream.size());
    if ((end - at) % size_bytes != 0) return 0;
    records += (end - at) / size_bytes;
    at = end;
  }
  return records;
}

inline std::uint64_t page_bytes(const harness::Scenario& s) {
  return static_cast<std::uint64_t>(s.trace().facts.page_bytes);
}

}  // namespace ipcspec::conformance
