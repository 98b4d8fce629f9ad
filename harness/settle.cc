#include "harness/settle.hpp"

#include <sched.h>
#include <time.h>

#include <algorithm>

namespace ipcspec::harness {
namespace {

// On one processor a yield lets the process that was just given a call run until it sleeps, so a
// few yields nearly always suffice.
constexpr int kYields = 64;
constexpr std::int64_t kYieldingNs = 2'000'000;
constexpr std::int64_t kFirstBoundNs = 20'000;
constexpr std::int64_t kLastBoundNs = 2'000'000;
// Longer than a tick, so that no timer has to be set.
constexpr std::int64_t kCertainBoundNs = 5'000'000;

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Patience::Patience(Bell& bell, int budget_ms)
    : bell_(bell), budget_ns_(std::int64_t{budget_ms} * 1'000'000) {}

void Patience::wait() {
  const int round = rounds_++;
  // Among many busy processes a yield may last long; a sleeper is woken in preference to them.
  if (round < kYields && elapsed_ns() < kYieldingNs) {
    ::sched_yield();
    return;
  }
  const int doublings = std::clamp(round - kYields, 0, 10);
  const std::int64_t bound_ns = std::min(kFirstBoundNs << doublings, kLastBoundNs);
  wait_for_bell(bell(), bound_ns);
}

void Patience::wait_for_bell(std::uint32_t seen) { wait_for_bell(seen, kCertainBoundNs); }

void Patience::wait_for_bell(std::uint32_t seen, std::int64_t bound_ns) {
  bell_.wait(seen, bound_ns);
}

bool Patience::exhausted() { return elapsed_ns() > budget_ns_; }

// Most often nothing has to be waited for, and then nobody asks.
std::int64_t Patience::elapsed_ns() {
  const std::int64_t now_ns = monotonic_ns();
  if (start_ns_ == 0) start_ns_ = now_ns;
  return now_ns - start_ns_;
}

}  // namespace ipcspec::harness
