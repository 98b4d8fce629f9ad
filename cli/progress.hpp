// The line on a terminal that tells how far a command is; nothing elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "cli/rule_runner.hpp"

namespace ipcspec::cli {

// One line that each text takes the place of.
class StatusLine {
 public:
  StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  // Wipes the line.
  ~StatusLine();
  bool shown() const { return shown_; }
  // Of what is longer than the line the beginning; so `text` has no colours.
  void show(const std::string& text);
  // `text` is known to fit.
  void show_whole(const std::string& text);

 private:
  bool shown_;
};

// How far a run of rules is.
class ProgressLine {
 public:
  ProgressLine();
  void show(const Progress& progress);

 private:
  StatusLine line_;
  bool color_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace ipcspec::cli
