// Carries a script out: the one way in which generated and stored scripts become traces.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "harness/session.hpp"
#include "ops/script.hpp"
#include "ops/trace.hpp"

namespace ipcspec::harness {

// A call that was not made: its process was not there or not free, what it refers to was not known,
// or it would have reached beyond the scenario.
struct SkippedCall {
  std::size_t call = 0;  // numbered from 1, in the order in which they are written
  std::string why;
  bool operator==(const SkippedCall&) const = default;
};

struct ScriptRun {
  op::Trace trace;  // calls have the numbers that they have in the script
  std::vector<SkippedCall> skipped;
  // pass: carried out to its end, and only then may the trace be judged. unknown: the processes did
  // not settle within the budget. broken: the harness failed, or the script disturbed it.
  Verdict ending = Verdict::pass;
  std::string trouble;    // why it is no pass
  bool by_sleep = false;  // Controller::judged_by_sleep()
};

// Makes the script's root processes and then its calls, step by step: references are filled in,
// calls that cannot be made are passed over, those of one step are released together, and after
// every step the processes settle, which the trace records. Nothing that a script says is an error.
// Throws Unsupported and Broken when the session cannot be had.
ScriptRun run_script(Session& session, const op::Script& script);

}  // namespace ipcspec::harness
