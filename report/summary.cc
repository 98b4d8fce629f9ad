#include "report/summary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string summary_json(const Results& results) {
  const Platform& platform = results.platform;
  Json json = {{"schema", kSummarySchema},
               {"platform",
                {{"name", platform.name},
                 {"system", platform.system},
                 {"release", platform.release},
                 {"machine", platform.machine},
                 {"evidence", to_string(platform.evidence)},
                 {"binary_sha256", platform.binary_sha256}}},
               {"duration_s", results.duration_s},
               {"stopped_by", results.stopped_by},
               {"summary", Json::object()},
               {"left_out", 0},
               {"not_kept", Json::array()}};
  const Counts counts = count_verdicts(results);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json["summary"][std::string(kVerdictNames[i])] = counts[i];
  }
  json["summary"]["not_run"] = results.not_run;
  std::vector<const RuleResult*> not_kept;
  for (const RuleResult& result : results.rules) {
    if (result.verdict != Verdict::pass) not_kept.push_back(&result);
  }
  // Of the same verdict in the order of the results, whose places the pointers tell.
  std::ranges::sort(not_kept, [](const RuleResult* a, const RuleResult* b) {
    return a->verdict != b->verdict ? a->verdict > b->verdict : a < b;
  });
  Json& listed = json["not_kept"];
  for (const RuleResult* result : not_kept) {
    listed.push_back({{"id", result->rule->id}, {"verdict", to_string(result->verdict)}});
    if (dumped(json).size() > kSummaryBytesMax) break;
  }
  while (!listed.empty() && dumped(json).size() > kSummaryBytesMax) {
    listed.erase(listed.size() - 1);
    json["left_out"] = not_kept.size() - listed.size();
  }
  return dumped(json);
}

}  // namespace ipcspec::report
