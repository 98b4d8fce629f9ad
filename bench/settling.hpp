// What the harness costs, as ratios against a bare baseline measured in the same run: machines
// are noisy, ratios are less so.
#pragma once

#include <string>

namespace ipcspec::bench {

// Medians in microseconds, and the 99th percentile of seeing a call blocked.
struct SettlingFigures {
  double round_trip_us = 0;          // futex words in shared memory, two processes, one processor
  double socket_round_trip_us = 0;   // the same over a socketpair, for comparison
  double fork_exit_wait_us = 0;      // bare fork, _exit, waitpid
  double settled_step_us = 0;        // a call that is answered, with a second process idle
  double settled_step_alone_us = 0;  // the same with no other process
  double shown_blocked_us = 0;       // a read of an empty pipe, issued and seen blocked
  double shown_blocked_p99_us = 0;
  double scenario_us = 0;  // making and ending a scenario of two processes
  std::string evidence;    // by which blocking was seen
};

SettlingFigures measure_settling(const std::string& directory, int cpu, int rounds);

}  // namespace ipcspec::bench
