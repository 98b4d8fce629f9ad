#include <signal.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <stdexcept>
#include <vector>

#include "bench/child.hpp"
#include "bench/claims.hpp"
#include "bench/executable.hpp"
#include "bench/judging.hpp"
#include "bench/schedules.hpp"
#include "bench/settling.hpp"
#include "bench/transfer.hpp"
#include "core/error.hpp"
#include "harness/controller.hpp"
#include "harness/run_directory.hpp"

namespace ipcspec::bench {
namespace {

// For every cell together; nothing here asserts a time.
constexpr double kSeconds = 0.4;

std::vector<Cell> measured(TransferPlan plan) {
  const harness::RunDirectory directory;
  plan.directory = directory.path();
  plan.name_prefix = directory.name_prefix();
  std::vector<Cell> cells;
  measure_transfers(plan, [&](const Cell& cell) { cells.push_back(cell); });
  return cells;
}

TEST_CASE("Every mechanism moves messages of every size, and none is altered") {
  TransferPlan plan;
  plan.seconds = kSeconds;
  const std::vector<Cell> cells = measured(plan);
  CHECK(static_cast<int>(cells.size()) == count_of_cells(plan));
  for (const Cell& cell : cells) {
    INFO(to_string(cell.mechanism) << " " << cell.message_bytes << ": " << cell.trouble);
    // A sandbox may lack message queues or a loopback interface.
    if (cell.standing == Standing::missing) continue;
    REQUIRE(cell.standing == Standing::measured);
    CHECK(cell.figures.round_trips > 0);
    CHECK((cell.mechanism == Mechanism::signal || cell.figures.messages > 0));
    CHECK(cell.trouble.empty());
  }
}

TEST_CASE("A benchmark that is asked to stop measures no further") {
  TransferPlan plan;
  plan.seconds = kSeconds;
  int asked = 0;
  plan.patience.stopped = [&] { return ++asked > 10; };
  CHECK(static_cast<int>(measured(plan).size()) < count_of_cells(plan));
}

// A pipe that alters, from the third on, one byte of every message.
class AlteringLink : public Link {
 public:
  AlteringLink(std::unique_ptr<Link> inner, Side side, std::size_t place)
      : inner_(std::move(inner)), side_(side), place_(place) {}
  void take_side(Side side, int peer) override {
    alters_ = side == side_;
    inner_->take_side(side, peer);
  }
  void send(const char* data, std::size_t size_bytes) override {
    std::vector<char> copy(data, data + size_bytes);
    if (alters_ && place_ < copy.size()) copy[place_] = static_cast<char>(~copy[place_]);
    inner_->send(copy.data(), size_bytes);
  }
  void receive(char* data, std::size_t size_bytes) override { inner_->receive(data, size_bytes); }

