// ipcspec doctor: what this platform offers, and which rules it cannot be judged by.
#pragma once

#include <string>

namespace ipcspec::cli {

// Returns the exit status.
int doctor(const std::string& format);

}  // namespace ipcspec::cli
