#include "report/lanes.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

constexpr int kGapColumns = 2;       // between two lanes
constexpr int kMarkColumns = 2;      // a mark and a space
constexpr int kLaneColumnsMin = 14;  // narrower, a call can no longer be read
constexpr std::size_t kCellLinesMax = 4;
constexpr std::size_t kDataCharsMin = 16;

// All one column wide.
struct Marks {
  std::string_view birth, call, race, answer, death, stop, go_on;
  std::string_view idle, in_call, blocked, stopped;
  std::string_view cut, highlight;
};
constexpr Marks kUnicodeMarks = {"○", "┌", "╔", "└", "✝", "⊣", "⊢", "·", "┆", "│", "═", "…", "»"};
constexpr Marks kAsciiMarks = {"o", "+", "*", "=", "X", "[", "]", ".", ":", "|", "-", "~", "!"};

int columns_of(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string padded(std::string text, int columns) {
  text.append(static_cast<std::size_t>(std::max(0, columns - columns_of(text))), ' ');
  return text;
}

// ASCII text in lines of at most `columns`, broken at spaces where there are any.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::string_view cut) {
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
  std::string_view mark;
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

// The processes in order of their first event.
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

std::string process_of_call(const op::Trace& trace, op::CallId id) {
  for (const op::Event& event : trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->id == id) return call->who;
  }
  return {};
}

class Picture {
 public:
  Picture(const op::Trace& trace, const LaneOptions& options);
  std::string draw();

 private:
  std::optional<std::size_t> lane_of(const std::string& who) const;
  std::string_view bar(const Lane& lane) const;
  void heads();
  void row(const std::vector<Cell>& cells, bool highlighted);
  void note_folded();
  void note_pending();
  std::size_t draw_race(std::size_t first);
  void begin_call(const op::CallEvent& event, std::vector<Cell>& cells);
  void draw_event(const op::BirthEvent& event);
  void draw_event(const op::CallEvent& event);
  void draw_event(const op::ReturnEvent& event);
  void draw_event(const op::DeathEvent& event);
  void draw_event(const op::StopEvent& event);
  void draw_event(const op::QuietEvent& event);

  const op::Trace& trace_;
  const LaneOptions options_;
  const Marks& marks_;
  std::vector<Lane> lanes_;
  std::vector<std::string> folded_;
  op::CallKinds kinds_;
  int lane_columns_ = 0;
  std::size_t text_columns_ = 0;
  std::size_t data_chars_max_ = 0;
  std::string out_;
};

Picture::Picture(const op::Trace& trace, const LaneOptions& options)
    : trace_(trace), options_(options), marks_(options.unicode ? kUnicodeMarks : kAsciiMarks) {
  const int width = std::max(options.width_columns, kLanesWidthMin) -
                    (options.highlight_call != 0 ? kMarkColumns : 0) + kGapColumns;
  const std::size_t fitting = static_cast<std::size_t>(width / kLaneColumnsMin);
  std::vector<std::string> names = processes_of(trace);
  const std::size_t shown = std::min({names.size(), kLanesMax, fitting});
  // The call in question must be seen, whoever made it.
  const auto important = std::ranges::find(names, process_of_call(trace, options.highlight_call));
  if (important != names.end() && important - names.begin() >= static_cast<long>(shown)) {
    std::rotate(names.begin() + static_cast<long>(shown) - 1, important, important + 1);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < shown) {
      lanes_.emplace_back().who = names[i];
    } else {
      folded_.push_back(names[i]);
    }
  }
  lane_columns_ = width / static_cast<int>(std::max<std::size_t>(shown, 1));
  text_columns_ = static_cast<std::size_t>(lane_columns_ - kGapColumns - kMarkColumns);
  data_chars_max_ = std::max(kDataCharsMin, text_columns_ * 2 / 3);
}

std::optional<std::size_t> Picture::lane_of(const std::string& who) const {
  const auto lane = std::ranges::find(lanes_, who, &Lane::who);
  if (lane == lanes_.end()) return std::nullopt;
  return static_cast<std::size_t>(lane - lanes_.begin());
}

std::string_view Picture::bar(const Lane& lane) const {
  if (!lane.alive) return " ";
  if (lane.stopped) return marks_.stopped;
  if (lane.pending == 0) return marks_.idle;
  return lane.blocked == Evidence::none ? marks_.in_call : marks_.blocked;
}

