// Parsing of the text form.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <type_traits>
#include <utility>

#include "ops/symbols.hpp"
#include "ops/text.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::op {
namespace {

constexpr std::size_t kFoundCharsMax = 24;

// Reads one line after the other from left to right and knows where it is.
class Cursor {
 public:
  Cursor(std::string_view text, TextLimits limits) : text_(text), limits_(limits) {}

  bool at_text_end() const { return at_ == text_.size(); }
  bool at_line_end() const { return at_text_end() || text_[at_] == '\n'; }
  std::size_t at() const { return at_; }
  char peek() const { return at_text_end() ? '\0' : text_[at_]; }
  std::string_view rest() const { return text_.substr(at_); }
  // Up to the next space or the end of the line; not consumed.
  std::string_view word() const { return rest().substr(0, rest().find_first_of(" \n")); }

  void advance(std::size_t bytes) { at_ += bytes; }
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
  void space(const std::string& expected) {
    if (at_line_end()) fail(expected);
    if (!take(" ")) fail("a space or the end of the line");
  }
  // " name=", for a field that must come next.
  void field(std::string_view name) {
    const std::string expected = "the field '" + std::string(name) + "='";
    space(expected);
    if (!take(std::string(name) + "=")) fail(expected);
  }
  // " name=", for a field that may come next.
  bool optional_field(std::string_view name) { return take(" " + std::string(name) + "="); }

  void spend_repeat(std::uint64_t bytes, std::size_t where) {
    if (bytes > limits_.repeated_bytes_max - repeated_bytes_) {
      fail_at(where, "a count with which all repeats make at most " +
                         std::to_string(limits_.repeated_bytes_max) + " bytes");
    }
    repeated_bytes_ += bytes;
  }

  [[noreturn]] void fail(const std::string& expected) const { fail_at(at_, expected); }
  [[noreturn]] void fail_at(std::size_t where, const std::string& expected) const {
    throw TextError(line_, where - line_start_ + 1, expected, found(where));
  }

