// The controller drives the processes of one scenario: it gives each a call, and settles, that
// is, waits until every process is idle, dead, stopped, or asleep inside the call it was given.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "harness/arena.hpp"
#include "harness/settle.hpp"
#include "harness/sites.hpp"
#include "harness/watch.hpp"
#include "ops/trace.hpp"
#include "wire/frame.hpp"

namespace ipcspec::harness {

struct ControllerOptions {
  std::string directory;         // working directory of the processes; must exist
  std::string name_prefix;       // "/ipcspec-XXXXXX.12." of shared memory, semaphores and queues
  int cpu = -1;                  // processor for processes and controller, -1 for any
  int settle_budget_ms = 20000;  // watchdog, not an ordering: its expiry is `unknown`
  int grace_ms = 1000;  // how long an answer that must come may stay away before it is missing
  Lie lie = Lie::none;
  std::size_t lie_kind = 0;  // operation that is lied about
};

// A call that was given to a process: pending, answered, or cut off by the death of the process.
struct CallRecord {
  op::CallId id = 0;
  std::string who;
  op::Op op;
  std::optional<op::Outcome> outcome;
  bool cut_off = false;  // the process died, or became another program, inside the call
  Evidence blocked = Evidence::none;  // at the last settling: asleep in this call, and how known
};

class Controller {
 public:
  explicit Controller(ControllerOptions options);
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;
  // Ends every process of the scenario. Blocks until they are gone or the budget is used up.
  ~Controller();

  // A new process that shares nothing with the others. Throws Broken when it cannot be made.
  void add_root(const std::string& who);

  // Gives the process a call and settles. The process must be alive and have no call pending,
  // else Broken. Throws OutOfBudget.
  CallRecord& call(const std::string& who, const op::Op& op);

  struct Racer {
    std::string who;
    op::Op op;
  };
  // Gives several processes a call each, releases them at one moment, and settles.
  std::vector<CallRecord*> race(const std::vector<Racer>& racers);

  // Settles again, so that what happened meanwhile is seen.
  void settle();
  // Settles until the call has an answer or is cut off, at most for the grace; for what must
  // happen but need not have happened when its cause returned.
  void await(CallRecord& call);
  // The same for the end of a process. False when it still lives.
  bool await_death(const std::string& who);
  // The same for job control. False when it did not come about. Throws Unsupported where the
  // platform does not show whether a process is stopped.
  bool await_stopped(const std::string& who, bool stopped);

  // Asks until the condition holds, at most for the grace; for a state that comes about by itself.
  template <typename Condition>
  bool eventually(const Condition& condition) {
    Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.grace_ms);
    while (!condition()) {
      if (patience.exhausted()) return false;
      patience.wait();
    }
    return true;
  }

  bool is_dead(const std::string& who);
  bool is_stopped(const std::string& who);
  std::int64_t pid_of(const std::string& who);
  // Wait status of a dead process; -1 when the platform does not let it be known.
  int wait_status_of(const std::string& who);

  const op::Trace& trace() const { return trace_; }
  op::Trace& trace() { return trace_; }
  Evidence evidence() const { return evidence_; }  // the weakest by which a call was seen blocked
  Arena& arena() { return *arena_; }
  const ControllerOptions& options() const { return options_; }

  // A name for shared memory, a semaphore or a queue that this scenario owns.
  std::string fresh_name();

  // Ends every process now; what is called afterwards is Broken. Returns a sentence when some
  // process could not be ended.
  std::string finish();

 private:
  struct Seat;  // one process

  Seat& seat(const std::string& who);
  Seat& live_seat(const std::string& who);
  Seat& new_seat(const std::string& who, const std::string& parent);
  void birth(Seat& seat);
  CallRecord& issue(Seat& seat, op::Op op, bool held);
  void send(Seat& seat, std::uint8_t type, const std::vector<std::byte>& payload);
  op::Outcome ask_nursery(const op::Op& op);
  std::optional<op::Outcome> ask_quietly(Seat& seat, const op::Op& op);
  bool drain(Seat& seat);
  void take_answer(Seat& seat, const wire::Frame& frame);
  void note_special_outcome(Seat& seat, const CallRecord& call, const op::Outcome& outcome);
  enum class SeatState { settled, unsettled };
  SeatState inspect(Seat& seat, bool& changed);
  SeatState inspect_asleep(Seat& seat, const Look& look);
  void bury(Seat& seat);
  void resolve_status(Seat& dead);
  void set_stopped(Seat& seat, bool stopped);
  bool look_at_everyone(const Seat* skip, bool idle_too, bool& changed);
  int looks_needed(bool eventful) const;
  void settle_after(Seat* actor);
  void record_quiet();
  std::string describe_unsettled();
  void check_nursery();

  ControllerOptions options_;
  SharedArena arena_;
  UniqueFd executable_;
  pid_t nursery_ = 0;
  op::Trace trace_;
  std::vector<std::unique_ptr<Seat>> seats_;  // [0] is the nursery
  std::deque<CallRecord> calls_;              // stable addresses
  op::CallId next_call_ = 1;
  Evidence evidence_ = Evidence::none;
  bool maybe_stopped_ = false;  // a stop signal may have been sent
  bool restless_ = false;       // something outside our calls may send signals from now on
  bool finished_ = false;
  std::vector<std::byte> out_;
};

}  // namespace ipcspec::harness
