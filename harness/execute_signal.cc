#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "harness/execute.hpp"

namespace ipcspec::harness {
namespace {

struct Installed {
  op::HandlerBody body;
  std::int64_t argument;
  bool done_once;  // for bodies that raise a signal
};

// The handlers of this process, for handlers have no other way to know anything.
Installed g_installed[NSIG];
SignalLog* g_log = nullptr;
// While process `g_forking` forks: where its child records what it handles before it is born.
std::atomic<SignalLog*> g_log_of_child{nullptr};
std::atomic<pid_t> g_forking{0};

void record(const SignalLogEntry& entry) {
  SignalLog* of_child = g_log_of_child.load();
  SignalLog& log = of_child != nullptr && ::getpid() != g_forking.load() ? *of_child : *g_log;
  const std::uint32_t at = log.used.fetch_add(1);
  if (at < kSignalLogEntries) log.entries[at] = entry;
}

// 0 where POSIX gives neither member a meaning: QEMU's user mode leaves there what lay there.
int value_of(const siginfo_t& info) {
  switch (info.si_code) {
    case SI_QUEUE:
    case SI_TIMER:
    case SI_ASYNCIO:
    case SI_MESGQ:
      return info.si_value.sival_int;
    default:
      break;
  }
  return info.si_signo == SIGCHLD && info.si_code > 0 ? info.si_status : 0;
}

void record(std::int64_t phase, int signal, const siginfo_t* info, int error) {
  SignalLogEntry entry = {phase, signal, 0, 0, 0, 0, error};
  if (info != nullptr) {
    entry.code = info->si_code;
    entry.pid = info->si_pid;
    entry.uid = info->si_uid;
    entry.value = value_of(*info);
  }
  record(entry);
}

void reap_children(int signal) {
  int status = 0;
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) record({2, signal, 0, pid, 0, status, 0});
}

// 0 default, 1 ignored, 2 handler; -1 when the question fails.
int disposition_of(int signal, struct sigaction& action) {
  if (::sigaction(signal, nullptr, &action) != 0) return -1;
  if (action.sa_handler == SIG_DFL) return 0;
  return action.sa_handler == SIG_IGN ? 1 : 2;
}

void query_action(int signal) {
  struct sigaction action = {};
  record({4, signal, 0, 0, 0, disposition_of(signal, action), 0});
}

void run_body(Installed& installed, int signal) {
  switch (installed.body) {
    case op::HandlerBody::record:
    case op::HandlerBody::signal_pid:
      return;
    case op::HandlerBody::raise_own:
    case op::HandlerBody::raise_other:
      if (installed.done_once) return;
      installed.done_once = true;
      ::raise(installed.body == op::HandlerBody::raise_own ? signal
                                                           : static_cast<int>(installed.argument));
      return;
    case op::HandlerBody::clobber_errno:
    case op::HandlerBody::preserve_errno: {
      const int saved = errno;
      // No such descriptor can exist: EBADF, unless saved and put back.
      if (::write(-1, "x", 1) < 0 && installed.body == op::HandlerBody::preserve_errno) {
        errno = saved;
      }
      return;
    }
    case op::HandlerBody::write_byte:
      if (::write(static_cast<int>(installed.argument), "h", 1) != 1)
        record(3, signal, nullptr, errno);
      return;
    case op::HandlerBody::post_semaphore:
      ::sem_post(reinterpret_cast<sem_t*>(installed.argument));
      return;
    case op::HandlerBody::kill_process:
      ::kill(static_cast<pid_t>(installed.argument), SIGUSR2);
      return;
    case op::HandlerBody::exit_process:
      ::_exit(static_cast<int>(installed.argument));
    case op::HandlerBody::reap_children:
      reap_children(signal);
      return;
    case op::HandlerBody::query_action:
      query_action(signal);
      return;
  }
}

void handle(int signal, const siginfo_t* info) {
  const int at_entry = errno;
  Installed& installed = g_installed[signal];
  record(0, signal, info, at_entry);
  run_body(installed, signal);
  record(1, signal, info, errno);
}

void handle_with_info(int signal, siginfo_t* info, void*) { handle(signal, info); }
void handle_plain(int signal) { handle(signal, nullptr); }

sigset_t native_set(op::SignalSet set) {
  sigset_t result;
  ::sigemptyset(&result);
  for (int signal = 1; signal <= 64; ++signal) {
    if (set.contains(signal)) ::sigaddset(&result, signal);
  }
  return result;
}

std::int64_t set_bits(const sigset_t& set) {
  std::uint64_t bits = 0;
  for (int signal = 1; signal <= 64; ++signal) {
    if (::sigismember(&set, signal) == 1) bits |= op::SignalSet::bit(signal);
  }
  return static_cast<std::int64_t>(bits);
}

op::Outcome set_disposition(int signal, void (*disposition)(int)) {
  struct sigaction action = {};
  action.sa_handler = disposition;
  ::sigemptyset(&action.sa_mask);
  return outcome_of(::sigaction(signal, &action, nullptr));
}

}  // namespace

void adopt_signal_log(SignalLog& log) {
  g_log = &log;
  g_log_of_child.store(nullptr);
}

