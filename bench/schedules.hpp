// How many scripts the harness carries out in a second: what random schedules cost before anybody
// judges them.
#pragma once

#include <string>
#include <vector>

#include "bench/figures.hpp"

namespace ipcspec::bench {

// `directory` and `name_prefix` are those of a run; `cpus` the processors to use, one controller on
// each. Give it a process of its own. Throws Unsupported and Broken.
ScheduleFigures measure_schedules(const std::string& directory, const std::string& name_prefix,
                                  const std::vector<int>& cpus, int rounds);

}  // namespace ipcspec::bench
