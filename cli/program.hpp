// The command line: one tree of commands, from which help, completions and the manual page are
// made.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ipcspec::cli {

inline constexpr std::string_view kVersion = "0.1.0";

// What stands in for the words that follow an option or are a command's arguments.
enum class Completes { nothing, rules, file };

struct Program {
  CLI::App app;
  std::map<const CLI::Option*, std::vector<std::string>> choices;
  std::map<const CLI::Option*, Completes> completes;
  std::map<const CLI::App*, std::vector<std::pair<std::string, std::string>>> examples;
  std::function<int()> action;  // of the command that was given

  Program();

  CLI::App* add_command(const std::string& name, const std::string& summary,
                        std::function<int()> run);
  // Those for people; what has no group in the help is for the program itself.
  std::vector<const CLI::App*> commands() const;
  // "--format tty|json": one of a few words.
  CLI::Option* add_choice(CLI::App* command, const std::string& names, std::string& value,
                          std::vector<std::string> words, const std::string& summary);
  // The same for an option that takes several of them, one each time that it is given.
  CLI::Option* add_choices(CLI::App* command, const std::string& names,
                           std::vector<std::string>& values, std::vector<std::string> words,
                           const std::string& summary);
  // Each example: a command line and what it is for. They end the command's help.
  void add_examples(CLI::App* command, std::vector<std::pair<std::string, std::string>> lines);

 private:
  CLI::Option* restrict_to(CLI::Option* option, std::vector<std::string> words);
};

// With every command in it.
void add_commands(Program& program);

}  // namespace ipcspec::cli
