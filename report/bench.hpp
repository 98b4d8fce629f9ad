// The figures of a benchmark as text, JSON and a picture; docs/bench.md describes all three.
#pragma once

#include <string>

#include "bench/figures.hpp"
#include "report/results.hpp"

namespace ipcspec::report {

inline constexpr const char* kBenchSchema = "ipcspec.bench/1";

std::string bench_tty(const bench::Figures& figures, const Platform& platform, bool color);
std::string bench_json(const bench::Figures& figures, const Platform& platform);
// Throughput against message size, and latency bars. Says so when there is nothing to draw.
std::string bench_svg(const bench::Figures& figures, const Platform& platform);

}  // namespace ipcspec::report
