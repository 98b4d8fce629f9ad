// What the parsers of traces and scripts share.
#include "ops/take.hpp"

#include <cstdio>
#include <type_traits>
#include <variant>

#include "ops/symbols.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::op {
namespace {

constexpr std::size_t kFoundCharsMax = 24;

int hexadecimal_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

char take_escape(Cursor& in) {
  const std::size_t start = in.at();
  in.advance(1);
  const char kind = in.peek();
  if (kind == '"' || kind == '\\') {
    in.advance(1);
    return kind;
  }
  const std::string_view rest = in.rest();
  const int high = kind == 'x' && rest.size() > 2 ? hexadecimal_digit(rest[1]) : -1;
  const int low = high >= 0 ? hexadecimal_digit(rest[2]) : -1;
  if (low < 0) {
    in.fail_at(start, "an escape: \\\", \\\\ or \\x and two of 0-9 and a-f");
  }
  in.advance(3);
  return static_cast<char>(high * 16 + low);
}

// "..." with its escapes.
std::string take_piece(Cursor& in) {
  if (!in.take("\"")) in.fail("a quoted string");
  std::string piece;
  while (!in.failed()) {
    if (in.at_line_end()) in.fail("a closing '\"'");
    const char byte = in.peek();
    if (byte == '\\') {
      piece += take_escape(in);
      continue;
    }
    if (byte < ' ' || byte > '~') in.fail("a printable ASCII character or an escape");
    in.advance(1);
    if (byte == '"') break;
    piece += byte;
  }
  return piece;
}

std::uint64_t take_repeat(Cursor& in) {
  const std::size_t start = in.at();
  std::size_t digits = 0;
  while (digits < in.rest().size() && is_digit(in.rest()[digits])) ++digits;
  const auto count = number_of<std::uint64_t>(in.rest().substr(0, digits));
  if (!count || *count == 0) in.fail("a count of at least 1");
  in.advance(digits);
  in.spend_repeat(count.value_or(0), start);
  return in.failed() ? 0 : *count;
}

}  // namespace

TextError::TextError(std::size_t at_line, std::size_t at_column, const std::string& what_expected,
                     const std::string& found)
    : std::runtime_error("line " + std::to_string(at_line) + ", column " +
                         std::to_string(at_column) + ": expected " + what_expected + ", found " +
                         found),
      line(at_line),
      column(at_column),
      expected(what_expected) {}

TextError Cursor::error() const {
  return TextError(line_, failure_->where - line_start_ + 1, failure_->expected,
                   found(failure_->where));
}

void Cursor::fail_at_field(std::string_view name) {
  const std::string expected = "the field '" + std::string(name) + "='";
  space(expected);
  fail(expected);
}

std::string Cursor::found(std::size_t where) const {
  if (where == text_.size()) return "the end of the text";
  if (text_[where] == '\n') return "the end of the line";
  if (text_[where] == ' ') return "a space";
  std::string shown = "'";
  for (const char byte : text_.substr(where)) {
    if (byte == ' ' || byte == '\n') break;
    if (shown.size() > kFoundCharsMax) return shown + "...'";
    if (byte > ' ' && byte <= '~') {
      shown += byte;
    } else {
      char digits[8];
      std::snprintf(digits, sizeof digits, "\\x%02x", static_cast<unsigned char>(byte));
      shown += digits;
    }
  }
  return shown + "'";
}

// Pieces joined by '+'; a piece of one byte may be repeated: "ab"+"x"*70000.
std::string take_string(Cursor& in) {
  std::string text;
  do {
    const std::size_t start = in.at();
    const std::string piece = take_piece(in);
    if (in.take("*")) {
      if (piece.size() != 1) in.fail_at(start, "a string of one byte before '*'");
      text.append(take_repeat(in), piece[0]);
    } else {
      text += piece;
    }
  } while (in.take("+"));
  return text;
}

std::string take_name(Cursor& in, std::string_view expected) {
  if (in.peek() == '"') return take_string(in);
  const std::string_view word = in.word();
  std::size_t plain = 0;
  while (plain < word.size() && is_plain_name_byte(word[plain])) ++plain;
  if (plain == 0) in.fail(expected);
  if (plain < word.size()) in.fail_at(in.at() + plain, "a letter, a digit, '.', '_' or '-'");
  in.advance(plain);
  return std::string(word);
}

std::string expected_word(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::open_flags:
      return "open flags such as O_WRONLY|O_NONBLOCK";
    case Vocabulary::descriptor_flags:
      return "descriptor flags such as FD_CLOEXEC";
    case Vocabulary::seek_whence:
      return "an origin such as SEEK_SET";
    case Vocabulary::signal:
      return "a signal such as SIGUSR1";
    case Vocabulary::signal_action_flags:
      return "action flags such as SA_RESTART";
    case Vocabulary::mask_how:
      return "a change such as SIG_BLOCK";
    case Vocabulary::poll_events:
      return "poll events such as POLLIN|POLLHUP";
    case Vocabulary::address_family:
      return "an address family such as AF_INET";
    case Vocabulary::socket_type:
      return "a socket type such as SOCK_STREAM";
    case Vocabulary::shutdown_how:
      return "a direction such as SHUT_WR";
    case Vocabulary::message_flags:
      return "message flags such as MSG_DONTWAIT";
    case Vocabulary::memory_protection:
      return "a protection such as PROT_READ|PROT_WRITE";
    case Vocabulary::mapping_flags:
      return "mapping flags such as MAP_SHARED";
    case Vocabulary::wait_options:
      return "wait options such as WNOHANG";
    case Vocabulary::error:
      return "an error such as EAGAIN";
    case Vocabulary::limit:
      return "a limit such as RLIMIT_NOFILE";
    default:
      return "a name or a number";
  }
}

