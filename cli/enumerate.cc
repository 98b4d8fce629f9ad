#include "cli/enumerate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/controllers.hpp"
#include "cli/judge.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/surroundings.hpp"
#include "harness/run_directory.hpp"
#include "properties/enumerate.hpp"
#include "properties/finding.hpp"
#include "properties/judged.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using properties::Enumeration;
using properties::Scope;
using properties::ScopeKind;
using properties::Sketch;

// With two processes these take minutes on two processors; in the order of ScopeKind.
constexpr int kCallsDefault[] = {3, 3, 4, 3};
// How a race ends may decide whether a later call can be made: so often is it tried, every other
// time with the calls given in reverse order.
constexpr int kTriesOfRaces = 20;
constexpr auto kTellEvery = std::chrono::milliseconds(200);

// What came of scripts; controllers send it, and the program adds it up.
struct Outcome {
  report::Counts counts{};
  // Scripts that were not carried out: a call of theirs cannot be made, or could only be after
  // another end of a race than was seen.
  std::uint64_t impossible = 0;
  std::uint64_t not_come_to = 0;
  std::set<std::string> rules;    // that were used
  std::vector<std::string> seen;  // the first of each verdict that is no pass, as text
};

std::string to_text(const Outcome& outcome) {
  const Json json = {{"counts", outcome.counts},
                     {"impossible", outcome.impossible},
                     {"not_come_to", outcome.not_come_to},
                     {"rules", outcome.rules},
                     {"seen", outcome.seen}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add(Outcome& sum, std::string_view text) {
  const Json json = Json::parse(text);
  for (std::size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += json["counts"][i].get<int>();
  sum.impossible += json["impossible"].get<std::uint64_t>();
  sum.not_come_to += json["not_come_to"].get<std::uint64_t>();
  for (const Json& rule : json["rules"]) sum.rules.insert(rule.get<std::string>());
  for (const Json& one : json["seen"]) sum.seen.push_back(one.get<std::string>());
}

int judged_in(const Outcome& outcome) {
  int all = 0;
  for (const int count : outcome.counts) all += count;
  return all;
}

bool has_race(const Sketch& sketch) {
  return std::ranges::any_of(sketch, [](const auto& moves) { return moves.size() > 1; });
}

// The same sketch, with what is released together given in the other order.
Sketch with_races_reversed(Sketch sketch) {
  for (properties::Moves& moves : sketch) std::ranges::reverse(moves);
  return sketch;
}

// One controller's share: whole subtrees below the second step, so that what need not be carried
// out is known to whoever would do it.
class Share {
 public:
  Share(const EnumerateArguments& arguments, const Scope& scope, int index, int of)
      : arguments_(arguments),
        profile_(profile_named(arguments.profile)),
        scope_(scope),
        index_(static_cast<std::size_t>(index)),
        of_(static_cast<std::size_t>(of)) {}

  void carry_out(harness::Session& session, const Say& say) {
    Enumeration all(scope_);
    bool more = all.next();
    while (more) {
      const bool first_step = all.sketch().size() == 1;
      if (!is_ours(all.sketch())) {
        // What goes on from a first step is everybody's.
        more = all.next(first_step);
        continue;
      }
      // Of a first step every call can be made.
      more = judge_one(session, all.sketch()) || first_step ? all.next() : leave_out(all);
      if (Clock::now() - told_ >= kTellEvery) tell(say);
    }
    tell(say);
  }

 private:
  bool is_ours(const Sketch& sketch) {
    if (sketch.size() == 1) return index_ == 0;
    if (sketch.size() == 2) ++subtree_;
    return subtree_ % of_ == index_;
  }

  // False when a call cannot be made: without it, it is another script.
  bool judge_one(harness::Session& session, const Sketch& sketch) {
    const int tries = has_race(sketch) ? kTriesOfRaces : 1;
    for (int i = 0; i < tries; ++i) {
      const op::Script script =
          script_of(scope_, i % 2 == 0 ? sketch : with_races_reversed(sketch));
      const properties::JudgedRun run =
          properties::run_and_judge(session, script, {.profile = profile_});
      if (!run.skipped.empty()) continue;
      note(script, run);
      return true;
    }
    return false;
  }

  // Counts the present script and all that go on from it, and goes to the next one.
  bool leave_out(Enumeration& all) {
    std::uint64_t& count = has_race(all.sketch()) ? outcome_.not_come_to : outcome_.impossible;
    const std::size_t depth = all.sketch().size();
    bool more = true;
    do {
      ++count;
      more = all.next();
    } while (more && all.sketch().size() > depth);
    return more;
  }

  void note(const op::Script& script, const properties::JudgedRun& run) {
    const auto verdict = static_cast<std::size_t>(run.verdict);
    ++outcome_.counts[verdict];
    for (const spec::Rule* rule : run.ruling.exercised) {
      if (used_.insert(rule).second) outcome_.rules.insert(std::string(rule->id));
    }
    if (run.verdict == Verdict::pass) return;
    const bool first = !seen_[verdict];
    seen_[verdict] = true;
    if (first) {
      outcome_.seen.push_back(
          properties::verdict_text(run, profile_,
                                   {.color = wants_color(STDOUT_FILENO),
                                    .width_columns = width_columns(STDOUT_FILENO),
                                    .unicode = speaks_utf8()}));
    }
    if (arguments_.findings.empty() || (run.verdict != Verdict::fail && !first)) return;
    const std::string kept = properties::write_finding(arguments_.findings, script, run, profile_);
    if (first) {
      outcome_.seen.back() +=
          fmt::format("kept in {}\nagain: {}\n", kept, properties::replay_command(kept, profile_));
    }
  }

  void tell(const Say& say) {
    say(to_text(outcome_));
    outcome_ = {};
    told_ = Clock::now();
  }

  const EnumerateArguments& arguments_;
  const spec::Profile& profile_;
  const Scope& scope_;
  std::size_t index_;
  std::size_t of_;
  std::size_t subtree_ = 0;
  Outcome outcome_;                   // since it was last told
  std::set<const spec::Rule*> used_;  // that were told
  std::array<bool, kVerdictNames.size()> seen_{};
  Clock::time_point told_ = Clock::now();
};

std::string title_of(const Scope& scope) {
  std::string title = fmt::format("{}, {} process{}, at most {} calls, {} released together",
                                  properties::scope_names()[static_cast<std::size_t>(scope.kind)],
                                  scope.processes, scope.processes == 1 ? "" : "es", scope.calls,
                                  std::min(scope.racing, scope.processes));
  if (scope.kind == ScopeKind::semaphore) title += fmt::format(", initial value {}", scope.initial);
  return title;
}

struct Count {
  std::uint64_t reduced = 0;
  std::uint64_t all = 0;
};

Count count_scripts(const Scope& scope) {
  Count count;
  Enumeration all(scope);
  while (stop_signal() == 0 && all.next()) {
    ++count.reduced;
    count.all += all.stands_for();
  }
  return count;
}

std::string result_text(const Outcome& outcome, double seconds, int width_columns) {
  const int all = judged_in(outcome);
  std::string text = report::labelled(
      "carried out",
      fmt::format("{} in {:.1f} s, {:.0f}/s", all, seconds, all / std::max(seconds, 1e-3)),
      width_columns);
  text += report::labelled(
      "left out",
      fmt::format("{} with a call that cannot be made, its process being blocked or dead; {} with "
                  "a call that could not be made after {} ends of the race before it",
                  outcome.impossible, outcome.not_come_to, kTriesOfRaces),
      width_columns);
  text += report::labelled("verdicts", report::to_text(outcome.counts), width_columns);
  text += report::labelled("rules used", std::to_string(outcome.rules.size()), width_columns);
  for (const std::string& one : outcome.seen) text += "\n" + one;
  return text;
}

class Scopes {
 public:
  explicit Scopes(const EnumerateArguments& arguments) : arguments_(arguments) {}

  void run(const Scope& scope) {
    const int width = width_columns(STDOUT_FILENO);
    const Count count = count_scripts(scope);
    if (stop_signal() != 0) return;
    written_ =
        print(title_of(scope) + "\n" +
              report::labelled("scripts",
                               fmt::format("{} up to symmetry, of {}", count.reduced, count.all),
                               width)) &&
        written_;
    if (!arguments_.count_only) carry_out(scope);
  }

  int exit_code() const {
    const auto of = [&](Verdict verdict) { return total_[static_cast<std::size_t>(verdict)]; };
    if (of(Verdict::fail) > 0) return report::kExitViolated;
    const bool broken = troubled_ || !written_ || of(Verdict::broken) + of(Verdict::unknown) > 0;
    return broken ? report::kExitBroken : report::kExitKept;
  }

 private:
  void carry_out(const Scope& scope) {
    Outcome sum;
    const auto start = Clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(Clock::now() - start).count();
    };
    const int count = controllers_wanted(arguments_.jobs);
    StatusLine line;
    const std::vector<std::string> troubles =
        run_controllers({.count = count,
                         .work =
                             [&](harness::Session& session, int index, const Say& say) {
                               Share(arguments_, scope, index, count).carry_out(session, say);
                             },
                         .hear =
                             [&](int, std::string_view text) {
                               add(sum, text);
                               line.show(status_text(sum, seconds()));
                               return true;
                             }});
    line.show("");
    for (const std::string& trouble : troubles) say(fmt::format("ipcspec: {}\n", trouble));
    troubled_ = troubled_ || !troubles.empty();
    for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += sum.counts[i];
    written_ = print(result_text(sum, seconds(), width_columns(STDOUT_FILENO)) + "\n") && written_;
  }

  static std::string status_text(const Outcome& sum, double seconds) {
    const int all = judged_in(sum);
    return fmt::format("{} scripts, {:.0f}/s, {} rules: {}", all, all / seconds, sum.rules.size(),
                       report::to_text(sum.counts));
  }

  const EnumerateArguments& arguments_;
  report::Counts total_{};
  bool written_ = true;
  bool troubled_ = false;
};

std::vector<ScopeKind> kinds_of(const std::vector<std::string>& names) {
  std::vector<ScopeKind> kinds;
  for (std::size_t i = 0; i < properties::scope_names().size(); ++i) {
    const bool named = std::ranges::count(names, properties::scope_names()[i]) > 0;
    if (names.empty() || named) kinds.push_back(static_cast<ScopeKind>(i));
  }
  return kinds;
}

}  // namespace

int enumerate(const EnumerateArguments& arguments) {
  harness::collect_garbage();
  remember_stop_signals();
  Scopes scopes(arguments);
  for (const ScopeKind kind : kinds_of(arguments.mechanisms)) {
    const int calls =
        arguments.calls > 0 ? arguments.calls : kCallsDefault[static_cast<std::size_t>(kind)];
    const Scope largest = {kind, arguments.processes, calls, arguments.racing};
    for (const Scope& scope : properties::scopes_within(largest)) {
      if (stop_signal() == 0) scopes.run(scope);
    }
  }
  return stop_signal() != 0 ? stop_exit_status() : scopes.exit_code();
}

}  // namespace ipcspec::cli
