// Many sessions at once, so many as there are processors.
#pragma once

#include <signal.h>

#include <functional>
#include <string>
#include <vector>

#include "platform/session.hpp"

namespace ipcspec::platform {

struct Conduct {
  std::vector<Platform> platforms;
  Order order;
  std::string program;  // to be carried
  int parallel = 1;     // platforms at a time
  // Signals that are let in while waiting, and what asked this program to stop; empty: nothing.
  const sigset_t* mask_while_waiting = nullptr;
  std::function<std::string()> stopped_by;
  // Called whenever something has come, and twice a second at least.
  std::function<void(const std::vector<Progress>&)> watch;
};

// Blocks until every platform has its results or the program is asked to stop. Platforms that
// lack something are not started; their results say what is missing. Nothing that was started is
// left. Throws Unsupported when there is no directory to work in.
report::Matrix conduct(const Conduct& plan);

}  // namespace ipcspec::platform
