// The parser of scripts on any bytes: it takes them, and then printing and parsing again give the
// same script, or it refuses them at a place inside the text.
//
// Input: the text. In a text that does not begin with the first line of a script, that line is put
// in front, so that inputs need not carry it.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "fuzz/text_fuzz.hpp"
#include "ops/script_text.hpp"

namespace {

constexpr std::string_view kHead = "ipcspec-script";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with(kHead)) text = std::string(kHead) + " 1\n" + text;
  const auto parsed = ipcspec::op::try_parse_script(text, ipcspec::fuzz::kLimits);
  if (const auto* error = std::get_if<ipcspec::op::TextError>(&parsed)) {
    ipcspec::fuzz::check_place(*error, text);
    return 0;
  }
  const auto& script = std::get<ipcspec::op::Script>(parsed);
  const std::string printed = ipcspec::op::print_script(script);
  if (ipcspec::op::parse_script(printed) != script) {
    ipcspec::fuzz::fail("printed and parsed differ", printed);
  }
  return 0;
}
