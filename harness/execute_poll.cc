#include <poll.h>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::Poll& op, Worker&) {
  pollfd entry{op.fd.number, static_cast<short>(op.events.value), 0};
  op::Outcome outcome = outcome_of(::poll(&entry, 1, static_cast<int>(op.timeout_ms)));
  if (outcome.value >= 0) outcome.outputs = {entry.revents};
  return outcome;
}

}  // namespace ipcspec::harness
