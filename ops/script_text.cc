#include "ops/script_text.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "ops/take.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::op {
namespace {

constexpr std::string_view kRuleWord = "rule";
constexpr std::string_view kProcessWord = "process";
constexpr std::string_view kRaceWord = "race";
constexpr std::string_view kWithWord = "with";
constexpr std::string_view kDataPart = ".data";
constexpr std::string_view kNamePrefix = "name.";

// A name that could be taken for a call or for a name of the scenario is quoted.
std::string process_text(const std::string& process) {
  const bool plain =
      is_plain_name(process) && !is_digit(process[0]) && !process.starts_with(kNamePrefix);
  return plain ? process : quoted(process);
}

std::string plus_text(std::int64_t plus) {
  if (plus == 0) return {};
  return (plus > 0 ? "+" : "") + std::to_string(plus);
}

std::string output_text(const Reference& reference, const std::vector<std::size_t>& kinds) {
  const bool known = reference.call >= 1 && reference.call <= kinds.size();
  const auto names = output_names(known ? kinds[reference.call - 1] : kOpKinds);
  if (reference.output < names.size()) return std::string(names[reference.output]);
  return "outputs[" + std::to_string(reference.output) + "]";
}

std::string reference_text(const Reference& reference, const std::vector<std::size_t>& kinds) {
  const std::string call = "@" + std::to_string(reference.call);
  switch (reference.to) {
    case Reference::To::process:
      return "@" + process_text(reference.process) + plus_text(reference.plus);
    case Reference::To::value:
      return call + plus_text(reference.plus);
    case Reference::To::output:
      return call + "." + output_text(reference, kinds) + plus_text(reference.plus);
    case Reference::To::data:
      return call + std::string(kDataPart);
    case Reference::To::name:
      return "@" + std::string(kNamePrefix) + std::to_string(reference.call);
  }
  return {};
}

class ScriptParser {
 public:
  ScriptParser(std::string_view text, TextLimits limits) : in_(text, limits) {}

  Parsed<Script> parse() {
    take_head(in_, kScriptHead, kScriptVersion);
    script_.rule = take_rule(in_);
    while (in_.word() == kProcessWord) take_root();
    while (!in_.at_text_end()) take_step();
    if (in_.failed()) return in_.error();
    return std::move(script_);
  }

 private:
  void take_root() {
    in_.advance(kProcessWord.size());
    const std::size_t name_at = in_.at() + 1;
    script_.roots.push_back(take_role(in_));
    note_birth(script_.roots.back(), name_at);
    in_.end_line();
    skip_comments(in_);
    close_step();
  }

  void note_birth(const std::string& name, std::size_t name_at) {
    if (name.empty()) in_.fail_at(name_at, "a name that is not empty");
    if (processes_.contains(name) || !children_.insert(name).second) {
      in_.fail_at(name_at, "a name that no other process has");
    }
  }

  void take_step() {
    ScriptStep step;
    const bool race = in_.word() == kRaceWord;
    if (race) {
      in_.advance(kRaceWord.size());
      in_.space(number_expected());
    } else if (!is_digit(in_.peek())) {
      in_.fail(script_.steps.empty() ? "process, race or the number of a call"
                                     : "race or the number of a call");
    }
    take_call(step);
    while (race && in_.word() == kWithWord) {
      in_.advance(kWithWord.size());
      in_.space(number_expected());
      take_call(step);
    }
    if (race && step.calls.size() < 2) in_.fail("'with' and another call of the race");
    script_.steps.push_back(std::move(step));
    close_step();
  }

  // What the step made can be referred to from here on.
  void close_step() {
    processes_.merge(children_);
    children_.clear();
    calls_ended_ = kinds_.size();
  }

  std::string number_expected() const {
    return "the number " + std::to_string(kinds_.size() + 1) +
           ", since calls are numbered in order";
  }

  void take_call(ScriptStep& step) {
    const std::string_view number = in_.word();
    if (number_of<std::size_t>(number) != kinds_.size() + 1) in_.fail(number_expected());
    in_.advance(number.size());
    ScriptCall call;
    const std::size_t who_at = in_.at() + 1;
    call.who = take_role(in_);
    if (!processes_.contains(call.who)) in_.fail_at(who_at, "a process that exists by then");
    const auto same = [&](const ScriptCall& other) { return other.who == call.who; };
    if (std::ranges::any_of(step.calls, same)) {
      in_.fail_at(who_at, "a process that has no call in this race");
    }
    in_.space("the name of an operation");
    take_operation(call);
    in_.end_line();
    skip_comments(in_);
    kinds_.push_back(call.op.index());
    step.calls.push_back(std::move(call));
  }

  void take_operation(ScriptCall& call) {
    const bool fork = in_.word() == Fork::kName;
    call.op = take_op(in_, [&](Cursor&, const std::vector<Field>& fields, std::size_t index) {
      if (fork) return take_child(fields[index]);
      if (in_.peek() != '@') return false;
      call.references.push_back(take_reference(fields[index], index));
      return true;
    });
  }

  // Of a fork: the name, so that it is known where it stands.
  bool take_child(const Field& field) {
    if (!holds_text(field)) return false;
    const std::size_t name_at = in_.at();
    std::string name = take_string(in_);
    note_birth(name, name_at);
    *std::get<std::string*>(field.value) = std::move(name);
    return true;
  }

