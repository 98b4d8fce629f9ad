// How a signal comes about, reaches a process, and runs its handler.
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "spec/fifo.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/signal_parts.hpp"
#include "spec/model/sockets.hpp"
#include "spec/model/steps.hpp"
#include "spec/proc.hpp"
#include "spec/signal.hpp"

namespace ipcspec::spec {
namespace {

// Phases of a record in the signal log; see ops/signal.hpp.
enum Phase : std::int64_t { kEntry = 0, kExit = 1, kReaped = 2, kQueried = 4 };

constexpr int kFirstRealtime = 32;  // of the kernel; the C library keeps the first few

bool is_realtime(int signal) { return signal >= kFirstRealtime; }

std::uint64_t set_of_stop_signals() {
  return op::SignalSet(SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU).bits;
}

const Disposition& disposition_of(const SignalState& signals, int signal) {
  return signals.dispositions[static_cast<std::size_t>(signal)];
}

bool is_ignored(const SignalState& signals, int signal) {
  const Disposition& one = disposition_of(signals, signal);
  if (one.action == Action::ignore) return true;
  if (one.action != Action::standard) return false;
  const DefaultAction action = default_action(signal);
  return action == DefaultAction::ignore || action == DefaultAction::go_on;
}

bool ends_process(const SignalState& signals, int signal) {
  if (disposition_of(signals, signal).action != Action::standard) return false;
  const DefaultAction action = default_action(signal);
  return action == DefaultAction::end || action == DefaultAction::end_with_core;
}

bool contains(std::uint64_t set, int signal) { return (set & op::SignalSet::bit(signal)) != 0; }

// SIGCONT and the stop signals act on each other and on a stopped process when they are
// generated, whatever becomes of them.
void apply_job_control(State& state, const Actor& k, Index target, int signal) {
  if (signal == SIGCONT) {
    if (k.has(signal::cont_discards)) {
      discard(state.edit_process(target).signals.edit(), set_of_stop_signals());
    }
    if (state.process(target).stopped && k.has(signal::cont_resumes)) {
      Process& process = state.edit_process(target);
      process.stopped = false;
      process.continue_reported = false;
      process.stop_reported = true;
      // It tells its parent itself, when it comes to it.
      process.continue_untold = true;
    }
  } else if (contains(set_of_stop_signals(), signal) && k.has(signal::cont_discards)) {
    discard(state.edit_process(target).signals.edit(), op::SignalSet::bit(SIGCONT));
  }
}

void log(SignalState& signals, const Actor& k, std::int64_t phase, const PendingSignal& info,
         bool has_info, std::int64_t value) {
  if (!k.world.process(k.who).asks_for_log) return;
  // The last field is errno, which is not followed.
  if (has_info) {
    for (const std::int64_t field : {phase, std::int64_t{info.signal}, std::int64_t{info.code},
                                     info.pid, info.uid, value, std::int64_t{0}}) {
      signals.log.push_back(field);
    }
  } else {
    for (const std::int64_t field : {phase, std::int64_t{info.signal}, std::int64_t{0},
                                     std::int64_t{0}, std::int64_t{0}, value, std::int64_t{0}}) {
      signals.log.push_back(field);
    }
  }
}

// How a blocked call takes a handler that runs meanwhile.
enum class Interruption { not_at_all, restartable, always };

struct InterruptionOf {
  Interruption operator()(const op::Read&) const { return Interruption::restartable; }
  Interruption operator()(const op::Write&) const { return Interruption::restartable; }
  Interruption operator()(const op::Open&) const { return Interruption::restartable; }
  Interruption operator()(const op::Wait&) const { return Interruption::restartable; }
  Interruption operator()(const op::WaitId&) const { return Interruption::restartable; }
  Interruption operator()(const op::SemWait&) const { return Interruption::restartable; }
  Interruption operator()(const op::MqSend&) const { return Interruption::restartable; }
  Interruption operator()(const op::MqReceive&) const { return Interruption::restartable; }
  Interruption operator()(const op::Accept&) const { return Interruption::restartable; }
  Interruption operator()(const op::Connect&) const { return Interruption::restartable; }
  Interruption operator()(const op::Send&) const { return Interruption::restartable; }
  Interruption operator()(const op::Receive&) const { return Interruption::restartable; }
  Interruption operator()(const op::SendDescriptor&) const { return Interruption::restartable; }
  Interruption operator()(const op::ReceiveDescriptor&) const { return Interruption::restartable; }
  Interruption operator()(const op::Pause&) const { return Interruption::always; }
  Interruption operator()(const op::SuspendWithMask&) const { return Interruption::always; }
  Interruption operator()(const op::WaitForSignal&) const { return Interruption::always; }
  Interruption operator()(const op::Poll&) const { return Interruption::always; }
  template <typename T>
  Interruption operator()(const T&) const {
    return Interruption::not_at_all;
  }
};

// Whether a call that was woken looks for signals before it looks at what it waited for.
struct LooksForSignalsFirst {
  const Actor& k;

