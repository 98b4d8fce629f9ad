// Results as JUnit XML: a test suite per mechanism, a test case per rule. Unsupported and unjudged
// rules are skipped, violated ones failures, broken and unknown ones errors.
#pragma once

#include <string>
#include <string_view>

#include "report/results.hpp"

namespace ipcspec::report {

std::string results_junit(const Results& results);

// `text` for use in content or a quoted attribute. Bytes that XML 1.0 cannot hold, and those that
// are not UTF-8, are written as \xHH.
std::string xml_escaped(std::string_view text);

}  // namespace ipcspec::report
