#include <fcntl.h>
#include <mqueue.h>

#include <string>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::MqOpen& op, Worker&) {
  mq_attr attributes = {};
  attributes.mq_maxmsg = op.messages_max;
  attributes.mq_msgsize = op.size_bytes_max;
  return outcome_of(::mq_open(op.name.c_str(), op.flags.value, static_cast<mode_t>(op.mode.bits),
                              op.messages_max == 0 ? nullptr : &attributes));
}
op::Outcome execute(const op::MqClose& op, Worker&) {
  return outcome_of(::mq_close(op.queue.number));
}
op::Outcome execute(const op::MqUnlink& op, Worker&) {
  return outcome_of(::mq_unlink(op.name.c_str()));
}
op::Outcome execute(const op::MqSend& op, Worker&) {
  return outcome_of(::mq_send(op.queue.number, op.data.data(), op.data.size(),
                              static_cast<unsigned>(op.priority)));
}
op::Outcome execute(const op::MqReceive& op, Worker&) {
  std::string buffer(op.size_bytes, '\0');
  unsigned priority = 0;
  op::Outcome outcome =
      outcome_of(::mq_receive(op.queue.number, buffer.data(), buffer.size(), &priority));
  if (outcome.value >= 0) {
    buffer.resize(static_cast<std::size_t>(outcome.value));
    outcome.data = std::move(buffer);
    outcome.outputs = {priority};
  }
  return outcome;
}

}  // namespace ipcspec::harness
