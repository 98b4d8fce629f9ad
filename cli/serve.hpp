// ipcspec serve-results: what the program does inside a platform. It obeys an order and tells what
// came of it in frames on standard output.
#pragma once

#include <string>

namespace ipcspec::cli {

// Returns the exit status.
int serve(const std::string& text);

}  // namespace ipcspec::cli
