// Processes.
#include "spec/proc.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

// The status that a wait() reported.
int status_of(const Call& wait) { return static_cast<int>(wait.output(0)); }

// Whether /proc shows the process as a zombie; where there is no /proc, nothing denies it.
bool is_shown_as_zombie(const Process& observer, const Process& process) {
  if (observer.state_of(observer.pid()).error() == ENOENT) return true;
  return observer.state_of(process.pid()).data() == "Z";
}

SPEC_TEST(proc::fork_returns_twice) {
  Process parent = s.process("parent");
  Call fork = parent.calls_fork("child");
  CHECK(fork.value() > 0);

  // The child is the process in which the same call returned 0.
  Process child = parent.child("child");
  CHECK_THAT(fork, Returns(child.pid()));
  CHECK(child.identity().output(verbs::kPid) == fork.value());
  CHECK(child.identity().output(verbs::kParent) == parent.pid());
}

SPEC_TEST(proc::fork_private_memory) {
  Process parent = s.process("parent");
  const op::Address ordinary = parent.allocates(64);
  const op::Address shared =
      parent.maps({}, 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS).address();
  parent.stores(ordinary, "before").succeeded();
  parent.stores(shared, "before").succeeded();
  Process child = parent.forks("child");
  CHECK_THAT(child.loads(ordinary, 6), ReturnsData("before"));  // the child has a copy

  CHECK_THAT(child.stores(ordinary, "after "), Succeeds());
  CHECK_THAT(child.stores(shared, "after "), Succeeds());
  CHECK_THAT(child.loads(ordinary, 6), ReturnsData("after "));

  CHECK_THAT(parent.loads(ordinary, 6), ReturnsData("before"));
  CHECK_THAT(parent.loads(shared, 6), ReturnsData("after "));
}

SPEC_TEST(proc::wait_status) {
  Process parent = s.process("parent");
  Process exiting = parent.forks("exiting");
  exiting.exits(0x12c);
  Call first_wait = parent.waits();
  CHECK_THAT(first_wait, Returns(exiting.pid()));
  CHECK(WIFEXITED(status_of(first_wait)));
  CHECK(WEXITSTATUS(status_of(first_wait)) == 0x2c);  // the low eight bits

  Process killed = parent.forks("killed");
  parent.kills(killed, SIGKILL).succeeded();
  Call second_wait = parent.waits();
  CHECK_THAT(second_wait, Returns(killed.pid()));
  CHECK(WIFSIGNALED(status_of(second_wait)));
  CHECK(WTERMSIG(status_of(second_wait)) == SIGKILL);
}

SPEC_TEST(proc::zombie_until_waited) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  child.exits(0);
  CHECK_THAT(child, ExitsWith(0));

  // Nobody has waited, so its process id still stands for it.
  CHECK(is_shown_as_zombie(parent, child));
  CHECK_THAT(parent.kills(child, 0), Returns(0));

  CHECK_THAT(parent.waits(), Returns(child.pid()));
  CHECK_THAT(parent.kills(child, 0), FailsWith(ESRCH));  // now it is gone
}

SPEC_TEST(proc::exec_same_pid) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");
  child.sets_umask(027);
  const auto before = child.identity().succeeded().outputs;
  const auto directory = child.working_directory().data();

  const Call exec = provided(child.execs());
  CHECK_THAT(exec, Returns(0));

  CHECK(child.identity().outcome().outputs == before);
  CHECK(child.working_directory().data() == directory);
  CHECK_THAT(child.writes(w, "kept"), Returns(4));
  CHECK_THAT(parent.reads(r, 10), ReturnsData("kept"));
}

SPEC_TEST(proc::exec_failure_returns) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe(O_CLOEXEC);  // a successful exec would close it
  const op::Address memory = process.allocates(64);
  process.stores(memory, "old").succeeded();
  const auto before = process.identity().succeeded().outputs;

  Call exec = process.execs_program("./" + s.fresh_path(), "missing");
  CHECK_THAT(exec, FailsWith(ENOENT));
  CHECK(exec.value() == -1);

  // The old program goes on, with its memory and its descriptors.
  CHECK(process.identity().outcome().outputs == before);
  CHECK_THAT(process.loads(memory, 3), ReturnsData("old"));
  CHECK_THAT(process.writes(w, "kept"), Returns(4));
  CHECK_THAT(process.reads(r, 10), ReturnsData("kept"));
}

}  // namespace
}  // namespace ipcspec::conformance
