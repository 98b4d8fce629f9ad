#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

bool is_pipe(int fd) {
  struct stat about_it = {};
  return ::fstat(fd, &about_it) == 0 && S_ISFIFO(about_it.st_mode);
}

bool is_ready(int fd, short events) {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, 0) != 0;
}

bool is_nonblocking(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

op::Outcome eof_early(const op::Read& read, Worker& worker) {
  const bool empty = is_pipe(read.fd.number) && !is_ready(read.fd.number, POLLIN);
  return empty ? success() : execute(read, worker);
}

// The wake-up goes to a pipe that nobody writes to.
op::Outcome lost_wakeup(const op::Read& read, Worker& worker) {
  const int fd = read.fd.number;
  int ends[2];
  if (is_pipe(fd) && !is_nonblocking(fd) && !is_ready(fd, POLLIN) && hide(fd) >= 0 &&
      ::pipe(ends) == 0) {
    hide(ends[1]);
    ::close(ends[1]);
    ::dup2(ends[0], fd);
    ::close(ends[0]);
  }
  return execute(read, worker);
}

op::Outcome byte_lost_at_page_end(const op::Read& read, Worker& worker) {
  constexpr std::size_t kPage = 4096;
  op::Outcome outcome = execute(read, worker);
  if (outcome.data.size() < kPage) return outcome;
  outcome.data.erase(kPage - 1, 1);
  --outcome.value;
  return outcome;
}

op::Outcome wrong_order(const op::Read& read, Worker& worker) {
  op::Outcome outcome = execute(read, worker);
  std::ranges::reverse(outcome.data);
  return outcome;
}

op::Outcome not_consumed(const op::Read& read, Worker& worker) {
  static std::string again;
  if (!is_pipe(read.fd.number)) return execute(read, worker);
  if (again.empty()) {
    op::Outcome outcome = execute(read, worker);
    again = outcome.data;
    return outcome;
  }
  op::Outcome outcome;
  outcome.data = std::exchange(again, {}).substr(0, read.size_bytes);
  outcome.value = static_cast<std::int64_t>(outcome.data.size());
  return outcome;
}

// The second half follows when the process makes its next call.
struct Rest {
  int fd = -1;
  pid_t owner = 0;
  std::string bytes;
};
Rest g_rest;

op::Outcome torn(const op::Op& op, Worker& worker) {
  if (g_rest.fd >= 0 && g_rest.owner == ::getpid()) {
    const auto written = ::write(g_rest.fd, g_rest.bytes.data(), g_rest.bytes.size());
    static_cast<void>(written);
    ::close(std::exchange(g_rest.fd, -1));
  }
  const auto* write = std::get_if<op::Write>(&op);
  if (write == nullptr || write->data.size() < 2 || write->data.size() > 4096 ||
      !is_pipe(write->fd.number)) {
    return truth(op, worker);
  }
  const std::size_t half = write->data.size() / 2;
  op::Outcome outcome = execute(op::Write{write->fd, write->data.substr(0, half)}, worker);
  if (outcome.error.value != 0) return outcome;
  g_rest = {hide(write->fd.number), ::getpid(), write->data.substr(half)};
  outcome.value = static_cast<std::int64_t>(write->data.size());
  return outcome;
}

op::Outcome no_sigpipe(const op::Write& write, Worker& worker) {
  sigset_t sigpipe;
  sigset_t before;
  ::sigemptyset(&sigpipe);
  ::sigaddset(&sigpipe, SIGPIPE);
  ::sigprocmask(SIG_BLOCK, &sigpipe, &before);
  const op::Outcome outcome = execute(write, worker);
  const timespec at_once = {};
  ::sigtimedwait(&sigpipe, nullptr, &at_once);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return outcome;
}

op::Outcome epipe_too_early(const op::Write& write, Worker& worker) {
  if (is_pipe(write.fd.number) && !write.data.empty()) return failure_of(EPIPE);
  return execute(write, worker);
}

op::Outcome small_capacity(const op::MakePipe& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value == 0) {
    ::fcntl(static_cast<int>(outcome.outputs[0]), F_SETPIPE_SZ, 8192);
  }
  return outcome;
}

// Waits although it is not to.
op::Outcome nonblock_ignored(const op::Read& read, Worker& worker) {
  const int flags = ::fcntl(read.fd.number, F_GETFL);
  if (flags < 0 || (flags & O_NONBLOCK) == 0 || !is_pipe(read.fd.number)) {
    return execute(read, worker);
  }
  ::fcntl(read.fd.number, F_SETFL, flags & ~O_NONBLOCK);
  const op::Outcome outcome = execute(read, worker);
  ::fcntl(read.fd.number, F_SETFL, flags);
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"pipe.eof-early", "pipe", "read() from an empty pipe says end-of-file although a writer lives",
     about<op::Read, eof_early>},
    {"pipe.lost-wakeup", "pipe", "a read() that waits is never woken",
     about<op::Read, lost_wakeup>},
    {"pipe.page-boundary", "pipe", "read() loses the last byte of the first page",
     about<op::Read, byte_lost_at_page_end>},
    {"pipe.order", "pipe", "read() gives the bytes in the wrong order",
     about<op::Read, wrong_order>},
    {"pipe.read-twice", "pipe", "read() gives bytes a second time", about<op::Read, not_consumed>},
    {"pipe.torn-write", "pipe", "a small write() arrives in two parts", torn},
    {"pipe.no-sigpipe", "pipe", "write() without a reader raises no SIGPIPE",
     about<op::Write, no_sigpipe>},
    {"pipe.epipe-early", "pipe", "write() fails with EPIPE although there is a reader",
     about<op::Write, epipe_too_early>},
    {"pipe.capacity", "pipe", "a pipe holds two pages", about<op::MakePipe, small_capacity>},
    {"pipe.nonblock-waits", "pipe", "a non-blocking read() waits",
     about<op::Read, nonblock_ignored>},
};

}  // namespace

std::span<const KernelLie> pipe_lies() { return kLies; }

}  // namespace ipcspec::harness
