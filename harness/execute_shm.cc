#include <setjmp.h>
#include <signal.h>
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

// Where a faulting load is left, and what its signal said.
sigjmp_buf g_after_fault;
siginfo_t g_fault;

void leave_faulting_load(int, siginfo_t* info, void*) {
  g_fault = *info;
  ::siglongjmp(g_after_fault, 1);
}

// Handlers for the signals that a load can raise, while it lives.
class FaultHandlers {
 public:
  FaultHandlers() {
    struct sigaction action = {};
    action.sa_sigaction = leave_faulting_load;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSEGV, &action, &old_segv_);
    ::sigaction(SIGBUS, &action, &old_bus_);
  }
  FaultHandlers(const FaultHandlers&) = delete;
  FaultHandlers& operator=(const FaultHandlers&) = delete;
  ~FaultHandlers() {
    ::sigaction(SIGSEGV, &old_segv_, nullptr);
    ::sigaction(SIGBUS, &old_bus_, nullptr);
  }

 private:
  struct sigaction old_segv_ = {};
  struct sigaction old_bus_ = {};
};

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
  // No call that could fail: -1 is a number like others.
  op::Outcome outcome;
  outcome.value = number_at(op.address).load();
  return outcome;
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
op::Outcome execute(const op::LoadGuarded& op, Worker&) {
  const FaultHandlers handlers;
  g_fault = siginfo_t{};
  // Nothing local changes between sigsetjmp and the load, so nothing is lost by coming back.
  if (::sigsetjmp(g_after_fault, 1) == 0) {
    static_cast<void>(*static_cast<const volatile char*>(at(op.address)));
    return {.value = 0, .error = 0, .data = {}, .outputs = {0, 0}};
  }
  const auto fault_address = reinterpret_cast<std::uintptr_t>(g_fault.si_addr);
  op::Outcome outcome = outcome_of(g_fault.si_signo);
  outcome.outputs = {g_fault.si_code, static_cast<std::int64_t>(fault_address - op.address.value)};
  return outcome;
}
op::Outcome execute(const op::Allocate& op, Worker&) {
  return address_outcome(
      ::mmap(nullptr, op.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

}  // namespace ipcspec::harness
