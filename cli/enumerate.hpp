// ipcspec enumerate: every script of a small scope, carried out and judged.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::cli {

struct EnumerateArguments {
  std::vector<std::string> mechanisms;  // empty: all
  int processes = 2;
  int calls = 0;  // 0: as many as take minutes, not hours
  int racing = 2;
  int jobs = 0;  // 0: one for each usable processor
  bool count_only = false;
  std::string profile = "linux";
  std::string findings;  // directory for what breaks a rule; empty: nothing is kept
};

// Returns the exit status.
int enumerate(const EnumerateArguments& arguments);

}  // namespace ipcspec::cli
