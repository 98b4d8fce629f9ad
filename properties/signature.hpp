// What a run is accused of: by it two findings are known to be the same.
#pragma once

#include <string>

#include "properties/judged.hpp"

namespace ipcspec::properties {

// The verdict, the operation at which it was seen and what became of that, and the rules that would
// have allowed something else: "fail send EPIPE unix.send.epipe". Without names, numbers and sizes,
// so that it is the same in all scripts that break the same rules in the same way.
std::string signature_of(const JudgedRun& run);

}  // namespace ipcspec::properties
