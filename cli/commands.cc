// The tree of commands: names, options and examples. What they do is in files of their own, which
// thereby need not be compiled with the parser.
#include <memory>

#include "cli/bench.hpp"
#include "cli/compare.hpp"
#include "cli/completions.hpp"
#include "cli/doctor.hpp"
#include "cli/enumerate.hpp"
#include "cli/explain.hpp"
#include "cli/explore.hpp"
#include "cli/gc.hpp"
#include "cli/judge.hpp"
#include "cli/lies.hpp"
#include "cli/list.hpp"
#include "cli/matrix.hpp"
#include "cli/platforms.hpp"
#include "cli/program.hpp"
#include "cli/replay.hpp"
#include "cli/run.hpp"
#include "cli/serve.hpp"
#include "platform/order.hpp"
#include "properties/enumerate.hpp"
#include "report/formats.hpp"

namespace ipcspec::cli {
namespace {

CLI::Option* whole_number(CLI::Option* option, const std::string& name, int most) {
  return option->check(CLI::Range(1, most).description(""))->type_name(name);
}

// What run and matrix have in common.
void add_rules(Program& program, CLI::App* command, std::vector<std::string>& patterns) {
  CLI::Option* option = command->add_option(
      "GLOB", patterns,
      "Rules to run: ids, patterns such as 'pipe.eof.*', or mechanisms (default: every rule)");
  program.completes[option->type_name("")] = Completes::rules;
}

void add_output(Program& program, CLI::App* command, std::string& format, std::string& output) {
  program.add_choice(command, "-f,--format", format, report::format_names(),
                     "Form of the results (default: tty)");
  CLI::Option* option = command->add_option("-o,--output", output,
                                            "Write the results to FILE instead of standard output");
  program.completes[option->type_name("FILE")] = Completes::file;
}

template <typename Arguments>
void add_limits(CLI::App* command, Arguments& arguments) {
  whole_number(command->add_option("--timeout", arguments.timeout_s,
                                   "After so long a rule is given up as unknown (default: 60)"),
               "SECONDS", 86400);
  whole_number(command->add_option("--repeat", arguments.repeat,
                                   "Run everything N times; the worst verdict counts"),
               "N", 100000);
  command->add_flag("--no-fail", arguments.no_fail, "Exit with 0 whatever the verdicts");
  command->add_option("--seed", arguments.seed, "Run the rules in an order drawn from NUMBER")
      ->type_name("NUMBER");
}

void add_expect(Program& program, CLI::App* command, std::vector<std::string>& paths) {
  CLI::Option* option =
      command->add_option("--expect", paths,
                          "Known deviations, which then do not count: a file, or a directory of "
                          "*.expect");
  option->type_name("PATH")->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  program.completes[option] = Completes::file;
}

void add_platform_options(Program& program, CLI::App* command, MatrixArguments& arguments) {
  // One each, so that the patterns of rules may follow.
  command
      ->add_option("--kernel", arguments.kernels,
                   "Boot Debian's kernel of a series: debian:6.1 or debian:6.1:s390x in QEMU, "
                   "uml:debian:7.2; it is fetched by apt-get the first time")
      ->type_name("KERNEL")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_expect(program, command, arguments.expect);
  whole_number(command->add_option("-p,--parallel", arguments.parallel,
                                   "Platforms that run side by side (default: one per usable "
                                   "processor)"),
               "N", 1024);
}

RunArguments for_this_platform(const MatrixArguments& arguments) {
  RunArguments run;
  run.patterns = arguments.patterns;
  run.format = arguments.format;
  run.output = arguments.output;
  run.expect = arguments.expect;
  run.jobs = arguments.jobs;
  run.timeout_s = arguments.timeout_s;
  run.repeat = arguments.repeat;
  run.no_fail = arguments.no_fail;
  run.seed = arguments.seed;
  return run;
}

void add_run(Program& program) {
  auto arguments = std::make_shared<MatrixArguments>();
  // What is only for this platform.
  auto alone = std::make_shared<RunArguments>();
  CLI::App* command = program.add_command("run", "Judge rules on this platform, or on others", [=] {
    if (!arguments->platforms.empty() || !arguments->kernels.empty()) return run_on(*arguments);
    RunArguments here = for_this_platform(*arguments);
    here.fail_fast = alone->fail_fast;
    here.summary = alone->summary;
    return run(here);
  });
  add_rules(program, command, arguments->patterns);
  add_output(program, command, arguments->format, arguments->output);
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Rules that run side by side (default: four per usable "
                                   "processor; one on each of several platforms)"),
               "N", 1024);
  add_limits(command, *arguments);
  CLI::Option* fast = command->add_flag("--fail-fast", alone->fail_fast,
                                        "Stop at the first rule that is violated or broken");
  CLI::Option* summary = command->add_option(
      "--summary", alone->summary,
      "Also write a summary of at most 4096 bytes, as JSON, to FILE: a container's message");
  program.completes[summary->type_name("FILE")] = Completes::file;
  command
      ->add_option("--on", arguments->platforms,
                   "Run on PLATFORM instead of here, see ipcspec platforms; may be repeated")
      ->type_name("PLATFORM")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->excludes(fast)
      ->excludes(summary);
  add_platform_options(program, command, *arguments);
  program.add_examples(command, {{"ipcspec run", "every rule"},
                                 {"ipcspec run pipe fifo", "two mechanisms"},
                                 {"ipcspec run 'pipe.eof.*' --repeat 100", "look for a flaky rule"},
                                 {"ipcspec run --format junit -o ipc.xml", "for a CI server"},
                                 {"ipcspec run --on gvisor:systrap --on crun", "elsewhere"},
                                 {"ipcspec run mq --on qemu:bzImage", "a kernel just built"},
                                 {"ipcspec run --on 'cmd:ssh host {program} {args}'",
                                  "where this program lies at the same place"}});
}

void add_matrix(Program& program) {
  auto arguments = std::make_shared<MatrixArguments>();
  CLI::App* command =
      program.add_command("matrix", "Judge rules on every platform that is usable here",
                          [arguments] { return matrix(*arguments); });
  add_rules(program, command, arguments->patterns);
  add_output(program, command, arguments->format, arguments->output);
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Rules that run side by side on each platform (default: 1)"),
               "N", 1024);
  add_limits(command, *arguments);
  command->add_option("--skip", arguments->skip, "Leave out platforms whose names match")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_platform_options(program, command, *arguments);
  program.add_examples(command,
                       {{"ipcspec matrix", "all of them, and where they differ"},
                        {"ipcspec matrix --format json -o all.json", "for a program"},
                        {"ipcspec matrix pipe --skip 'qemu:*'", "one mechanism, quickly"},
                        {"ipcspec matrix --expect expectations", "known deviations do not count"}});
}

