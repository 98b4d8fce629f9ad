#include "cli/program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>

#include <algorithm>
#include <iterator>

#include "cli/output.hpp"
#include "cli/rules_named.hpp"
#include "cli/run_program.hpp"
#include "cli/surroundings.hpp"
#include "platform/order.hpp"
#include "platform/surroundings.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {
namespace {

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
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
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

std::vector<const CLI::App*> Program::commands() const {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

CLI::Option* Program::add_choice(CLI::App* command, const std::string& names, std::string& value,
                                 std::vector<std::string> words, const std::string& summary) {
  return restrict_to(command->add_option(names, value, summary), std::move(words));
}

CLI::Option* Program::add_choices(CLI::App* command, const std::string& names,
                                  std::vector<std::string>& values, std::vector<std::string> words,
                                  const std::string& summary) {
  CLI::Option* option = command->add_option(names, values, summary);
  option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return restrict_to(option, std::move(words));
}

CLI::Option* Program::restrict_to(CLI::Option* option, std::vector<std::string> words) {
  option->type_name(fmt::format("{}", fmt::join(words, "|")));
  option->check([words](const std::string& given) -> std::string {
    if (std::ranges::find(words, given) != words.end()) return {};
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

namespace {

int run_command_line(int argc, const char* const* argv) {
  normalise_surroundings();
  Program program;
  add_commands(program);
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App& command = given_command(program.app);
    const bool written = print(command.help(&command == &program.app ? "" : "ipcspec"));
    return written ? report::kExitKept : report::kExitBroken;
  } catch (const CLI::CallForVersion&) {
    return print(fmt::format("ipcspec {}\n", kVersion)) ? report::kExitKept : report::kExitBroken;
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

}  // namespace

int run_program(int argc, const char* const* argv) {
  if (!platform::is_init_of_machine()) return run_command_line(argc, argv);
  const std::string order = ::getenv(platform::kOrderVariable);
  const char* const words[] = {"ipcspec", platform::kServeCommand, order.c_str()};
  platform::be_init([&] { return run_command_line(std::size(words), words); });
}

}  // namespace ipcspec::cli
