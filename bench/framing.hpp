// What decoding a frame costs, beside what its bytes cost alone.
#pragma once

#include "bench/figures.hpp"

namespace ipcspec::bench {

// Decodes frames of two sizes again and again, for about `budget_ms` in all.
FramingFigures measure_framing(int budget_ms);

}  // namespace ipcspec::bench
