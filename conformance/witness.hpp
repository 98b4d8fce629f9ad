// The second witness of a rule: the model, which judges the trace that the rule's test left. The
// kernel is accused only when test and model do not contradict each other.
#pragma once

#include <string>

#include "conformance/report.hpp"
#include "ops/trace.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::conformance {

struct Testimony {
  enum class Word { none, agrees, refuses, silent, nonsense };
  Word word = Word::none;  // none: the trace holds no call
  std::string text;        // "conforms", "unjudged at call 7 (print-formatted: not modelled)", ...
  std::string reasons;     // of a refusal: what was seen and what was allowed, in lines
  bool of_answer = false;  // of a refusal: of what a call answered, and of no quiet
};

Testimony ask_model(const op::Trace& trace);

// Takes the model's word into account. A pass that the model refuses and a failure that it finds
// nothing wrong with become `broken`; a failure of which it says nothing stays one, and says so. So
// does the pass of a rule of POSIX in a trace that the model refuses as Linux's, but not as
// POSIX's.
void hear(const Testimony& model, RuleReport& report);

}  // namespace ipcspec::conformance
