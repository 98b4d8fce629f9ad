#include <poll.h>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome without(const op::Poll& call, Worker& worker, short hidden) {
  op::Outcome outcome = execute(call, worker);
  if (outcome.outputs.empty() || (outcome.outputs[0] & hidden) == 0) return outcome;
  outcome.outputs[0] &= ~hidden;
  outcome.value = outcome.outputs[0] == 0 ? 0 : 1;
  return outcome;
}

op::Outcome no_hangup(const op::Poll& call, Worker& worker) {
  return without(call, worker, POLLHUP);
}

op::Outcome no_room(const op::Poll& call, Worker& worker) { return without(call, worker, POLLOUT); }

op::Outcome data_where_none_is(const op::Poll& call, Worker& worker) {
  op::Poll now = call;
  now.timeout_ms = 0;
  op::Outcome outcome = execute(now, worker);
  if ((call.events.value & POLLIN) == 0 || outcome.outputs.empty()) return execute(call, worker);
  outcome.outputs[0] |= POLLIN;
  outcome.value = 1;
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"poll.no-hangup", "pipe poll", "poll() does not tell of a hangup", about<op::Poll, no_hangup>},
    {"poll.no-room", "pipe poll", "poll() does not tell of room", about<op::Poll, no_room>},
    {"poll.false-data", "pipe poll", "poll() tells of data that are not there",
     about<op::Poll, data_where_none_is>},
};

}  // namespace

std::span<const KernelLie> poll_lies() { return kLies; }

}  // namespace ipcspec::harness
