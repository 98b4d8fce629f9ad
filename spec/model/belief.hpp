// A belief: all the states that the kernel may be in, given what was seen of it.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "spec/model/profile.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {

inline constexpr std::string_view kStaysBlocked = "stays blocked";

// What was allowed instead of what was seen.
struct Alternative {
  std::string who;
  std::string text;  // "returns value=0", kStaysBlocked, "ends"
  const Rule* because = nullptr;
  bool operator==(const Alternative&) const = default;
};

class Belief {
 public:
  // `world` must outlive the belief and know every process before begin(). `asked` collects the
  // rules that steps asked for.
  Belief(const World& world, const Profile& profile, std::vector<const Rule*>* asked = nullptr)
      : world_(world), profile_(profile), asked_(asked) {}

  // One state: no process was born, nothing exists.
  void begin();

  // Adds every state that the kernel can reach by itself. False when there would be more than
  // `states_max`.
  bool close(std::size_t states_max);

  // Keeps the states that fit; without change and false when there is none. States in which the
  // rules are silent fit everything.
  template <typename Fits>
  bool keep(const Fits& fits) {
    const auto is_kept = [&](const State& state) { return state.silence || fits(state); };
    if (std::none_of(states_.begin(), states_.end(), is_kept)) return false;
    std::erase_if(states_, [&](const State& state) { return !is_kept(state); });
    return true;
  }

  // Events, for every state.
  void add_root(Index who);
  void call(Index who, op::CallId id);
  void returned(Index who);
  void saw_stop_or_continue();
  void saw_asleep(const std::vector<op::CallId>& calls);

  // Whether nothing moves by itself in this state and exactly these calls are blocked.
  bool is_quiet(const State& state, const std::vector<op::CallId>& blocked) const;

  // Why nothing more can be said, when the rules are silent in every state.
  std::optional<Silence> silence() const;

  // Everything that these processes might have done instead, and by which rule.
  std::vector<Alternative> alternatives(const std::vector<Index>& concerned) const;

  std::size_t size() const { return states_.size(); }
  const std::deque<State>& states() const { return states_; }
  std::vector<const Rule*> take_exercised() { return std::move(exercised_); }

 private:
  void expand(std::size_t at);
  bool insert(State state);
  void note(const Rule* rule);
  void add_alternatives(const State& state, Index who, std::vector<Alternative>& found) const;

  const World& world_;
  Profile profile_;
  std::vector<const Rule*>* asked_;
  std::deque<State> states_;  // references stay valid while it grows
  std::unordered_multimap<std::size_t, std::size_t> places_;  // fingerprint, index; while closing
  bool closed_ = false;
  std::vector<const Rule*> exercised_;
};

}  // namespace ipcspec::spec
