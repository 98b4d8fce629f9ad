// A trace as a picture for a page: as report/lanes.hpp draws it, in SVG.
#pragma once

#include <string>

#include "ops/trace.hpp"

namespace ipcspec::report {

// A whole SVG file. The rows of `highlight_call` (0: none) are marked. A trace without processes
// makes an empty picture.
std::string lanes_svg(const op::Trace& trace, op::CallId highlight_call = 0);

}  // namespace ipcspec::report