void add_platforms(Program& program) {
  auto arguments = std::make_shared<PlatformsArguments>();
  CLI::App* command = program.add_command(
      "platforms", "List platforms that rules can be judged on, and what is missing for others",
      [arguments] { return platforms(*arguments); });
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the list (default: tty)");
  command->add_flag("--quick", arguments->quick, "Only look for what is needed, start nothing");
  program.add_examples(command, {{"ipcspec platforms", "starts each of them to be sure"},
                                 {"ipcspec platforms --quick -f json", "for a program"}});
}

void add_diff(Program& program) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* command =
      program.add_command("diff", "Say what changed between two sets of results, regressions first",
                          [arguments] { return diff(*arguments); });
  CLI::Option* before = command->add_option("OLD", arguments->before, "Earlier results, as JSON");
  program.completes[before->type_name("")->required()] = Completes::file;
  CLI::Option* after = command->add_option("NEW", arguments->after, "Later results, as JSON");
  program.completes[after->type_name("")->required()] = Completes::file;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the differences (default: tty)");
  add_expect(program, command, arguments->expect);
  program.add_examples(command,
                       {{"ipcspec diff old.json new.json", "exits with 1 for a regression"}});
}

void add_show(Program& program) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = program.add_command(
      "show", "Show results that were written earlier, in another form or several together",
      [arguments] { return show(*arguments); });
  CLI::Option* files = command->add_option("FILE", arguments->files, "Results, as JSON");
  program.completes[files->type_name("")->required()] = Completes::file;
  add_output(program, command, arguments->format, arguments->output);
  add_expect(program, command, arguments->expect);
  program.add_examples(command, {{"ipcspec show all.json -f html -o ipc.html", "one page"},
                                 {"ipcspec show node*.json", "many machines side by side"}});
}

