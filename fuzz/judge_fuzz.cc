// The judge on arbitrary well-formed traces: it comes to an end within its budget of states and
// says what its judgement needs; of one input in eight, it says the same when processes, pids and
// calls are called otherwise, and of another it refuses an answer that is none.
//
// Input: the text of a trace, as in spec/model/golden. The mutator changes the trace, not the text.
//
// Descriptor numbers keep their names: that a new one is the lowest that is free is judged.
#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/check.hpp"
#include "fuzz/text_fuzz.hpp"
#include "fuzz/trace_mutation.hpp"
#include "ops/text.hpp"
#include "spec/model/judge.hpp"

namespace {

namespace op = ipcspec::op;
namespace spec = ipcspec::spec;
using ipcspec::fuzz::require;
using spec::Judgement;
using spec::Ruling;

constexpr std::size_t kStatesMax = 300;
constexpr std::size_t kEventsMax = 400;

// Pids in reverse order; 0, 1 and -1 mean something by themselves.
constexpr std::int64_t kPidMax = std::int64_t{1} << 40;
std::int64_t renamed(std::int64_t pid) {
  if (pid > 1 && pid <= kPidMax) return kPidMax + 2 - pid;
  if (pid < -1 && pid >= -kPidMax) return -(kPidMax + 2 + pid);
  return pid;
}

// The same trace told with other names.
class Renaming {
 public:
  explicit Renaming(op::Trace trace) : trace_(std::move(trace)) {
    for (op::Event& event : trace_.events) std::visit(*this, event);
  }
  const op::Trace& trace() const { return trace_; }

  void operator()(op::BirthEvent& event) {
    rename(event.who);
    if (!event.parent.empty()) rename(event.parent);
    event.pid = renamed(event.pid);
  }
  void operator()(op::CallEvent& event) {
    kinds_.emplace(event.id, event.op.index());
    event.id = number(event.id);
    rename(event.who);
    rename(event.op);
  }
  void operator()(op::ReturnEvent& event) {
    const auto kind = kinds_.find(event.id);
    if (kind != kinds_.end()) rename(event.outcome, kind->second);
    event.id = number(event.id);
    rename(event.who);
  }
  void operator()(op::DeathEvent& event) { rename(event.who); }
  void operator()(op::StopEvent& event) { rename(event.who); }
  void operator()(op::QuietEvent& event) {
    for (op::CallId& id : event.blocked) id = number(id);
  }

