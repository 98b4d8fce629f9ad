#include "cli/gc.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "harness/run_directory.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {

void add_gc(Program& program) {
  CLI::App* command = program.add_command("gc", "Remove what killed runs left behind", [] {
    const harness::Garbage garbage = harness::collect_garbage();
    const bool written =
        print(fmt::format("removed {} of dead runs: {} directories, {} shared memory objects, "
                          "semaphores and queues\n",
                          garbage.runs + garbage.names == 0 ? "nothing" : "the leftovers",
                          garbage.runs, garbage.names));
    return written ? report::kExitKept : report::kExitBroken;
  });
  program.add_examples(command, {{"ipcspec gc", "never touches a run that is still going on"}});
}

}  // namespace ipcspec::cli
