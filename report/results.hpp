// What a run found, as values; the formats of this room turn them into text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/verdict.hpp"
#include "spec/rule.hpp"

namespace ipcspec::report {

// What the rules were judged on.
struct Platform {
  std::string system;   // "Linux"
  std::string release;  // "6.1.0-26-amd64"
  std::string version;
  std::string machine;  // "x86_64"
  std::string libc;     // "glibc 2.36", of the program
  std::int64_t uid = 0;
  std::int64_t pid = 0;
  bool init = false;  // the program is process 1 of its namespace
  int processors = 0;
  std::vector<std::pair<std::string, std::string>> namespaces;  // {"pid", "pid:[4026531836]"}
  Evidence evidence = Evidence::none;  // how a blocked call can be told here, at best
};

// Index: Verdict.
using Counts = std::array<int, kVerdictNames.size()>;

struct RuleResult {
  const spec::Rule* rule = nullptr;
  Verdict verdict = Verdict::broken;
  Evidence evidence = Evidence::none;
  std::int64_t duration_us = 0;
  std::string message;
  std::string trace;                    // text form; empty when nothing was recorded
  std::string picture;                  // the trace drawn for people; made only when it is shown
  std::vector<std::string> operations;  // that the test used, in the order of their last use
  Counts runs{};  // verdicts of every run of the rule; the worst one is told above
};

struct Results {
  Platform platform;
  std::optional<std::uint64_t> seed;
  double duration_s = 0;
  int repeat = 1;
  std::vector<RuleResult> rules;  // in the order of the catalogue
  int not_run = 0;                // rules that were asked for but not run
  std::string stopped_by;         // why, for instance "SIGINT"; empty when every rule was run
};

Counts count_verdicts(const Results& results);

// 0: all kept, 1: a rule is violated, 3: a rule could not be judged through our fault or for want
// of time. Unsupported and unjudged rules do not count.
inline constexpr int kExitKept = 0;
inline constexpr int kExitViolated = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitBroken = 3;
int exit_code_of(const Results& results);

// "POSIX.1-2017 read(), Linux man-pages pipe(7)"
std::string sources_of(const spec::Rule& rule);

// The command that runs only this rule.
std::string rerun_command(const spec::Rule& rule);

// "17 pass, 2 unsupported"; verdicts that did not occur are left out.
std::string to_text(const Counts& counts);

}  // namespace ipcspec::report
