// Processes.
#include "spec/proc.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cerrno>
#include <set>

#include "conformance/common_steps.hpp"
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

SPEC_TEST(proc::wait_echild) {
  auto [parent, stranger] = s.processes("parent", "stranger");
  CHECK_THAT(parent.waits(), FailsWith(ECHILD));
  Process child = parent.forks("child");
  CHECK_THAT(parent.waits_for(stranger), FailsWith(ECHILD));  // that is none of its children
  child.exits(0);
  CHECK_THAT(parent.waits(), Returns(child.pid()));
  Call wait = parent.waits();
  CHECK_THAT(wait, FailsWith(ECHILD));
  CHECK(wait.value() == -1);
}

SPEC_TEST(proc::wait_wnohang) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  CHECK_THAT(parent.waits_for(child, WNOHANG), Returns(0));
  CHECK_THAT(parent.waits_for_pid(-1, WNOHANG), Returns(0));

  child.exits(0);
  CHECK_THAT(child, ExitsWith(0));
  CHECK_THAT(parent.waits_for(child, WNOHANG), Returns(child.pid()));
}

SPEC_TEST(proc::wait_waits) {
  Process parent = s.process("parent");
  Process first = parent.forks("first");
  Process second = parent.forks("second");
  Call wait = parent.waits();
  CHECK_THAT(wait, Blocks());
  second.exits(0);
  CHECK_THAT(wait, Returns(second.pid()));

  wait = parent.waits();
  CHECK_THAT(wait, Blocks());
  first.exits(0);
  CHECK_THAT(wait, Returns(first.pid()));
}

SPEC_TEST(proc::wait_wnowait) {
  constexpr int kStatus = 7;
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  child.exits(kStatus);
  Call look = parent.waits_for_id(child.pid(), WEXITED | WNOWAIT);
  CHECK_THAT(look, Returns(0));
  CHECK(look.output(0) == child.pid());
  CHECK(look.output(1) == CLD_EXITED);
  CHECK(look.output(2) == kStatus);

  Call wait = parent.waits();  // it is still there
  CHECK_THAT(wait, Returns(child.pid()));
  CHECK(WEXITSTATUS(status_of(wait)) == kStatus);
  CHECK_THAT(parent.waits(), FailsWith(ECHILD));
}

SPEC_TEST(proc::wait_stopped) {
  constexpr int kAnything = WUNTRACED | WCONTINUED | WNOHANG;
  auto [sender, parent] = s.processes("sender", "parent");
  Process child = parent.forks("child");
  sender.kills(child, SIGSTOP).succeeded();
  Call first = parent.waits_for(child, WUNTRACED);
  CHECK_THAT(first, Returns(child.pid()));
  CHECK(WIFSTOPPED(status_of(first)));
  CHECK(WSTOPSIG(status_of(first)) == SIGSTOP);
  CHECK_THAT(parent.waits_for(child, kAnything), Returns(0));

  sender.kills(child, SIGCONT).succeeded();
  Call second = parent.waits_for(child, WCONTINUED);
  CHECK_THAT(second, Returns(child.pid()));
  CHECK(WIFCONTINUED(status_of(second)));
  CHECK_THAT(parent.waits_for(child, kAnything), Returns(0));

  sender.kills(child, SIGTSTP).succeeded();  // and once more
  Call third = parent.waits_for(child, WUNTRACED);
  CHECK_THAT(third, Returns(child.pid()));
  CHECK(WIFSTOPPED(status_of(third)));
  CHECK(WSTOPSIG(status_of(third)) == SIGTSTP);
}

SPEC_TEST(proc::wait_ignored) {
  auto [ignorer, decliner] = s.processes("ignorer", "decliner");
  ignorer.ignores(SIGCHLD).succeeded();
  Process first = ignorer.forks("first");
  Process second = ignorer.forks("second");
  Call wait = ignorer.waits();
  first.exits(0);
  CHECK_THAT(wait, Blocks());  // nothing is told of the first, and the second lives
  second.exits(0);
  CHECK_THAT(wait, FailsWith(ECHILD));

  decliner.handles(SIGCHLD, SA_NOCLDWAIT | SA_RESTART).succeeded();
  Process third = decliner.forks("third");
  wait = decliner.waits();
  CHECK_THAT(wait, Blocks());
  third.exits(0);
  CHECK_THAT(wait, FailsWith(ECHILD));
}

