#include "cli/completions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "cli/output.hpp"
#include "cli/program.hpp"
#include "report/results.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words) { return fmt::format("{}", fmt::join(words, " ")); }

Words rule_words() {
  Words words;
  std::set<std::string_view> mechanisms;
  for (const spec::Rule* rule : spec::all_rules()) {
    if (mechanisms.insert(to_string(rule->mechanism)).second) {
      words.emplace_back(to_string(rule->mechanism));
    }
  }
  for (const spec::Rule* rule : spec::all_rules()) words.emplace_back(rule->id);
  return words;
}

Words names_of(const CLI::Option& option) {
  Words names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

Words choices_of(const Program& program, const CLI::Option& option) {
  const auto found = program.choices.find(&option);
  return found == program.choices.end() ? Words{} : found->second;
}

Completes kind_of(const Program& program, const CLI::Option& option) {
  const auto found = program.completes.find(&option);
  return found == program.completes.end() ? Completes::nothing : found->second;
}

std::vector<const CLI::App*> commands_of(const Program& program) {
  return program.app.get_subcommands(std::function<bool(const CLI::App*)>{});
}

// ---- bash

std::string bash_reply(const Program& program, const CLI::Option& option) {
  const Words choices = choices_of(program, option);
  if (!choices.empty()) {
    return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", joined(choices));
  }
  switch (kind_of(program, option)) {
    case Completes::rules:
      return "COMPREPLY=($(compgen -W \"$_ipcspec_rules\" -- \"$cur\"))";
    case Completes::file:
      return "COMPREPLY=($(compgen -f -- \"$cur\"))";
    case Completes::nothing:
      break;
  }
  return "COMPREPLY=()";
}

std::string bash_command(const Program& program, const CLI::App& command) {
  Words options;
  std::string after_option;
  std::string argument = "COMPREPLY=()";
  for (const CLI::Option* option : command.get_options()) {
    const Words names = names_of(*option);
    if (names.empty()) {
      argument = bash_reply(program, *option);
      continue;
    }
    options.insert(options.end(), names.begin(), names.end());
    if (takes_value(*option)) {
      after_option += fmt::format("        {}) {}; return ;;\n", fmt::join(names, "|"),
                                  bash_reply(program, *option));
    }
  }
  if (!after_option.empty()) {
    after_option = "      case $prev in\n" + after_option + "      esac\n";
  }
  return fmt::format(
      "    {})\n{}"
      "      if [[ $cur == -* ]]; then\n"
      "        COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))\n"
      "      else\n"
      "        {}\n"
      "      fi ;;\n",
      command.get_name(), after_option, joined(options), argument);
}

std::string bash_text(const Program& program) {
  Words commands;
  Words options;
  std::string cases;
  for (const CLI::App* command : commands_of(program)) {
    commands.push_back(command->get_name());
    cases += bash_command(program, *command);
  }
  for (const CLI::Option* option : program.app.get_options()) {
    const Words names = names_of(*option);
    options.insert(options.end(), names.begin(), names.end());
  }
  return fmt::format(
      "# bash completions of ipcspec\n"
      "_ipcspec_rules=\"{}\"\n"
      "_ipcspec() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command= word\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case $word in {}) command=$word; break ;; esac\n"
      "  done\n"
      "  case $command in\n"
      "{}"
      "    *) COMPREPLY=($(compgen -W \"{} {}\" -- \"$cur\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -F _ipcspec ipcspec\n",
      joined(rule_words()), fmt::join(commands, "|"), cases, joined(commands), joined(options));
}

// ---- zsh

// For use inside single quotes and the brackets of _arguments.
std::string zsh_quoted(std::string_view text) {
  std::string quoted;
  for (const char character : text) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      if (character == '[' || character == ']' || character == ':') quoted += '\\';
      quoted += character;
    }
  }
  return quoted;
}

