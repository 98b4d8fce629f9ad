// Known deviations: what a platform is expected not to keep, with a reason. A file of them:
//
//   # gVisor 20240729
//   platform  gvisor:*
//   tcp.listen.passive  fail  connect() answers EINVAL; docs/findings.md
//   mq.open.limits  fail|pass  there is no limit for who has CAP_SYS_RESOURCE; docs/findings.md
//
// "|pass": the deviation shows only at times, or in some places; that it does not is no news.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/results.hpp"

namespace ipcspec::report {

// After the verdict of an expectation whose rule may be kept as well.
inline constexpr std::string_view kOrPass = "|pass";

struct Expectation {
  std::string platform;  // shell patterns
  std::string rule;
  Verdict verdict = Verdict::fail;
  bool always = true;  // false: the rule may be kept as well
  std::string reason;
  std::string place;  // "gvisor.expect:3"
};

// Names file and line, what is wrong there and what would be right.
class BadExpectations : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws BadExpectations. `file` is for messages.
std::vector<Expectation> parse_expectations(std::string_view text, const std::string& file);

// Marks the results that are expected, and notes in `stale` of each platform the expectations that
// should always show and whose rules were all run and kept.
void mark_expected(const std::vector<Expectation>& expectations, Matrix& matrix);

}  // namespace ipcspec::report
