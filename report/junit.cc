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
  std::string name;
  std::string platform;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  std::int64_t duration_us = 0;
  std::vector<const RuleResult*> results;
  std::string platform_case = {};  // as XML; empty: there is none
};

bool is_skipped(const RuleResult& result) {
  return result.verdict == Verdict::unsupported || result.verdict == Verdict::unjudged ||
         !result.expected.empty();
}

void add(Suite& suite, const RuleResult& result) {
  suite.results.push_back(&result);
  suite.duration_us += result.duration_us;
  if (is_skipped(result)) {
    ++suite.skipped;
  } else {
    suite.failures += result.verdict == Verdict::fail;
    suite.errors += result.verdict == Verdict::broken || result.verdict == Verdict::unknown;
  }
}

std::vector<Suite> suites_of(const Results& results, const std::string& prefix) {
  std::vector<Suite> suites;
  for (const RuleResult& result : results.rules) {
    const std::string name = prefix + std::string(to_string(result.rule->mechanism));
    if (suites.empty() || suites.back().name != name)
      suites.push_back({.name = name, .platform = results.platform.name, .results = {}});
    add(suites.back(), result);
  }
  return suites;
}

std::string case_xml(const Suite& suite, const RuleResult& result) {
  std::string head = fmt::format(R"(    <testcase classname="ipcspec.{}" name="{}" time="{:.6f}")",
                                 xml_escaped(suite.name), xml_escaped(result.rule->id),
                                 seconds(result.duration_us));
  if (result.verdict == Verdict::pass) return head + "/>\n";
  const std::string message = xml_escaped(
      result.expected.empty() ? result.message
                              : fmt::format("expected: {}; {}", result.expected, result.message));
  const std::string_view verdict = to_string(result.verdict);
  head += ">\n";
  if (is_skipped(result)) {
    head += fmt::format("      <skipped message=\"{}: {}\"/>\n", verdict, message);
  } else {
    const std::string_view element = result.verdict == Verdict::fail ? "failure" : "error";
    const std::string text =
        xml_escaped(fmt::format("{}\n[{}]\n{}\n{}", result.rule->sentence, sources_of(*result.rule),
                                rerun_command(*result.rule, suite.platform), result.trace));
    head += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, verdict,
                        message, text);
  }
  return head + "    </testcase>\n";
}

// A test case for the platform itself, which could not be run, or not to the end.
Suite platform_suite(const Results& results) {
  Suite suite{.name = results.platform.name, .platform = {}, .results = {}};
  const bool missing = !results.missing.empty();
  suite.skipped = missing ? 1 : 0;
  suite.errors = missing ? 0 : 1;
  const std::string message = xml_escaped(
      missing ? results.missing + " is missing; " + results.remedy : results.stopped_by);
  suite.platform_case = fmt::format(
      "    <testcase classname=\"ipcspec.{0}\" name=\"platform\" time=\"0\">\n"
      "      <{1} message=\"{2}\"/>\n    </testcase>\n",
      xml_escaped(suite.name), missing ? "skipped" : "error", message);
  return suite;
}

std::string document(const std::vector<Suite>& suites, double duration_s) {
  Suite total;
  std::size_t cases = 0;
  std::string body;
  for (const Suite& suite : suites) {
    const std::size_t count = suite.results.size() + (suite.platform_case.empty() ? 0 : 1);
    cases += count;
    total.failures += suite.failures;
    total.errors += suite.errors;
    total.skipped += suite.skipped;
    body += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "skipped=\"{}\" time=\"{:.6f}\">\n",
        xml_escaped(suite.name), count, suite.failures, suite.errors, suite.skipped,
        seconds(suite.duration_us));
    for (const RuleResult* result : suite.results) body += case_xml(suite, *result);
    body += suite.platform_case + "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"ipcspec\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "skipped=\"{}\" time=\"{:.6f}\">\n{}</testsuites>\n",
      cases, total.failures, total.errors, total.skipped, duration_s, body);
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
  return document(suites_of(results, ""), results.duration_s);
}

std::string matrix_junit(const Matrix& matrix) {
  if (matrix.platforms.size() == 1 && matrix.platforms.front().missing.empty() &&
      matrix.platforms.front().stopped_by.empty()) {
    return results_junit(matrix.platforms.front());
  }
  std::vector<Suite> all;
  for (const Results& results : matrix.platforms) {
    for (Suite& suite : suites_of(results, results.platform.name + ".")) {
      all.push_back(std::move(suite));
    }
    if (!results.missing.empty() || !results.stopped_by.empty()) {
      all.push_back(platform_suite(results));
    }
  }
  return document(all, matrix.duration_s);
}

}  // namespace ipcspec::report
