#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/bench.hpp"
#include "report/svg.hpp"

namespace ipcspec::report {
namespace {

using bench::Cell;
using bench::Figures;
using bench::Mechanism;

constexpr int kWidth = 1010;
constexpr int kHeight = 470;

// Colours that stay apart for people who see few of them, on light and on dark.
constexpr const char* kStyle = R"(
svg { color: #1c1f24; background: #ffffff; font-family: sans-serif; font-size: 12px; }
text { fill: currentColor; }
.paper { fill: #ffffff; }
.title { font-size: 16px; font-weight: bold; }
.panel { font-size: 13px; font-weight: bold; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.note { opacity: 0.75; }
.grid { stroke: currentColor; stroke-opacity: 0.14; stroke-width: 1; }
.axis { stroke: currentColor; stroke-opacity: 0.6; stroke-width: 1; }
.lead { stroke: currentColor; stroke-opacity: 0.35; stroke-width: 1; }
.curve { fill: none; stroke-width: 2; stroke: currentColor; }
.dot, .bar { fill: currentColor; }
.bar.pinned { fill-opacity: 0.4; }
.pipe { color: #0067ab; }
.fifo { color: #2c86c4; }
.fifo .curve { stroke-dasharray: 6 4; }
.name { font-weight: bold; }
.value { font-size: 11px; }
.tcp { color: #c85200; }
.unix { color: #b8860b; }
.shm { color: #00855f; }
.mq { color: #b0518a; }
.signal { color: #7a7f87; }
@media (prefers-color-scheme: dark) {
  svg { color: #e4e7eb; background: #16181c; }
  .paper { fill: #16181c; }
  .pipe { color: #4aa8e8; }
  .fifo { color: #8fcdf5; }
  .tcp { color: #ff8c42; }
  .unix { color: #e8bb3f; }
  .shm { color: #2fc79a; }
  .mq { color: #e58ac0; }
  .signal { color: #a6abb3; }
}
)";

struct Box {
  double left, top, right, bottom;
};
constexpr Box kCurves = {70, 80, 520, 400};
constexpr Box kBars = {740, 80, 940, 400};
constexpr double kLabelGap = 15;

// Positions on a logarithmic axis.
struct LogAxis {
  double low, high;      // values
  double start, finish;  // of the picture
  double at(double value) const {
    return start + (finish - start) * std::log(value / low) / std::log(high / low);
  }
};

std::string size_text(std::size_t bytes) {
  if (bytes >= 1u << 20) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= 1u << 10) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} B", bytes);
}

const Cell* stream_cell(const Figures& figures, Mechanism mechanism, std::size_t size) {
  const Cell* cell = measured_cell(figures, mechanism, size);
  return cell != nullptr && cell->figures.throughput_mb_per_s > 0 ? cell : nullptr;
}

// Whole decades around every throughput.
LogAxis throughput_axis(const Figures& figures) {
  double low = 1e9;
  double high = 0;
  for (const Cell& cell : figures.cells) {
    const Cell* shown = stream_cell(figures, cell.mechanism, cell.message_bytes);
    if (shown == nullptr) continue;
    low = std::min(low, shown->figures.throughput_mb_per_s);
    high = std::max(high, shown->figures.throughput_mb_per_s);
  }
  if (high == 0) return {1, 10, kCurves.bottom, kCurves.top};
  low = std::pow(10, std::floor(std::log10(low)));
  high = std::pow(10, std::ceil(std::log10(high)));
  return {low, std::max(high, low * 10), kCurves.bottom, kCurves.top};
}

LogAxis size_axis() {
  return {static_cast<double>(bench::kMessageSizesBytes.front()),
          static_cast<double>(bench::kMessageSizesBytes.back()), kCurves.left, kCurves.right};
}

void draw_grid(SvgWriter& svg, const LogAxis& x, const LogAxis& y) {
  constexpr double kAlmostDecade = 1.001;
  for (double value = y.low; value <= y.high * kAlmostDecade; value *= 10) {
    svg.line(kCurves.left, y.at(value), kCurves.right, y.at(value), "grid");
    svg.text(kCurves.left - 6, y.at(value) + 4, "end", fmt::format("{:g}", value));
  }
  for (const std::size_t size : bench::kMessageSizesBytes) {
    const double place = x.at(static_cast<double>(size));
    svg.line(place, kCurves.top, place, kCurves.bottom, "grid");
    svg.text(place, kCurves.bottom + 18, "middle", size_text(size));
  }
  svg.line(kCurves.left, kCurves.bottom, kCurves.right, kCurves.bottom, "axis");
  svg.line(kCurves.left, kCurves.top, kCurves.left, kCurves.bottom, "axis");
  svg.text((kCurves.left + kCurves.right) / 2, kCurves.bottom + 38, "middle",
           "message size (logarithmic)");
  svg.text(kCurves.left, kCurves.top - 16, "panel", "Throughput, MB/s (logarithmic)");
}

struct Label {
  Mechanism mechanism;
  double point;  // where the curve ends
  double place;  // where the label stands
  double figure;
};

// Labels apart from each other, each as near to its curve's end as that allows.
void spread(std::vector<Label>& labels) {
  std::ranges::sort(labels, {}, &Label::point);
  for (std::size_t i = 1; i < labels.size(); ++i) {
    labels[i].place = std::max(labels[i].place, labels[i - 1].place + kLabelGap);
  }
  double limit = kCurves.bottom;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    label->place = std::min(label->place, limit);
    limit = label->place - kLabelGap;
  }
}

void draw_curve(SvgWriter& svg, const Figures& figures, Mechanism mechanism, const LogAxis& x,
                const LogAxis& y, std::vector<Label>& labels) {
  std::string points;
  std::vector<std::pair<double, double>> dots;
  double figure = 0;
  for (const std::size_t size : bench::kMessageSizesBytes) {
    const Cell* cell = stream_cell(figures, mechanism, size);
    if (cell == nullptr) continue;
    figure = cell->figures.throughput_mb_per_s;
    dots.emplace_back(x.at(static_cast<double>(size)), y.at(figure));
    points += fmt::format("{}{},{}", points.empty() ? "" : " ", svg_number(dots.back().first),
                          svg_number(dots.back().second));
  }
  if (dots.empty()) return;
  svg.open_group({{"class", std::string(to_string(mechanism))}});
  svg.element("polyline", {{"class", "curve"}, {"points", points}});
  for (const auto& [cx, cy] : dots) {
    svg.element("circle",
                {{"class", "dot"}, {"cx", svg_number(cx)}, {"cy", svg_number(cy)}, {"r", "3"}});
  }
  svg.close_group();
  labels.push_back({mechanism, dots.back().second, dots.back().second, figure});
}

void draw_curves(SvgWriter& svg, const Figures& figures) {
  const LogAxis x = size_axis();
  const LogAxis y = throughput_axis(figures);
  draw_grid(svg, x, y);
  std::vector<Label> labels;
  for (const Mechanism mechanism : bench::kMechanisms) {
    draw_curve(svg, figures, mechanism, x, y, labels);
  }
  spread(labels);
  for (const Label& label : labels) {
    svg.line(kCurves.right + 5, label.point, kCurves.right + 18, label.place, "lead");
    svg.open_group({{"class", std::string(to_string(label.mechanism))}});
    svg.text(kCurves.right + 22, label.place + 4, "name", title_of(label.mechanism));
    svg.close_group();
  }
}

struct Bars {
  Mechanism mechanism;
  double spread_us = 0;  // where the scheduler puts them
  double pinned_us = 0;
};

std::vector<Bars> bars_of(const Figures& figures) {
  std::vector<Bars> all;
  for (const Mechanism mechanism : bench::kMechanisms) {
    const std::size_t size = mechanism == Mechanism::signal ? 0 : bench::kMessageSizesBytes.front();
    const Cell* free = measured_cell(figures, mechanism, size);
    const Cell* pinned = measured_cell(figures, mechanism, size, true);
    if (free == nullptr && pinned == nullptr) continue;
    all.push_back({mechanism, free == nullptr ? 0 : free->figures.latency_us,
                   pinned == nullptr ? 0 : pinned->figures.latency_us});
  }
  return all;
}

// The next of 1, 2, 5, 10, ... so that about four steps reach `most`.
double step_for(double most) {
  const double decade = std::pow(10, std::floor(std::log10(most / 4)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (decade * factor * 4 >= most) return decade * factor;
  }
  return decade * 10;
}

void draw_bar(SvgWriter& svg, double top, double height, double us, double most,
              const std::string& css_class) {
  if (us <= 0) return;
  const double width = (kBars.right - kBars.left) * us / most;
  svg.element("rect", {{"class", css_class},
                       {"x", svg_number(kBars.left)},
                       {"y", svg_number(top)},
                       {"width", svg_number(std::max(width, 1.0))},
                       {"height", svg_number(height)}});
  svg.text(kBars.left + width + 4, top + height - 2, "value",
           us >= 10 ? fmt::format("{:.0f}", us) : fmt::format("{:.1f}", us));
}

void draw_bars(SvgWriter& svg, const Figures& figures) {
  const std::vector<Bars> all = bars_of(figures);
  if (all.empty()) return;
  double most = 0;
  for (const Bars& bars : all) most = std::max({most, bars.spread_us, bars.pinned_us});
  const double step = step_for(most);
  most = step * std::ceil(most / step);
  svg.text(kBars.left, kBars.top - 16, "panel", "Latency of 1 byte, microseconds");
  for (double value = 0; value <= most * 1.001; value += step) {
    const double place = kBars.left + (kBars.right - kBars.left) * value / most;
    svg.line(place, kBars.top, place, kBars.bottom, "grid");
    svg.text(place, kBars.bottom + 18, "middle", fmt::format("{:g}", value));
  }
  svg.text((kBars.left + kBars.right) / 2, kBars.bottom + 38, "middle",
           "half of the median round trip, us");
  const double slot = (kBars.bottom - kBars.top) / static_cast<double>(all.size());
  constexpr double kBarHeight = 12;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double middle = kBars.top + slot * (static_cast<double>(i) + 0.5);
    svg.open_group({{"class", std::string(to_string(all[i].mechanism))}});
    svg.text(kBars.left - 6, middle + 4, "name end", title_of(all[i].mechanism));
    draw_bar(svg, middle - kBarHeight - 1, kBarHeight, all[i].spread_us, most, "bar");
    draw_bar(svg, middle + 1, kBarHeight, all[i].pinned_us, most, "bar pinned");
    svg.close_group();
  }
  svg.line(kBars.left, kBars.top, kBars.left, kBars.bottom, "axis");
}

}  // namespace

std::string bench_svg(const Figures& figures, const Platform& platform) {
  const std::string title = fmt::format("IPC between two processes: {} {} {}", platform.system,
                                        platform.release, platform.machine);
  SvgWriter svg(kWidth, kHeight, title, kStyle);
  svg.element(
      "rect",
      {{"class", "paper"}, {"width", std::to_string(kWidth)}, {"height", std::to_string(kHeight)}});
  svg.text(20, 30, "title", title);
  if (figures.cells.empty()) {
    svg.text(20, 60, "note", "Nothing was measured.");
    return svg.finish();
  }
  draw_curves(svg, figures);
  draw_bars(svg, figures);
  svg.text(20, kHeight - 10, "note",
           fmt::format("{} processors. Solid bars: wherever the scheduler puts the processes; pale "
                       "bars: both on one processor.",
                       platform.processors));
  return svg.finish();
}

}  // namespace ipcspec::report