void Picture::heads() {
  std::string line = options_.highlight_call != 0 ? "  " : "";
  for (const Lane& lane : lanes_) {
    std::string head = op::name_text(lane.who);
    const std::size_t room = text_columns_ + kMarkColumns;
    if (head.size() > room) head = head.substr(0, room - 1) + std::string(marks_.cut);
    line += padded(head, lane_columns_);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out_ += line + "\n";
}

void Picture::row(const std::vector<Cell>& cells, bool highlighted) {
  std::vector<std::vector<std::string>> texts(lanes_.size());
  std::vector<std::string_view> first_marks(lanes_.size());
  std::size_t height = 0;
  for (const Cell& cell : cells) {
    texts[cell.lane] = wrapped(cell.text, text_columns_, marks_.cut);
    first_marks[cell.lane] = cell.mark;
    height = std::max(height, texts[cell.lane].size());
  }
  for (std::size_t k = 0; k < height; ++k) {
    std::string line;
    if (options_.highlight_call != 0) {
      line = highlighted && k == 0 ? std::string(marks_.highlight) + " " : "  ";
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const bool marked = k == 0 && !first_marks[i].empty();
      std::string text(marked ? first_marks[i] : bar(lanes_[i]));
      if (k < texts[i].size()) text += " " + texts[i][k];
      line += padded(text, lane_columns_);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
  }
}

void Picture::begin_call(const op::CallEvent& event, std::vector<Cell>& cells) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  lane.alive = true;
  lane.pending = event.id;
  lane.exiting = std::holds_alternative<op::Exit>(event.op);
  lane.blocked = Evidence::none;
  cells.push_back({*index, event.racing ? marks_.race : marks_.call,
                   std::to_string(event.id) + (event.racing ? " race: " : " ") +
                       op::to_text(event.op, data_chars_max_)});
}

// Racing calls of different processes that stand next to each other were released at one moment.
std::size_t Picture::draw_race(std::size_t first) {
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

void Picture::draw_event(const op::BirthEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  lanes_[*index] = Lane{.who = event.who, .alive = true};
  const std::string origin =
      event.parent.empty() ? "born" : "child of " + op::name_text(event.parent);
  row({{*index, marks_.birth, origin + ", pid " + std::to_string(event.pid)}}, false);
}

void Picture::draw_event(const op::CallEvent& event) {
  std::vector<Cell> cells;
  begin_call(event, cells);
  row(cells, event.id == options_.highlight_call);
}

void Picture::draw_event(const op::ReturnEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  if (lane.pending == event.id) lane.pending = 0;
  row({{*index, marks_.answer,
        std::to_string(event.id) + " " +
            op::to_text(event.outcome, kinds_.of(event.id), data_chars_max_)}},
      event.id == options_.highlight_call);
}

void Picture::draw_event(const op::DeathEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  Lane& lane = lanes_[*index];
  const std::string words = death_words(lane, event.status);
  const bool highlighted = lane.pending != 0 && lane.pending == options_.highlight_call;
  lane = Lane{.who = event.who};
  row({{*index, marks_.death, words}}, highlighted);
}

void Picture::draw_event(const op::StopEvent& event) {
  const auto index = lane_of(event.who);
  if (!index) return;
  lanes_[*index].stopped = event.stopped;
  row({{*index, event.stopped ? marks_.stop : marks_.go_on,
        event.stopped ? "stopped" : "continues"}},
      false);
}

void Picture::draw_event(const op::QuietEvent& event) {
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
        {i, marks_.blocked, "blocked (" + std::string(to_string(event.evidence)) + ")"});
    highlighted = highlighted || lane.pending == options_.highlight_call;
  }
  row(cells, highlighted);
}

void Picture::note_pending() {
  std::vector<Cell> cells;
  bool highlighted = false;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const Lane& lane = lanes_[i];
    if (lane.pending == 0) continue;
    const bool blocked = lane.blocked != Evidence::none;
    cells.push_back(
        {i, bar(lane), std::to_string(lane.pending) + (blocked ? " still blocked" : " no answer")});
    highlighted = highlighted || lane.pending == options_.highlight_call;
  }
  row(cells, highlighted);
}

void Picture::note_folded() {
  if (folded_.empty()) return;
  std::string note = std::to_string(folded_.size()) + " more processes are not drawn:";
  if (folded_.size() == 1) note = "1 more process is not drawn:";
  const auto columns = static_cast<std::size_t>(std::max(options_.width_columns, kLanesWidthMin));
  for (const std::string& name : folded_) note += " " + op::name_text(name);
  for (const std::string& line : wrapped(note, columns, marks_.cut)) out_ += line + "\n";
}

std::string Picture::draw() {
  if (lanes_.empty()) return {};
  heads();
  for (std::size_t i = 0; i < trace_.events.size();) {
    const op::Event& event = trace_.events[i];
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->racing) {
      i = draw_race(i);
      continue;
    }
    kinds_.note(event);
    std::visit([&](const auto& value) { draw_event(value); }, event);
    ++i;
  }
  note_pending();
  note_folded();
  return std::move(out_);
}

}  // namespace

std::string draw_lanes(const op::Trace& trace, const LaneOptions& options) {
  return Picture(trace, options).draw();
}

}  // namespace ipcspec::report
