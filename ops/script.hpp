// What the processes of a scenario are to do. A script is a value: generators make it, shrinking
// repairs it, files hold it (docs/script.md), and harness/run_script.hpp carries it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ops/op.hpp"

namespace ipcspec::op {

// Fills one field of a call with what is only known when the script runs. `call` numbers the
// calls of the script from 1, in the order in which they are written.
struct Reference {
  enum class To : int {
    process,  // the pid of process `process`
    value,    // the value that call `call` answered
    output,   // its output number `output`
    data,     // its data, for a field that is text: the address of a bound socket
    name,     // the scenario's name number `call`: of shared memory, a semaphore, a queue
  };
  std::size_t field = 0;  // index of the field, in the order in which the operation lists them
  To to = To::value;
  std::string process;
  std::size_t call = 0;
  std::size_t output = 0;
  std::int64_t plus = 0;  // added to it: an offset into a mapping
  bool operator==(const Reference&) const = default;
};

struct ScriptCall {
  std::string who;
  Op op;
  std::vector<Reference> references;  // in order of fields; such a field holds its default in `op`
  bool operator==(const ScriptCall&) const = default;
};

// One call, after which everything settles; or several that are released together.
struct ScriptStep {
  std::vector<ScriptCall> calls;
  bool operator==(const ScriptStep&) const = default;
};

struct Script {
  std::string rule;                // the rule that the script is for; may be empty
  std::vector<std::string> roots;  // processes that exist from the start and share nothing
  std::vector<ScriptStep> steps;
  bool operator==(const Script&) const = default;
};

}  // namespace ipcspec::op
