#include "conformance/witness.hpp"

#include "ops/text.hpp"

namespace ipcspec::conformance {
namespace {

using Word = Testimony::Word;

// A test's trace has few states; one that has more is not worth the time of a run.
constexpr std::size_t kStatesMax = 5000;

const op::CallEvent* find_call(const op::Trace& trace, op::CallId id) {
  for (const op::Event& event : trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->id == id) return call;
  }
  return nullptr;
}

bool has_call(const op::Trace& trace) {
  for (const op::Event& event : trace.events) {
    if (std::holds_alternative<op::CallEvent>(event)) return true;
  }
  return false;
}

std::string silence_text(const op::Trace& trace, const spec::Silence& silence) {
  std::string text = silence.call == 0 ? "unjudged in a handler ("
                                       : "unjudged at call " + std::to_string(silence.call) + " (";
  if (const op::CallEvent* call = find_call(trace, silence.call)) {
    text += std::string(op::name_of(call->op)) + ": ";
  }
  return text + (silence.rule == nullptr ? "not modelled" : std::string(silence.rule->id)) + ")";
}

std::string reasons_of(const spec::Explanation& why) {
  std::string text = "seen: " + why.observed;
  for (const spec::Alternative& one : why.allowed) {
    text += "\nallowed: " + one.who + " " + one.text;
    if (one.because != nullptr) text += " [" + std::string(one.because->id) + "]";
  }
  return text;
}

// Whether what the model refuses is only what Linux adds to the standard: whoever keeps a rule of
// the standard in another way than Linux keeps it.
bool standard_allows(const RuleReport& report) {
  const spec::Force force = report.rule->force;
  if (force != spec::Force::posix_shall && force != spec::Force::posix_may) return false;
  const spec::JudgeOptions options{.profile = spec::kPosix, .states_max = kStatesMax};
  const spec::Judgement judgement = spec::judge(report.trace, options).judgement;
  return judgement == spec::Judgement::conforms || judgement == spec::Judgement::unjudged;
}

void append_line(std::string& text, const std::string& line) {
  if (!text.empty()) text += "\n";
  text += line;
}

}  // namespace

Testimony ask_model(const op::Trace& trace) {
  if (!has_call(trace)) return {};
  const spec::Ruling ruling = spec::judge(trace, {.states_max = kStatesMax});
  switch (ruling.judgement) {
    case spec::Judgement::conforms:
      return {Word::agrees, "conforms", {}};
    case spec::Judgement::unjudged:
      return {Word::silent, silence_text(trace, *ruling.silence), {}};
    case spec::Judgement::unknown:
      return {Word::silent, "unknown (" + ruling.why->observed + ")", {}};
    case spec::Judgement::broken:
      return {Word::nonsense, "broken (" + ruling.why->observed + ")", {}};
    case spec::Judgement::violates:
      break;
  }
  const spec::Explanation& why = *ruling.why;
  return {Word::refuses,
          "refuses event " + std::to_string(why.event) +
              (why.call == 0 ? "" : ", call " + std::to_string(why.call)),
          reasons_of(why), std::holds_alternative<op::ReturnEvent>(trace.events[why.event])};
}

void hear(const Testimony& model, RuleReport& report) {
  report.model = model.text;
  const bool passed = report.verdict == Verdict::pass;
  // Who could not finish is no witness.
  if (!passed && report.verdict != Verdict::fail) return;
  if (model.word == Word::nonsense) {
    report.verdict = Verdict::broken;
    append_line(report.message, "the trace of the test is none: " + model.text);
  } else if (passed && model.word == Word::refuses && standard_allows(report)) {
    report.model += " by Linux, not by POSIX";
  } else if (passed && model.word == Word::refuses) {
    report.verdict = Verdict::broken;
    append_line(report.message,
                "the test passes, but the model " + model.text + "\n" + model.reasons);
  } else if (!passed && model.word == Word::agrees) {
    report.verdict = Verdict::broken;
    report.message =
        "the test fails, but the model explains the whole trace; the test says:\n" + report.message;
  } else if (!passed && model.word == Word::refuses) {
    append_line(report.message, "the model " + model.text + " too\n" + model.reasons);
  } else if (!passed && model.word == Word::silent) {
    append_line(report.message, "only the test says so; the model: " + model.text);
  } else if (!passed) {
    append_line(report.message, "only the test says so; it left nothing for the model to judge");
  }
}

}  // namespace ipcspec::conformance
