#include "cli/gc.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "harness/run_directory.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {

int gc() {
  const harness::Garbage garbage = harness::collect_garbage();
  const std::string text =
      garbage.runs + garbage.names == 0
          ? "nothing to remove\n"
          : fmt::format(
                "removed the directories of {} dead runs and {} of their shared memory "
                "objects, semaphores and queues\n",
                garbage.runs, garbage.names);
  return print(text) ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
