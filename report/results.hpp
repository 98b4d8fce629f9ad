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

using Facts = std::vector<std::pair<std::string, std::string>>;

// What the rules were judged on.
struct Platform {
  std::string name = "native";  // as the user names it
  std::string kind = "native";  // "native", "container", "gvisor", "uml", "qemu", "arch", "cmd"
  std::string system;           // "Linux"
  std::string release;          // "6.1.0-26-amd64"
  std::string version;
  std::string machine;  // "x86_64"
  std::string libc;     // "glibc 2.36", of the program
  std::int64_t uid = 0;
  std::int64_t pid = 0;
  bool init = false;  // the program is process 1 of its namespace
  int processors = 0;
  int pointer_bits = 0;
  int page_bytes = 0;
  bool big_endian = false;
  double slowness = 1;        // 2: budgets are twice as long here, since all takes so much longer
  std::string capabilities;   // effective, in hexadecimal
  std::string seccomp;        // "none", "strict", "filter"; empty when not shown
  std::string binary_sha256;  // of the program that ran the rules
  Facts namespaces;           // {"pid", "pid:[4026531836]"}
  Facts limits;               // {"nofile", "1024/20000"}: soft and hard
  Facts settings;             // {"fs/mqueue/msg_max", "10"}
  Evidence evidence = Evidence::none;  // how a blocked call can be told here, at best
};

// Index: Verdict.
using Counts = std::array<int, kVerdictNames.size()>;

struct RuleResult {
  const spec::Rule* rule = nullptr;
  Verdict verdict = Verdict::broken;
  Evidence evidence = Evidence::none;
  std::int64_t duration_us = 0;
  std::int64_t cpu_us = 0;  // processor time that the rule cost; 0: not known
  std::string message;
  std::string model;                    // what the model says of the trace; empty: nothing
  std::string trace;                    // text form; empty when nothing was recorded
  std::string picture;                  // the trace drawn for people; made only when it is shown
  std::vector<std::string> operations;  // that the test used, in the order of their last use
  std::string expected;                 // why this deviation is known; empty: it is not
  Counts runs{};  // verdicts of every run of the rule; the worst one is told above
};

struct Results {
  Platform platform;
  // Not empty: nothing could be run on the platform, because of this, and what would help.
  std::string missing;
  std::string remedy;
  double start_s = 0;                  // until the program spoke from inside the platform
  int starts = 1;                      // how often the platform had to be started
  std::vector<std::string> incidents;  // deaths of the platform and other trouble on the way
  std::vector<std::string> stale;      // deviations that were expected and did not show
  std::optional<std::uint64_t> seed;
  double duration_s = 0;
  int repeat = 1;
  std::vector<RuleResult> rules;  // in the order of the catalogue
  int not_run = 0;                // rules that were asked for but not run
  std::string stopped_by;         // why, for instance "SIGINT"; empty when every rule was run
};

// What was found on several platforms.
struct Matrix {
  std::vector<Results> platforms;
  double duration_s = 0;
};

Counts count_verdicts(const Results& results);

// The processor time of all rules together, in seconds.
double cpu_s(const Results& results);

// The model came to the same end as the rule's test.
bool is_confirmed(const RuleResult& result);

// Takes a further run of the same rule into account: the worst one is told.
void merge(RuleResult& kept, RuleResult&& further);

// 0: all kept, 1: a rule is violated, 3: a rule could not be judged through our fault or for want
// of time. Unsupported and unjudged rules do not count.
inline constexpr int kExitKept = 0;
inline constexpr int kExitViolated = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitBroken = 3;
int exit_code_of(const Results& results);
// The worst of all platforms; deviations that are expected do not count, nor platforms that lack
// something. One that could not be run to the end counts as broken.
int exit_code_of(const Matrix& matrix);

// "POSIX.1-2017 read(), Linux man-pages pipe(7)"
std::string sources_of(const spec::Rule& rule);

// The command, for a shell, that runs only this rule on the platform of that name.
std::string rerun_command(const spec::Rule& rule, const std::string& platform);

// "17 pass, 2 unsupported"; verdicts that did not occur are left out.
std::string to_text(const Counts& counts);

}  // namespace ipcspec::report
