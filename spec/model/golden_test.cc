// Every file in spec/model/golden is judged as it says of itself; its README tells how.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "spec/model/golden_traces.hpp"

namespace ipcspec::spec {
namespace {

std::string to_text(const Ruling& ruling) {
  std::string text(to_string(ruling.judgement));
  if (ruling.silence) {
    text += ", silent at call " + std::to_string(ruling.silence->call);
    if (ruling.silence->rule != nullptr) text += " by " + std::string(ruling.silence->rule->id);
  }
  if (!ruling.why) return text;
  text += ": event " + std::to_string(ruling.why->event) + ", call " +
          std::to_string(ruling.why->call) + "\n  " + ruling.why->observed;
  for (const Alternative& one : ruling.why->allowed) {
    text += "\n  allowed: " + one.who + " " + one.text;
    if (one.because != nullptr) text += " [" + std::string(one.because->id) + "]";
  }
  return text;
}

TEST_CASE("Every golden trace is judged as it says") {
  const auto all = goldens();
  REQUIRE_FALSE(all.empty());
  for (const Golden& golden : all) {
    const Ruling ruling = judge(golden.trace, {.profile = golden.claim.profile});
    INFO(golden.file << " is judged: " << to_text(ruling));
    CHECK(agrees(golden.claim, ruling));
  }
}

TEST_CASE("A rule by which a call stays blocked is among those that explain the trace") {
  const auto all = goldens();
  const auto blocked = std::ranges::find_if(
      all, [](const Golden& one) { return one.file.ends_with("pipe.read.blocks-empty.trace"); });
  REQUIRE(blocked != all.end());
  const std::vector<const Rule*> used = judge(blocked->trace).exercised;
  const auto is_it = [](const Rule* rule) { return rule->id == "pipe.read.blocks-empty"; };
  CHECK(std::ranges::count_if(used, is_it) == 1);
}

TEST_CASE("Without a rule that decides it, a golden trace is judged otherwise") {
  for (const Golden& golden : goldens()) {
    for (const Rule* rule : golden.claim.deciding) {
      const Ruling ruling = judge(golden.trace, {.profile = golden.claim.profile.without(*rule)});
      INFO(golden.file << " without " << rule->id << " is judged: " << to_text(ruling));
      CHECK_FALSE(agrees(golden.claim, ruling));
    }
  }
}

}  // namespace
}  // namespace ipcspec::spec
