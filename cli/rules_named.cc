#include "cli/rules_named.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

// Insertions, deletions, replacements and swaps of neighbours, since fingers do that.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1,
                              edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits[a.size()][b.size()];
}

UsageError no_such_rule(const std::string& name) {
  std::string meant(spec::nearest(name));
  if (meant.empty()) {
    std::vector<std::string> mechanisms;
    for (const spec::Rule* rule : spec::all_rules()) {
      mechanisms.emplace_back(to_string(rule->mechanism));
    }
    meant = nearest_word(name, mechanisms);
  }
  return UsageError(fmt::format("no rule is named '{}'{}", name,
                                meant.empty() ? "; 'ipcspec list' shows them all"
                                              : fmt::format("; did you mean '{}'?", meant)));
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_edits = word.size();
  for (const std::string& candidate : words) {
    const std::size_t edits = edits_between(word, candidate);
    // Half of the characters wrong is no likeness.
    if (edits < best_edits && edits * 2 < std::max(candidate.size(), word.size())) {
      best = candidate;
      best_edits = edits;
    }
  }
  return best;
}

std::vector<const spec::Rule*> rules_named(const std::vector<std::string>& patterns) {
  auto all = spec::all_rules();
  if (patterns.empty()) return all;
  std::set<const spec::Rule*> named;
  for (const std::string& pattern : patterns) {
    const auto matched = spec::match(pattern);
    if (matched.empty()) throw no_such_rule(pattern);
    named.insert(matched.begin(), matched.end());
  }
  std::vector<const spec::Rule*> ordered;
  std::ranges::copy_if(all, std::back_inserter(ordered),
                       [&](const spec::Rule* rule) { return named.contains(rule); });
  return ordered;
}

std::vector<const spec::Rule*> tests_named(const std::vector<std::string>& patterns) {
  const auto has_no_test = [](const spec::Rule* rule) { return !spec::has_test(*rule); };
  for (const std::string& pattern : patterns) {
    const auto matched = spec::match(pattern);
    if (matched.empty() || !std::ranges::all_of(matched, has_no_test)) continue;
    throw UsageError(fmt::format(
        "'{}' has no test to run: the model judges it; 'ipcspec explain {}' says what it demands",
        pattern, matched.front()->id));
  }
  auto rules = rules_named(patterns);
  std::erase_if(rules, has_no_test);
  return rules;
}

const spec::Rule& rule_named(const std::string& id) {
  const spec::Rule* rule = spec::find(id);
  if (rule == nullptr) throw no_such_rule(id);
  return *rule;
}

}  // namespace ipcspec::cli