// Not for people: what this program starts inside a platform.
void add_serve(Program& program) {
  auto order = std::make_shared<std::string>();
  CLI::App* command =
      program.add_command(platform::kServeCommand, "Obey an order of ipcspec outside a platform",
                          [order] { return serve(*order); });
  command->add_option("ORDER", *order, "What to do")->required();
  command->group("");
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
  program.add_choice(command, "--only", arguments->only,
                     {"transfer", "harness", "framing", "program"},
                     "Only the speed of the mechanisms, the harness, framing, or the program");
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

void add_explore(Program& program) {
  auto arguments = std::make_shared<ExploreArguments>();
  CLI::App* command = program.add_command(
      "explore", "Carry out random schedules of random processes here, and judge them",
      [arguments] { return explore(*arguments); });
  command->add_option("--seed", arguments->seed, "Draw the schedules from NUMBER (default: any)")
      ->type_name("NUMBER");
  command
      ->add_option("--first", arguments->first,
                   "Number of the first schedule, to do again what was seen (default: 0)")
      ->type_name("N");
  command
      ->add_option("--schedules", arguments->schedules,
                   "How many schedules (default: 10000, or what the time allows)")
      ->type_name("N");
  command->add_option("--for", arguments->duration, "Stop after DURATION, such as 30s, 5m or 2h")
      ->type_name("DURATION");
  whole_number(command->add_option("--processes", arguments->processes,
                                   "Processes of a schedule at most (default: 5)"),
               "N", kExploredProcessesMax);
  whole_number(
      command->add_option("--steps", arguments->steps, "Steps of a schedule at most (default: 16)"),
      "N", kExploredStepsMax);
  command
      ->add_option("--mechanisms", arguments->mechanisms,
                   "Whose calls the schedules have, such as pipe,fifo (default: all)")
      ->type_name("LIST");
  program.add_choice(command, "--profile", arguments->profile, profile_names(),
                     "Judge by what Linux does, or by what POSIX promises (default: linux)");
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Schedules that run side by side (default: one per usable "
                                   "processor)"),
               "N", kExplorersMax);
  CLI::Option* findings =
      command->add_option("-o,--output", arguments->findings,
                          "Keep schedules that broke a rule in DIRECTORY (default: "
                          "ipcspec-findings)");
  program.completes[findings->type_name("DIRECTORY")] = Completes::file;
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the summary (default: tty)");
  program.add_examples(command, {{"ipcspec explore --for 1m", "all mechanisms, every processor"},
                                 {"ipcspec explore --mechanisms pipe,fifo", "two mechanisms"},
                                 {"ipcspec explore --seed 7 --schedules 500", "always the same"}});
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
                                   "Rules that run side by side (default: four per usable "
                                   "processor)"),
               "N", 1024);
  program.add_examples(command, {{"ipcspec lies pipe", "the lie that each pipe rule notices"}});
}

void add_profile(Program& program, CLI::App* command, std::string& profile) {
  program.add_choice(command, "--profile", profile, profile_names(),
                     "The rules that count: what POSIX promises, or what Linux does (default: "
                     "linux)");
}

void add_judge(Program& program) {
  auto arguments = std::make_shared<JudgeArguments>();
  CLI::App* command = program.add_command("judge", "Judge recorded traces; needs no kernel",
                                          [arguments] { return judge(*arguments); });
  CLI::Option* files =
      command->add_option("TRACE", arguments->files, "Traces; - is standard input");
  program.completes[files->type_name("")->required()] = Completes::file;
  add_profile(program, command, arguments->profile);
  program.add_choice(command, "-f,--format", arguments->format, {"tty", "json"},
                     "Form of the rulings (default: tty)");
  program.add_examples(command,
                       {{"ipcspec judge eof.trace", "what was seen, what was allowed, and why"},
                        {"ipcspec judge --profile posix *.trace", "by the standard alone"},
                        {"ipcspec judge - --format json <eof.trace", "for a program"}});
}

