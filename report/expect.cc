#include "report/expect.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

constexpr std::string_view kBlank = " \t\r";

// The first word, which is taken off `text`.
std::string take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  const std::size_t end = std::min(text.find_first_of(kBlank), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  return word;
}

std::string trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  while (!text.empty() && kBlank.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return std::string(text);
}

Expectation parse_line(std::string_view line, const std::string& platform,
                       const std::string& place) {
  Expectation expectation;
  expectation.place = place;
  expectation.platform = platform;
  expectation.rule = take_word(line);
  std::string verdict = take_word(line);
  expectation.reason = trimmed(line);
  const auto refuse = [&](const std::string& what) {
    throw BadExpectations(fmt::format("{}: {}", place, what));
  };
  if (platform.empty()) refuse("no platform is named yet; begin with 'platform GLOB'");
  if (!spec::matches_any(expectation.rule)) {
    refuse(fmt::format("no rule is named '{}'; 'ipcspec list' shows them", expectation.rule));
  }
  expectation.always = !verdict.ends_with(kOrPass);
  if (!expectation.always) verdict.resize(verdict.size() - kOrPass.size());
  const auto found = std::ranges::find(kVerdictNames, verdict);
  if (found == kVerdictNames.end() || verdict == "pass") {
    refuse(
        fmt::format("'{}' is no verdict that could be expected; write fail, unsupported, "
                    "unjudged, unknown or broken, with '|pass' after it when it need not show",
                    verdict));
  }
  expectation.verdict = static_cast<Verdict>(found - kVerdictNames.begin());
  if (expectation.reason.empty()) refuse("a reason is missing; write why after the verdict");
  return expectation;
}

void apply_one(const Expectation& expectation, Results& results) {
  bool deviates = false;
  int kept = 0;
  for (RuleResult& result : results.rules) {
    if (!spec::matches(*result.rule, expectation.rule)) continue;
    if (result.verdict == expectation.verdict) {
      result.expected = expectation.reason;
      deviates = true;
    }
    kept += result.verdict == Verdict::pass;
  }
  if (!deviates && kept > 0 && expectation.always) {
    results.stale.push_back(fmt::format("{}: {} was expected to be '{}' but is kept",
                                        expectation.place, expectation.rule,
                                        to_string(expectation.verdict)));
  }
}

}  // namespace

std::vector<Expectation> parse_expectations(std::string_view text, const std::string& file) {
  std::vector<Expectation> expectations;
  std::string platform;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string place = fmt::format("{}:{}", file, number);
    const std::string bare = trimmed(line);
    if (bare.empty() || bare.front() == '#') continue;
    std::string_view rest = bare;
    if (take_word(rest) == "platform") {
      platform = trimmed(rest);
      if (platform.empty()) {
        throw BadExpectations(place + ": 'platform' names none; write a name or pattern after it");
      }
      continue;
    }
    expectations.push_back(parse_line(bare, platform, place));
  }
  return expectations;
}

void mark_expected(const std::vector<Expectation>& expectations, Matrix& matrix) {
  for (Results& results : matrix.platforms) {
    for (const Expectation& expectation : expectations) {
      const bool concerned =
          ::fnmatch(expectation.platform.c_str(), results.platform.name.c_str(), 0) == 0;
      if (concerned) apply_one(expectation, results);
    }
  }
}

}  // namespace ipcspec::report
