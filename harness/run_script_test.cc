// Scripts carried out: what is made, what is passed over, and what the trace says of it.
#include "harness/run_script.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "harness/run_directory.hpp"
#include "harness/scenario.hpp"

namespace ipcspec::harness {
namespace {

using op::Reference;
using To = op::Reference::To;

Reference to_output(std::size_t field, std::size_t call, std::size_t output) {
  return {field, To::output, {}, call, output, 0};
}
Reference to_process(std::size_t field, const std::string& process) {
  return {field, To::process, process, 0, 0, 0};
}
Reference to_name(std::size_t field, std::size_t number) {
  return {field, To::name, {}, number, 0, 0};
}

op::ScriptCall call_of(const std::string& who, op::Op op, std::vector<Reference> references = {}) {
  return {who, std::move(op), std::move(references)};
}

// One step for each call.
op::Script script_of(std::vector<op::ScriptCall> calls, std::vector<std::string> roots = {"a"}) {
  op::Script script;
  script.roots = std::move(roots);
  for (op::ScriptCall& call : calls) script.steps.push_back({{std::move(call)}});
  return script;
}

struct Fixture {
  RunDirectory run;
  ControllerOptions options = options_in(run);
  Session session{options};

  static ControllerOptions options_in(const RunDirectory& run) {
    ControllerOptions options;
    options.directory = run.path() + "/0";
    options.name_prefix = run.name_prefix() + "0.";
    options.settle_budget_ms = 5000;
    return options;
  }
  ScriptRun runs(const op::Script& script) { return run_script(session, script); }
};

const op::Outcome* answer_in(const ScriptRun& run, op::CallId id) {
  for (const op::Event& event : run.trace.events) {
    const auto* answer = std::get_if<op::ReturnEvent>(&event);
    if (answer != nullptr && answer->id == id) return &answer->outcome;
  }
  return nullptr;
}

template <typename Event>
std::vector<Event> events_of(const ScriptRun& run) {
  std::vector<Event> found;
  for (const op::Event& event : run.trace.events) {
    if (const auto* match = std::get_if<Event>(&event)) found.push_back(*match);
  }
  return found;
}

std::string why_skipped(const ScriptRun& run, std::size_t call) {
  const auto at = std::ranges::find(run.skipped, call, &SkippedCall::call);
  return at == run.skipped.end() ? "" : at->why;
}

const op::ScriptCall kPipe = call_of("a", op::MakePipe{});
constexpr std::size_t kReadEnd = 0;
constexpr std::size_t kWriteEnd = 1;

TEST_CASE("References are filled in, and calls have the numbers that they have in the script") {
  Fixture f;
  op::Script script = script_of({
      kPipe,
      call_of("a", op::Fork{"b", 0}),
      call_of("b", op::Read{{}, 10}, {to_output(0, 1, kReadEnd)}),
      call_of("a", op::Write{{}, "data"}, {to_output(0, 1, kWriteEnd)}),
      call_of("a", op::Kill{0, SIGKILL}, {to_process(0, "b")}),
      call_of("a", op::Wait{0, 0}, {to_process(0, "b")}),
  });
  script.rule = "pipe.read.fifo-order";
  const ScriptRun run = f.runs(script);
  CHECK(run.ending == Verdict::pass);
  CHECK(run.trouble.empty());
  CHECK(run.skipped.empty());
  CHECK(run.trace.rule == "pipe.read.fifo-order");
  REQUIRE(answer_in(run, 3) != nullptr);
  CHECK(answer_in(run, 3)->data == "data");
  const auto births = events_of<op::BirthEvent>(run);
  REQUIRE(births.size() == 2);
  REQUIRE(answer_in(run, 6) != nullptr);
  CHECK(answer_in(run, 6)->value == births[1].pid);
  const auto deaths = events_of<op::DeathEvent>(run);
  REQUIRE(deaths.size() == 1);
  CHECK(deaths[0].status == SIGKILL);
}

TEST_CASE("Every settled step ends with what is quiet") {
  Fixture f;
  const ScriptRun run = f.runs(script_of({
      kPipe,
      call_of("a", op::Fork{"b", 0}),
      call_of("b", op::Read{{}, 10}, {to_output(0, 1, kReadEnd)}),
      call_of("a", op::GetIdentity{}),
      call_of("a", op::Write{{}, "x"}, {to_output(0, 1, kWriteEnd)}),
      call_of("b", op::Exit{0}),
  }));
  const auto quiets = events_of<op::QuietEvent>(run);
  REQUIRE(quiets.size() == 6);
  const std::vector<op::CallId> none;
  const std::vector<op::CallId> read = {3};
  const std::vector<std::vector<op::CallId>> blocked = {none, none, read, read, none, none};
  for (std::size_t i = 0; i < quiets.size(); ++i) CHECK(quiets[i].blocked == blocked[i]);
  CHECK(std::holds_alternative<op::QuietEvent>(run.trace.events.back()));
  const auto deaths = events_of<op::DeathEvent>(run);
  REQUIRE(deaths.size() == 1);
  CHECK(deaths[0].status == 0);
}

TEST_CASE("A script without calls is quiet") {
  Fixture f;
  const ScriptRun run = f.runs(script_of({}, {"a", "b"}));
  CHECK(run.ending == Verdict::pass);
  CHECK(events_of<op::BirthEvent>(run).size() == 2);
  CHECK(events_of<op::QuietEvent>(run).size() == 1);
  CHECK(f.runs({}).ending == Verdict::pass);
}

TEST_CASE("Calls that cannot be made are passed over, and the rest goes on") {
  Fixture f;
  const ScriptRun run = f.runs(script_of(
      {
          call_of("a", op::Pause{}),
          call_of("a", op::GetIdentity{}),
          call_of("nobody", op::GetIdentity{}),
          call_of("b", op::Read{{}, 1}, {to_output(0, 1, kReadEnd)}),
          call_of("b", op::Close{}, {to_output(0, 3, kReadEnd)}),
          call_of("b", op::Open{"missing", O_RDONLY, 0}),
          call_of("b", op::Close{}, {{0, To::value, {}, 6, 0, 0}}),
          call_of("b", op::Kill{0, SIGKILL}, {to_process(0, "c")}),
          call_of("b", op::Fork{"a", 0}),
          call_of("b", op::Exit{3}),
          call_of("b", op::GetIdentity{}),
          call_of("d", op::ShmOpen{{}, O_CREAT | O_RDWR, 0600}, {to_name(0, 1'000'000)}),
          call_of("d", op::GetIdentity{}),
      },
      {"a", "b", "c", "d", "a"}));
  CHECK(run.ending == Verdict::pass);
  CHECK(why_skipped(run, 2) == "process a is still in pause and cannot make another call");
  CHECK(why_skipped(run, 3) == "no process is called nobody");
  for (const std::size_t call : {4, 5, 7}) {
    CHECK(why_skipped(run, call) == "what it refers to is not known");
  }
  CHECK(why_skipped(run, 9) == "another process is called a");
  CHECK(why_skipped(run, 11) == "process b is dead and cannot make a call");
  CHECK(why_skipped(run, 12) == "a script has no more than 64 names");
  CHECK(run.skipped.size() == 8);
  CHECK(answer_in(run, 8)->value == 0);
  CHECK(events_of<op::DeathEvent>(run).size() == 2);
}

TEST_CASE("Calls that would reach beyond the scenario are passed over") {
  Fixture f;
  const std::string many(2 << 20, 'x');
  const ScriptRun run = f.runs(script_of({
      call_of("a", op::GetIdentity{}),
      call_of("a", op::Kill{0, SIGKILL}, {to_output(0, 1, verbs::kParent)}),
      call_of("a", op::Kill{-1, SIGKILL}),
      call_of("a", op::Kill{::getpid(), SIGKILL}),
      call_of("a", op::QueueSignal{::getpid(), SIGKILL, 0}),
      call_of("a", op::SetProcessGroup{0, 0}, {to_output(1, 1, verbs::kParent)}),
      call_of("a", op::CopyForeignDescriptor{::getpid(), {0}}),
      call_of("a", op::ShmOpen{"/ipcspec-elsewhere", O_CREAT | O_RDWR, 0600}),
      call_of("a", op::MakeFifo{"../fifo", 0600}),
      call_of("a", op::Open{"/ipcspec-elsewhere", O_CREAT | O_WRONLY, 0600}),
      call_of("a", op::Read{{0}, std::uint64_t{1} << 60}),
      call_of("a", op::Write{{1}, many}),
      call_of("a", op::MakeFifo{"..fifo", 0600}),
      call_of("a", op::Open{"/dev/null", O_RDONLY, 0}),
      call_of("a", op::ShmOpen{{}, O_CREAT | O_RDWR, 0600}, {to_name(0, 0)}),
      call_of("a", op::Kill{0, 0}, {to_process(0, "a")}),
  }));
  CHECK(run.ending == Verdict::pass);
  for (std::size_t call = 2; call <= 12; ++call) {
    CHECK(why_skipped(run, call).starts_with("it would "));
  }
  CHECK(run.skipped.size() == 11);
  for (const op::CallId call : {13, 14, 15, 16}) {
    REQUIRE(answer_in(run, call) != nullptr);
    CHECK(answer_in(run, call)->error.value == 0);
  }
  CHECK(f.session.beginnings() == 1);
}

TEST_CASE("Processes of a script may be stopped, killed and replaced") {
  Fixture f;
  const ScriptRun run = f.runs(script_of(
      {
          call_of("b", op::Kill{0, SIGSTOP}, {to_process(0, "a")}),
          call_of("a", op::GetIdentity{}),
          call_of("b", op::Kill{0, SIGCONT}, {to_process(0, "a")}),
          call_of("a", op::ExecWorker{}),
          call_of("a", op::GetIdentity{}),
          call_of("c", op::ExecProgram{"/bin/sh", "sh\n-c\nkill -STOP $$"}),
          call_of("c", op::GetIdentity{}),
          call_of("b", op::Kill{0, SIGKILL}, {to_process(0, "b")}),
          call_of("a", op::GetIdentity{}),
      },
      {"a", "b", "c"}));
  CHECK(run.ending == Verdict::pass);
  CHECK(why_skipped(run, 2) == "process a is stopped");
  CHECK(why_skipped(run, 7) == "process c is still in exec_program and cannot make another call");
  REQUIRE(answer_in(run, 9) != nullptr);
  CHECK(answer_in(run, 9)->outputs[verbs::kPid] == answer_in(run, 5)->outputs[verbs::kPid]);
  const auto stops = events_of<op::StopEvent>(run);
  REQUIRE(stops.size() == 3);
  CHECK(stops[0] == op::StopEvent{"a", true});
  CHECK(stops[1] == op::StopEvent{"a", false});
  CHECK(stops[2] == op::StopEvent{"c", true});
}

TEST_CASE("The calls of one step are released together") {
  Fixture f;
  op::Script script = script_of({kPipe, call_of("a", op::Fork{"b", 0})});
  script.steps.push_back({{
      call_of("a", op::Write{{}, "1"}, {to_output(0, 1, kWriteEnd)}),
      call_of("b", op::Write{{}, "2"}, {to_output(0, 1, kWriteEnd)}),
      call_of("a", op::GetIdentity{}),
      call_of("nobody", op::GetIdentity{}),
  }});
  script.steps.push_back({{
      call_of("a", op::Fork{"c", 0}),
      call_of("b", op::Fork{"c", 0}),
  }});
  script.steps.push_back({{call_of("c", op::Read{{}, 9}, {to_output(0, 1, kReadEnd)})}});
  for (int round = 0; round < 20; ++round) {
    const ScriptRun run = f.runs(script);
    REQUIRE(run.ending == Verdict::pass);
    CHECK(why_skipped(run, 5) == "process a has another call in this step");
    CHECK(why_skipped(run, 6) == "no process is called nobody");
    CHECK(why_skipped(run, 8) == "another process is called c");
    REQUIRE(answer_in(run, 9) != nullptr);
    const op::Bytes bytes = answer_in(run, 9)->data;
    CHECK((bytes == "12" || bytes == "21"));
    for (const op::CallEvent& call : events_of<op::CallEvent>(run)) {
      CHECK(call.racing == (call.id == 3 || call.id == 4));
    }
  }
}

TEST_CASE("A signal is not sent while a semaphore is made") {
  Fixture f;
  op::Script script = script_of({}, {"a", "b", "c"});
  const op::ScriptCall makes = call_of("a", op::SemOpen{{}, O_CREAT, 0600, 1}, {to_name(0, 0)});
  const op::ScriptCall kills = call_of("b", op::Kill{0, SIGKILL}, {to_process(0, "a")});
  const op::ScriptCall other = call_of("c", op::GetIdentity{});
  script.steps = {{{makes, other, kills}}, {{kills, other, makes}}};
  const ScriptRun run = f.runs(script);
  CHECK(run.ending == Verdict::pass);
  CHECK(why_skipped(run, 3).find("semaphore") != std::string::npos);
  CHECK(why_skipped(run, 6).find("dead") == std::string::npos);
  CHECK(why_skipped(run, 6).find("semaphore") != std::string::npos);
  CHECK(run.skipped.size() == 2);
}

TEST_CASE("A process may be killed before it could say that it was born") {
  Fixture f;
  op::Script script = script_of({call_of("a", op::Fork{"b", 0})});
  script.steps.push_back({{call_of("a", op::Fork{"c", 0}), call_of("b", op::Kill{0, SIGKILL})}});
  for (int round = 0; round < 300; ++round) {
    const ScriptRun run = f.runs(script);
    INFO(run.trouble);
    REQUIRE(run.ending == Verdict::pass);
    REQUIRE(run.skipped.empty());
    // Whoever was born was killed.
    REQUIRE(events_of<op::DeathEvent>(run).size() == events_of<op::BirthEvent>(run).size());
  }
}

TEST_CASE("What a child handles before it can say that it was born is in its own log") {
  Fixture f;
  op::Script script = script_of({call_of("a", op::SetHandler{SIGUSR1, 0, 0, SA_SIGINFO, {}}),
                                 call_of("a", op::Fork{"b", 0})});
  script.steps.push_back({{call_of("b", op::Fork{"c", 0}), call_of("a", op::Kill{0, SIGUSR1})}});
  script.steps.push_back({{call_of("b", op::TakeSignalLog{})}});
  script.steps.push_back({{call_of("c", op::TakeSignalLog{})}});
  for (int round = 0; round < 300; ++round) {
    const ScriptRun run = f.runs(script);
    INFO(run.trouble);
    REQUIRE(run.ending == Verdict::pass);
    // Its beginning and its end, and those of the child if it was there when the group was sent it.
    constexpr std::int64_t kOnce = 2;
    REQUIRE(answer_in(run, 5) != nullptr);
    REQUIRE(answer_in(run, 6) != nullptr);
    REQUIRE(answer_in(run, 5)->value == kOnce);
    REQUIRE((answer_in(run, 6)->value == kOnce || answer_in(run, 6)->value == 0));
  }
}

TEST_CASE("A script that does not settle is unknown, one that ends the harness is broken") {
  Fixture f;
  const ScriptRun good = f.runs(script_of({kPipe}));
  CHECK(good.ending == Verdict::pass);
  f.options.settle_budget_ms = 50;
  Session impatient(f.options);
  const ScriptRun spinning = run_script(
      impatient,
      script_of({call_of("a", op::Allocate{4096}),
                 call_of("a", op::SpinUntil{{}, 1, ~std::uint64_t{0}}, {to_output(0, 1, 0)}),
                 call_of("a", op::GetIdentity{})}));
  CHECK(spinning.ending == Verdict::unknown);
  CHECK(spinning.trouble.find("did not settle") != spinning.trouble.npos);
  CHECK(events_of<op::CallEvent>(spinning).size() == 2);
  const ScriptRun killing =
      f.runs(script_of({call_of("a", op::ExecProgram{"/bin/sh", "sh\n-c\nkill -9 $PPID"})}));
  CHECK(killing.ending == Verdict::broken);
  CHECK(killing.trouble == "the parent of the test processes is gone");
  const ScriptRun again = f.runs(script_of({kPipe}));
  CHECK(again.ending == Verdict::pass);
  CHECK(again.trace.events.size() == good.trace.events.size());
}

}  // namespace
}  // namespace ipcspec::harness
