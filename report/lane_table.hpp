// A trace as a table, for those that draw it: one column per process, time downwards.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/trace.hpp"

namespace ipcspec::report {

// What happens in a row.
enum class LaneMark { birth, call, race, answer, death, stop, go_on, blocked };
// What a process is doing after it.
enum class LaneBar { absent, idle, in_call, blocked, stopped };

struct LaneCell {
  LaneBar bar = LaneBar::absent;
  std::optional<LaneMark> mark;  // none: the bar stands there
  std::string text;
};

struct LaneRow {
  std::vector<LaneCell> cells;  // one per column
  bool highlighted = false;
};

struct LaneTable {
  std::vector<std::string> names;  // of the columns
  std::vector<LaneRow> rows;
  std::vector<std::string> folded;  // processes without a column
};

struct LaneTableOptions {
  std::size_t lanes_max = 8;
  std::size_t data_chars_max = 64;
  op::CallId highlight_call = 0;  // its process always has a column
};

// One row per event, but calls that were released together share a row, and that all is quiet is
// shown only where a call is first seen blocked. A last row tells what has no answer.
LaneTable lane_table(const op::Trace& trace, const LaneTableOptions& options);

// The processes of a trace in order of their first event.
std::vector<std::string> processes_of(const op::Trace& trace);

// ASCII text in lines of at most `columns`, broken at spaces where there are any; `cut` ends what
// would be more than four.
std::vector<std::string> cell_lines(std::string_view text, std::size_t columns,
                                    std::string_view cut);

}  // namespace ipcspec::report
