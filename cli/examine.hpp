// What this platform offers, feature by feature, found out by trying.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::cli {

struct Finding {
  std::string name;         // "message queues"
  std::string value;        // "work"
  bool limited = false;     // something cannot be judged, or only with weaker evidence
  std::string consequence;  // what, and what would help; empty when not limited
};

// Tries everything out; leaves nothing behind.
std::vector<Finding> examine();

}  // namespace ipcspec::cli
