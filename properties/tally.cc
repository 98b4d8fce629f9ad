#include "properties/tally.hpp"

#include <algorithm>
#include <set>

#include "ops/symbols.hpp"

namespace ipcspec::properties {
namespace {

// The first operation of each mechanism, in the order of op::OpVariant.
constexpr std::pair<std::string_view, std::string_view> kFirst[] = {
    {op::Open::kName, "fd"},       {op::MakePipe::kName, "pipe"},
    {op::MakeFifo::kName, "fifo"}, {op::Poll::kName, "poll"},
    {op::Socket::kName, "tcp"},    {op::SocketPair::kName, "unix"},
    {op::ShmOpen::kName, "shm"},   {op::SemOpen::kName, "sem"},
    {op::MqOpen::kName, "mq"},     {op::SetHandler::kName, "signal"},
    {op::Fork::kName, "proc"},
};

std::array<std::string_view, op::kOpKinds> mechanisms_of_kinds() {
  std::array<std::string_view, op::kOpKinds> table{};
  for (const auto& [operation, mechanism] : kFirst) {
    std::fill(table.begin() + static_cast<std::ptrdiff_t>(op::kind_of_name(operation)), table.end(),
              mechanism);
  }
  return table;
}

void add_counts(Counts& to, const Counts& from) {
  for (const auto& [name, count] : from) to[name] += count;
}

// Follows the events of one trace.
class Census {
 public:
  explicit Census(Tally& tally) : tally_(tally) {}

  void operator()(const op::BirthEvent&) { ++tally_.processes; }
  void operator()(const op::CallEvent& event) {
    in_call_[event.who] = event.id;
    ++tally_.mechanisms[std::string(mechanism_of(event.op))];
    ++tally_.operations[std::string(op::name_of(event.op))];
    if (event.racing) ++racing_;
    if (!event.racing) ++tally_.steps;
  }
  void operator()(const op::ReturnEvent& event) {
    in_call_.erase(event.who);
    ++tally_.outcomes[waited_.contains(event.id) ? "woken" : "returned"];
    if (event.outcome.error.value == 0) return;
    ++tally_.outcomes[op::symbol_text(op::Vocabulary::error, event.outcome.error.value)];
  }
  void operator()(const op::DeathEvent& event) {
    if (in_call_.erase(event.who) > 0) ++tally_.outcomes["killed"];
  }
  void operator()(const op::StopEvent&) {}
  void operator()(const op::QuietEvent& event) {
    waited_.insert(event.blocked.begin(), event.blocked.end());
    if (racing_ > 0) {
      ++tally_.races;
      ++tally_.steps;
    }
    racing_ = 0;
  }
  void finish() { tally_.outcomes["blocked"] += in_call_.size(); }

 private:
  Tally& tally_;
  std::map<std::string, op::CallId> in_call_;
  std::set<op::CallId> waited_;
  int racing_ = 0;
};

}  // namespace

std::string_view mechanism_of(const op::Op& op) {
  static const auto table = mechanisms_of_kinds();
  return table[op.index()];
}

void Tally::add(const JudgedRun& run, const std::vector<const spec::Rule*>& asked) {
  ++schedules;
  skipped += run.skipped.size();
  for (const harness::SkippedCall& one : run.skipped) {
    // Without the name of the process.
    const bool names_process = one.why.starts_with("process ");
    ++skips[names_process ? "process" + one.why.substr(one.why.find(' ', 8)) : one.why];
  }
  ++verdicts[static_cast<std::size_t>(run.verdict)];
  if (run.repeats) ++repeats;
  Census census(*this);
  for (const op::Event& event : run.trace.events) std::visit(census, event);
  census.finish();
  std::set<const spec::Rule*> reached(asked.begin(), asked.end());
  reached.insert(run.ruling.exercised.begin(), run.ruling.exercised.end());
  for (const spec::Rule* rule : reached) ++rules[std::string(rule->id)];
  if (run.ruling.states_max > 0) ++states_max[run.ruling.states_max];
  if (const auto& silence = run.ruling.silence) {
    std::string why = silence->rule != nullptr ? std::string(silence->rule->id) : "not modelled";
    for (const op::Event& event : run.trace.events) {
      const auto* call = std::get_if<op::CallEvent>(&event);
      if (call != nullptr && call->id == silence->call) why += " " + std::string(name_of(call->op));
    }
    ++silences[why];
  }
}

void Tally::merge(const Tally& other) {
  schedules += other.schedules;
  steps += other.steps;
  races += other.races;
  skipped += other.skipped;
  processes += other.processes;
  for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i] += other.verdicts[i];
  repeats += other.repeats;
  add_counts(mechanisms, other.mechanisms);
  add_counts(operations, other.operations);
  add_counts(outcomes, other.outcomes);
  add_counts(rules, other.rules);
  add_counts(silences, other.silences);
  add_counts(skips, other.skips);
  for (const auto& [states, count] : other.states_max) states_max[states] += count;
}

Count Tally::calls() const {
  Count sum = 0;
  for (const auto& [name, count] : mechanisms) sum += count;
  return sum;
}

std::size_t Tally::states_quantile(double share) const {
  Count all = 0;
  for (const auto& [states, count] : states_max) all += count;
  Count seen = 0;
  for (const auto& [states, count] : states_max) {
    seen += count;
    if (static_cast<double>(seen) >= share * static_cast<double>(all)) return states;
  }
  return 0;
}

}  // namespace ipcspec::properties
