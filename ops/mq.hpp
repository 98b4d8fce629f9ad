// POSIX message queues; on Linux a queue descriptor is a file descriptor.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

// mq_open(3); messages_max 0 stands for a null attribute pointer. Outcome: value = descriptor.
struct MqOpen {
  std::string name;
  OpenFlags flags;
  Mode mode;
  std::int64_t messages_max = 0;
  std::int64_t size_bytes_max = 0;
  IPCSPEC_OPERATION(MqOpen, "mq_open", name, flags, mode, messages_max, size_bytes_max);
};

struct MqClose {  // mq_close(3)
  Fd queue;
  IPCSPEC_OPERATION(MqClose, "mq_close", queue);
};

struct MqUnlink {  // mq_unlink(3)
  std::string name;
  IPCSPEC_OPERATION(MqUnlink, "mq_unlink", name);
};

struct MqSend {  // mq_send(3). Blocks.
  Fd queue;
  Bytes data;
  std::uint64_t priority = 0;
  IPCSPEC_OPERATION(MqSend, "mq_send", queue, data, priority);
};

struct MqReceive {  // mq_receive(3). Outcome: value = bytes, data. Blocks.
  Fd queue;
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(MqReceive, "mq_receive", queue, size_bytes);
  IPCSPEC_OUTPUTS(priority);
};

}  // namespace ipcspec::op
