#include "cli/platform_lines.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

using platform::Progress;

constexpr auto kShowEvery = std::chrono::milliseconds(100);

std::string counts_text(const Progress& progress, bool color) {
  std::string text;
  for (std::size_t i = 0; i < progress.counts.size(); ++i) {
    if (progress.counts[i] == 0) continue;
    text +=
        "  " + report::painted(static_cast<Verdict>(i),
                               fmt::format("{} {}", progress.counts[i], kVerdictNames[i]), color);
  }
  return text;
}

std::string line_of(const Progress& progress, bool color) {
  std::string text = fmt::format("{:<22} {:>4}/{:<4}{:>6.1f} s", progress.name, progress.done,
                                 progress.total, progress.seconds);
  if (progress.starts > 1) text += fmt::format("  start {}", progress.starts);
  if (progress.state == Progress::State::starting) text += "  starting";
  return text + counts_text(progress, color);
}

}  // namespace

PlatformLines::PlatformLines(Ends ends)
    : ends_(ends), live_(is_terminal(STDERR_FILENO)), color_(wants_color(STDERR_FILENO)) {}

PlatformLines::~PlatformLines() { wipe(); }

void PlatformLines::wipe() {
  if (shown_lines_ > 0) say(fmt::format("\033[{}A\r\033[J", shown_lines_));
  shown_lines_ = 0;
}

void PlatformLines::show(const std::vector<Progress>& all) {
  std::string lasting;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].state != Progress::State::over || !told_.insert(i).second) continue;
    if (ends_ == Ends::told) lasting += line_of(all[i], color_) + "\n";
  }
  const auto now = std::chrono::steady_clock::now();
  if (!live_) {
    if (!lasting.empty()) say(lasting);
    return;
  }
  if (lasting.empty() && now - last_ < kShowEvery) return;
  last_ = now;
  wipe();
  const auto room = static_cast<std::size_t>(std::max(width_columns(STDERR_FILENO) - 1, 0));
  std::string text = lasting;
  for (const Progress& progress : all) {
    using State = Progress::State;
    if (progress.state != State::starting && progress.state != State::running) continue;
    // A line that wraps could not be wiped; without colours its length is known.
    std::string line = line_of(progress, false);
    if (!progress.rule.empty()) line += "  " + std::string(progress.rule);
    text += line.substr(0, room) + "\n";
    ++shown_lines_;
  }
  say(text);
}

}  // namespace ipcspec::cli
