#include "report/junit.hpp"

#include <fmt/format.h>

#include <iterator>
#include <vector>

namespace ipcspec::report {
namespace {

// Length of the UTF-8 character at the start of `text` that XML may hold, or 0.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? (lead == 0x7f ? 0 : 1)
                                                                        : 0;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  std::uint32_t point = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3fu);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || point > 0x10ffff) return 0;
  if ((point >= 0xd800 && point <= 0xdfff) || (point & 0xfffe) == 0xfffe) return 0;
  return length;
}

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

struct Suite {
  std::string_view name;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  std::int64_t duration_us = 0;
  std::vector<const RuleResult*> results;
};

void add(Suite& suite, const RuleResult& result) {
  suite.results.push_back(&result);
  suite.duration_us += result.duration_us;
  suite.failures += result.verdict == Verdict::fail;
  suite.errors += result.verdict == Verdict::broken || result.verdict == Verdict::unknown;
  suite.skipped += result.verdict == Verdict::unsupported || result.verdict == Verdict::unjudged;
}

std::vector<Suite> suites_of(const Results& results) {
  std::vector<Suite> suites;
  for (const RuleResult& result : results.rules) {
    const std::string_view name = to_string(result.rule->mechanism);
    if (suites.empty() || suites.back().name != name)
      suites.push_back({.name = name, .results = {}});
    add(suites.back(), result);
  }
  return suites;
}

std::string case_xml(const RuleResult& result) {
  std::string head = fmt::format(R"(    <testcase classname="ipcspec.{}" name="{}" time="{:.6f}")",
                                 to_string(result.rule->mechanism), xml_escaped(result.rule->id),
                                 seconds(result.duration_us));
  if (result.verdict == Verdict::pass) return head + "/>\n";
  const std::string message = xml_escaped(result.message);
  const std::string_view verdict = to_string(result.verdict);
  head += ">\n";
  if (result.verdict == Verdict::unsupported || result.verdict == Verdict::unjudged) {
    head += fmt::format("      <skipped message=\"{}: {}\"/>\n", verdict, message);
  } else {
    const std::string_view element = result.verdict == Verdict::fail ? "failure" : "error";
    const std::string text =
        xml_escaped(fmt::format("{}\n[{}]\n{}\n{}", result.rule->sentence, sources_of(*result.rule),
                                rerun_command(*result.rule), result.trace));
    head += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, verdict,
                        message, text);
  }
  return head + "    </testcase>\n";
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = character_bytes(text);
    switch (length == 1 ? text[0] : '\0') {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      // A parser would turn these into spaces inside an attribute.
      case '\n':
        escaped += "&#10;";
        break;
      case '\r':
        escaped += "&#13;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += length > 0 ? std::string(text.substr(0, length))
                              : fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  return escaped;
}

std::string results_junit(const Results& results) {
  const std::vector<Suite> suites = suites_of(results);
  Suite total;
  std::string body;
  for (const Suite& suite : suites) {
    total.failures += suite.failures;
    total.errors += suite.errors;
    total.skipped += suite.skipped;
    body += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "skipped=\"{}\" time=\"{:.6f}\">\n",
        suite.name, suite.results.size(), suite.failures, suite.errors, suite.skipped,
        seconds(suite.duration_us));
    for (const RuleResult* result : suite.results) body += case_xml(*result);
    body += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"ipcspec\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "skipped=\"{}\" time=\"{:.6f}\">\n{}</testsuites>\n",
      results.rules.size(), total.failures, total.errors, total.skipped, results.duration_s, body);
}

}  // namespace ipcspec::report
