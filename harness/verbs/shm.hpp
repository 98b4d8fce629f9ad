// Verbs on POSIX shared memory and on memory itself.
#pragma once

#include <sys/mman.h>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class ShmVerbs {
 public:
  Call opens_shm(const std::string& name, int flags, std::uint32_t mode = 0600) const {
    return does(op::ShmOpen{name, flags, mode});
  }
  Call unlinks_shm(const std::string& name) const { return does(op::ShmUnlink{name}); }
  Call truncates(op::Fd fd, std::int64_t size_bytes) const {
    return does(op::Truncate{fd, size_bytes});
  }
  Call maps(op::Fd fd, std::uint64_t size_bytes, int protection = PROT_READ | PROT_WRITE,
            int flags = MAP_SHARED) const {
    return does(op::Map{fd, size_bytes, protection, flags});
  }
  Call unmaps(op::Address address, std::uint64_t size_bytes) const {
    return does(op::Unmap{address, size_bytes});
  }
  Call loads(op::Address address, std::uint64_t size_bytes) const {
    return does(op::Load{address, size_bytes});
  }
  Call stores(op::Address address, op::Bytes data) const {
    return does(op::Store{address, std::move(data)});
  }
  Call loads_number(op::Address address) const { return does(op::LoadNumber{address}); }
  Call stores_number(op::Address address, std::int64_t number) const {
    return does(op::StoreNumber{address, number});
  }
  // The signal that a load raises, or 0; outputs: si_code, offset of si_addr.
  Call loads_guarded(op::Address address) const { return does(op::LoadGuarded{address}); }
  // Memory that the children forked later share, zeroed.
  op::Address maps_shared_memory(std::uint64_t size_bytes) const {
    return maps({}, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS).address();
  }
  op::Address allocates(std::uint64_t size_bytes) const {
    return does(op::Allocate{size_bytes}).address();
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
