// Words of the command line: the rules that they name, and what was meant when they name none.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "spec/rule.hpp"

namespace ipcspec::cli {

// What is wrong with the command line, and what was probably meant.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The rules that the patterns name, each once, in the order of the catalogue; all of them for no
// pattern. Throws UsageError.
std::vector<const spec::Rule*> rules_named(const std::vector<std::string>& patterns);

// Those of them that have a test, and so can be run. Throws UsageError, also when a pattern names
// rules without a test only.
std::vector<const spec::Rule*> tests_named(const std::vector<std::string>& patterns);

// The rule with this id. Throws UsageError.
const spec::Rule& rule_named(const std::string& id);

// The word that takes the fewest edits to reach from `word`, or empty when none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace ipcspec::cli
