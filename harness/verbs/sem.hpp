// Verbs on POSIX semaphores.
#pragma once

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class SemVerbs {
 public:
  Call opens_semaphore(const std::string& name, int flags, std::uint32_t mode = 0600,
                       std::uint64_t initial = 0) const {
    return does(op::SemOpen{name, flags, mode, initial});
  }
  // An unnamed semaphore, in memory that holds nothing else.
  Call makes_semaphore_at(op::Address memory, bool shared = true, std::uint64_t initial = 0) const {
    return does(op::SemInit{memory, shared, initial});
  }
  Call closes_semaphore(op::Address semaphore) const { return does(op::SemClose{semaphore}); }
  Call unlinks_semaphore(const std::string& name) const { return does(op::SemUnlink{name}); }
  Call waits_on(op::Address semaphore) const { return does(op::SemWait{semaphore}); }
  Call tries(op::Address semaphore) const { return does(op::SemTryWait{semaphore}); }
  Call posts(op::Address semaphore) const { return does(op::SemPost{semaphore}); }
  Call semaphore_value(op::Address semaphore) const { return does(op::SemGetValue{semaphore}); }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
