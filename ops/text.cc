#include "ops/text.hpp"

#include <cstdio>
#include <utility>

#include "ops/symbols.hpp"

namespace ipcspec::op {
namespace {

// Printable characters as they are, a long run of one byte as "x"*70000.
std::string quoted(std::string_view bytes) {
  constexpr std::size_t kRunMin = 16;
  std::string text;
  std::string plain;
  const auto flush = [&] {
    if (plain.empty()) return;
    text += (text.empty() ? "\"" : "+\"") + plain + "\"";
    plain.clear();
  };
  const auto escape = [](char byte) -> std::string {
    if (byte == '"' || byte == '\\') return std::string("\\") + byte;
    if (byte >= ' ' && byte <= '~') return {byte};
    char digits[8];
    std::snprintf(digits, sizeof digits, "\\x%02x", static_cast<unsigned char>(byte));
    return digits;
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t end = bytes.find_first_not_of(bytes[i], i);
    const std::size_t run = (end == std::string_view::npos ? bytes.size() : end) - i;
    if (run >= kRunMin) {
      flush();
      text += (text.empty() ? "\"" : "+\"") + escape(bytes[i]) + "\"*" + std::to_string(run);
    } else {
      for (std::size_t k = 0; k < run; ++k) plain += escape(bytes[i]);
    }
    i += run;
  }
  flush();
  return text.empty() ? "\"\"" : text;
}

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
std::string field_text(const std::string& text) { return quoted(text); }
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

template <std::size_t... I>
constexpr std::array<std::string_view, kOpKinds> output_lists(std::index_sequence<I...>) {
  return {output_list<std::variant_alternative_t<I, OpVariant>>()...};
}
constexpr auto kOutputLists = output_lists(std::make_index_sequence<kOpKinds>{});

}  // namespace

std::string to_text(const Op& op) {
  return std::visit(
      []<typename T>(const T& value) {
        std::string text(T::kName);
        std::size_t index = 0;
        std::apply(
            [&](const auto&... field) {
              ((text += " " + std::string(kFieldNames<T>[index++]) + "=" + field_text(field)), ...);
            },
            value.fields());
        return text;
      },
      op);
}

std::string to_text(const Outcome& outcome, std::size_t op_kind) {
  if (outcome.error.value != 0) return "error=" + to_text(outcome.error);
  std::string text = "value=" + std::to_string(outcome.value);
  if (!outcome.data.empty()) text += " data=" + quoted(outcome.data);
  std::string_view names = kOutputLists[op_kind];
  for (const std::int64_t output : outcome.outputs) {
    const auto comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    text += " " + std::string(name.empty() ? "output" : name) + "=" + std::to_string(output);
    names = comma == std::string_view::npos ? std::string_view{} : names.substr(comma + 2);
  }
  return text;
}

}  // namespace ipcspec::op
