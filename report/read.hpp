// Results read back from the JSON that json.hpp writes.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "report/results.hpp"

namespace ipcspec::report {

// Which member is missing or wrong, as what is said of a file: "lacks the member 'rules'".
struct ReadError {
  std::string what;
};

// Reads ipcspec.results/1 as a matrix of one platform, or ipcspec.matrix/1. Rules that this
// program does not know are left out and counted in `unknown_rules`.
std::variant<Matrix, ReadError> read_matrix(std::string_view text, int* unknown_rules = nullptr);

// What result_json() and platform_json() wrote. A rule that this program does not know gives a null
// `rule`.
std::variant<RuleResult, ReadError> read_result(std::string_view json);
std::variant<Platform, ReadError> read_platform(std::string_view json);

}  // namespace ipcspec::report
