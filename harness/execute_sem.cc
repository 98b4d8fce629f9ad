#include <fcntl.h>
#include <semaphore.h>

#include <atomic>
#include <cerrno>

#include "harness/execute.hpp"

namespace ipcspec::harness {
namespace {

sem_t* semaphore_at(op::Address address) { return reinterpret_cast<sem_t*>(address.value); }

// A full slot holds more than any byte, so that the item 0 is not taken for an empty slot.
constexpr std::int32_t kEmptySlot = 0;
constexpr std::int32_t kFullSlot = 0x100;

volatile std::int32_t* ring_at(op::Address address) {
  return reinterpret_cast<volatile std::int32_t*>(address.value);
}

}  // namespace

op::Outcome execute(const op::SemOpen& op, Worker& worker) {
  // The C library makes a file of another name first, links it to this one and removes it; nobody
  // could tell whose file that was.
  worker.slot().untidy.store(1);
  sem_t* semaphore = ::sem_open(op.name.c_str(), op.flags.value, static_cast<mode_t>(op.mode.bits),
                                static_cast<unsigned>(op.initial));
  const int error = errno;
  worker.slot().untidy.store(0);
  errno = error;
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
op::Outcome execute(const op::SemInit& op, Worker&) {
  return outcome_of(
      ::sem_init(semaphore_at(op.semaphore), op.shared ? 1 : 0, static_cast<unsigned>(op.initial)));
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

op::Outcome execute(const op::Produce& op, Worker&) {
  volatile std::int32_t* ring = ring_at(op.ring);
  std::int64_t overflows = 0;
  for (std::size_t i = 0; i < op.items.size(); ++i) {
    if (::sem_wait(semaphore_at(op.free)) != 0) return outcome_of(-1);
    volatile std::int32_t& slot = ring[i % op.slots];
    if (slot != kEmptySlot) ++overflows;
    slot = kFullSlot | static_cast<unsigned char>(op.items[i]);
    if (::sem_post(semaphore_at(op.filled)) != 0) return outcome_of(-1);
  }
  op::Outcome outcome = outcome_of(static_cast<std::int64_t>(op.items.size()));
  outcome.outputs = {overflows};
  return outcome;
}

op::Outcome execute(const op::Consume& op, Worker&) {
  volatile std::int32_t* ring = ring_at(op.ring);
  std::int64_t underflows = 0;
  op::Bytes items;
  for (std::size_t i = 0; i < op.count; ++i) {
    if (::sem_wait(semaphore_at(op.filled)) != 0) return outcome_of(-1);
    volatile std::int32_t& slot = ring[i % op.slots];
    if (slot == kEmptySlot) ++underflows;
    items += static_cast<char>(slot & 0xff);
    slot = kEmptySlot;
    if (::sem_post(semaphore_at(op.free)) != 0) return outcome_of(-1);
  }
  op::Outcome outcome = outcome_of(static_cast<std::int64_t>(items.size()));
  outcome.data = std::move(items);
  outcome.outputs = {underflows};
  return outcome;
}

}  // namespace ipcspec::harness