void expect_fork(SignalLog* log_of_child) {
  g_forking.store(::getpid());
  g_log_of_child.store(log_of_child);
}

op::Outcome execute(const op::SetHandler& op, Worker&) {
  struct sigaction action = {};
  const auto body = static_cast<op::HandlerBody>(op.body);
  if (op.signal.value > 0 && op.signal.value < NSIG) {
    g_installed[op.signal.value] = {body, op.argument, false};
  }
  action.sa_flags = op.flags.value;
  if (body == op::HandlerBody::signal_pid) {
    action.sa_handler = handle_plain;
  } else {
    action.sa_flags |= SA_SIGINFO;
    action.sa_sigaction = handle_with_info;
  }
  action.sa_mask = native_set(op.mask);
  return outcome_of(::sigaction(op.signal.value, &action, nullptr));
}
op::Outcome execute(const op::SetHandlerBySignal& op, Worker&) {
  if (op.signal.value > 0 && op.signal.value < NSIG) {
    g_installed[op.signal.value] = {op::HandlerBody::signal_pid, 0, false};
  }
  return outcome_of(::signal(op.signal.value, handle_plain) == SIG_ERR ? -1 : 0);
}
op::Outcome execute(const op::SetDefault& op, Worker&) {
  return set_disposition(op.signal.value, SIG_DFL);
}
op::Outcome execute(const op::SetIgnore& op, Worker&) {
  return set_disposition(op.signal.value, SIG_IGN);
}
op::Outcome execute(const op::GetDisposition& op, Worker&) {
  struct sigaction action = {};
  op::Outcome outcome = outcome_of(disposition_of(op.signal.value, action));
  if (outcome.value >= 0) outcome.outputs = {action.sa_flags};
  return outcome;
}
op::Outcome execute(const op::TakeSignalLog&, Worker& worker) {
  SignalLog& log = worker.slot().signals;
  op::Outcome outcome;
  std::uint32_t used = log.used.load();
  // A handler that runs meanwhile adds to it.
  do {
    outcome.outputs.clear();
    outcome.value = std::min<std::uint32_t>(used, kSignalLogEntries);
    for (std::int64_t i = 0; i < outcome.value; ++i) {
      const SignalLogEntry& e = log.entries[i];
      for (const std::int64_t field : {e.phase, e.signal, e.code, e.pid, e.uid, e.value, e.error}) {
        outcome.outputs.push_back(field);
      }
    }
  } while (!log.used.compare_exchange_strong(used, 0));
  return outcome;
}
op::Outcome execute(const op::ChangeMask& op, Worker&) {
  const sigset_t set = native_set(op.set);
  sigset_t previous;
  op::Outcome outcome = outcome_of(::sigprocmask(op.how.value, &set, &previous));
  if (outcome.value == 0) outcome.outputs = {set_bits(previous)};
  return outcome;
}
op::Outcome execute(const op::GetPending&, Worker&) {
  sigset_t pending;
  op::Outcome outcome = outcome_of(::sigpending(&pending));
  if (outcome.value == 0) outcome.outputs = {set_bits(pending)};
  return outcome;
}
op::Outcome execute(const op::Kill& op, Worker&) {
  return outcome_of(::kill(static_cast<pid_t>(op.pid), op.signal.value));
}
op::Outcome execute(const op::Raise& op, Worker&) {
  const int result = ::raise(op.signal.value);
  return outcome_of(result == 0 ? 0 : -1);
}
op::Outcome execute(const op::QueueSignal& op, Worker&) {
  sigval value = {};
  value.sival_int = static_cast<int>(op.value);
  return outcome_of(::sigqueue(static_cast<pid_t>(op.pid), op.signal.value, value));
}
op::Outcome execute(const op::Pause&, Worker&) { return outcome_of(::pause()); }
op::Outcome execute(const op::SuspendWithMask& op, Worker&) {
  const sigset_t mask = native_set(op.mask);
  return outcome_of(::sigsuspend(&mask));
}
op::Outcome execute(const op::WaitForSignal& op, Worker&) {
  const sigset_t set = native_set(op.set);
  siginfo_t info = {};
  const timespec timeout{static_cast<time_t>(op.timeout_ms / 1000),
                         static_cast<long>(op.timeout_ms % 1000 * 1'000'000)};
  op::Outcome outcome = outcome_of(op.timeout_ms < 0 ? ::sigwaitinfo(&set, &info)
                                                     : ::sigtimedwait(&set, &info, &timeout));
  if (outcome.value >= 0) {
    outcome.outputs = {info.si_code, info.si_pid, info.si_uid, value_of(info)};
  }
  return outcome;
}
op::Outcome execute(const op::ErrnoAcrossSignal& op, Worker&) {
  // ENOENT here; a handler that clobbers errno leaves EBADF.
  errno = ENOENT;
  ::raise(op.signal.value);
  return outcome_of(std::int64_t{errno});
}
op::Outcome execute(const op::PrintFormatted& op, Worker&) {
  return outcome_of(::dprintf(op.fd.number, "%s", op.text.c_str()));
}

}  // namespace ipcspec::harness
