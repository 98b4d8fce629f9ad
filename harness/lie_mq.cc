#include <fcntl.h>
#include <mqueue.h>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome priority_ignored(const op::MqSend& call, Worker& worker) {
  op::MqSend changed = call;
  changed.priority = 0;
  return execute(changed, worker);
}

op::Outcome longer_queue(const op::MqOpen& call, Worker& worker) {
  op::MqOpen changed = call;
  if (call.messages_max > 0) ++changed.messages_max;
  return execute(changed, worker);
}

// Also answers when the queue is empty: the message is taken and put back.
op::Outcome not_taken(const op::MqReceive& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.value < 0 || outcome.outputs.empty()) return outcome;
  execute(op::MqSend{call.queue, outcome.data, static_cast<std::uint64_t>(outcome.outputs[0])},
          worker);
  return outcome;
}

op::Outcome direction_ignored(const op::MqOpen& call, Worker& worker) {
  op::MqOpen changed = call;
  changed.flags = (call.flags.value & ~O_ACCMODE) | O_RDWR;
  return execute(changed, worker);
}

op::Outcome excl_ignored(const op::MqOpen& call, Worker& worker) {
  op::MqOpen changed = call;
  changed.flags = call.flags.value & ~O_EXCL;
  return execute(changed, worker);
}

op::Outcome message_cut(const op::MqSend& call, Worker& worker) {
  op::MqSend changed = call;
  if (!changed.data.empty()) changed.data.pop_back();
  return execute(changed, worker);
}

constexpr KernelLie kLies[] = {
    {"mq.priority-ignored", "mq", "a queue does not mind the priority of messages",
     about<op::MqSend, priority_ignored>},
    {"mq.too-long", "mq", "a queue takes one message more than its attributes say",
     about<op::MqOpen, longer_queue>},
    {"mq.receive-keeps", "mq", "mq_receive() leaves the message in the queue",
     about<op::MqReceive, not_taken>},
    {"mq.direction-ignored", "mq", "a queue that is open in one direction works in both",
     about<op::MqOpen, direction_ignored>},
    {"mq.excl-ignored", "mq", "mq_open() does not mind O_EXCL", about<op::MqOpen, excl_ignored>},
    {"mq.message-cut", "mq", "a message loses its last byte", about<op::MqSend, message_cut>},
};

}  // namespace

std::span<const KernelLie> mq_lies() { return kLies; }

}  // namespace ipcspec::harness
