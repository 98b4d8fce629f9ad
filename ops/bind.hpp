// What a script leaves open, filled in while it runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "ops/script.hpp"

namespace ipcspec::op {

// What is known so far, to whoever carries a script out.
struct Bindings {
  // The pid of that process; nothing before it is born.
  std::function<std::optional<std::int64_t>(const std::string& process)> pid_of;
  // What that call of the script answered, counted from 1; null when it was not made, or has not
  // answered.
  std::function<const Outcome*(std::size_t call)> answer_of;
  // The scenario's name with that number; the same number always has the same name.
  std::function<std::string(std::size_t number)> name;
};

// The operation with every referenced field filled in. Nothing when one of them is not known: the
// process is not born, the call has no answer, or it failed. A failed call gives no value, since a
// pid of -1 would stand for every process.
// Errors: throws Broken when a reference names no field, or one that cannot hold what it gives.
std::optional<Op> bound(const ScriptCall& call, const Bindings& bindings);

}  // namespace ipcspec::op
