#include "spec/catalogue.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>

#include "spec/fd.hpp"
#include "spec/fifo.hpp"
#include "spec/mq.hpp"
#include "spec/pipe.hpp"
#include "spec/poll.hpp"
#include "spec/proc.hpp"
#include "spec/sem.hpp"
#include "spec/shm.hpp"
#include "spec/signal.hpp"
#include "spec/tcp.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

template <std::size_t... Sizes>
constexpr auto concatenate(const std::array<const Rule*, Sizes>&... lists) {
  std::array<const Rule*, (Sizes + ...)> all{};
  auto* end = all.begin();
  ((end = std::ranges::copy(lists, end).out), ...);
  return all;
}

constexpr auto kModelRules =
    concatenate(pipe::kModelRules, fd::kModelRules, fifo::kModelRules, poll::kModelRules,
                tcp::kModelRules, unix::kModelRules, shm::kModelRules, sem::kModelRules,
                mq::kModelRules, signal::kModelRules, proc::kModelRules);

constexpr auto kAll = [] {
  auto all = concatenate(
      pipe::kRules, pipe::kModelRules, fd::kRules, fd::kModelRules, fifo::kRules, fifo::kModelRules,
      poll::kRules, poll::kModelRules, tcp::kRules, tcp::kModelRules, unix::kRules,
      unix::kModelRules, shm::kRules, shm::kModelRules, sem::kRules, sem::kModelRules, mq::kRules,
      mq::kModelRules, signal::kRules, signal::kModelRules, proc::kRules, proc::kModelRules);
  std::array<const Rule*, all.size()> ordered{};
  const auto is_tested = [](const Rule* rule) { return has_test(*rule); };
  auto end = std::ranges::copy_if(all, ordered.begin(), is_tested).out;
  std::ranges::copy_if(all, end, std::not_fn(is_tested));
  return ordered;
}();

constexpr auto kRules = std::span(kAll)
                            .first<static_cast<std::size_t>(std::ranges::count_if(
                                kAll, [](const Rule* rule) { return has_test(*rule); }))>();

using TextField = std::string_view Rule::*;

constexpr bool all_different(TextField field) {
  std::array<std::string_view, kAll.size()> values{};
  std::ranges::transform(kAll, values.begin(), [=](const Rule* rule) { return rule->*field; });
  std::ranges::sort(values);
  return std::ranges::adjacent_find(values) == values.end();
}

static_assert(all_different(&Rule::id), "two rules have the same id");
static_assert(all_different(&Rule::sentence), "two rules have the same sentence");

// Levenshtein distance: insertions, deletions and replacements.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// Made once for all rules that it is tried on.
class Pattern {
 public:
  explicit Pattern(std::string_view glob)
      : glob_(glob), literal_(glob.substr(0, glob.find_first_of("*?[\\"))) {}

  bool matches(const Rule& rule) const {
    // Most ids differ before the first character that is special, most of these in their first; an
    // id begins with its mechanism.
    if (!literal_.empty() && rule.id.front() != literal_.front()) return false;
    if (!rule.id.starts_with(literal_)) return false;
    if (literal_.size() == glob_.size()) {
      return rule.id == glob_ || to_string(rule.mechanism) == glob_;
    }
    return fnmatch(glob_.c_str(), std::string(rule.id).c_str(), 0) == 0;
  }

 private:
  std::string glob_;
  std::string_view literal_;
};

}  // namespace

std::span<const Rule* const> rules() { return kRules; }

std::span<const Rule* const> model_rules() { return kModelRules; }

std::vector<const Rule*> all_rules() { return {kAll.begin(), kAll.end()}; }

const Rule* find(std::string_view id) {
  const auto found = std::ranges::find(kAll, id, &Rule::id);
  return found == kAll.end() ? nullptr : *found;
}

bool matches(const Rule& rule, std::string_view glob) { return Pattern(glob).matches(rule); }

std::vector<const Rule*> match(std::string_view glob) {
  const Pattern pattern(glob);
  std::vector<const Rule*> matched;
  std::ranges::copy_if(kAll, std::back_inserter(matched),
                       [&](const Rule* rule) { return pattern.matches(*rule); });
  return matched;
}

bool matches_any(std::string_view glob) {
  const Pattern pattern(glob);
  return std::ranges::any_of(kAll, [&](const Rule* rule) { return pattern.matches(*rule); });
}

std::string_view nearest(std::string_view id) {
  std::string_view best;
  std::size_t best_edits = 0;
  for (const Rule* rule : kAll) {
    const std::size_t edits = edits_between(id, rule->id);
    if (best.empty() || edits < best_edits) {
      best = rule->id;
      best_edits = edits;
    }
  }
  return best_edits * 2 < best.size() ? best : std::string_view{};
}

}  // namespace ipcspec::spec
