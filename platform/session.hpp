// The run of an order on one platform, from first start to last verdict. A platform that dies or
// hangs is started afresh for the rules that are left; the rule that ran alone when it happened has
// its verdict.
#pragma once

#include <poll.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "platform/console.hpp"
#include "platform/keeper.hpp"
#include "platform/order.hpp"
#include "platform/platform.hpp"
#include "report/results.hpp"

namespace ipcspec::platform {

using Clock = std::chrono::steady_clock;

struct SessionOptions {
  std::string program;    // to be carried
  std::string directory;  // of the run; each start makes its own below it
  int number = 0;         // that no other session of the run has
};

// How far a session is, for people.
struct Progress {
  enum class State { waiting, starting, running, over } state = State::waiting;
  std::string_view name;
  int done = 0;
  int total = 0;
  report::Counts counts{};
  std::string_view rule;  // one that is being run; empty
  double seconds = 0;     // since it was started
  int starts = 0;
};

class Session {
 public:
  Session(const Platform& platform, const Order& order, const SessionOptions& options);

  void start();
  bool over() const { return over_; }
  // What to wait for, and until when at most.
  void add_descriptors(std::vector<pollfd>& entries) const;
  Clock::time_point deadline() const { return deadline_; }
  // Takes what has come and acts on it. Never blocks for long.
  void proceed();
  // No further rule is wanted; the platform is ended.
  void give_up(const std::string& why);

  Progress progress() const;
  // Whether anything came since the platform was first started. After the end: all of it.
  report::Results results() const;

 private:
  struct Wanted {
    const spec::Rule* rule = nullptr;
    int runs = 0;  // still to be reported
    std::optional<report::RuleResult> result;
  };

  void start_once();
  void read_output();
  void take(const Message& message);
  void take(const FactsTold& told);
  void take(const RuleStarted& started);
  void take(const RuleReported& reported);
  void take(const Ended& ended);
  void expire();
  void after_end();
  void judge_death();
  void find(const spec::Rule* rule, Verdict verdict, std::string message);
  void record(report::RuleResult result);
  Wanted* wanted(const spec::Rule* rule);
  Order next_order() const;
  std::string last_words() const;
  void finish();
  void push_deadline();

  Platform platform_;
  Order order_;
  SessionOptions options_;
  std::vector<Wanted> wanted_;
  report::Results results_;
  Clock::time_point begun_;
  bool over_ = false;
  std::string stopped_by_;

  // Of the present start.
  std::unique_ptr<Keeper> keeper_;
  std::unique_ptr<Console> console_;
  std::string error_output_;
  bool spoke_ = false;
  bool ended_ = false;
  bool progressed_ = false;
  std::string expired_;  // what it was given up for
  std::vector<const spec::Rule*> running_;
  Clock::time_point deadline_;

  std::vector<const spec::Rule*> suspects_;  // to be run one at a time, next
  int attempt_ = 0;                          // starts at which it did not speak
  int fruitless_ = 0;                        // starts in a row that brought nothing
  int starts_ = 0;
};

}  // namespace ipcspec::platform
