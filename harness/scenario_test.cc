// The harness itself: processes, settling, races, ends, and what happens when things go wrong.
#include "harness/scenario.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "harness/settle.hpp"
#include "harness/worker.hpp"

namespace ipcspec::harness {
namespace {

ControllerOptions options_in(const RunDirectory& run) {
  ControllerOptions options;
  options.directory = run.path();
  options.name_prefix = run.name_prefix();
  return options;
}

struct Fixture {
  RunDirectory run;
  Scenario s{options_in(run)};
};

TEST_CASE("A forked process has what its parent had, to any depth") {
  Fixture f;
  Process process = f.s.process("p0");
  const Process first = process;
  auto [r, w] = process.makes_pipe();
  process.sets_umask(031);
  constexpr int kDepth = 30;
  for (int depth = 1; depth <= kDepth; ++depth) {
    process = process.forks("p" + std::to_string(depth));
  }
  CHECK(process.identity().output(4) == 031);
  process.writes(w, "from below");
  CHECK(first.reads(r, 100).data() == "from below");
}

TEST_CASE("500 processes, wide and deep, each answer") {
  Fixture f;
  std::set<std::int64_t> pids;
  Process deep = f.s.process("deep 0");
  const Process root = deep;
  for (int i = 1; i < 250; ++i) {
    deep = deep.forks("deep " + std::to_string(i));
    pids.insert(deep.identity().output(0));
  }
  for (int i = 0; i < 250; ++i) {
    pids.insert(root.forks("wide " + std::to_string(i)).identity().output(0));
  }
  CHECK(pids.size() == 499);
}

TEST_CASE("A call that blocks is seen blocked, and its answer is seen when it comes") {
  Fixture f;
  Process reader = f.s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  Call read = reader.reads(r, 4);
  CHECK_FALSE(read.answered());
  CHECK(read.blocked() != Evidence::none);
  writer.writes(w, "data");
  CHECK(read.awaited().data() == "data");
  CHECK(read.blocked() == Evidence::none);
}

TEST_CASE("A trace says what the platform is like to its processes") {
  Fixture f;
  const Process process = f.s.process("process");
  const verbs::PipeEnds ends = process.makes_pipe();
  const op::Facts& facts = f.s.trace().facts;
  CHECK(facts.uid == process.identity().output(verbs::kUid));
  CHECK(facts.page_bytes == ::sysconf(_SC_PAGESIZE));
  CHECK(facts.pipe_bytes == static_cast<std::int64_t>(process.pipe_size(ends.read_end)));
  CHECK(facts.pipe_buf_bytes == static_cast<std::int64_t>(process.pipe_buf(ends.read_end)));
}

TEST_CASE("A process killed in a call is dead, its call is cut off, and others go on") {
  Fixture f;
  Process victim = f.s.process("victim");
  Process killer = f.s.process("killer");
  Call pause = victim.pauses();
  killer.kills(victim, SIGKILL);
  CHECK(f.s.controller().is_dead("victim"));
  CHECK(pause.cut_off());
  CHECK(f.s.controller().wait_status_of("victim") == SIGKILL);
  CHECK(killer.identity().answered());
  CHECK_THROWS_AS(victim.pauses(), Broken);
}

TEST_CASE("The status of a dead child is known whether or not its parent waits for it") {
  Fixture f;
  Process parent = f.s.process("parent");
  Process left = parent.forks("left");
  Process reaped = parent.forks("reaped");
  left.exits(3);
  reaped.exits(7);
  CHECK(parent.waits_for(reaped).value() == reaped.pid());
  CHECK(WEXITSTATUS(f.s.controller().wait_status_of("left")) == 3);
  CHECK(WEXITSTATUS(f.s.controller().wait_status_of("reaped")) == 7);
}

TEST_CASE("A stopped process is stopped, not blocked, and goes on after SIGCONT") {
  Fixture f;
  Process sleeper = f.s.process("sleeper");
  Process other = f.s.process("other");
  Call pause = sleeper.pauses();
  other.kills(sleeper, SIGSTOP);
  CHECK(f.s.controller().await_stopped("sleeper", true));
  other.kills(sleeper, SIGCONT);
  CHECK(f.s.controller().await_stopped("sleeper", false));
  CHECK(pause.blocked() != Evidence::none);
}

TEST_CASE("A poll that was stopped is shown blocked again after SIGCONT") {
  Fixture f;
  Process sleeper = f.s.process("sleeper");
  Process other = f.s.process("other");
  auto [r, w] = sleeper.makes_pipe();
  const Call poll = sleeper.polls(r, POLLIN, -1);
  other.kills(sleeper, SIGSTOP);
  CHECK(f.s.controller().await_stopped("sleeper", true));
  other.kills(sleeper, SIGCONT);
  CHECK(f.s.controller().await_stopped("sleeper", false));
  CHECK(poll.blocked() != Evidence::none);
}

// Whether /proc soon shows a process in a state.
bool comes_to(pid_t pid, char state) {
  Bell bell;
  Patience patience(bell, 2000);
  const auto is_there = [&] {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string line((std::istreambuf_iterator<char>(file)), {});
    const auto name_end = line.rfind(") ");
    return name_end != line.npos && line[name_end + 2] == state;
  };
  while (!is_there() && !patience.exhausted()) patience.wait();
  return is_there();
}

TEST_CASE("A process that sleeps and cannot be interrupted is not taken to be blocked") {
  // The parent in vfork() sleeps so until its child is gone.
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);
    if (::vfork() == 0) {  // NOLINT(bugprone-unsafe-functions): for its sleep
      ::pause();
      ::_exit(0);
    }
    ::_exit(0);
  }
  const bool uninterruptible = comes_to(pid, 'D');
  const Look look = ProcessWatch(pid).look();
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  if (!uninterruptible) SKIP("this platform shows no such sleep");
  CHECK(look.kind == Look::Kind::running);
}

