// main() of the harness's own tests: first the process may be a worker's new image.
#include <catch2/catch_session.hpp>

#include "harness/worker.hpp"

int main(int argc, char** argv) {
  ipcspec::harness::become_worker_if_asked(argc, argv);
  return Catch::Session().run(argc, argv);
}
