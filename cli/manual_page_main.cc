// Prints the manual page; docs/ipcspec.1 is its output.
#include "cli/manual.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"

int main() {
  ipcspec::cli::Program program;
  ipcspec::cli::add_commands(program);
  return ipcspec::cli::print(ipcspec::cli::manual_page(program)) ? 0 : 1;
}