std::string zsh_value(const Program& program, const CLI::Option& option) {
  const Words choices = choices_of(program, option);
  if (!choices.empty()) return fmt::format("({})", joined(choices));
  switch (kind_of(program, option)) {
    case Completes::rules:
      return "($ipcspec_rules)";
    case Completes::file:
      return "_files";
    case Completes::nothing:
      break;
  }
  return " ";
}

std::string zsh_option(const Program& program, const CLI::Option& option) {
  const Words names = names_of(option);
  const std::string value = zsh_value(program, option);
  if (names.empty()) {
    // Double quotes, so that the list of rules is put in.
    const bool many = option.get_items_expected_max() > 1;
    return fmt::format("\"{}:{}:{}\"", many ? "*" : "1", option.get_name(), value);
  }
  const std::string argument =
      takes_value(option) ? fmt::format(":{}:{}", option.get_type_name(), value) : "";
  const std::string text = fmt::format("'[{}]{}'", zsh_quoted(option.get_description()), argument);
  if (names.size() == 1) return names.front() + text;
  return fmt::format("'({})'{{{}}}{}", joined(names), fmt::join(names, ","), text);
}

std::string zsh_options(const Program& program, const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    text += " \\\n        " + zsh_option(program, *option);
  }
  return text;
}

std::string zsh_text(const Program& program) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : commands_of(program)) {
    names +=
        fmt::format("    '{}:{}'\n", command->get_name(), zsh_quoted(command->get_description()));
    cases += fmt::format("      {})\n        _arguments{} ;;\n", command->get_name(),
                         zsh_options(program, *command));
  }
  return fmt::format(
      "#compdef ipcspec\n"
      "_ipcspec() {{\n"
      "  local curcontext=$curcontext state line\n"
      "  local ipcspec_rules=\"{}\"\n"
      "  local -a commands=(\n{}  )\n"
      "  _arguments -C{} \\\n"
      "        '1: :->command' '*:: :->arguments'\n"
      "  case $state in\n"
      "    command) _describe command commands ;;\n"
      "    arguments) case $line[1] in\n{}"
      "    esac ;;\n"
      "  esac\n"
      "}}\n"
      "compdef _ipcspec ipcspec\n",
      joined(rule_words()), names, zsh_options(program, program.app), cases);
}

// ---- fish

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + "'";
}

std::string fish_values(const Program& program, const CLI::Option& option) {
  const Words choices = choices_of(program, option);
  if (!choices.empty()) return " -x -a " + fish_quoted(joined(choices));
  switch (kind_of(program, option)) {
    case Completes::rules:
      return " -x -a \"$__ipcspec_rules\"";
    case Completes::file:
      return " -r -F";
    case Completes::nothing:
      break;
  }
  return takes_value(option) ? " -x" : "";
}

std::string fish_options(const Program& program, const CLI::App& command,
                         const std::string& condition) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    text += "complete -c ipcspec -n " + condition;
    for (const std::string& name : option->get_snames()) text += " -s " + name;
    for (const std::string& name : option->get_lnames()) text += " -l " + name;
    text += fish_values(program, *option);
    text += " -d " + fish_quoted(option->get_description()) + "\n";
  }
  return text;
}

std::string fish_text(const Program& program) {
  std::string text = "# fish completions of ipcspec\nset -g __ipcspec_rules " +
                     fish_quoted(joined(rule_words())) + "\ncomplete -c ipcspec -f\n";
  text += fish_options(program, program.app, "__fish_use_subcommand");
  for (const CLI::App* command : commands_of(program)) {
    text += fmt::format("complete -c ipcspec -n __fish_use_subcommand -a {} -d {}\n",
                        command->get_name(), fish_quoted(command->get_description()));
    text += fish_options(program, *command,
                         fish_quoted("__fish_seen_subcommand_from " + command->get_name()));
  }
  return text;
}

}  // namespace

std::string completions_text(const Program& program, const std::string& shell) {
  if (shell == "bash") return bash_text(program);
  return shell == "zsh" ? zsh_text(program) : fish_text(program);
}

int completions(const Program& program, const std::string& shell) {
  return print(completions_text(program, shell)) ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
