// How many random schedules are carried out and judged in a second.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/figures.hpp"
#include "harness/session.hpp"

namespace ipcspec::bench {

// What one schedule consisted of.
struct Carried {
  int processes = 0;
  int calls = 0;
};
// Does all that is to be timed of the schedule of that number. Throws Broken.
using Carry = std::function<Carried(harness::Session& session, std::uint64_t number)>;

// `directory` and `name_prefix` are those of a run; `cpus` the processors to use, one controller on
// each, which carries out so many schedules. Give it a process of its own. Throws Unsupported and
// Broken.
ScheduleFigures measure_schedules(const std::string& directory, const std::string& name_prefix,
                                  const std::vector<int>& cpus, int schedules, const Carry& carry);

}  // namespace ipcspec::bench
