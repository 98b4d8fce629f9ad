// Goal: the text form loses nothing and refuses cleanly. Method: random traces over all
// operations, whole and with damage.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "ops/generate.hpp"
#include "ops/text.hpp"
#include "report/lanes.hpp"

namespace ipcspec::op {
namespace {

// Numbers drawn by rapidcheck, used up one after the other and then from the start with a
// change, so that a short list, to which a counterexample shrinks, still makes a whole trace.
class Numbers {
 public:
  explicit Numbers(std::vector<std::uint64_t> drawn) : drawn_(std::move(drawn)) {}
  std::uint64_t operator()() {
    const std::size_t at = used_++;
    if (drawn_.empty()) return 0;
    return drawn_[at % drawn_.size()] * (1 + at / drawn_.size());
  }

 private:
  std::vector<std::uint64_t> drawn_;
  std::size_t used_ = 0;
};

Event generate_event(Numbers& numbers) {
  FieldGenerator<Numbers> generator(numbers);
  // Few names and ids, so that calls, returns and processes meet.
  const std::string names[] = {"parent", "child", "a b", "", "p-1.x_2"};
  std::string who = names[numbers() % 5];
  if (numbers() % 11 == 0) generator.make(who);
  CallId id = numbers() % 6;
  if (numbers() % 11 == 0) generator.make(id);
  switch (numbers() % 7) {
    case 0:
      return BirthEvent{who, names[numbers() % 5], static_cast<std::int64_t>(numbers())};
    case 1:
    case 2:
      return CallEvent{id, who, generate_op(numbers() % kOpKinds, numbers), numbers() % 2 == 0};
    case 3: {
      Outcome outcome = generate_outcome(numbers);
      outcome.outputs.resize(numbers() % 8);
      for (std::int64_t& output : outcome.outputs) generator.make(output);
      return ReturnEvent{id, who, outcome};
    }
    case 4:
      return DeathEvent{who, static_cast<int>(numbers() % 3 == 0 ? numbers() : numbers() % 512)};
    case 5:
      return StopEvent{who, numbers() % 2 == 0};
    default:
      break;
  }
  QuietEvent quiet;
  quiet.evidence = static_cast<Evidence>(numbers() % kEvidenceNames.size());
  quiet.blocked.resize(numbers() % 4);
  for (CallId& blocked : quiet.blocked) blocked = numbers() % 6;
  return quiet;
}

Trace any_trace() {
  const auto element =
      rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 1000));
  Numbers numbers(*rc::gen::container<std::vector<std::uint64_t>>(element));
  Trace trace;
  if (numbers() % 2 == 0) FieldGenerator<Numbers>(numbers).make(trace.rule);
  if (numbers() % 2 == 0) {
    for (std::int64_t* fact : {&trace.facts.uid, &trace.facts.page_bytes, &trace.facts.pipe_bytes,
                               &trace.facts.pipe_buf_bytes}) {
      FieldGenerator<Numbers>(numbers).make(*fact);
    }
  }
  trace.events.resize(*rc::gen::inRange<std::size_t>(0, 20));
  for (Event& event : trace.events) event = generate_event(numbers);
  return trace;
}

// Whatever the text: it is a trace that prints back, or the error is at a place in the text.
void check_taken_or_refused(const std::string& text) {
  try {
    const Trace trace = parse_trace(text, {.repeated_bytes_max = 1 << 20});
    RC_ASSERT(parse_trace(print_trace(trace)) == trace);
  } catch (const TextError& error) {
    RC_ASSERT(error.line >= 1u);
    std::size_t start = 0;
    for (std::size_t line = 1; line < error.line; ++line) {
      const std::size_t end = text.find('\n', start);
      RC_ASSERT(end != std::string::npos);
      start = end + 1;
    }
    const std::size_t length = std::min(text.find('\n', start), text.size()) - start;
    RC_ASSERT(error.column >= 1u);
    RC_ASSERT(error.column <= length + 1);
    RC_ASSERT(!error.expected.empty());
  }
}

TEST_CASE("what is printed parses back to the same trace") {
  REQUIRE(rc::check([] {
    const Trace trace = any_trace();
    const std::string text = print_trace(trace);
    RC_LOG() << text;
    RC_ASSERT(parse_trace(text) == trace);
    RC_ASSERT(print_trace(parse_trace(text)) == text);
  }));
}

TEST_CASE("a trace with one character changed is taken or refused at a place in it") {
  REQUIRE(rc::check([] {
    std::string text = print_trace(any_trace());
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
    // Mostly characters that mean something in the grammar.
    const char byte = *rc::gen::oneOf(
        rc::gen::arbitrary<char>(),
        rc::gen::elementOf(std::string("\n \"\\=+*{}[],|#:x0123456789-abcdefXYZ_.")));
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
    check_taken_or_refused(text);
  }));
}

TEST_CASE("a trace cut anywhere is taken or refused at a place in it") {
  REQUIRE(rc::check([] {
    const std::string text = print_trace(any_trace());
    check_taken_or_refused(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
  }));
}

TEST_CASE("any trace can be drawn within the width") {
  REQUIRE(rc::check([] {
    const Trace trace = any_trace();
    report::LaneOptions options;
    options.width_columns = *rc::gen::inRange(report::kLanesWidthMin, 200);
    options.unicode = false;
    options.highlight_call = *rc::gen::inRange<CallId>(0, 6);
    const std::string picture = report::draw_lanes(trace, options);
    for (std::size_t start = 0; start < picture.size();) {
      const std::size_t end = picture.find('\n', start);
      RC_ASSERT(end != std::string::npos);
      RC_ASSERT(end - start <= static_cast<std::size_t>(options.width_columns));
      start = end + 1;
    }
  }));
}

}  // namespace
}  // namespace ipcspec::op
