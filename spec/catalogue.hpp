// All rules, and ways to find one. Rule is the value; the mechanisms' headers hold the rules
// under their C++ names.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "spec/rule.hpp"

namespace ipcspec::spec {

// Whether a test shows the rule. By the others only the model judges traces.
constexpr bool has_test(const Rule& rule) { return rule.untestable.empty(); }

// Every rule that has a test, in the order of Mechanism and then of the mechanism's header.
std::span<const Rule* const> rules();

// Every rule beyond the cheat sheet by which the model judges traces, with a test or without, in
// the same order.
std::span<const Rule* const> model_rules();

// Each rule once, those with tests first.
std::vector<const Rule*> all_rules();

// The rule of either kind with exactly this id, or null.
const Rule* find(std::string_view id);

// Whether the rule's id matches a shell pattern ('*' any characters, '?' one). The bare name of a
// mechanism stands for all of its rules.
bool matches(const Rule& rule, std::string_view glob);
bool matches_any(std::string_view glob);

// The rules of either kind that match, in the order of all_rules(). No match gives an empty vector;
// nearest() then helps with the message.
std::vector<const Rule*> match(std::string_view glob);

// The id that takes the fewest edits to reach from `id`, for "did you mean"; empty if even
// that one differs in half of its characters or more.
std::string_view nearest(std::string_view id);

}  // namespace ipcspec::spec
