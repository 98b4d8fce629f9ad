// ipcspec explain: all there is to say about a rule, and the steps of a run of it.
#pragma once

#include <string>

namespace ipcspec::cli {

// Returns the exit status.
int explain(const std::string& id);

}  // namespace ipcspec::cli