TEST_CASE("A process is dead when the last of its threads is") {
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::thread([] { ::pause(); }).detach();
    ::syscall(SYS_exit, 0);  // of this thread alone
  }
  const bool first_is_gone = comes_to(pid, 'Z');
  ProcessWatch watch(pid);
  const Look before = watch.look();
  ::kill(pid, SIGKILL);
  siginfo_t info = {};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  const Look after = watch.look();
  ::waitpid(pid, nullptr, 0);
  if (!first_is_gone) SKIP("this platform shows no such process");
  CHECK(before.kind == Look::Kind::running);
  CHECK(after.kind == Look::Kind::dead);
}

TEST_CASE("A process may close every descriptor and still be driven") {
  Fixture f;
  Process process = f.s.process("process");
  for (int fd = 0; fd <= 64; ++fd) process.closes({fd});
  CHECK(process.makes_pipe().read_end.number == 0);
  CHECK(process.forks("child").identity().answered());
}

TEST_CASE("Every signal blocked or ignored, a process still answers and can be ended") {
  Fixture f;
  Process process = f.s.process("process");
  op::SignalSet all;
  all.bits = ~std::uint64_t{0};
  for (int signal = 1; signal < 32; ++signal) process.ignores(signal);
  process.blocks_signals(all);
  CHECK(process.identity().answered());
  CHECK(f.s.controller().finish().empty());
  CHECK(::kill(static_cast<pid_t>(process.pid()), 0) != 0);
}

TEST_CASE("A new image goes on as the same process") {
  Fixture f;
  Process process = f.s.process("process");
  auto [r, w] = process.makes_pipe();
  const auto pid = process.identity().output(0);
  for (int i = 0; i < 3; ++i) {
    CHECK(process.execs().value() == 0);
    CHECK(process.identity().output(0) == pid);
  }
  process.writes(w, "x");
  CHECK(process.reads(r, 1).data() == "x");
  CHECK(process.forks("child").execs().value() == 0);
}

TEST_CASE("Calls released together are all answered, in whatever order") {
  Fixture f;
  Process first = f.s.process("first");
  auto [r, w] = first.makes_pipe();
  Process second = first.forks("second");
  for (int round = 0; round < 20; ++round) {
    const auto calls = f.s.race(first.will(op::Write{w, "a"}), second.will(op::Write{w, "b"}));
    CHECK(calls[0].value() == 1);
    CHECK(calls[1].value() == 1);
    const op::Bytes bytes = first.reads(r, 10).data();
    CHECK((bytes == "ab" || bytes == "ba"));
  }
}

TEST_CASE("What the dead had answered stands before what came of their death") {
  Fixture f;
  Process waiter = f.s.process("waiter");
  Process killer = f.s.process("killer");
  for (int round = 0; round < 100; ++round) {
    Process victim = waiter.forks("victim " + std::to_string(round));
    const Call wait = waiter.waits();
    const auto calls =
        f.s.race(victim.will(op::Umask{{022}}), killer.will(op::Kill{victim.pid(), SIGKILL}));
    CHECK(wait.awaited().value() == victim.pid());
    std::vector<op::CallId> order;
    for (const op::Event& event : f.s.trace().events) {
      if (const auto* answer = std::get_if<op::ReturnEvent>(&event)) order.push_back(answer->id);
    }
    const auto waited = std::ranges::find(order, wait.record().id);
    CHECK(std::find(waited, order.end(), calls[0].record().id) == order.end());
  }
}

