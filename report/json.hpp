// Results and rules as JSON; docs/results.md describes both schemas.
#pragma once

#include <span>
#include <string>

#include "report/results.hpp"

namespace ipcspec::report {

inline constexpr const char* kResultsSchema = "ipcspec.results/1";
inline constexpr const char* kMatrixSchema = "ipcspec.matrix/1";
inline constexpr const char* kRulesSchema = "ipcspec.rules/1";

std::string results_json(const Results& results);
std::string matrix_json(const Matrix& matrix);
// One rule's, on one line, with the operations that its test used.
std::string result_json(const RuleResult& result);
std::string platform_json(const Platform& platform);
std::string rules_json(std::span<const spec::Rule* const> rules);

}  // namespace ipcspec::report
