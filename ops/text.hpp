// The text form of operations, outcomes and traces; docs/trace.md describes it.
#pragma once

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ops/trace.hpp"

namespace ipcspec::op {

// For to_text(): strings are printed whole, as the parser needs them.
inline constexpr std::size_t kWholeData = std::string::npos;

// "read fd=3 size_bytes=1". A string whose text exceeds `data_chars_max` is cut to
// "abc"...(70000 bytes), which is for people and does not parse.
std::string to_text(const Op& op, std::size_t data_chars_max = kWholeData);

// "value=5 data="hello"", "error=EAGAIN", "value=0 read_end=3 write_end=4". `op_kind` names the
// outputs; with kOpKinds, for a call that is not known, they stand as outputs=[3,4].
std::string to_text(const Outcome& outcome, std::size_t op_kind,
                    std::size_t data_chars_max = kWholeData);

// One line of a trace without its end; `op_kind` is that of the call that a return answers.
std::string to_text(const Event& event, std::size_t op_kind = kOpKinds);

// A role or rule: as it is when it holds only letters, digits, '.', '_' and '-', else quoted.
std::string name_text(std::string_view name);

// "exit:0", "signal:SIGKILL", "signal:SIGABRT+core", "unknown" for -1, "status:4991".
std::string death_text(int status);

// Which operation each call of a trace was, so that the outputs of its return have names.
class CallKinds {
 public:
  void note(const Event& event);
  std::size_t of(CallId id) const;           // kOpKinds when no such call was noted
  std::size_t of(const Event& event) const;  // for a return: that of its call
 private:
  std::map<CallId, std::size_t> kinds_;
};

// The names of an operation's outputs, in order; none with kOpKinds.
std::vector<std::string_view> output_names(std::size_t op_kind);

// The whole trace; parse_trace(print_trace(t)) == t for every trace.
std::string print_trace(const Trace& trace);

// Where a text stopped being a trace. Line and column count from 1, the column in bytes; it is
// one past the last byte of the line when the line ends too early.
struct TextError : std::runtime_error {
  TextError(std::size_t at_line, std::size_t at_column, const std::string& what_expected,
            const std::string& found);
  std::size_t line;
  std::size_t column;
  std::string expected;
};

struct TextLimits {
  // "x"*99999999999 is a short text: what all repeats of a trace may expand to together.
  std::size_t repeated_bytes_max = std::size_t{256} << 20;
};

// Reads what print_trace() writes, comments and blank lines besides, and nothing else.
// Errors: throws TextError.
Trace parse_trace(std::string_view text, TextLimits limits = {});

// The value of a text, or why it has none.
template <typename T>
using Parsed = std::variant<T, TextError>;
template <typename T>
T value_or_throw(Parsed<T> parsed) {
  if (const auto* error = std::get_if<TextError>(&parsed)) throw TextError(*error);
  return std::get<T>(std::move(parsed));
}

// The same without an exception, for those who parse much that is wrong.
Parsed<Trace> try_parse_trace(std::string_view text, TextLimits limits = {});

}  // namespace ipcspec::op