 private:
  std::string found(std::size_t where) const {
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

  std::string_view text_;
  TextLimits limits_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  std::uint64_t repeated_bytes_ = 0;
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
T take_number(Cursor& in, const std::string& expected) {
  const std::string_view word = in.word();
  const auto value = number_of<T>(word);
  if (!value) in.fail(expected);
  in.advance(word.size());
  return *value;
}

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
  while (true) {
    if (in.at_line_end()) in.fail("a closing '\"'");
    const char byte = in.peek();
    if (byte == '\\') {
      piece += take_escape(in);
      continue;
    }
    if (byte < ' ' || byte > '~') in.fail("a printable ASCII character or an escape");
    in.advance(1);
    if (byte == '"') return piece;
    piece += byte;
  }
}

std::uint64_t take_repeat(Cursor& in) {
  const std::size_t start = in.at();
  std::size_t digits = 0;
  while (digits < in.rest().size() && in.rest()[digits] >= '0' && in.rest()[digits] <= '9') {
    ++digits;
  }
  const auto count = number_of<std::uint64_t>(in.rest().substr(0, digits));
  if (!count || *count == 0) in.fail("a count of at least 1");
  in.advance(digits);
  in.spend_repeat(*count, start);
  return *count;
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

std::string take_name(Cursor& in, const std::string& expected) {
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
}

void take_field(Cursor& in, std::uint64_t& value) {
  value = take_number<std::uint64_t>(in, "a number from 0 to 18446744073709551615");
}
void take_field(Cursor& in, std::int64_t& value) {
  value = take_number<std::int64_t>(in, "a number");
}
void take_field(Cursor& in, Fd& fd) { fd.number = take_number<int>(in, "a descriptor number"); }
void take_field(Cursor& in, std::string& text) { text = take_string(in); }
template <Vocabulary V>
void take_field(Cursor& in, Symbol<V>& symbol) {
  symbol.value = take_symbol(in, V);
}
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
  address.value = *value;
  in.advance(word.size());
}
void take_field(Cursor& in, Mode& mode) {
  const std::string_view word = in.word();
  const auto value = number_of<std::uint32_t>(word, 8);
  if (!value) in.fail("a mode in octal such as 0644");
  mode.bits = *value;
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
    if (!signal || *signal < 1 || *signal > kSignalMax) in.fail("a signal such as SIGUSR1");
    if (set.contains(*signal)) in.fail("each signal once");
    set.bits |= SignalSet::bit(*signal);
    in.advance(word.size());
  } while (in.take(","));
  if (!in.take("}")) in.fail("',' or '}'");
}

template <typename T>
void take_fields(Cursor& in, Op& op) {
  T& value = op.emplace<T>();
  std::size_t index = 0;
  std::apply(
      [&](auto&... field) { ((in.field(kFieldNames<T>[index++]), take_field(in, field)), ...); },
      value.fields());
}

using FieldsTaker = void (*)(Cursor&, Op&);

template <std::size_t... I>
constexpr std::array<FieldsTaker, kOpKinds> fields_takers(std::index_sequence<I...>) {
  return {&take_fields<std::variant_alternative_t<I, OpVariant>>...};
}
constexpr auto kFieldsTakers = fields_takers(std::make_index_sequence<kOpKinds>{});

Op take_op(Cursor& in) {
  const std::string_view word = in.word();
  const std::size_t kind = kind_of_name(word);
  if (kind == kOpKinds) in.fail("the name of an operation");
  in.advance(word.size());
  Op op;
  kFieldsTakers[kind](in, op);
  return op;
}

void take_output_list(Cursor& in, std::vector<std::int64_t>& outputs) {
  if (!in.take("[")) in.fail("a list of numbers such as [3,4]");
  do {
    const std::string_view word = in.rest().substr(0, in.rest().find_first_of(",] \n"));
    const auto value = number_of<std::int64_t>(word);
    if (!value) in.fail("a number");
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
    take_field(in, outcome.error);
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
  std::optional<int> status;
  if (word == "unknown") {
    status = -1;
  } else if (word.starts_with("exit:")) {
    const auto code = number_of<int>(word.substr(5));
    if (!code || *code < 0 || *code > kCodeMax) {
      in.fail_at(in.at() + 5, "an exit status from 0 to 255");
    }
    status = *code << 8;
  } else if (word.starts_with("signal:")) {
    std::string_view name = word.substr(7);
    const bool core = name.ends_with(kCoreSuffix);
    if (core) name.remove_suffix(kCoreSuffix.size());
    const auto signal = symbol_value(Vocabulary::signal, name);
    if (!signal || *signal < 1 || *signal > kDeathSignalMax) {
      in.fail_at(in.at() + 7, expected_word(Vocabulary::signal));
    }
    status = *signal | (core ? kCoreBit : 0);
  } else if (word.starts_with("status:")) {
    status = number_of<int>(word.substr(7));
    if (!status) in.fail_at(in.at() + 7, "a number");
  }
  if (!status) in.fail("exit:CODE, signal:NAME, status:NUMBER or unknown");
  in.advance(word.size());
  return *status;
}

CallId take_id(Cursor& in) {
  const std::string expected = "the number of a call";
  in.space(expected);
  return take_number<CallId>(in, expected);
}

std::string take_role(Cursor& in) {
  const std::string expected = "the name of a process";
  in.space(expected);
  return take_name(in, expected);
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
  const std::string expected = "none, proven, likely or timed";
  in.space(expected);
  const std::string_view word = in.word();
  const auto name = std::ranges::find(kEvidenceNames, word);
  if (name == kEvidenceNames.end()) in.fail(expected);
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
}

void take_head(Cursor& in) {
  const std::string expected =
      "'" + std::string(kTraceHead) + " " + std::string(kTraceVersion) + "'";
  if (in.word() != kTraceHead) in.fail(expected);
  in.advance(kTraceHead.size());
  const std::string version = "version " + std::string(kTraceVersion);
  in.space(version);
  if (in.word() != kTraceVersion) in.fail(version);
  in.advance(kTraceVersion.size());
  in.end_line();
}

void skip_comments(Cursor& in) {
  while (!in.at_text_end()) {
    const std::string_view line = in.rest().substr(0, in.rest().find('\n'));
    if (!line.starts_with('#') && line.find_first_not_of(' ') != std::string_view::npos) return;
    in.skip_line();
  }
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

Trace parse_trace(std::string_view text, TextLimits limits) {
  Cursor in(text, limits);
  Trace trace;
  take_head(in);
  skip_comments(in);
  if (in.word() == "rule") {
    in.advance(4);
    in.space("the id of a rule");
    trace.rule = take_name(in, "the id of a rule");
    in.end_line();
    skip_comments(in);
  }
  CallKinds kinds;
  while (!in.at_text_end()) {
    trace.events.push_back(take_event(in, kinds));
    in.end_line();
    kinds.note(trace.events.back());
    skip_comments(in);
  }
  return trace;
}

}  // namespace ipcspec::op
