#include "cli/rule_runner.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <random>

#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"

namespace ipcspec::cli {
namespace {

using Clock = std::chrono::steady_clock;

// A rule process costs the main process two descriptors, and a few are needed besides.
constexpr rlim_t kFdsPerJob = 2;
constexpr rlim_t kFdsBesides = 16;
// How long the nurseries of rules that were killed may take to clean up.
constexpr int kCleanUpMs = 10000;

// A rule that is being run by the process of its slot.
struct Job {
  std::size_t slot;
  Clock::time_point deadline;
};

int affordable_jobs(int wanted) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const rlim_t room = limit.rlim_cur > kFdsBesides ? limit.rlim_cur - kFdsBesides : 0;
  return static_cast<int>(std::clamp<rlim_t>(room / kFdsPerJob, 1, static_cast<rlim_t>(wanted)));
}

class RuleRunner {
 public:
  RuleRunner(const RunPlan& plan, const Watcher& watcher)
      : plan_(plan),
        watcher_(watcher),
        processors_(usable_processors()),
        random_(plan.seed.value_or(0)) {
    const int wanted = plan.jobs > 0 ? plan.jobs : usual_jobs();
    free_slots_.resize(static_cast<std::size_t>(affordable_jobs(wanted)));
    processes_.resize(free_slots_.size());
    for (std::size_t i = 0; i < free_slots_.size(); ++i)
      free_slots_[i] = free_slots_.size() - 1 - i;
    progress_.total = static_cast<int>(plan.rules.size()) * plan.repeat;
    for (std::size_t i = 0; i < plan.rules.size(); ++i) place_[plan.rules[i]] = i;
    found_.resize(plan.rules.size());
  }

  report::Results run() {
    const auto start = Clock::now();
    // Nurseries whose controller was killed come here, so that their end can be waited for.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    report::Results results;
    while (!stopping() && (has_next() || !jobs_.empty())) {
      start_jobs();
      tell();
      wait();
      collect();
    }
    results.stopped_by = stop_signal() != 0 ? stop_signal_name() : stopped_by_;
    jobs_.clear();
    processes_.clear();
    // Their directories are ours to remove only when they are done with them.
    harness::reap_orphans(kCleanUpMs);
    results.rules = so_far();
    results.not_run = static_cast<int>(plan_.rules.size() - results.rules.size());
    results.seed = plan_.seed;
    results.repeat = plan_.repeat;
    results.duration_s = std::chrono::duration<double>(Clock::now() - start).count();
    return results;
  }

 private:
  bool has_next() const { return started_ < progress_.total; }

  // Round by round, so that repeats of a rule are far apart.
  const spec::Rule& take_next() {
    const std::size_t place = static_cast<std::size_t>(started_++) % plan_.rules.size();
    if (place == 0) {
      round_ = plan_.rules;
      if (plan_.seed) {
        shuffle(round_, random_);
      } else {
        std::ranges::stable_partition(round_,
                                      [](const auto* rule) { return has_long_test(*rule); });
      }
    }
    return *round_[place];
  }

  // std::shuffle may differ between libraries; a seed has to mean the same order everywhere.
  static void shuffle(std::vector<const spec::Rule*>& rules, std::mt19937_64& random) {
    for (std::size_t i = rules.size(); i > 1; --i) std::swap(rules[i - 1], rules[random() % i]);
  }

  bool stopping() const { return stop_signal() != 0 || !stopped_by_.empty(); }

  void start_jobs() {
    while (!free_slots_.empty() && has_next() && !stopping()) {
      const spec::Rule& rule = take_next();
      if (!has_test(rule)) {
        record(without_run(rule, Verdict::broken, "this program has no test of the rule"));
      } else {
        start(rule);
      }
    }
  }

  std::unique_ptr<RuleProcess> make_process(std::size_t slot) {
    RuleProcessOptions options;
    options.directory = directory_.path();
    options.name_prefix = directory_.name_prefix();
    options.scenario = processes_made_++ * kScenariosPerProcess;
    options.cpu = processors_[slot % processors_.size()];
    options.timeout_ms = plan_.timeout_ms;
    options.pictures = plan_.pictures;
    options.picture = plan_.picture;
    options.settle_budget_ms = plan_.settle_budget_ms;
    options.grace_ms = plan_.grace_ms;
    return std::make_unique<RuleProcess>(options);
  }

