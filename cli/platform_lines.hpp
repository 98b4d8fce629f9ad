// How far each platform is: on a terminal a line for each that is being run, kept up to date;
// elsewhere a line when one is over.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "platform/session.hpp"

namespace ipcspec::cli {

class PlatformLines {
 public:
  // Whether the end of a platform is worth a line that stays.
  enum class Ends { told, untold };
  explicit PlatformLines(Ends ends);
  PlatformLines(const PlatformLines&) = delete;
  PlatformLines& operator=(const PlatformLines&) = delete;
  // Wipes the lines that do not stay.
  ~PlatformLines();
  void show(const std::vector<platform::Progress>& all);

 private:
  void wipe();

  Ends ends_;
  bool live_;
  bool color_;
  int shown_lines_ = 0;
  std::set<std::size_t> told_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace ipcspec::cli
