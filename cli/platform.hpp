// What this platform is and offers, found out by trying.
#pragma once

#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {

report::Platform probe_platform();

// How much longer than on a usual machine processes take here to come and go; 1 at least.
double measure_slowness();

// Of the file, or of none when it cannot be read.
std::string binary_sha256(const std::string& path);

// How it can be told here that a process is blocked. Forks a process that blocks.
Evidence probe_evidence();

}  // namespace ipcspec::cli
