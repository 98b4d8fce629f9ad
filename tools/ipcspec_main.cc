#include "cli/run_program.hpp"
#include "harness/worker.hpp"

int main(int argc, char** argv) {
  ipcspec::harness::become_worker_if_asked(argc, argv);
  return ipcspec::cli::run_program(argc, argv);
}
