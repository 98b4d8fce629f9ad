// Data of which no byte can be lost, doubled or moved unseen.
#pragma once

#include <cstddef>

#include "ops/types.hpp"

namespace ipcspec::conformance {

// Repeats with a period that divides no buffer size.
inline op::Bytes numbered_bytes(std::size_t size_bytes) {
  constexpr std::size_t kPeriod = 251;
  op::Bytes data(size_bytes, '\0');
  for (std::size_t i = 0; i < size_bytes; ++i) {
    data[i] = static_cast<char>(i % kPeriod + i / kPeriod);
  }
  return data;
}

}  // namespace ipcspec::conformance
