// Operations on named pipes; opening and transfer are in fd.hpp and pipe.hpp.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct MakeFifo {  // mkfifo(3)
  std::string path;
  Mode mode;
  IPCSPEC_OPERATION(MakeFifo, "make_fifo", path, mode);
};

}  // namespace ipcspec::op
