#include "cli/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <set>

#include "cli/output.hpp"
#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "report/results.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

// Levenshtein distance: insertions, deletions and replacements.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

const CLI::App& given_command(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : *given.front();
}

// The sentence for words that no option or command took.
std::string unexpected_word_text(const CLI::App& app) {
  const CLI::App& command = given_command(app);
  const std::vector<std::string> words = app.remaining(true);
  const std::string word = words.empty() ? std::string() : words.front();
  const bool is_option = word.starts_with("-");
  const std::string bare = word.substr(0, word.find('='));
  const std::string kind = is_option ? "option" : (&command == &app ? "command" : "argument");
  const std::string place = &command == &app ? "" : " of " + command.get_name();
  std::string text = fmt::format("unknown {}{} '{}'", kind, place, bare);
  const std::string meant =
      nearest_word(bare, is_option ? option_names(command) : command_names(app));
  if (!meant.empty() && (is_option || &command == &app)) {
    text += fmt::format("; did you mean '{}'?", meant);
  }
  return text;
}

int usage_error(const CLI::App& app, const std::string& text) {
  const CLI::App& command = given_command(app);
  const std::string help = &command == &app ? std::string() : command.get_name() + " ";
  say(fmt::format("ipcspec: {}\nSee: ipcspec {}--help\n", text, help));
  return report::kExitUsage;
}

int run_action(const Program& program) {
  try {
    return program.action();
  } catch (const UsageError& error) {
    return usage_error(program.app, error.what());
  } catch (const std::exception& error) {
    say(fmt::format("ipcspec: {}\n", error.what()));
    return report::kExitBroken;
  }
}

constexpr const char* kAbout =
    "Judges whether this kernel, container or sandbox keeps the rules of POSIX and Linux "
    "inter-process communication, one sentence at a time.";
constexpr const char* kExitText =
    "Exit status: 0 every rule is kept (or unsupported here, or left open by its sources),\n"
    "1 a rule is violated, 2 the command line is wrong, 3 a rule could not be judged or\n"
    "results could not be written, 128+N stopped by signal N.\n";

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t best_edits = word.size();
  for (const std::string& candidate : words) {
    const std::size_t edits = edits_between(word, candidate);
    // Half of the characters wrong is no likeness.
    if (edits < best_edits && edits * 2 <= std::max(candidate.size(), word.size())) {
      best = candidate;
      best_edits = edits;
    }
  }
  return best;
}

std::vector<const spec::Rule*> rules_named(const std::vector<std::string>& patterns) {
  const auto all = spec::rules();
  if (patterns.empty()) return {all.begin(), all.end()};
  std::set<const spec::Rule*> named;
  for (const std::string& pattern : patterns) {
    const auto matched = spec::match(pattern);
    if (matched.empty()) {
      const std::string_view meant = spec::nearest(pattern);
      throw UsageError(fmt::format("no rule is named '{}'{}", pattern,
                                   meant.empty() ? "; 'ipcspec list' shows them all"
                                                 : fmt::format("; did you mean '{}'?", meant)));
    }
    named.insert(matched.begin(), matched.end());
  }
  std::vector<const spec::Rule*> ordered;
  std::copy_if(all.begin(), all.end(), std::back_inserter(ordered),
               [&](const spec::Rule* rule) { return named.contains(rule); });
  return ordered;
}

Program::Program() : app(kAbout, "ipcspec") {
  app.set_version_flag("--version", "ipcspec " + std::string(kVersion), "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);
}

CLI::App* Program::add_command(const std::string& name, const std::string& summary,
                               std::function<int()> run) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->set_help_flag("-h,--help", "Print this help");
  command->callback([this, run = std::move(run)] { action = run; });
  return command;
}

CLI::Option* Program::add_choice(CLI::App* command, const std::string& names, std::string& value,
                                 std::vector<std::string> words, const std::string& summary) {
  CLI::Option* option = command->add_option(names, value, summary);
  option->type_name(fmt::format("{}", fmt::join(words, "|")));
  option->check([words](const std::string& given) -> std::string {
    if (std::find(words.begin(), words.end(), given) != words.end()) return {};
    const std::string meant = nearest_word(given, words);
    return fmt::format("'{}' is none of {}{}", given, fmt::join(words, ", "),
                       meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
  });
  choices[option] = std::move(words);
  return option;
}

void Program::add_examples(CLI::App* command,
                           std::vector<std::pair<std::string, std::string>> lines) {
  std::string text = "Examples:\n";
  for (const auto& [line, purpose] : lines) text += fmt::format("  {:<44} {}\n", line, purpose);
  if (command == &app) text += "\n" + std::string(kExitText);
  command->footer(text);
  examples[command] = std::move(lines);
}

int run_program(int argc, const char* const* argv) {
  normalise_surroundings();
  Program program;
  add_commands(program);
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(given_command(program.app).help("ipcspec")) ? 0 : report::kExitBroken;
  } catch (const CLI::CallForVersion&) {
    return print(fmt::format("ipcspec {}\n", kVersion)) ? 0 : report::kExitBroken;
  } catch (const CLI::ExtrasError&) {
    return usage_error(program.app, unexpected_word_text(program.app));
  } catch (const CLI::ParseError& error) {
    return usage_error(program.app, error.what());
  }
  if (!program.action) {
    say(program.app.help());
    return report::kExitUsage;
  }
  return run_action(program);
}

}  // namespace ipcspec::cli
