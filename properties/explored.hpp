// One schedule of an exploration: made, carried out, judged and counted.
#pragma once

#include <cstdint>

#include "harness/session.hpp"
#include "ops/script.hpp"
#include "properties/judged.hpp"
#include "properties/schedule.hpp"
#include "properties/tally.hpp"
#include "spec/model/profile.hpp"

namespace ipcspec::properties {

struct Plan {
  Mix mix;  // its facts are those of the sessions in which the schedules are carried out
  std::uint64_t seed = 0;
  spec::Profile profile = spec::kLinux;
};

// What a schedule is made of.
struct Recipe {
  Genes genes;
  Mix mix;
};
// Of schedule `number` of the plan. Those of few mechanisms come to what those of all seldom do,
// and only those of all to how mechanisms meet, so every second one keeps to up to three of the mix
// (Groce et al., "Swarm Testing", ISSTA 2012).
Recipe recipe_of(const Plan& plan, std::uint64_t number);

struct Explored {
  Recipe recipe;
  op::Script script;
  JudgedRun run;
};

Explored explored(harness::Session& session, const Plan& plan, std::uint64_t number, Tally& tally,
                  const IsKnown& is_known = {});

}  // namespace ipcspec::properties