  bool operator()(const op::Connect& call) const { return is_of_unix(call.fd); }
  bool operator()(const op::Read& call) const { return is_of_unix(call.fd, true); }
  bool operator()(const op::Receive& call) const { return is_of_unix(call.fd, true); }
  bool operator()(const op::ReceiveDescriptor& call) const { return is_of_unix(call.fd, true); }
  bool operator()(const op::Write& call) const { return is_of_unix(call.fd, false); }
  bool operator()(const op::Send& call) const { return is_of_unix(call.fd, false); }
  bool operator()(const op::SendDescriptor& call) const { return is_of_unix(call.fd, false); }
  template <typename T>
  bool operator()(const T&) const {
    return false;
  }

 private:
  bool is_of_unix(op::Fd fd) const {
    const Description* description = k.description(fd);
    return description != nullptr && description->object.kind == ObjectKind::socket &&
           is_unix(k.now.socket(description->object.index));
  }
  bool is_of_unix(op::Fd fd, bool stream) const {
    return is_of_unix(fd) && is_stream(k.now.socket(k.description(fd)->object.index)) == stream;
  }
};

const op::OpVariant& operation_of(const Actor& k) { return *k.world.call(k.thread().call).op; }

// The blocked call returns: with what it had transferred, or EINTR.
void give_up_call(State& state, const Actor& k) {
  const Index who = k.who;
  const Index held = state.process(who).thread.held;
  if (held != kNone) {
    state.edit_process(who).thread.held = kNone;
    if (k.has(fifo::open_interrupted)) release_description(state, held);
  }
  Process& me = state.edit_process(who);
  op::Outcome outcome{.value = -1, .error = EINTR, .data = {}, .outputs = {}};
  if (me.thread.moved > 0) {
    outcome = {
        .value = static_cast<std::int64_t>(me.thread.moved), .error = 0, .data = {}, .outputs = {}};
  }
  me.thread.activity = Activity::returning;
  me.thread.outcome = Cow<op::Outcome>(std::move(outcome));
  me.thread.signals_first = true;
}

bool is_unix_connect(const op::OpVariant& op, const Actor& k) {
  const auto* connect = std::get_if<op::Connect>(&op);
  return connect != nullptr && LooksForSignalsFirst{k}(*connect);
}

// A call that stands in line for something (mq.cc), or waits for room (pipe.cc, unix.cc), leaves
// its place to run a handler or to stop, and begins anew when it is taken up again.
void leave_line(State& state, const Actor& k) {
  if (k.thread().activity != Activity::in_call || k.thread().stage == 0) return;
  const op::OpVariant& op = operation_of(k);
  const bool lines_up =
      std::holds_alternative<op::MqSend>(op) || std::holds_alternative<op::MqReceive>(op);
  if (!lines_up && !std::holds_alternative<op::Write>(op) && !is_unix_connect(op, k)) return;
  Thread& thread = state.edit_process(k.who).thread;
  thread.stage = 0;
  thread.mark = 0;
}

bool can_go_on(const Actor& k) {
  Actor self(k.now, k.world, k.profile, k.who, Wish::enabled);
  offer_call(self);
  return self.enabled();
}

bool is_plain(op::HandlerBody body) {
  return body == op::HandlerBody::record || body == op::HandlerBody::signal_pid ||
         body == op::HandlerBody::clobber_errno || body == op::HandlerBody::preserve_errno;
}

bool raises_once(op::HandlerBody body) {
  return body == op::HandlerBody::raise_own || body == op::HandlerBody::raise_other;
}

// Whether a handler does nothing but record that it ran, which is not asked for. A signal that
// comes while it runs is then as good as one that comes when it has run, so that it may be taken to
// take no time; of processes that all are in handlers there are many states otherwise.
bool runs_unseen(int signal, const Disposition& disposition, const World& world, Index who) {
  if (disposition.action != Action::handler || world.process(who).asks_for_log) return false;
  const auto body = static_cast<op::HandlerBody>(disposition.body);
  // It raises its own signal, once. Those that stop and continue do so whatever the handler.
  const bool raises_own = body == op::HandlerBody::raise_own ||
                          (body == op::HandlerBody::raise_other && disposition.argument == signal);
  const bool runs_twice = raises_own && signal != SIGCONT &&
                          !contains(set_of_stop_signals(), signal) &&
                          (disposition.flags & SA_RESETHAND) == 0;
  return is_plain(body) || body == op::HandlerBody::query_action || runs_twice;
}

// Whether delivery changes nothing, at whatever time until all is quiet it comes: the handler runs
// unseen, interrupts no call, and none is made that could find the signal pending.
bool leaves_no_trace(const State& state, const Actor& k, Index target, int signal) {
  const Process& process = state.process(target);
  const Disposition& disposition = disposition_of(*process.signals, signal);
  return runs_unseen(signal, disposition, k.world, target) &&
         (disposition.flags & SA_RESETHAND) == 0 && process.thread.activity != Activity::in_call &&
         !process.stopped && process.signals->frames.empty() &&
         k.world.process(target).calls_to_come == 0 && k.has(signal::sigaction_installs_handler);
}

// A handler that is not followed has run, and will not raise its signal again, nor in a child that
// inherits it.
void note_unseen_run(State& state, Index who, int signal) {
  const Disposition& ran = disposition_of(*state.process(who).signals, signal);
  if (!raises_once(static_cast<op::HandlerBody>(ran.body)) || ran.done_once) return;
  SignalState& signals = state.edit_process(who).signals.edit();
  signals.dispositions[static_cast<std::size_t>(signal)].done_once = true;
}

// Handler frames go on top of what the process was doing.
void push_frame(State& state, Index who, const PendingSignal& info, std::uint64_t mask_before,
                Actor& k) {
  SignalState& signals = state.edit_process(who).signals.edit();
  Disposition& current = signals.dispositions[static_cast<std::size_t>(info.signal)];
  const Disposition taken = current;
  if ((taken.flags & SA_RESETHAND) != 0 && k.has(signal::resethand)) current = Disposition{};
  // While it runs its mask decides which of the signals that are pending comes next, and so does
  // that of sigsuspend().
  const bool alone = std::ranges::all_of(signals.pending, [&](const PendingSignal& one) {
    return contains(signals.mask, one.signal);
  });
  if (alone && mask_before == signals.mask && runs_unseen(info.signal, taken, k.world, who) &&
      k.has(signal::sigaction_installs_handler)) {
    note_unseen_run(state, who, info.signal);
    return;
  }
  Frame frame;
  frame.signal = info;
  frame.mask_before = mask_before;
  frame.body = taken.body;
  frame.argument = taken.argument;
  frame.has_info = taken.body != static_cast<std::int64_t>(op::HandlerBody::signal_pid);
  if (k.has(signal::mask_sa_mask_blocks)) signals.mask |= taken.mask;
  if ((taken.flags & SA_NODEFER) == 0 || !k.has(signal::nodefer)) {
    if (k.has(signal::mask_own_signal_blocked)) signals.mask |= op::SignalSet::bit(info.signal);
  }
  signals.mask = without_unblockable(k, signals.mask);
  signals.frames.push_back(frame);
}

// A call that waits is taken up again when the handler has run.
void begin_anew(State& state, const Actor& k) {
  Thread& thread = state.edit_process(k.who).thread;
  thread.asleep = thread.stopped_inside = false;
  begin_open_anew(state, k);
}

// What becomes of the call that the process is in, with a handler about to run. The states in
// which the call is given up and in which it goes on.
void interrupt_call(const PendingSignal& info, std::size_t at, Actor& k) {
  const Thread& thread = k.thread();
  const SignalState& signals = *k.me().signals;
  const bool in_call = thread.activity == Activity::in_call;
  const Interruption kind =
      in_call ? std::visit(InterruptionOf{}, operation_of(k)) : Interruption::not_at_all;
  const bool restart = (disposition_of(signals, info.signal).flags & SA_RESTART) != 0;
  const bool partial = thread.moved > 0;
  const auto deliver = [&](State* next, std::uint64_t mask_before) {
    if (next == nullptr) return;
    drop(next->edit_process(k.who).signals.edit(), at);
    push_frame(*next, k.who, info, mask_before, k);
  };
  // What becomes of the call is settled when its first handler starts, not by those inside it.
  const bool waits =
      in_call && kind != Interruption::not_at_all && signals.frames.empty() && !can_go_on(k);
  const bool goes_on = kind == Interruption::restartable && restart && !partial;
  // Before the kernel has the call, or in a call that finishes anyway, a handler changes nothing.
  const bool entered = thread.asleep || thread.stage > 0 || partial;
  if (!waits || goes_on || !entered) {
    const Rule& rule = goes_on && waits ? signal::restarted : signal::sigaction_installs_handler;
    State* next = k.goes_on(rule);
    deliver(next, signals.mask);
    if (next != nullptr) leave_line(*next, k);
    if (next != nullptr && waits && goes_on) begin_anew(*next, k);
  }
  // A stop has made the call return to where it is taken up again, unless a handler comes first;
  // others do so when they are woken.
  const bool broken_off =
      in_call && kind != Interruption::not_at_all && signals.frames.empty() &&
      (thread.stopped_inside ||
       (k.may_have_slept() && std::visit(LooksForSignalsFirst{k}, operation_of(k))));
  if ((waits || broken_off) && !goes_on) {
    const Rule& rule = partial                                   ? signal::partial_on_interrupt
                       : kind == Interruption::always && restart ? signal::never_restarted
                                                                 : signal::eintr_without_restart;
    const std::uint64_t mask_before = thread.restores_mask ? thread.mark : signals.mask;
    // The mask of sigsuspend() holds until its handler has returned.
    if (State* next = k.goes_on(rule)) {
      deliver(next, mask_before);
      give_up_call(*next, k);
    }
  }
}

// A signal that stops takes the process out of its call, to which it goes back afterwards. That
// interrupts what was transferred in part, and on Linux some waits.
void leave_call(State& next, const Actor& k) {
  const Thread& thread = k.thread();
  leave_line(next, k);
  if (thread.activity != Activity::in_call) return;
  lose_wake(next, k);
  Process& me = next.edit_process(k.who);
  me.thread.stopped_inside = k.may_have_slept() || thread.stage > 0 || thread.moved > 0;
  const bool waits_for_signal = std::holds_alternative<op::WaitForSignal>(operation_of(k));
  if (thread.moved > 0 || (waits_for_signal && thread.asleep && k.has(signal::stop_interrupts))) {
    give_up_call(next, k);
  }
  begin_open_anew(next, k);
}

void stop(const PendingSignal& info, std::size_t at, Actor& k) {
  State* next = k.goes_on(signal::default_actions);
  if (next == nullptr) return;
  Process& me = next->edit_process(k.who);
  drop(me.signals.edit(), at);
  me.stopped = true;
  me.continue_untold = false;
  me.stop_signal = info.signal;
  me.stop_reported = false;
  me.continue_reported = true;
  leave_call(*next, k);
  tell_parent(*next, k, k.who, CLD_STOPPED, info.signal);
}

void deliver(std::size_t at, Actor& k) {
  const SignalState& signals = *k.me().signals;
  const PendingSignal info = signals.pending[at];
  if (disposition_of(signals, info.signal).action == Action::handler) {
    interrupt_call(info, at, k);
    return;
  }
  if (is_ignored(signals, info.signal)) {
    if (State* next = k.goes_on(signal::ignored_not_pending)) {
      drop(next->edit_process(k.who).signals.edit(), at);
    }
    return;
  }
  if (default_action(info.signal) == DefaultAction::stop && info.signal != SIGSTOP &&
      is_orphaned(k.now, k.me().group, kNone) && k.has(signal::stop_orphaned)) {
    if (State* next = k.goes_on(signal::stop_orphaned)) {
      drop(next->edit_process(k.who).signals.edit(), at);
      leave_call(*next, k);
    }
  } else if (default_action(info.signal) == DefaultAction::stop) {
    stop(info, at, k);
  } else if (State* next =
                 k.ends(info.signal == SIGKILL ? signal::kill_forceful : signal::default_actions)) {
    lose_wake(*next, k);
    start_to_die(*next, k.who, info.signal);
  }
}

// The innermost handler does what it does.
void run_handler(Actor& k) {
  const Frame frame = k.me().signals->frames.back();
  const auto body = static_cast<op::HandlerBody>(frame.body);
  const bool raises = raises_once(body);
  const std::int64_t raised =
      body == op::HandlerBody::raise_other ? frame.argument : frame.signal.signal;
  const bool raises_known = raises && raised >= 1 && raised < kSignals;
  if (!is_plain(body) && !raises_known && body != op::HandlerBody::query_action) {
    k.is_not_modelled();
    return;
  }
  State* next = k.goes_on(signal::sigaction_installs_handler);
  if (next == nullptr) return;
  const auto number = static_cast<std::size_t>(frame.signal.signal);
  SignalState& signals = next->edit_process(k.who).signals.edit();
  Frame& top = signals.frames.back();
  if (!frame.entered) {
    top.entered = true;
    log(signals, k, kEntry, frame.signal, frame.has_info, frame.has_info ? frame.signal.value : 0);
    if (body == op::HandlerBody::query_action) {
      log(signals, k, kQueried, {.signal = frame.signal.signal}, true,
          static_cast<std::int64_t>(signals.dispositions[number].action));
    }
    top.body_done = !raises || signals.dispositions[number].done_once;
    return;
  }
  if (!frame.body_done) {
    top.body_done = true;
    signals.dispositions[number].done_once = true;
    PendingSignal own = own_signal(k, static_cast<int>(raised));
    own.code = SI_TKILL;
    generate(*next, k, k.who, own);
    return;
  }
  log(signals, k, kExit, frame.signal, frame.has_info, frame.has_info ? frame.signal.value : 0);
  signals.mask = frame.mask_before;
  signals.frames.pop_back();
}

// Whether one pending signal must be delivered before another.
bool comes_before(const PendingSignal& one, const PendingSignal& other, bool arrived_first,
                  bool any_order, const Actor& k) {
  if (one.signal == other.signal && one.to_thread == other.to_thread) return arrived_first;
  const bool realtime = is_realtime(one.signal) && is_realtime(other.signal);
  if (any_order && !realtime) return false;
  // A signal to the thread comes before one to the process.
  if (one.to_thread != other.to_thread) return one.to_thread;
  const bool in_order = k.has(realtime ? signal::rt_lowest_first : signal::standard_order);
  return in_order ? one.signal < other.signal : arrived_first;
}

// The signals of which one is delivered next.
std::vector<std::size_t> deliverable(Actor& k) {
  const SignalState& signals = *k.me().signals;
  const auto first = [&](const auto& fits) -> std::vector<std::size_t> {
    const auto at = std::ranges::find_if(signals.pending, fits);
    if (at == signals.pending.end()) return {};
    return {static_cast<std::size_t>(at - signals.pending.begin())};
  };
  auto killing = first([](const PendingSignal& one) { return one.signal == SIGKILL; });
  if (!killing.empty()) return killing;
  if (k.me().stopped && k.has(signal::stop_held)) return {};
  auto fatal = first([](const PendingSignal& one) { return one.fatal; });
  if (!fatal.empty()) return fatal;
  return first_pending(signals, ~signals.mask, k);
}

bool stands_still(const Actor& k) { return k.me().stopped && k.has(signal::stop_stops); }

}  // namespace

DefaultAction default_action(int signal) {
  switch (signal) {
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return DefaultAction::ignore;
    case SIGCONT:
      return DefaultAction::go_on;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      return DefaultAction::stop;
    case SIGQUIT:
    case SIGILL:
    case SIGABRT:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGSYS:
    case SIGTRAP:
    case SIGXCPU:
    case SIGXFSZ:
      return DefaultAction::end_with_core;
    default:
      return DefaultAction::end;
  }
}

void drop(SignalState& signals, std::size_t at) {
  signals.pending.erase(signals.pending.begin() + static_cast<std::ptrdiff_t>(at));
}

void discard(SignalState& signals, std::uint64_t set) {
  std::erase_if(signals.pending,
                [&](const PendingSignal& one) { return contains(set, one.signal); });
}

std::uint64_t without_unblockable(const Actor& k, std::uint64_t mask) {
  if (!k.has(signal::kill_unblockable)) return mask;
  return mask & ~op::SignalSet(SIGKILL, SIGSTOP).bits;
}

std::vector<std::size_t> first_pending(const SignalState& signals, std::uint64_t set,
                                       const Actor& k) {
  std::vector<std::size_t> candidates;
  // Of the same signal the first comes first; the standard leaves the order of most others open.
  const bool any_order = k.is_of_another_profile(signal::standard_order);
  for (std::size_t i = 0; i < signals.pending.size(); ++i) {
    const PendingSignal& one = signals.pending[i];
    if (!contains(set, one.signal)) continue;
    bool beaten = false;
    for (std::size_t other = 0; other < signals.pending.size() && !beaten; ++other) {
      const PendingSignal& rival = signals.pending[other];
      if (other == i || !contains(set, rival.signal)) continue;
      beaten = comes_before(rival, one, other < i, any_order, k);
    }
    if (!beaten) candidates.push_back(i);
  }
  return candidates;
}

PendingSignal own_signal(const Actor& k, int signal) {
  return {.signal = signal,
          .code = SI_USER,
          .pid = k.pid(),
          .uid = k.me().real_uid,
          .value = 0,
          .to_thread = true};
}

PendingSignal sent_signal(const Actor& k, int signal, int code, std::int64_t value) {
  return {.signal = signal, .code = code, .pid = k.pid(), .uid = k.me().real_uid, .value = value};
}

void generate(State& state, const Actor& k, Index target, PendingSignal info) {
  if (state.process(target).life != Life::alive) return;
  const int signal = info.signal;
  apply_job_control(state, k, target, signal);
  // By value: what follows may change the state.
  const Cow<SignalState> shared = state.process(target).signals;
  const SignalState& now = *shared;
  const bool blocked = contains(now.mask, signal);
  if (is_ignored(now, signal)) {
    const bool kept = blocked && k.has(signal::ignored_blocked);
    if (blocked && k.is_of_another_profile(signal::ignored_blocked)) {
      state.silence = Silence{&signal::ignored_blocked, k.thread().call};
    }
    if (!kept && k.has(signal::ignored_not_pending)) return;
  }
  if (!blocked && leaves_no_trace(state, k, target, signal)) {
    note_unseen_run(state, target, signal);
    return;
  }
  const bool queued = is_realtime(signal) && k.has(signal::rt_queued);
  for (std::size_t i = 0; i < now.pending.size() && !queued; ++i) {
    if (now.pending[i].signal != signal || now.pending[i].to_thread != info.to_thread) continue;
    const Rule& coalesces = signal::compare_sync_coalescing;
    if (!is_realtime(signal) && !k.has(coalesces)) {
      if (k.is_of_another_profile(coalesces)) state.silence = Silence{&coalesces, k.thread().call};
      break;
    }
    if (k.has(signal::pending_first_info)) return;
    drop(state.edit_process(target).signals.edit(), i);
    break;
  }
  info.fatal = !blocked && ends_process(now, signal) && !state.process(target).stopped &&
               default_action(signal) == DefaultAction::end;
  // A call that is over may have returned before, unseen.
  const Thread& thread = state.process(target).thread;
  if (target != k.who && thread.signals_first && thread.activity == Activity::returning &&
      may_return(state, target)) {
    state.edit_process(target).thread.signals_first = false;
  }
  state.edit_process(target).signals.edit().pending.push_back(info);
}

// Of the scenario's processes the first are children of one that is in another process group and
// in the same session.
bool is_link_to_outside(const State& state, const Process& member) {
  if (member.parent == kNone) return member.session == 0;
  const Process& parent = state.process(member.parent);
  return parent.group != member.group && parent.session == member.session;
}

bool is_orphaned(const State& state, std::int64_t group, Index leaving) {
  for (std::size_t i = 0; i < state.processes.size(); ++i) {
    const Process& member = *state.processes[i];
    const bool lives = member.life == Life::alive || member.life == Life::dying;
    if (!lives || member.group != group || static_cast<Index>(i) == leaving) continue;
    if (is_link_to_outside(state, member)) return false;
  }
  return true;
}

void hang_up_orphans(State& state, const Actor& k, std::int64_t group, Index leaving) {
  if (!k.has(signal::orphans_hung_up) || !is_orphaned(state, group, leaving)) return;
  const auto is_member = [&](Index index) {
    const Process& process = state.process(index);
    return process.life == Life::alive && process.group == group && index != leaving;
  };
  const auto count = static_cast<Index>(state.processes.size());
  bool any_stopped = false;
  for (Index i = 0; i < count; ++i) {
    any_stopped = any_stopped || (is_member(i) && state.process(i).stopped);
  }
  for (const int signal : {SIGHUP, SIGCONT}) {
    for (Index i = 0; i < count && any_stopped; ++i) {
      // From the kernel itself.
      if (is_member(i)) generate(state, k, i, {.signal = signal, .code = SI_KERNEL});
    }
  }
}

bool ignores_children(const Process& parent) {
  const Disposition& one = disposition_of(*parent.signals, SIGCHLD);
  return one.action == Action::ignore || (one.flags & SA_NOCLDWAIT) != 0;
}

void tell_parent(State& state, const Actor& k, Index child, int code, int status) {
  const Process& process = state.process(child);
  if (process.parent == kNone) return;
  const Process& parent = state.process(process.parent);
  const bool job_control = code != CLD_EXITED && code != CLD_KILLED && code != CLD_DUMPED;
  const Disposition& disposition = disposition_of(*parent.signals, SIGCHLD);
  // Not even when it is blocked.
  if (disposition.action == Action::ignore && k.has(signal::chld_ignored)) return;
  if (job_control && (disposition.flags & SA_NOCLDSTOP) != 0) return;
  if (code == CLD_STOPPED && !k.has(signal::stopped_child_signal)) return;
  if (!job_control && !k.has(signal::practical_chld_reap)) return;
  PendingSignal info;
  info.signal = SIGCHLD;
  info.code = code;
  info.pid = k.world.pid(child);
  info.uid = process.real_uid;
  info.value = code == CLD_EXITED ? WEXITSTATUS(status) : status & 0x7f;
  generate(state, k, process.parent, info);
}

bool signal_steps(Actor& k) {
  if (k.me().continue_untold) {
    if (State* next = k.goes_on(signal::cont_resumes)) {
      next->edit_process(k.who).continue_untold = false;
      tell_parent(*next, k, k.who, CLD_CONTINUED, SIGCONT);
    }
    if (!k.has(signal::continued_child_signal)) {
      if (State* next = k.goes_on(signal::cont_resumes)) {
        next->edit_process(k.who).continue_untold = false;
      }
    }
  }
  if (k.me().signals->pending.empty() && k.me().signals->frames.empty()) return !stands_still(k);
  bool own_first = false;
  for (const std::size_t at : deliverable(k)) {
    deliver(at, k);
    own_first = own_first || k.me().signals->pending[at].to_thread;
  }
  // What a process sends to itself is delivered before it goes on.
  if (own_first && k.has(signal::self_before_return)) return false;
  if (stands_still(k)) return false;
  if (k.me().signals->frames.empty()) return true;
  run_handler(k);
  return false;
}

bool may_return(const State& state, Index who) {
  const Process& process = state.process(who);
  const SignalState& signals = *process.signals;
  if (process.stopped || !signals.frames.empty()) return false;
  if (!process.thread.signals_first) return true;
  return std::ranges::none_of(signals.pending,
                              [&](const auto& one) { return !contains(signals.mask, one.signal); });
}

}  // namespace ipcspec::spec