void add_replay(Program& program) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* command =
      program.add_command("replay", "Carry a script out on this kernel and judge it",
                          [arguments] { return replay(*arguments); });
  CLI::Option* script =
      command->add_option("SCRIPT", arguments->file, "The script; - is standard input");
  program.completes[script->type_name("")->required()] = Completes::file;
  whole_number(command->add_option("--times", arguments->times,
                                   "Carry it out N times; races end differently (default: 1)"),
               "N", 1000000);
  add_profile(program, command, arguments->profile);
  CLI::Option* trace = command->add_option("--trace", arguments->trace,
                                           "Write the trace of the worst run into FILE");
  program.completes[trace->type_name("FILE")] = Completes::file;
  CLI::Option* findings =
      command->add_option("-o,--output", arguments->findings,
                          "Keep what breaks a rule in a directory of its own below DIRECTORY");
  program.completes[findings->type_name("DIRECTORY")] = Completes::file;
  program.add_examples(command,
                       {{"ipcspec replay eof.script", "what came of it, drawn"},
                        {"ipcspec replay race.script --times 1000", "how often it comes to what"},
                        {"ipcspec replay eof.script -o found", "with a C program that shows it"}});
}

void add_repro(Program& program) {
  auto arguments = std::make_shared<ReproArguments>();
  CLI::App* command =
      program.add_command("repro", "Write a program that does what a script or a trace does",
                          [arguments] { return repro(*arguments); });
  CLI::Option* file = command->add_option("FILE", arguments->file,
                                          "A script, or a trace whose violation it then looks for");
  program.completes[file->type_name("")->required()] = Completes::file;
  program.add_choice(command, "--lang", arguments->language, {"c"}, "Its language (default: c)");
  add_profile(program, command, arguments->profile);
  CLI::Option* output = command->add_option("-o,--output", arguments->output,
                                            "Write it to FILE instead of standard output");
  program.completes[output->type_name("FILE")] = Completes::file;
  program.add_examples(command, {{"ipcspec repro eof.trace -o eof.c && cc eof.c && ./a.out",
                                  "needs nothing of ipcspec"}});
}

void add_enumerate(Program& program) {
  auto arguments = std::make_shared<EnumerateArguments>();
  CLI::App* command = program.add_command(
      "enumerate", "Carry out every script of a small scope, up to symmetry, and judge it",
      [arguments] { return enumerate(*arguments); });
  program.add_choices(command, "--mechanism", arguments->mechanisms, properties::scope_names(),
                      "What the processes share; may be repeated (default: each of them)");
  whole_number(
      command->add_option("--processes", arguments->processes, "Processes, at most (default: 2)"),
      "N", properties::kScopeProcessesMax);
  whole_number(command->add_option("--calls", arguments->calls,
                                   "Calls, at most (default: 3; 4 for semaphores)"),
               "N", 16);
  whole_number(command->add_option("--racing", arguments->racing,
                                   "Calls that are released together, at most (default: 2)"),
               "N", properties::kScopeProcessesMax);
  whole_number(command->add_option("-j,--jobs", arguments->jobs,
                                   "Scripts that are carried out side by side (default: one per "
                                   "usable processor)"),
               "N", 1024);
  command->add_flag("--count-only", arguments->count_only, "Only say how many scripts there are");
  add_profile(program, command, arguments->profile);
  CLI::Option* findings =
      command->add_option("-o,--output", arguments->findings,
                          "Keep what breaks a rule in a directory of its own below DIRECTORY");
  program.completes[findings->type_name("DIRECTORY")] = Completes::file;
  program.add_examples(command,
                       {{"ipcspec enumerate", "two processes and each mechanism"},
                        {"ipcspec enumerate --mechanism sem --calls 5", "one of them, further"},
                        {"ipcspec enumerate --processes 3 --count-only", "what would be done"}});
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
  add_matrix(program);
  add_platforms(program);
  add_diff(program);
  add_show(program);
  add_serve(program);
  add_list(program);
  add_explain(program);
  add_doctor(program);
  add_explore(program);
  add_bench(program);
  add_lies(program);
  add_judge(program);
  add_replay(program);
  add_repro(program);
  add_enumerate(program);
  add_gc(program);
  add_completions(program);
  program.add_examples(
      &program.app, {{"ipcspec run", "judge this platform by every rule"},
                     {"ipcspec run pipe -j 4", "by the rules of pipes"},
                     {"ipcspec explain pipe.eof.all-writers-closed", "what a rule says and shows"},
                     {"ipcspec matrix", "every platform that is usable here"},
                     {"ipcspec doctor", "what can be judged here"}});
}

}  // namespace ipcspec::cli
