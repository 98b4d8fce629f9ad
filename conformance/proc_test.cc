// Processes.
#include "conformance/rule_test.hpp"
#include "spec/proc.hpp"

namespace ipcspec::conformance {
namespace {

SPEC_TEST(proc::exec_same_pid) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");
  child.sets_umask(027);
  const auto before = child.identity().succeeded().outputs;
  const auto directory = child.working_directory().data();

  CHECK_THAT(child.execs(), Returns(0));

  CHECK(child.identity().outcome().outputs == before);
  CHECK(child.working_directory().data() == directory);
  CHECK_THAT(child.writes(w, "kept"), Returns(4));
  CHECK_THAT(parent.reads(r, 10), ReturnsData("kept"));
}

}  // namespace
}  // namespace ipcspec::conformance
