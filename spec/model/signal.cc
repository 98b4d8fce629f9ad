// Signals: generation, delivery, handlers, and the calls that deal with them.
#include "spec/signal.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "spec/model/parts.hpp"
#include "spec/model/signal_parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/proc.hpp"

namespace ipcspec::spec {
namespace {

bool is_signal(int number) { return number >= 1 && number < kSignals; }

// A call of this process that another process is told of.
void change_disposition(int signal, Disposition disposition, const Rule& rule, Actor& k) {
  const bool fixed = signal == SIGKILL || signal == SIGSTOP;
  if (!is_signal(signal) || fixed) {
    // Setting the default for these two is EINVAL on Linux too.
    k.fails(EINVAL, fixed ? signal::kill_uncatchable : signal::action_einval);
    return;
  }
  State* next = k.returns(0, rule);
  if (next == nullptr) return;
  SignalState& signals = next->edit_process(k.who).signals.edit();
  Disposition& current = signals.dispositions[static_cast<std::size_t>(signal)];
  current = disposition;
  const bool ignored =
      disposition.action == Action::ignore ||
      (disposition.action == Action::standard && default_action(signal) == DefaultAction::ignore);
  if (ignored && k.has(signal::ignored_discards)) discard(signals, op::SignalSet::bit(signal));
}

// One process is sent a signal by another's kill() or sigqueue().
bool may_signal(const Process& sender, const Process& target, int signal) {
  if (sender.uid == 0) return true;
  if (signal == SIGCONT && sender.session == target.session) return true;
  const auto is_among = [&](std::int64_t uid) {
    return uid == target.real_uid || uid == target.saved_uid;
  };
  return is_among(sender.uid) || is_among(sender.real_uid);
}

bool exists(const Process& process) {
  return process.life != Life::unborn && process.life != Life::reaped;
}

std::vector<Index> targets_of(const Actor& k, std::int64_t pid) {
  std::vector<Index> targets;
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const Process& process = *k.now.processes[i];
    if (!exists(process)) continue;
    // The least number of all has no positive one.
    const auto named = static_cast<std::int64_t>(-static_cast<std::uint64_t>(pid));
    const std::int64_t group = pid == 0 ? k.me().group : named;
    const bool meant = pid > 0 ? k.world.pid(static_cast<Index>(i)) == pid : process.group == group;
    if (meant) targets.push_back(static_cast<Index>(i));
  }
  return targets;
}

// A zombie whose parent is not one of the scenario's may have been collected by that parent.
bool may_be_collected(const Actor& k, const std::vector<Index>& targets) {
  return std::ranges::all_of(targets, [&](Index target) {
    const Process& process = k.now.process(target);
    return process.life == Life::zombie && process.parent == kNone;
  });
}

void send(std::int64_t pid, int signal, int code, std::int64_t value, Actor& k) {
  const bool invalid = signal != 0 && !is_signal(signal);
  if (invalid) k.fails(EINVAL, signal::kill_einval);
  if (pid == -1) {
    if (!invalid) k.is_not_modelled();
    return;
  }
  const std::vector<Index> targets = targets_of(k, pid);
  if (targets.empty()) {
    k.fails(ESRCH, signal::kill_esrch);
    return;
  }
  if (may_be_collected(k, targets)) {
    k.may();
    k.fails(ESRCH, signal::kill_esrch);
    k.must();
  }
  std::vector<Index> permitted;
  for (const Index target : targets) {
    if (may_signal(k.me(), k.now.process(target), signal)) permitted.push_back(target);
  }
  if (permitted.empty()) {
    // Which of two errors comes first is not said.
    k.fails(EPERM, signal::kill_eperm);
    return;
  }
  if (invalid) return;
  const Rule& rule = signal == 0 ? signal::kill_null_signal : signal::kill_any_signal;
  State* next = k.returns(0, rule);
  if (next == nullptr || signal == 0) return;
  for (const Index target : permitted) {
    if (target == k.who && k.has(signal::self_before_return)) {
      next->edit_process(k.who).thread.signals_first = true;
    }
    generate(*next, k, target, sent_signal(k, signal, code, value));
  }
}

void change_mask(int how, std::uint64_t set, Actor& k) {
  const std::uint64_t before = k.me().signals->mask;
  std::uint64_t after = set;
  if (how == SIG_BLOCK) after = before | set;
  if (how == SIG_UNBLOCK) after = before & ~set;
  if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) {
    k.is_not_modelled();
    return;
  }
  op::Outcome outcome;
  outcome.outputs = {static_cast<std::int64_t>(before)};
  State* next = k.returns(std::move(outcome), signal::mask_previous);
  if (next == nullptr) return;
  Process& me = next->edit_process(k.who);
  me.signals.edit().mask = without_unblockable(k, after);
  me.thread.signals_first = k.has(signal::unblocked_delivered);
}

