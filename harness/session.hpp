// Where scenarios run, one after another: the arena, the nursery and the directory. Making them
// costs more than most scenarios do.
//
//   Session session(options);
//   { Controller first(session); ... }
//   { Controller second(session); ... }  // starts from the state from which the first started
//
// Between two scenarios every process of the first is killed and reaped, whatever group or session
// it went to, its slots are as new, and its names and files are gone.
#pragma once

#include <dirent.h>
#include <sys/types.h>

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "core/unique_fd.hpp"
#include "harness/arena.hpp"
#include "harness/line.hpp"

namespace ipcspec::harness {

// What `quiet_ms` is raised to, one after another, when the quiet that was seen speaks against the
// kernel: who sees only sleep accuses no kernel that is merely slow.
constexpr std::array<int, 3> kQuietMs = {1, 20, 200};

struct ControllerOptions {
  std::string directory;         // working directory of the processes; made when it is missing
  std::string name_prefix;       // "/ipcspec-XXXXXX.12." of shared memory, semaphores and queues
  int cpu = -1;                  // processor for processes and controller, -1 for any
  int settle_budget_ms = 20000;  // watchdog, not an ordering: its expiry is `unknown`
  int grace_ms = 1000;  // how long an answer that must come may stay away before it is missing
  // Where the platform shows only that a process sleeps, or not even that: how long all must look
  // quiet before a call counts as blocked. A kernel may be about to wake it.
  int quiet_ms = kQuietMs.front();
  Lie lie = Lie::none;
  std::size_t lie_kind = 0;  // operation that is lied about
};

class Session {
 public:
  explicit Session(ControllerOptions options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Ends every process. Blocks until they are gone or the budget is used up.
  ~Session();

  const ControllerOptions& options() const { return options_; }
  void set_quiet_ms(int quiet_ms) { options_.quiet_ms = quiet_ms; }
  Arena& arena() { return **arena_; }
  Line& line(std::size_t slot);

  // Before a scenario: makes arena and nursery, unless they are there from the scenario before.
  // Throws Broken and Unsupported.
  void begin();
  // Has the nursery make this call. Throws Broken when it is gone.
  op::Outcome ask(const op::Op& op);

  // After a scenario: ends and removes all that is left of it. Returns a sentence when the nursery
  // was disturbed or something could not be ended; begin() then makes everything anew.
  std::string clear();
  // Like clear(), but ends the nursery too and leaves names and files.
  std::string finish();

  // Processor time in microseconds of the nursery that is there and of all that it has reaped, as
  // of the last clear(); 0 when there is none.
  std::int64_t cpu_us() const { return nursery_ == 0 ? 0 : (**arena_).cpu_us.load(); }

  // How often a nursery had to be made.
  int beginnings() const { return beginnings_; }

 private:
  enum class Reply { came, nursery_gone, late };
  void start();
  Reply await_reply(op::CallId id, op::Outcome& outcome, int budget_ms);
  bool nursery_is_gone();
  std::string end_processes();
  std::string abandon(const std::string& why);
  void open_directory();
  std::string empty_directory();

  ControllerOptions options_;
  UniqueFd executable_;
  std::unique_ptr<DIR, int (*)(DIR*)> directory_{nullptr, ::closedir};
  mode_t directory_mode_ = 0;
  std::unique_ptr<SharedArena> arena_;
  std::deque<Line> lines_;  // [0] is the nursery's
  pid_t nursery_ = 0;       // 0: there is none
  op::CallId next_question_ = 1;
  bool in_use_ = false;
  int beginnings_ = 0;
};

}  // namespace ipcspec::harness
