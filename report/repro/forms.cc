#include "report/repro/forms.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <span>

#include "ops/fields.hpp"
#include "ops/symbols.hpp"
#include "ops/text.hpp"
#include "report/repro/fd.hpp"
#include "report/repro/mq.hpp"
#include "report/repro/pipe.hpp"
#include "report/repro/proc.hpp"
#include "report/repro/sem.hpp"
#include "report/repro/shm.hpp"
#include "report/repro/signal.hpp"
#include "report/repro/tcp.hpp"
#include "report/repro_c.hpp"

namespace ipcspec::report::repro {
namespace {

constexpr std::span<const CallForm> kForms[] = {kFdForms,  kPipeForms,   kFifoForms, kPollForms,
                                                kTcpForms, kUnixForms,   kShmForms,  kSemForms,
                                                kMqForms,  kSignalForms, kProcForms};

// Data beyond this is no IPC of a script, but a mistake in a number.
constexpr std::uint64_t kRoomBytesMax = std::uint64_t{1} << 30;
// For data whose size is only known when the program runs.
constexpr std::string_view kRoomUnknown = "1048576";
// A text with a run of at least this many equal bytes is put together by the program.
constexpr std::size_t kRunMin = 64;
constexpr std::size_t kShownBytes = 40;

// C reads -9223372036854775808 as the negation of a number that does not fit.
std::string number_in_c(std::int64_t number) {
  if (number == std::numeric_limits<std::int64_t>::min()) return "(-9223372036854775807LL - 1)";
  const bool fits =
      number >= -std::numeric_limits<int>::max() && number <= std::numeric_limits<int>::max();
  return std::to_string(number) + (fits ? "" : "LL");
}
std::string number_in_c(std::uint64_t number) {
  if (number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return number_in_c(static_cast<std::int64_t>(number));
  }
  return std::to_string(number) + "ULL";
}

std::string hexadecimal(std::uint64_t number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "0x%llx", static_cast<unsigned long long>(number));
  return digits;
}

std::string octal(std::uint32_t bits) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%04o", bits);
  return digits;
}

std::string spaced(std::string flags) {
  for (std::size_t bar = flags.find('|'); bar != std::string::npos;
       bar = flags.find('|', bar + 3)) {
    flags.replace(bar, 1, " | ");
  }
  return flags;
}

std::string set_in_c(op::SignalSet set) {
  std::string text = "set_of(";
  for (int signal = 1; signal <= 64; ++signal) {
    if (!set.contains(signal)) continue;
    text += op::symbol_text(op::Vocabulary::signal, signal) + ", ";
  }
  return text + "0)";
}

std::string upper(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    result += static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  }
  return result;
}

// The value of a field in C, for the program and for people.
struct FieldInC {
  std::string expression;
  std::string shown;
  std::string size;  // of a text
};

class Filler {
 public:
  Filler(const op::ScriptCall& call, const Names& names)
      : call_(call), op_(call.op), fields_(op::fields_of(op_)), names_(names) {}

  CallInC fill() {
    const CallForm& form = choose();
    CallInC result;
    result.before = expand(form.before, false);
    result.call = expand(form.call, false);
    result.shown = expand(form.call, true);
    result.after = expand(form.after, false);
    result.result = form.result;
    result.value = form.value;
    if (!form.room.empty()) result.room = room(form.room);
    add_conditions(result);
    if (!form.unless.empty()) {
      result.conditions.push_back("may(!" + expand(form.unless, false) + ")");
    }
    result.words_used = {form.before, form.call, form.after, form.value, form.unless};
    for (const op::Field& field : fields_) {
      const FieldInC value = in_c(field);
      for (const std::string_view helper : {"at(", "joined(", "set_of("}) {
        if (value.expression.find(helper) != std::string::npos) {
          result.words_used.push_back(helper);
        }
      }
    }
    return result;
  }

 private:
  const CallForm& choose() const {
    for (const CallForm* form : forms_of(op::name_of(call_.op))) {
      if (form->when.empty()) return *form;
      const std::size_t equals = form->when.find('=');
      const FieldInC value = in_c(field_called(form->when.substr(0, equals)));
      if (value.expression == form->when.substr(equals + 1)) return *form;
    }
    throw NotInC("a C program cannot say " + op::to_text(call_.op, kShownBytes) +
                 "; leave the call out of the script");
  }

