#include "cli/list.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "cli/output.hpp"
#include "report/json.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

struct ListArguments {
  std::vector<std::string> patterns;
  std::string format = "tty";
};

// One rule a line for programs; sentences are broken only for people.
std::string list_tty(const std::vector<const spec::Rule*>& rules) {
  const bool for_people = is_terminal(STDOUT_FILENO);
  std::size_t id_columns = 0;
  for (const spec::Rule* rule : rules) id_columns = std::max(id_columns, rule->id.size());
  std::string text;
  for (const spec::Rule* rule : rules) {
    if (!for_people) {
      text += fmt::format("{}\t{}\t{}\n", rule->id, to_string(rule->force), rule->sentence);
      continue;
    }
    const std::string id = fmt::format("{:<{}}  ", rule->id, id_columns);
    std::string lines = report::wrapped(rule->sentence, static_cast<int>(id.size()),
                                        width_columns(STDOUT_FILENO));
    text += lines.replace(0, id.size(), id);
  }
  return text;
}

int list(const ListArguments& arguments) {
  const auto rules = rules_named(arguments.patterns);
  const bool written =
      print(arguments.format == "json" ? report::rules_json(rules) : list_tty(rules));
  return written ? report::kExitKept : report::kExitBroken;
}

}  // namespace

void add_list(Program& program) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App* command =
      program.add_command("list", "List rules", [arguments] { return list(*arguments); });
  program.completes[command->add_option("GLOB", arguments->patterns,
                                        "Rules to list: ids, patterns or mechanisms (default: "
                                        "every rule)")
                        ->type_name("")] = Completes::rules;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the list (default: tty)");
  program.add_examples(command, {{"ipcspec list signal", "the rules of one mechanism"},
                                 {"ipcspec list '*.eof.*' --format json", "for a program"}});
}

}  // namespace ipcspec::cli
