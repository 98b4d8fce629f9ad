// ipcspec run: judges rules and says what came of it.
#pragma once

#include "cli/program.hpp"

namespace ipcspec::cli {

void add_run(Program& program);

}  // namespace ipcspec::cli