// What a group is sent while one of its processes forks comes to the child without a word by whom.
bool hides_sender(std::int64_t code, std::size_t pid_output, const Actor& k) {
  return k.me().born_in_race && code == SI_USER && k.observed_output(pid_output, -1) == 0;
}

// Between a stop and the time when the call is taken up again the old mask is in place.
void suspend_anew(Actor& k) {
  State* next = k.goes_on(signal::sigsuspend_stopped);
  if (next == nullptr) return;
  next->edit_process(k.who).signals.edit().mask = k.thread().mark;
  begin_call(*next, k.who, k.thread().call);
  next->edit_process(k.who).thread.signals_first = true;
}

}  // namespace

void steps(const op::SetHandler& call, Actor& k) {
  const Disposition disposition{.action = Action::handler,
                                .flags = call.flags.value,
                                .mask = call.mask.bits,
                                .body = call.body,
                                .argument = call.argument};
  change_disposition(call.signal.value, disposition, signal::sigaction_installs_handler, k);
}

void steps(const op::SetHandlerBySignal& call, Actor& k) {
  // What signal() does besides is the C library's choice; this one restarts calls and blocks the
  // signal in its handler, as BSD did.
  const Disposition disposition{.action = Action::handler,
                                .flags = SA_RESTART,
                                .body = static_cast<std::int64_t>(op::HandlerBody::signal_pid)};
  change_disposition(call.signal.value, disposition, signal::signal_unspecified_semantics, k);
}

void steps(const op::SetDefault& call, Actor& k) {
  change_disposition(call.signal.value, {}, signal::sigaction_installs_handler, k);
}

void steps(const op::SetIgnore& call, Actor& k) {
  change_disposition(call.signal.value, {.action = Action::ignore},
                     signal::sigaction_installs_handler, k);
}

void steps(const op::GetDisposition& call, Actor& k) {
  const int signal = call.signal.value;
  if (!is_signal(signal)) {
    k.fails(EINVAL, signal::action_einval);
    return;
  }
  const Disposition& one = k.me().signals->dispositions[static_cast<std::size_t>(signal)];
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(one.action);
  // The C library adds flags of its own.
  outcome.outputs = {k.observed_output(0, one.flags)};
  k.returns(std::move(outcome), signal::action_tells);
}

// The errno that a handler saw is that of the interrupted code, which the model does not follow.
void steps(const op::TakeSignalLog&, Actor& k) {
  constexpr std::size_t kFields = 7;
  op::Outcome outcome;
  outcome.outputs = k.me().signals->log;
  outcome.value = static_cast<std::int64_t>(outcome.outputs.size() / kFields);
  for (std::size_t at = 0; at + kFields <= outcome.outputs.size(); at += kFields) {
    outcome.outputs[at + 6] = k.observed_output(at + 6, 0);
    if (hides_sender(outcome.outputs[at + 2], at + 3, k)) {
      outcome.outputs[at + 3] = outcome.outputs[at + 4] = 0;
    }
  }
  if (State* next = k.returns(std::move(outcome), signal::info_codes)) {
    next->edit_process(k.who).signals.edit().log.clear();
  }
}

void steps(const op::ChangeMask& call, Actor& k) { change_mask(call.how.value, call.set.bits, k); }

