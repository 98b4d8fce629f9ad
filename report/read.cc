#include "report/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "report/json.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

// Results need less; the library copies a value by recursion when it adds a member behind it, which
// a file must not be able to exhaust.
constexpr std::size_t kLevelsMax = 32;

// Makes the value that the parser tells of. The library's own would throw what is wrong, through
// itself and once more.
class Builder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& value) override { return add(std::move(value)); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    member_ = &(*open_.back())[name];
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
    trouble_ = fmt::format("is not JSON: {}", error.what());
    return false;
  }

  const std::string& trouble() const { return trouble_; }
  Json take() { return std::move(root_); }

 private:
  Json& place() {
    if (open_.empty()) return root_;
    return open_.back()->is_array() ? open_.back()->emplace_back() : *member_;
  }
  bool add(Json value) {
    place() = std::move(value);
    return true;
  }
  bool open(Json value) {
    if (open_.size() == kLevelsMax) {
      trouble_ = fmt::format("is nested deeper than {} levels, as no results are", kLevelsMax);
      return false;
    }
    Json& opened = place();
    opened = std::move(value);
    open_.push_back(&opened);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // nothing is added to a value while one in it is open
  Json* member_ = nullptr;   // whose value comes next
  std::string trouble_;
};

// What the library makes of a number that T cannot hold is undefined.
template <typename T>
bool holds(const Json& json) {
  if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return json.is_array() && std::ranges::all_of(json, &Json::is_string);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json.is_string();
  } else if constexpr (std::is_same_v<T, bool>) {
    return json.is_boolean();
  } else if constexpr (std::is_floating_point_v<T>) {
    return json.is_number();
  } else if (json.is_number_unsigned()) {
    return std::in_range<T>(json.get<std::uint64_t>());
  } else {
    return json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  }
}

// Takes a value to pieces, and keeps what was wrong first: what it returns after that is not to be
// used. An exception would visit every function on its way.
class Reader {
 public:
  // `take` of the value that is in the text.
  template <typename T>
  std::variant<T, ReadError> read(std::string_view text, T (Reader::*take)(const Json&)) {
    Builder builder;
    if (!Json::sax_parse(text, &builder)) return ReadError{builder.trouble()};
    T taken = (this->*take)(builder.take());
    if (failed()) return ReadError{trouble_};
    return taken;
  }

  Matrix matrix_of(const Json& json) {
    const auto schema = member<std::string>(json, "schema");
    Matrix matrix;
    matrix.duration_s = member<double>(json, "duration_s");
    if (schema == kResultsSchema) {
      matrix.platforms.push_back(results_of(json));
    } else if (schema == kMatrixSchema) {
      for (const Json& run : part(json, "runs")) {
        if (failed()) break;
        Results results = results_of(run);
        const std::string& name = results.platform.name;
        const auto is_it = [&](const Results& other) { return other.platform.name == name; };
        if (std::ranges::any_of(matrix.platforms, is_it)) {
          fail("has two runs on the platform '{}'", name);
        }
        matrix.platforms.push_back(std::move(results));
      }
    } else {
      fail("is of the schema '{}'; only {} and {} hold results", schema, kResultsSchema,
           kMatrixSchema);
    }
    return matrix;
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
    result.cpu_us = member_or<std::int64_t>(json, "cpu_us", 0);
    result.message = member<std::string>(json, "message");
    result.model = member_or<std::string>(json, "model", "");
    result.trace = member<std::string>(json, "trace");
    result.operations = member_or<std::vector<std::string>>(json, "operations", {});
    result.expected = member_or<std::string>(json, "expected", "");
    const Json* runs = find(json, "runs");
    if (runs == nullptr || runs->empty()) {
      result.runs[static_cast<std::size_t>(result.verdict)] = 1;
      return result;
    }
    for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
      result.runs[i] = member_or<int>(*runs, std::string(kVerdictNames[i]).c_str(), 0);
    }
    return result;
  }

  int unknown_rules() const { return unknown_rules_; }

 private:
  Results results_of(const Json& json) {
    Results results;
    results.platform = platform_of(part(json, "platform"));
    results.missing = member_or<std::string>(json, "missing", "");
    results.remedy = member_or<std::string>(json, "remedy", "");
    results.start_s = member_or<double>(json, "start_s", 0);
    results.starts = member_or<int>(json, "starts", 1);
    results.incidents = member_or<std::vector<std::string>>(json, "incidents", {});
    results.stale = member_or<std::vector<std::string>>(json, "stale", {});
    if (!part(json, "seed").is_null()) results.seed = member<std::uint64_t>(json, "seed");
    results.duration_s = member<double>(json, "duration_s");
    results.repeat = member<int>(json, "repeat");
    results.stopped_by = member<std::string>(json, "stopped_by");
    results.not_run = member_or<int>(part(json, "summary"), "not_run", 0);
    for (const Json& rule : part(json, "rules")) {
      if (failed()) break;
      RuleResult result = result_of(rule);
      if (result.rule == nullptr) {
        ++unknown_rules_;
        continue;
      }
      if (std::ranges::find(results.rules, result.rule, &RuleResult::rule) != results.rules.end()) {
        fail("has two results of the rule {} on one platform", result.rule->id);
      }
      results.rules.push_back(std::move(result));
    }
    return results;
  }

  bool failed() const { return !trouble_.empty(); }
  template <typename... Values>
  void fail(fmt::format_string<Values...> what, Values&&... values) {
    if (!failed()) trouble_ = fmt::format(what, std::forward<Values>(values)...);
  }

  // Null where there is none.
  static const Json* find(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() ? nullptr : &*found;
  }

  // A part of `json`, not a copy.
  const Json& part(const Json& json, const char* name) {
    static const Json null;
    if (const Json* found = find(json, name)) return *found;
    fail("lacks the member '{}'", name);
    return null;
  }

  template <typename T>
  T value_of(const Json& json, const char* name) {
    if (holds<T>(json)) return json.get<T>();
    fail("has a member '{}' of a wrong type", name);
    return {};
  }

  template <typename T>
  T member(const Json& json, const char* name) {
    return value_of<T>(part(json, name), name);
  }

  // For members that came later than the schema's first version.
  template <typename T>
  T member_or(const Json& json, const char* name, T otherwise) {
    const Json* found = find(json, name);
    return found == nullptr ? std::move(otherwise) : value_of<T>(*found, name);
  }

  template <std::size_t Size>
  std::size_t place_of(const std::string& word, const std::array<std::string_view, Size>& words,
                       const char* what) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    fail("has the unknown {} '{}'", what, word);
    return 0;
  }

  Facts facts_of(const Json& json, const char* name) {
    Facts facts;
    const Json* object = find(json, name);
    if (object == nullptr) return facts;
    for (const auto& [key, value] : object->items()) {
      if (!value.is_string()) {
        fail("has a wrong value in '{}'", name);
        break;
      }
      facts.emplace_back(key, value.template get<std::string>());
    }
    return facts;
  }

  std::string trouble_;
  int unknown_rules_ = 0;
};

}  // namespace

std::variant<Matrix, ReadError> read_matrix(std::string_view text, int* unknown_rules) {
  Reader reader;
  auto read = reader.read(text, &Reader::matrix_of);
  if (unknown_rules != nullptr) *unknown_rules = reader.unknown_rules();
  return read;
}

std::variant<RuleResult, ReadError> read_result(std::string_view json) {
  return Reader().read(json, &Reader::result_of);
}

std::variant<Platform, ReadError> read_platform(std::string_view json) {
  return Reader().read(json, &Reader::platform_of);
}

}  // namespace ipcspec::report
