#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome wrong_status(const op::Wait& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  if (outcome.value > 0 && !outcome.outputs.empty()) outcome.outputs[0] ^= 0x100;
  return outcome;
}

op::Outcome zombie_lost(const op::Wait& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  return outcome.value > 0 ? failure_of(ECHILD) : outcome;
}

op::Outcome zombie_stays(const op::Wait& call, Worker& worker) {
  static op::Outcome last;
  static pid_t owner = 0;
  if (owner == ::getpid() && last.value > 0) return std::exchange(last, {});
  owner = ::getpid();
  return last = execute(call, worker);
}

op::Outcome exit_status_changed(const op::Exit& call, Worker& worker) {
  return execute(op::Exit{call.status ^ 1}, worker);
}

// The parent that a process had when it made its first call.
op::Outcome parent_unchanged(const op::Op& op, Worker& worker) {
  static pid_t self = 0;
  static pid_t parent = 0;
  if (self != ::getpid()) {
    self = ::getpid();
    parent = ::getppid();
  }
  op::Outcome outcome = truth(op, worker);
  if (std::holds_alternative<op::GetIdentity>(op) && outcome.outputs.size() > 1) {
    outcome.outputs[1] = parent;
  }
  return outcome;
}

op::Outcome umask_not_inherited(const op::Fork& call, Worker& worker) {
  const pid_t parent = ::getpid();
  const op::Outcome outcome = execute(call, worker);
  if (::getpid() != parent) ::umask(0);
  return outcome;
}

op::Outcome wait_does_not_wait(const op::Wait& call, Worker& worker) {
  op::Wait changed = call;
  changed.options = call.options.value | WNOHANG;
  return execute(changed, worker);
}

constexpr KernelLie kLies[] = {
    {"proc.wrong-status", "proc", "wait() tells a wrong exit status",
     about<op::Wait, wrong_status>},
    {"proc.zombie-lost", "proc", "wait() says that a child which has ended is none",
     about<op::Wait, zombie_lost>},
    {"proc.zombie-stays", "proc", "wait() reports a child twice", about<op::Wait, zombie_stays>},
    {"proc.exit-status", "proc", "exit() ends with another status",
     about<op::Exit, exit_status_changed>},
    {"proc.parent-unchanged", "proc", "getppid() names a parent that has ended", parent_unchanged},
    {"proc.umask-not-inherited", "proc fd", "a child has an umask of its own",
     about<op::Fork, umask_not_inherited>},
    {"proc.wait-returns", "proc", "wait() returns while the children run",
     about<op::Wait, wait_does_not_wait>},
};

}  // namespace

std::span<const KernelLie> proc_lies() { return kLies; }

}  // namespace ipcspec::harness
