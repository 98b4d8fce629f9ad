// How the program is started in each platform.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "platform/platform.hpp"

namespace ipcspec::platform {

// Everything that a new process needs to know to become the platform's command.
struct Start {
  std::vector<std::string> arguments;                            // the first one is a path
  std::vector<std::pair<std::string, std::string>> environment;  // on top of ours
  std::string directory;                                         // to work in; empty: ours
  std::function<void()> before_exec;  // in the new process; throws Broken when it cannot be done
  // Commands that remove what the platform's own tools keep elsewhere, run however it ended.
  std::vector<std::vector<std::string>> cleanups;
};

struct StartRequest {
  std::string program;    // the static program to be carried in
  std::string order;      // what it is to do there
  std::string directory;  // an empty one for this start alone; removed afterwards
  std::string unique;     // a name that no other start of this machine has
  int attempt = 0;        // counts starts at which the platform did not come up
};

// Makes what the platform needs in the request's directory. Throws Broken.
Start prepare_start(const Platform& platform, const StartRequest& request);

// How long the platform may take until the program speaks.
int start_limit_s(const Platform& platform);

}  // namespace ipcspec::platform
