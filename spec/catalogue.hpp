// All rules, and ways to find one. Rule is the value; the mechanisms' headers hold the rules
// under their C++ names.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "spec/rule.hpp"

namespace ipcspec::spec {

// Every rule, in the order of Mechanism and then of the mechanism's header.
std::span<const Rule* const> rules();

// The rule with exactly this id, or null.
const Rule* find(std::string_view id);

// The rules whose ids match a shell pattern ('*' any characters, '?' one), in the order of
// rules(). The bare name of a mechanism stands for all of its rules. No match gives an empty
// vector; nearest() then helps with the message.
std::vector<const Rule*> match(std::string_view glob);

// The id that takes the fewest edits to reach from `id`, for "did you mean"; empty if even
// that one differs in half of its characters or more.
std::string_view nearest(std::string_view id);

}  // namespace ipcspec::spec
