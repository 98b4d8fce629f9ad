#include "cli/judge.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

#include "cli/output.hpp"
#include "cli/rules_named.hpp"
#include "cli/texts.hpp"
#include "core/error.hpp"
#include "ops/script_of.hpp"
#include "report/repro_c.hpp"
#include "report/results.hpp"
#include "report/ruling.hpp"
#include "report/ruling_json.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Judged {
  const std::string& path;
  const std::string& text;
  const op::Trace& trace;
  const spec::Ruling& ruling;
};

// "eof.trace:7: FAIL ...", as compilers do, so that editors find the place.
std::string as_text(const Judged& judged, const spec::Profile& profile) {
  const report::RulingOptions options = {.color = wants_color(STDOUT_FILENO),
                                         .width_columns = width_columns(STDOUT_FILENO),
                                         .unicode = speaks_utf8()};
  std::string place = judged.path + ":";
  if (judged.ruling.why) {
    place += std::to_string(line_of_event(judged.text, judged.ruling.why->event)) + ":";
  }
  return place + " " + report::ruling_text(judged.trace, judged.ruling, profile, options);
}

Json as_json(const Judged& judged) {
  Json json = {{"file", judged.path}};
  json.update(Json::parse(report::ruling_json(judged.trace, judged.ruling)));
  if (judged.ruling.why) {
    json["line"] = line_of_event(judged.text, judged.ruling.why->event);
  }
  return json;
}

int exit_code_of(const report::Counts& counts) {
  const auto count = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)]; };
  if (count(Verdict::fail) > 0) return report::kExitViolated;
  return count(Verdict::broken) + count(Verdict::unknown) > 0 ? report::kExitBroken
                                                              : report::kExitKept;
}

// What a trace is a witness of; nothing when it breaks no rule.
std::optional<report::Charge> charge_in(const op::Trace& trace, const spec::Profile& profile) {
  return report::charge_of(trace, spec::judge(trace, {.profile = profile}), false);
}

std::string program_of(const std::variant<op::Script, op::Trace>& input,
                       const ReproArguments& arguments) {
  try {
    if (const auto* script = std::get_if<op::Script>(&input)) return report::c_program(*script);
    const op::Trace& trace = std::get<op::Trace>(input);
    return report::c_program(op::script_of(trace),
                             charge_in(trace, profile_named(arguments.profile)));
  } catch (const report::NotInC& error) {
    throw Broken(fmt::format("'{}' cannot be said in C: {}", arguments.file, error.what()));
  } catch (const Broken& error) {
    throw Broken(
        fmt::format("no script does again what '{}' shows: {}", arguments.file, error.what()));
  }
}

}  // namespace

const std::vector<std::string>& profile_names() {
  static const std::vector<std::string> names = {std::string(spec::kPosix.name()),
                                                 std::string(spec::kLinux.name())};
  return names;
}

const spec::Profile& profile_named(const std::string& name) {
  return name == spec::kPosix.name() ? spec::kPosix : spec::kLinux;
}

int judge(const JudgeArguments& arguments) {
  const spec::Profile& profile = profile_named(arguments.profile);
  // A malformed file ends it before anything was said of the others.
  std::vector<std::string> texts;
  std::vector<op::Trace> traces;
  for (const std::string& path : arguments.files) {
    texts.push_back(read_text(path));
    traces.push_back(trace_in(texts.back(), path));
  }
  report::Counts counts{};
  Json list = Json::array();
  bool written = true;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const spec::Ruling ruling = spec::judge(traces[i], {.profile = profile});
    ++counts[static_cast<std::size_t>(report::verdict_of(ruling.judgement))];
    const Judged judged = {arguments.files[i], texts[i], traces[i], ruling};
    if (arguments.format == "json") {
      list.push_back(as_json(judged));
    } else {
      written = print(as_text(judged, profile)) && written;
    }
  }
  if (arguments.format == "json") {
    const Json all = {
        {"schema", report::kRulingsSchema}, {"profile", profile.name()}, {"traces", list}};
    written = print(all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } else if (traces.size() > 1) {
    written =
        print(fmt::format("{} traces: {}\n", traces.size(), report::to_text(counts))) && written;
  }
  const int code = exit_code_of(counts);
  return code == report::kExitKept && !written ? report::kExitBroken : code;
}

int repro(const ReproArguments& arguments) {
  const auto input = script_or_trace_in(read_text(arguments.file), arguments.file);
  const std::string program = program_of(input, arguments);
  std::unique_ptr<OutputFile> file;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  return deliver(program, file.get()) ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
