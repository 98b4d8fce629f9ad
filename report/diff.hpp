// What changed from one set of results to another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::report {

// In the order of their importance.
enum class Change {
  regression,   // a worse verdict, or the platform is gone
  improvement,  // a better one
  other,        // neither is worse: unsupported here, unjudged there
  added,        // only in the new results
  removed,      // only in the old ones
};
std::string_view to_string(Change change);

struct Difference {
  Change change = Change::other;
  std::string platform;
  const spec::Rule* rule = nullptr;  // null: it is about the platform
  std::string text;                  // "pass -> fail: why"
};

// Regressions first, then by platform and in the order of the catalogue. Platforms are those of
// the same name; lone ones are compared whatever they are called.
std::vector<Difference> differences_between(const Matrix& before, const Matrix& after);

std::string differences_tty(const std::vector<Difference>& differences, const TtyOptions& options);
std::string differences_json(const std::vector<Difference>& differences);

}  // namespace ipcspec::report
