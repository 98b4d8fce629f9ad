#include "cli/replay.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/controllers.hpp"
#include "cli/judge.hpp"
#include "cli/output.hpp"
#include "cli/surroundings.hpp"
#include "cli/texts.hpp"
#include "harness/run_directory.hpp"
#include "ops/text.hpp"
#include "properties/finding.hpp"
#include "properties/judged.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {
namespace {

using Json = nlohmann::ordered_json;

// The first run with a verdict, as its controller tells it.
struct Shown {
  std::string text;
  std::string trace;
  std::string finding;  // where it is kept; empty: nowhere
};

std::string text_of(const properties::JudgedRun& run, const spec::Profile& profile) {
  const report::RulingOptions options = {.color = wants_color(STDOUT_FILENO),
                                         .width_columns = width_columns(STDOUT_FILENO),
                                         .unicode = speaks_utf8()};
  std::string text = properties::verdict_text(run, profile, options);
  if (run.verdict == Verdict::pass) text += report::trace_picture(run.trace, 0, options);
  for (const harness::SkippedCall& skipped : run.skipped) {
    text += fmt::format("call {} was not made: {}\n", skipped.call, skipped.why);
  }
  return text;
}

class Replay {
 public:
  Replay(const ReplayArguments& arguments, op::Script script)
      : arguments_(arguments),
        profile_(profile_named(arguments.profile)),
        script_(std::move(script)) {}

  // Troubles of the controller.
  std::vector<std::string> run() {
    return run_controllers(
        {.count = 1,
         .work = [this](auto& session, int, const Say& say) { carry_out(session, say); },
         .hear =
             [this](int, std::string_view text) {
               hear(Json::parse(text));
               return true;
             }});
  }

  const report::Counts& counts() const { return counts_; }
  const std::map<Verdict, Shown>& shown() const { return shown_; }

 private:
  void carry_out(harness::Session& session, const Say& say) {
    report::Counts seen{};
    for (int i = 0; i < arguments_.times; ++i) {
      const properties::JudgedRun run =
          properties::run_and_judge(session, script_, {.profile = profile_});
      Json message = {{"verdict", static_cast<int>(run.verdict)}};
      if (seen[static_cast<std::size_t>(run.verdict)]++ == 0) {
        message["text"] = text_of(run, profile_);
        message["trace"] = arguments_.trace.empty() ? "" : op::print_trace(run.trace);
        const bool kept = run.verdict == Verdict::fail && !arguments_.findings.empty();
        message["finding"] =
            kept ? properties::write_finding(arguments_.findings, script_, run, profile_) : "";
      }
      say(message.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }

  void hear(const Json& message) {
    const auto verdict = message.at("verdict").get<std::size_t>();
    ++counts_.at(verdict);
    if (!message.contains("text")) return;
    shown_[static_cast<Verdict>(verdict)] = {message["text"], message["trace"], message["finding"]};
  }

  const ReplayArguments& arguments_;
  const spec::Profile& profile_;
  op::Script script_;
  report::Counts counts_{};
  std::map<Verdict, Shown> shown_;
};

int exit_code_of(const Replay& replay, bool whole) {
  const auto count = [&](Verdict verdict) {
    return replay.counts()[static_cast<std::size_t>(verdict)];
  };
  if (count(Verdict::fail) > 0) return report::kExitViolated;
  const bool broken = !whole || count(Verdict::broken) + count(Verdict::unknown) > 0;
  return broken ? report::kExitBroken : report::kExitKept;
}

// The first run of each verdict, worst first; but one that passed only when nothing else is shown.
std::string page_of(const Replay& replay, int times) {
  std::string page;
  for (auto one = replay.shown().rbegin(); one != replay.shown().rend(); ++one) {
    if (one->first == Verdict::pass && !page.empty()) break;
    page += (page.empty() ? "" : "\n") + one->second.text;
    if (!one->second.finding.empty()) page += fmt::format("kept in {}\n", one->second.finding);
  }
  if (times > 1) page += fmt::format("\n{} runs: {}\n", times, report::to_text(replay.counts()));
  return page;
}

}  // namespace

int replay(const ReplayArguments& arguments) {
  Replay replay(arguments, script_in(read_text(arguments.file), arguments.file));
  std::unique_ptr<OutputFile> trace;
  if (!arguments.trace.empty()) trace = std::make_unique<OutputFile>(arguments.trace);
  harness::collect_garbage();
  remember_stop_signals();
  const std::vector<std::string> troubles = replay.run();
  if (stop_signal() != 0) return stop_exit_status();
  for (const std::string& trouble : troubles) say(fmt::format("ipcspec: {}\n", trouble));
  bool whole = troubles.empty() && print(page_of(replay, arguments.times));
  if (trace && !replay.shown().empty()) {
    whole = deliver(replay.shown().rbegin()->second.trace, trace.get()) && whole;
  }
  return exit_code_of(replay, whole);
}

}  // namespace ipcspec::cli
