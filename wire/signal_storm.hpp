// For tests: signals at a thread that waits in a call, again and again. The third one releases the
// thread's peer, so that the call was certainly interrupted while nothing could be transferred.
#pragma once

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace ipcspec::wire {

// At the thread that makes it; one at a time. Calls fail with EINTR, since the handler does not
// restart them.
class SignalStorm {
 public:
  // A byte is written to `release_fd`.
  SignalStorm(int release_fd, long interval_us) {
    signals_ = 0;
    release_fd_ = release_fd;
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigevent event = {};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = kSignal;
    event._sigev_un._tid = ::gettid();
    itimerspec often = {};
    often.it_value.tv_nsec = often.it_interval.tv_nsec = interval_us * 1000;
    if (::sigaction(kSignal, &action, nullptr) != 0 ||
        ::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0 ||
        ::timer_settime(timer_, 0, &often, nullptr) != 0) {
      std::perror("no storm of signals");
      std::abort();
    }
  }
  ~SignalStorm() {
    ::timer_delete(timer_);
    // Not the default: one may still be on its way.
    ::signal(kSignal, SIG_IGN);
  }
  SignalStorm(const SignalStorm&) = delete;
  SignalStorm& operator=(const SignalStorm&) = delete;

  // That came since the last storm began.
  static int signals() { return signals_; }
  static constexpr int kSignalsUntilRelease = 3;

 private:
  static void on_signal(int) {
    const int saved_errno = errno;
    signals_ = signals_ + 1;
    if (signals_ == kSignalsUntilRelease) {
      const char byte = 0;
      if (::write(release_fd_, &byte, 1) != 1) ::_exit(3);
    }
    errno = saved_errno;
  }

  // libFuzzer uses SIGALRM itself.
  static inline const int kSignal = SIGRTMIN;
  static inline volatile sig_atomic_t signals_ = 0;
  static inline volatile sig_atomic_t release_fd_ = -1;
  timer_t timer_{};
};

}  // namespace ipcspec::wire
