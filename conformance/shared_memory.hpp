// Shared memory objects, semaphores and queues with names, as tests need them.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>

#include "conformance/matchers.hpp"
#include "harness/scenario.hpp"

namespace ipcspec::conformance {

// Where Linux keeps them.
inline constexpr const char* kSharedMemoryDirectory = "/dev/shm";

// A name that no object and no semaphore has yet, where the platform has a place for them.
inline std::string new_object_name(harness::Scenario& s) {
  s.requires_that(::access(kSharedMemoryDirectory, W_OK | X_OK) == 0,
                  std::string("a writable ") + kSharedMemoryDirectory);
  return s.fresh_name();
}

// Whether two ranges have addresses in common.
inline bool overlap(op::Address one, std::uint64_t one_bytes, op::Address other,
                    std::uint64_t other_bytes) {
  return one < other + other_bytes && other < one + one_bytes;
}

// Of two calls that create one name, with O_EXCL, one has made it and the other one has not.
template <typename Made>
bool just_one_creates(const Made& made, const harness::Call& one, const harness::Call& other) {
  const FailsWith comes_late(EEXIST);
  return (made.match(one) && comes_late.match(other)) ||
         (made.match(other) && comes_late.match(one));
}

}  // namespace ipcspec::conformance
