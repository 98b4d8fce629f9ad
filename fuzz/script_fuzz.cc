// The parser of scripts on any bytes: it takes them, and then printing and parsing again give the
// same script, or it refuses them at a place inside the text.
//
// Input: the text. In a text that does not begin with the first line of a script, that line is put
// in front, so that inputs need not carry it.
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/text_fuzz.hpp"
#include "ops/script_text.hpp"

namespace {

constexpr std::string_view kHead = "ipcspec-script";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with(kHead)) text = std::string(kHead) + " 1\n" + text;
  ipcspec::op::Script script;
  try {
    script = ipcspec::op::parse_script(text, ipcspec::fuzz::kLimits);
  } catch (const ipcspec::op::TextError& error) {
    ipcspec::fuzz::check_place(error, text);
    return 0;
  }
  const std::string printed = ipcspec::op::print_script(script);
  if (ipcspec::op::parse_script(printed) != script) {
    ipcspec::fuzz::fail("printed and parsed differ", printed);
  }
  return 0;
}
