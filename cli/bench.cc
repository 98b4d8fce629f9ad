#include "cli/bench.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <memory>

#include "bench/child.hpp"
#include "bench/executable.hpp"
#include "bench/figures.hpp"
#include "bench/framing.hpp"
#include "bench/judging.hpp"
#include "bench/schedules.hpp"
#include "bench/settling.hpp"
#include "bench/transfer.hpp"
#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/progress.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "harness/controller.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "properties/explored.hpp"
#include "report/bench.hpp"
#include "report/results.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::cli {
namespace {

constexpr const char* kExecutable = "/proc/self/exe";
constexpr const char* kFirstRule = "pipe.eof.all-writers-closed";
constexpr int kPartTimeoutMs = 60000;
constexpr int kCellTimeoutMs = 10000;
constexpr int kOrphansMs = 10000;
constexpr double kQuickSeconds = 1.5;
constexpr int kRounds = 2000;
constexpr int kQuickRounds = 300;
constexpr int kFramingMs = 1000;
constexpr int kQuickFramingMs = 100;
// What is judged alone: so many schedules, for so long.
constexpr std::uint64_t kJudgedSchedules = 300;
constexpr int kJudgingMs = 1000;
constexpr int kQuickJudgingMs = 100;
constexpr int kStarts = 9;
constexpr int kQuickStarts = 3;

// Those of `ipcspec explore --processes 3 --steps 12 --seed 1`.
properties::Plan explored_plan() {
  properties::Plan plan;
  plan.mix.processes_max = 3;
  plan.mix.steps_max = 12;
  plan.seed = 1;
  return plan;
}

// All that explore does with a schedule.
bench::Carry explores() {
  return [plan = explored_plan(), tally = properties::Tally{}](
             harness::Session& session, std::uint64_t number) mutable -> bench::Carried {
    if (tally.schedules == 0) plan.mix.facts = harness::Controller(session).trace().facts;
    const op::Trace trace = properties::explored(session, plan, number, tally).run.trace;
    bench::Carried carried;
    for (const op::Event& event : trace.events) {
      if (std::holds_alternative<op::BirthEvent>(event)) ++carried.processes;
      if (std::holds_alternative<op::CallEvent>(event)) ++carried.calls;
    }
    return carried;
  };
}

// Traces of schedules without races, as the rules have a kernel carry them out.
std::vector<op::Trace> traces_to_judge() {
  properties::Plan plan = explored_plan();
  plan.mix.race_percent = 0;
  std::vector<op::Trace> traces(kJudgedSchedules);
  for (std::uint64_t number = 0; number < kJudgedSchedules; ++number) {
    const properties::Recipe recipe = properties::recipe_of(plan, number);
    properties::schedule_of(recipe.genes, recipe.mix, &traces[number]);
  }
  return traces;
}

class Bench {
 public:
  explicit Bench(const BenchArguments& arguments) : arguments_(arguments) {
    patience_.timeout_ms = kPartTimeoutMs;
    patience_.mask_while_waiting = &mask_while_waiting();
    patience_.stopped = [] { return stop_signal() != 0; };
  }

  bench::Figures run() {
    // Workers whose controller was killed come here, so that their end can be waited for.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    {
      if (wants("transfer")) measure_transfers(harness::RunDirectory());
      // As explore has them.
      using Place = harness::RunDirectory::Place;
      if (wants("harness")) measure_harness(harness::RunDirectory(Place::memory));
      if (stop_signal() != 0) harness::reap_orphans(kOrphansMs);
    }
    if (wants("framing")) measure_framing();
    if (wants("program")) {
      measure_rules();
      measure_start();
      measure_size();
    }
    if (stop_signal() != 0) {
      // A run of our own that was cut off could not tidy up.
      harness::reap_orphans(kOrphansMs);
      harness::collect_garbage();
    }
    figures_.stopped_by = stop_signal_name();
    return std::move(figures_);
  }

 private:
  bool wants(const char* part) const {
    return stop_signal() == 0 && (arguments_.only.empty() || arguments_.only == part);
  }

  void measure_transfers(const harness::RunDirectory& directory) {
    bench::TransferPlan plan;
    plan.directory = directory.path();
    plan.name_prefix = directory.name_prefix();
    plan.seconds = arguments_.quick ? kQuickSeconds : arguments_.seconds;
    plan.pinned_cpu = usable_processors().front();
    plan.patience = patience_;
    plan.patience.timeout_ms = kCellTimeoutMs;
    const int total = bench::count_of_cells(plan);
    bench::measure_transfers(plan, [&](const bench::Cell& cell) {
      figures_.cells.push_back(cell);
      line_.show(
          fmt::format("{} of {}: {}", figures_.cells.size(), total, title_of(cell.mechanism)));
    });
  }

