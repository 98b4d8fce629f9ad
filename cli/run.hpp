// ipcspec run: judges rules and says what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipcspec::cli {

struct RunArguments {
  std::vector<std::string> patterns;  // none: every rule
  std::string format = "tty";
  std::string output;               // empty: standard output
  std::string summary;              // a file for a short summary besides; empty: none
  std::vector<std::string> expect;  // files or directories of expectations
  int jobs = 0;                     // 0: two per usable processor
  int timeout_s = 60;
  int repeat = 1;
  bool fail_fast = false;
  bool no_fail = false;  // verdicts do not count for the exit status
  std::optional<std::uint64_t> seed;
};

// Returns the exit status.
int run(const RunArguments& arguments);

}  // namespace ipcspec::cli
