// The controller drives the processes of one scenario: it gives each a call, and settles, that
// is, waits until every process is idle, dead, stopped, or asleep inside the call it was given.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "harness/session.hpp"
#include "harness/settle.hpp"
#include "harness/sites.hpp"
#include "harness/watch.hpp"
#include "ops/trace.hpp"

namespace ipcspec::harness {

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
  // A scenario in a session of its own.
  explicit Controller(ControllerOptions options);
  // A scenario in a session that others used before, one after another. Throws Broken.
  explicit Controller(Session& session);
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;
  // Ends every process of the scenario. Blocks until they are gone or the budget is used up.
  ~Controller();

  // A new process that shares nothing with the others. Throws Broken when it cannot be made.
  void add_root(const std::string& who);

  // Gives the process a call and settles. Throws OutOfBudget, and Broken when cannot_call(). Calls
  // are numbered on from the last one unless the call is given a number, which must be greater.
  CallRecord& call(const std::string& who, const op::Op& op, op::CallId id = 0);

  struct Racer {
    std::string who;
    op::Op op;
    op::CallId id = 0;
  };
  // Gives several processes a call each, releases them at one moment, and settles.
  std::vector<CallRecord*> race(const std::vector<Racer>& racers);

  // Settles again, so that what happened meanwhile is seen.
  void settle();
  // Settles until the call has an answer or is cut off, at most for the grace; for what must
  // happen but need not have happened when its cause returned.
  void await(CallRecord& call);
  void await(CallRecord& call, int budget_ms);
  // The same for the end of a process. False when it still lives.
  bool await_death(const std::string& who);
  // The same for job control. False when it did not come about. Throws Unsupported where the
  // platform does not show whether a process is stopped.
  bool await_stopped(const std::string& who, bool stopped);

  // Asks until the condition holds, at most for the grace; for a state that comes about by itself.
  template <typename Condition>
  bool eventually(const Condition& condition) {
    Patience patience = patience_of(options().grace_ms);
    while (!condition()) {
      if (patience.exhausted()) return false;
      patience.wait();
    }
    return true;
  }

  // Whether a process is called so, born or not.
  bool has_process(const std::string& who) const { return find_seat(who) != nullptr; }
  // How many more processes there can be.
  std::size_t processes_left() const { return kSlots - 1 - seats_.size(); }
  // Why the process cannot be given a call now; empty when it can.
  std::string cannot_call(const std::string& who) const;
  bool is_dead(const std::string& who);
  bool is_stopped(const std::string& who);
  std::int64_t pid_of(const std::string& who);
  // Wait status of a dead process; -1 when the platform does not let it be known.
  int wait_status_of(const std::string& who);
  // Lets the trace say of every dead process how it ended, where that can be known.
  void resolve_statuses();

  const op::Trace& trace() const { return trace_; }
  op::Trace& trace() { return trace_; }
  Evidence evidence() const { return evidence_; }  // the weakest by which a call was seen blocked
  // Whether some quiet was seen only by the sleep of the processes, which another look might have
  // contradicted.
  bool judged_by_sleep() const { return judged_by_sleep_; }
  Arena& arena() { return session_->arena(); }
  const ControllerOptions& options() const { return session_->options(); }

  // A name for shared memory, a semaphore or a queue that this scenario owns.
  std::string fresh_name();
  // Its name with that number, of which fresh_name() gives one after the other.
  std::string name(std::uint32_t number);

  // Ends every process now; what is called afterwards is Broken. Returns a sentence when some
  // process could not be ended.
  std::string finish();

 private:
  struct Seat;  // one process

  void begin();
  Seat* find_seat(const std::string& who) const;
  Seat& seat(const std::string& who);
  Seat& live_seat(const std::string& who);
  Seat& new_seat(const std::string& who, const std::string& parent);
  void birth(Seat& seat);
  CallRecord& issue(Seat& seat, const op::Op& op, op::CallId id, CallManner manner);
  void send(Seat& seat, op::CallId id, const op::Op& op, CallManner manner);
  std::optional<op::Outcome> ask_quietly(Seat& seat, const op::Op& op);
  // What was seen while looking: nothing new; an answer, or a call blocked that was not before; or
  // what may stir idle processes too.
  enum class News { none, change, disturbance };
  Seat* first_to_answer() const;
  News drain(const Seat* expected = nullptr);
  void take_answer(Seat& seat, Line::Answer answer);
  void note_special_outcome(Seat& seat, const CallRecord& call, const op::Outcome& outcome);
  enum class SeatState { settled, unsettled };
  SeatState inspect(Seat& seat, News& news);
  bool is_stillborn(Seat& seat);
  SeatState inspect_asleep(Seat& seat, const Look& look, News& news);
  void bury(Seat& seat);
  void resolve_status(Seat& dead);
  void set_stopped(Seat& seat, bool stopped);
  bool look_at_everyone(const Seat* skip, bool idle_too, News& news);
  std::size_t calls_pending() const;
  bool is_quiet(int looks, std::int64_t& since_ns, bool eventful);
  bool disturbs(const op::Op& op) const;
  void settle_after(Seat* actor, bool eventful);
  void await_actor(const Seat& actor, Patience& patience);
  bool expects_birth() const;
  void record_quiet();
  std::string describe_unsettled();
  Patience patience_of(int budget_ms);
  int grace_ms() const;

  std::unique_ptr<Session> own_session_;
  Session* session_;
  op::Trace trace_;
  std::vector<std::unique_ptr<Seat>> seats_;  // in the order of their slots
  std::deque<CallRecord> calls_;              // stable addresses
  op::CallId next_call_ = 1;
  op::CallId next_question_ = op::CallId{1} << 63;  // of our own, so that calls are numbered on
  Evidence evidence_ = Evidence::none;
  bool maybe_stopped_ = false;    // a stop signal may have been sent
  bool restless_ = false;         // something outside our calls may send signals from now on
  bool sees_only_sleep_ = false;  // the platform does not show the call in which a process sleeps
  bool judged_by_sleep_ = false;
  bool finished_ = false;
};

}  // namespace ipcspec::harness
