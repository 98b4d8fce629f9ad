// Scenarios one after another in one session: each starts from the same state, whatever the one
// before did.
#include "harness/session.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "harness/leftovers.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "harness/scenario.hpp"

namespace ipcspec::harness {
namespace {

bool is_gone(std::int64_t pid) { return ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH; }

struct Fixture {
  RunDirectory run;
  ControllerOptions options = options_in(run);
  Session session{options};

  static ControllerOptions options_in(const RunDirectory& run) {
    ControllerOptions options;
    options.directory = run.path() + "/0";
    options.name_prefix = run.name_prefix() + "0.";
    return options;
  }
};

// What a process can see of the state from which it started.
struct Beginning {
  std::vector<std::int64_t> numbers;
  std::vector<op::Bytes> texts;
  bool operator==(const Beginning&) const = default;
};

Beginning beginning_of(const Process& process, const std::string& name) {
  Beginning seen;
  const Call identity = process.identity();
  const auto pid = identity.output(verbs::kPid);
  seen.numbers = {identity.output(verbs::kGroup) == pid, identity.output(verbs::kUmask),
                  identity.output(verbs::kUid), identity.output(verbs::kSession),
                  identity.output(verbs::kParent)};
  const verbs::PipeEnds ends = process.makes_pipe();
  seen.numbers.push_back(ends.read_end.number);
  seen.numbers.push_back(ends.write_end.number);
  for (const int signal : {SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM}) {
    seen.numbers.push_back(process.disposition(signal).value());
  }
  seen.numbers.push_back(static_cast<std::int64_t>(process.current_mask().bits));
  seen.numbers.push_back(static_cast<std::int64_t>(process.pending_signals().bits));
  seen.numbers.push_back(process.opens_shm(name, O_RDWR).error());
  seen.numbers.push_back(process.stats(".").output(1));
  seen.texts = {process.working_directory().data(), process.lists_directory(".").data()};
  return seen;
}

// Changes whatever a process can change that the next scenario could notice.
void make_a_mess(Scenario& s, const Process& parent) {
  parent.sets_umask(0777);
  parent.ignores(SIGPIPE);
  parent.blocks_signals({SIGUSR1, SIGTERM});
  parent.raises(SIGUSR1);
  parent.makes_fifo(s.fresh_path());
  parent.makes_directory("directory", 0000);
  parent.opens_shm(s.fresh_name(), O_CREAT | O_RDWR);
  parent.opens_semaphore(s.fresh_name(), O_CREAT, 0600, 1);
  parent.opens_queue(s.fresh_name(), O_CREAT | O_RDWR, 0600);
  Process child = parent.forks("child");
  child.makes_session();
  child.pauses();
  parent.changes_mode(".", 0700);
}

TEST_CASE("A thousand scenarios in one session start alike and leave nothing") {
  constexpr int kScenarios = 1000;
  Fixture f;
  Beginning first;
  std::int64_t last_pid = 0;
  std::size_t descriptors = 0;
  for (int round = 0; round < kScenarios; ++round) {
    if (round == 1) descriptors = entries_of("/proc/self/fd").size();
    Scenario s(f.session);
    Process parent = s.process("parent");
    const Beginning seen = beginning_of(parent, s.controller().name(0));
    if (round == 0) first = seen;
    REQUIRE(seen == first);
    REQUIRE(parent.pid() != last_pid);
    last_pid = parent.pid();
    make_a_mess(s, parent);
    const std::int64_t child = s.controller().pid_of("child");
    REQUIRE(s.controller().finish().empty());
    REQUIRE(is_gone(last_pid));
    REQUIRE(is_gone(child));
    REQUIRE(entries_of(f.options.directory).empty());
  }
  CHECK(f.session.beginnings() == 1);
  CHECK(entries_of("/proc/self/fd").size() == descriptors);
  for (int number = 0; number < 8; ++number) {
    CHECK(nothing_is_called(f.options.name_prefix + std::to_string(number)));
  }
  for (const std::string& name : entries_of("/dev/shm")) {
    CHECK(name.find(f.options.name_prefix.substr(1)) == name.npos);
  }
}

TEST_CASE("A count of names that a process under test overwrote keeps nobody busy") {
  Fixture f;
  Scenario s(f.session);
  const std::string last = s.controller().name(kNamesMax - 1);
  CHECK_THROWS_AS(s.controller().name(kNamesMax), Broken);
  Process process = s.process("process");
  process.opens_shm(last, O_CREAT | O_RDWR);
  CHECK_FALSE(nothing_is_called(last));
  remove_names(f.options.name_prefix.c_str(), 0xffff'ffff);
  CHECK(nothing_is_called(last));
}

TEST_CASE("Whatever became of its processes, a scenario in a session ends them all") {
  Fixture f;
  std::vector<std::int64_t> pids;
  for (int round = 0; round < 20; ++round) {
    Scenario s(f.session);
    Process root = s.process("root");
    Process stopped = root.forks("stopped");
    Process deaf = root.forks("deaf");
    Process leader = root.forks("leader");
    leader.makes_session();
    Process member = leader.forks("member");
    member.sets_process_group(0, 0);
    Process orphan = member.forks("orphan");
    member.exits(0);
    leader.exits(0);
    op::SignalSet all;
    all.bits = ~std::uint64_t{0};
    deaf.blocks_signals(all);
    deaf.kills(stopped, SIGSTOP);
    REQUIRE(s.controller().await_stopped("stopped", true));
    orphan.pauses();
    Process victim = s.process("victim");
    deaf.kills(victim, SIGKILL);
    for (const char* who : {"root", "stopped", "deaf", "leader", "member", "orphan", "victim"}) {
      pids.push_back(s.controller().pid_of(who));
    }
    REQUIRE(s.controller().finish().empty());
    for (const std::int64_t pid : pids) REQUIRE(is_gone(pid));
  }
  CHECK(f.session.beginnings() == 1);
}

TEST_CASE("A session whose parent of processes was killed says so and begins anew") {
  Fixture f;
  std::vector<std::int64_t> pids;
  for (int round = 0; round < 20; ++round) {
    Scenario s(f.session);
    Process root = s.process("root");
    Process child = root.forks("child");
    child.makes_session();
    Process grandchild = child.forks("grandchild");
    grandchild.sets_process_group(0, 0);
    Process member = grandchild.forks("member");
    grandchild.opens_shm(s.fresh_name(), O_CREAT | O_RDWR);
    grandchild.makes_fifo("left");
    for (const Process& process : {root, child, grandchild, member}) pids.push_back(process.pid());
    child.exits(0);  // its session goes on
    ::kill(static_cast<pid_t>(root.identity().output(verbs::kParent)), SIGKILL);
    REQUIRE(s.controller().await_death("root"));
    CHECK_THROWS_AS(s.process("late"), Broken);
    CHECK_FALSE(s.controller().finish().empty());
    // Whoever adopted them reaps them; until then they are dead.
    for (const std::int64_t pid : pids) {
      REQUIRE(ProcessWatch(static_cast<pid_t>(pid)).look().kind == Look::Kind::dead);
    }
    CHECK(entries_of(f.options.directory).empty());
    CHECK(nothing_is_called(f.options.name_prefix + "0"));
  }
  CHECK(f.session.beginnings() == 20);
  Scenario s(f.session);
  CHECK(s.process("root").identity().answered());
}

TEST_CASE("A session between two scenarios may lose its parent of processes too") {
  Fixture f;
  std::int64_t nursery = 0;
  for (int round = 1; round <= 3; ++round) {
    Scenario s(f.session);
    nursery = s.process("root").identity().output(verbs::kParent);
    CHECK(s.controller().finish().empty());
    CHECK(f.session.beginnings() == round);
    ::kill(static_cast<pid_t>(nursery), SIGKILL);
    while (ProcessWatch(static_cast<pid_t>(nursery)).look().kind != Look::Kind::dead) {
    }
  }
}

TEST_CASE("A scenario may remove the directory of its session") {
  Fixture f;
  {
    Scenario s(f.session);
    s.process("root").makes_fifo("file");
    ::unlink((f.options.directory + "/file").c_str());
    REQUIRE(::rmdir(f.options.directory.c_str()) == 0);
    CHECK_FALSE(s.controller().finish().empty());
  }
  Scenario s(f.session);
  CHECK(s.process("root").makes_fifo("file").value() == 0);
  CHECK(entries_of(f.options.directory).size() == 1);
}

TEST_CASE("A process that never settles ends with its scenario, not with the session") {
  RunDirectory run;
  ControllerOptions options = Fixture::options_in(run);
  options.settle_budget_ms = 50;
  Session session(options);
  for (int round = 0; round < 3; ++round) {
    Scenario s(session);
    Process spinner = s.process("spinner");
    const op::Address memory = spinner.allocates(4096);
    CHECK_THROWS_AS(spinner.does(op::SpinUntil{memory, 1, ~std::uint64_t{0}}), OutOfBudget);
    const std::int64_t pid = spinner.pid();
    CHECK(s.controller().finish().empty());
    CHECK(is_gone(pid));
  }
  CHECK(session.beginnings() == 1);
}

TEST_CASE("Neither a file nor a program is given the core of a process that a test kills") {
  Fixture f;
  Scenario s(f.session);
  const Process process = s.process("process");
  rlimit core = {};
  REQUIRE(::prlimit(static_cast<pid_t>(process.pid()), RLIMIT_CORE, nullptr, &core) == 0);
  CHECK(core.rlim_cur == 1);  // 0 would not count for a program; see core(5)
  CHECK(core.rlim_max == 1);
}

TEST_CASE("One scenario at a time") {
  Fixture f;
  Scenario s(f.session);
  CHECK_THROWS_AS(Scenario(f.session), Broken);
  CHECK(s.process("root").identity().answered());
}

}  // namespace
}  // namespace ipcspec::harness