SPEC_TEST(proc::wait_einval) {
  constexpr int kUnknown = 0x100;
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  child.exits(0);
  CHECK_THAT(parent.waits_for(child, kUnknown), FailsWith(EINVAL));
  CHECK_THAT(parent.waits_for(child, kUnknown | WNOHANG), FailsWith(EINVAL));
  CHECK_THAT(parent.waits_for(child), Returns(child.pid()));  // it was left alone
}

SPEC_TEST(proc::orphan_reparented) {
  Process ancestor = s.process("ancestor");
  s.requires_that(ancestor.adopts_orphans().error() == 0, "a process cannot ask for orphans");
  Process nearer = ancestor.forks("nearer ancestor");
  Process parent = nearer.forks("parent");
  Process orphan = parent.forks("orphan");
  CHECK_THAT(nearer.adopts_orphans(), Returns(0));

  parent.exits(0);
  CHECK_THAT(parent, ExitsWith(0));
  CHECK(orphan.identity().output(verbs::kParent) == nearer.pid());
  nearer.exits(0);
  CHECK_THAT(nearer, ExitsWith(0));
  CHECK(orphan.identity().output(verbs::kParent) == ancestor.pid());

  orphan.exits(0);
  CHECK_THAT(ancestor.waits_for(orphan), Returns(orphan.pid()));
}

SPEC_TEST(proc::identity) {
  auto [parent, stranger] = s.processes("parent", "stranger");
  Process first = parent.forks("first");
  Process second = first.forks("second");
  const std::set<std::int64_t> pids = {
      parent.identity().output(verbs::kPid), stranger.identity().output(verbs::kPid),
      first.identity().output(verbs::kPid), second.identity().output(verbs::kPid)};
  CHECK(pids.size() == 4);  // none is another's
  CHECK(first.identity().output(verbs::kPid) == first.pid());
  CHECK(first.identity().output(verbs::kParent) == parent.pid());
  CHECK(second.identity().output(verbs::kParent) == first.pid());
}

SPEC_TEST(proc::group_set) {
  Process parent = s.process("parent");
  Process leader = parent.forks("leader");
  Process member = parent.forks("member");
  CHECK(member.identity().output(verbs::kGroup) == parent.pid());  // inherited

  CHECK_THAT(leader.sets_process_group(0, 0), Returns(0));
  CHECK(leader.identity().output(verbs::kGroup) == leader.pid());
  CHECK_THAT(member.sets_process_group(0, leader.pid()), Returns(0));
  CHECK(member.identity().output(verbs::kGroup) == leader.pid());
  CHECK(parent.identity().output(verbs::kGroup) == parent.pid());

  CHECK_THAT(parent.kills_pid(-leader.pid(), SIGTERM), Returns(0));
  CHECK_THAT(leader, KilledBy(SIGTERM));
  CHECK_THAT(member, KilledBy(SIGTERM));
}

SPEC_TEST(proc::group_errors) {
  auto [parent, stranger] = s.processes("parent", "stranger");
  Process leader = parent.forks("leader");
  Process child = parent.forks("child");
  leader.makes_session().succeeded();
  CHECK_THAT(child.sets_process_group(stranger.pid(), 0), FailsWith(ESRCH));
  CHECK_THAT(child.sets_process_group(parent.pid(), 0), FailsWith(ESRCH));
  CHECK_THAT(leader.sets_process_group(0, 0), FailsWith(EPERM));
  CHECK_THAT(child.sets_process_group(0, leader.pid()), FailsWith(EPERM));    // in another session
  CHECK_THAT(stranger.sets_process_group(0, child.pid()), FailsWith(EPERM));  // in none at all

  CHECK_THAT(provided(child.execs()), Returns(0));
  CHECK_THAT(parent.sets_process_group(child.pid(), 0), FailsWith(EACCES));
}

