#include "properties/conviction.hpp"

#include <sstream>

#include "harness/run_script.hpp"
#include "ops/script_text.hpp"
#include "properties/schedule.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::properties {
namespace {

constexpr std::size_t kGenes = 16;

Mix mix_for(const harness::KernelLie& lie) {
  Mix mix;
  mix.mechanisms.clear();
  std::istringstream words{std::string(lie.mechanisms)};
  for (std::string word; words >> word;) {
    for (const spec::Mechanism mechanism : kMechanisms) {
      if (to_string(mechanism) == word) mix.mechanisms.push_back(mechanism);
    }
  }
  return mix;
}

std::string rule_behind(const spec::Explanation& why) {
  for (const spec::Alternative& one : why.allowed) {
    if (one.because != nullptr) return std::string(one.because->id);
  }
  return {};
}

bool is_accused(harness::Session& session, const op::Script& script, Conviction* found) {
  const harness::ScriptRun run = harness::run_script(session, script);
  // A trace that breaks off shows only so much, but what it shows was seen.
  const spec::Ruling ruling = spec::judge(run.trace, {.states_max = 2000});
  if (ruling.judgement != spec::Judgement::violates) return false;
  if (found == nullptr) return true;
  found->rule = rule_behind(*ruling.why);
  found->seen = ruling.why->observed;
  found->script = op::print_script(script);
  return true;
}

}  // namespace

Conviction convict(const harness::KernelLie& lie, const harness::ControllerOptions& options,
                   std::size_t schedules_max) {
  harness::ControllerOptions beside = options;
  beside.directory += ".honest";
  beside.name_prefix += "honest.";
  harness::Session lying(options);
  harness::Session honest(beside);
  const Mix mix = mix_for(lie);
  Conviction found;
  while (!found.convicted && found.schedules < schedules_max) {
    const op::Script script = schedule_of(genes_of(++found.schedules, kGenes), mix);
    bool accused = false;
    {
      const harness::LyingKernel kernel(lie);
      accused = is_accused(lying, script, &found);
    }
    // What the judge holds against a kernel that tells the truth is no proof.
    found.convicted = accused && !is_accused(honest, script, nullptr);
  }
  lying.finish();
  honest.finish();
  return found;
}

}  // namespace ipcspec::properties
