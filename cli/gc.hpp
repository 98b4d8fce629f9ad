// ipcspec gc: removes what killed runs left behind.
#pragma once

#include "cli/program.hpp"

namespace ipcspec::cli {

void add_gc(Program& program);

}  // namespace ipcspec::cli
