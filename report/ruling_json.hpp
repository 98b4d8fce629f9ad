// What the judge says of a trace, for programs; docs/judging.md describes the schema.
#pragma once

#include <string>

#include "ops/trace.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::report {

inline constexpr const char* kRulingsSchema = "ipcspec.rulings/1";

// One trace's, an object without `schema`.
std::string ruling_json(const op::Trace& trace, const spec::Ruling& ruling);

}  // namespace ipcspec::report
