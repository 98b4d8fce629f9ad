// What several platforms made of the rules, for people.
#pragma once

#include <string>

#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::report {

// A line per platform, then each rule that is not kept everywhere, with where and why.
std::string matrix_tty(const Matrix& matrix, const TtyOptions& options);

// What happened to the platforms themselves; empty when nothing did.
std::string trouble_tty(const Matrix& matrix, const TtyOptions& options);

}  // namespace ipcspec::report
