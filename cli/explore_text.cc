#include "cli/explore_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

using Json = nlohmann::ordered_json;
using properties::Count;
using properties::Counts;
using properties::Tally;

constexpr double kMost = 0.99;  // the quantile of beliefs that is told

double per_second(Count count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double percent(Count part, Count whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string verdicts_text(const Tally& tally) {
  std::string text;
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    if (tally.verdicts[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", tally.verdicts[i], kVerdictNames[i]);
  }
  if (tally.repeats > 0) {
    text += fmt::format(", of which {} repeat a finding already kept", tally.repeats);
  }
  return text.empty() ? "none" : text;
}

// The most frequent first, several to a line.
std::string table(const std::string& title, const Counts& counts) {
  constexpr std::size_t kColumns = 4;
  std::vector<std::pair<std::string, Count>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = title + "\n";
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    text += fmt::format("  {:<16} {:>9}", sorted[i].first, sorted[i].second);
    if (i % kColumns == kColumns - 1 || i + 1 == sorted.size()) text += "\n";
  }
  return text;
}

std::vector<std::string> rules_missed(const Tally& tally) {
  std::vector<std::string> missed;
  for (const spec::Rule* rule : spec::all_rules()) {
    if (!tally.rules.contains(std::string(rule->id))) missed.emplace_back(rule->id);
  }
  return missed;
}

std::string suspect_text(const Suspect& suspect) {
  std::string text =
      fmt::format("{} schedule {}: {}\n", to_string(suspect.verdict), suspect.number, suspect.what);
  text += fmt::format("    seen again in {} of {} runs\n", suspect.again, kSuspectRuns);
  if (!suspect.kept.empty()) {
    text += fmt::format("    kept in   {}\n    again     {}\n", suspect.kept, suspect.replay);
  }
  return text;
}

}  // namespace

Json tally_json(const Tally& tally) {
  Json states = Json::object();
  for (const auto& [most, count] : tally.states_max) states[std::to_string(most)] = count;
  return {{"schedules", tally.schedules},   {"steps", tally.steps},
          {"races", tally.races},           {"skipped", tally.skipped},
          {"processes", tally.processes},   {"verdicts", tally.verdicts},
          {"repeats", tally.repeats},       {"mechanisms", tally.mechanisms},
          {"operations", tally.operations}, {"outcomes", tally.outcomes},
          {"rules", tally.rules},           {"silences", tally.silences},
          {"skips", tally.skips},           {"states_max", states}};
}

Tally tally_of(const Json& json) {
  Tally tally;
  json.at("schedules").get_to(tally.schedules);
  json.at("steps").get_to(tally.steps);
  json.at("races").get_to(tally.races);
  json.at("skipped").get_to(tally.skipped);
  json.at("processes").get_to(tally.processes);
  json.at("verdicts").get_to(tally.verdicts);
  json.at("repeats").get_to(tally.repeats);
  json.at("mechanisms").get_to(tally.mechanisms);
  json.at("operations").get_to(tally.operations);
  json.at("outcomes").get_to(tally.outcomes);
  json.at("rules").get_to(tally.rules);
  json.at("silences").get_to(tally.silences);
  json.at("skips").get_to(tally.skips);
  for (const auto& [most, count] : json.at("states_max").items()) {
    tally.states_max[std::stoul(most)] = count.get<Count>();
  }
  return tally;
}

Json suspect_json(const Suspect& suspect) {
  return {{"number", suspect.number}, {"verdict", to_string(suspect.verdict)},
          {"what", suspect.what},     {"kept", suspect.kept},
          {"replay", suspect.replay}, {"again", suspect.again}};
}

Suspect suspect_of(const Json& json) {
  Suspect suspect;
  json.at("number").get_to(suspect.number);
  const auto name = json.at("verdict").get<std::string>();
  const auto at = std::ranges::find(kVerdictNames, name);
  suspect.verdict = static_cast<Verdict>(at - kVerdictNames.begin());
  json.at("what").get_to(suspect.what);
  json.at("kept").get_to(suspect.kept);
  json.at("replay").get_to(suspect.replay);
  json.at("again").get_to(suspect.again);
  return suspect;
}

std::string progress_text(const Tally& tally, double seconds) {
  const std::size_t most = tally.states_max.empty() ? 0 : tally.states_max.rbegin()->first;
  return fmt::format("{} schedules  {:.0f}/s  {:.0f} steps/s  {} rules  {} states  {}",
                     tally.schedules, per_second(tally.schedules, seconds),
                     per_second(tally.steps, seconds), tally.rules.size(), most,
                     verdicts_text(tally));
}

std::string exploration_tty(const Exploration& exploration) {
  const Tally& tally = exploration.tally;
  const std::size_t most = tally.states_max.empty() ? 0 : tally.states_max.rbegin()->first;
  std::string text = table("calls by mechanism", tally.mechanisms);
  text += table("what became of them", tally.outcomes);
  if (!tally.silences.empty()) text += table("why unjudged", tally.silences);
  if (!tally.skips.empty()) text += table("why calls were not made", tally.skips);
  const std::vector<std::string> missed = rules_missed(tally);
  text += fmt::format("rules reached: {}; not reached: {}\n", tally.rules.size(), missed.size());
  text += fmt::format(
      "states of the kernel: 99 % of the schedules at most {}, largest {}; unknown {:.3f} %\n",
      tally.states_quantile(kMost), most,
      percent(tally.verdict(Verdict::unknown), tally.schedules));
  text += fmt::format("{} steps, {} of them races; {} calls, {} more not made; {} processes\n",
                      tally.steps, tally.races, tally.calls(), tally.skipped, tally.processes);
  for (const Suspect& suspect : exploration.suspects) text += suspect_text(suspect);
  text += fmt::format(
      "{} schedules in {:.1f} s ({:.0f}/s, {:.0f} steps/s) on {} processors, seed {}, {}: {}\n",
      tally.schedules, exploration.duration_s, per_second(tally.schedules, exploration.duration_s),
      per_second(tally.steps, exploration.duration_s), exploration.jobs, exploration.seed,
      exploration.profile, verdicts_text(tally));
  return text;
}

std::string exploration_json(const Exploration& exploration) {
  const Tally& tally = exploration.tally;
  Json suspects = Json::array();
  for (const Suspect& suspect : exploration.suspects) suspects.push_back(suspect_json(suspect));
  Json verdicts = Json::object();
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    verdicts[std::string(kVerdictNames[i])] = tally.verdicts[i];
  }
  Json all = tally_json(tally);
  all["verdicts"] = verdicts;
  const Json page = {{"seed", exploration.seed},
                     {"profile", exploration.profile},
                     {"jobs", exploration.jobs},
                     {"duration_s", exploration.duration_s},
                     {"states_p99", tally.states_quantile(kMost)},
                     {"rules_missed", rules_missed(tally)},
                     {"distribution", all},
                     {"suspects", suspects},
                     {"troubles", exploration.troubles}};
  return page.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ipcspec::cli
