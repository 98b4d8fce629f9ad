// Readiness.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

// poll(2) on one descriptor; timeout_ms -1 waits for ever. Outcome: value = ready count. Blocks.
struct Poll {
  Fd fd;
  PollEvents events;
  std::int64_t timeout_ms = 0;
  IPCSPEC_OPERATION(Poll, "poll", fd, events, timeout_ms);
  IPCSPEC_OUTPUTS(revents);
};

}  // namespace ipcspec::op
