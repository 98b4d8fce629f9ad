// What printing and parsing of the text form share; not for other rooms.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ops/op.hpp"

namespace ipcspec::op {

inline constexpr std::string_view kTraceHead = "ipcspec-trace";
inline constexpr std::string_view kTraceVersion = "1";
inline constexpr std::string_view kFactsWord = "facts";
inline constexpr std::string_view kScriptHead = "ipcspec-script";
inline constexpr std::string_view kScriptVersion = "1";

// The value of nearly every call that failed; "error=EAGAIN" alone stands for it.
inline constexpr std::int64_t kFailedValue = -1;

// Of a wait status: the bit for a core dump, and the largest number that is a signal there.
inline constexpr int kCoreBit = 0x80;
inline constexpr int kDeathSignalMax = 126;
inline constexpr std::string_view kCoreSuffix = "+core";

// Locale-free on purpose: a trace reads the same everywhere.
constexpr bool is_plain_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Printable characters as they are, a long run of one byte as "x"*70000. Of a text longer than
// `chars_max` about that much, and how many bytes there are.
std::string quoted(std::string_view bytes, std::size_t chars_max = std::string::npos);

// Whether a name needs no quotes.
bool is_plain_name(std::string_view name);

// What stands for the value of the field with that index, if not the value itself.
using OtherText = std::function<std::optional<std::string>(std::size_t field)>;
std::string op_text(const Op& op, std::size_t data_chars_max, const OtherText& other);

template <std::size_t... I>
constexpr std::array<std::string_view, kOpKinds> output_lists(std::index_sequence<I...>) {
  return {output_list<std::variant_alternative_t<I, OpVariant>>()...};
}
inline constexpr auto kOutputLists = output_lists(std::make_index_sequence<kOpKinds>{});

// The names of an operation's outputs, one after the other.
class OutputNames {
 public:
  constexpr explicit OutputNames(std::size_t op_kind)
      : rest_(op_kind < kOpKinds ? kOutputLists[op_kind] : std::string_view{}) {}
  constexpr bool done() const { return rest_.empty(); }
  constexpr std::string_view next() {
    const auto comma = rest_.find(',');
    const std::string_view name = rest_.substr(0, comma);
    rest_ = comma == std::string_view::npos ? std::string_view{} : rest_.substr(comma + 2);
    return name;
  }

 private:
  std::string_view rest_;
};

// An outcome is read from left to right: error, value, data, outputs. A first output with one of
// these names could not be told from the part before it.
constexpr bool first_outputs_are_distinct() {
  for (std::size_t kind = 0; kind < kOpKinds; ++kind) {
    const std::string_view first = OutputNames(kind).next();
    if (first == "data" || first == "value" || first == "outputs") return false;
  }
  return true;
}
static_assert(first_outputs_are_distinct(), "the first output must not be named data or value");

}  // namespace ipcspec::op