TEST_CASE("Answers larger than the channel arrive whole") {
  Fixture f;
  Process process = f.s.process("process");
  const op::Address memory = process.allocates(1 << 20);
  op::Bytes pattern;
  for (int i = 0; i < 300'000; ++i) pattern += static_cast<char>(i * 7 % 251);
  CHECK(process.stores(memory, pattern).value() == 300'000);
  CHECK(process.loads(memory, pattern.size()).data() == pattern);
}

TEST_CASE("A process that never settles ends the test as out of budget, and is ended") {
  RunDirectory run;
  ControllerOptions options = options_in(run);
  options.settle_budget_ms = 100;
  pid_t pid = 0;
  {
    Scenario s(options);
    Process spinner = s.process("spinner");
    pid = static_cast<pid_t>(spinner.pid());
    const op::Address memory = spinner.allocates(4096);
    CHECK_THROWS_AS(spinner.does(op::SpinUntil{memory, 1, ~std::uint64_t{0}}), OutOfBudget);
  }
  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("Mistakes of a test are said to be ours") {
  Fixture f;
  Process process = f.s.process("process");
  CHECK_THROWS_AS(f.s.process("process"), Broken);
  CHECK_THROWS_AS(process.opens("missing", 0).fd(), Broken);
  process.pauses();
  CHECK_THROWS_AS(process.identity(), Broken);
}

TEST_CASE("A worker killed while it sends leaves a frame that is known to be cut") {
  SharedArena arena;
  const std::string here = ".";
  std::memcpy(arena->directory, here.c_str(), here.size() + 1);
  const pid_t nursery = start_nursery(arena, -1);
  // The nursery is a worker too: it is asked for more than its channel holds, and then killed.
  Slot& slot = arena->slots[kNurserySlot];
  std::vector<std::byte> payload(9);
  static const char page[4096] = {};
  op::encode(op::make(op::Load{{reinterpret_cast<std::uintptr_t>(page)}, sizeof page}), payload);
  // Several answers of one page each: more than the ring takes.
  std::vector<std::byte> stream;
  for (std::uint32_t i = 0; i < 8; ++i) wire::encode_frame(kCallMessage, i, payload, stream);
  REQUIRE(slot.to_worker.write_some(stream) == stream.size());
  slot.bell.ring();
  Patience patience(arena->controller_bell, 10'000);
  std::vector<std::byte> received(kRingBytes);
  // Full when two looks find nothing of it taken and the worker waiting for space.
  while (slot.announced.load() != 0 || slot.space.rings.load() != 0 || slot.from_worker.empty()) {
    REQUIRE_FALSE(patience.exhausted());
    patience.wait();
  }
  ProcessWatch watch(nursery);
  while (watch.look().kind == Look::Kind::running) {
    REQUIRE_FALSE(patience.exhausted());
    patience.wait();
  }
  ::kill(nursery, SIGKILL);
  ::waitpid(nursery, nullptr, 0);
  received.resize(slot.from_worker.read_some(received));
  wire::Decoder decoder;
  decoder.feed(received);
  int frames = 0;
  while (decoder.next().kind == wire::Decoder::Event::Kind::frame) ++frames;
  CHECK(frames >= 1);
  const wire::Decoder::Event end = decoder.finish();
  CHECK(end.kind == wire::Decoder::Event::Kind::error);
  CHECK(end.error == wire::FrameError::truncated);
}

TEST_CASE("A fork bomb ends with its scenario") {
  RunDirectory run;
  ControllerOptions options = options_in(run);
  options.settle_budget_ms = 300;
  pid_t group = 0;
  {
    Scenario s(options);
    Process bomb = s.process("bomb");
    group = static_cast<pid_t>(bomb.pid());
    // A shell that doubles ten times over; each of the last thousand stops itself.
    s.requires_that(::access("/bin/sh", X_OK) == 0, "/bin/sh");
    try {
      bomb.execs_program(
          "/bin/sh",
          "sh\n-c\nb() { [ $1 -gt 9 ] && kill -STOP $$; b $(($1+1)) & b $(($1+1)) & wait; }; b 0");
    } catch (const OutOfBudget&) {  // NOLINT(bugprone-empty-catch): the bomb may use it up
    }
  }
  CHECK(::kill(-group, 0) != 0);
}

}  // namespace
}  // namespace ipcspec::harness
