#include "report/lanes.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "ops/text.hpp"
#include "report/lane_table.hpp"

namespace ipcspec::report {
namespace {

constexpr int kGapColumns = 2;       // between two lanes
constexpr int kMarkColumns = 2;      // a mark and a space
constexpr int kLaneColumnsMin = 14;  // narrower, a call can no longer be read
constexpr std::size_t kDataCharsMin = 16;

// All one column wide.
struct Marks {
  std::string_view birth, call, race, answer, death, stop, go_on;
  std::string_view idle, in_call, blocked, stopped;
  std::string_view cut, highlight;

  std::string_view of(LaneMark mark) const {
    const std::string_view all[] = {birth, call, race, answer, death, stop, go_on, blocked};
    return all[static_cast<std::size_t>(mark)];
  }
  std::string_view of(LaneBar bar) const {
    const std::string_view all[] = {" ", idle, in_call, blocked, stopped};
    return all[static_cast<std::size_t>(bar)];
  }
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

class Picture {
 public:
  Picture(const op::Trace& trace, const LaneOptions& options);
  std::string draw();

 private:
  void heads();
  void row(const LaneRow& row);
  void note_folded();

  const LaneOptions options_;
  const Marks& marks_;
  LaneTable table_;
  int lane_columns_ = 0;
  std::size_t text_columns_ = 0;
  std::string out_;
};

Picture::Picture(const op::Trace& trace, const LaneOptions& options)
    : options_(options), marks_(options.unicode ? kUnicodeMarks : kAsciiMarks) {
  const int width = std::max(options.width_columns, kLanesWidthMin) -
                    (options.highlight_call != 0 ? kMarkColumns : 0) + kGapColumns;
  const auto fitting = static_cast<std::size_t>(width / kLaneColumnsMin);
  const std::size_t shown = std::min({processes_of(trace).size(), kLanesMax, fitting});
  lane_columns_ = width / static_cast<int>(std::max<std::size_t>(shown, 1));
  text_columns_ = static_cast<std::size_t>(lane_columns_ - kGapColumns - kMarkColumns);
  table_ = lane_table(trace, {.lanes_max = shown,
                              .data_chars_max = std::max(kDataCharsMin, text_columns_ * 2 / 3),
                              .highlight_call = options.highlight_call});
}

void Picture::heads() {
  std::string line = options_.highlight_call != 0 ? "  " : "";
  for (const std::string& name : table_.names) {
    std::string head = op::name_text(name);
    const std::size_t room = text_columns_ + kMarkColumns;
    if (head.size() > room) head = head.substr(0, room - 1) + std::string(marks_.cut);
    line += padded(head, lane_columns_);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out_ += line + "\n";
}

void Picture::row(const LaneRow& row) {
  std::vector<std::vector<std::string>> texts;
  std::size_t height = 0;
  for (const LaneCell& cell : row.cells) {
    texts.emplace_back();
    if (!cell.text.empty()) texts.back() = cell_lines(cell.text, text_columns_, marks_.cut);
    height = std::max(height, texts.back().size());
  }
  for (std::size_t k = 0; k < height; ++k) {
    std::string line;
    if (options_.highlight_call != 0) {
      line = row.highlighted && k == 0 ? std::string(marks_.highlight) + " " : "  ";
    }
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const LaneCell& cell = row.cells[i];
      std::string text(k == 0 && cell.mark ? marks_.of(*cell.mark) : marks_.of(cell.bar));
      if (k < texts[i].size()) text += " " + texts[i][k];
      line += padded(text, lane_columns_);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
  }
}

void Picture::note_folded() {
  if (table_.folded.empty()) return;
  std::string note = std::to_string(table_.folded.size()) + " more processes are not drawn:";
  if (table_.folded.size() == 1) note = "1 more process is not drawn:";
  const auto columns = static_cast<std::size_t>(std::max(options_.width_columns, kLanesWidthMin));
  for (const std::string& name : table_.folded) note += " " + op::name_text(name);
  for (const std::string& line : cell_lines(note, columns, marks_.cut)) out_ += line + "\n";
}

std::string Picture::draw() {
  if (table_.names.empty()) return {};
  heads();
  for (const LaneRow& one : table_.rows) row(one);
  note_folded();
  return std::move(out_);
}

}  // namespace

std::string draw_lanes(const op::Trace& trace, const LaneOptions& options) {
  return Picture(trace, options).draw();
}

}  // namespace ipcspec::report
