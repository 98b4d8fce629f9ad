#include <fmt/format.h>

#include <set>

#include "bench/claims.hpp"
#include "report/bench.hpp"
#include "report/tty.hpp"

namespace ipcspec::report {
namespace {

using bench::Cell;
using bench::Figures;
using bench::Mechanism;

constexpr int kNameColumns = 15;
constexpr int kFigureColumns = 9;
constexpr int kPinnedColumns = 15;
constexpr std::size_t kPinnedLatencyBytes = 1;
constexpr std::size_t kPinnedThroughputBytes = 64u << 10;
constexpr int kLabelColumns = 32;
constexpr int kTextColumns = 100;
constexpr double kBytesPerMebibyte = 1024.0 * 1024.0;

std::string size_text(std::size_t bytes) {
  if (bytes >= 1u << 20) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= 1u << 10) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} B", bytes);
}

// Three digits that mean something, never an exponent.
std::string figure_text(double value) {
  if (value >= 100) return fmt::format("{:.0f}", value);
  return value >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

using Figure = double bench::TransferFigures::*;

const Cell* cell_of(const Figures& figures, Mechanism mechanism, std::size_t size, bool pinned) {
  for (const Cell& cell : figures.cells) {
    if (cell.mechanism == mechanism && cell.message_bytes == size && cell.pinned == pinned) {
      return &cell;
    }
  }
  return nullptr;
}

std::string cell_text(const Cell* cell, Figure figure) {
  if (cell == nullptr) return "";
  switch (cell->standing) {
    case bench::Standing::measured:
      return figure_text(cell->figures.*figure) +
             (cell->figures.pieces_per_message > 1 ? "*" : " ");
    case bench::Standing::missing:
      return "not here ";
    case bench::Standing::wrong:
      return "WRONG ";
    case bench::Standing::unknown:
      break;
  }
  return "? ";
}

// The rows of one figure; in the last column with both processes on one processor.
std::string table(const Figures& figures, Figure figure, std::size_t pinned_size) {
  std::string text = fmt::format("  {:<{}}", "", kNameColumns);
  for (const std::size_t size : bench::kMessageSizesBytes) {
    text += fmt::format("{:>{}} ", size_text(size), kFigureColumns - 1);
  }
  text += fmt::format("{:>{}}\n", size_text(pinned_size) + ", 1 CPU", kPinnedColumns - 1);
  for (const Mechanism mechanism : bench::kMechanisms) {
    const bool is_signal = mechanism == Mechanism::signal;
    if (is_signal && figure != &bench::TransferFigures::latency_us) continue;
    std::string row = fmt::format("  {:<{}}", title_of(mechanism), kNameColumns);
    for (const std::size_t size : bench::kMessageSizesBytes) {
      const bool first = size == bench::kMessageSizesBytes.front();
      const Cell* cell = is_signal ? (first ? cell_of(figures, mechanism, 0, false) : nullptr)
                                   : cell_of(figures, mechanism, size, false);
      row += fmt::format("{:>{}}", cell_text(cell, figure), kFigureColumns);
    }
    const Cell* pinned = cell_of(figures, mechanism, is_signal ? 0 : pinned_size, true);
    row += fmt::format("{:>{}}", cell_text(pinned, figure), kPinnedColumns);
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string troubles_text(const Figures& figures) {
  std::set<std::string> lines;
  for (const Cell& cell : figures.cells) {
    if (cell.trouble.empty()) continue;
    const std::string where =
        cell.standing == bench::Standing::missing
            ? std::string(title_of(cell.mechanism)) + ", not here"
            : fmt::format("{}, {}", title_of(cell.mechanism), size_text(cell.message_bytes));
    lines.insert(fmt::format("  {}: {}\n", where, cell.trouble));
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

bool any_in_pieces(const Figures& figures) {
  for (const Cell& cell : figures.cells) {
    if (cell.figures.pieces_per_message > 1) return true;
  }
  return false;
}

std::string transfers_text(const Figures& figures) {
  if (figures.cells.empty()) return {};
  std::string text =
      "Latency between two processes, microseconds (half of the median round trip)\n";
  text += table(figures, &bench::TransferFigures::latency_us, kPinnedLatencyBytes);
  text += "\nThroughput between two processes, MB/s (10^6 bytes)\n";
  text += table(figures, &bench::TransferFigures::throughput_mb_per_s, kPinnedThroughputBytes);
  if (any_in_pieces(figures)) {
    text += "  * in several pieces: larger than the queue's message, or than a piece of the ring\n";
  }
  return text + troubles_text(figures) + "\n";
}

std::string mark(bool good, std::string_view text, bool color) {
  return painted(good ? Verdict::pass : Verdict::broken, text, color);
}

std::string claims_text(const Figures& figures, bool color) {
  if (figures.cells.empty()) return {};
  std::string text =
      "The cheat sheet's speed column: \"Fast\" has no number and is judged against the "
      "\"Moderate\" of TCP;\nboth processes on one processor, or the scheduler would decide\n";
  for (const bench::Claim& claim : bench::judge_claims(figures)) {
    const std::string judged(to_string(claim.judgement));
    const std::string shown = claim.judgement == bench::Judgement::not_measurable
                                  ? judged
                                  : mark(claim.judgement == bench::Judgement::held, judged, color);
    text += fmt::format("  {:<{}}\"{}\": {}\n", title_of(claim.mechanism), kNameColumns,
                        claim.words, shown);
    text +=
        wrapped(fmt::format("{} ({})", claim.test, claim.because), kNameColumns + 2, kTextColumns);
  }
  return text + "\n";
}

std::string row(std::string_view label, double figure, std::string_view unit,
                std::string_view remark) {
  const std::string text =
      fmt::format("  {:<{}}{:>8} {:<4}{}", label, kLabelColumns, figure_text(figure), unit, remark);
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string schedules_text(const bench::SettlingFigures& bare,
                           const bench::ScheduleFigures& schedules) {
  const double bound_us = bench::bound_us(bare, schedules);
  const double bound_per_s = bound_us > 0 ? 1e6 * schedules.controllers / bound_us : 0;
  return row("a schedule, judged", schedules.script_us, "us",
             fmt::format("  {:.1f} processes, {:.1f} calls; {} us by the bare costs: {:.2f} x",
                         schedules.processes, schedules.calls, figure_text(bound_us),
                         bound_us > 0 ? schedules.script_us / bound_us : 0)) +
         row("schedules in a second", schedules.scripts_per_s, "",
             fmt::format("  {} controllers, one on each processor; {} by the bare costs",
                         schedules.controllers, figure_text(bound_per_s)));
}

std::string harness_text(const Figures& figures) {
  if (!figures.settling) return {};
  const bench::SettlingFigures& s = *figures.settling;
  std::string text = "The harness, on one processor (medians)\n";
  text += row("bare round trip", s.round_trip_us, "us", "  two processes, a frame each way");
  text += row("a byte over a socketpair", s.socket_round_trip_us, "us", "");
  text += row("bare fork, exit and wait", s.fork_exit_wait_us, "us", "");
  text += row("a settled step, two processes", s.settled_step_us, "us", "");
  text += row("the same, one process", s.settled_step_alone_us, "us", "");
  text += row("a call shown to be blocked", s.shown_blocked_us, "us",
              fmt::format("  {}; 99th percentile {} us", to_string(s.evidence),
                          figure_text(s.shown_blocked_p99_us)));
  text += row("a scenario made and ended", s.scenario_us, "us", "  two processes");
  if (figures.schedules) text += schedules_text(s, *figures.schedules);
  if (figures.judging) {
    text += row("an event judged", figures.judging->event_ns, "ns",
                fmt::format("  {} a second, by the judge alone; {} traces without races",
                            figure_text(1e9 / figures.judging->event_ns), figures.judging->traces));
  }
  return text + "\n";
}

std::string framing_text(const Figures& figures) {
  if (!figures.framing) return {};
  const bench::FramingFigures& f = *figures.framing;
  const auto rows = [](std::size_t payload_bytes, double ns, double bare_ns) {
    if (ns <= 0 || bare_ns <= 0) return std::string();
    const std::string size = size_text(payload_bytes);
    return row("a frame of " + size + " decoded", ns, "ns",
               fmt::format(
                   "  {} million a second, {} MB/s of payload; {:.2f} x", figure_text(1e3 / ns),
                   figure_text(1e3 * static_cast<double>(payload_bytes) / ns), ns / bare_ns)) +
           row("its bytes copied and summed", bare_ns, "ns", "");
  };
  return "Framing, on one processor (best of many rounds)\n" +
         rows(bench::kSmallFrameBytes, f.small_ns, f.small_bare_ns) +
         rows(bench::kLargeFrameBytes, f.large_ns, f.large_bare_ns) + "\n";
}

std::string program_text(const Figures& figures) {
  std::string text;
  if (figures.rules) {
    const bench::RulesFigures& rules = *figures.rules;
    text += row(fmt::format("all {} rules", rules.rules), rules.duration_s, "s",
                fmt::format("  -j {}: {}", rules.jobs, rules.summary));
    text += row("their processor time", rules.cpu_s, "s", "");
  }
  if (figures.start) {
    text += row("start to first verdict", figures.start->verdict_ms, "ms",
                fmt::format("  run {}, to its exit", figures.start->rule));
    text += row("the same for --version", figures.start->version_ms, "ms", "");
  }
  if (figures.size) {
    const bench::SizeFigures& size = *figures.size;
    text += row("size of the executable", static_cast<double>(size.file_bytes) / kBytesPerMebibyte,
                "MiB",
                fmt::format("  {}, {}", size.is_static ? "static" : "dynamic",
                            size.stripped ? "stripped" : "not stripped"));
    if (!size.stripped) {
      text += row("what a strip would leave",
                  static_cast<double>(size.stripped_bytes) / kBytesPerMebibyte, "MiB",
                  "  from its section headers");
    }
  }
  return text.empty() ? text : "The program\n" + text + "\n";
}

std::string goals_text(const Figures& figures, bool color) {
  const std::vector<bench::Goal> goals = bench::goals_of(figures);
  if (goals.empty()) return {};
  std::string text = "Our goals\n";
  for (const bench::Goal& goal : goals) {
    const bool relative = !goal.baseline.empty();
    const std::string limit = relative ? fmt::format("at most {:g} x {}", goal.limit, goal.baseline)
                                       : fmt::format("at most {:g} {}", goal.limit, goal.unit);
    const std::string seen =
        relative ? fmt::format("{} / {} {} = {:.2f} x", figure_text(goal.figure),
                               figure_text(goal.baseline_figure), goal.unit, goal.compared)
                 : fmt::format("{} {}", figure_text(goal.figure), goal.unit);
    text += fmt::format("  {:<{}}{:<36}{:<26} {}\n", goal.what, kLabelColumns, limit, seen,
                        mark(goal.held(), goal.held() ? "held" : "not held", color));
  }
  return text + "\n";
}

}  // namespace

std::string bench_tty(const Figures& figures, const Platform& platform, bool color) {
  std::string text =
      fmt::format("{} {} {}, {} processors, program's {}\n\n", platform.system, platform.release,
                  platform.machine, platform.processors, platform.libc);
  text += transfers_text(figures) + claims_text(figures, color) + harness_text(figures) +
          framing_text(figures) + program_text(figures) + goals_text(figures, color);
  for (const std::string& trouble : figures.troubles) text += trouble + "\n";
  if (!figures.stopped_by.empty()) text += "Stopped by " + figures.stopped_by + ".\n";
  return text +
         "Figures are of this machine at this moment; whatever they are, the exit status is "
         "0.\n";
}

}  // namespace ipcspec::report