  void start(const spec::Rule& rule) {
    const std::size_t slot = free_slots_.back();
    std::unique_ptr<RuleProcess>& process = processes_[slot];
    const auto told = plan_.lies.find(&rule);
    const ToldLie lie = told == plan_.lies.end() ? ToldLie{} : told->second;
    if (plan_.on_start) plan_.on_start(rule);
    try {
      // One that ended after its last rule is not there to take this one.
      if (!process || !process->usable() || !process->begin(rule, lie)) {
        process.reset();
        process = make_process(slot);
        process->begin(rule, lie);
      }
      jobs_.push_back({slot, Clock::now() + std::chrono::milliseconds(plan_.timeout_ms)});
      free_slots_.pop_back();
    } catch (const Broken& error) {
      record(without_run(rule, Verdict::broken, error.what()));
    }
  }

  static report::RuleResult without_run(const spec::Rule& rule, Verdict verdict,
                                        std::string message) {
    report::RuleResult result;
    result.rule = &rule;
    result.verdict = verdict;
    result.message = std::move(message);
    result.runs[static_cast<std::size_t>(verdict)] = 1;
    return result;
  }

  // Until a rule process has something to say, the first deadline, or a signal.
  void wait() {
    if (jobs_.empty()) return;
    std::vector<pollfd> entries;
    Clock::time_point first = jobs_.front().deadline;
    for (const Job& job : jobs_) {
      entries.push_back({processes_[job.slot]->fd(), POLLIN, 0});
      first = std::min(first, job.deadline);
    }
    const auto left = std::max(Clock::duration::zero(), first - Clock::now());
    const auto left_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec timeout = {left_ns / 1'000'000'000, left_ns % 1'000'000'000};
    ::ppoll(entries.data(), entries.size(), &timeout, &mask_while_waiting());
  }

  void collect() {
    for (std::size_t i = 0; i < jobs_.size();) {
      Job& job = jobs_[i];
      RuleProcess& process = *processes_[job.slot];
      bool done = process.read();
      if (!done && Clock::now() >= job.deadline) {
        process.kill_late(plan_.timeout_ms);
        done = true;
      }
      if (!done) {
        ++i;
        continue;
      }
      record(process.result());
      free_slots_.push_back(job.slot);
      jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void record(report::RuleResult result) {
    ++progress_.done;
    ++progress_.counts[static_cast<std::size_t>(result.verdict)];
    if (plan_.fail_fast && result.verdict >= Verdict::broken) {
      stopped_by_ = "--fail-fast after " + std::string(result.rule->id);
    }
    if (plan_.on_result) plan_.on_result(result);
    std::optional<report::RuleResult>& kept = found_[place_.at(result.rule)];
    if (!kept) {
      kept = std::move(result);
      return;
    }
    report::merge(*kept, std::move(result));
  }

  std::vector<report::RuleResult> so_far() const {
    std::vector<report::RuleResult> results;
    for (const auto& result : found_) {
      if (result) results.push_back(*result);
    }
    return results;
  }

  void tell() {
    if (!watcher_) return;
    progress_.running.clear();
    for (const Job& job : jobs_) progress_.running.push_back(processes_[job.slot]->rule().id);
    watcher_(progress_, [this] { return so_far(); });
  }

  // More than any process makes directories for.
  static constexpr int kScenariosPerProcess = 10'000;

  const RunPlan& plan_;
  const Watcher& watcher_;
  std::vector<int> processors_;
  harness::RunDirectory directory_;
  std::mt19937_64 random_;
  std::vector<const spec::Rule*> round_;  // in the order of running
  int started_ = 0;
  std::vector<std::size_t> free_slots_;
  std::vector<std::unique_ptr<RuleProcess>> processes_;  // by slot; none before its first rule
  int processes_made_ = 0;
  std::vector<Job> jobs_;
  std::map<const spec::Rule*, std::size_t> place_;
  std::vector<std::optional<report::RuleResult>> found_;
  Progress progress_;
  std::string stopped_by_;
};

}  // namespace

int usual_jobs() { return 4 * static_cast<int>(usable_processors().size()); }

report::Results run_rules(const RunPlan& plan, const Watcher& watcher) {
  return RuleRunner(plan, watcher).run();
}

}  // namespace ipcspec::cli
