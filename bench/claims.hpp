// The cheat sheet's words about speed, judged by figures of one run. "Fast" and "Moderate" have no
// number, so they are judged against each other. All is judged on one processor, where the
// mechanism decides and not the scheduler, which puts two processes now on one processor and now on
// two.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/figures.hpp"

namespace ipcspec::bench {

enum class Judgement { held, did_not_hold, not_measurable };
// "held here"
std::string_view to_string(Judgement judgement);

struct Claim {
  Mechanism mechanism;
  std::string_view words;  // of the sheet: "Fast"
  std::string_view test;   // what was compared
  Judgement judgement = Judgement::not_measurable;
  std::string because;  // the figures
};

std::vector<Claim> judge_claims(const Figures& figures);

}  // namespace ipcspec::bench
