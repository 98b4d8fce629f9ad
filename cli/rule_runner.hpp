// Runs rules, several at a time, each in a process other than this one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/rule_process.hpp"
#include "report/results.hpp"
#include "spec/rule.hpp"

namespace ipcspec::cli {

struct RunPlan {
  std::vector<const spec::Rule*> rules;  // in the order of the catalogue
  int jobs = 0;                          // 0: usual_jobs()
  int timeout_ms = 60000;
  int repeat = 1;
  bool fail_fast = false;
  std::optional<std::uint64_t> seed;  // shuffles the order of running
  RuleProcessOptions::Pictures pictures = RuleProcessOptions::Pictures::none;
  report::LaneOptions picture;
  std::map<const spec::Rule*, ToldLie> lies;  // told to the tests of these rules
  int settle_budget_ms = 20000;
  int grace_ms = 1000;
  // Called before a rule's process is made, and with what came of each single run.
  std::function<void(const spec::Rule&)> on_start;
  std::function<void(const report::RuleResult&)> on_result;
};

struct Progress {
  int done = 0;
  int total = 0;
  report::Counts counts{};
  std::vector<std::string_view> running;
};

// Called whenever a rule started or ended; `so_far()` gives the results known by then.
using SoFar = std::function<std::vector<report::RuleResult>()>;
using Watcher = std::function<void(const Progress&, const SoFar& so_far)>;

// How many rules run side by side unless somebody says otherwise: four per usable processor, since
// processes that wait for each other, or for a timer of the kernel, leave it idle.
int usual_jobs();

// Blocks until every rule has its verdict or a signal asked to stop. Everything that the rules
// made is gone afterwards. Throws Unsupported when there is no directory to work in.
report::Results run_rules(const RunPlan& plan, const Watcher& watcher);

}  // namespace ipcspec::cli
