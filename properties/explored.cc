#include "properties/explored.hpp"

#include <vector>

namespace ipcspec::properties {
namespace {

// The rules that the judge asks for are noted in one of so many schedules: it takes time.
constexpr std::uint64_t kNoteRulesEvery = 8;

}  // namespace

Genes genes_of_schedule(const Plan& plan, std::uint64_t number) {
  // Some genes come to nothing.
  const std::size_t count = plan.mix.steps_max + plan.mix.steps_max / 2;
  return genes_of(plan.seed + number * 0xd1342543de82ef95u, count);
}

Explored explored(harness::Session& session, const Plan& plan, std::uint64_t number, Tally& tally,
                  const IsKnown& is_known) {
  Explored one;
  one.genes = genes_of_schedule(plan, number);
  one.script = schedule_of(one.genes, plan.mix);
  std::vector<const spec::Rule*> asked;
  const bool notes = number % kNoteRulesEvery == 0;
  one.run = run_and_judge(session, one.script,
                          {.profile = plan.profile, .asked = notes ? &asked : nullptr}, is_known);
  tally.add(one.run, asked);
  return one;
}

}  // namespace ipcspec::properties
