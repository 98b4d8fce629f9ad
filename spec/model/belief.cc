#include "spec/model/belief.hpp"

#include <algorithm>
#include <utility>

#include "ops/text.hpp"

namespace ipcspec::spec {
namespace {

// Up to so many states comparing them one by one is faster than a table.
constexpr std::size_t kFewStates = 6;

}  // namespace

void Belief::begin() {
  states_.clear();
  states_.push_back(first_state(world_));
  closed_ = true;
}

void Belief::note(const Rule* rule) {
  if (rule == nullptr) return;
  if (std::ranges::find(exercised_, rule) == exercised_.end()) {
    exercised_.push_back(rule);
  }
}

bool Belief::insert(State state) {
  if (states_.size() <= kFewStates) {
    if (std::ranges::find(states_, state) != states_.end()) return false;
    states_.push_back(std::move(state));
    return true;
  }
  if (places_.empty()) {
    for (std::size_t i = 0; i < states_.size(); ++i) places_.emplace(fingerprint(states_[i]), i);
  }
  const std::size_t print = fingerprint(state);
  const auto [first, last] = places_.equal_range(print);
  for (auto at = first; at != last; ++at) {
    if (states_[at->second] == state) return false;
  }
  places_.emplace(print, states_.size());
  states_.push_back(std::move(state));
  return true;
}

void Belief::expand(std::size_t at) {
  const State& state = states_[at];
  if (state.silence) return;
  for (std::size_t i = 0; i < state.processes.size(); ++i) {
    Actor actor(state, world_, profile_, static_cast<Index>(i), Wish::next);
    actor.asked = asked_;
    offer_steps(actor);
    for (Step& step : actor.take_steps()) {
      note(step.because);
      insert(std::move(step.next));
    }
  }
}

bool Belief::close(std::size_t states_max) {
  if (closed_) return true;
  places_.clear();
  for (std::size_t at = 0; at < states_.size(); ++at) {
    if (states_.size() > states_max) return false;
    expand(at);
  }
  places_.clear();
  closed_ = true;
  return true;
}

void Belief::add_root(Index who) {
  for (State& state : states_) {
    if (!state.silence) begin_root(state, world_, who);
  }
}

void Belief::call(Index who, op::CallId id) {
  for (State& state : states_) {
    if (!state.silence) begin_call(state, who, id);
  }
  closed_ = false;
}

void Belief::returned(Index who) {
  for (State& state : states_) {
    if (state.silence) continue;
    state.edit_process(who).thread = Thread{};
    // What came too late to be delivered before the return is delivered now.
    if (!state.process(who).signals->pending.empty()) closed_ = false;
  }
}

void Belief::saw_stop_or_continue() {
  // Unlike a return or a death it may be over by the next event: the states that come after it were
  // not kept, and are found anew.
  closed_ = false;
}

void Belief::saw_asleep(const std::vector<op::CallId>& calls) {
  // What need not happen had not happened then, and may happen yet.
  closed_ = false;
  for (State& state : states_) {
    if (state.silence) continue;
    for (const op::CallId id : calls) {
      // A rule is also at work where a call has no step because of it.
      Actor actor(state, world_, profile_, world_.call(id).who, Wish::allowed);
      offer_steps(actor);
      for (const Allowed& one : actor.take_allowed()) {
        if (one.kind == Allowed::Kind::waits) note(one.because);
      }
    }
    fall_asleep(state, world_, calls);
  }
}

bool Belief::is_quiet(const State& state, const std::vector<op::CallId>& blocked) const {
  std::size_t in_calls = 0;
  for (std::size_t i = 0; i < state.processes.size(); ++i) {
    const Process& process = *state.processes[i];
    Actor actor(state, world_, profile_, static_cast<Index>(i), Wish::enabled);
    actor.asked = asked_;
    offer_steps(actor);
    if (actor.enabled()) return false;
    if (process.life != Life::alive || process.stopped) continue;
    if (process.thread.activity == Activity::returning) return false;
    if (process.thread.activity != Activity::in_call) continue;
    ++in_calls;
    if (std::ranges::find(blocked, process.thread.call) == blocked.end()) {
      return false;
    }
  }
  return in_calls == blocked.size();
}

std::optional<Silence> Belief::silence() const {
  for (const State& state : states_) {
    if (!state.silence) return std::nullopt;
  }
  return states_.front().silence;
}

void Belief::add_alternatives(const State& state, Index who,
                              std::vector<Alternative>& found) const {
  const auto add = [&](std::string text, const Rule* because) {
    Alternative one{world_.processes[static_cast<std::size_t>(who)].name, std::move(text), because};
    if (std::ranges::find(found, one) == found.end()) found.push_back(std::move(one));
  };
  const Process& process = state.process(who);
  if (process.life == Life::dying) add("ends", nullptr);
  Actor actor(state, world_, profile_, who, Wish::allowed);
  offer_steps(actor);
  const op::CallId id = process.thread.call;
  const std::size_t kind = id == 0 ? op::kOpKinds : world_.call(id).op->index();
  constexpr std::size_t kShown = 100;
  if (process.life == Life::alive && process.thread.activity == Activity::returning) {
    add("returns " + op::to_text(*process.thread.outcome, kind, kShown), nullptr);
  }
  for (const Allowed& allowed : actor.take_allowed()) {
    switch (allowed.kind) {
      case Allowed::Kind::answers:
        add("returns " + op::to_text(allowed.outcome, kind, kShown), allowed.because);
        break;
      case Allowed::Kind::waits:
        add(std::string(kStaysBlocked), allowed.because);
        break;
      case Allowed::Kind::goes_on:
        add("goes on", allowed.because);
        break;
      case Allowed::Kind::leaves_open:
        add("anything", allowed.because);
        break;
    }
  }
}

std::vector<Alternative> Belief::alternatives(const std::vector<Index>& concerned) const {
  std::vector<Alternative> found;
  for (const State& state : states_) {
    for (const Index who : concerned) add_alternatives(state, who, found);
  }
  return found;
}

}  // namespace ipcspec::spec
