#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace ipcspec::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kAnswered = '+';
constexpr char kMissing = '-';
constexpr char kFailed = '!';

void write_fully(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

[[noreturn]] void child_main(const std::function<std::string()>& work, int answers, pid_t parent) {
  die_with_parent(parent);
  std::string text;
  try {
    text = kAnswered + work();
  } catch (const Unsupported& error) {
    text = std::string(1, kMissing) + error.what();
  } catch (const std::exception& error) {
    text = std::string(1, kFailed) + error.what();
  }
  write_fully(answers, text);
  // Nothing of the parent, whose image this is, may be flushed or removed here.
  ::_exit(0);
}

// Reads until the other end is closed. Empty when it was, else why the wait ended.
std::string read_all(int fd, const Patience& patience, std::string& text) {
  const auto end = Clock::now() + std::chrono::milliseconds(patience.timeout_ms);
  for (;;) {
    if (patience.stopped && patience.stopped()) return "stopped by a signal";
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - Clock::now());
    if (left.count() <= 0) return "took longer than " + std::to_string(patience.timeout_ms) + " ms";
    const timespec timeout = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    pollfd entry = {fd, POLLIN, 0};
    if (::ppoll(&entry, 1, &timeout, patience.mask_while_waiting) <= 0) continue;
    char part[4096];
    const ssize_t count = ::read(fd, part, sizeof part);
    if (count == 0) return {};
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
  }
}

int wait_status_of(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

ChildAnswer parsed(const std::string& text, int status) {
  using Kind = ChildAnswer::Kind;
  if (text.empty()) {
    const std::string how = WIFSIGNALED(status)
                                ? "was killed by signal " + std::to_string(WTERMSIG(status))
                                : "ended without an answer";
    return {Kind::failed, "the measuring process " + how};
  }
  const Kind kind = text.front() == kAnswered  ? Kind::answered
                    : text.front() == kMissing ? Kind::missing
                                               : Kind::failed;
  return {kind, text.substr(1)};
}

}  // namespace

void die_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
}

ChildAnswer ask_child(const std::function<std::string()>& work, const Patience& patience) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return {ChildAnswer::Kind::failed, system_error_text("no pipe")};
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return {ChildAnswer::Kind::failed, system_error_text("cannot fork")};
  if (child == 0) {
    read_end.reset();
    child_main(work, write_end.get(), parent);
  }
  write_end.reset();
  std::string text;
  const std::string trouble = read_all(read_end.get(), patience, text);
  // Harmless when it has ended by itself: it is still ours to wait for.
  if (!trouble.empty()) ::kill(child, SIGKILL);
  const int status = wait_status_of(child);
  if (!trouble.empty()) return {ChildAnswer::Kind::failed, trouble};
  return parsed(text, status);
}

}  // namespace ipcspec::bench
