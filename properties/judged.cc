#include "properties/judged.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "report/tty.hpp"

namespace ipcspec::properties {
namespace {

JudgedRun without_ruling(Verdict verdict, std::string trouble) {
  JudgedRun run;
  run.verdict = verdict;
  run.trouble = std::move(trouble);
  return run;
}

JudgedRun run_once(harness::Session& session, const op::Script& script,
                   const spec::JudgeOptions& options) {
  harness::ScriptRun ran;
  try {
    ran = harness::run_script(session, script);
  } catch (const Unsupported& error) {
    return without_ruling(Verdict::unsupported, error.what());
  } catch (const Broken& error) {
    return without_ruling(Verdict::broken, error.what());
  }
  JudgedRun run = without_ruling(ran.ending, std::move(ran.trouble));
  run.trace = std::move(ran.trace);
  run.skipped = std::move(ran.skipped);
  run.by_sleep = ran.by_sleep;
  if (run.verdict != Verdict::pass) return run;
  run.ruling = spec::judge(run.trace, options);
  run.verdict = report::verdict_of(run.ruling.judgement);
  return run;
}

// Whether what is held against the kernel follows a moment at which all was quiet only by the sleep
// of the processes: one at which a call was blocked, or after which somebody died.
bool rests_on_sleep(const JudgedRun& run) {
  if (run.verdict != Verdict::fail || !run.by_sleep) return false;
  const auto& events = run.trace.events;
  const std::size_t end = std::min(events.size(), run.ruling.why->event + 1);
  return std::ranges::any_of(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(end),
                             [](const op::Event& event) {
                               const auto* quiet = std::get_if<op::QuietEvent>(&event);
                               return (quiet != nullptr && !quiet->blocked.empty()) ||
                                      std::holds_alternative<op::DeathEvent>(event);
                             });
}

}  // namespace

JudgedRun run_and_judge(harness::Session& session, const op::Script& script,
                        const spec::JudgeOptions& options, const IsKnown& is_known) {
  JudgedRun run;
  for (const int quiet_ms : harness::kQuietMs) {
    session.set_quiet_ms(quiet_ms);
    run = run_once(session, script, options);
    run.repeats = run.verdict == Verdict::fail && is_known && is_known(run);
    if (run.repeats || !rests_on_sleep(run)) break;
  }
  return run;
}

std::string verdict_text(const JudgedRun& run, const spec::Profile& profile,
                         const report::RulingOptions& options) {
  if (run.trouble.empty()) return report::ruling_text(run.trace, run.ruling, profile, options);
  return report::headline(run.verdict, "not judged", options) +
         report::labelled("reason", run.trouble, options.width_columns) +
         report::trace_picture(run.trace, 0, options);
}

}  // namespace ipcspec::properties
