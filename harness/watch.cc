#include "harness/watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace ipcspec::harness {
namespace {

UniqueFd open_of(pid_t pid, const char* file) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/%s", static_cast<int>(pid), file);
  return UniqueFd(::open(path, O_RDONLY | O_CLOEXEC));
}

// Text of a /proc file, from its start; empty on failure with errno set.
template <std::size_t N>
const char* text_of(const UniqueFd& fd, char (&text)[N]) {
  const ssize_t count = ::pread(fd.get(), text, N - 1, 0);
  if (count <= 0) return nullptr;
  text[count] = '\0';
  return text;
}

bool g_calls_distrusted = false;

// A field of /proc/PID/stat, from the third on, where `state` points; nullptr when there is none.
const char* field_of(const char* state, int number) {
  const char* at = state;
  for (int field = 3; field < number; ++field) {
    at = ::strchr(at, ' ');
    if (at == nullptr) return nullptr;
    ++at;
  }
  return at;
}

}  // namespace

void distrust_calls() { g_calls_distrusted = true; }

void ProcessWatch::open_files() {
  opened_ = true;
  if (!g_calls_distrusted) syscall_ = open_of(pid_, "syscall");
  stat_ = open_of(pid_, "stat");
  if (!stat_) pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

bool ProcessWatch::shows_stops() {
  if (!opened_) open_files();
  return static_cast<bool>(stat_);
}

// "running", "-1 sp pc" (asleep outside a call, or a zombie) or "number arguments... sp pc".
bool ProcessWatch::look_at_call(Look& look) {
  char text[256];
  const char* at = text_of(syscall_, text);
  if (at == nullptr) {
    if (errno == ESRCH) {
      look.kind = Look::Kind::dead;
      return true;
    }
    // Not permitted, now and later.
    syscall_.reset();
    return false;
  }
  if (strncmp(at, "running", 7) == 0) {
    look.kind = Look::Kind::running;
    return true;
  }
  char* end = nullptr;
  look.call = ::strtol(at, &end, 10);
  if (look.call < 0) return false;
  look.argument = ::strtoull(end, nullptr, 0);
  look.kind = Look::Kind::asleep;
  look.call_known = true;
  return true;
}

bool ProcessWatch::look_at_state(Look& look) {
  char text[1024];
  const char* line = text_of(stat_, text);
  if (line == nullptr) {
    look.kind = Look::Kind::dead;
    return true;
  }
  const char* name_end = ::strrchr(line, ')');
  if (name_end == nullptr || name_end[1] == '\0') return false;
  switch (name_end[2]) {
    case 'S':
      look.kind = Look::Kind::asleep;
      return true;
    case 'T':
      look.kind = Look::Kind::stopped;
      return true;
    case 'Z': {
      // Not yet a zombie to its parent while another of its threads goes on; emulators have some.
      const char* threads = field_of(name_end + 2, 20);
      const bool goes_on = threads != nullptr && ::atoi(threads) > 1;
      look.kind = goes_on ? Look::Kind::running : Look::Kind::dead;
      return true;
    }
    case 'X':
      look.kind = Look::Kind::dead;
      return true;
    default:
      // R; D (uninterruptible) too: it goes on by itself.
      look.kind = Look::Kind::running;
      return true;
  }
}

bool ProcessWatch::look_at_pidfd(Look& look) {
  if (!pidfd_) {
    if (::kill(pid_, 0) == 0 || errno == EPERM) return false;
    look.kind = Look::Kind::dead;
    return true;
  }
  pollfd entry{pidfd_.get(), POLLIN, 0};
  if (::poll(&entry, 1, 0) == 0) return false;
  look.kind = Look::Kind::dead;
  return true;
}

Look ProcessWatch::look() {
  if (!opened_) open_files();
  Look look;
  if (syscall_ && look_at_call(look)) {
    if (look.kind != Look::Kind::asleep || !stat_) return look;
    // The call is also shown of a process that is stopped in it, that sleeps on a disk or a lock
    // (D), or that another processor is about to wake (R).
    Look state;
    if (look_at_state(state) && state.kind != Look::Kind::asleep) return state;
    return look;
  }
  look = Look{};
  if (stat_) {
    look_at_state(look);
  } else {
    look_at_pidfd(look);
  }
  return look;
}

// Field 52 of /proc/PID/stat.
int ProcessWatch::zombie_status() {
  if (!opened_) open_files();
  char text[1024];
  const char* line = stat_ ? text_of(stat_, text) : nullptr;
  const char* at = line == nullptr ? nullptr : ::strrchr(line, ')');
  if (at == nullptr || at[1] == '\0' || at[2] != 'Z') return -1;
  at = field_of(at + 2, 52);
  if (at == nullptr) return -1;
  // 0 is also what is shown to those who may not look, and by platforms that keep no status.
  const int status = ::atoi(at);
  // Where calls are translated, so are the numbers of signals; this is the kernel's.
  if (g_calls_distrusted && !WIFEXITED(status)) return -1;
  return status == 0 ? -1 : status;
}

}  // namespace ipcspec::harness
