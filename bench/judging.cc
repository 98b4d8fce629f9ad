#include "bench/judging.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "core/error.hpp"

namespace ipcspec::bench {

JudgingFigures measure_judging(const std::vector<op::Trace>& traces,
                               const std::function<bool(const op::Trace&)>& conforms, int time_ms) {
  using Clock = std::chrono::steady_clock;
  JudgingFigures figures;
  figures.traces = static_cast<int>(traces.size());
  for (const op::Trace& trace : traces) figures.events += static_cast<int>(trace.events.size());
  if (figures.events == 0) throw Broken("there is nothing to judge");
  double best_ns = std::numeric_limits<double>::infinity();
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(time_ms);
  do {
    const Clock::time_point start = Clock::now();
    for (const op::Trace& trace : traces) {
      if (!conforms(trace)) throw Broken("a trace that is to be judged does not conform");
    }
    const std::chrono::duration<double, std::nano> round = Clock::now() - start;
    best_ns = std::min(best_ns, round.count());
  } while (Clock::now() < end);
  figures.event_ns = best_ns / figures.events;
  return figures;
}

}  // namespace ipcspec::bench
