#include "report/ruling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "ops/text.hpp"
#include "report/lanes.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::report {
namespace {

constexpr std::size_t kShownBytes = 100;
// Below what it is the reason of, which begins at kDetailIndent + 12.
constexpr int kReasonIndent = kDetailIndent + 14;

// What was allowed, each once, with every rule that allows it.
struct Allowed {
  std::string text;
  std::vector<const spec::Rule*> because;
};

std::vector<Allowed> allowed_by(const spec::Explanation& why) {
  std::vector<Allowed> all;
  for (const spec::Alternative& one : why.allowed) {
    const std::string text = op::name_text(one.who) + " " + one.text;
    auto at = std::ranges::find(all, text, &Allowed::text);
    if (at == all.end()) at = all.insert(at, {text, {}});
    if (one.because != nullptr && std::ranges::count(at->because, one.because) == 0) {
      at->because.push_back(one.because);
    }
  }
  return all;
}

std::string reason(const spec::Rule& rule, int width_columns) {
  const std::string text = fmt::format("{}: {} ({}; {})", rule.id, rule.sentence, sources_of(rule),
                                       to_string(rule.force));
  return wrapped(text, kReasonIndent, width_columns);
}

std::string allowed_lines(const spec::Explanation& why, int width_columns) {
  std::string lines;
  for (const Allowed& one : allowed_by(why)) {
    lines += labelled(lines.empty() ? "allowed" : "", one.text, width_columns);
    for (const spec::Rule* rule : one.because) lines += reason(*rule, width_columns);
  }
  return lines.empty() ? labelled("allowed", "nothing of the kind", width_columns) : lines;
}

std::string call_text(const op::Trace& trace, op::CallId id) {
  for (const op::Event& event : trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call == nullptr || call->id != id) continue;
    return fmt::format("{} {} {}", id, op::name_text(call->who),
                       op::to_text(call->op, kShownBytes));
  }
  return {};
}

std::string silence_lines(const op::Trace& trace, const spec::Silence& silence, int width_columns) {
  std::string lines = labelled("since", "call " + call_text(trace, silence.call), width_columns);
  if (silence.rule == nullptr) {
    return lines + labelled("reason", "the model does not describe it", width_columns);
  }
  return lines + labelled("reason", "left open", width_columns) +
         reason(*silence.rule, width_columns);
}

std::string summary(const op::Trace& trace, const spec::Ruling& ruling,
                    const spec::Profile& profile) {
  const std::size_t all = trace.events.size();
  const std::string by = fmt::format("by the profile {}: ", profile.name());
  switch (ruling.judgement) {
    case spec::Judgement::conforms:
      return by + fmt::format("{} events, at most {} states, rules used: {}", all,
                              ruling.states_max, ruling.exercised.size());
    case spec::Judgement::unjudged:
      return by + fmt::format("{} of {} events judged", ruling.events_judged, all);
    case spec::Judgement::violates:
      return by + fmt::format("no rule allows event {} of {}", ruling.why->event + 1, all);
    case spec::Judgement::unknown:
    case spec::Judgement::broken:
      break;
  }
  return by + fmt::format("{} of {} events judged", ruling.why->event, all);
}

}  // namespace

Verdict verdict_of(spec::Judgement judgement) {
  switch (judgement) {
    case spec::Judgement::conforms:
      return Verdict::pass;
    case spec::Judgement::unjudged:
      return Verdict::unjudged;
    case spec::Judgement::unknown:
      return Verdict::unknown;
    case spec::Judgement::violates:
      return Verdict::fail;
    case spec::Judgement::broken:
      break;
  }
  return Verdict::broken;
}

std::string headline(Verdict verdict, std::string_view text, const RulingOptions& options) {
  return fmt::format("{} {}\n", shouted(verdict, options.color), text);
}

std::string trace_picture(const op::Trace& trace, op::CallId highlight_call,
                          const RulingOptions& options) {
  const std::string picture =
      draw_lanes(trace, {.width_columns = options.width_columns - kDetailIndent,
                         .unicode = options.unicode,
                         .highlight_call = highlight_call});
  return picture.empty() ? picture : "\n" + indented(picture, kDetailIndent);
}

op::Trace offending_prefix(const op::Trace& trace, const spec::Ruling& ruling) {
  op::Trace prefix = trace;
  if (ruling.judgement == spec::Judgement::violates) prefix.events.resize(ruling.why->event + 1);
  return prefix;
}

std::string ruling_text(const op::Trace& trace, const spec::Ruling& ruling,
                        const spec::Profile& profile, const RulingOptions& options) {
  const int width = options.width_columns;
  std::string text =
      headline(verdict_of(ruling.judgement), summary(trace, ruling, profile), options);
  switch (ruling.judgement) {
    case spec::Judgement::conforms:
      return text;
    case spec::Judgement::unjudged:
      return text + silence_lines(trace, *ruling.silence, width) +
             trace_picture(trace, ruling.silence->call, options);
    case spec::Judgement::unknown:
    case spec::Judgement::broken:
      return text + labelled("reason", ruling.why->observed, width);
    case spec::Judgement::violates:
      break;
  }
  return text + labelled("seen", ruling.why->observed, width) + allowed_lines(*ruling.why, width) +
         trace_picture(offending_prefix(trace, ruling), ruling.why->call, options);
}

std::optional<Charge> charge_of(const op::Trace& trace, const spec::Ruling& ruling,
                                bool ids_are_numbers) {
  if (ruling.judgement != spec::Judgement::violates) return std::nullopt;
  std::vector<std::string> allowed;
  for (const Allowed& one : allowed_by(*ruling.why)) allowed.push_back(one.text);
  auto charge = charge_of(trace, ruling.why->event, ruling.why->call, std::move(allowed));
  if (!charge || !ids_are_numbers) return charge;
  std::vector<op::CallId> ids;
  for (const op::Event& event : trace.events) {
    if (const auto* call = std::get_if<op::CallEvent>(&event)) ids.push_back(call->id);
  }
  charge->call = ids.at(charge->call - 1);
  charge->after = ids.at(charge->after - 1);
  return charge;
}

}  // namespace ipcspec::report
