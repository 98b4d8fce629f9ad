#include "ops/text.hpp"

#include <algorithm>
#include <cstdio>
#include <type_traits>

#include "ops/symbols.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::op {
namespace {

std::string number_text(std::uint64_t number, const char* format) {
  char digits[32];
  std::snprintf(digits, sizeof digits, format, static_cast<unsigned long long>(number));
  return digits;
}

std::string field_text(std::uint64_t number) { return std::to_string(number); }
std::string field_text(std::int64_t number) { return std::to_string(number); }
std::string field_text(bool flag) { return flag ? "true" : "false"; }
std::string field_text(const Fd& fd) { return std::to_string(fd.number); }
std::string field_text(const Address& address) { return number_text(address.value, "0x%llx"); }
std::string field_text(const Mode& mode) { return number_text(mode.bits, "%04llo"); }
std::string field_text(const SignalSet& set) {
  std::string text = "{";
  for (int signal = 1; signal <= 64; ++signal) {
    if (!set.contains(signal)) continue;
    if (text.size() > 1) text += ',';
    text += symbol_text(Vocabulary::signal, signal);
  }
  return text + "}";
}
template <Vocabulary V>
std::string field_text(const Symbol<V>& symbol) {
  return symbol_text(V, symbol.value);
}

std::string facts_text(const Facts& facts) {
  return std::string(kFactsWord) + " uid=" + std::to_string(facts.uid) +
         " page_bytes=" + std::to_string(facts.page_bytes) +
         " pipe_bytes=" + std::to_string(facts.pipe_bytes) +
         " pipe_buf_bytes=" + std::to_string(facts.pipe_buf_bytes);
}

std::string event_text(const BirthEvent& event, std::size_t) {
  const std::string parent = event.parent.empty() ? "" : " parent=" + name_text(event.parent);
  return "birth " + name_text(event.who) + parent + " pid=" + std::to_string(event.pid);
}
std::string event_text(const CallEvent& event, std::size_t) {
  return (event.racing ? "race " : "call ") + std::to_string(event.id) + " " +
         name_text(event.who) + " " + to_text(event.op);
}
std::string event_text(const ReturnEvent& event, std::size_t op_kind) {
  return "return " + std::to_string(event.id) + " " + name_text(event.who) + " " +
         to_text(event.outcome, op_kind);
}
std::string event_text(const DeathEvent& event, std::size_t) {
  return "death " + name_text(event.who) + " " + death_text(event.status);
}
std::string event_text(const StopEvent& event, std::size_t) {
  return (event.stopped ? "stop " : "continue ") + name_text(event.who);
}
std::string event_text(const QuietEvent& event, std::size_t) {
  std::string text = "quiet " + std::string(to_string(event.evidence));
  for (const CallId id : event.blocked) text += " " + std::to_string(id);
  return text;
}

// A byte as it stands between quotation marks.
void append_escaped(std::string& text, char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (byte == '"' || byte == '\\') {
    text += '\\';
    text += byte;
  } else if (byte >= ' ' && byte <= '~') {
    text += byte;
  } else {
    text += "\\x";
    text += kDigits[static_cast<unsigned char>(byte) / 16];
    text += kDigits[static_cast<unsigned char>(byte) % 16];
  }
}

}  // namespace

std::string quoted(std::string_view bytes, std::size_t chars_max) {
  constexpr std::size_t kRunMin = 16;
  std::string text;
  std::string plain;
  const auto flush = [&] {
    if (plain.empty()) return;
    text += (text.empty() ? "\"" : "+\"") + plain + "\"";
    plain.clear();
  };
  bool cut = false;
  for (std::size_t i = 0; i < bytes.size() && !cut;) {
    const std::size_t end = bytes.find_first_not_of(bytes[i], i);
    const std::size_t run = (end == std::string_view::npos ? bytes.size() : end) - i;
    if (run >= kRunMin) {
      flush();
      text += text.empty() ? "\"" : "+\"";
      append_escaped(text, bytes[i]);
      text += "\"*" + std::to_string(run);
    } else {
      for (std::size_t k = 0; k < run; ++k) append_escaped(plain, bytes[i]);
    }
    i += run;
    cut = i < bytes.size() && text.size() + plain.size() >= chars_max;
  }
  flush();
  if (cut) return text + "...(" + std::to_string(bytes.size()) + " bytes)";
  return text.empty() ? "\"\"" : text;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, is_plain_name_byte);
}

