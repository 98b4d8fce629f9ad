#include "report/lane_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

constexpr std::size_t kCellLinesMax = 4;

struct Lane {
  std::string who;
  bool alive = false;
  bool stopped = false;
  op::CallId pending = 0;
  bool exiting = false;               // the pending call is one that never answers
  Evidence blocked = Evidence::none;  // how the pending call was last seen blocked
};

struct Cell {
  std::size_t lane;
  std::optional<LaneMark> mark;
  std::string text;
};

std::string death_words(const Lane& lane, int status) {
  const std::string text = op::death_text(status);
  const auto colon = text.find(':');
  const std::string what = colon == std::string::npos ? "" : text.substr(colon + 1);
  std::string words = "ended, status unknown";
  if (text.starts_with("exit:")) words = "exit status " + what;
  if (text.starts_with("signal:")) words = "killed by " + what;
  if (text.starts_with("status:")) words = "ended, wait status " + what;
  if (lane.pending != 0 && !lane.exiting) words += " inside call " + std::to_string(lane.pending);
  return words;
}

std::string process_of_call(const op::Trace& trace, op::CallId id) {
  for (const op::Event& event : trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->id == id) return call->who;
  }
  return {};
}

class TableMaker {
 public:
  TableMaker(const op::Trace& trace, const LaneTableOptions& options);
  LaneTable make();

 private:
  std::optional<std::size_t> lane_of(const std::string& who) const;
  void row(std::vector<Cell> cells, bool highlighted);
  void note_pending();
  std::size_t take_race(std::size_t first);
  void begin_call(const op::CallEvent& event, std::vector<Cell>& cells);
  void take(const op::BirthEvent& event);
  void take(const op::CallEvent& event);
  void take(const op::ReturnEvent& event);
  void take(const op::DeathEvent& event);
  void take(const op::StopEvent& event);
  void take(const op::QuietEvent& event);

  const op::Trace& trace_;
  const LaneTableOptions& options_;
  std::vector<Lane> lanes_;
  op::CallKinds kinds_;
  LaneTable table_;
};

TableMaker::TableMaker(const op::Trace& trace, const LaneTableOptions& options)
    : trace_(trace), options_(options) {
  std::vector<std::string> names = processes_of(trace);
  const std::size_t shown = std::min(names.size(), options.lanes_max);
  // The call in question must be seen, whoever made it.
  const auto important = std::ranges::find(names, process_of_call(trace, options.highlight_call));
  if (important != names.end() && important - names.begin() >= static_cast<long>(shown)) {
    std::rotate(names.begin() + static_cast<long>(shown) - 1, important, important + 1);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < shown) lanes_.emplace_back().who = names[i];
    (i < shown ? table_.names : table_.folded).push_back(names[i]);
  }
}

std::optional<std::size_t> TableMaker::lane_of(const std::string& who) const {
  const auto lane = std::ranges::find(lanes_, who, &Lane::who);
  if (lane == lanes_.end()) return std::nullopt;
  return static_cast<std::size_t>(lane - lanes_.begin());
}

LaneBar bar_of(const Lane& lane) {
  if (!lane.alive) return LaneBar::absent;
  if (lane.stopped) return LaneBar::stopped;
  if (lane.pending == 0) return LaneBar::idle;
  return lane.blocked == Evidence::none ? LaneBar::in_call : LaneBar::blocked;
}

void TableMaker::row(std::vector<Cell> cells, bool highlighted) {
  if (cells.empty()) return;
  LaneRow row;
  row.highlighted = highlighted;
  for (const Lane& lane : lanes_) row.cells.emplace_back().bar = bar_of(lane);
  for (Cell& cell : cells) {
    row.cells[cell.lane].mark = cell.mark;
    row.cells[cell.lane].text = std::move(cell.text);
  }
  table_.rows.push_back(std::move(row));
}

void TableMaker::begin_call(const op::CallEvent& event, std::vector<Cell>& cells) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  lane.alive = true;
  lane.pending = event.id;
  lane.exiting = std::holds_alternative<op::Exit>(event.op);
  lane.blocked = Evidence::none;
  cells.push_back({*index, event.racing ? LaneMark::race : LaneMark::call,
                   std::to_string(event.id) + (event.racing ? " race: " : " ") +
                       op::to_text(event.op, options_.data_chars_max)});
}

