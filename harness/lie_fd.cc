#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome close_leaks(const op::Close& close, Worker& worker) {
  hide(close.fd.number);
  return execute(close, worker);
}

op::Outcome dup2_keeps_target(const op::Dup2& call, Worker& worker) {
  if (call.fd != call.target) hide(call.target.number);
  return execute(call, worker);
}

op::Outcome dup_not_lowest(const op::Dup& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  if (outcome.value < 0) return outcome;
  const int next = ::fcntl(call.fd.number, F_DUPFD, static_cast<int>(outcome.value) + 1);
  ::close(static_cast<int>(outcome.value));
  return success(next);
}

op::Outcome cloexec_ignored(const op::ExecWorker& call, Worker& worker) {
  for (int fd = 0; fd < kHiddenFrom; ++fd) {
    if (fd != worker.fds().arena && fd != worker.fds().executable) ::fcntl(fd, F_SETFD, 0);
  }
  return execute(call, worker);
}

op::Outcome flags_not_set(const op::SetStatusFlags& call, Worker& worker) {
  return ::fcntl(call.fd.number, F_GETFD) < 0 ? execute(call, worker) : success();
}

op::Outcome fork_copies_no_descriptor(const op::Fork& call, Worker& worker) {
  const pid_t parent = ::getpid();
  const op::Outcome outcome = execute(call, worker);
  if (::getpid() != parent) ::close(3);
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"fd.close-leaks", "pipe fd", "close() frees the number and keeps the file open",
     about<op::Close, close_leaks>},
    {"fd.dup2-keeps-target", "pipe fd", "dup2() does not close what was under its target",
     about<op::Dup2, dup2_keeps_target>},
    {"fd.dup-not-lowest", "pipe fd", "dup() does not take the lowest free number",
     about<op::Dup, dup_not_lowest>},
    {"fd.cloexec-ignored", "pipe fd proc", "exec leaves descriptors with FD_CLOEXEC open",
     about<op::ExecWorker, cloexec_ignored>},
    {"fd.flags-ignored", "pipe fd", "F_SETFL succeeds and sets nothing",
     about<op::SetStatusFlags, flags_not_set>},
    {"fd.fork-forgets", "pipe fd", "a child lacks a descriptor of its parent",
     about<op::Fork, fork_copies_no_descriptor>},
};

}  // namespace

std::span<const KernelLie> fd_lies() { return kLies; }

}  // namespace ipcspec::harness
