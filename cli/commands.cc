#include "cli/gc.hpp"
#include "cli/list.hpp"
#include "cli/program.hpp"
#include "cli/run.hpp"

namespace ipcspec::cli {

void add_commands(Program& program) {
  add_run(program);
  add_list(program);
  add_gc(program);
  program.add_examples(&program.app, {{"ipcspec run", "judge this platform by every rule"},
                                      {"ipcspec run pipe -j 4", "by the rules of pipes"}});
}

}  // namespace ipcspec::cli
