// ipcspec list: the rules of the catalogue.
#pragma once

#include "cli/program.hpp"

namespace ipcspec::cli {

void add_list(Program& program);

}  // namespace ipcspec::cli
