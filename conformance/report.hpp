// What came of one rule's test, as a value.
#pragma once

#include <functional>
#include <string>

#include "core/verdict.hpp"
#include "harness/session.hpp"
#include "ops/trace.hpp"
#include "spec/rule.hpp"

namespace ipcspec::conformance {

// Of a test that takes much longer than most on some platform. A run starts with these, so that it
// does not end with waiting for one of them alone.
inline constexpr const char* kLongTag = "[long]";

struct RuleReport {
  const spec::Rule* rule = nullptr;
  Verdict verdict = Verdict::broken;
  Evidence evidence = Evidence::none;
  std::int64_t duration_us = 0;
  std::string message;  // empty for a plain pass
  std::string model;    // what the model says of the trace; empty when there is no call in it
  op::Trace trace;
};

// How scenarios are run in this process; set once by the program before any test.
struct RunSettings {
  std::string directory;    // run directory; empty: one of our own per process
  std::string name_prefix;  // belongs to the directory
  int scenario = 0;         // number of the first scenario
  int cpu = -2;             // -2: choose; -1: any processor
  int settle_budget_ms = 20000;
  int grace_ms = 1000;
  // The first of harness::kQuietMs that is tried. Where Catch2 itself tells the verdict, a check
  // that failed once has failed, so the shortest is not for there.
  int quiet_ms = harness::kQuietMs[1];
  harness::Lie lie = harness::Lie::none;
  std::size_t lie_kind = 0;
  std::function<void(const RuleReport&)> sink;  // told of every rule that was run
};
RunSettings& run_settings();

// Processor time so far of this process and of all those that it has made and that have ended, and
// of those that stay between two scenarios, in microseconds.
std::int64_t cpu_spent_us();

}  // namespace ipcspec::conformance