 private:
  std::unique_ptr<Link> inner_;
  Side side_;
  std::size_t place_;
  bool alters_ = false;
};

TEST_CASE("A transfer that alters a byte has no figure") {
  constexpr std::size_t kMessageBytes = 4096;
  for (const Side side : {Side::left, Side::right}) {
    for (const std::size_t place : {std::size_t{0}, kMessageBytes - 1}) {
      INFO("byte " << place << " of the " << (side == Side::left ? "left" : "right") << " side");
      AlteringLink link(make_link(Mechanism::pipe, kMessageBytes, {}), side, place);
      CHECK_THROWS_AS(measure_link(link, kMessageBytes, true, 4), WrongData);
    }
  }
}

TEST_CASE("A measuring process may fail, die or hang without harm") {
  Patience patience;
  using Kind = ChildAnswer::Kind;
  CHECK(ask_child([] { return std::string("7"); }, patience).text == "7");
  CHECK(ask_child([]() -> std::string { throw Unsupported("x"); }, patience).kind == Kind::missing);
  CHECK(ask_child([]() -> std::string { throw Broken("x"); }, patience).kind == Kind::failed);
  const ChildAnswer killed = ask_child(
      []() -> std::string {
        ::raise(SIGKILL);
        return {};
      },
      patience);
  CHECK(killed.kind == Kind::failed);
  CHECK(killed.text.find("signal 9") != std::string::npos);
  patience.timeout_ms = 20;
  const ChildAnswer late = ask_child(
      []() -> std::string {
        for (;;) ::pause();
      },
      patience);
  CHECK(late.text.find("took longer") != std::string::npos);
}

TEST_CASE("What the harness costs can be measured") {
  const harness::RunDirectory directory;
  const ChildAnswer answer = ask_child(
      [&] { return bytes_of(measure_settling(directory.path(), directory.name_prefix(), -1, 5)); },
      {.timeout_ms = 60000, .mask_while_waiting = nullptr, .stopped = {}});
  INFO(answer.text);
  const auto figures = value_of<SettlingFigures>(answer.text);
  REQUIRE(figures);
  CHECK(figures->settled_step_us > 0);
  CHECK(figures->shown_blocked_us > 0);
  CHECK(figures->scenario_us > 0);
}

TEST_CASE("What schedules cost can be measured, on one processor and side by side") {
  const harness::RunDirectory directory;
  const Carry carry = [](harness::Session& session, std::uint64_t number) {
    harness::Controller controller(session);
    controller.add_root("a");
    if (number % 2 == 0) controller.call("a", op::make(op::Umask{{0}}));
    return Carried{1, number % 2 == 0 ? 1 : 0};
  };
  for (const std::vector<int>& cpus : {std::vector<int>{-1}, std::vector<int>{-1, -1}}) {
    const ScheduleFigures figures =
        measure_schedules(directory.path(), directory.name_prefix(), cpus, 4, carry);
    CHECK(figures.processes == 1);
    CHECK(figures.calls == 0.5);
    CHECK(figures.script_us > 0);
    CHECK(figures.controllers == static_cast<int>(cpus.size()));
    CHECK(figures.scripts_per_s > 0);
  }
  const Carry failing = [](harness::Session&, std::uint64_t) -> Carried { throw Broken("lost"); };
  CHECK_THROWS_WITH(measure_schedules(directory.path(), directory.name_prefix(), {-1}, 1, failing),
                    "lost");
}

TEST_CASE("What the judge costs can be measured, of traces that conform") {
  op::Trace trace;
  trace.events = {op::BirthEvent{"a", "", 100}, op::QuietEvent{}};
  int judged = 0;
  const auto first_two = [&](const op::Trace&) { return ++judged <= 2; };
  const JudgingFigures figures = measure_judging({trace, trace}, first_two, 0);
  CHECK(judged == 2);
  CHECK(figures.traces == 2);
  CHECK(figures.events == 4);
  CHECK(figures.event_ns > 0);
  CHECK_THROWS_AS(measure_judging({trace}, first_two, 0), Broken);
  CHECK_THROWS_AS(measure_judging({}, first_two, 0), Broken);
}

TEST_CASE("A script's goal is set against its processes and its calls") {
  Figures figures;
  figures.settling = SettlingFigures{};
  figures.settling->round_trip_us = 5;
  figures.settling->fork_exit_wait_us = 100;
  figures.schedules = ScheduleFigures{3, 14, 555, 2, 4000};
  const std::vector<Goal> goals = goals_of(figures);
  REQUIRE(goals.size() == 4);
  CHECK(goals[2].baseline_figure == 370);
  CHECK(goals[2].compared == 1.5);
  CHECK(goals[3].figure == 250);
  figures.schedules->controllers = 1;
  figures.judging = JudgingFigures{10, 100, 4000};
  REQUIRE(goals_of(figures).size() == 4);
  CHECK(goals_of(figures)[3].held());
  figures.judging->event_ns = 6000;
  CHECK_FALSE(goals_of(figures)[3].held());
}

TEST_CASE("The executable's size without symbols is at most its size") {
  const SizeFigures figures = measure_executable("/proc/self/exe");
  CHECK(figures.stripped_bytes > 0);
  CHECK(figures.stripped_bytes <= figures.file_bytes);
  CHECK_THROWS_AS(measure_executable("/proc/self/status"), Unsupported);
  CHECK_THROWS_AS(measure_executable("/nonexistent"), Unsupported);
}

Figures figures_with(double pipe_us, double tcp_us, double shm_mb, double pipe_mb) {
  Figures figures;
  for (const std::size_t size : kMessageSizesBytes) {
    const auto add = [&](Mechanism mechanism, double latency_us, double mb_per_s) {
      Cell cell;
      cell.mechanism = mechanism;
      cell.message_bytes = size;
      cell.standing = Standing::measured;
      cell.figures.latency_us = latency_us;
      cell.figures.throughput_mb_per_s = mb_per_s;
      figures.cells.push_back(cell);
    };
    add(Mechanism::pipe, pipe_us, pipe_mb);
    add(Mechanism::tcp, tcp_us, 1);
    add(Mechanism::shm, 1, shm_mb);
  }
  return figures;
}

Judgement judgement_of(const Figures& figures, Mechanism mechanism) {
  for (const Claim& claim : judge_claims(figures)) {
    if (claim.mechanism == mechanism) return claim.judgement;
  }
  throw std::runtime_error("no claim");
}

TEST_CASE("Claims are judged by the figures of the run, and only by those") {
  const Figures usual = figures_with(5, 9, 4000, 2000);
  CHECK(judgement_of(usual, Mechanism::pipe) == Judgement::held);
  CHECK(judgement_of(usual, Mechanism::tcp) == Judgement::held);
  CHECK(judgement_of(usual, Mechanism::shm) == Judgement::held);
  CHECK(judgement_of(usual, Mechanism::fifo) == Judgement::not_measurable);
  CHECK(judgement_of(usual, Mechanism::unix_stream) == Judgement::not_measurable);
  const Figures odd = figures_with(9, 5, 2000, 4000);
  CHECK(judgement_of(odd, Mechanism::pipe) == Judgement::did_not_hold);
  CHECK(judgement_of(odd, Mechanism::tcp) == Judgement::did_not_hold);
  CHECK(judgement_of(odd, Mechanism::shm) == Judgement::did_not_hold);
  CHECK(judgement_of({}, Mechanism::signal) == Judgement::not_measurable);
}

}  // namespace
}  // namespace ipcspec::bench
