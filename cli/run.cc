#include "cli/run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "cli/expectations.hpp"
#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/progress.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "harness/run_directory.hpp"
#include "report/formats.hpp"
#include "report/summary.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr auto kSaveEvery = std::chrono::milliseconds(500);
// The longer the run, the more there is to save: no more than one part in so many of the time goes
// into that.
constexpr int kSaveShare = 20;

std::string text_of(const report::Results& results, const RunArguments& arguments) {
  const report::Format format = report::format_named(arguments.format);
  const report::Matrix alone = {.platforms = {results}, .duration_s = results.duration_s};
  if (format != report::Format::tty) return report::matrix_text(alone, format);
  const report::TtyOptions options = {
      .color = arguments.output.empty() && wants_color(STDOUT_FILENO),
      .width_columns = width_columns(STDOUT_FILENO)};
  std::string text = report::results_tty(results, options);
  for (const std::string& stale : results.stale) text += stale + "\n";
  return text;
}

RunPlan plan_of(const RunArguments& arguments) {
  RunPlan plan;
  plan.rules = tests_named(arguments.patterns);
  plan.jobs = arguments.jobs;
  plan.timeout_ms = arguments.timeout_s * 1000;
  plan.repeat = arguments.repeat;
  plan.fail_fast = arguments.fail_fast;
  plan.seed = arguments.seed;
  if (arguments.format == "html") plan.pictures = RuleProcessOptions::Pictures::unless_passed;
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
    const auto begin = std::chrono::steady_clock::now();
    if (file_ == nullptr || begin < next_) return;
    report::Results results = begun_;
    results.rules = so_far();
    results.not_run = rules_ - static_cast<int>(results.rules.size());
    results.stopped_by = "the end of the program";
    file_->save(text_of(results, arguments_));
    const auto end = std::chrono::steady_clock::now();
    next_ =
        end + std::max<std::chrono::steady_clock::duration>(kSaveEvery, (end - begin) * kSaveShare);
  }

 private:
  OutputFile* file_;
  const RunArguments& arguments_;
  const report::Results& begun_;
  int rules_;  // that were asked for
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kSaveEvery;
};

// Opened before anything is run, and written in place: what a container leaves its message in is a
// mount, which no file can be renamed onto.
UniqueFd open_summary(const std::string& path) {
  if (path.empty()) return UniqueFd();
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) throw UsageError(system_error_text(fmt::format("cannot write '{}'", path)));
  return fd;
}

bool write_summary(const UniqueFd& fd, const report::Results& results) {
  if (!fd) return true;
  const std::string text = report::summary_json(results);
  if (::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return true;
  say(fmt::format("ipcspec: {}\n", system_error_text("cannot write the summary")));
  return false;
}

}  // namespace

int run(const RunArguments& arguments) {
  const RunPlan plan = plan_of(arguments);
  const std::vector<report::Expectation> expectations = read_expectations(arguments.expect);
  std::unique_ptr<OutputFile> file;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  const UniqueFd summary = open_summary(arguments.summary);
  harness::collect_garbage();
  remember_stop_signals();
  report::Results begun;
  begun.platform = probe_platform();
  if (arguments.format == "json" || arguments.format == "html" || summary) {
    begun.platform.binary_sha256 = binary_sha256("/proc/self/exe");
  }
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
  report::Matrix judged = {.platforms = {results}, .duration_s = results.duration_s};
  report::mark_expected(expectations, judged);
  results = judged.platforms.front();
  const bool summarised = write_summary(summary, results);
  const bool delivered = deliver(text_of(results, arguments), file.get()) && summarised;
  if (file && delivered && is_terminal(STDERR_FILENO)) {
    say(fmt::format("{}; written to {}\n", report::to_text(report::count_verdicts(results)),
                    arguments.output));
  }
  if (stop_signal() != 0) return stop_exit_status();
  const int code = arguments.no_fail ? report::kExitKept : report::exit_code_of(results);
  return code == report::kExitKept && !delivered ? report::kExitBroken : code;
}

}  // namespace ipcspec::cli