// Racing calls of different processes that stand next to each other were released at one moment.
std::size_t TableMaker::take_race(std::size_t first) {
  std::vector<Cell> cells;
  std::set<std::string> racers;
  bool highlighted = false;
  std::size_t end = first;
  for (; end < trace_.events.size(); ++end) {
    const auto* call = std::get_if<op::CallEvent>(&trace_.events[end]);
    if (call == nullptr || !call->racing || !racers.insert(call->who).second) break;
    kinds_.note(trace_.events[end]);
    highlighted = highlighted || call->id == options_.highlight_call;
    begin_call(*call, cells);
  }
  row(cells, highlighted);
  return end;
}

void TableMaker::take(const op::BirthEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  lanes_[*index] = Lane{.who = event.who, .alive = true};
  const std::string origin =
      event.parent.empty() ? "born" : "child of " + op::name_text(event.parent);
  row({{*index, LaneMark::birth, origin + ", pid " + std::to_string(event.pid)}}, false);
}

void TableMaker::take(const op::CallEvent& event) {
  std::vector<Cell> cells;
  begin_call(event, cells);
  row(cells, event.id == options_.highlight_call);
}

void TableMaker::take(const op::ReturnEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  if (lane.pending == event.id) lane.pending = 0;
  row({{*index, LaneMark::answer,
        std::to_string(event.id) + " " +
            op::to_text(event.outcome, kinds_.of(event.id), options_.data_chars_max)}},
      event.id == options_.highlight_call);
}

void TableMaker::take(const op::DeathEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  const std::string words = death_words(lane, event.status);
  const bool highlighted = lane.pending != 0 && lane.pending == options_.highlight_call;
  lane = Lane{.who = event.who};
  row({{*index, LaneMark::death, words}}, highlighted);
}

void TableMaker::take(const op::StopEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  lanes_[*index].stopped = event.stopped;
  row({{*index, event.stopped ? LaneMark::stop : LaneMark::go_on,
        event.stopped ? "stopped" : "continues"}},
      false);
}

void TableMaker::take(const op::QuietEvent& event) {
  std::vector<Cell> cells;
  bool highlighted = false;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[i];
    if (lane.pending == 0 || lane.stopped) continue;
    const bool blocked = std::ranges::count(event.blocked, lane.pending) != 0;
    const bool first_seen = blocked && lane.blocked == Evidence::none;
    lane.blocked = blocked ? event.evidence : Evidence::none;
    if (!first_seen) continue;
    cells.push_back(
        {i, LaneMark::blocked, "blocked (" + std::string(to_string(event.evidence)) + ")"});
    highlighted = highlighted || lane.pending == options_.highlight_call;
  }
  row(cells, highlighted);
}

void TableMaker::note_pending() {
  std::vector<Cell> cells;
  bool highlighted = false;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Lane& lane = lanes_[i];
    if (lane.pending == 0) continue;
    const bool blocked = lane.blocked != Evidence::none;
    cells.push_back({i, std::nullopt,
                     std::to_string(lane.pending) + (blocked ? " still blocked" : " no answer")});
    highlighted = highlighted || lane.pending == options_.highlight_call;
  }
  row(cells, highlighted);
}

LaneTable TableMaker::make() {
  for (std::size_t i = 0; i < trace_.events.size();) {
    const op::Event& event = trace_.events[i];
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->racing) {
      i = take_race(i);
      continue;
    }
    kinds_.note(event);
    std::visit([&](const auto& value) { take(value); }, event);
    ++i;
  }
  note_pending();
  return std::move(table_);
}

}  // namespace

std::vector<std::string> processes_of(const op::Trace& trace) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const op::Event& event : trace.events) {
    std::visit(
        [&](const auto& value) {
          if constexpr (requires { value.who; }) {
            if (seen.insert(value.who).second) names.push_back(value.who);
          }
        },
        event);
  }
  return names;
}

std::vector<std::string> cell_lines(std::string_view text, std::size_t columns,
                                    std::string_view cut) {
  std::vector<std::string> lines;
  while (text.size() > columns) {
    if (lines.size() + 1 == kCellLinesMax) {
      lines.push_back(std::string(text.substr(0, columns - 1)) + std::string(cut));
      return lines;
    }
    std::size_t end = text.rfind(' ', columns);
    const bool at_space = end != std::string_view::npos && end > 0;
    if (!at_space) end = columns;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(at_space ? end + 1 : end);
  }
  lines.emplace_back(text);
  return lines;
}

LaneTable lane_table(const op::Trace& trace, const LaneTableOptions& options) {
  return TableMaker(trace, options).make();
}

}  // namespace ipcspec::report
