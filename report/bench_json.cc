#include <nlohmann/json.hpp>

#include "bench/claims.hpp"
#include "report/bench.hpp"
#include "report/json.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const bench::Cell& cell) {
  const bool measured = cell.standing == bench::Standing::measured;
  const bool has_data = cell.mechanism != bench::Mechanism::signal;
  const bench::TransferFigures& figures = cell.figures;
  const auto number = [](bool present, auto value) {
    return present ? Json(value) : Json(nullptr);
  };
  return {
      {"mechanism", to_string(cell.mechanism)},
      {"message_bytes", cell.message_bytes},
      {"pinned", cell.pinned},
      {"standing", to_string(cell.standing)},
      {"latency_us", number(measured, figures.latency_us)},
      {"throughput_mb_per_s", number(measured && has_data, figures.throughput_mb_per_s)},
      {"round_trips", number(measured, figures.round_trips)},
      {"messages", number(measured && has_data, figures.messages)},
      {"pieces_per_message", number(measured, figures.pieces_per_message)},
      {"trouble", cell.trouble},
  };
}

Json json_of(const bench::Goal& goal) {
  const bool relative = !goal.baseline.empty();
  return {
      {"id", goal.id},
      {"what", goal.what},
      {"figure", goal.figure},
      {"unit", goal.unit},
      {"baseline", goal.baseline},
      {"baseline_figure", relative ? Json(goal.baseline_figure) : Json(nullptr)},
      {"ratio", relative ? Json(goal.compared) : Json(nullptr)},
      {"limit", goal.limit},
      {"held", goal.held()},
  };
}

Json json_of(const bench::Claim& claim) {
  return {
      {"mechanism", to_string(claim.mechanism)}, {"words", claim.words},     {"test", claim.test},
      {"judgement", to_string(claim.judgement)}, {"because", claim.because},
  };
}

Json json_of(const bench::SettlingFigures& figures) {
  return {
      {"round_trip_us", figures.round_trip_us},
      {"socket_round_trip_us", figures.socket_round_trip_us},
      {"fork_exit_wait_us", figures.fork_exit_wait_us},
      {"settled_step_us", figures.settled_step_us},
      {"settled_step_alone_us", figures.settled_step_alone_us},
      {"shown_blocked_us", figures.shown_blocked_us},
      {"shown_blocked_p99_us", figures.shown_blocked_p99_us},
      {"scenario_us", figures.scenario_us},
      {"evidence", to_string(figures.evidence)},
  };
}

Json json_of(const bench::ScheduleFigures& figures) {
  return {{"processes", figures.processes},
          {"calls", figures.calls},
          {"script_us", figures.script_us},
          {"controllers", figures.controllers},
          {"scripts_per_s", figures.scripts_per_s}};
}

Json json_of(const bench::JudgingFigures& figures) {
  return {{"traces", figures.traces}, {"events", figures.events}, {"event_ns", figures.event_ns}};
}

Json json_of(const bench::FramingFigures& figures) {
  return {{"small_bytes", bench::kSmallFrameBytes}, {"small_ns", figures.small_ns},
          {"small_bare_ns", figures.small_bare_ns}, {"large_bytes", bench::kLargeFrameBytes},
          {"large_ns", figures.large_ns},           {"large_bare_ns", figures.large_bare_ns}};
}

Json json_of(const bench::RulesFigures& figures) {
  return {{"rules", figures.rules},           {"jobs", figures.jobs},
          {"processors", figures.processors}, {"duration_s", figures.duration_s},
          {"cpu_s", figures.cpu_s},           {"summary", figures.summary}};
}

Json json_of(const bench::StartFigures& figures) {
  return {{"rule", figures.rule},
          {"verdict_ms", figures.verdict_ms},
          {"version_ms", figures.version_ms}};
}

Json json_of(const bench::SizeFigures& figures) {
  return {{"file_bytes", figures.file_bytes},
          {"stripped_bytes", figures.stripped_bytes},
          {"stripped", figures.stripped},
          {"static", figures.is_static}};
}

template <typename T>
Json json_of(const std::optional<T>& figures) {
  return figures ? json_of(*figures) : Json(nullptr);
}

template <typename T>
Json array_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json_of(value));
  return array;
}

}  // namespace

std::string bench_json(const bench::Figures& figures, const Platform& platform) {
  const Json json = {
      {"schema", kBenchSchema},
      {"platform", Json::parse(platform_json(platform))},
      {"complete", figures.stopped_by.empty()},
      {"stopped_by", figures.stopped_by},
      {"transfers", array_of(figures.cells)},
      {"claims", figures.cells.empty() ? Json::array() : array_of(bench::judge_claims(figures))},
      {"harness", json_of(figures.settling)},
      {"schedules", json_of(figures.schedules)},
      {"judging", json_of(figures.judging)},
      {"framing", json_of(figures.framing)},
      {"rules", json_of(figures.rules)},
      {"start", json_of(figures.start)},
      {"executable", json_of(figures.size)},
      {"goals", array_of(bench::goals_of(figures))},
      {"troubles", figures.troubles},
  };
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ipcspec::report
