// The line on a terminal that tells how far a run is; nothing elsewhere.
#pragma once

#include <chrono>

#include "cli/rule_runner.hpp"

namespace ipcspec::cli {

class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  // Wipes the line.
  ~ProgressLine();
  void show(const Progress& progress);

 private:
  bool shown_;
  bool color_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace ipcspec::cli
