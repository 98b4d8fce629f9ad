#include "cli/matrix.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <memory>

#include "cli/expectations.hpp"
#include "cli/matrix_text.hpp"
#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/platform_lines.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "harness/run_directory.hpp"
#include "platform/conduct.hpp"
#include "platform/kernels.hpp"
#include "platform/machines.hpp"
#include "report/expect.hpp"

namespace ipcspec::cli {
namespace {

// Where no platform is named, `all` stands for every one that is known, not for kernels alone.
std::vector<platform::Platform> platforms_named(const MatrixArguments& arguments, bool all) {
  std::vector<platform::Platform> named;
  const auto add = [&](const platform::Platform& one) {
    if (std::ranges::find(named, one) == named.end()) named.push_back(one);
  };
  try {
    for (const std::string& kernel : arguments.kernels) {
      if (platform::kernel_in_cache(kernel).empty()) platform::fetch_kernel(kernel);
    }
    for (const std::string& name : arguments.platforms) add(platform::platform_named(name));
    if (all) named = platform::known_platforms(platform::places());
    for (const std::string& kernel : arguments.kernels) {
      add(platform::platform_named(platform::platform_of_kernel(kernel)));
    }
  } catch (const platform::UnknownPlatform& error) {
    throw UsageError(error.what());
  }
  for (const std::string& pattern : arguments.skip) {
    std::erase_if(named, [&](const platform::Platform& one) {
      return ::fnmatch(pattern.c_str(), one.name.c_str(), 0) == 0;
    });
  }
  if (named.empty()) throw UsageError("--skip leaves no platform");
  return named;
}

platform::Conduct plan_of(const MatrixArguments& arguments, bool all) {
  platform::Conduct plan;
  plan.platforms = platforms_named(arguments, all);
  plan.order.rules = tests_named(arguments.patterns);
  plan.parallel =
      arguments.parallel > 0 ? arguments.parallel : static_cast<int>(usable_processors().size());
  const bool alone = plan.platforms.size() == 1 || plan.parallel == 1;
  plan.order.jobs = arguments.jobs > 0 ? arguments.jobs : alone ? usual_jobs() : 1;
  plan.order.timeout_s = arguments.timeout_s;
  plan.order.repeat = arguments.repeat;
  plan.order.seed = arguments.seed;
  try {
    plan.order.fault = platform::fault_wanted();
  } catch (const platform::BadOrder& error) {
    throw UsageError(error.what());
  }
  plan.program = platform::places().program;
  plan.mask_while_waiting = &mask_while_waiting();
  plan.stopped_by = stop_signal_name;
  return plan;
}

// The program that is carried into the platform.
std::string program_of(const platform::Platform& one, const std::string& own) {
  if (one.kind == platform::Kind::arch) return one.path;
  const bool foreign =
      one.kind == platform::Kind::qemu && one.architecture != platform::kOwnArchitecture;
  return foreign ? platform::foreign_program(one.architecture) : own;
}

// Of each program once: one that was not optimised is large, and a second goes by.
void add_sums(const platform::Conduct& plan, report::Matrix& matrix) {
  std::map<std::string, std::string> sums;
  for (std::size_t i = 0; i < plan.platforms.size(); ++i) {
    if (!matrix.platforms[i].missing.empty()) continue;
    const std::string program = program_of(plan.platforms[i], plan.program);
    std::string& sum = sums[program];
    if (sum.empty()) sum = binary_sha256(program);
    matrix.platforms[i].platform.binary_sha256 = sum;
  }
}

int conduct_and_tell(const MatrixArguments& arguments, bool all_must_run) {
  const std::vector<report::Expectation> expectations = read_expectations(arguments.expect);
  platform::Conduct plan = plan_of(arguments, !all_must_run);
  std::unique_ptr<OutputFile> file;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  harness::collect_garbage();
  remember_stop_signals();
  report::Matrix matrix;
  {
    PlatformLines lines(PlatformLines::Ends::told);
    plan.watch = [&](const auto& progress) { lines.show(progress); };
    matrix = platform::conduct(plan);
  }
  // No other format shows them.
  if (arguments.format == "json" || arguments.format == "html") add_sums(plan, matrix);
  report::mark_expected(expectations, matrix);
  const bool delivered = deliver(
      matrix_text(matrix, report::format_named(arguments.format), file == nullptr), file.get());
  if (stop_signal() != 0) return stop_exit_status();
  const int code = arguments.no_fail ? report::kExitKept : report::exit_code_of(matrix);
  const bool missing = std::ranges::any_of(
      matrix.platforms, [](const report::Results& results) { return !results.missing.empty(); });
  if (code != report::kExitKept) return code;
  return delivered && !(missing && all_must_run) ? report::kExitKept : report::kExitBroken;
}

}  // namespace

int matrix(const MatrixArguments& arguments) { return conduct_and_tell(arguments, false); }

int run_on(const MatrixArguments& arguments) { return conduct_and_tell(arguments, true); }

}  // namespace ipcspec::cli
