#include "cli/matrix_text.hpp"

#include <unistd.h>

#include "cli/output.hpp"
#include "ops/text.hpp"
#include "report/lanes.hpp"
#include "report/matrix_tty.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

// Drawn here, since only here it is known how wide and for whom.
void draw_pictures(report::Matrix& matrix, const report::LaneOptions& options) {
  for (report::Results& results : matrix.platforms) {
    for (report::RuleResult& result : results.rules) {
      if (result.verdict == Verdict::pass || result.trace.empty()) continue;
      try {
        result.picture = report::draw_lanes(op::parse_trace(result.trace), options);
      } catch (const op::TextError&) {  // NOLINT(bugprone-empty-catch)
        // A trace that was cut has no picture; its text is there.
      }
    }
  }
}

}  // namespace

std::string matrix_text(report::Matrix matrix, report::Format format, bool to_screen) {
  if (format != report::Format::tty) {
    if (format == report::Format::html) draw_pictures(matrix, {});
    return report::matrix_text(matrix, format);
  }
  const report::TtyOptions options = {.color = to_screen && wants_color(STDOUT_FILENO),
                                      .width_columns = width_columns(STDOUT_FILENO)};
  if (matrix.platforms.size() > 1 || !matrix.platforms.front().missing.empty()) {
    return report::matrix_tty(matrix, options);
  }
  draw_pictures(matrix, {.width_columns = options.width_columns - report::kDetailIndent,
                         .unicode = speaks_utf8()});
  return report::results_tty(matrix.platforms.front(), options) +
         report::trouble_tty(matrix, options);
}

}  // namespace ipcspec::cli
