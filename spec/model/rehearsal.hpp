// A rehearsal of a script with the model in the place of the kernel: of all that the rules allow,
// one thing happens, the first that succeeds. Generators follow it to know what there is to call,
// and its trace is one that a kernel may well give.
//
//   Rehearsal rehearsal(facts, {"a", "b"});
//   rehearsal.add_root(0);
//   rehearsal.make({{0, op::MakePipe{}}}, [](const State&) { return true; });
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "ops/trace.hpp"
#include "spec/model/profile.hpp"
#include "spec/model/state.hpp"
#include "spec/model/steps.hpp"
#include "spec/model/world.hpp"

namespace ipcspec::spec {

class Rehearsal {
 public:
  // `processes`: the names of all that there can be; none of them is born.
  Rehearsal(const op::Facts& facts, const std::vector<std::string>& processes,
            const Profile& profile = kLinux);
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  // The process exists from here on, and shares nothing with the others.
  void add_root(Index who);

  struct Call {
    Index who = kNone;
    op::Op op;
  };
  // These free processes make a call each, released together, and everything settles. Without
  // change and false when the rules are silent about any of it, or when the state that it leads to
  // does not fit.
  template <typename Fits>
  bool make(const std::vector<Call>& calls, const Fits& fits) {
    const Mark before = mark();
    if (carry_out(calls) && fits(state_)) return true;
    go_back(before);
    return false;
  }

  // Alive, not stopped, and in no call.
  bool is_free(Index who) const;

  const State& state() const { return state_; }
  const World& world() const { return world_; }
  const op::Trace& trace() const { return trace_; }

 private:
  // Where to go back to.
  struct Mark {
    State state;
    std::size_t calls;
    std::size_t events;
  };
  Mark mark() const { return {state_, ops_.size(), trace_.events.size()}; }
  void go_back(const Mark& before);

  bool carry_out(const std::vector<Call>& calls);
  void expect(const op::Op& op, Index who);
  enum class Move { none, made, silent };
  Move advance(Index who);
  Move settle();
  void enter(State next);
  void record_return(Index who);
  void record_quiet();
  const std::string& name(Index who) const;

  World world_;
  Profile profile_;
  State state_;
  op::Trace trace_;
  std::deque<op::Op> ops_;            // of the calls, which the world points to
  std::deque<op::Outcome> expected_;  // beside `ops_`: what the rules leave to the kernel
  std::int64_t chosen_ = 0;           // how many addresses and ports were given out
};

}  // namespace ipcspec::spec
