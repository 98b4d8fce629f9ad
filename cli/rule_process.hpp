// The process in which one rule is run: forked from the main process, which thereby stays single
// threaded and out of harm's way.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/unique_fd.hpp"
#include "harness/arena.hpp"
#include "report/lanes.hpp"
#include "report/results.hpp"
#include "spec/rule.hpp"
#include "wire/channel.hpp"

namespace ipcspec::cli {

// What the workers of a rule lie about.
struct ToldLie {
  harness::Lie lie = harness::Lie::none;
  std::size_t kind = 0;  // of operation
};

struct RuleProcessOptions {
  std::string directory;    // of the run
  std::string name_prefix;  // belongs to the directory
  int scenario = 0;         // a number that no other rule process of the run has
  int cpu = -1;             // processor of the processes, -1 for any
  int timeout_ms = 60000;
  enum class Pictures { none, unless_passed, all } pictures = Pictures::none;
  report::LaneOptions picture;
  ToldLie lie;
  int settle_budget_ms = 20000;
  int grace_ms = 1000;
};

// True when some test in this program is tagged with the rule's id.
bool has_test(const spec::Rule& rule);
// True when such a test is long (conformance::kLongTag).
bool has_long_test(const spec::Rule& rule);

class RuleProcess {
 public:
  // Forks. Throws Broken when the machine is out of processes, descriptors or memory.
  RuleProcess(const spec::Rule& rule, const RuleProcessOptions& options);
  RuleProcess(const RuleProcess&) = delete;
  RuleProcess& operator=(const RuleProcess&) = delete;
  // Kills the process if it still lives. What it made ends and is removed by its own nursery.
  ~RuleProcess();

  const spec::Rule& rule() const { return rule_; }
  int fd() const { return reports_.get(); }  // readable when read() has something to do

  // Takes what the process reported. True once it has ended. Does not block.
  bool read();
  // After the end: what came of the rule.
  report::RuleResult result();
  // Ends the process because its time is up; the result then is `unknown`.
  void kill_late(int timeout_ms);

 private:
  void end();
  int reap();
  std::string last_words() const;

  const spec::Rule& rule_;
  pid_t pid_ = -1;
  UniqueFd reports_;
  UniqueFd output_;  // what the process printed
  wire::FrameReader reader_;
  std::optional<report::RuleResult> result_;
  std::int64_t cpu_us_ = 0;  // of the process and those that it waited for; known when it is reaped
};

}  // namespace ipcspec::cli
