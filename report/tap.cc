#include "report/tap.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ipcspec::report {
namespace {

// A string in JSON is one in YAML too.
std::string quoted(std::string_view text) {
  using Json = nlohmann::json;
  return Json(std::string(text)).dump(-1, ' ', true, Json::error_handler_t::replace);
}

// A directive is one line, and in TAP '#' and '\' have a meaning.
std::string directive_text(std::string_view text) {
  std::string line;
  for (const char character : text) {
    if (character == '\n' || character == '\r') {
      line += ' ';
    } else {
      if (character == '#' || character == '\\') line += '\\';
      line += character;
    }
  }
  return line;
}

std::string diagnostics(const RuleResult& result) {
  std::string yaml = "  ---\n";
  const auto add = [&](std::string_view key, std::string_view value) {
    yaml += fmt::format("  {}: {}\n", key, quoted(value));
  };
  add("verdict", to_string(result.verdict));
  add("sentence", result.rule->sentence);
  add("sources", sources_of(*result.rule));
  add("evidence", to_string(result.evidence));
  yaml += fmt::format("  duration_us: {}\n", result.duration_us);
  add("message", result.message);
  add("rerun", rerun_command(*result.rule));
  if (!result.trace.empty()) add("trace", result.trace);
  return yaml + "  ...\n";
}

}  // namespace

std::string results_tap(const Results& results) {
  std::string text = fmt::format("TAP version 14\n1..{}{}\n", results.rules.size(),
                                 results.rules.empty() ? " # SKIP no rule was run" : "");
  int number = 0;
  for (const RuleResult& result : results.rules) {
    const bool skipped =
        result.verdict == Verdict::unsupported || result.verdict == Verdict::unjudged;
    const bool ok = skipped || result.verdict == Verdict::pass;
    text += fmt::format("{} {} - {}", ok ? "ok" : "not ok", ++number, result.rule->id);
    if (skipped) {
      text +=
          fmt::format(" # SKIP {}: {}", to_string(result.verdict), directive_text(result.message));
    }
    text += "\n";
    if (result.verdict != Verdict::pass) text += diagnostics(result);
  }
  if (!results.stopped_by.empty()) {
    text += fmt::format("Bail out! stopped by {}\n", results.stopped_by);
  }
  return text;
}

}  // namespace ipcspec::report
