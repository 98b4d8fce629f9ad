#include "cli/manual.hpp"

#include <fmt/format.h>

#include "cli/program.hpp"

namespace ipcspec::cli {
namespace {

// Hyphens that are typed, backslashes, and lines that would be taken for requests.
std::string escaped(std::string_view text) {
  std::string result;
  bool line_start = true;
  for (const char character : text) {
    if (line_start && (character == '.' || character == '\'')) result += "\\&";
    line_start = character == '\n';
    switch (character) {
      case '\\':
        result += "\\e";
        break;
      case '-':
        result += "\\-";
        break;
      case '\'':
        result += "\\(aq";
        break;
      case '~':
        result += "\\(ti";
        break;
      default:
        result += character;
    }
  }
  return result;
}

std::string option_text(const CLI::Option& option) {
  std::string names;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "\\fB" : ", \\fB") + escaped(name) + "\\fR";
  };
  for (const std::string& name : option.get_snames()) add("-" + name);
  for (const std::string& name : option.get_lnames()) add("--" + name);
  const bool positional = names.empty();
  if (positional) names = "\\fI" + escaped(option.get_name()) + "\\fR";
  if (!positional && option.get_items_expected_max() > 0) {
    names += " \\fI" + escaped(option.get_type_name()) + "\\fR";
  }
  std::string text = ".TP\n" + names + "\n" + escaped(option.get_description()) + ".\n";
  if (positional && !option.get_type_name().empty()) {
    text += "One of " + escaped(option.get_type_name()) + ".\n";
  }
  return text;
}

std::string command_text(const CLI::App& command) {
  std::string positional;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    positional += fmt::format(" {}\\fI{}\\fR{}", many ? "[" : "", escaped(option->get_name()),
                              many ? "...]" : "");
  }
  std::string text =
      fmt::format(".SS \\fBipcspec {}\\fR [\\fIoptions\\fR]{}\n{}.\n", escaped(command.get_name()),
                  positional, escaped(command.get_description()));
  for (const CLI::Option* option : command.get_options()) text += option_text(*option);
  return text;
}

std::string examples_text(const Program& program) {
  std::string text;
  const auto add = [&](const CLI::App* command) {
    const auto found = program.examples.find(command);
    if (found == program.examples.end()) return;
    for (const auto& [line, purpose] : found->second) {
      text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(line), escaped(purpose));
    }
  };
  for (const CLI::App* command : program.commands()) {
    add(command);
  }
  return text;
}

constexpr const char* kVerdictsText = R"(.TP
.B pass
The kernel kept the rule.
.TP
.B unsupported
This platform lacks what the rule needs; the message names it.
.TP
.B unjudged
The sources leave open what was seen.
.TP
.B unknown
The time ran out before anything could be said.
.TP
.B broken
The rule could not be judged through a fault of ipcspec or of its set\-up.
.TP
.B fail
The kernel broke the rule.
)";

constexpr const char* kStatusText = R"(.TP
.B 0
Every rule was kept, or is unsupported here, or was left unjudged.
.TP
.B 1
A rule is violated.
.TP
.B 2
The command line is wrong.
.TP
.B 3
A rule is broken or unknown, or results could not be written.
.TP
.BI 128+ N
Stopped by signal
.IR N ;
the results obtained so far were written.
)";

constexpr const char* kEnvironmentText = R"(.TP
.B TMPDIR
Where rules make their files; then /tmp, /dev/shm and the working directory are tried. Random and
enumerated schedules try /dev/shm before /tmp.
.TP
.B NO_COLOR
When set and not empty, no colour is used. None is used outside a terminal in any case.
)";

constexpr const char* kFilesText = R"(.TP
.IB FILE .tmp
Results of
.B run \-o
.I FILE
while they are written; renamed to
.I FILE
when they are complete. A device or FIFO is written to directly.
)";

}  // namespace

std::string manual_page(const Program& program) {
  std::string text = ".\\\" Made by: bazel run //cli:manual_page > docs/ipcspec.1\n";
  text += fmt::format(".TH IPCSPEC 1 \"\" \"ipcspec {}\" \"User Commands\"\n", kVersion);
  text +=
      ".SH NAME\nipcspec \\- judge whether a kernel keeps the rules of inter\\-process "
      "communication\n";
  text += ".SH SYNOPSIS\n.B ipcspec\n.I command\n[\\fIoptions\\fR] [\\fIarguments\\fR]\n";
  text += ".SH DESCRIPTION\n" + escaped(program.app.get_description()) +
          "\nEach rule is run in processes of its own, and has a verdict.\n";
  text += ".SH OPTIONS\n";
  for (const CLI::Option* option : program.app.get_options()) text += option_text(*option);
  text += ".SH COMMANDS\n";
  for (const CLI::App* command : program.commands()) {
    text += command_text(*command);
  }
  text += std::string(".SH VERDICTS\n") + kVerdictsText;
  text += std::string(".SH EXIT STATUS\n") + kStatusText;
  text += std::string(".SH ENVIRONMENT\n") + kEnvironmentText;
  text += std::string(".SH FILES\n") + kFilesText;
  return text + ".SH EXAMPLES\n" + examples_text(program);
}

}  // namespace ipcspec::cli
