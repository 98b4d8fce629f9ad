#include "cli/explain.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "report/tty.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

std::string shown(const report::RuleResult& result, const report::TtyOptions& options) {
  if (result.verdict == Verdict::pass) {
    return fmt::format(
        "\nHow it is tested, as run here just now ({} us, blocked calls {}; the model: {}):\n\n{}",
        result.duration_us, to_string(result.evidence),
        result.model.empty() ? "nothing to judge" : result.model, result.picture);
  }
  std::string text =
      fmt::format("\nIt cannot be shown being kept here; the verdict is {}:\n",
                  report::painted(result.verdict, to_string(result.verdict), options.color));
  text += report::wrapped(result.message, 4, options.width_columns);
  return result.picture.empty() ? text : text + "\n" + result.picture;
}

}  // namespace

int explain(const std::string& id) {
  const report::TtyOptions options = {.color = wants_color(STDOUT_FILENO),
                                      .width_columns = width_columns(STDOUT_FILENO)};
  RunPlan plan;
  const spec::Rule& rule = rule_named(id);
  plan.rules = {&rule};
  plan.pictures = RuleProcessOptions::Pictures::all;
  plan.picture = {.width_columns = options.width_columns, .unicode = speaks_utf8()};
  // Said first: it must not depend on whether anything can be run here.
  if (!print(report::rule_tty(rule, options))) return report::kExitBroken;
  if (!spec::has_test(rule)) {
    const std::string how = "No test of its own shows it: the model holds recorded runs to it.";
    print("\n" + report::wrapped(how, 0, options.width_columns));
    return report::kExitKept;
  }
  remember_stop_signals();
  const report::Results results = run_rules(plan, {});
  if (stop_signal() != 0) return stop_exit_status();
  for (const report::RuleResult& result : results.rules) print(shown(result, options));
  return report::kExitKept;
}

}  // namespace ipcspec::cli
