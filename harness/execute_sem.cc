#include <fcntl.h>
#include <semaphore.h>

#include <atomic>

#include "harness/execute.hpp"

namespace ipcspec::harness {
namespace {

sem_t* semaphore_at(op::Address address) { return reinterpret_cast<sem_t*>(address.value); }

}  // namespace

op::Outcome execute(const op::SemOpen& op, Worker&) {
  sem_t* semaphore = ::sem_open(op.name.c_str(), op.flags.value, static_cast<mode_t>(op.mode.bits),
                                static_cast<unsigned>(op.initial));
  op::Outcome outcome = outcome_of(semaphore == SEM_FAILED ? -1 : 0);
  if (outcome.value == 0) {
    outcome.outputs = {static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(semaphore))};
  }
  return outcome;
}
op::Outcome execute(const op::SemClose& op, Worker&) {
  return outcome_of(::sem_close(semaphore_at(op.semaphore)));
}
op::Outcome execute(const op::SemUnlink& op, Worker&) {
  return outcome_of(::sem_unlink(op.name.c_str()));
}
op::Outcome execute(const op::SemWait& op, Worker&) {
  return outcome_of(::sem_wait(semaphore_at(op.semaphore)));
}
op::Outcome execute(const op::SemTryWait& op, Worker&) {
  return outcome_of(::sem_trywait(semaphore_at(op.semaphore)));
}
op::Outcome execute(const op::SemPost& op, Worker&) {
  return outcome_of(::sem_post(semaphore_at(op.semaphore)));
}
op::Outcome execute(const op::SemGetValue& op, Worker&) {
  int count = 0;
  const int result = ::sem_getvalue(semaphore_at(op.semaphore), &count);
  return outcome_of(result < 0 ? result : count);
}
op::Outcome execute(const op::IncrementUnderSemaphore& op, Worker&) {
  auto* words = reinterpret_cast<std::int32_t*>(op.counter.value);
  auto* counter = const_cast<volatile std::int32_t*>(words);
  std::atomic_ref<std::int32_t> inside(words[1]);
  std::atomic_ref<std::int32_t> inside_max(words[2]);
  std::int64_t done = 0;
  for (std::uint64_t round = 0; round < op.rounds; ++round) {
    if (::sem_wait(semaphore_at(op.semaphore)) != 0) return outcome_of(-1);
    const std::int32_t now_inside = inside.fetch_add(1) + 1;
    std::int32_t seen = inside_max.load();
    while (seen < now_inside && !inside_max.compare_exchange_weak(seen, now_inside)) {
    }
    const std::int32_t loaded = *counter;
    *counter = loaded + 1;
    inside.fetch_sub(1);
    if (::sem_post(semaphore_at(op.semaphore)) != 0) return outcome_of(-1);
    ++done;
  }
  return outcome_of(done);
}

}  // namespace ipcspec::harness
