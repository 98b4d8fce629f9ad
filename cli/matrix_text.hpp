// A matrix in the form that was asked for, drawn as wide as there is room.
#pragma once

#include <string>

#include "report/formats.hpp"

namespace ipcspec::cli {

std::string matrix_text(report::Matrix matrix, report::Format format, bool to_screen);

}  // namespace ipcspec::cli
