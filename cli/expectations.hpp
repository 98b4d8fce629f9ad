// The files of known deviations that the command line names.
#pragma once

#include <string>
#include <vector>

#include "report/expect.hpp"

namespace ipcspec::cli {

// Of files, and of all *.expect in directories. Throws UsageError.
std::vector<report::Expectation> read_expectations(const std::vector<std::string>& paths);

}  // namespace ipcspec::cli
