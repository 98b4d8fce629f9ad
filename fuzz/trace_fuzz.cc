// The parser of traces on any bytes: it takes them, and then printing and parsing again give the
// same trace, which can be drawn, or it refuses them at a place inside the text.
//
// Input: the text. In a text that does not begin with the first line of a trace, that line is put
// in front, so that inputs need not carry it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ops/text.hpp"
#include "report/lanes.hpp"

namespace {

constexpr std::string_view kHead = "ipcspec-trace";

[[noreturn]] void fail(const char* what, const std::string& text) {
  std::fprintf(stderr, "%s:\n%s\n", what, text.c_str());
  std::abort();
}

void check_place(const ipcspec::op::TextError& error, const std::string& text) {
  std::size_t start = 0;
  for (std::size_t line = 1; line < error.line; ++line) {
    start = text.find('\n', start);
    if (start == std::string::npos) fail("the line of the error is not in the text", error.what());
    ++start;
  }
  const std::size_t length = std::min(text.find('\n', start), text.size()) - start;
  if (error.line < 1 || error.column < 1 || error.column > length + 1) {
    fail("the place of the error is not in the text", error.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A repeat makes much out of little; without the limit the fuzzer would measure memory.
  constexpr ipcspec::op::TextLimits kLimits{.repeated_bytes_max = 1 << 16};
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with(kHead)) text = std::string(kHead) + " 1\n" + text;
  ipcspec::op::Trace trace;
  try {
    trace = ipcspec::op::parse_trace(text, kLimits);
  } catch (const ipcspec::op::TextError& error) {
    check_place(error, text);
    return 0;
  }
  const std::string printed = ipcspec::op::print_trace(trace);
  if (ipcspec::op::parse_trace(printed) != trace) fail("printed and parsed differ", printed);
  const ipcspec::report::LaneOptions options{.width_columns = static_cast<int>(size % 160),
                                             .unicode = size % 2 == 0,
                                             .highlight_call = size % 7};
  ipcspec::report::draw_lanes(trace, options);
  return 0;
}
