// What the judge says of a trace, for people: what was seen, everything that was allowed instead
// and the rules behind it, and the picture of how it came to that.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/verdict.hpp"
#include "ops/trace.hpp"
#include "report/repro_c.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::report {

struct RulingOptions {
  bool color = false;
  int width_columns = 100;
  bool unicode = true;  // in the picture
};

// The judge never accuses the kernel of what is no trace: that is `broken`.
Verdict verdict_of(spec::Judgement judgement);

// Lines, each ended by '\n'. `profile` is the one that the trace was judged by.
std::string ruling_text(const op::Trace& trace, const spec::Ruling& ruling,
                        const spec::Profile& profile, const RulingOptions& options = {});

// The shortest beginning of the trace that breaks a rule: up to the event that no state of the
// kernel explains. The whole trace when there is none.
op::Trace offending_prefix(const op::Trace& trace, const spec::Ruling& ruling);

// What a C program has to see again to be a witness of the violation; nothing when it cannot be.
// `ids_are_numbers`: the script's calls have the numbers of the trace's, as harness/run_script.hpp
// gives them; else they stand in the same order, as ops/script_of.hpp makes them.
std::optional<Charge> charge_of(const op::Trace& trace, const spec::Ruling& ruling,
                                bool ids_are_numbers);

// Parts of the text, for what says more than a ruling: "FAIL text", and lanes moved in.
std::string headline(Verdict verdict, std::string_view text, const RulingOptions& options);
std::string trace_picture(const op::Trace& trace, op::CallId highlight_call,
                          const RulingOptions& options);

}  // namespace ipcspec::report
