// ipcspec platforms: which platforms there are, and what is missing for the others.
#pragma once

#include <string>

namespace ipcspec::cli {

struct PlatformsArguments {
  std::string format = "tty";
  bool quick = false;  // look only, start nothing
};

// Returns the exit status.
int platforms(const PlatformsArguments& arguments);

}  // namespace ipcspec::cli
