// What the fuzz targets of the text forms share.
#pragma once

#include <algorithm>
#include <string>

#include "fuzz/check.hpp"
#include "ops/text.hpp"

namespace ipcspec::fuzz {

// A repeat makes much out of little; without the limit the fuzzer would measure memory.
inline constexpr op::TextLimits kLimits{.repeated_bytes_max = 1 << 16};

inline void check_place(const op::TextError& error, const std::string& text) {
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

}  // namespace ipcspec::fuzz
