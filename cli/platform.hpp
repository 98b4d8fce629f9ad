// What this platform is and offers, found out by trying.
#pragma once

#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {

report::Platform probe_platform();

// How it can be told here that a process is blocked. Forks a process that blocks.
Evidence probe_evidence();

}  // namespace ipcspec::cli
