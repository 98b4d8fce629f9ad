// A trace as a picture for a terminal: one column per process, time downwards.
#pragma once

#include <string>

#include "ops/trace.hpp"

namespace ipcspec::report {

struct LaneOptions {
  int width_columns = 100;        // no line is wider; at least kLanesWidthMin is used
  bool unicode = true;            // false: ASCII alone
  op::CallId highlight_call = 0;  // its rows are marked in the margin; 0: none
};

inline constexpr int kLanesWidthMin = 24;

// Side by side even on the widest terminal; the others are named below the picture.
inline constexpr std::size_t kLanesMax = 8;

// Lines, each ended by '\n'. One row per event, but calls that were released together share a
// row, and that all is quiet is shown only where a call is first seen blocked.
std::string draw_lanes(const op::Trace& trace, const LaneOptions& options = {});

}  // namespace ipcspec::report
