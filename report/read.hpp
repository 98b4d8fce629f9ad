// Results read back from the JSON that json.hpp writes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "report/results.hpp"

namespace ipcspec::report {

// Says which member of what is missing or wrong.
class ReadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads ipcspec.results/1 as a matrix of one platform, or ipcspec.matrix/1. Rules that this
// program does not know are left out and counted in `unknown_rules`. Throws ReadError.
Matrix read_matrix(std::string_view text, int* unknown_rules = nullptr);

// What result_json() and platform_json() wrote. A rule that this program does not know gives a null
// `rule`. Throws ReadError.
RuleResult read_result(std::string_view json);
Platform read_platform(std::string_view json);

}  // namespace ipcspec::report
