// The judge folds a trace over the set of states that the kernel may be in. A trace that no state
// explains breaks a rule; the judge says where, what was seen, and what was allowed and why.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ops/trace.hpp"
#include "spec/model/belief.hpp"
#include "spec/model/profile.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {

enum class Judgement {
  conforms,
  unjudged,  // the sources, or the model, are silent on something that happened
  unknown,   // more states than the budget allows
  broken,    // this is no trace that a harness can have recorded
  violates,
};
std::string_view to_string(Judgement judgement);

struct Explanation {
  std::size_t event = 0;  // index of the first event that no state explains
  op::CallId call = 0;    // the call that it is about, 0 for none
  std::string observed;   // "child read fd=3 size_bytes=1: value=0"
  std::vector<Alternative> allowed;
};

struct Ruling {
  Judgement judgement = Judgement::conforms;
  std::optional<Explanation> why;  // of violates, unknown and broken
  std::optional<Silence> silence;  // of unjudged
  std::size_t events_judged = 0;   // before it became unjudged, or all
  std::size_t states_max = 0;      // the largest belief
  // Rules that allowed or withheld a step on the way, each once, in order of use.
  std::vector<const Rule*> exercised;
};

struct JudgeOptions {
  Profile profile = kLinux;
  std::size_t states_max = 20000;  // budget: more is `unknown`
  // Collects every rule that a step asked for, when given; for the tests of the model.
  std::vector<const Rule*>* asked = nullptr;
};

// Judges a whole trace. Pure.
Ruling judge(const op::Trace& trace, const JudgeOptions& options = {});

}  // namespace ipcspec::spec
