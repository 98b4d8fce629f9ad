#include "cli/serve.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "cli/rule_runner.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "platform/message.hpp"
#include "platform/order.hpp"

namespace ipcspec::cli {
namespace {

constexpr double kGraceSlownessMax = 4;

// What else comes out of a console may cut a frame, so there all of them are told twice. Consoles
// are slow, too: the steps of a run that was as it should be are left out there.
class Teller {
 public:
  Teller() : console_(is_terminal(STDOUT_FILENO)) {}

  void tell(platform::Message message) {
    auto* reported = std::get_if<platform::RuleReported>(&message);
    if (console_ && reported != nullptr && reported->result.verdict == Verdict::pass) {
      reported->result.trace.clear();
    }
    write(message, sequence_);
    if (console_) {
      if (reported != nullptr) reported->result.trace.clear();
      told_.emplace_back(sequence_, std::move(message));
    }
    ++sequence_;
  }

  void tell_again() const {
    for (const auto& [sequence, message] : told_) write(message, sequence);
  }

 private:
  static void write(const platform::Message& message, std::uint32_t sequence) {
    std::vector<std::byte> bytes;
    platform::encode(message, sequence, bytes);
    std::size_t written = 0;
    while (written < bytes.size()) {
      const ssize_t count = ::write(STDOUT_FILENO, &bytes[written], bytes.size() - written);
      if (count < 0 && errno == EINTR) continue;
      // Nobody listens; the one outside notices that nothing comes.
      if (count < 0) return;
      written += static_cast<std::size_t>(count);
    }
  }

  bool console_;
  std::uint32_t sequence_ = 0;
  std::vector<std::pair<std::uint32_t, platform::Message>> told_;
};

}  // namespace

int serve(const std::string& text) {
  RunPlan plan;
  std::optional<platform::Fault> fault;
  try {
    const platform::Order order = platform::parse_order(text);
    plan.rules = order.rules;
    plan.jobs = order.jobs;
    plan.timeout_ms = order.timeout_s * 1000;
    plan.repeat = order.repeat;
    plan.seed = order.seed;
    fault = order.fault;
  } catch (const platform::BadOrder& error) {
    throw UsageError(error.what());
  }
  remember_stop_signals();
  Teller teller;
  platform::FactsTold facts{probe_platform()};
  facts.platform.slowness = measure_slowness();
  const double slowness = facts.platform.slowness;
  teller.tell(facts);
  plan.timeout_ms = static_cast<int>(plan.timeout_ms * slowness);
  plan.settle_budget_ms = static_cast<int>(plan.settle_budget_ms * slowness);
  // This one is waited out in full wherever an answer that must come stays away.
  plan.grace_ms = static_cast<int>(plan.grace_ms * std::min(slowness, kGraceSlownessMax));
  plan.on_start = [&](const spec::Rule& rule) {
    teller.tell(platform::RuleStarted{&rule});
    if (fault && fault->rule == &rule) commit(fault->kind);
  };
  plan.on_result = [&](const report::RuleResult& result) {
    teller.tell(platform::RuleReported{result});
  };
  const report::Results results = run_rules(plan, {});
  teller.tell(platform::Ended{results.stopped_by});
  teller.tell_again();
  return report::kExitKept;
}

}  // namespace ipcspec::cli
