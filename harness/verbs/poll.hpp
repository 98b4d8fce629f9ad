// Verbs on readiness.
#pragma once

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class PollVerbs {
 public:
  // Waits at most `timeout_ms` (-1: for ever; 0: not at all).
  Call polls(op::Fd fd, int events, std::int64_t timeout_ms = 0) const {
    return does(op::Poll{fd, events, timeout_ms});
  }
  // What poll() reports without waiting.
  int readiness(op::Fd fd, int events) const {
    return static_cast<int>(polls(fd, events, 0).output(0));
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
