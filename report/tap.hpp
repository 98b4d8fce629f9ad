// Results as TAP version 14: a test point per rule, diagnostics as YAML. Unsupported and unjudged
// rules carry the directive SKIP; unknown and broken ones are not ok.
#pragma once

#include <string>

#include "report/results.hpp"

namespace ipcspec::report {

std::string results_tap(const Results& results);

}  // namespace ipcspec::report
