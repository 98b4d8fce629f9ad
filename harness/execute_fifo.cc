#include <sys/stat.h>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::MakeFifo& op, Worker&) {
  return outcome_of(::mkfifo(op.path.c_str(), static_cast<mode_t>(op.mode.bits)));
}

}  // namespace ipcspec::harness
