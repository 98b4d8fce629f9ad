// The manual page, made from the command tree, so that no option can be missing from it.
#pragma once

#include <string>

namespace ipcspec::cli {

struct Program;

// In the man macros of troff; docs/ipcspec.1 is this text.
std::string manual_page(const Program& program);

}  // namespace ipcspec::cli