void steps(const op::GetPending&, Actor& k) {
  std::uint64_t pending = 0;
  for (const PendingSignal& one : k.me().signals->pending) {
    pending |= op::SignalSet::bit(one.signal);
  }
  op::Outcome outcome;
  outcome.outputs = {static_cast<std::int64_t>(pending & k.me().signals->mask)};
  k.returns(std::move(outcome), signal::pending_blocked);
}

void steps(const op::Kill& call, Actor& k) { send(call.pid, call.signal.value, SI_USER, 0, k); }

void steps(const op::QueueSignal& call, Actor& k) {
  if (call.pid <= 0) {
    k.is_not_modelled();
    return;
  }
  send(call.pid, call.signal.value, SI_QUEUE, static_cast<std::int32_t>(call.value), k);
}

void steps(const op::Raise& call, Actor& k) {
  const int signal = call.signal.value;
  if (signal != 0 && !is_signal(signal)) {
    k.fails(EINVAL, signal::kill_einval);
  } else if (State* next = k.returns(0, signal::kill_any_signal)) {
    if (signal == 0) return;
    if (k.has(signal::self_before_return)) {
      next->edit_process(k.who).thread.signals_first = true;
    }
    PendingSignal own = own_signal(k, signal);
    // How raise() marks its signal is the C library's: Linux and glibc by thread.
    own.code = SI_TKILL;
    generate(*next, k, k.who, own);
  }
}

// Only a handler ends it; see interrupt_call().
void steps(const op::Pause&, Actor& k) { k.waits(signal::pause_returns_after_handler); }

void steps(const op::SuspendWithMask& call, Actor& k) {
  constexpr std::int32_t kSuspended = 1;
  if (k.thread().stage == kSuspended) {
    if (k.thread().stopped_inside && !k.profile.lacks(signal::sigsuspend_stopped)) {
      suspend_anew(k);
    } else {
      k.waits(signal::sigsuspend_waits);
    }
    return;
  }
  // Taken up again after a stop.
  if (k.thread().signals_first && !may_return(k.now, k.who)) return;
  State* next = k.goes_on(signal::sigsuspend_waits);
  if (next == nullptr) return;
  Process& me = next->edit_process(k.who);
  me.thread.stage = kSuspended;
  me.thread.signals_first = false;
  me.thread.restores_mask = true;
  me.thread.mark = me.signals->mask;
  me.signals.edit().mask = without_unblockable(k, call.mask.bits);
}

void steps(const op::WaitForSignal& call, Actor& k) {
  const SignalState& signals = *k.me().signals;
  const std::vector<std::size_t> candidates = first_pending(signals, call.set.bits, k);
  for (const std::size_t at : candidates) {
    const PendingSignal& accepted = signals.pending[at];
    op::Outcome outcome;
    outcome.value = accepted.signal;
    // glibc gives out as sent to the process what raise() sent to the thread.
    const bool hidden = accepted.code == SI_TKILL && k.observed_output(0, SI_TKILL) == SI_USER;
    outcome.outputs = {hidden ? SI_USER : accepted.code, accepted.pid, accepted.uid,
                       accepted.value};
    if (hides_sender(accepted.code, 1, k)) outcome.outputs[1] = outcome.outputs[2] = 0;
    if (State* next = k.returns(std::move(outcome), signal::sigwaitinfo_accepts)) {
      drop(next->edit_process(k.who).signals.edit(), at);
    }
  }
  if (!candidates.empty()) return;
  if (k.thread().stopped_inside && !k.profile.lacks(signal::stop_interrupts)) {
    // It may have been waiting, in a race, when it was stopped.
    k.may();
    k.fails(EINTR, signal::stop_interrupts);
    k.must();
  }
  if (call.timeout_ms == 0) {
    k.fails(EAGAIN, signal::sigtimedwait_eagain);
  } else if (call.timeout_ms > 0) {
    // The model has no clock: the time may be over at any moment.
    k.may();
    k.fails(EAGAIN, signal::sigtimedwait_eagain);
    k.must();
  } else {
    k.waits(signal::sigwaitinfo_waits);
  }
}

}  // namespace ipcspec::spec
