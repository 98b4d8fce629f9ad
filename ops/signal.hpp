// Signals. A caught signal is recorded by the worker's handler in shared memory, so that what
// ran, in which order and with which information can be read while the process is blocked.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

// What the handler does besides recording its entry and its exit.
enum class HandlerBody : int {
  record,          // nothing more
  raise_own,       // raise() the signal it handles, once, between entry and exit
  raise_other,     // raise(`argument`), once, between entry and exit
  clobber_errno,   // a failing write(), so that errno changes
  preserve_errno,  // the same, with errno saved and restored
  write_byte,      // write() one byte to descriptor `argument`
  post_semaphore,  // sem_post() the semaphore at address `argument`
  kill_process,    // kill(`argument`, SIGUSR2)
  exit_process,    // _exit(`argument`)
  reap_children,   // waitpid(-1, WNOHANG) until none is left; each pid is recorded
  signal_pid,      // plain handler type without SA_SIGINFO (no siginfo recorded)
  query_action,    // sigaction() with a null action; what it says is recorded as `value`
};

struct SetHandler {  // sigaction(2) with a recording handler
  Signal signal;
  std::int64_t body = 0;  // HandlerBody
  std::int64_t argument = 0;
  ActionFlags flags;
  SignalSet mask;
  IPCSPEC_OPERATION(SetHandler, "set_handler", signal, body, argument, flags, mask);
};

struct SetHandlerBySignal {  // signal(2) with the recording handler
  Signal signal;
  IPCSPEC_OPERATION(SetHandlerBySignal, "set_handler_by_signal", signal);
};

struct SetDefault {  // sigaction(2) with SIG_DFL
  Signal signal;
  IPCSPEC_OPERATION(SetDefault, "set_default", signal);
};

struct SetIgnore {  // sigaction(2) with SIG_IGN
  Signal signal;
  IPCSPEC_OPERATION(SetIgnore, "set_ignore", signal);
};

// sigaction(2) with a null action. Outcome: value = 0 default, 1 ignored, 2 handler.
struct GetDisposition {
  Signal signal;
  IPCSPEC_OPERATION(GetDisposition, "get_disposition", signal);
  IPCSPEC_OUTPUTS(flags);
};

// The handler runs recorded since the last call, then forgotten. Outcome: value = entries;
// outputs = seven numbers for each: phase (0 entry, 1 exit, 2 reaped, 3 failed, 4 queried), signal,
// code, pid, uid, value, errno.
struct TakeSignalLog {
  IPCSPEC_OPERATION(TakeSignalLog, "take_signal_log");
};

struct ChangeMask {  // sigprocmask(2). Outcome: outputs previous mask.
  MaskHow how;
  SignalSet set;
  IPCSPEC_OPERATION(ChangeMask, "change_mask", how, set);
  IPCSPEC_OUTPUTS(previous);
};

struct GetPending {  // sigpending(2). Outcome: outputs the set.
  IPCSPEC_OPERATION(GetPending, "get_pending");
  IPCSPEC_OUTPUTS(pending);
};

struct Kill {  // kill(2)
  std::int64_t pid = 0;
  Signal signal;
  IPCSPEC_OPERATION(Kill, "kill", pid, signal);
};

struct Raise {  // raise(3)
  Signal signal;
  IPCSPEC_OPERATION(Raise, "raise", signal);
};

struct QueueSignal {  // sigqueue(3)
  std::int64_t pid = 0;
  Signal signal;
  std::int64_t value = 0;
  IPCSPEC_OPERATION(QueueSignal, "sigqueue", pid, signal, value);
};

struct Pause {  // pause(2). Blocks.
  IPCSPEC_OPERATION(Pause, "pause");
};

struct SuspendWithMask {  // sigsuspend(2). Blocks.
  SignalSet mask;
  IPCSPEC_OPERATION(SuspendWithMask, "sigsuspend", mask);
};

// sigwaitinfo(2) when timeout_ms < 0, else sigtimedwait(2). Outcome: value = signal. Blocks.
struct WaitForSignal {
  SignalSet set;
  std::int64_t timeout_ms = -1;
  IPCSPEC_OPERATION(WaitForSignal, "sigwaitinfo", set, timeout_ms);
  IPCSPEC_OUTPUTS(code, pid, uid, value);
};

// errno is set to ENOENT, then raise(signal) runs its handler. Outcome: value =
// the errno seen afterwards.
struct ErrnoAcrossSignal {
  Signal signal;
  IPCSPEC_OPERATION(ErrnoAcrossSignal, "errno_across_signal", signal);
};

// dprintf(3): a printf() that a handler can interrupt in the middle. Outcome: value = characters.
// Blocks.
struct PrintFormatted {
  Fd fd;
  Bytes text;
  IPCSPEC_OPERATION(PrintFormatted, "dprintf", fd, text);
};

}  // namespace ipcspec::op
