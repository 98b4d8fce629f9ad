// Results as TAP version 14: a test point per rule, diagnostics as YAML. Unsupported and unjudged
// rules carry the directive SKIP; deviations that are expected are those that TAP calls to be done
// yet; unknown and broken rules are not ok. A platform is a subtest. KTAP, which kernel CI reads,
// has the same test points with its own directives and comments instead of YAML.
#pragma once

#include <string>

#include "report/results.hpp"

namespace ipcspec::report {

std::string results_tap(const Results& results);
std::string matrix_tap(const Matrix& matrix);
std::string matrix_ktap(const Matrix& matrix);

}  // namespace ipcspec::report
