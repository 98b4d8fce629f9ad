// The text form of operations, outcomes and traces; docs/trace.md describes it.
#pragma once

#include <string>
#include <string_view>

#include "ops/trace.hpp"

namespace ipcspec::op {

// "read fd=3 size_bytes=1"
std::string to_text(const Op& op);
// "value=5 data="hello"", "error=EAGAIN", "value=0 read_end=3 write_end=4"
std::string to_text(const Outcome& outcome, std::size_t op_kind);

}  // namespace ipcspec::op
