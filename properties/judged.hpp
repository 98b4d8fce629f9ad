// A script carried out on this kernel, and what the specification says of it: where the harness and
// the judge meet.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/verdict.hpp"
#include "harness/run_script.hpp"
#include "harness/session.hpp"
#include "ops/script.hpp"
#include "ops/trace.hpp"
#include "report/ruling.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::properties {

struct JudgedRun {
  op::Trace trace;
  std::vector<harness::SkippedCall> skipped;
  spec::Ruling ruling;  // of a run that came to its end; else as it is by itself
  // pass: some state of the kernel explains all that was seen. fail: none does, so the kernel broke
  // a rule. unjudged: the rules are silent from some event on. unknown: the processes did not
  // settle, or too many states explain the trace. broken and unsupported: the harness could not
  // carry the script out, which accuses nobody.
  Verdict verdict = Verdict::broken;
  std::string trouble;    // why there is no ruling
  bool by_sleep = false;  // a quiet was seen only by the sleep of the processes
  bool repeats = false;   // a failure of which an IsKnown said that it is known
};

using IsKnown = std::function<bool(const JudgedRun&)>;

// Never throws for what the harness, the script or the kernel does. A failure that rests on sleep
// alone counts only when it is seen again after longer looks (harness::kQuietMs). Of one that
// `is_known`, no more is made sure: it stays as it was first seen.
JudgedRun run_and_judge(harness::Session& session, const op::Script& script,
                        const spec::JudgeOptions& options = {}, const IsKnown& is_known = {});

// All there is to say about the run, in lines: its trouble, or report::ruling_text().
std::string verdict_text(const JudgedRun& run, const spec::Profile& profile,
                         const report::RulingOptions& options = {});

}  // namespace ipcspec::properties
