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

// What schedule `number` of the plan is made of.
Genes genes_of_schedule(const Plan& plan, std::uint64_t number);

struct Explored {
  Genes genes;
  op::Script script;
  JudgedRun run;
};

Explored explored(harness::Session& session, const Plan& plan, std::uint64_t number, Tally& tally,
                  const IsKnown& is_known = {});

}  // namespace ipcspec::properties
