#include "report/tty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "spec/cheatsheet.hpp"

namespace ipcspec::report {
namespace {

constexpr int kWidthMin = 40;
constexpr const char* kPlain = "\033[0m";
constexpr const char* kBold = "\033[1m";

const char* color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "\033[32m";
    case Verdict::unsupported:
    case Verdict::unjudged:
      return "\033[36m";
    case Verdict::unknown:
    case Verdict::broken:
      return "\033[33m";
    case Verdict::fail:
      return "\033[1;31m";
  }
  return kPlain;
}

std::string bold(std::string_view text, bool color) {
  return color ? kBold + std::string(text) + kPlain : std::string(text);
}

std::string table(const Results& results, const TtyOptions& options) {
  std::map<spec::Mechanism, Counts> by_mechanism;
  for (const RuleResult& result : results.rules) {
    ++by_mechanism[result.rule->mechanism][static_cast<std::size_t>(result.verdict)];
  }
  const Counts total = count_verdicts(results);
  const auto columns = [&](auto cell) {
    std::string line;
    for (std::size_t i = 0; i < total.size(); ++i) {
      // A verdict that nothing got has no column; pass always has one.
      if (total[i] > 0 || i == 0) line += cell(i);
    }
    return line;
  };
  const auto row = [&](std::string_view name, const Counts& counts) {
    return fmt::format("{:<12}", name) + columns([&](std::size_t i) {
             const std::string number = counts[i] == 0 ? "-" : std::to_string(counts[i]);
             return painted(static_cast<Verdict>(i), fmt::format("{:>13}", number),
                            options.color && counts[i] > 0);
           }) +
           "\n";
  };
  std::string text = bold(fmt::format("{:<12}", "mechanism") + columns([](std::size_t i) {
                            return fmt::format("{:>13}", kVerdictNames[i]);
                          }),
                          options.color) +
                     "\n";
  for (const auto& [mechanism, counts] : by_mechanism) text += row(to_string(mechanism), counts);
  if (by_mechanism.size() > 1) text += row("all", total);
  return text;
}

std::string detail(const RuleResult& result, const Results& results, const TtyOptions& options) {
  std::string text = fmt::format("\n{} {}\n", shouted(result.verdict, options.color),
                                 bold(result.rule->id, options.color));
  text += wrapped(result.rule->sentence, kDetailIndent, options.width_columns);
  const auto add = [&](std::string_view label, std::string_view value) {
    text += labelled(label, value, options.width_columns);
  };
  add("source", fmt::format("{} ({})", sources_of(*result.rule), to_string(result.rule->force)));
  if (!result.message.empty()) {
    const bool seen = result.verdict == Verdict::fail || result.verdict == Verdict::unjudged;
    add(seen ? "seen" : "reason", result.message);
  }
  if (!result.model.empty()) add("model", result.model);
  if (!result.expected.empty()) add("expected", result.expected);
  if (result.evidence != Evidence::none) add("blocking", to_string(result.evidence));
  if (results.repeat > 1) add("runs", to_text(result.runs));
  if (!result.picture.empty()) text += "\n" + indented(result.picture, kDetailIndent) + "\n";
  add("again", rerun_command(*result.rule, results.platform.name));
  return text;
}

std::string headline(const Results& results) {
  const Platform& platform = results.platform;
  std::string text =
      fmt::format("{} {} {}, uid {}, blocked calls {}", platform.system, platform.release,
                  platform.machine, platform.uid, to_string(platform.evidence));
  if (results.seed) text += fmt::format(", seed {}", *results.seed);
  return text + "\n\n";
}

}  // namespace

std::string wrapped(std::string_view text, int indent, int width_columns) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  const auto room = static_cast<std::size_t>(std::max(width_columns - indent, kWidthMin));
  std::string result;
  while (true) {
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, line_end);
    do {
      std::size_t cut = line.size();
      if (cut > room) {
        cut = line.rfind(' ', room);
        if (cut == std::string_view::npos || cut == 0) cut = std::min(line.find(' '), line.size());
      }
      result += margin + std::string(line.substr(0, cut)) + "\n";
      line.remove_prefix(std::min(cut + 1, line.size()));
    } while (!line.empty());
    if (line_end == text.size()) return result;
    text.remove_prefix(line_end + 1);
  }
}

std::string labelled(std::string_view label, std::string_view text, int width_columns) {
  const std::string padded = fmt::format("{:<12}", label);
  std::string lines = wrapped(text, kDetailIndent + static_cast<int>(padded.size()), width_columns);
  // The label takes the place of the first line's indent.
  return lines.replace(kDetailIndent, padded.size(), padded);
}

std::string indented(std::string_view text, int indent) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += std::string(static_cast<std::size_t>(indent), ' ');
    result += std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string painted(Verdict verdict, std::string_view text, bool color) {
  return color ? color_of(verdict) + std::string(text) + kPlain : std::string(text);
}

std::string shouted(Verdict verdict, bool color) {
  std::string name(to_string(verdict));
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return painted(verdict, name, color);
}

std::string results_tty(const Results& results, const TtyOptions& options) {
  std::string text = headline(results) + table(results, options);
  for (const RuleResult& result : results.rules) {
    if (result.verdict != Verdict::pass) text += detail(result, results, options);
  }
  // Earlier results do not say it.
  const double cpu = cpu_s(results);
  const std::string cpu_text = cpu > 0 ? fmt::format(" ({:.2f} s of processor time)", cpu) : "";
  text += fmt::format("\n{} of {} rules in {:.2f} s{}: {}", results.rules.size(),
                      results.rules.size() + static_cast<std::size_t>(results.not_run),
                      results.duration_s, cpu_text, to_text(count_verdicts(results)));
  // Earlier results do not say what the model said.
  if (std::ranges::any_of(results.rules, [](const auto& one) { return !one.model.empty(); })) {
    text += fmt::format(" ({} confirmed by the model)",
                        std::ranges::count_if(results.rules, is_confirmed));
  }
  text += "\n";
  if (!results.stopped_by.empty()) {
    text +=
        fmt::format("stopped by {}; {} rules were not run\n", results.stopped_by, results.not_run);
  }
  return text;
}

std::string rule_tty(const spec::Rule& rule, const TtyOptions& options) {
  std::string text = bold(rule.id, options.color) + "\n";
  text += wrapped(rule.sentence, kDetailIndent, options.width_columns);
  const auto add = [&](std::string_view label, std::string_view value) {
    text += labelled(label, value, options.width_columns);
  };
  add("mechanism", to_string(rule.mechanism));
  add("force", to_string(rule.force));
  for (const spec::Source& source : rule.sources) {
    add("source", fmt::format("{} {}", source.work, source.place));
  }
  for (const std::string_view id : rule.cheat_sheet) {
    const spec::CheatSheetItem* item = spec::find_cheat_sheet_item(id);
    add("cheat sheet", fmt::format("{}: {}", id, item == nullptr ? "" : item->text));
  }
  if (!rule.erratum.empty()) add("erratum", rule.erratum);
  if (!rule.untestable.empty()) add("untestable", rule.untestable);
  return text;
}

}  // namespace ipcspec::report
