#include "report/json.hpp"

#include <nlohmann/json.hpp>

#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

// Messages may carry bytes that a rule moved; those that are not UTF-8 are replaced.
std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_of(const Facts& facts) {
  Json json = Json::object();
  for (const auto& [name, value] : facts) json[name] = value;
  return json;
}

Json json_of(const Platform& platform) {
  return {
      {"name", platform.name},
      {"kind", platform.kind},
      {"system", platform.system},
      {"release", platform.release},
      {"version", platform.version},
      {"machine", platform.machine},
      {"libc", platform.libc},
      {"uid", platform.uid},
      {"pid", platform.pid},
      {"init", platform.init},
      {"processors", platform.processors},
      {"pointer_bits", platform.pointer_bits},
      {"page_bytes", platform.page_bytes},
      {"byte_order", platform.big_endian ? "big" : "little"},
      {"slowness", platform.slowness},
      {"capabilities", platform.capabilities},
      {"seccomp", platform.seccomp},
      {"binary_sha256", platform.binary_sha256},
      {"namespaces", json_of(platform.namespaces)},
      {"limits", json_of(platform.limits)},
      {"settings", json_of(platform.settings)},
      {"evidence", to_string(platform.evidence)},
  };
}

Json json_of(const Counts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json[std::string(kVerdictNames[i])] = counts[i];
  }
  return json;
}

Json json_of(const RuleResult& result, bool repeated) {
  Json json = {
      {"id", result.rule->id},
      {"mechanism", to_string(result.rule->mechanism)},
      {"verdict", to_string(result.verdict)},
      {"evidence", to_string(result.evidence)},
      {"duration_us", result.duration_us},
      {"cpu_us", result.cpu_us},
      {"message", result.message},
      {"model", result.model},
      {"trace", result.trace},
  };
  if (!result.expected.empty()) json["expected"] = result.expected;
  if (repeated) json["runs"] = json_of(result.runs);
  return json;
}

Json json_of(const spec::Rule& rule) {
  Json sources = Json::array();
  for (const spec::Source& source : rule.sources) {
    sources.push_back(source.place.empty()
                          ? std::string(source.work)
                          : std::string(source.work) + " " + std::string(source.place));
  }
  Json cheat_sheet = Json::array();
  for (const std::string_view item : rule.cheat_sheet) cheat_sheet.push_back(item);
  return {
      {"id", rule.id},
      {"mechanism", to_string(rule.mechanism)},
      {"sentence", rule.sentence},
      {"force", to_string(rule.force)},
      {"sources", sources},
      {"cheatsheet", cheat_sheet},
      {"erratum", rule.erratum},
      {"testable", rule.untestable.empty()},
      {"judged_by", spec::has_test(rule) ? "test" : "model"},
  };
}

Json json_of(const Results& results) {
  Json rules = Json::array();
  for (const RuleResult& result : results.rules)
    rules.push_back(json_of(result, results.repeat > 1));
  Json json = {
      {"schema", kResultsSchema},
      {"platform", json_of(results.platform)},
      {"missing", results.missing},
      {"remedy", results.remedy},
      {"start_s", results.start_s},
      {"starts", results.starts},
      {"incidents", results.incidents},
      {"stale", results.stale},
      {"seed", results.seed ? Json(*results.seed) : Json(nullptr)},
      {"duration_s", results.duration_s},
      {"repeat", results.repeat},
      {"complete", results.missing.empty() && results.stopped_by.empty() && results.not_run == 0},
      {"stopped_by", results.stopped_by},
      {"rules", rules},
      {"summary", json_of(count_verdicts(results))},
  };
  json["summary"]["not_run"] = results.not_run;
  return json;
}

}  // namespace

std::string results_json(const Results& results) { return dumped(json_of(results)); }

std::string matrix_json(const Matrix& matrix) {
  Json runs = Json::array();
  for (const Results& results : matrix.platforms) runs.push_back(json_of(results));
  return dumped({{"schema", kMatrixSchema}, {"duration_s", matrix.duration_s}, {"runs", runs}});
}

std::string result_json(const RuleResult& result) {
  Json json = json_of(result, false);
  json["operations"] = result.operations;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string platform_json(const Platform& platform) { return dumped(json_of(platform)); }

std::string rules_json(std::span<const spec::Rule* const> rules) {
  Json list = Json::array();
  for (const spec::Rule* rule : rules) list.push_back(json_of(*rule));
  return dumped({{"schema", kRulesSchema}, {"rules", list}});
}

}  // namespace ipcspec::report
