// The only waiting in the harness: on the controller's bell, with bounds that grow. Nothing is
// ever concluded from a bound running out except that it is time to look again.
#pragma once

#include <atomic>
#include <cstdint>

namespace ipcspec::harness {

class Patience {
 public:
  Patience(std::atomic<std::uint32_t>& bell, std::atomic<std::uint32_t>& asleep, int budget_ms);

  // Lets others run: first by yielding, later asleep on the bell for a growing while.
  void wait();
  bool exhausted() const;
  std::int64_t elapsed_ns() const;

 private:
  std::atomic<std::uint32_t>& bell_;
  std::atomic<std::uint32_t>& asleep_;
  std::int64_t start_ns_;
  std::int64_t budget_ns_;
  int rounds_ = 0;
};

std::int64_t monotonic_ns();

}  // namespace ipcspec::harness