int take_symbol(Cursor& in, Vocabulary vocabulary) {
  const std::string_view word = in.word();
  if (const auto value = symbol_value(vocabulary, word)) {
    in.advance(word.size());
    return *value;
  }
  // In a list of flags, point at the first word that is wrong.
  std::size_t start = 0;
  while (symbol_value(vocabulary, word.substr(start, word.find('|', start) - start))) {
    const std::size_t bar = word.find('|', start);
    if (bar == std::string_view::npos) break;
    start = bar + 1;
  }
  in.fail_at(in.at() + start, expected_word(vocabulary));
  return 0;
}

void take_field(Cursor& in, std::uint64_t& value) {
  value = take_number<std::uint64_t>(in, "a number from 0 to 18446744073709551615");
}
void take_field(Cursor& in, std::int64_t& value) {
  value = take_number<std::int64_t>(in, "a number");
}
void take_field(Cursor& in, std::string& text) { text = take_string(in); }

namespace {

void take_field(Cursor& in, Fd& fd) { fd.number = take_number<int>(in, "a descriptor number"); }
void take_field(Cursor& in, bool& flag) {
  const std::string_view word = in.word();
  if (word != "true" && word != "false") in.fail("true or false");
  flag = word == "true";
  in.advance(word.size());
}
void take_field(Cursor& in, Address& address) {
  const std::string_view word = in.word();
  std::optional<std::uint64_t> value;
  if (word.starts_with("0x")) value = number_of<std::uint64_t>(word.substr(2), 16);
  if (!value) in.fail("an address such as 0x7f00");
  address.value = value.value_or(0);
  in.advance(word.size());
}
void take_field(Cursor& in, Mode& mode) {
  const std::string_view word = in.word();
  const auto value = number_of<std::uint32_t>(word, 8);
  if (!value) in.fail("a mode in octal such as 0644");
  mode.bits = value.value_or(0);
  in.advance(word.size());
}
void take_field(Cursor& in, SignalSet& set) {
  constexpr int kSignalMax = 64;
  set.bits = 0;
  if (!in.take("{")) in.fail("a set of signals such as {SIGINT,SIGTERM}");
  if (in.take("}")) return;
  do {
    const std::string_view word = in.rest().substr(0, in.rest().find_first_of(",} \n"));
    const auto signal = symbol_value(Vocabulary::signal, word);
    if (!signal || *signal < 1 || *signal > kSignalMax) return in.fail("a signal such as SIGUSR1");
    if (set.contains(*signal)) in.fail("each signal once");
    set.bits |= SignalSet::bit(*signal);
    in.advance(word.size());
  } while (in.take(","));
  if (!in.take("}")) in.fail("',' or '}'");
}

void take_value(Cursor& in, const FieldPointer& pointer) {
  if (const auto* symbol = std::get_if<SymbolPointer>(&pointer)) {
    *symbol->value = take_symbol(in, symbol->vocabulary);
    return;
  }
  std::visit(
      [&]<typename P>(const P& field) {
        if constexpr (std::is_pointer_v<P>) take_field(in, *field);
      },
      pointer);
}

}  // namespace

Op take_op(Cursor& in, const OtherValue& other) {
  const std::string_view word = in.word();
  const std::size_t kind = kind_of_name(word);
  if (kind == kOpKinds) {
    in.fail("the name of an operation");
    return {};
  }
  in.advance(word.size());
  Op op = default_op(kind);
  const std::vector<Field> fields = fields_of(op);
  for (std::size_t i = 0; i < fields.size() && !in.failed(); ++i) {
    in.field(fields[i].name);
    if (!other || !other(in, fields, i)) take_value(in, fields[i].value);
  }
  return op;
}

std::string take_role(Cursor& in) {
  constexpr std::string_view expected = "the name of a process";
  in.space(expected);
  return take_name(in, expected);
}

void take_head(Cursor& in, std::string_view head, std::string_view version) {
  if (in.word() != head) in.fail("'" + std::string(head) + " " + std::string(version) + "'");
  in.advance(head.size());
  const std::string expected = "version " + std::string(version);
  in.space(expected);
  if (in.word() != version) in.fail(expected);
  in.advance(version.size());
  in.end_line();
}

std::string take_rule(Cursor& in) {
  skip_comments(in);
  if (in.word() != "rule") return {};
  in.advance(4);
  constexpr std::string_view expected = "the id of a rule";
  in.space(expected);
  std::string rule = take_name(in, expected);
  in.end_line();
  skip_comments(in);
  return rule;
}

void skip_comments(Cursor& in) {
  while (!in.at_text_end()) {
    const std::string_view line = in.rest().substr(0, in.rest().find('\n'));
    if (!line.starts_with('#') && line.find_first_not_of(' ') != std::string_view::npos) return;
    in.skip_line();
  }
}

}  // namespace ipcspec::op
