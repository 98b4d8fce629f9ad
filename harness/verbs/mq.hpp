// Verbs on POSIX message queues.
#pragma once

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class MqVerbs {
 public:
  Call opens_queue(const std::string& name, int flags, std::uint32_t mode = 0600,
                   std::int64_t messages_max = 0, std::int64_t size_bytes_max = 0) const {
    return does(op::MqOpen{name, flags, mode, messages_max, size_bytes_max});
  }
  Call closes_queue(op::Fd queue) const { return does(op::MqClose{queue}); }
  Call unlinks_queue(const std::string& name) const { return does(op::MqUnlink{name}); }
  Call sends_message(op::Fd queue, op::Bytes data, std::uint64_t priority = 0) const {
    return does(op::MqSend{queue, std::move(data), priority});
  }
  Call receives_message(op::Fd queue, std::uint64_t size_bytes) const {
    return does(op::MqReceive{queue, size_bytes});
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
