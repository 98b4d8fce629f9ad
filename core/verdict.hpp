// What can be said of a rule after running its test, from best to worst. A composite takes
// the worst; only `pass` is green.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace ipcspec {

enum class Verdict {
  pass,         // the kernel kept the rule
  unsupported,  // this platform lacks what the rule needs
  unjudged,     // the sources leave open what was seen
  unknown,      // the budget ran out
  broken,       // our fault
  fail,         // the kernel broke the rule
};

inline constexpr std::array<std::string_view, 6> kVerdictNames = {
    "pass", "unsupported", "unjudged", "unknown", "broken", "fail"};

constexpr std::string_view to_string(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}
constexpr Verdict worst(Verdict a, Verdict b) { return std::max(a, b); }

// How it is known that a process is blocked, from best to worst.
enum class Evidence {
  none,    // nothing in the trace blocked
  proven,  // the kernel shows the process asleep in the system call, on the argument, it was given
  likely,  // asleep after announcing the call, no answer pending
  timed,   // no answer for a while; the platform offers nothing better
};

inline constexpr std::array<std::string_view, 4> kEvidenceNames = {"none", "proven", "likely",
                                                                   "timed"};

constexpr std::string_view to_string(Evidence evidence) {
  return kEvidenceNames[static_cast<std::size_t>(evidence)];
}
constexpr Evidence weakest(Evidence a, Evidence b) { return std::max(a, b); }

}  // namespace ipcspec
