// What the parsers of traces and scripts share; not for other rooms.
#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/fields.hpp"
#include "ops/text.hpp"

namespace ipcspec::op {

// Reads one line after the other from left to right and knows where it is. After the first failure
// it is at the end of the text, whatever is called, so that every loop over what is left ends;
// what was taken then is not to be used. An exception from where it failed would visit every
// function on its way.
class Cursor {
 public:
  Cursor(std::string_view text, TextLimits limits) : text_(text), limits_(limits) {}

  bool at_text_end() const { return at_ == text_.size(); }
  bool at_line_end() const { return at_text_end() || text_[at_] == '\n'; }
  std::size_t at() const { return at_; }
  char peek() const { return at_text_end() ? '\0' : text_[at_]; }
  std::string_view rest() const { return text_.substr(at_); }
  // Up to the next space or the end of the line; not consumed.
  std::string_view word() const {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != ' ' && text_[end] != '\n') ++end;
    return text_.substr(at_, end - at_);
  }

  // Within the text.
  void advance(std::size_t bytes) {
    if (!failed()) at_ += bytes;
  }
  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_line() {
    at_ += rest().find('\n') == std::string_view::npos ? rest().size() : rest().find('\n');
    next_line();
  }
  void next_line() {
    if (at_text_end()) return;
    line_start_ = ++at_;
    ++line_;
  }
  void end_line() {
    if (!at_line_end()) fail("the end of the line");
    next_line();
  }
  // Between two words; `expected` is what the second would be.
  void space(std::string_view expected) {
    if (at_line_end()) fail(expected);
    if (!take(" ")) fail("a space or the end of the line");
  }
  // " name=", for a field that must come next.
  void field(std::string_view name) {
    if (!optional_field(name)) fail_at_field(name);
  }
  // " name=", for a field that may come next.
  bool optional_field(std::string_view name) {
    const std::string_view left = rest();
    const std::size_t equals = 1 + name.size();
    if (left.size() <= equals || left[0] != ' ' || left[equals] != '=') return false;
    if (left.substr(1, name.size()) != name) return false;
    at_ += equals + 1;
    return true;
  }

  void spend_repeat(std::uint64_t bytes, std::size_t where) {
    if (bytes > limits_.repeated_bytes_max - repeated_bytes_) {
      fail_at(where, "a count with which all repeats make at most " +
                         std::to_string(limits_.repeated_bytes_max) + " bytes");
    } else {
      repeated_bytes_ += bytes;
    }
  }

  void fail(std::string_view expected) { fail_at(at_, expected); }
  // On the line that is being read; only the first failure counts.
  void fail_at(std::size_t where, std::string_view expected) {
    if (failed()) return;
    failure_.emplace(Failure{where, std::string(expected)});
    at_ = text_.size();
  }
  bool failed() const { return failure_.has_value(); }
  // Of the failure, when there was one.
  TextError error() const;

 private:
  struct Failure {
    std::size_t where;
    std::string expected;
  };

  void fail_at_field(std::string_view name);
  std::string found(std::size_t where) const;

  std::string_view text_;
  TextLimits limits_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  std::uint64_t repeated_bytes_ = 0;
  std::optional<Failure> failure_;
};

// All of `word` as one number without sign +, without needless zeros.
template <typename T>
std::optional<T> number_of(std::string_view word, int base = 10) {
  const std::string_view digits = word.starts_with('-') ? word.substr(1) : word;
  const bool needless_zero = base == 10 && digits.starts_with('0') && word != "0";
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (error != std::errc{} || end != word.data() + word.size() || needless_zero) return {};
  return value;
}

template <typename T>
T take_number(Cursor& in, std::string_view expected) {
  const std::string_view word = in.word();
  const auto value = number_of<T>(word);
  if (!value) in.fail(expected);
  in.advance(word.size());
  return value.value_or(0);
}

std::string take_string(Cursor& in);
// A plain name or a string.
std::string take_name(Cursor& in, std::string_view expected);
int take_symbol(Cursor& in, Vocabulary vocabulary);
// "an error such as EAGAIN"
std::string expected_word(Vocabulary vocabulary);

void take_field(Cursor& in, std::uint64_t& value);
void take_field(Cursor& in, std::int64_t& value);
void take_field(Cursor& in, std::string& text);

// Takes a value of another form than the field's own, if one stands here, and says so.
using OtherValue =
    std::function<bool(Cursor& in, const std::vector<Field>& fields, std::size_t index)>;

// A call as it is printed. A field whose value `other` takes keeps its default.
Op take_op(Cursor& in, const OtherValue& other = {});

// "ipcspec-trace 1" and the end of the line.
void take_head(Cursor& in, std::string_view head, std::string_view version);
// Comments and blank lines.
void skip_comments(Cursor& in);
// Then "rule NAME", if it comes next, and more comments.
std::string take_rule(Cursor& in);
// The name of a process, after a space.
std::string take_role(Cursor& in);

}  // namespace ipcspec::op
