#include "report/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

// Results need less; a value is copied by recursion, which a file must not be able to exhaust.
constexpr int kLevelsMax = 32;

Json parsed(std::string_view text) {
  const auto bounded = [](int level, Json::parse_event_t, const Json&) {
    if (level > kLevelsMax) {
      throw ReadError(
          fmt::format("is nested deeper than {} levels, as no results are", kLevelsMax));
    }
    return true;
  };
  try {
    return Json::parse(text, bounded);
  } catch (const Json::exception& error) {
    throw ReadError(fmt::format("is not JSON: {}", error.what()));
  }
}

template <typename T>
T member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (!json.is_object() || found == json.end()) {
    throw ReadError(fmt::format("lacks the member '{}'", name));
  }
  try {
    return found->get<T>();
  } catch (const Json::exception&) {
    throw ReadError(fmt::format("has a member '{}' of a wrong type", name));
  }
}

// For members that came later than the schema's first version.
template <typename T>
T member_or(const Json& json, const char* name, T otherwise) {
  return json.is_object() && json.contains(name) ? member<T>(json, name) : std::move(otherwise);
}

template <std::size_t Size>
std::size_t place_of(const std::string& word, const std::array<std::string_view, Size>& words,
                     const char* what) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) throw ReadError(fmt::format("has the unknown {} '{}'", what, word));
  return static_cast<std::size_t>(found - words.begin());
}

Facts facts_of(const Json& json, const char* name) {
  Facts facts;
  const Json object = member_or<Json>(json, name, Json::object());
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) throw ReadError(fmt::format("has a wrong value in '{}'", name));
    facts.emplace_back(key, value.template get<std::string>());
  }
  return facts;
}

Platform platform_of(const Json& json) {
  Platform platform;
  platform.name = member_or<std::string>(json, "name", "native");
  platform.kind = member_or<std::string>(json, "kind", "native");
  platform.system = member<std::string>(json, "system");
  platform.release = member<std::string>(json, "release");
  platform.version = member<std::string>(json, "version");
  platform.machine = member<std::string>(json, "machine");
  platform.libc = member<std::string>(json, "libc");
  platform.uid = member<std::int64_t>(json, "uid");
  platform.pid = member<std::int64_t>(json, "pid");
  platform.init = member<bool>(json, "init");
  platform.processors = member<int>(json, "processors");
  platform.pointer_bits = member_or<int>(json, "pointer_bits", 0);
  platform.page_bytes = member_or<int>(json, "page_bytes", 0);
  platform.big_endian = member_or<std::string>(json, "byte_order", "little") == "big";
  platform.slowness = member_or<double>(json, "slowness", 1);
  platform.capabilities = member_or<std::string>(json, "capabilities", "");
  platform.seccomp = member_or<std::string>(json, "seccomp", "");
  platform.binary_sha256 = member_or<std::string>(json, "binary_sha256", "");
  platform.namespaces = facts_of(json, "namespaces");
  platform.limits = facts_of(json, "limits");
  platform.settings = facts_of(json, "settings");
  platform.evidence = static_cast<Evidence>(
      place_of(member<std::string>(json, "evidence"), kEvidenceNames, "evidence"));
  return platform;
}

RuleResult result_of(const Json& json) {
  RuleResult result;
  result.rule = spec::find(member<std::string>(json, "id"));
  result.verdict = static_cast<Verdict>(
      place_of(member<std::string>(json, "verdict"), kVerdictNames, "verdict"));
  result.evidence = static_cast<Evidence>(
      place_of(member<std::string>(json, "evidence"), kEvidenceNames, "evidence"));
  result.duration_us = member<std::int64_t>(json, "duration_us");
  result.message = member<std::string>(json, "message");
  result.model = member_or<std::string>(json, "model", "");
  result.trace = member<std::string>(json, "trace");
  result.operations = member_or<std::vector<std::string>>(json, "operations", {});
  result.expected = member_or<std::string>(json, "expected", "");
  const Json runs = member_or<Json>(json, "runs", Json::object());
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    result.runs[i] = member_or<int>(runs, std::string(kVerdictNames[i]).c_str(), 0);
  }
  if (runs.empty()) result.runs[static_cast<std::size_t>(result.verdict)] = 1;
  return result;
}

Results results_of(const Json& json, int& unknown_rules) {
  Results results;
  results.platform = platform_of(member<Json>(json, "platform"));
  results.missing = member_or<std::string>(json, "missing", "");
  results.remedy = member_or<std::string>(json, "remedy", "");
  results.start_s = member_or<double>(json, "start_s", 0);
  results.starts = member_or<int>(json, "starts", 1);
  results.incidents = member_or<std::vector<std::string>>(json, "incidents", {});
  results.stale = member_or<std::vector<std::string>>(json, "stale", {});
  const Json seed = member<Json>(json, "seed");
  if (!seed.is_null()) results.seed = member<std::uint64_t>(json, "seed");
  results.duration_s = member<double>(json, "duration_s");
  results.repeat = member<int>(json, "repeat");
  results.stopped_by = member<std::string>(json, "stopped_by");
  results.not_run = member_or<int>(member<Json>(json, "summary"), "not_run", 0);
  for (const Json& rule : member<Json>(json, "rules")) {
    RuleResult result = result_of(rule);
    if (result.rule == nullptr) {
      ++unknown_rules;
    } else {
      results.rules.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace

Matrix read_matrix(std::string_view text, int* unknown_rules) {
  int unknown = 0;
  const Json json = parsed(text);
  const auto schema = member<std::string>(json, "schema");
  Matrix matrix;
  matrix.duration_s = member<double>(json, "duration_s");
  if (schema == kResultsSchema) {
    matrix.platforms.push_back(results_of(json, unknown));
  } else if (schema == kMatrixSchema) {
    for (const Json& run : member<Json>(json, "runs")) {
      matrix.platforms.push_back(results_of(run, unknown));
    }
  } else {
    throw ReadError(fmt::format("is of the schema '{}'; only {} and {} hold results", schema,
                                kResultsSchema, kMatrixSchema));
  }
  if (unknown_rules != nullptr) *unknown_rules = unknown;
  return matrix;
}

RuleResult read_result(std::string_view json) { return result_of(parsed(json)); }

Platform read_platform(std::string_view json) { return platform_of(parsed(json)); }

}  // namespace ipcspec::report
