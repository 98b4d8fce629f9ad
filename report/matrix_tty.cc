#include "report/matrix_tty.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace ipcspec::report {
namespace {

struct Deviation {
  const Results* results;
  const RuleResult* result;
};

using Deviations = std::map<std::string_view, std::vector<Deviation>>;

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find('\n'), text.size())));
}

std::size_t name_columns(const Matrix& matrix) {
  std::size_t columns = 8;
  for (const Results& results : matrix.platforms) {
    columns = std::max(columns, results.platform.name.size());
  }
  return columns;
}

std::string platform_line(const Results& results, std::size_t columns, const Counts& shown,
                          const TtyOptions& options) {
  const Counts counts = count_verdicts(results);
  std::string line = fmt::format("{:<{}}  {:<24.24}", results.platform.name, columns,
                                 results.platform.release + " " + results.platform.machine);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (shown[i] == 0 && i != 0) continue;
    const std::string number = counts[i] == 0 ? "-" : std::to_string(counts[i]);
    line += painted(static_cast<Verdict>(i), fmt::format("{:>12}", number),
                    options.color && counts[i] > 0);
  }
  // Programs of earlier versions do not tell it.
  const double cpu = cpu_s(results);
  return line + fmt::format("  {:<8}{:>7.1f}{:>8.1f}{:>8}\n", to_string(results.platform.evidence),
                            results.start_s, results.duration_s,
                            cpu > 0 ? fmt::format("{:.1f}", cpu) : "-");
}

std::string table(const Matrix& matrix, const TtyOptions& options) {
  const std::size_t columns = name_columns(matrix);
  Counts shown{};
  for (const Results& results : matrix.platforms) {
    const Counts counts = count_verdicts(results);
    for (std::size_t i = 0; i < counts.size(); ++i) shown[i] += counts[i];
  }
  std::string text = fmt::format("{:<{}}  {:<24}", "platform", columns, "kernel");
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] > 0 || i == 0) text += fmt::format("{:>12}", kVerdictNames[i]);
  }
  text += fmt::format("  {:<8}{:>7}{:>8}{:>8}\n", "blocked", "start s", "all s", "cpu s");
  for (const Results& results : matrix.platforms) {
    if (results.missing.empty()) text += platform_line(results, columns, shown, options);
  }
  return text;
}

std::string missing_text(const Matrix& matrix, int width_columns) {
  std::string text;
  for (const Results& results : matrix.platforms) {
    if (results.missing.empty()) continue;
    text +=
        fmt::format("\n{} was not run: {} is missing\n", results.platform.name, results.missing);
    text += wrapped(results.remedy, kDetailIndent, width_columns);
  }
  return text;
}

std::string trouble_text(const Matrix& matrix, int width_columns) {
  std::string text;
  for (const Results& results : matrix.platforms) {
    const auto add = [&](const std::string& what) {
      text += fmt::format("\n{}: ", results.platform.name);
      text += wrapped(what, kDetailIndent, width_columns).substr(kDetailIndent);
    };
    for (const std::string& incident : results.incidents) {
      if (incident != results.stopped_by) add(incident);
    }
    if (!results.stopped_by.empty()) {
      add(fmt::format("{} rules were not run: {}", results.not_run, results.stopped_by));
    }
    for (const std::string& stale : results.stale) add(stale);
  }
  return text;
}

Deviations deviations_of(const Matrix& matrix) {
  Deviations deviations;
  for (const Results& results : matrix.platforms) {
    for (const RuleResult& result : results.rules) {
      if (result.verdict != Verdict::pass) {
        deviations[result.rule->id].push_back({&results, &result});
      }
    }
  }
  return deviations;
}

// Platforms that gave the same answer stand together.
std::string deviation_text(std::string_view id, const std::vector<Deviation>& deviations,
                           const TtyOptions& options) {
  std::string text = fmt::format("\n{}\n", id);
  std::map<std::pair<Verdict, std::string>, std::vector<std::string>> groups;
  for (const Deviation& deviation : deviations) {
    std::string why = first_line(deviation.result->message);
    if (!deviation.result->expected.empty()) why += "; expected: " + deviation.result->expected;
    groups[{deviation.result->verdict, why}].push_back(deviation.results->platform.name);
  }
  for (const auto& [key, names] : groups) {
    const std::string verdict = fmt::format("{:<12}", to_string(key.first));
    std::string lines = wrapped(fmt::format("{}: {}", fmt::join(names, ", "), key.second),
                                kDetailIndent + 12, options.width_columns);
    lines.replace(kDetailIndent, 12, painted(key.first, verdict, options.color));
    text += lines;
  }
  return text;
}

}  // namespace

std::string trouble_tty(const Matrix& matrix, const TtyOptions& options) {
  return missing_text(matrix, options.width_columns) + trouble_text(matrix, options.width_columns);
}

std::string matrix_tty(const Matrix& matrix, const TtyOptions& options) {
  std::string text = table(matrix, options);
  for (const auto& [id, deviations] : deviations_of(matrix)) {
    text += deviation_text(id, deviations, options);
  }
  text += trouble_tty(matrix, options);
  const auto run = std::count_if(matrix.platforms.begin(), matrix.platforms.end(),
                                 [](const Results& results) { return results.missing.empty(); });
  return text + fmt::format("\n{} of {} platforms in {:.1f} s\n", run, matrix.platforms.size(),
                            matrix.duration_s);
}

}  // namespace ipcspec::report
