// Verbs on signals.
#pragma once

#include <signal.h>

#include <utility>
#include <vector>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

// One run of a handler, as the worker recorded it.
struct HandlerRun {
  enum Phase : std::int64_t { entry, exit, reaped, failed, queried } phase = entry;
  int signal = 0;
  int code = 0;
  std::int64_t pid = 0;
  std::int64_t uid = 0;
  std::int64_t value = 0;
  int error = 0;
};

template <typename Process>
class SignalVerbs {
 public:
  Call handles(int signal, int flags = 0, op::SignalSet mask = {},
               op::HandlerBody body = op::HandlerBody::record, std::int64_t argument = 0) const {
    return does(op::SetHandler{signal, static_cast<std::int64_t>(body), argument, flags, mask});
  }
  Call handles_by_signal(int signal) const { return does(op::SetHandlerBySignal{signal}); }
  Call restores_default(int signal) const { return does(op::SetDefault{signal}); }
  Call ignores(int signal) const { return does(op::SetIgnore{signal}); }
  Call disposition(int signal) const { return does(op::GetDisposition{signal}); }
  Call blocks_signals(op::SignalSet set) const { return does(op::ChangeMask{SIG_BLOCK, set}); }
  Call unblocks_signals(op::SignalSet set) const { return does(op::ChangeMask{SIG_UNBLOCK, set}); }
  Call sets_mask(op::SignalSet set) const { return does(op::ChangeMask{SIG_SETMASK, set}); }
  op::SignalSet pending_signals() const { return set_of(does(op::GetPending{}).output(0)); }
  op::SignalSet current_mask() const { return set_of(blocks_signals({}).output(0)); }
  Call kills(const Process& target, int signal) const {
    return does(op::Kill{target.pid(), signal});
  }
  // A pid as kill(2) takes it: 0, -1 and negative ones too.
  Call kills_pid(std::int64_t pid, int signal) const { return does(op::Kill{pid, signal}); }
  Call raises(int signal) const { return does(op::Raise{signal}); }
  Call queues_signal(const Process& target, int signal, std::int64_t value) const {
    return does(op::QueueSignal{target.pid(), signal, value});
  }
  Call pauses() const { return does(op::Pause{}); }
  Call suspends_with_mask(op::SignalSet mask) const { return does(op::SuspendWithMask{mask}); }
  // Without a timeout: sigwaitinfo().
  Call waits_for_signal(op::SignalSet set, std::int64_t timeout_ms = -1) const {
    return does(op::WaitForSignal{set, timeout_ms});
  }
  // The errno that code sees after raise() ran the handler; ENOENT was in it before.
  Call errno_across_signal(int signal) const { return does(op::ErrnoAcrossSignal{signal}); }
  Call prints(op::Fd fd, op::Bytes text) const {
    return does(op::PrintFormatted{fd, std::move(text)});
  }
  // What the handlers did since the last question. The process must be idle.
  std::vector<HandlerRun> handler_log() const {
    const Call call = does(op::TakeSignalLog{});
    const auto& numbers = call.succeeded().outputs;
    std::vector<HandlerRun> runs;
    for (std::size_t i = 0; i + 7 <= numbers.size(); i += 7) {
      runs.push_back({static_cast<HandlerRun::Phase>(numbers[i]), static_cast<int>(numbers[i + 1]),
                      static_cast<int>(numbers[i + 2]), numbers[i + 3], numbers[i + 4],
                      numbers[i + 5], static_cast<int>(numbers[i + 6])});
    }
    return runs;
  }
  // How many times a handler of the signal was entered since the last question.
  int handler_runs(int signal) const {
    int runs = 0;
    for (const HandlerRun& run : handler_log()) {
      if (run.signal == signal && run.phase == HandlerRun::entry) ++runs;
    }
    return runs;
  }

 private:
  static op::SignalSet set_of(std::int64_t bits) {
    op::SignalSet set;
    set.bits = static_cast<std::uint64_t>(bits);
    return set;
  }
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
