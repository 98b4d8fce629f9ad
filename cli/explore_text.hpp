// What an exploration came to, as text, as JSON, and from one process to another.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "properties/tally.hpp"

namespace ipcspec::cli {

// A schedule that is no pass and no unjudged one.
struct Suspect {
  std::uint64_t number = 0;
  Verdict verdict = Verdict::fail;
  std::string what;      // one line
  std::string kept{};    // directory; empty when it could not be written
  std::string replay{};  // the command
  int again = 0;         // how often it was seen again, of kSuspectRuns
};
inline constexpr int kSuspectRuns = 3;

struct Exploration {
  std::uint64_t seed = 0;
  std::string profile;
  int jobs = 0;
  double duration_s = 0;
  properties::Tally tally;
  std::vector<Suspect> suspects;
  std::vector<std::string> troubles;
};

nlohmann::ordered_json tally_json(const properties::Tally& tally);
properties::Tally tally_of(const nlohmann::ordered_json& json);
nlohmann::ordered_json suspect_json(const Suspect& suspect);
Suspect suspect_of(const nlohmann::ordered_json& json);

// "1020/s  12100 steps/s  231 rules  states 44  9990 pass": while it runs.
std::string progress_text(const properties::Tally& tally, double seconds);
std::string exploration_tty(const Exploration& exploration);
std::string exploration_json(const Exploration& exploration);

}  // namespace ipcspec::cli
