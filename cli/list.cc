#include "cli/list.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "cli/output.hpp"
#include "cli/rules_named.hpp"
#include "report/json.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

// One rule a line for programs; sentences are broken only for people.
std::string list_tty(const std::vector<const spec::Rule*>& rules) {
  const bool for_people = is_terminal(STDOUT_FILENO);
  std::size_t id_columns = 0;
  for (const spec::Rule* rule : rules) id_columns = std::max(id_columns, rule->id.size());
  std::string text;
  for (const spec::Rule* rule : rules) {
    const bool by_model = !spec::has_test(*rule);
    if (!for_people) {
      text += fmt::format("{}\t{}\t{}\t{}\n", rule->id, to_string(rule->force), rule->sentence,
                          by_model ? "model" : "test");
      continue;
    }
    const std::string id = fmt::format("{:<{}}  ", rule->id, id_columns);
    const std::string sentence = std::string(rule->sentence) + (by_model ? " (model)" : "");
    std::string lines =
        report::wrapped(sentence, static_cast<int>(id.size()), width_columns(STDOUT_FILENO));
    text += lines.replace(0, id.size(), id);
  }
  return text;
}

}  // namespace

int list(const ListArguments& arguments) {
  const auto rules = rules_named(arguments.patterns);
  const bool written =
      print(arguments.format == "json" ? report::rules_json(rules) : list_tty(rules));
  return written ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
