// A script is data that anybody may have written, and shrinking makes scripts that nobody wrote.
// Its calls are made as they stand, but for those that would reach beyond their scenario or that
// the harness itself could not survive.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ops/op.hpp"

namespace ipcspec::harness {

struct Inside {
  std::function<bool(std::int64_t pid)> has_process;
  std::string name_prefix;  // of the names of shared memory, semaphores and queues
};

// "it would signal a process outside the scenario"; empty when the call can be made.
std::string reaches_outside(const op::Op& op, const Inside& inside);

}  // namespace ipcspec::harness