  const op::Field& field_called(std::string_view name) const {
    const auto found = std::ranges::find(fields_, name, &op::Field::name);
    if (found == fields_.end()) {
      throw std::logic_error("no field " + std::string(name) + " in " +
                             std::string(op::name_of(call_.op)));
    }
    return *found;
  }

  std::string expand(std::string_view text, bool shown) const {
    constexpr std::string_view kSize = ".size";
    std::string result;
    for (std::size_t dollar = text.find('$'); dollar != std::string_view::npos;
         dollar = text.find('$')) {
      result += text.substr(0, dollar);
      text.remove_prefix(dollar + 1);
      std::size_t length = 0;
      while (length < text.size() && (std::islower(text[length]) || text[length] == '_')) ++length;
      const FieldInC value = in_c(field_called(text.substr(0, length)));
      text.remove_prefix(length);
      if (text.starts_with(kSize)) {
        result += value.size;
        text.remove_prefix(kSize.size());
      } else {
        result += shown ? value.shown : value.expression;
      }
    }
    return result + std::string(text);
  }

  std::string room(std::string_view form) const {
    if (!form.starts_with('$')) return std::string(form);
    const op::Field& field = field_called(form.substr(1));
    if (reference_of(field) != nullptr) return std::string(kRoomUnknown);
    const auto bytes = static_cast<std::uint64_t>(op::number_in(field));
    if (bytes > kRoomBytesMax) {
      throw NotInC("a C program cannot say " + op::to_text(call_.op, kShownBytes) + ": " +
                   std::to_string(bytes) + " bytes are more than it has room for");
    }
    return std::to_string(bytes);
  }

  void add_conditions(CallInC& result) const {
    for (const op::Reference& reference : call_.references) {
      std::string condition;
      switch (reference.to) {
        case op::Reference::To::name:
          continue;
        case op::Reference::To::process:
          condition = "knows_process(" + names_.identifier_of(reference.process) + ")";
          break;
        case op::Reference::To::output:
          condition = "knows_output(" + std::to_string(reference.call) + ", " +
                      std::to_string(reference.output) + ")";
          break;
        default:
          condition = "knows(" + std::to_string(reference.call) + ")";
      }
      if (std::ranges::count(result.conditions, condition) == 0) {
        result.conditions.push_back(std::move(condition));
      }
    }
  }

  const op::Reference* reference_of(const op::Field& field) const {
    for (const op::Reference& reference : call_.references) {
      if (fields_[reference.field].name == field.name) return &reference;
    }
    return nullptr;
  }

  FieldInC in_c(const op::Field& field) const {
    if (const op::Reference* reference = reference_of(field)) return referenced(field, *reference);
    if (const auto* const* text = std::get_if<std::string*>(&field.value)) {
      const TextInC all = text_in_c(**text);
      const std::string shown = (*text)->size() <= kShownBytes
                                    ? literal(**text)
                                    : literal((*text)->substr(0, kShownBytes)) + "...";
      return {all.expression, shown, all.size};
    }
    const std::string value = plain(field);
    return {value, value, {}};
  }

  static std::string plain(const op::Field& field) {
    const op::FieldPointer& value = field.value;
    if (const auto* number = std::get_if<std::uint64_t*>(&value)) return number_in_c(**number);
    if (const auto* flag = std::get_if<bool*>(&value)) return **flag ? "1" : "0";
    if (const auto* mode = std::get_if<op::Mode*>(&value)) return octal((*mode)->bits);
    if (const auto* set = std::get_if<op::SignalSet*>(&value)) return set_in_c(**set);
    if (const auto* address = std::get_if<op::Address*>(&value)) {
      return "at(" + hexadecimal((*address)->value) + ")";
    }
    if (const auto* symbol = std::get_if<op::SymbolPointer>(&value)) {
      return spaced(op::symbol_text(symbol->vocabulary, *symbol->value));
    }
    return number_in_c(op::number_in(field));
  }

