#include "report/tap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ipcspec::report {
namespace {

// A string in JSON is one in YAML too.
std::string yaml_quoted(std::string_view text) {
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

std::string diagnostics(const RuleResult& result, const std::string& platform) {
  std::string yaml = "  ---\n";
  const auto add = [&](std::string_view key, std::string_view value) {
    yaml += fmt::format("  {}: {}\n", key, yaml_quoted(value));
  };
  add("verdict", to_string(result.verdict));
  add("sentence", result.rule->sentence);
  add("sources", sources_of(*result.rule));
  add("evidence", to_string(result.evidence));
  yaml += fmt::format("  duration_us: {}\n", result.duration_us);
  add("message", result.message);
  add("rerun", rerun_command(*result.rule, platform));
  if (!result.trace.empty()) add("trace", result.trace);
  return yaml + "  ...\n";
}

bool is_skipped(const RuleResult& result) {
  return result.verdict == Verdict::unsupported || result.verdict == Verdict::unjudged;
}

std::string test_point(const RuleResult& result, const std::string& platform, int number) {
  const bool ok = is_skipped(result) || result.verdict == Verdict::pass;
  std::string text = fmt::format("{} {} - {}", ok ? "ok" : "not ok", number, result.rule->id);
  if (is_skipped(result)) {
    text +=
        fmt::format(" # SKIP {}: {}", to_string(result.verdict), directive_text(result.message));
  } else if (!result.expected.empty()) {
    // tidy-allow(unfinished): the directive's name
    text += " # TODO expected: " + directive_text(result.expected);
  }
  return text + "\n" + (result.verdict == Verdict::pass ? "" : diagnostics(result, platform));
}

// The plan, the test points and, where it stopped early, why.
std::string body_tap(const Results& results) {
  std::string text = fmt::format("1..{}{}\n", results.rules.size(),
                                 results.rules.empty() ? " # SKIP no rule was run" : "");
  int number = 0;
  for (const RuleResult& result : results.rules) {
    text += test_point(result, results.platform.name, ++number);
  }
  return text;
}

std::string indented(std::string_view text, std::size_t columns) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += std::string(columns, ' ') + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

std::string platform_directive(const Results& results) {
  return results.missing.empty()
             ? std::string()
             : " # SKIP " + directive_text(results.missing + " is missing; " + results.remedy);
}

bool is_ok(const Results& results) {
  return !results.missing.empty() ||
         (exit_code_of(results) == kExitKept && results.stopped_by.empty());
}

std::string ktap_point(const RuleResult& result, const std::string& platform, int number) {
  const bool ok = is_skipped(result) || result.verdict == Verdict::pass;
  std::string text = fmt::format("{} {} {}", ok ? "ok" : "not ok", number, result.rule->id);
  const std::string message = directive_text(result.message);
  if (is_skipped(result)) return text + fmt::format(" # SKIP {}\n", message);
  if (result.verdict == Verdict::pass) return text + "\n";
  if (!result.expected.empty()) {
    text += " # XFAIL " + directive_text(result.expected);
  } else if (result.verdict == Verdict::unknown) {
    text += " # TIMEOUT";
  } else if (result.verdict == Verdict::broken) {
    text += " # ERROR";
  }
  text += fmt::format("\n# {}: {}\n# {}\n# rerun: {}\n", to_string(result.verdict),
                      result.rule->sentence, message, rerun_command(*result.rule, platform));
  for (std::string_view trace = result.trace; !trace.empty();) {
    const std::size_t end = std::min(trace.find('\n'), trace.size());
    text += "# " + std::string(trace.substr(0, end)) + "\n";
    trace.remove_prefix(std::min(end + 1, trace.size()));
  }
  return text;
}

}  // namespace

std::string results_tap(const Results& results) {
  std::string text = "TAP version 14\n" + body_tap(results);
  if (!results.stopped_by.empty()) {
    text += fmt::format("Bail out! stopped by {}\n", directive_text(results.stopped_by));
  }
  return text;
}

std::string matrix_tap(const Matrix& matrix) {
  std::string text = fmt::format("TAP version 14\n1..{}\n", matrix.platforms.size());
  int number = 0;
  for (const Results& results : matrix.platforms) {
    text += fmt::format("# Subtest: {}\n", results.platform.name);
    if (results.missing.empty()) text += indented(body_tap(results), 4);
    text += fmt::format("{} {} - {}{}\n", is_ok(results) ? "ok" : "not ok", ++number,
                        directive_text(results.platform.name), platform_directive(results));
    if (!results.stopped_by.empty()) {
      text += fmt::format("  ---\n  stopped_by: {}\n  ...\n", yaml_quoted(results.stopped_by));
    }
  }
  return text;
}

std::string matrix_ktap(const Matrix& matrix) {
  std::string text = fmt::format("KTAP version 1\n1..{}\n", matrix.platforms.size());
  int number = 0;
  for (const Results& results : matrix.platforms) {
    std::string body = fmt::format("KTAP version 1\n# Subtest: {}\n1..{}\n", results.platform.name,
                                   results.rules.size());
    int point = 0;
    for (const RuleResult& result : results.rules) {
      body += ktap_point(result, results.platform.name, ++point);
    }
    if (!results.stopped_by.empty()) {
      body += "# stopped by " + directive_text(results.stopped_by) + "\n";
    }
    if (results.missing.empty()) text += indented(body, 2);
    text += fmt::format("{} {} {}{}\n", is_ok(results) ? "ok" : "not ok", ++number,
                        directive_text(results.platform.name), platform_directive(results));
  }
  return text;
}

}  // namespace ipcspec::report
