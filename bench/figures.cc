#include "bench/figures.hpp"

namespace ipcspec::bench {
namespace {

constexpr double kSettledStepRatio = 3;
constexpr double kShownBlockedRatio = 2;
constexpr double kScriptRatio = 2;
// 2,000 schedules a second on two processors; 200,000 events a second on one.
constexpr double kSideBySideUs = 500;
constexpr double kJudgedEventNs = 5000;
// 5 million small frames a second; 1 GB of payload a second.
constexpr double kSmallFrameNs = 200;
constexpr double kLargeFrameNs = 4096;
constexpr double kAllRulesSeconds = 3;
constexpr double kAllRulesRatio = 1.2;
constexpr double kFirstVerdictMs = 50;
constexpr double kStrippedMebibytes = 10;
constexpr double kBytesPerMebibyte = 1024.0 * 1024.0;

Goal ratio_goal(std::string id, std::string what, std::string unit, double figure, std::string bare,
                double baseline, double limit) {
  return {std::move(id),
          std::move(what),
          std::move(bare),
          std::move(unit),
          figure,
          baseline,
          baseline > 0 ? figure / baseline : 0,
          limit};
}

Goal absolute_goal(std::string id, std::string what, std::string unit, double figure,
                   double limit) {
  return {std::move(id), std::move(what), {}, std::move(unit), figure, 0, figure, limit};
}

}  // namespace

std::string_view to_string(Mechanism mechanism) {
  static constexpr std::array<std::string_view, kMechanisms.size()> kNames = {
      "pipe", "fifo", "tcp", "unix", "shm", "mq", "signal"};
  return kNames[static_cast<std::size_t>(mechanism)];
}

std::string_view title_of(Mechanism mechanism) {
  static constexpr std::array<std::string_view, kMechanisms.size()> kTitles = {
      "pipe", "FIFO", "TCP loopback", "unix stream", "shared memory", "message queue", "signal"};
  return kTitles[static_cast<std::size_t>(mechanism)];
}

std::string_view to_string(Standing standing) {
  static constexpr std::array<std::string_view, 4> kNames = {"measured", "missing", "wrong",
                                                             "unknown"};
  return kNames[static_cast<std::size_t>(standing)];
}

const Cell* measured_cell(const Figures& figures, Mechanism mechanism, std::size_t message_bytes,
                          bool pinned) {
  for (const Cell& cell : figures.cells) {
    if (cell.mechanism == mechanism && cell.message_bytes == message_bytes &&
        cell.pinned == pinned && cell.standing == Standing::measured) {
      return &cell;
    }
  }
  return nullptr;
}

double bound_us(const SettlingFigures& bare, const ScheduleFigures& figures) {
  return figures.processes * bare.fork_exit_wait_us + figures.calls * bare.round_trip_us;
}

namespace {

void add_harness_goals(const Figures& figures, std::vector<Goal>& goals) {
  const SettlingFigures& s = *figures.settling;
  constexpr const char* kTrip = "a bare round trip";
  goals.push_back(ratio_goal("settled_step", "a settled step, two processes", "us",
                             s.settled_step_us, kTrip, s.round_trip_us, kSettledStepRatio));
  goals.push_back(ratio_goal("shown_blocked", "a call shown to be blocked", "us",
                             s.shown_blocked_us, kTrip, s.round_trip_us, kShownBlockedRatio));
  if (!figures.schedules) return;
  const ScheduleFigures& schedules = *figures.schedules;
  goals.push_back(ratio_goal("script", "a schedule, judged", "us", schedules.script_us,
                             "its bare costs", bound_us(s, schedules), kScriptRatio));
  if (schedules.controllers < 2 || schedules.scripts_per_s <= 0) return;
  goals.push_back(absolute_goal("scripts_side_by_side", "schedules side by side, each", "us",
                                1e6 / schedules.scripts_per_s, kSideBySideUs));
}

}  // namespace

std::vector<Goal> goals_of(const Figures& figures) {
  std::vector<Goal> goals;
  if (figures.settling) add_harness_goals(figures, goals);
  if (figures.judging) {
    goals.push_back(absolute_goal("judged_event", "an event judged", "ns",
                                  figures.judging->event_ns, kJudgedEventNs));
  }
  if (figures.framing) {
    goals.push_back(absolute_goal("small_frame", "a frame of 16 bytes decoded", "ns",
                                  figures.framing->small_ns, kSmallFrameNs));
    goals.push_back(absolute_goal("large_frame", "a frame of 4 KiB decoded", "ns",
                                  figures.framing->large_ns, kLargeFrameNs));
  }
  if (figures.rules) {
    goals.push_back(
        absolute_goal("all_rules", "all rules", "s", figures.rules->duration_s, kAllRulesSeconds));
    goals.push_back(ratio_goal("all_rules_waiting", "all rules", "s", figures.rules->duration_s,
                               "their CPU time / CPUs",
                               figures.rules->cpu_s / figures.rules->processors, kAllRulesRatio));
  }
  if (figures.start) {
    goals.push_back(absolute_goal("first_verdict", "start to first verdict", "ms",
                                  figures.start->verdict_ms, kFirstVerdictMs));
  }
  if (figures.size) {
    const double stripped = static_cast<double>(figures.size->stripped_bytes);
    goals.push_back(absolute_goal("size", "the program, stripped", "MiB",
                                  stripped / kBytesPerMebibyte, kStrippedMebibytes));
  }
  return goals;
}

}  // namespace ipcspec::bench
