// Results in one short line, for places that hold no more: Kubernetes cuts the message that a
// container leaves behind to 4096 bytes.
#pragma once

#include <cstddef>
#include <string>

#include "report/results.hpp"

namespace ipcspec::report {

inline constexpr const char* kSummarySchema = "ipcspec.summary/1";
inline constexpr std::size_t kSummaryBytesMax = 4096;

// JSON: the platform, how many rules got each verdict, and those that were not kept, worst first,
// as far as there is room.
std::string summary_json(const Results& results);

}  // namespace ipcspec::report
