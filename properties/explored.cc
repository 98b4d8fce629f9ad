#include "properties/explored.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ipcspec::properties {
namespace {

// The rules that the judge asks for are noted in one of so many schedules: it takes time.
constexpr std::uint64_t kNoteRulesEvery = 8;

// Each schedule's own place on the way of a seed.
constexpr std::uint64_t kSeedStride = 0xd1342543de82ef95u;

constexpr std::size_t kFewMechanisms = 3;

// Keeps to some of the mechanisms, as a gene that is not the schedule's says.
void narrow(std::vector<spec::Mechanism>& mechanisms, const Gene& gene) {
  const std::size_t kept = std::min(1 + gene[0] % kFewMechanisms, mechanisms.size());
  for (std::size_t i = 0; i < kept; ++i) {
    std::swap(mechanisms[i], mechanisms[i + gene[1 + i] % (mechanisms.size() - i)]);
  }
  mechanisms.resize(kept);
}

}  // namespace

Recipe recipe_of(const Plan& plan, std::uint64_t number) {
  // Some genes come to nothing.
  const std::size_t count = plan.mix.steps_max + plan.mix.steps_max / 2;
  Recipe recipe{genes_of(plan.seed + number * kSeedStride, count + 1), plan.mix};
  if (number % 2 == 1) narrow(recipe.mix.mechanisms, recipe.genes.back());
  recipe.genes.pop_back();
  return recipe;
}

Explored explored(harness::Session& session, const Plan& plan, std::uint64_t number, Tally& tally,
                  const IsKnown& is_known) {
  Explored one;
  one.recipe = recipe_of(plan, number);
  one.script = schedule_of(one.recipe.genes, one.recipe.mix);
  std::vector<const spec::Rule*> asked;
  const bool notes = number % kNoteRulesEvery == 0;
  one.run = run_and_judge(session, one.script,
                          {.profile = plan.profile, .asked = notes ? &asked : nullptr}, is_known);
  tally.add(one.run, asked);
  return one;
}

}  // namespace ipcspec::properties
