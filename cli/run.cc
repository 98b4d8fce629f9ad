#include "cli/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/progress.hpp"
#include "cli/rule_runner.hpp"
#include "cli/surroundings.hpp"
#include "harness/run_directory.hpp"
#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/tap.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr auto kSaveEvery = std::chrono::milliseconds(500);
constexpr int kSignalExitBase = 128;

struct RunArguments {
  std::vector<std::string> patterns;
  std::string format = "tty";
  std::string output;
  int jobs = 0;
  int timeout_s = 60;
  int repeat = 1;
  bool fail_fast = false;
  std::uint64_t seed = 0;
  CLI::Option* seed_option = nullptr;
};

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
  plan.rules = rules_named(arguments.patterns);
  plan.jobs = arguments.jobs;
  plan.timeout_ms = arguments.timeout_s * 1000;
  plan.repeat = arguments.repeat;
  plan.fail_fast = arguments.fail_fast;
  if (arguments.seed_option->count() > 0) plan.seed = arguments.seed;
  if (arguments.format == "tty") {
    plan.pictures = RuleProcessOptions::Pictures::unless_passed;
    plan.picture.width_columns = width_columns(STDOUT_FILENO);
  }
  return plan;
}

// What is known so far, beside the file that the user asked for, in case this process dies.
class Saver {
 public:
  Saver(OutputFile* file, const RunArguments& arguments, const report::Results& begun)
      : file_(file), arguments_(arguments), begun_(begun) {}
  void operator()(const Progress& progress, const std::vector<report::RuleResult>& rules) {
    const auto now = std::chrono::steady_clock::now();
    if (file_ == nullptr || now - last_ < kSaveEvery) return;
    last_ = now;
    report::Results results = begun_;
    results.rules = rules;
    results.not_run = progress.total - progress.done;
    results.stopped_by = "the end of the program";
    file_->save(text_of(results, arguments_));
  }

 private:
  OutputFile* file_;
  const RunArguments& arguments_;
  const report::Results& begun_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// True when the results reached somebody.
bool deliver(const std::string& text, OutputFile* file) {
  if (file == nullptr) {
    if (print(text)) return true;
    // Better on the wrong stream than lost.
    say(text);
    return false;
  }
  const std::string trouble = file->finish(text);
  if (trouble.empty()) return true;
  say(fmt::format("ipcspec: {}\nipcspec: the results follow on standard output\n", trouble));
  print(text);
  return false;
}

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
    Saver saver(file.get(), arguments, begun);
    results = run_rules(plan, [&](const Progress& progress, const auto& rules) {
      line.show(progress);
      saver(progress, rules);
    });
  }
  results.platform = begun.platform;
  const bool delivered = deliver(text_of(results, arguments), file.get());
  if (file && delivered && is_terminal(STDERR_FILENO)) {
    say(fmt::format("{}; written to {}\n", report::to_text(report::count_verdicts(results)),
                    arguments.output));
  }
  if (stop_signal() != 0) return kSignalExitBase + stop_signal();
  const int code = report::exit_code_of(results);
  return code == report::kExitKept && !delivered ? report::kExitBroken : code;
}

}  // namespace

void add_run(Program& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = program.add_command("run", "Judge rules on this platform",
                                          [arguments] { return run(*arguments); });
  program.completes[command->add_option("GLOB", arguments->patterns,
                                        "Rules to run: ids, patterns such as 'pipe.eof.*', or "
                                        "mechanisms (default: every rule)")
                        ->type_name("")] = Completes::rules;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json", "junit", "tap"},
                     "Form of the results (default: tty)");
  program.completes[command
                        ->add_option("-o,--output", arguments->output,
                                     "Write the results to FILE instead of standard output")
                        ->type_name("FILE")] = Completes::file;
  command
      ->add_option("-j,--jobs", arguments->jobs,
                   "Rules that run side by side (default: one per usable processor)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--timeout", arguments->timeout_s,
                   "Seconds after which a rule is given up as unknown (default: 60)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86400));
  command->add_option("--repeat", arguments->repeat, "Run everything N times; the worst verdict counts")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  command->add_flag("--fail-fast", arguments->fail_fast,
                    "Stop at the first rule that is violated or broken");
  arguments->seed_option =
      command->add_option("--seed", arguments->seed, "Run the rules in an order drawn from NUMBER")
          ->type_name("NUMBER");
  program.add_examples(command, {{"ipcspec run", "every rule"},
                                 {"ipcspec run pipe fifo", "two mechanisms"},
                                 {"ipcspec run 'pipe.eof.*' --repeat 100", "look for a flaky rule"},
                                 {"ipcspec run --format junit -o ipc.xml", "for a CI server"}});
}

}  // namespace ipcspec::cli
