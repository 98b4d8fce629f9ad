// The program's own executable: its size, and how long it takes to a first verdict.
#pragma once

#include <string>

#include "bench/child.hpp"
#include "bench/figures.hpp"

namespace ipcspec::bench {

// Throws Unsupported when the executable cannot be read, or is no ELF file of this machine's width.
SizeFigures measure_executable(const std::string& path);

// Starts the executable `rounds` times, output to /dev/null. Throws Broken when the rule is not
// kept, Unsupported when it cannot be started.
StartFigures measure_start(const std::string& path, const std::string& rule, int rounds);

}  // namespace ipcspec::bench
