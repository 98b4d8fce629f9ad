// ipcspec matrix, and ipcspec run --on: judges several platforms by the same rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipcspec::cli {

struct MatrixArguments {
  std::vector<std::string> patterns;   // of rules; none: every rule
  std::vector<std::string> platforms;  // names; none: all that are known
  std::vector<std::string> skip;       // patterns of platforms that are left out
  std::vector<std::string> kernels;    // "debian:6.1": fetched, and booted in QEMU
  std::vector<std::string> expect;     // files or directories of expectations
  std::string format = "tty";
  std::string output;  // empty: standard output
  int jobs = 0;        // rules side by side on each platform; 0: 1, or more on a lone platform
  int parallel = 0;    // platforms side by side; 0: one per usable processor
  int timeout_s = 60;
  int repeat = 1;
  bool no_fail = false;  // verdicts do not count for the exit status
  std::optional<std::uint64_t> seed;
};

// Return the exit status.
int matrix(const MatrixArguments& arguments);
int run_on(const MatrixArguments& arguments);

}  // namespace ipcspec::cli
