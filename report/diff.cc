#include "report/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

constexpr const char* kDiffSchema = "ipcspec.diff/1";
constexpr std::array<std::string_view, 5> kChangeNames = {"regression", "improvement", "other",
                                                          "added", "removed"};

// 0: kept, 1: nothing was said about it, 2: it could not be judged, 3: violated.
int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return 0;
    case Verdict::unsupported:
    case Verdict::unjudged:
      return 1;
    case Verdict::unknown:
    case Verdict::broken:
      return 2;
    case Verdict::fail:
      return 3;
  }
  return 3;
}

Change change_between(const RuleResult& before, const RuleResult& after) {
  if (rank(after.verdict) > rank(before.verdict)) {
    return after.expected.empty() ? Change::regression : Change::other;
  }
  return rank(after.verdict) < rank(before.verdict) ? Change::improvement : Change::other;
}

std::string told(const RuleResult& result) {
  const std::string_view message = result.message;
  const std::string line(message.substr(0, std::min(message.find('\n'), message.size())));
  return std::string(to_string(result.verdict)) + (line.empty() ? "" : ": " + line);
}

const RuleResult* result_of(const Results& results, const spec::Rule* rule) {
  const auto found = std::ranges::find_if(
      results.rules, [&](const RuleResult& result) { return result.rule == rule; });
  return found == results.rules.end() ? nullptr : &*found;
}

void compare(const Results& before, const Results& after, std::vector<Difference>& differences) {
  const std::string& name = after.platform.name;
  if (before.missing.empty() && !after.missing.empty()) {
    differences.push_back({Change::regression, name, nullptr,
                           "is not run any more: " + after.missing + " is missing"});
    return;
  }
  if (!before.missing.empty() && after.missing.empty()) {
    differences.push_back({Change::improvement, name, nullptr, "is run now"});
    return;
  }
  if (before.stopped_by.empty() && !after.stopped_by.empty()) {
    differences.push_back(
        {Change::regression, name, nullptr, "is not run to the end: " + after.stopped_by});
  }
  for (const spec::Rule* rule : spec::rules()) {
    const RuleResult* was = result_of(before, rule);
    const RuleResult* is = result_of(after, rule);
    if (was == nullptr && is == nullptr) continue;
    if (was == nullptr) {
      const bool fails = rank(is->verdict) >= 2 && is->expected.empty();
      differences.push_back({fails ? Change::regression : Change::added, name, rule, told(*is)});
    } else if (is == nullptr) {
      differences.push_back({Change::removed, name, rule, told(*was)});
    } else if (was->verdict != is->verdict) {
      differences.push_back({change_between(*was, *is), name, rule,
                             fmt::format("{} -> {}", to_string(was->verdict), told(*is))});
    }
  }
}

const Results* platform_named(const Matrix& matrix, const std::string& name) {
  const auto found = std::ranges::find_if(
      matrix.platforms, [&](const Results& results) { return results.platform.name == name; });
  return found == matrix.platforms.end() ? nullptr : &*found;
}

Verdict shade_of(Change change) {
  switch (change) {
    case Change::regression:
      return Verdict::fail;
    case Change::improvement:
      return Verdict::pass;
    default:
      return Verdict::unjudged;
  }
}

}  // namespace

std::string_view to_string(Change change) { return kChangeNames[static_cast<std::size_t>(change)]; }

std::vector<Difference> differences_between(const Matrix& before, const Matrix& after) {
  std::vector<Difference> differences;
  if (before.platforms.size() == 1 && after.platforms.size() == 1) {
    compare(before.platforms.front(), after.platforms.front(), differences);
  } else {
    for (const Results& is : after.platforms) {
      if (const Results* was = platform_named(before, is.platform.name)) {
        compare(*was, is, differences);
      } else {
        differences.push_back({Change::added, is.platform.name, nullptr, "is new"});
      }
    }
    for (const Results& was : before.platforms) {
      if (platform_named(after, was.platform.name) != nullptr) continue;
      differences.push_back({Change::removed, was.platform.name, nullptr, "is gone"});
    }
  }
  // NOLINTNEXTLINE(modernize-use-ranges): clang does not take that of libstdc++ 12
  std::stable_sort(differences.begin(), differences.end(),
                   [](const Difference& a, const Difference& b) { return a.change < b.change; });
  return differences;
}

std::string differences_tty(const std::vector<Difference>& differences, const TtyOptions& options) {
  std::string text;
  std::array<int, kChangeNames.size()> counts{};
  for (const Difference& difference : differences) {
    ++counts[static_cast<std::size_t>(difference.change)];
    text += fmt::format("{} {} {}\n",
                        painted(shade_of(difference.change),
                                fmt::format("{:<11}", to_string(difference.change)), options.color),
                        difference.platform,
                        difference.rule == nullptr ? "" : std::string(difference.rule->id));
    text += wrapped(difference.text, kDetailIndent, options.width_columns);
  }
  if (differences.empty()) return "nothing changed\n";
  text += "\n";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i], kChangeNames[i]);
  }
  return text + "\n";
}

std::string differences_json(const std::vector<Difference>& differences) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Difference& difference : differences) {
    list.push_back({{"change", to_string(difference.change)},
                    {"platform", difference.platform},
                    {"rule", difference.rule == nullptr ? "" : difference.rule->id},
                    {"text", difference.text}});
  }
  const Json json = {{"schema", kDiffSchema}, {"differences", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ipcspec::report
