// What judged runs consisted of: how many steps of which mechanism, what became of the calls,
// which rules they came to, and how the judge fared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "core/verdict.hpp"
#include "ops/op.hpp"
#include "ops/trace.hpp"
#include "properties/judged.hpp"

namespace ipcspec::properties {

using Count = std::uint64_t;
using Counts = std::map<std::string, Count>;

struct Tally {
  Count schedules = 0;
  Count steps = 0;  // after which everything settled
  Count races = 0;  // of the steps, those of several calls
  Count skipped = 0;
  Count processes = 0;
  std::array<Count, kVerdictNames.size()> verdicts{};
  Count repeats = 0;  // of the failures; see JudgedRun::repeats
  Counts mechanisms;  // calls, by the mechanism that their operation belongs to
  Counts operations;
  Counts outcomes;  // "returned", "woken", "blocked", "killed"; and "EAGAIN", ...
  Counts rules;     // schedules that came to this rule
  Counts silences;  // why schedules are unjudged
  Counts skips;     // why calls were not made
  std::map<std::size_t, Count> states_max;  // schedules, by the largest belief

  // `rules` counts what is given here; see spec::JudgeOptions::asked.
  void add(const JudgedRun& run, const std::vector<const spec::Rule*>& asked);
  void merge(const Tally& other);

  Count verdict(Verdict verdict) const { return verdicts[static_cast<std::size_t>(verdict)]; }
  Count calls() const;
  // The largest belief of that share of the schedules, from 0 to 1.
  std::size_t states_quantile(double share) const;
};

// "pipe", "fd", ...: where ops/ has the operation.
std::string_view mechanism_of(const op::Op& op);

}  // namespace ipcspec::properties