  FieldInC referenced(const op::Field& field, const op::Reference& reference) const {
    const std::string call = std::to_string(reference.call);
    std::string expression;
    switch (reference.to) {
      case op::Reference::To::data:
        return {"DATA_OF_" + call, "DATA_OF_" + call, "SIZE_OF_" + call};
      case op::Reference::To::name:
        return {"NAME_" + call, "NAME_" + call, "strlen(NAME_" + call + ")"};
      case op::Reference::To::process:
        expression = "PID_OF(" + names_.identifier_of(reference.process) + ")";
        break;
      case op::Reference::To::value:
        expression = "VALUE_OF_" + call;
        break;
      case op::Reference::To::output:
        expression = output_macro(reference.call, kind_of(reference.call), reference.output);
        break;
    }
    if (reference.plus != 0) {
      const auto plus = static_cast<std::uint64_t>(reference.plus);
      expression += reference.plus > 0 ? " + " + number_in_c(plus) : " - " + number_in_c(0 - plus);
    }
    if (std::holds_alternative<op::Address*>(field.value)) {
      expression = "at(" + expression + ")";
    } else if (reference.plus != 0) {
      expression = "(" + expression + ")";
    }
    return {expression, expression, {}};
  }

  std::size_t kind_of(std::size_t call) const { return names_.call_kinds.at(call - 1); }

  const op::ScriptCall& call_;
  op::Op op_;  // whose fields are looked at
  std::vector<op::Field> fields_;
  const Names& names_;
};

}  // namespace

const std::string& Names::identifier_of(const std::string& process) const {
  const auto found = std::ranges::find(processes, process);
  if (found == processes.end()) {
    throw NotInC("the script names process " + process + ", which nothing makes");
  }
  return identifiers[static_cast<std::size_t>(found - processes.begin())];
}

std::vector<const CallForm*> forms_of(std::string_view operation) {
  std::vector<const CallForm*> found;
  for (const std::span<const CallForm>& table : kForms) {
    for (const CallForm& form : table) {
      if (form.operation == operation) found.push_back(&form);
    }
  }
  return found;
}

CallInC in_c(const op::ScriptCall& call, const Names& names) { return Filler(call, names).fill(); }

std::string output_macro(std::size_t call, std::size_t op_kind, std::size_t output) {
  const auto names = op::output_names(op_kind);
  const std::string name =
      output < names.size() ? upper(names[output]) : "OUTPUT_" + std::to_string(output);
  return name + "_OF_" + std::to_string(call);
}

// Octal escapes end after three digits, hexadecimal ones go on as long as they can.
std::string literal(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    if (byte == '"' || byte == '\\') {
      text += std::string("\\") + byte;
    } else if (byte == '\n') {
      text += "\\n";
    } else if (byte >= ' ' && byte <= '~') {
      text += byte;
    } else {
      char digits[8];
      std::snprintf(digits, sizeof digits, "\\%03o", static_cast<unsigned char>(byte));
      text += digits;
    }
  }
  return text + "\"";
}

TextInC text_in_c(std::string_view bytes) {
  std::vector<std::string> pieces;
  const auto add = [&](std::string_view piece, std::size_t times) {
    pieces.push_back(literal(piece) + ", (size_t)" + std::to_string(piece.size()) + ", (size_t)" +
                     std::to_string(times));
  };
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t end = std::min(bytes.find_first_not_of(bytes[i], i), bytes.size());
    if (end - i >= kRunMin) {
      if (plain_from < i) add(bytes.substr(plain_from, i - plain_from), 1);
      add(bytes.substr(i, 1), end - i);
      plain_from = end;
    }
    i = end;
  }
  const std::string size = std::to_string(bytes.size());
  if (pieces.empty()) return {literal(bytes), size};
  if (plain_from < bytes.size()) add(bytes.substr(plain_from), 1);
  std::string expression = "joined(" + std::to_string(pieces.size());
  for (const std::string& piece : pieces) expression += ", " + piece;
  return {expression + ")", size};
}

}  // namespace ipcspec::report::repro
