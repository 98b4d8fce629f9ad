#include "cli/surroundings.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ipcspec::cli {
namespace {

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

mode_t g_umask = 022;
volatile sig_atomic_t g_stop_signal = 0;
sigset_t g_waiting_mask;

void on_stop_signal(int signal) {
  if (g_stop_signal == 0) g_stop_signal = signal;
}

}  // namespace

void normalise_surroundings() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // open() takes the lowest free number, which is this one. A closed standard output must not
    // take what is written to it, since nobody would get it.
    if (::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) < 0) {
      int ends[2];
      if (::pipe(ends) == 0 && ends[1] > 2) ::close(ends[1]);
    }
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  g_umask = ::umask(022);
}

mode_t inherited_umask() { return g_umask; }

void remember_stop_signals() {
  sigset_t block;
  ::sigemptyset(&block);
  for (const int signal : kStopSignals) {
    struct sigaction before = {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = on_stop_signal;
    ::sigaction(signal, &action, nullptr);
    ::sigaddset(&block, signal);
  }
  ::sigprocmask(SIG_BLOCK, &block, &g_waiting_mask);
  for (const int signal : kStopSignals) ::sigdelset(&g_waiting_mask, signal);
}

const sigset_t& mask_while_waiting() { return g_waiting_mask; }

int stop_signal() { return g_stop_signal; }

std::string stop_signal_name() {
  switch (g_stop_signal) {
    case 0:
      return {};
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    default:
      return "SIGHUP";
  }
}

std::vector<int> usable_processors() {
  std::vector<int> processors;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) processors.push_back(cpu);
    }
  }
  if (processors.empty()) processors.push_back(-1);
  return processors;
}

int stop_exit_status() { return 128 + stop_signal(); }

}  // namespace ipcspec::cli
