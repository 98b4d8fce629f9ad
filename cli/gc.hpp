// ipcspec gc: removes what killed runs left behind.
#pragma once

namespace ipcspec::cli {

// Returns the exit status.
int gc();

}  // namespace ipcspec::cli
