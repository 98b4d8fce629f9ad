// The parser of traces on any bytes: it takes them, and then printing and parsing again give the
// same trace, which can be drawn (one in sixteen is), or it refuses them at a place inside the
// text.
//
// Input: the text. In a text that does not begin with the first line of a trace, that line is put
// in front, so that inputs need not carry it.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "fuzz/text_fuzz.hpp"
#include "ops/text.hpp"
#include "report/lanes.hpp"

namespace {

constexpr std::string_view kHead = "ipcspec-trace";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with(kHead)) text = std::string(kHead) + " 1\n" + text;
  const auto parsed = ipcspec::op::try_parse_trace(text, ipcspec::fuzz::kLimits);
  if (const auto* error = std::get_if<ipcspec::op::TextError>(&parsed)) {
    ipcspec::fuzz::check_place(*error, text);
    return 0;
  }
  const auto& trace = std::get<ipcspec::op::Trace>(parsed);
  const std::string printed = ipcspec::op::print_trace(trace);
  if (ipcspec::op::parse_trace(printed) != trace) {
    ipcspec::fuzz::fail("printed and parsed differ", printed);
  }
  // Drawing takes longer than all before it.
  constexpr std::size_t kDrawnOneIn = 16;
  if (size % kDrawnOneIn != 0) return 0;
  const std::size_t choice = size / kDrawnOneIn;
  const ipcspec::report::LaneOptions options{.width_columns = static_cast<int>(choice % 160),
                                             .unicode = choice % 2 == 0,
                                             .highlight_call = choice % 7};
  ipcspec::report::draw_lanes(trace, options);
  return 0;
}
