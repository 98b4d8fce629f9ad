// Goal: the text form of scripts loses nothing and refuses cleanly, and what a trace is turned into
// is a script that a file can hold. Method: random scripts and traces, whole and with damage.
#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>

#include "core/error.hpp"
#include "ops/generate.hpp"
#include "ops/script_of.hpp"
#include "ops/script_text.hpp"
#include "properties/texts.hpp"

namespace ipcspec::op {
namespace {

Script any_script() {
  Numbers numbers = any_numbers();
  return ScriptGenerator<Numbers>(numbers).make(*rc::gen::inRange<std::size_t>(0, 20));
}

// Whatever the text: it is a script that prints back, or the error is at a place in the text.
void check_taken_or_refused(const std::string& text) {
  try {
    const Script script = parse_script(text, {.repeated_bytes_max = 1 << 20});
    RC_ASSERT(parse_script(print_script(script)) == script);
  } catch (const TextError& error) {
    check_place(error, text);
  }
}

TEST_CASE("what is printed of a script parses back to the same script") {
  REQUIRE(rc::check([] {
    const Script script = any_script();
    const std::string text = print_script(script);
    RC_LOG() << text;
    RC_ASSERT(parse_script(text) == script);
    RC_ASSERT(print_script(parse_script(text)) == text);
  }));
}

TEST_CASE("a script with one character changed is taken or refused at a place in it") {
  REQUIRE(rc::check([] { check_taken_or_refused(with_one_change(print_script(any_script()))); }));
}

TEST_CASE("a script cut anywhere is taken or refused at a place in it") {
  REQUIRE(rc::check([] {
    const std::string text = print_script(any_script());
    check_taken_or_refused(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
  }));
}

// The script carried out with answers made up, as a trace.
Trace trace_of(const Script& script, Numbers& numbers) {
  FieldGenerator<Numbers> generator(numbers);
  Trace trace;
  trace.rule = script.rule;
  std::int64_t pid = 100;
  CallId id = 0;
  for (const std::string& root : script.roots) trace.events.push_back(BirthEvent{root, "", ++pid});
  for (const ScriptStep& step : script.steps) {
    const CallId first = id + 1;
    for (const ScriptCall& call : step.calls) {
      trace.events.push_back(CallEvent{++id, call.who, call.op, step.calls.size() > 1});
    }
    for (std::size_t i = 0; i < step.calls.size(); ++i) {
      const ScriptCall& call = step.calls[i];
      Outcome outcome;
      outcome.value = 3 + static_cast<std::int64_t>(numbers() % 4);
      outcome.outputs.resize(numbers() % 4);
      for (std::int64_t& output : outcome.outputs) generator.make(output);
      if (const auto* fork = std::get_if<Fork>(&call.op)) {
        trace.events.push_back(BirthEvent{fork->child, call.who, ++pid});
        outcome.value = pid;
      }
      trace.events.push_back(ReturnEvent{first + i, call.who, outcome});
    }
  }
  return trace;
}

TEST_CASE("the script of a trace has its calls, and a file can hold it") {
  REQUIRE(rc::check([] {
    Numbers numbers = any_numbers();
    const Script script =
        ScriptGenerator<Numbers>(numbers).make(*rc::gen::inRange<std::size_t>(0, 20));
    const Trace trace = trace_of(script, numbers);
    Script again;
    try {
      again = script_of(trace);
    } catch (const Broken& error) {
      // Drawn at random, a pid can be that of a group.
      RC_ASSERT(std::string(error.what()).find("process group") != std::string::npos);
      return;
    }
    RC_LOG() << print_script(again);
    RC_ASSERT(parse_script(print_script(again)) == again);
    RC_ASSERT(again.roots == script.roots);
    RC_ASSERT(call_kinds(again) == call_kinds(script));
    RC_ASSERT(again.steps.size() == script.steps.size());
  }));
}

TEST_CASE("the script of any trace can be held by a file, or there is none") {
  REQUIRE(rc::check([] {
    Script script;
    try {
      script = script_of(any_trace());
    } catch (const Broken&) {
      return;
    }
    RC_ASSERT(parse_script(print_script(script)) == script);
  }));
}

}  // namespace
}  // namespace ipcspec::op
