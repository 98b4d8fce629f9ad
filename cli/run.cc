#include "cli/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/progress.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "harness/run_directory.hpp"
#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/tap.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr auto kSaveEvery = std::chrono::milliseconds(500);

std::string text_of(const report::Results& results, const RunArguments& arguments) {
  if (arguments.format == "json") return report::results_json(results);
  if (arguments.format == "junit") return report::results_junit(results);
  if (arguments.format == "tap") return report::results_tap(results);
  const bool to_screen = arguments.output.empty();
  return report::results_tty(results, {.color = to_screen && wants_color(STDOUT_FILENO),
                                       .width_columns = width_columns(STDOUT_FILENO)});
}

RunPlan plan_of(const RunArguments& arguments) {
  RunPlan plan;
  plan.rules = tests_named(arguments.patterns);
  plan.jobs = arguments.jobs;
  plan.timeout_ms = arguments.timeout_s * 1000;
  plan.repeat = arguments.repeat;
  plan.fail_fast = arguments.fail_fast;
  plan.seed = arguments.seed;
  if (arguments.format == "tty") {
    plan.pictures = RuleProcessOptions::Pictures::unless_passed;
    plan.picture.width_columns = width_columns(STDOUT_FILENO) - report::kDetailIndent;
    plan.picture.unicode = speaks_utf8();
  }
  return plan;
}

// What is known so far, beside the file that the user asked for, in case this process dies.
class Saver {
 public:
  Saver(OutputFile* file, const RunArguments& arguments, const report::Results& begun, int rules)
      : file_(file), arguments_(arguments), begun_(begun), rules_(rules) {}
  void operator()(const SoFar& so_far) {
    const auto now = std::chrono::steady_clock::now();
    if (file_ == nullptr || now - last_ < kSaveEvery) return;
    last_ = now;
    report::Results results = begun_;
    results.rules = so_far();
    results.not_run = rules_ - static_cast<int>(results.rules.size());
    results.stopped_by = "the end of the program";
    file_->save(text_of(results, arguments_));
  }

 private:
  OutputFile* file_;
  const RunArguments& arguments_;
  const report::Results& begun_;
  int rules_;  // that were asked for
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

int run(const RunArguments& arguments) {
  const RunPlan plan = plan_of(arguments);
  std::unique_ptr<OutputFile> file;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  harness::collect_garbage();
  remember_stop_signals();
  report::Results begun;
  begun.platform = probe_platform();
  begun.seed = plan.seed;
  begun.repeat = plan.repeat;
  report::Results results;
  {
    ProgressLine line;
    Saver saver(file.get(), arguments, begun, static_cast<int>(plan.rules.size()));
    results = run_rules(plan, [&](const Progress& progress, const SoFar& so_far) {
      line.show(progress);
      saver(so_far);
    });
  }
  results.platform = begun.platform;
  const bool delivered = deliver(text_of(results, arguments), file.get());
  if (file && delivered && is_terminal(STDERR_FILENO)) {
    say(fmt::format("{}; written to {}\n", report::to_text(report::count_verdicts(results)),
                    arguments.output));
  }
  if (stop_signal() != 0) return stop_exit_status();
  const int code = report::exit_code_of(results);
  return code == report::kExitKept && !delivered ? report::kExitBroken : code;
}

}  // namespace ipcspec::cli
