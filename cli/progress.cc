#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr auto kShowEvery = std::chrono::milliseconds(50);
constexpr const char* kWipe = "\r\033[K";

// A line that wraps could not be wiped.
std::size_t room_columns() {
  return static_cast<std::size_t>(std::max(width_columns(STDERR_FILENO) - 1, 0));
}

}  // namespace

StatusLine::StatusLine() : shown_(is_terminal(STDERR_FILENO)) {}

StatusLine::~StatusLine() { show_whole(""); }

void StatusLine::show(const std::string& text) {
  if (shown_) show_whole(text.substr(0, room_columns()));
}

void StatusLine::show_whole(const std::string& text) {
  if (shown_) say(kWipe + text);
}

ProgressLine::ProgressLine() : color_(wants_color(STDERR_FILENO)) {}

void ProgressLine::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (!line_.shown() || now - last_ < kShowEvery) return;
  last_ = now;
  std::string plain = fmt::format("{}/{}", progress.done, progress.total);
  std::string text = plain;
  for (std::size_t i = 0; i < progress.counts.size(); ++i) {
    if (progress.counts[i] == 0) continue;
    const std::string count = fmt::format("{} {}", progress.counts[i], kVerdictNames[i]);
    plain += "  " + count;
    text += "  " + report::painted(static_cast<Verdict>(i), count, color_);
  }
  std::size_t room = room_columns();
  if (plain.size() > room) return;
  room -= plain.size();
  for (const std::string_view id : progress.running) {
    if (id.size() + 2 > room) break;
    text += "  " + std::string(id);
    room -= id.size() + 2;
  }
  line_.show_whole(text);
}

}  // namespace ipcspec::cli
