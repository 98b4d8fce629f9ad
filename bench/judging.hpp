// How fast the judge is, by itself.
#pragma once

#include <functional>
#include <vector>

#include "bench/figures.hpp"
#include "ops/trace.hpp"

namespace ipcspec::bench {

// Judges all the traces, over and over for at least so long; the best round counts. `conforms` is
// the judge. Throws Broken when it says no.
JudgingFigures measure_judging(const std::vector<op::Trace>& traces,
                               const std::function<bool(const op::Trace&)>& conforms, int time_ms);

}  // namespace ipcspec::bench
