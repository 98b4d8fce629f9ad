// What the steps of the model are written with: one process, inside one call, in one state.
//
//   void steps(const op::Read& read, Actor& k) {
//     ...
//     if (pipe.slots.empty() && pipe.writers == 0) {
//       k.returns(0, pipe::eof_all_writers_closed);       // the kernel may answer 0 ...
//     } else if (pipe.slots.empty()) {
//       k.waits(pipe::read_blocks_empty);                 // ... or nothing, yet
//     } else if (State* next = k.returns(n, data, pipe::read_short_count)) {
//       consume(next->edit_pipe(i), n);                   // and this is what changes with it
//     }
//   }
//
// Every step names the rule that allows it. A step whose rule another profile has is one that this
// profile leaves open.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "spec/model/profile.hpp"
#include "spec/model/state.hpp"
#include "spec/model/world.hpp"

namespace ipcspec::spec {

// One thing that the kernel may do next.
struct Step {
  State next;
  const Rule* because = nullptr;
};

// What may be answered, for people: filled when a verdict is explained.
struct Allowed {
  enum class Kind { answers, waits, goes_on, leaves_open };
  Kind kind = Kind::answers;
  op::Outcome outcome;
  const Rule* because = nullptr;
};

// What is asked of the steps.
enum class Wish {
  next,     // the states after them; answers other than the observed one are left out
  enabled,  // only whether the kernel must act
  allowed,  // every answer, whatever was observed
};

class Actor {
 public:
  Actor(const State& in_state, const World& in_world, const Profile& held_to, Index actor,
        Wish wish)
      : now(in_state), world(in_world), profile(held_to), who(actor), wish_(wish) {}

  const State& now;
  const World& world;
  const Profile& profile;
  const Index who;

  const Process& me() const { return now.process(who); }
  const Thread& thread() const { return me().thread; }
  std::int64_t pid() const { return world.pid(who); }
  bool privileged() const { return me().uid == 0; }
  bool has(const Rule& rule) const;
  // Only another profile has the rule, so that this one leaves open what it says.
  bool is_of_another_profile(const Rule& rule) const { return !has(rule) && !profile.lacks(rule); }
  // Whether the call may have gone to sleep before what is now the case. Of a race it is not known.
  bool may_have_slept() const { return thread().asleep || world.call(thread().call).racing; }
  // The description behind one of this process' descriptors, or nullptr.
  const Description* description(op::Fd fd) const;
  bool nonblocking(const Description& description) const;

  // What the call was seen to answer; nullptr when it was not. Only for parts of an answer that
  // the rules leave to the kernel: an address, an inode number, a port.
  const op::Outcome* observed() const { return world.call(thread().call).observed; }
  std::int64_t observed_output(std::size_t index, std::int64_t otherwise) const;

  // The kernel may answer this. The state after it, to be changed further, or nullptr when nobody
  // asks for it.
  State* returns(op::Outcome outcome, const Rule& rule);
  State* returns(std::int64_t value, const Rule& rule);
  State* fails(int error, const Rule& rule);
  // The kernel may do a part of the call.
  State* goes_on(const Rule& rule);
  // The process ends instead; see proc.cc for what follows.
  State* ends(const Rule& rule);
  // The kernel must not answer yet. (Without the rule it would: that is how the tests of the
  // model see that the rule is needed.)
  void waits(const Rule& rule);
  // What happens is left open, from here on.
  void leaves_open(const Rule& rule);
  // The model does not describe this.
  void is_not_modelled();

  // The steps that are offered between may() and must() need not be taken.
  void may() { optional_ = true; }
  void must() { optional_ = false; }

  // Results.
  bool enabled() const { return enabled_; }
  std::vector<Step> take_steps() { return std::move(steps_); }
  std::vector<Allowed> take_allowed() { return std::move(allowed_); }

  // Notes every rule that was asked for; for the tests of the model.
  std::vector<const Rule*>* asked = nullptr;

 private:
  bool grants(const Rule& rule);
  State* offer(const Rule* rule);

  Wish wish_;
  bool optional_ = false;
  bool enabled_ = false;
  std::vector<Step> steps_;
  std::vector<Allowed> allowed_;
};

}  // namespace ipcspec::spec
