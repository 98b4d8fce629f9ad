#include <fcntl.h>
#include <semaphore.h>

#include <cerrno>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome admits_two(const op::SemWait& call, Worker& worker) {
  const op::Outcome outcome = execute(op::SemTryWait{call.semaphore}, worker);
  return outcome.error.value == EAGAIN ? success() : outcome;
}

op::Outcome trywait_succeeds(const op::SemTryWait& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  return outcome.error.value == EAGAIN ? success() : outcome;
}

op::Outcome posts_twice(const op::SemPost& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value == 0) execute(call, worker);
  return outcome;
}

op::Outcome one_more_at_first(const op::SemOpen& call, Worker& worker) {
  op::SemOpen changed = call;
  ++changed.initial;
  return execute(changed, worker);
}

op::Outcome value_one_less(const op::SemGetValue& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  if (outcome.value > 0) --outcome.value;
  return outcome;
}

op::Outcome excl_ignored(const op::SemOpen& call, Worker& worker) {
  op::SemOpen changed = call;
  changed.flags = call.flags.value & ~O_EXCL;
  return execute(changed, worker);
}

constexpr KernelLie kLies[] = {
    {"sem.admits-two", "sem", "sem_wait() lets a process pass at the value 0",
     about<op::SemWait, admits_two>},
    {"sem.trywait-admits", "sem", "sem_trywait() succeeds at the value 0",
     about<op::SemTryWait, trywait_succeeds>},
    {"sem.post-lost", "sem", "sem_post() succeeds and does nothing",
     about<op::SemPost, not_done<op::SemPost>>},
    {"sem.post-twice", "sem", "sem_post() adds two", about<op::SemPost, posts_twice>},
    {"sem.initial-value", "sem", "a new semaphore has one more than its initial value",
     about<op::SemOpen, one_more_at_first>},
    {"sem.getvalue", "sem", "sem_getvalue() tells one less",
     about<op::SemGetValue, value_one_less>},
    {"sem.excl-ignored", "sem", "sem_open() does not mind O_EXCL",
     about<op::SemOpen, excl_ignored>},
};

}  // namespace

std::span<const KernelLie> sem_lies() { return kLies; }

}  // namespace ipcspec::harness
