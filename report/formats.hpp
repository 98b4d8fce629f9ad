// The forms that results can be written in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/results.hpp"

namespace ipcspec::report {

enum class Format { tty, json, junit, tap, ktap, html };

// "tty", "json", ... in the order of Format.
const std::vector<std::string>& format_names();
Format format_named(std::string_view name);

// For every form but tty, which depends on the screen.
std::string matrix_text(const Matrix& matrix, Format format);

}  // namespace ipcspec::report
