// A word in shared memory on which one process sleeps until another rings. Ringing costs a system
// call only when somebody sleeps.
#pragma once

#include <atomic>
#include <cstdint>

namespace ipcspec::harness {

// Sleeps until *word differs from `expected`, a wake, a signal, or the bound (negative: none).
void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                std::int64_t timeout_ns = -1);
void futex_wake(std::atomic<std::uint32_t>& word);

struct Bell {
  std::atomic<std::uint32_t> rings;   // how often it was rung
  std::atomic<std::uint32_t> asleep;  // 1: its owner is (about to be) asleep on it

  void ring() {
    rings.fetch_add(1);
    if (asleep.load() != 0) futex_wake(rings);
  }
  // By the owner: sleeps until it was rung more often than `seen`, a signal, or the bound. What is
  // waited for has to be looked at after `seen` was read.
  void wait(std::uint32_t seen, std::int64_t bound_ns = -1) {
    asleep.store(1);
    futex_wait(rings, seen, bound_ns);
    asleep.store(0);
  }
  void reset() {
    rings.store(0);
    asleep.store(0);
  }
};

}  // namespace ipcspec::harness
