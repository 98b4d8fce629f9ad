#include "properties/signature.hpp"

#include <map>
#include <set>
#include <string_view>
#include <variant>

#include "ops/symbols.hpp"

namespace ipcspec::properties {
namespace {

std::string without_digits(const std::string& text) {
  std::string plain;
  for (const char c : text) plain += c >= '0' && c <= '9' ? '#' : c;
  return plain;
}

// The operation of the call that each process was in before the event.
std::map<std::string, std::string> operations_before(const op::Trace& trace, std::size_t event) {
  std::map<std::string, std::string> in_call;
  for (std::size_t i = 0; i < event; ++i) {
    if (const auto* call = std::get_if<op::CallEvent>(&trace.events[i])) {
      in_call[call->who] = op::name_of(call->op);
    } else if (const auto* end = std::get_if<op::ReturnEvent>(&trace.events[i])) {
      in_call.erase(end->who);
    }
  }
  return in_call;
}

// What became of the call, or what happened instead of its end.
struct OutcomeOf {
  std::string operator()(const op::ReturnEvent& event) const {
    const int error = event.outcome.error.value;
    if (error != 0) return op::symbol_text(op::Vocabulary::error, error);
    return event.outcome.value == 0 ? "0" : "done";
  }
  std::string operator()(const op::DeathEvent& event) const {
    return "ends " + std::to_string(event.status & 0x7f);
  }
  std::string operator()(const op::StopEvent& event) const {
    return event.stopped ? "stops" : "continues";
  }
  std::string operator()(const op::QuietEvent&) const { return "asleep"; }
  template <typename Event>
  std::string operator()(const Event&) const {
    return "event";
  }
};

}  // namespace

std::string signature_of(const JudgedRun& run) {
  std::string signature(to_string(run.verdict));
  if (!run.ruling.why) return signature + " " + without_digits(run.trouble);
  const spec::Explanation& why = *run.ruling.why;
  if (run.verdict != Verdict::fail) return signature + " " + without_digits(why.observed);
  const op::Event& event = run.trace.events[why.event];
  const auto operations = operations_before(run.trace, why.event);
  // Where nothing moves, those who rightly wait are not what is wrong.
  const bool quiet = std::holds_alternative<op::QuietEvent>(event);
  std::set<std::string> calls;
  std::set<std::string> rules;
  const auto add_call_of = [&](const std::string& who) {
    if (const auto at = operations.find(who); at != operations.end()) calls.insert(at->second);
  };
  if (const auto* end = std::get_if<op::ReturnEvent>(&event)) add_call_of(end->who);
  for (const spec::Alternative& one : why.allowed) {
    if (quiet && one.text == spec::kStaysBlocked) continue;
    add_call_of(one.who);
    if (one.because != nullptr) rules.emplace(one.because->id);
  }
  for (const std::string& call : calls) signature += " " + call;
  signature += " " + std::visit(OutcomeOf{}, event);
  for (const std::string& rule : rules) signature += " " + rule;
  return signature;
}

}  // namespace ipcspec::properties