  Reference take_reference(const Field& field, std::size_t index) {
    const std::size_t start = in_.at();
    in_.advance(1);
    Reference reference;
    reference.field = index;
    if (holds_text(field)) {
      take_text_reference(reference, start);
    } else if (holds_number(field)) {
      take_number_reference(reference, start);
    } else {
      in_.fail_at(start, "a value: this field refers to nothing");
    }
    return reference;
  }

  void take_text_reference(Reference& reference, std::size_t start) {
    const std::string expected = "@CALL.data or @name.NUMBER";
    if (in_.take(kNamePrefix)) {
      reference.to = Reference::To::name;
      reference.call = take_number<std::size_t>(in_, "the number of a name");
      return;
    }
    if (!is_digit(in_.peek())) in_.fail_at(start, expected);
    reference.to = Reference::To::data;
    reference.call = take_earlier_call();
    if (!in_.take(kDataPart)) in_.fail("'.data'");
  }

  void take_number_reference(Reference& reference, std::size_t start) {
    if (in_.rest().starts_with(kNamePrefix)) in_.fail_at(start, "@PROCESS, @CALL or @CALL.OUTPUT");
    if (!is_digit(in_.peek())) {
      reference.to = Reference::To::process;
      reference.process = take_name(in_, "a process or the number of a call");
      if (!processes_.contains(reference.process)) {
        in_.fail_at(start + 1, "a process that exists by then");
      }
      return;
    }
    reference.call = take_earlier_call();
    if (in_.take(".")) {
      reference.to = Reference::To::output;
      reference.output = take_output(kinds_[reference.call - 1]);
    }
    if (in_.peek() == '+' || in_.peek() == '-') reference.plus = take_plus();
  }

  std::size_t take_earlier_call() {
    const auto call = number_of<std::size_t>(digits());
    if (!call || *call < 1 || *call > calls_ended_) in_.fail("the number of an earlier call");
    in_.advance(digits().size());
    return call.value_or(0);
  }

  std::size_t take_output(std::size_t op_kind) {
    const std::string_view rest = in_.rest();
    const std::string_view word = rest.substr(0, rest.find_first_of(" +-\n"));
    const auto names = output_names(op_kind);
    const auto found = std::ranges::find(names, word);
    if (found != names.end()) {
      in_.advance(word.size());
      return static_cast<std::size_t>(found - names.begin());
    }
    std::string expected;
    for (const std::string_view name : names) {
      expected += (expected.empty() ? "" : " or ") + std::string(name);
    }
    if (expected.empty())
      expected = "nothing: " + std::string(name_of_kind(op_kind)) + " has no outputs";
    in_.fail(expected);
    return 0;
  }

  std::int64_t take_plus() {
    const std::size_t start = in_.at();
    const bool minus = in_.peek() == '-';
    in_.advance(1);
    const std::string number = (minus ? "-" : "") + std::string(digits());
    const auto plus = number_of<std::int64_t>(number);
    if (!plus || *plus == 0) in_.fail_at(start, "an offset such as +4096");
    in_.advance(digits().size());
    return plus.value_or(0);
  }

  std::string_view digits() const {
    const std::string_view rest = in_.rest();
    return rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size()));
  }

  Cursor in_;
  Script script_;
  std::set<std::string> processes_;  // that exist after the steps that have ended
  std::set<std::string> children_;   // that come to be in this step
  std::vector<std::size_t> kinds_;   // of all calls so far
  std::size_t calls_ended_ = 0;      // how many calls are in steps that have ended
};

}  // namespace

std::vector<std::size_t> call_kinds(const Script& script) {
  std::vector<std::size_t> kinds;
  for (const ScriptStep& step : script.steps) {
    for (const ScriptCall& call : step.calls) kinds.push_back(call.op.index());
  }
  return kinds;
}

std::string to_text(const ScriptCall& call, const std::vector<std::size_t>& kinds,
                    std::size_t data_chars_max) {
  return op_text(call.op, data_chars_max, [&](std::size_t field) -> std::optional<std::string> {
    for (const Reference& reference : call.references) {
      if (reference.field == field) return reference_text(reference, kinds);
    }
    return std::nullopt;
  });
}

std::string print_script(const Script& script) {
  std::string text = std::string(kScriptHead) + " " + std::string(kScriptVersion) + "\n";
  if (!script.rule.empty()) text += std::string(kRuleWord) + " " + name_text(script.rule) + "\n";
  for (const std::string& root : script.roots) {
    text += std::string(kProcessWord) + " " + name_text(root) + "\n";
  }
  const std::vector<std::size_t> kinds = call_kinds(script);
  std::size_t number = 0;
  for (const ScriptStep& step : script.steps) {
    for (std::size_t i = 0; i < step.calls.size(); ++i) {
      if (step.calls.size() > 1) text += std::string(i == 0 ? kRaceWord : kWithWord) + " ";
      const ScriptCall& call = step.calls[i];
      text +=
          std::to_string(++number) + " " + name_text(call.who) + " " + to_text(call, kinds) + "\n";
    }
  }
  return text;
}

Parsed<Script> try_parse_script(std::string_view text, TextLimits limits) {
  return ScriptParser(text, limits).parse();
}

Script parse_script(std::string_view text, TextLimits limits) {
  return value_or_throw(try_parse_script(text, limits));
}

}  // namespace ipcspec::op
