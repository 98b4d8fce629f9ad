// Data of which no byte can be lost, doubled or moved unseen.
#pragma once

#include <cstddef>

#include "ops/types.hpp"

namespace ipcspec::conformance {

// How many bytes of long data are alike, one after the other, so that its text in a trace stays
// short: it divides no buffer size, and is less than any page or segment that may go astray.
inline constexpr std::size_t kRunBytes = 241;

// Short data repeats with a period that divides no buffer size. Long data comes in runs of one
// byte; a byte lost or doubled moves every later run.
inline op::Bytes numbered_bytes(std::size_t size_bytes, char first = 0) {
  constexpr std::size_t kPeriod = 251;
  constexpr std::size_t kShortBytesMax = 4096;
  const std::size_t run_bytes = size_bytes <= kShortBytesMax ? 1 : kRunBytes;
  op::Bytes data(size_bytes, '\0');
  for (std::size_t i = 0; i < size_bytes; ++i) {
    const std::size_t number = i / run_bytes;
    data[i] =
        static_cast<char>(static_cast<std::size_t>(first) + number % kPeriod + number / kPeriod);
  }
  return data;
}

}  // namespace ipcspec::conformance