std::string op_text(const Op& op, std::size_t data_chars_max, const OtherText& other) {
  const auto text_of = [&]<typename F>(const F& field) {
    if constexpr (std::is_same_v<F, std::string>) {
      return quoted(field, data_chars_max);
    } else {
      return field_text(field);
    }
  };
  const auto field_value = [&](std::size_t index, const auto& field) {
    if (other) {
      if (auto text = other(index)) return *std::move(text);
    }
    return text_of(field);
  };
  return std::visit(
      [&]<typename T>(const T& value) {
        std::string text(T::kName);
        std::size_t index = 0;
        const auto append = [&](const auto& field) {
          text += " " + std::string(kFieldNames<T>[index]) + "=" + field_value(index, field);
          ++index;
        };
        std::apply([&](const auto&... field) { (append(field), ...); }, value.fields());
        return text;
      },
      op);
}

std::string to_text(const Op& op, std::size_t data_chars_max) {
  return op_text(op, data_chars_max, {});
}

std::string to_text(const Outcome& outcome, std::size_t op_kind, std::size_t data_chars_max) {
  std::string text;
  if (outcome.error.value != 0) text = "error=" + to_text(outcome.error);
  if (outcome.error.value == 0 || outcome.value != kFailedValue) {
    text += (text.empty() ? "value=" : " value=") + std::to_string(outcome.value);
  }
  if (!outcome.data.empty()) text += " data=" + quoted(outcome.data, data_chars_max);
  OutputNames names(op_kind);
  auto output = outcome.outputs.begin();
  for (; output != outcome.outputs.end() && !names.done(); ++output) {
    text += " " + std::string(names.next()) + "=" + std::to_string(*output);
  }
  if (output == outcome.outputs.end()) return text;
  text += " outputs=[" + std::to_string(*output);
  while (++output != outcome.outputs.end()) text += "," + std::to_string(*output);
  return text + "]";
}

std::string to_text(const Event& event, std::size_t op_kind) {
  return std::visit([&](const auto& value) { return event_text(value, op_kind); }, event);
}

std::string name_text(std::string_view name) {
  return is_plain_name(name) ? std::string(name) : quoted(name);
}

std::string death_text(int status) {
  if (status == -1) return "unknown";
  const int code = (status >> 8) & 0xff;
  if (status == code << 8) return "exit:" + std::to_string(code);
  const int signal = status & ~kCoreBit;
  if (signal >= 1 && signal <= kDeathSignalMax) {
    return "signal:" + symbol_text(Vocabulary::signal, signal) +
           ((status & kCoreBit) != 0 ? std::string(kCoreSuffix) : "");
  }
  return "status:" + std::to_string(status);
}

std::vector<std::string_view> output_names(std::size_t op_kind) {
  std::vector<std::string_view> names;
  for (OutputNames left(op_kind); !left.done();) names.push_back(left.next());
  return names;
}

void CallKinds::note(const Event& event) {
  if (const auto* call = std::get_if<CallEvent>(&event)) kinds_[call->id] = call->op.index();
}

std::size_t CallKinds::of(CallId id) const {
  const auto found = kinds_.find(id);
  return found == kinds_.end() ? kOpKinds : found->second;
}

std::size_t CallKinds::of(const Event& event) const {
  const auto* returned = std::get_if<ReturnEvent>(&event);
  return returned == nullptr ? kOpKinds : of(returned->id);
}

std::string print_trace(const Trace& trace) {
  std::string text = std::string(kTraceHead) + " " + std::string(kTraceVersion) + "\n";
  if (!trace.rule.empty()) text += "rule " + name_text(trace.rule) + "\n";
  if (trace.facts != Facts{}) text += facts_text(trace.facts) + "\n";
  CallKinds kinds;
  for (const Event& event : trace.events) {
    kinds.note(event);
    text += to_text(event, kinds.of(event)) + "\n";
  }
  return text;
}

}  // namespace ipcspec::op
