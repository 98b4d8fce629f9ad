// What the properties of the text forms share.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ops/generate.hpp"
#include "ops/text.hpp"

namespace ipcspec::op {

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

inline Numbers any_numbers() {
  const auto element =
      rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 1000));
  return Numbers(*rc::gen::container<std::vector<std::uint64_t>>(element));
}

inline Event generate_event(Numbers& numbers) {
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

inline Trace any_trace() {
  Numbers numbers = any_numbers();
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

// The text with one character other, more or less; mostly one that means something.
inline std::string with_one_change(std::string text) {
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
  const char byte = *rc::gen::oneOf(
      rc::gen::arbitrary<char>(),
      rc::gen::elementOf(std::string("\n \"\\=+*{}[],|#:@x0123456789-abcdefXYZ_.")));
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
  return text;
}

// The error is at a place in the text.
inline void check_place(const TextError& error, const std::string& text) {
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

}  // namespace ipcspec::op
