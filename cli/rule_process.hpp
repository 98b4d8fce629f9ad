// A process in which rules are run, one after another: forked from the main process, which thereby
// stays single threaded and out of harm's way.
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
  int scenario = 0;         // numbers from this one on are those of its scenarios
  int cpu = -1;             // processor of the processes, -1 for any
  int timeout_ms = 60000;   // of each rule
  enum class Pictures { none, unless_passed, all } pictures = Pictures::none;
  report::LaneOptions picture;
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
  explicit RuleProcess(const RuleProcessOptions& options);
  RuleProcess(const RuleProcess&) = delete;
  RuleProcess& operator=(const RuleProcess&) = delete;
  // Kills the process if it still lives. What it made ends and is removed by its own nursery.
  ~RuleProcess();

  // Has it run this rule next. False when the process is gone. Does not block.
  bool begin(const spec::Rule& rule, ToldLie lie);
  const spec::Rule& rule() const { return *rule_; }  // the last one that was begun
  int fd() const { return channel_.get(); }          // readable when read() has something to do

  // Takes what the process reported. True once it is done with the rule, or is gone. Does not
  // block.
  bool read();
  // After that: what came of the rule.
  report::RuleResult result();
  // Whether it can run another rule.
  bool usable() const { return pid_ > 0; }
  // Ends the process because the rule's time is up; the result then is `unknown`.
  void kill_late(int timeout_ms);

 private:
  void set_result(Verdict verdict, std::string message);
  void take_report(const wire::Frame& frame);
  void end();
  int reap();
  std::string last_words() const;

  const spec::Rule* rule_ = nullptr;
  pid_t pid_ = -1;
  UniqueFd channel_;
  UniqueFd output_;         // what the process printed
  off_t output_start_ = 0;  // where that of the rule begins
  wire::FrameReader reader_;
  wire::FrameWriter writer_;
  std::string trace_;  // of the report that comes next
  std::optional<report::RuleResult> result_;
};

}  // namespace ipcspec::cli
