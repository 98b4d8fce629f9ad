// Whether the schedules and the model find out a kernel that lies.
#pragma once

#include <cstddef>
#include <string>

#include "harness/lying_kernel.hpp"
#include "harness/session.hpp"

namespace ipcspec::properties {

struct Conviction {
  bool convicted = false;
  std::size_t schedules = 0;  // that were run, the convicting one included
  std::string rule;           // that was broken; empty when nothing was allowed
  std::string seen;           // what no state of the kernel explains
  std::string script;         // text form of the schedule
};

// Runs schedules over the lie's mechanisms, those of seed 1, 2, ..., until the judge accuses the
// kernel that tells the lie and does not accuse this one of the same schedule, at most so many.
// Throws Unsupported and Broken when the session cannot be had.
Conviction convict(const harness::KernelLie& lie, const harness::ControllerOptions& options,
                   std::size_t schedules_max);

}  // namespace ipcspec::properties
