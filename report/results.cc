#include "report/results.hpp"

namespace ipcspec::report {

Counts count_verdicts(const Results& results) {
  Counts counts{};
  for (const RuleResult& result : results.rules) {
    ++counts[static_cast<std::size_t>(result.verdict)];
  }
  return counts;
}

int exit_code_of(const Results& results) {
  const Counts counts = count_verdicts(results);
  const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  if (count(Verdict::fail) > 0) return kExitViolated;
  return count(Verdict::broken) + count(Verdict::unknown) > 0 ? kExitBroken : kExitKept;
}

std::string sources_of(const spec::Rule& rule) {
  std::string text;
  for (const spec::Source& source : rule.sources) {
    if (!text.empty()) text += ", ";
    text += source.work;
    if (!source.place.empty()) text += " " + std::string(source.place);
  }
  return text;
}

std::string rerun_command(const spec::Rule& rule) { return "ipcspec run " + std::string(rule.id); }

std::string to_text(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(counts[i]) + " " + std::string(kVerdictNames[i]);
  }
  return text.empty() ? "no rule was run" : text;
}

}  // namespace ipcspec::report
