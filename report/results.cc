#include "report/results.hpp"

namespace ipcspec::report {

Counts count_verdicts(const Results& results) {
  Counts counts{};
  for (const RuleResult& result : results.rules) {
    ++counts[static_cast<std::size_t>(result.verdict)];
  }
  return counts;
}

bool is_confirmed(const RuleResult& result) {
  return result.verdict == Verdict::pass
             ? result.model == "conforms"
             : result.verdict == Verdict::fail && result.model.starts_with("refuses");
}

double cpu_s(const Results& results) {
  std::int64_t all_us = 0;
  for (const RuleResult& result : results.rules) all_us += result.cpu_us;
  return static_cast<double>(all_us) / 1e6;
}

void merge(RuleResult& kept, RuleResult&& further) {
  Counts runs = kept.runs;
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i] += further.runs[i];
  if (further.verdict > kept.verdict) kept = std::move(further);
  kept.runs = runs;
}

int exit_code_of(const Results& results) {
  Counts counts{};
  for (const RuleResult& result : results.rules) {
    if (result.expected.empty()) ++counts[static_cast<std::size_t>(result.verdict)];
  }
  const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  if (count(Verdict::fail) > 0) return kExitViolated;
  return count(Verdict::broken) + count(Verdict::unknown) > 0 ? kExitBroken : kExitKept;
}

int exit_code_of(const Matrix& matrix) {
  bool violated = false;
  bool broken = false;
  for (const Results& results : matrix.platforms) {
    if (!results.missing.empty()) continue;
    const int code = exit_code_of(results);
    violated = violated || code == kExitViolated;
    broken = broken || code == kExitBroken || !results.stopped_by.empty();
  }
  return violated ? kExitViolated : broken ? kExitBroken : kExitKept;
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

std::string rerun_command(const spec::Rule& rule, const std::string& platform) {
  std::string here = "ipcspec run " + std::string(rule.id);
  if (platform.empty() || platform == "native") return here;
  std::string quoted;
  for (const char character : platform) {
    quoted += character == '\'' ? "'\\''" : std::string(1, character);
  }
  return here + " --on '" + quoted + "'";
}

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
