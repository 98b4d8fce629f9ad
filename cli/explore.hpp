// ipcspec explore: random schedules of random processes, carried out here and judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ipcspec::cli {

inline constexpr int kExploredProcessesMax = 26;
inline constexpr int kExploredStepsMax = 1000;
inline constexpr int kExplorersMax = 1024;

struct ExploreArguments {
  std::optional<std::uint64_t> seed;  // drawn when it is not given
  std::uint64_t first = 0;            // number of the first schedule
  std::optional<std::uint64_t> schedules;
  std::string duration;  // "30s", "5m", "2h"; empty: as long as the schedules take
  int processes = 5;
  int steps = 16;
  std::string mechanisms;  // "pipe,fifo"; empty: all
  std::string profile = "linux";
  int jobs = 0;  // 0: one for each usable processor
  std::string findings = "ipcspec-findings";
  std::string format = "tty";
};

// Returns the exit status: 1 when a rule was broken, 3 when something could not be judged through
// our fault. Throws UsageError.
int explore(const ExploreArguments& arguments);

}  // namespace ipcspec::cli
