#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "harness/execute.hpp"

namespace ipcspec::harness {
namespace {

char* at(op::Address address) { return reinterpret_cast<char*>(address.value); }

// A word that another process may be storing to at the same moment.
std::atomic_ref<std::int32_t> number_at(op::Address address) {
  return std::atomic_ref<std::int32_t>(*reinterpret_cast<std::int32_t*>(address.value));
}

op::Outcome address_outcome(void* address) {
  op::Outcome outcome = outcome_of(address == MAP_FAILED ? -1 : 0);
  if (outcome.value == 0) {
    outcome.outputs = {static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(address))};
  }
  return outcome;
}

}  // namespace

op::Outcome execute(const op::ShmOpen& op, Worker&) {
  return outcome_of(::shm_open(op.name.c_str(), op.flags.value, static_cast<mode_t>(op.mode.bits)));
}
op::Outcome execute(const op::ShmUnlink& op, Worker&) {
  return outcome_of(::shm_unlink(op.name.c_str()));
}
op::Outcome execute(const op::Truncate& op, Worker&) {
  return outcome_of(::ftruncate(op.fd.number, op.size_bytes));
}
op::Outcome execute(const op::Map& op, Worker&) {
  return address_outcome(
      ::mmap(nullptr, op.size_bytes, op.protection.value, op.flags.value, op.fd.number, 0));
}
op::Outcome execute(const op::Unmap& op, Worker&) {
  return outcome_of(::munmap(at(op.address), op.size_bytes));
}
op::Outcome execute(const op::Load& op, Worker&) {
  op::Outcome outcome;
  outcome.data.resize(op.size_bytes);
  // Volatile: each load is made, in order, and a fault happens here and not elsewhere.
  const volatile char* from = at(op.address);
  for (std::size_t i = 0; i < op.size_bytes; ++i) outcome.data[i] = from[i];
  outcome.value = static_cast<std::int64_t>(op.size_bytes);
  return outcome;
}
op::Outcome execute(const op::Store& op, Worker&) {
  volatile char* to = at(op.address);
  for (std::size_t i = 0; i < op.data.size(); ++i) to[i] = op.data[i];
  return outcome_of(static_cast<std::int64_t>(op.data.size()));
}
op::Outcome execute(const op::LoadNumber& op, Worker&) {
  return outcome_of(number_at(op.address).load());
}
op::Outcome execute(const op::StoreNumber& op, Worker&) {
  number_at(op.address).store(static_cast<std::int32_t>(op.number));
  return {};
}
op::Outcome execute(const op::SpinUntil& op, Worker&) {
  for (std::uint64_t spins = 0; spins < op.spins_max; ++spins) {
    if (number_at(op.address).load() == static_cast<std::int32_t>(op.number)) return outcome_of(1);
  }
  return {};
}
op::Outcome execute(const op::Allocate& op, Worker&) {
  return address_outcome(
      ::mmap(nullptr, op.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

}  // namespace ipcspec::harness