  // The part's figures, measured in a process of its own; why not is noted.
  template <typename T, typename Work>
  std::optional<T> ask(const std::string& part, const Work& work) {
    if (stop_signal() != 0) return std::nullopt;
    line_.show(part);
    const bench::ChildAnswer answer =
        bench::ask_child([&] { return bench::bytes_of(work()); }, patience_);
    if (answer.kind == bench::ChildAnswer::Kind::answered) {
      if (const auto value = bench::value_of<T>(answer.text)) return value;
    }
    if (stop_signal() == 0) note(part, answer.text);
    return std::nullopt;
  }

  void note(const std::string& part, const std::string& why) {
    figures_.troubles.push_back(fmt::format("{} could not be measured: {}", part, why));
  }

  void measure_harness(const harness::RunDirectory& directory) {
    figures_.settling = ask<bench::SettlingFigures>("the harness", [&] {
      return bench::measure_settling(directory.path(), directory.name_prefix(),
                                     usable_processors().front(),
                                     arguments_.quick ? kQuickRounds : kRounds);
    });
    figures_.schedules = ask<bench::ScheduleFigures>("schedules", [&] {
      return bench::measure_schedules(directory.path(), directory.name_prefix(),
                                      usable_processors(),
                                      arguments_.quick ? kQuickRounds : kRounds, explores());
    });
    figures_.judging = ask<bench::JudgingFigures>("the judge", [&] {
      const auto conforms = [](const op::Trace& trace) {
        return spec::judge(trace).judgement == spec::Judgement::conforms;
      };
      return bench::measure_judging(traces_to_judge(), conforms,
                                    arguments_.quick ? kQuickJudgingMs : kJudgingMs);
    });
  }

  void measure_framing() {
    figures_.framing = ask<bench::FramingFigures>("framing", [&] {
      return bench::measure_framing(arguments_.quick ? kQuickFramingMs : kFramingMs);
    });
  }

  void measure_rules() {
    if (stop_signal() != 0) return;
    line_.show("all rules");
    RunPlan plan;
    plan.rules = tests_named({});
    plan.jobs = usual_jobs();
    const report::Results results = run_rules(plan, {});
    if (stop_signal() != 0) return;
    figures_.rules = {static_cast<int>(results.rules.size()),
                      plan.jobs,
                      static_cast<int>(usable_processors().size()),
                      results.duration_s,
                      report::cpu_s(results),
                      report::to_text(report::count_verdicts(results))};
  }

  void measure_start() {
    struct Milliseconds {
      double verdict;
      double version;
    };
    const auto found = ask<Milliseconds>("the start", [&] {
      const bench::StartFigures figures =
          bench::measure_start(kExecutable, kFirstRule, arguments_.quick ? kQuickStarts : kStarts);
      return Milliseconds{figures.verdict_ms, figures.version_ms};
    });
    if (found) figures_.start = {found->verdict, found->version, kFirstRule};
  }

  void measure_size() {
    figures_.size =
        ask<bench::SizeFigures>("the size", [] { return bench::measure_executable(kExecutable); });
  }

  const BenchArguments& arguments_;
  StatusLine line_;
  bench::Patience patience_;
  bench::Figures figures_;
};

}  // namespace

int bench(const BenchArguments& arguments) {
  // Before anything is measured: a place that is not writable should cost no time.
  std::unique_ptr<OutputFile> file;
  std::unique_ptr<OutputFile> picture;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  if (!arguments.svg.empty()) picture = std::make_unique<OutputFile>(arguments.svg);
  harness::collect_garbage();
  remember_stop_signals();
  const bench::Figures figures = Bench(arguments).run();
  const report::Platform platform = probe_platform();
  const bool to_screen = file == nullptr && wants_color(STDOUT_FILENO);
  bool delivered =
      deliver(arguments.format == "json" ? report::bench_json(figures, platform)
                                         : report::bench_tty(figures, platform, to_screen),
              file.get());
  if (picture && !deliver(report::bench_svg(figures, platform), picture.get())) delivered = false;
  if (stop_signal() != 0) return stop_exit_status();
  return delivered ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
