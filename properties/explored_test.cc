#include "properties/explored.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iterator>
#include <set>

namespace ipcspec::properties {
namespace {

TEST_CASE("Every second schedule keeps to up to three of the mechanisms, whichever they are") {
  constexpr std::uint64_t kSchedules = 400;
  const Plan plan;
  const std::set<spec::Mechanism> all(std::begin(kMechanisms), std::end(kMechanisms));
  std::set<spec::Mechanism> kept;
  std::set<std::size_t> counts;
  for (std::uint64_t number = 0; number < kSchedules; ++number) {
    const Recipe recipe = recipe_of(plan, number);
    CHECK(recipe.genes == recipe_of(plan, number).genes);
    const auto& few = recipe.mix.mechanisms;
    CHECK(few == recipe_of(plan, number).mix.mechanisms);
    const std::set<spec::Mechanism> distinct(few.begin(), few.end());
    CHECK(distinct.size() == few.size());
    if (number % 2 == 0) {
      CHECK(distinct == all);
      continue;
    }
    counts.insert(few.size());
    kept.insert(few.begin(), few.end());
  }
  CHECK(counts == std::set<std::size_t>{1, 2, 3});
  CHECK(kept == all);
}

TEST_CASE("A schedule keeps to the mechanisms that were asked for") {
  Plan plan;
  plan.mix.mechanisms = {spec::Mechanism::pipe, spec::Mechanism::sem};
  for (std::uint64_t number = 0; number < 100; ++number) {
    for (const spec::Mechanism one : recipe_of(plan, number).mix.mechanisms) {
      CHECK(std::ranges::count(plan.mix.mechanisms, one) == 1);
    }
  }
}

}  // namespace
}  // namespace ipcspec::properties
