// The whole program after main() has taken care of worker images.
#pragma once

namespace ipcspec::cli {

// Returns the exit status.
int run_program(int argc, const char* const* argv);

}  // namespace ipcspec::cli
