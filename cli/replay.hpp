// ipcspec replay: a script carried out on this kernel, and judged.
#pragma once

#include <string>

namespace ipcspec::cli {

struct ReplayArguments {
  std::string file;  // "-" is standard input
  int times = 1;
  std::string profile = "linux";
  std::string trace;     // where the trace goes; empty: nowhere
  std::string findings;  // directory for what breaks a rule; empty: nothing is kept
};

// Returns the exit status.
int replay(const ReplayArguments& arguments);

}  // namespace ipcspec::cli
