// The tree of commands: names, options and examples. What they do is in files of their own, which
// thereby need not be compiled with the parser.
#include <memory>

#include "cli/bench.hpp"
#include "cli/completions.hpp"
#include "cli/doctor.hpp"
#include "cli/explain.hpp"
#include "cli/gc.hpp"
#include "cli/lies.hpp"
#include "cli/list.hpp"
#include "cli/program.hpp"
#include "cli/run.hpp"

namespace ipcspec::cli {
namespace {

CLI::Option* whole_number(CLI::Option* option, const std::string& name, int most) {
  return option->check(CLI::Range(1, most).description(""))->type_name(name);
}

void add_run(Program& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = program.add_command("run", "Judge rules on this platform",
                                          [arguments] { return run(*arguments); });
  CLI::Option* patterns = command->add_option(
      "GLOB", arguments->patterns,
      "Rules to run: ids, patterns such as 'pipe.eof.*', or mechanisms (default: every rule)");
  program.completes[patterns->type_name("")] = Completes::rules;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json", "junit", "tap"},
                     "Form of the results (default: tty)");
  CLI::Option* output = command->add_option("-o,--output", arguments->output,
                                            "Write the results to FILE instead of standard output");
  program.completes[output->type_name("FILE")] = Completes::file;
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Rules that run side by side (default: one per usable "
                                   "processor)"),
               "N", 1024);
  whole_number(command->add_option("--timeout", arguments->timeout_s,
                                   "After so long a rule is given up as unknown (default: 60)"),
               "SECONDS", 86400);
  whole_number(command->add_option("--repeat", arguments->repeat,
                                   "Run everything N times; the worst verdict counts"),
               "N", 100000);
  command->add_flag("--fail-fast", arguments->fail_fast,
                    "Stop at the first rule that is violated or broken");
  command->add_option("--seed", arguments->seed, "Run the rules in an order drawn from NUMBER")
      ->type_name("NUMBER");
  program.add_examples(command, {{"ipcspec run", "every rule"},
                                 {"ipcspec run pipe fifo", "two mechanisms"},
                                 {"ipcspec run 'pipe.eof.*' --repeat 100", "look for a flaky rule"},
                                 {"ipcspec run --format junit -o ipc.xml", "for a CI server"}});
}

void add_list(Program& program) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App* command =
      program.add_command("list", "List rules", [arguments] { return list(*arguments); });
  CLI::Option* patterns = command->add_option(
      "GLOB", arguments->patterns,
      "Rules to list: ids, patterns such as 'pipe.eof.*', or mechanisms (default: every rule)");
  program.completes[patterns->type_name("")] = Completes::rules;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the list (default: tty)");
  program.add_examples(command, {{"ipcspec list signal", "the rules of one mechanism"},
                                 {"ipcspec list '*.eof.*' --format json", "for a program"}});
}

void add_explain(Program& program) {
  auto id = std::make_shared<std::string>();
  CLI::App* command =
      program.add_command("explain", "Say all there is to say about a rule, and show it being kept",
                          [id] { return explain(*id); });
  CLI::Option* rule = command->add_option("ID", *id, "The rule");
  program.completes[rule->type_name("")->required()] = Completes::rules;
  program.add_examples(command, {{"ipcspec explain pipe.eof.all-writers-closed",
                                  "sentence, sources, and the steps of a run"}});
}

void add_doctor(Program& program) {
  auto format = std::make_shared<std::string>("tty");
  CLI::App* command = program.add_command(
      "doctor", "Say what this platform offers and which rules it cannot be judged by",
      [format] { return doctor(*format); });
  program.add_choice(command, "-f,--format", *format, {"tty", "json"},
                     "Form of the findings (default: tty)");
  program.add_examples(command, {{"ipcspec doctor", "before a first run in a container"}});
}

void add_bench(Program& program) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* command = program.add_command(
      "bench", "Measure how fast IPC and ipcspec are here; exits with 0 whatever the figures",
      [arguments] { return bench(*arguments); });
  program.add_choice(command, "--only", arguments->only, {"transfer", "harness", "program"},
                     "Only the speed of the mechanisms, of the harness, or of the program");
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the figures (default: tty)");
  CLI::Option* output = command->add_option("-o,--output", arguments->output,
                                            "Write the figures to FILE instead of standard output");
  program.completes[output->type_name("FILE")] = Completes::file;
  CLI::Option* picture =
      command->add_option("--svg", arguments->svg, "Draw throughput and latency into FILE, as SVG");
  program.completes[picture->type_name("FILE")] = Completes::file;
  CLI::Option* seconds =
      whole_number(command->add_option("--seconds", arguments->seconds,
                                       "Time for all transfers together (default: 6)"),
                   "N", 3600);
  command->add_flag("--quick", arguments->quick, "Fewer rounds of everything; rougher figures")
      ->excludes(seconds);
  program.add_examples(command, {{"ipcspec bench", "everything, in about ten seconds"},
                                 {"ipcspec bench --only transfer --svg ipc.svg", "with a picture"},
                                 {"ipcspec bench --format json -o bench.json", "for a program"}});
}

void add_lies(Program& program) {
  auto arguments = std::make_shared<LiesArguments>();
  CLI::App* command = program.add_command(
      "lies", "Show that the test of every rule is able to fail: tell it lies until it does",
      [arguments] { return lies(*arguments); });
  CLI::Option* patterns = command->add_option(
      "GLOB", arguments->patterns,
      "Rules whose tests are lied to: ids, patterns or mechanisms (default: every rule)");
  program.completes[patterns->type_name("")] = Completes::rules;
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Rules that run side by side (default: one per usable "
                                   "processor)"),
               "N", 1024);
  program.add_examples(command, {{"ipcspec lies pipe", "the lie that each pipe rule notices"}});
}

void add_gc(Program& program) {
  CLI::App* command =
      program.add_command("gc", "Remove what killed runs left behind", [] { return gc(); });
  program.add_examples(command, {{"ipcspec gc", "never touches a run that is still going on"}});
}

void add_completions(Program& program) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command =
      program.add_command("completions", "Print completions for a shell",
                          [&program, shell] { return completions(program, *shell); });
  program.add_choice(command, "SHELL", *shell, {"bash", "zsh", "fish"}, "The shell")->required();
  program.add_examples(command,
                       {{"source <(ipcspec completions bash)", "in this shell"},
                        {"ipcspec completions fish | source", "in this shell"},
                        {"ipcspec completions zsh > ~/.zfunc/_ipcspec", "a directory of fpath"}});
}

}  // namespace

void add_commands(Program& program) {
  add_run(program);
  add_list(program);
  add_explain(program);
  add_doctor(program);
  add_bench(program);
  add_lies(program);
  add_gc(program);
  add_completions(program);
  program.add_examples(
      &program.app, {{"ipcspec run", "judge this platform by every rule"},
                     {"ipcspec run pipe -j 4", "by the rules of pipes"},
                     {"ipcspec explain pipe.eof.all-writers-closed", "what a rule says and shows"},
                     {"ipcspec doctor", "what can be judged here"}});
}

}  // namespace ipcspec::cli
