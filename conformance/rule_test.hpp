// How a rule's test is written:
//
//   SPEC_TEST(pipe::eof_all_writers_closed) {           // the name of the rule's value
//     Process parent = s.process("parent");             // s is the Scenario
//     auto [r, w] = parent.makes_pipe();
//     Process child = parent.forks("child");            // inherits r and w
//     parent.closes(w);
//     Call read = parent.reads(r, 1);
//     CHECK_THAT(read, Blocks());                       // the child still has w
//     child.closes(w);                                  // now the last write end is gone
//     CHECK_THAT(read, Returns(0));
//   }
//
// The test case is named by the rule's sentence and tagged with its mechanism, force and id.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "conformance/matchers.hpp"
#include "conformance/report.hpp"
#include "harness/scenario.hpp"
#include "spec/rule.hpp"

namespace ipcspec::conformance {

using namespace ipcspec::harness;  // NOLINT: the language of tests

using Body = void (*)(Scenario&);

// Runs the body in a scenario of its own and tells Catch2, and whoever set a report sink, what
// came of it.
void run_rule(const spec::Rule& rule, Body body);

// "[pipe][posix-shall][pipe.eof.all-writers-closed]"
std::string tags_of(const spec::Rule& rule);

}  // namespace ipcspec::conformance

#define IPCSPEC_CONCAT_(a, b) a##b
#define IPCSPEC_CONCAT(a, b) IPCSPEC_CONCAT_(a, b)
#define IPCSPEC_RULE_TEST_(rule, body, tags)                                                \
  static void body(::ipcspec::harness::Scenario& s);                                        \
  TEST_CASE(std::string((rule).sentence), ::ipcspec::conformance::tags_of(rule) + (tags)) { \
    ::ipcspec::conformance::run_rule(rule, body);                                           \
  }                                                                                         \
  static void body([[maybe_unused]] ::ipcspec::harness::Scenario& s)

#define SPEC_TEST(rule) \
  IPCSPEC_RULE_TEST_(::ipcspec::spec::rule, IPCSPEC_CONCAT(rule_test_body_, __LINE__), "")
#define LONG_SPEC_TEST(rule)                                                           \
  IPCSPEC_RULE_TEST_(::ipcspec::spec::rule, IPCSPEC_CONCAT(rule_test_body_, __LINE__), \
                     ::ipcspec::conformance::kLongTag)
