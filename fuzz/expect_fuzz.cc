// The parser of expectation files on any bytes: it refuses them at a line that they have, or what
// it took says the same when it is written and parsed again; then results are marked with it.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/check.hpp"
#include "report/expect.hpp"
#include "spec/catalogue.hpp"

namespace {

using ipcspec::report::Expectation;
using ipcspec::report::kOrPass;
using ipcspec::report::Matrix;

const std::string kFile = "file";

std::string written(const std::vector<Expectation>& expectations) {
  std::string text;
  for (const Expectation& one : expectations) {
    text += "platform " + one.platform + "\n" + one.rule + " " +
            std::string(ipcspec::to_string(one.verdict)) + std::string(one.always ? "" : kOrPass) +
            " " + one.reason + "\n";
  }
  return text;
}

bool same(const Expectation& a, const Expectation& b) {
  return a.platform == b.platform && a.rule == b.rule && a.verdict == b.verdict &&
         a.always == b.always && a.reason == b.reason;
}

// "file:3: ...", where the text has a third line.
void check_place(const std::string& message, const std::string& text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const std::string head = kFile + ":";
  const bool has_place = message.starts_with(head) && message.find(": ") != std::string::npos;
  const std::size_t line =
      has_place ? std::strtoull(message.c_str() + head.size(), nullptr, 10) : 0;
  ipcspec::fuzz::require(line >= 1 && line <= lines, "the line of the error is not in the text",
                         message);
}

// One platform on which rules failed and one on which they were kept: the first of each mechanism,
// since all of them would make most of the time. Marked by an input, and clean again after it.
Matrix& outcomes() {
  static Matrix matrix = [] {
    Matrix made;
    for (const ipcspec::Verdict verdict : {ipcspec::Verdict::fail, ipcspec::Verdict::pass}) {
      made.platforms.emplace_back();
      const ipcspec::spec::Rule* before = nullptr;
      for (const ipcspec::spec::Rule* rule : ipcspec::spec::rules()) {
        if (before != nullptr && before->mechanism == rule->mechanism) continue;
        before = rule;
        ipcspec::report::RuleResult result;
        result.rule = rule;
        result.verdict = verdict;
        made.platforms.back().rules.push_back(std::move(result));
      }
    }
    return made;
  }();
  return matrix;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<Expectation> expectations;
  try {
    expectations = ipcspec::report::parse_expectations(text, kFile);
  } catch (const ipcspec::report::BadExpectations& error) {
    check_place(error.what(), text);
    return 0;
  }
  const std::string again = written(expectations);
  ipcspec::fuzz::require(
      std::ranges::equal(ipcspec::report::parse_expectations(again, kFile), expectations, same),
      "written and parsed again differ", again);
  if (expectations.empty()) return 0;
  Matrix& matrix = outcomes();
  ipcspec::report::mark_expected(expectations, matrix);
  for (const ipcspec::report::RuleResult& kept : matrix.platforms.back().rules) {
    ipcspec::fuzz::require(kept.expected.empty(), "a rule that was kept is marked as a deviation",
                           again);
  }
  for (ipcspec::report::Results& results : matrix.platforms) {
    results.stale.clear();
    for (ipcspec::report::RuleResult& result : results.rules) result.expected.clear();
  }
  return 0;
}
