#include <csignal>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

using op::HandlerBody;

int signal_number(Hand& hand) {
  if (hand.is_odd()) return hand.pick({0, -1, SIGRTMAX + 1, SIGKILL, SIGSTOP, 1000});
  return hand.pick({SIGUSR1, SIGUSR2, SIGRTMIN, SIGTERM, SIGCHLD, SIGRTMIN + 1, SIGPIPE, SIGCONT});
}

op::SignalSet set(Hand& hand) {
  return hand.pick({op::SignalSet(SIGUSR1), op::SignalSet(SIGUSR1, SIGUSR2), op::SignalSet(),
                    op::SignalSet(SIGRTMIN, SIGRTMIN + 1), op::SignalSet(SIGCHLD),
                    op::SignalSet(SIGKILL, SIGSTOP, SIGTERM), op::SignalSet(SIGUSR2, SIGRTMIN)});
}

void offer_dispositions(Acts& acts) {
  acts.add(14, [](Hand& hand) {
    const int signal = signal_number(hand);
    const auto body = hand.pick({HandlerBody::record, HandlerBody::record, HandlerBody::record,
                                 HandlerBody::raise_own, HandlerBody::raise_other,
                                 HandlerBody::query_action, HandlerBody::clobber_errno});
    const int flags = hand.pick({SA_SIGINFO, SA_SIGINFO | SA_RESTART, SA_SIGINFO | SA_NODEFER,
                                 static_cast<int>(SA_SIGINFO | SA_RESETHAND),
                                 SA_SIGINFO | SA_NOCLDSTOP, SA_SIGINFO | SA_NOCLDWAIT});
    const std::int64_t argument = body == HandlerBody::raise_other ? SIGUSR2 : 0;
    return calls(
        op::SetHandler{signal, static_cast<std::int64_t>(body), argument, flags, set(hand)});
  });
  acts.add(2, [](Hand& hand) { return calls(op::SetHandlerBySignal{signal_number(hand)}); });
  acts.add(3, [](Hand& hand) { return calls(op::SetIgnore{signal_number(hand)}); });
  acts.add(2, [](Hand& hand) { return calls(op::SetDefault{signal_number(hand)}); });
  acts.add(1, [](Hand& hand) { return calls(op::GetDisposition{signal_number(hand)}); });
}

// One that the process has a handler for, where there is one.
int caught_by(Hand& hand, std::int64_t pid) {
  const spec::Index target = hand.world().with_pid(pid);
  if (target == spec::kNone) return signal_number(hand);
  std::vector<int> caught;
  const spec::SignalState& signals = *hand.state().process(target).signals;
  for (int signal = 1; signal < spec::kSignals; ++signal) {
    const auto number = static_cast<std::size_t>(signal);
    if (signals.dispositions[number].action == spec::Action::handler) caught.push_back(signal);
  }
  return caught.empty() ? signal_number(hand) : hand.pick(caught);
}

// One that waits for this process, where there is one.
op::SignalSet awaited(Hand& hand) {
  const std::vector<spec::PendingSignal>& pending = hand.me().signals->pending;
  return pending.empty() || hand.one_in(4) ? set(hand) : op::SignalSet(pending.front().signal);
}

void offer_sending(Acts& acts) {
  acts.add(16, [](Hand& hand) {
    if (hand.one_in(8)) return calls(op::Kill{0, signal_number(hand)});
    const std::int64_t pid = hand.pid();
    return calls(op::Kill{pid, hand.one_in(3) ? signal_number(hand) : caught_by(hand, pid)});
  });
  acts.add(3, [](Hand& hand) {
    return calls(op::Kill{hand.pid(), hand.pick({SIGSTOP, SIGTSTP, SIGTTIN, SIGCONT, SIGKILL})});
  });
  acts.add(5, [](Hand& hand) {
    const int signal = signal_number(hand);
    return calls(op::QueueSignal{hand.pid(), signal, hand.pick({0l, 1l, -1l, 77l})});
  });
  acts.add(4, [](Hand& hand) { return calls(op::Raise{signal_number(hand)}); });
}

}  // namespace

void offer_signal(Acts& acts) {
  const spec::SignalState& signals = *acts.hand().me().signals;
  offer_fork(acts, 14);
  offer_dispositions(acts);
  offer_sending(acts);
  acts.add(9, [](Hand& hand) {
    return calls(op::ChangeMask{hand.pick({SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK}), set(hand)});
  });
  acts.add(signals.pending.empty() ? 1 : 5, [](Hand&) { return calls(op::GetPending{}); });
  acts.add(signals.log.empty() ? 1 : 8, [](Hand&) { return calls(op::TakeSignalLog{}); });
  acts.add(1, [](Hand& hand) {
    const op::SignalSet both(SIGRTMIN, SIGRTMIN + 1);
    const std::int64_t self = hand.world().pid(hand.who());
    return calls(op::ChangeMask{SIG_BLOCK, both}, op::QueueSignal{self, SIGRTMIN + 1, 1},
                 op::QueueSignal{self, SIGRTMIN, 2}, op::WaitForSignal{both, 0});
  });
  acts.add(3, [](Hand&) { return calls(op::Pause{}); });
  acts.add(3, [](Hand& hand) { return calls(op::SuspendWithMask{set(hand)}); });
  acts.add(
      4, [](Hand& hand) { return calls(op::WaitForSignal{awaited(hand), hand.pick({0l, -1l})}); });
  acts.add(1, [](Hand&) { return calls(op::ExecWorker{}); });
  offer_user(acts, 1);
  offer_transfer(acts, 5);
  acts.add(2, [](Hand&) { return calls(op::MakePipe{}); });
}

}  // namespace ipcspec::properties