 private:
  static op::CallId number(op::CallId id) { return id == 0 || id > 100'000 ? id : id * 3 + 1; }
  static void rename(std::string& who) { who = "~" + std::string(who.rbegin(), who.rend()); }

  static void rename(op::Op& any) {
    if (auto* fork = std::get_if<op::Fork>(&any)) rename(fork->child);
    if (auto* call = std::get_if<op::Kill>(&any)) call->pid = renamed(call->pid);
    if (auto* call = std::get_if<op::QueueSignal>(&any)) call->pid = renamed(call->pid);
    if (auto* call = std::get_if<op::Wait>(&any)) call->pid = renamed(call->pid);
    if (auto* call = std::get_if<op::WaitId>(&any)) call->pid = renamed(call->pid);
    if (auto* call = std::get_if<op::CopyForeignDescriptor>(&any)) call->pid = renamed(call->pid);
    if (auto* call = std::get_if<op::SetProcessGroup>(&any)) {
      call->pid = renamed(call->pid);
      call->group = renamed(call->group);
    }
  }

  static void rename(op::Outcome& outcome, std::size_t kind) {
    const std::string_view name = op::name_of_kind(kind);
    const auto output = [&](std::size_t i) {
      if (i < outcome.outputs.size()) outcome.outputs[i] = renamed(outcome.outputs[i]);
    };
    if (name == op::Fork::kName || name == op::Wait::kName || name == op::NewSession::kName) {
      outcome.value = renamed(outcome.value);
    } else if (name == op::WaitId::kName) {
      output(0);
    } else if (name == op::GetIdentity::kName) {
      for (std::size_t i = 0; i < 4; ++i) output(i);
    } else if (name == op::WaitForSignal::kName) {
      output(1);
    } else if (name == op::TakeSignalLog::kName) {
      // phase, signal, code, pid, uid, value, errno; in phase 2 the value is a reaped child
      for (std::size_t i = 0; i + 7 <= outcome.outputs.size(); i += 7) {
        if (outcome.outputs[i] == 2) output(i + 5);
        output(i + 3);
      }
    }
  }

  op::Trace trace_;
  std::map<op::CallId, std::size_t> kinds_;
};

void check(const Ruling& ruling, const op::Trace& trace) {
  const std::string said(to_string(ruling.judgement));
  require(ruling.states_max <= kStatesMax, "more states than the budget", said);
  require(ruling.events_judged <= trace.events.size(), "more events than there are", said);
  const bool needs_reason = ruling.judgement == Judgement::violates ||
                            ruling.judgement == Judgement::unknown ||
                            ruling.judgement == Judgement::broken;
  require(ruling.why.has_value() == needs_reason, "a judgement with a wrong explanation", said);
  require(ruling.silence.has_value() == (ruling.judgement == Judgement::unjudged),
          "silence is said without being the judgement", said);
  require(ruling.judgement != Judgement::conforms || ruling.events_judged == trace.events.size(),
          "a trace conforms and was not judged to its end", said);
  if (!ruling.why) return;
  require(!ruling.why->observed.empty(), "nothing was observed", said);
  require(ruling.why->event <= trace.events.size(), "the event is not in the trace", said);
}

std::string to_text(const Ruling& ruling) {
  std::string text = std::string(to_string(ruling.judgement)) + " after " +
                     std::to_string(ruling.events_judged) + " events, " +
                     std::to_string(ruling.states_max) + " states";
  if (ruling.why) text += ", event " + std::to_string(ruling.why->event);
  for (const spec::Rule* rule : ruling.exercised) text += "\n  " + std::string(rule->id);
  return text + "\n";
}

bool same(const Ruling& a, const Ruling& b) {
  return a.judgement == b.judgement && a.events_judged == b.events_judged &&
         a.states_max == b.states_max && a.exercised == b.exercised &&
         (a.why ? a.why->event : 0) == (b.why ? b.why->event : 0);
}

void check_renamed(const op::Trace& trace, const spec::JudgeOptions& options,
                   const Ruling& ruling) {
  const Renaming renaming(trace);
  const Ruling other = spec::judge(renaming.trace(), options);
  require(same(ruling, other), "the judgement depends on names", [&] {
    return to_text(ruling) + "and with other names:\n" + to_text(other) +
           op::print_trace(renaming.trace());
  });
}

// An error that no kernel has, in the place of an answer that conformed.
void check_refusal(const op::Trace& trace, const spec::JudgeOptions& options, std::size_t choice) {
  constexpr int kNoError = 4095;
  std::vector<std::size_t> answers;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (std::holds_alternative<op::ReturnEvent>(trace.events[i])) answers.push_back(i);
  }
  if (answers.empty()) return;
  op::Trace wrong = trace;
  const std::size_t at = answers[choice % answers.size()];
  std::get<op::ReturnEvent>(wrong.events[at]).outcome = {
      .value = -1, .error = kNoError, .data = {}, .outputs = {}};
  require(spec::judge(wrong, options).judgement != Judgement::conforms,
          "an impossible answer conforms", [&] { return op::print_trace(wrong); });
}

op::Parsed<op::Trace> parse(const std::uint8_t* data, std::size_t size) {
  return op::try_parse_trace({reinterpret_cast<const char*>(data), size}, ipcspec::fuzz::kLimits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const op::Parsed<op::Trace> parsed = parse(data, size);
  if (!std::holds_alternative<op::Trace>(parsed)) return -1;  // trace_fuzz is about those
  const auto& trace = std::get<op::Trace>(parsed);
  if (trace.events.size() > kEventsMax) return -1;
  const spec::JudgeOptions options{.profile = size % 4 == 0 ? spec::kPosix : spec::kLinux,
                                   .states_max = kStatesMax};
  const Ruling ruling = spec::judge(trace, options);
  check(ruling, trace);
  // Each judges once more, so neither is done of every input.
  const std::size_t choice = size / 4;
  if (choice % 8 == 0) check_renamed(trace, options, ruling);
  if (choice % 8 == 1 && ruling.judgement == Judgement::conforms) {
    check_refusal(trace, options, choice / 8);
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  std::minstd_rand random(seed);
  op::Parsed<op::Trace> parsed = parse(data, size);
  if (!std::holds_alternative<op::Trace>(parsed)) {
    parsed = op::Trace{.rule = {}, .facts = {}, .events = {op::BirthEvent{"a", "", 100}}};
  }
  auto& trace = std::get<op::Trace>(parsed);
  for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
    ipcspec::fuzz::mutate(trace, random);
  }
  const std::string text = op::print_trace(trace);
  if (text.size() > size_max) return size;
  std::ranges::copy(text, data);
  return text.size();
}
