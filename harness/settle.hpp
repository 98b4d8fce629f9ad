// The only waiting in the harness: on the controller's bell, with bounds that grow. Nothing is
// ever concluded from a bound running out except that it is time to look again.
#pragma once

#include <cstdint>

#include "harness/bell.hpp"

namespace ipcspec::harness {

class Patience {
 public:
  Patience(Bell& bell, int budget_ms);

  // Lets others run: first by yielding, later asleep on the bell for a growing while.
  void wait();
  // The same, but asleep on the bell from the first: for what is certain to ring it. `seen` is the
  // bell's value from before what is waited for was looked at.
  void wait_for_bell(std::uint32_t seen);
  // The same, for at most so long: for what would ring it if it happened.
  void wait_for_bell(std::uint32_t seen, std::int64_t bound_ns);
  std::uint32_t bell() const { return bell_.rings.load(); }
  // The budget counts from when this, or a wait by yielding, is first asked for.
  bool exhausted();

 private:
  std::int64_t elapsed_ns();

  Bell& bell_;
  std::int64_t start_ns_ = 0;
  std::int64_t budget_ns_;
  int rounds_ = 0;
};

std::int64_t monotonic_ns();

}  // namespace ipcspec::harness
