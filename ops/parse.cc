// Parsing of the text form of traces.
#include <algorithm>
#include <optional>
#include <utility>

#include "ops/symbols.hpp"
#include "ops/take.hpp"
#include "ops/text.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::op {
namespace {

void take_output_list(Cursor& in, std::vector<std::int64_t>& outputs) {
  if (!in.take("[")) in.fail("a list of numbers such as [3,4]");
  do {
    const std::string_view word = in.rest().substr(0, in.rest().find_first_of(",] \n"));
    const auto value = number_of<std::int64_t>(word);
    if (!value) return in.fail("a number");
    outputs.push_back(*value);
    in.advance(word.size());
  } while (in.take(","));
  if (!in.take("]")) in.fail("',' or ']'");
}

Outcome take_outcome(Cursor& in, std::size_t op_kind) {
  Outcome outcome;
  in.space("'value=' or 'error='");
  const std::size_t start = in.at();
  if (in.take("value=")) {
    take_field(in, outcome.value);
  } else if (in.take("error=")) {
    outcome.error.value = take_symbol(in, Vocabulary::error);
    if (outcome.error.value == 0) in.fail_at(start + 6, expected_word(Vocabulary::error));
    outcome.value = kFailedValue;
    if (in.optional_field("value")) take_field(in, outcome.value);
  } else {
    in.fail("'value=' or 'error='");
  }
  if (in.optional_field("data")) take_field(in, outcome.data);
  OutputNames names(op_kind);
  bool all_named = true;
  while (all_named && !names.done()) {
    all_named = in.optional_field(names.next());
    if (all_named) take_field(in, outcome.outputs.emplace_back());
  }
  if (all_named && in.optional_field("outputs")) take_output_list(in, outcome.outputs);
  return outcome;
}

int take_death(Cursor& in) {
  constexpr int kCodeMax = 255;
  const std::string_view word = in.word();
  const std::size_t value_at = in.at() + word.find(':') + 1;
  int status = -1;
  if (word.starts_with("exit:")) {
    const int code = number_of<int>(word.substr(5)).value_or(-1);
    if (code < 0 || code > kCodeMax) in.fail_at(value_at, "an exit status from 0 to 255");
    status = code << 8;
  } else if (word.starts_with("signal:")) {
    std::string_view name = word.substr(7);
    const bool core = name.ends_with(kCoreSuffix);
    if (core) name.remove_suffix(kCoreSuffix.size());
    const int signal = symbol_value(Vocabulary::signal, name).value_or(-1);
    if (signal < 1 || signal > kDeathSignalMax) {
      in.fail_at(value_at, expected_word(Vocabulary::signal));
    }
    status = signal | (core ? kCoreBit : 0);
  } else if (word.starts_with("status:")) {
    const auto value = number_of<int>(word.substr(7));
    if (!value) in.fail_at(value_at, "a number");
    status = value.value_or(-1);
  } else if (word != "unknown") {
    in.fail("exit:CODE, signal:NAME, status:NUMBER or unknown");
  }
  in.advance(word.size());
  return status;
}

CallId take_id(Cursor& in) {
  constexpr std::string_view expected = "the number of a call";
  in.space(expected);
  return take_number<CallId>(in, expected);
}

BirthEvent take_birth(Cursor& in) {
  BirthEvent event;
  event.who = take_role(in);
  if (in.optional_field("parent")) event.parent = take_name(in, "the name of a process");
  in.field("pid");
  take_field(in, event.pid);
  return event;
}

CallEvent take_call(Cursor& in, bool racing) {
  CallEvent event;
  event.racing = racing;
  event.id = take_id(in);
  event.who = take_role(in);
  in.space("the name of an operation");
  event.op = take_op(in);
  return event;
}

ReturnEvent take_return(Cursor& in, const CallKinds& kinds) {
  ReturnEvent event;
  event.id = take_id(in);
  event.who = take_role(in);
  event.outcome = take_outcome(in, kinds.of(event.id));
  return event;
}

DeathEvent take_death_event(Cursor& in) {
  DeathEvent event;
  event.who = take_role(in);
  in.space("exit:CODE, signal:NAME, status:NUMBER or unknown");
  event.status = take_death(in);
  return event;
}

QuietEvent take_quiet(Cursor& in) {
  QuietEvent event;
  constexpr std::string_view expected = "none, proven, likely or timed";
  in.space(expected);
  const std::string_view word = in.word();
  const auto name = std::ranges::find(kEvidenceNames, word);
  if (name == kEvidenceNames.end()) {
    in.fail(expected);
    return event;
  }
  event.evidence = static_cast<Evidence>(name - kEvidenceNames.begin());
  in.advance(word.size());
  while (!in.at_line_end()) event.blocked.push_back(take_id(in));
  return event;
}

Event take_event(Cursor& in, const CallKinds& kinds) {
  const std::string_view word = in.word();
  const std::size_t start = in.at();
  in.advance(word.size());
  if (word == "birth") return take_birth(in);
  if (word == "call") return take_call(in, false);
  if (word == "race") return take_call(in, true);
  if (word == "return") return take_return(in, kinds);
  if (word == "death") return take_death_event(in);
  if (word == "stop") return StopEvent{take_role(in), true};
  if (word == "continue") return StopEvent{take_role(in), false};
  if (word == "quiet") return take_quiet(in);
  in.fail_at(start, "birth, call, race, return, death, stop, continue or quiet");
  return {};
}

Facts take_facts(Cursor& in) {
  Facts facts;
  in.field("uid");
  take_field(in, facts.uid);
  in.field("page_bytes");
  take_field(in, facts.page_bytes);
  in.field("pipe_bytes");
  take_field(in, facts.pipe_bytes);
  in.field("pipe_buf_bytes");
  take_field(in, facts.pipe_buf_bytes);
  in.end_line();
  skip_comments(in);
  return facts;
}

}  // namespace

Parsed<Trace> try_parse_trace(std::string_view text, TextLimits limits) {
  Cursor in(text, limits);
  Trace trace;
  take_head(in, kTraceHead, kTraceVersion);
  trace.rule = take_rule(in);
  if (in.word() == kFactsWord) {
    in.advance(kFactsWord.size());
    trace.facts = take_facts(in);
  }
  CallKinds kinds;
  constexpr std::ptrdiff_t kUsualEvents = 64;  // moving them is what growth costs
  trace.events.reserve(
      static_cast<std::size_t>(std::min(std::ranges::count(in.rest(), '\n'), kUsualEvents)));
  while (!in.at_text_end()) {
    trace.events.push_back(take_event(in, kinds));
    in.end_line();
    kinds.note(trace.events.back());
    skip_comments(in);
  }
  if (in.failed()) return in.error();
  return trace;
}

Trace parse_trace(std::string_view text, TextLimits limits) {
  return value_or_throw(try_parse_trace(text, limits));
}

}  // namespace ipcspec::op
