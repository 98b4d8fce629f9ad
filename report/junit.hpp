// Results as JUnit XML: a test suite per mechanism, a test case per rule. Unsupported and unjudged
// rules are skipped, as are deviations that are expected; violated ones are failures, broken and
// unknown ones errors. Of several platforms each has test suites of its own.
#pragma once

#include <string>
#include <string_view>

#include "report/results.hpp"

namespace ipcspec::report {

std::string results_junit(const Results& results);
std::string matrix_junit(const Matrix& matrix);

// `text` for use in content or a quoted attribute. Bytes that XML 1.0 cannot hold, and those that
// are not UTF-8, are written as \xHH.
std::string xml_escaped(std::string_view text);

}  // namespace ipcspec::report
