// Verbs on named pipes.
#pragma once

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

template <typename Process>
class FifoVerbs {
 public:
  Call makes_fifo(const std::string& path, std::uint32_t mode = 0600) const {
    return does(op::MakeFifo{path, mode});
  }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
