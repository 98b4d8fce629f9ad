#include "report/lanes_svg.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "ops/text.hpp"
#include "report/lane_table.hpp"
#include "report/svg.hpp"

namespace ipcspec::report {
namespace {

constexpr int kLanesMax = 8;
constexpr std::size_t kTextColumns = 42;
constexpr double kColumnWidth = 7.3;  // of a monospaced letter of 12 pixels
constexpr int kLaneWidth = 340;
constexpr int kBarX = 10;   // within a lane
constexpr int kTextX = 24;  // within a lane
constexpr int kMargin = 12;
constexpr int kHeadHeight = 28;
constexpr int kLineHeight = 15;
constexpr int kRowGap = 7;
constexpr int kMarkY = 9;  // within a row
constexpr int kBaseline = 13;
static_assert(kTextX + kTextColumns * kColumnWidth < kLaneWidth);

// What blocks is seen at once, by width and by colour.
constexpr const char* kStyle = R"(
svg { color: #1c1f24; background: #ffffff; font-family: monospace; font-size: 12px; }
text { fill: currentColor; white-space: pre; }
.paper { fill: #ffffff; }
.head { font-weight: bold; font-size: 13px; }
.asked { fill: #ffe08a; fill-opacity: 0.55; }
.idle { stroke: currentColor; stroke-opacity: 0.4; stroke-width: 1; stroke-dasharray: 1 4; }
.in_call { stroke: #0067ab; stroke-width: 2; }
.blocked { stroke: #c85200; stroke-width: 7; }
.stopped { stroke: #7a7f87; stroke-width: 7; stroke-dasharray: 3 3; }
.mark { fill: #0067ab; stroke: #0067ab; stroke-width: 2; }
.birth { fill: none; stroke: currentColor; stroke-width: 1.5; }
.ring { fill: none; stroke: #0067ab; stroke-width: 1.5; }
.death { stroke: #b3261e; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) {
  svg { color: #e4e7eb; background: #16181c; }
  .paper { fill: #16181c; }
  .asked { fill: #7a6000; }
  .in_call { stroke: #4aa8e8; }
  .blocked { stroke: #ff8c42; }
  .mark { fill: #4aa8e8; stroke: #4aa8e8; }
  .ring { stroke: #4aa8e8; }
  .death { stroke: #ff6b60; }
}
)";

std::string_view class_of(LaneBar bar) {
  constexpr std::string_view kClasses[] = {"", "idle", "in_call", "blocked", "stopped"};
  return kClasses[static_cast<std::size_t>(bar)];
}

// A row with its place in the picture.
struct PlacedRow {
  const LaneRow* row;
  std::vector<std::vector<std::string>> texts;  // lines of each cell
  int top = 0;
  int height = 0;
};

std::vector<PlacedRow> placed(const LaneTable& table) {
  std::vector<PlacedRow> rows;
  int top = kMargin + kHeadHeight;
  for (const LaneRow& row : table.rows) {
    PlacedRow one{&row, {}, top, 0};
    std::size_t lines = 1;
    for (const LaneCell& cell : row.cells) {
      one.texts.emplace_back();
      if (cell.text.empty()) continue;
      one.texts.back() = cell_lines(cell.text, kTextColumns, "…");
      lines = std::max(lines, one.texts.back().size());
    }
    one.height = static_cast<int>(lines) * kLineHeight + kRowGap;
    top += one.height;
    rows.push_back(std::move(one));
  }
  return rows;
}

int left_of(std::size_t lane) { return kMargin + static_cast<int>(lane) * kLaneWidth; }

void draw_mark(SvgWriter& svg, LaneMark mark, double x, double y) {
  const auto circle = [&](std::string_view css_class, double radius) {
    svg.element("circle", {{"class", std::string(css_class)},
                           {"cx", svg_number(x)},
                           {"cy", svg_number(y)},
                           {"r", svg_number(radius)}});
  };
  switch (mark) {
    case LaneMark::birth:
      return circle("birth", 5);
    case LaneMark::race:
      circle("ring", 7);
      return circle("mark", 3);
    case LaneMark::call:
      return circle("mark", 4);
    case LaneMark::answer:
    case LaneMark::stop:
    case LaneMark::go_on:
      return svg.line(x - 6, y, x + 6, y, "mark");
    case LaneMark::death:
      svg.line(x - 5, y - 5, x + 5, y + 5, "death");
      return svg.line(x - 5, y + 5, x + 5, y - 5, "death");
    case LaneMark::blocked:
      return;
  }
}

// What the process is doing, from one change to the next.
void draw_bars(SvgWriter& svg, const std::vector<PlacedRow>& rows, std::size_t lane, int bottom) {
  const double x = left_of(lane) + kBarX;
  LaneBar bar = LaneBar::absent;
  double since = 0;
  const auto change = [&](LaneBar next, double y) {
    if (next == bar) return;
    if (bar != LaneBar::absent) svg.line(x, since, x, y, class_of(bar));
    bar = next;
    since = y;
  };
  for (const PlacedRow& row : rows) change(row.row->cells[lane].bar, row.top + kMarkY);
  change(LaneBar::absent, bottom);
}

void draw_row(SvgWriter& svg, const PlacedRow& row) {
  for (std::size_t lane = 0; lane < row.row->cells.size(); ++lane) {
    const LaneCell& cell = row.row->cells[lane];
    if (cell.mark) draw_mark(svg, *cell.mark, left_of(lane) + kBarX, row.top + kMarkY);
    for (std::size_t k = 0; k < row.texts[lane].size(); ++k) {
      svg.text(left_of(lane) + kTextX, row.top + kBaseline + static_cast<int>(k) * kLineHeight,
               "cell", row.texts[lane][k]);
    }
  }
}

void rectangle(SvgWriter& svg, std::string_view css_class, int y, int width, int height) {
  svg.element("rect", {{"class", std::string(css_class)},
                       {"x", "0"},
                       {"y", std::to_string(y)},
                       {"width", std::to_string(width)},
                       {"height", std::to_string(height)}});
}

std::string folded_note(const LaneTable& table) {
  std::string note = "not drawn:";
  for (const std::string& name : table.folded) note += " " + op::name_text(name);
  return note;
}

}  // namespace

std::string lanes_svg(const op::Trace& trace, op::CallId highlight_call) {
  const LaneTable table = lane_table(
      trace,
      {.lanes_max = kLanesMax, .data_chars_max = kTextColumns, .highlight_call = highlight_call});
  const std::vector<PlacedRow> rows = placed(table);
  const int bottom = rows.empty() ? kMargin + kHeadHeight : rows.back().top + rows.back().height;
  const int width = left_of(table.names.size()) + kMargin;
  const int height = bottom + (table.folded.empty() ? 0 : kLineHeight) + kMargin;
  SvgWriter svg(width, height, "What the processes did, downwards in time", kStyle);
  rectangle(svg, "paper", 0, width, height);
  for (const PlacedRow& row : rows) {
    if (row.row->highlighted) rectangle(svg, "asked", row.top - kRowGap / 2, width, row.height);
  }
  for (std::size_t lane = 0; lane < table.names.size(); ++lane) {
    svg.text(left_of(lane), kMargin + kBaseline, "head", op::name_text(table.names[lane]));
    draw_bars(svg, rows, lane, bottom);
  }
  for (const PlacedRow& row : rows) draw_row(svg, row);
  if (!table.folded.empty()) {
    svg.text(kMargin, bottom + kBaseline, "cell", folded_note(table));
  }
  return svg.finish();
}

}  // namespace ipcspec::report
