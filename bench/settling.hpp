// What the harness costs, as ratios against a bare baseline measured in the same run: machines
// are noisy, ratios are less so.
#pragma once

#include <string>

#include "bench/figures.hpp"

namespace ipcspec::bench {

// `directory` and `name_prefix` are those of a run. Pins the calling process, so give it one of its
// own. Throws Unsupported and Broken.
SettlingFigures measure_settling(const std::string& directory, const std::string& name_prefix,
                                 int cpu, int rounds);

}  // namespace ipcspec::bench
