// A trace as the text that is stored in results, and as the picture that people see.
#pragma once

#include <string>

#include "ops/trace.hpp"

namespace ipcspec::report {

std::string trace_text(const op::Trace& trace);

struct PictureOptions {
  bool color = false;
  int width_columns = 100;
};
std::string picture_of(const op::Trace& trace, const PictureOptions& options);

}  // namespace ipcspec::report