SPEC_TEST(proc::session_new) {
  Process parent = s.process("parent");  // leads its group
  Process child = parent.forks("child");
  CHECK_THAT(parent.makes_session(), FailsWith(EPERM));

  CHECK_THAT(child.makes_session(), Returns(child.pid()));
  CHECK(child.identity().output(verbs::kSession) == child.pid());
  CHECK(child.identity().output(verbs::kGroup) == child.pid());
  CHECK(parent.identity().output(verbs::kGroup) == parent.pid());
  CHECK_THAT(child.makes_session(), FailsWith(EPERM));
}

SPEC_TEST(proc::exit_status_low_bits) {
  Process parent = s.process("parent");
  Process first = parent.forks("first");
  Process second = parent.forks("second");
  Process third = parent.forks("third");
  first.exits(0x17f);
  second.exits(0x100);
  third.exits(-1);
  CHECK_THAT(first, ExitsWith(0x7f));
  CHECK_THAT(second, ExitsWith(0));
  CHECK_THAT(third, ExitsWith(0xff));
}

SPEC_TEST(proc::user_set) {
  constexpr std::int64_t kUnchanged = -1;
  auto [other, process] = s.processes("other", "process");
  becomes_stranger(process);
  CHECK(process.identity().output(verbs::kUid) == kNobody);
  CHECK_THAT(process.kills(other, 0), FailsWith(EPERM));  // by neither its real nor effective id

  // Without privilege each may become what one of them is, so none of them is the former.
  const std::int64_t former = other.identity().output(verbs::kUid);
  CHECK_THAT(process.sets_user_ids(former, kUnchanged, kUnchanged), FailsWith(EPERM));
  CHECK_THAT(process.sets_user_ids(kUnchanged, former, kUnchanged), FailsWith(EPERM));
  CHECK_THAT(process.sets_user_ids(kUnchanged, kUnchanged, former), FailsWith(EPERM));
}

SPEC_TEST(proc::wait_eintr) {
  constexpr int kStatus = 7;
  auto [sender, parent] = s.processes("sender", "parent");
  Process child = parent.forks("child");
  parent.handles(SIGUSR1).succeeded();
  Call wait = parent.waits();
  CHECK_THAT(wait, Blocks());
  sender.kills(parent, SIGUSR1).succeeded();
  CHECK_THAT(wait, FailsWith(EINTR));
  CHECK(parent.handler_runs(SIGUSR1) == 1);

  child.exits(kStatus);
  wait = parent.waits();
  CHECK_THAT(wait, Returns(child.pid()));
  CHECK(WEXITSTATUS(status_of(wait)) == kStatus);
}

SPEC_TEST(proc::wait_full_status) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  child.exits(300);
  Call wait = parent.waits_for_id(child.pid(), WEXITED);
  CHECK_THAT(wait, Returns(0));
  CHECK(wait.output(1) == CLD_EXITED);
  CHECK(wait.output(2) == 300 % 256);
}

SPEC_TEST(proc::wait_nocldstop) {
  auto [sender, parent] = s.processes("sender", "parent");
  Process child = parent.forks("child");
  parent.handles(SIGCHLD, SA_NOCLDSTOP).succeeded();
  sender.kills(child, SIGSTOP).succeeded();
  Call wait = parent.waits_for(child, WUNTRACED);
  CHECK_THAT(wait, Returns(child.pid()));
  CHECK(WIFSTOPPED(status_of(wait)));
  CHECK(parent.handler_runs(SIGCHLD) == 0);

  Call pause = parent.pauses();
  CHECK_THAT(pause, Blocks());
  sender.kills(child, SIGKILL).succeeded();
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(parent.handler_runs(SIGCHLD) == 1);
}

SPEC_TEST(proc::orphan_fds_stay) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process parent = reader.forks("parent");
  Process orphan = parent.forks("orphan");
  reader.closes(w).succeeded();
  parent.exits(0);
  CHECK_THAT(parent, ExitsWith(0));
  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());  // the orphan has the other end

  CHECK_THAT(orphan.writes(w, "o"), Returns(1));
  CHECK_THAT(read, ReturnsData("o"));
  read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());
  orphan.exits(0);
  CHECK_THAT(read, Returns(0));
}

}  // namespace
}  // namespace ipcspec::conformance
