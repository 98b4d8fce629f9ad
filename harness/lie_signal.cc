#include <signal.h>
#include <unistd.h>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome sent_twice(const op::QueueSignal& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value == 0) execute(call, worker);
  return outcome;
}

// A signal that a handler of the same process takes: its log shows it a second time.
op::Outcome raised_twice(const op::Raise& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value == 0) execute(call, worker);
  return outcome;
}

op::Outcome lost(const op::Kill& call, Worker& worker) {
  return execute(op::Kill{call.pid, 0}, worker);
}

op::Outcome uncatchable_caught(const op::Kill& call, Worker& worker) {
  return execute(op::Kill{call.pid, call.signal.value == SIGKILL ? 0 : call.signal.value}, worker);
}

op::Outcome mask_not_set(const op::ChangeMask& call, Worker& worker) {
  op::ChangeMask changed = call;
  changed.set = {};
  changed.how = SIG_BLOCK;
  return execute(changed, worker);
}

op::Outcome always_restarts(const op::SetHandler& call, Worker& worker) {
  op::SetHandler changed = call;
  changed.flags = call.flags.value | SA_RESTART;
  return execute(changed, worker);
}

op::Outcome default_instead(const op::SetIgnore& call, Worker& worker) {
  return execute(op::SetDefault{call.signal}, worker);
}

op::Outcome nothing_pending(const op::GetPending& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  for (std::int64_t& set : outcome.outputs) set = 0;
  return outcome;
}

op::Outcome other_sender(const op::TakeSignalLog& call, Worker& worker) {
  constexpr std::size_t kFields = 7;
  constexpr std::size_t kPid = 3;
  op::Outcome outcome = execute(call, worker);
  for (std::size_t at = kPid; at < outcome.outputs.size(); at += kFields) {
    if (outcome.outputs[at] > 0) ++outcome.outputs[at];
  }
  return outcome;
}

// The handlers seem to have run in the opposite order.
op::Outcome handlers_reversed(const op::TakeSignalLog& call, Worker& worker) {
  constexpr std::size_t kPair = 14;  // entry and exit
  op::Outcome outcome = execute(call, worker);
  std::vector<std::int64_t> reversed;
  for (std::size_t end = outcome.outputs.size(); end >= kPair; end -= kPair) {
    const auto from = outcome.outputs.begin() + static_cast<std::ptrdiff_t>(end - kPair);
    reversed.insert(reversed.end(), from, from + kPair);
  }
  if (reversed.size() == outcome.outputs.size()) outcome.outputs = std::move(reversed);
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"signal.queued-twice", "signal", "sigqueue() delivers a signal twice",
     about<op::QueueSignal, sent_twice>},
    {"signal.raised-twice", "signal", "raise() delivers a signal twice",
     about<op::Raise, raised_twice>},
    {"signal.lost", "signal", "kill() succeeds and sends nothing", about<op::Kill, lost>},
    {"signal.sigkill-ignored", "signal proc", "SIGKILL ends nobody",
     about<op::Kill, uncatchable_caught>},
    {"signal.mask-ignored", "signal", "sigprocmask() changes nothing",
     about<op::ChangeMask, mask_not_set>},
    {"signal.always-restarts", "signal pipe", "a call that a handler interrupts goes on",
     about<op::SetHandler, always_restarts>},
    {"signal.ignore-is-default", "signal", "SIG_IGN sets the default action",
     about<op::SetIgnore, default_instead>},
    {"signal.pending-hidden", "signal", "sigpending() tells of nothing",
     about<op::GetPending, nothing_pending>},
    {"signal.other-sender", "signal", "siginfo_t names another sender",
     about<op::TakeSignalLog, other_sender>},
    {"signal.handlers-reversed", "signal", "handlers run in the wrong order",
     about<op::TakeSignalLog, handlers_reversed>},
};

}  // namespace

std::span<const KernelLie> signal_lies() { return kLies; }

}  // namespace ipcspec::harness
