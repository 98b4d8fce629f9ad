#include "cli/lies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/output.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "harness/arena.hpp"
#include "ops/op.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {
namespace {

// A lie may leave a test waiting for what never comes; there is no need to be as patient with it
// as with a kernel.
constexpr int kSettleBudgetMs = 1500;
constexpr int kGraceMs = 150;

// From the quickest to notice to the slowest.
constexpr harness::Lie kOrder[] = {harness::Lie::wrong_value, harness::Lie::report_failure,
                                   harness::Lie::do_nothing,  harness::Lie::report_success,
                                   harness::Lie::wrong_data,  harness::Lie::lose_byte,
                                   harness::Lie::refuse,      harness::Lie::die,
                                   harness::Lie::never_answer};

struct Doubt {
  const spec::Rule* rule = nullptr;
  std::vector<ToldLie> untold;  // the next one is the last
  int told = 0;
  std::string caught;  // "read, wrong-value"; empty so far
  std::string seen;
  std::vector<std::string> contradictions;  // lies that the test sees and the model does not
};

Doubt doubt_about(const report::RuleResult& result) {
  Doubt doubt;
  doubt.rule = result.rule;
  for (auto lie = std::rbegin(kOrder); lie != std::rend(kOrder); ++lie) {
    for (const std::string& name : result.operations) {
      doubt.untold.push_back({*lie, op::kind_of_name(name)});
    }
  }
  return doubt;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Tells the test of each rule that has not noticed any lie yet the next one. False when there is
// nothing left to tell.
bool tell_next(std::vector<Doubt>& doubts, int jobs) {
  RunPlan plan;
  plan.jobs = jobs;
  plan.settle_budget_ms = kSettleBudgetMs;
  plan.grace_ms = kGraceMs;
  std::map<const spec::Rule*, Doubt*> asked;
  for (Doubt& doubt : doubts) {
    if (!doubt.caught.empty() || doubt.untold.empty()) continue;
    plan.rules.push_back(doubt.rule);
    plan.lies[doubt.rule] = doubt.untold.back();
    doubt.untold.pop_back();
    ++doubt.told;
    asked[doubt.rule] = &doubt;
  }
  if (asked.empty()) return false;
  for (const report::RuleResult& result : run_rules(plan, {}).rules) {
    const ToldLie& told = plan.lies.at(result.rule);
    Doubt& doubt = *asked.at(result.rule);
    const std::string lie = fmt::format("{}, {}", op::name_of_kind(told.kind), to_string(told.lie));
    if (result.verdict == Verdict::fail) {
      doubt.caught = lie;
      doubt.seen = first_line(result.message);
    } else if (result.verdict == Verdict::broken && result.model == "conforms") {
      doubt.contradictions.push_back(lie + ": " + first_line(result.message));
    }
  }
  return true;
}

}  // namespace

int lies(const LiesArguments& arguments) {
  RunPlan plan;
  plan.rules = tests_named(arguments.patterns);
  plan.jobs = arguments.jobs;
  remember_stop_signals();
  std::vector<Doubt> doubts;
  int not_passing = 0;
  for (const report::RuleResult& result : run_rules(plan, {}).rules) {
    if (result.verdict == Verdict::pass) {
      doubts.push_back(doubt_about(result));
    } else {
      print(fmt::format("{:<44} not tried: {} here\n", result.rule->id, to_string(result.verdict)));
      ++not_passing;
    }
  }
  while (stop_signal() == 0 && tell_next(doubts, arguments.jobs)) {
  }
  if (stop_signal() != 0) return stop_exit_status();
  int uncaught = 0;
  std::size_t contradictions = 0;
  for (const Doubt& doubt : doubts) {
    if (doubt.caught.empty()) ++uncaught;
    contradictions += doubt.contradictions.size();
    for (const std::string& one : doubt.contradictions) {
      print(fmt::format("{:<44} contradicted: {:.140}\n", doubt.rule->id, one));
    }
    print(fmt::format("{:<44} {:>3} {:<40} {:.100}\n", doubt.rule->id, doubt.told,
                      doubt.caught.empty() ? "NO LIE IS NOTICED" : doubt.caught, doubt.seen));
  }
  print(fmt::format(
      "{} of {} rules are turned to fail by a lie; {} not tried; the model does not see {} lies "
      "that a test sees\n",
      doubts.size() - static_cast<std::size_t>(uncaught), doubts.size(), not_passing,
      contradictions));
  return uncaught == 0 ? report::kExitKept : report::kExitViolated;
}

}  // namespace ipcspec::cli
