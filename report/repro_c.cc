#include "report/repro_c.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "ops/script_text.hpp"
#include "ops/symbols.hpp"
#include "ops/text.hpp"
#include "report/repro/forms.hpp"
#include "report/repro/runtime.hpp"

namespace ipcspec::report {
namespace {

using repro::literal;

constexpr std::size_t kShownBytes = 60;
// Entries of a process's signal log, two for each signal caught, of seven numbers each.
constexpr int kSignalEntries = 64;
constexpr int kSignalNumbers = 7;
constexpr int kOutputs = 6;

std::string number(std::size_t value) { return std::to_string(value); }

// Letters, digits and '_'; what the process is called is printed from the script.
std::string identifier_for(const std::string& process, const std::vector<std::string>& taken) {
  std::string name = "proc_";
  for (const char byte : process) {
    name += std::isalnum(static_cast<unsigned char>(byte)) != 0 ? byte : '_';
  }
  if (std::ranges::count(taken, name) > 0) name += "_" + number(taken.size());
  return name;
}

// Whether the word stands in the text, and not only as a part of another word.
bool has_word(std::string_view text, std::string_view word) {
  const auto is_part = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) {
      return true;
    }
  }
  return false;
}

// What a comment of C cannot hold is left out of it.
std::string comment(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  if (text.ends_with('\\')) text += '.';
  return "// " + text + "\n";
}

struct NumberedCall {
  std::size_t step;  // from 1
  bool racing;
  const op::ScriptCall* call;
  repro::CallInC in_c;
};

class ProgramWriter {
 public:
  ProgramWriter(const op::Script& script, const std::optional<Charge>& charge)
      : script_(script), charge_(charge) {
    names_.call_kinds = op::call_kinds(script);
    for (const std::string& root : script.roots) add_process(root);
    for (const op::ScriptStep& step : script.steps) {
      for (const op::ScriptCall& call : step.calls) {
        if (const auto* fork = std::get_if<op::Fork>(&call.op)) add_process(fork->child);
      }
    }
    std::size_t step_number = 0;
    for (const op::ScriptStep& step : script.steps) {
      ++step_number;
      for (const op::ScriptCall& call : step.calls) {
        calls_.push_back({step_number, step.calls.size() > 1, &call, call_in_c(call)});
      }
    }
    if (charge_ &&
        (charge_->call < 1 || charge_->call > charge_->after || charge_->after > calls_.size())) {
      throw NotInC("the charge is about call " + number(charge_->call) + " after call " +
                   number(charge_->after) + ", and the script has " + number(calls_.size()));
    }
  }

  std::string write() {
    std::string text = head() + std::string(repro::kIncludes) + tables();
    text += std::string(repro::kStage) + std::string(repro::kActing) + used_helpers();
    text += references() + players();
    for (const std::string_view part : {repro::kPrinting, repro::kWatching, repro::kDirecting}) {
      text += part;
    }
    return text + verdict() + main_function();
  }

 private:
  void add_process(const std::string& name) {
    names_.identifiers.push_back(identifier_for(name, names_.identifiers));
    names_.processes.push_back(name);
  }

  // Those that are no call of a form's.
  repro::CallInC call_in_c(const op::ScriptCall& call) const {
    repro::CallInC result;
    if (std::holds_alternative<op::Fork>(call.op)) {
      result.shown = "fork()";
      return result;
    }
    if (const auto* exit = std::get_if<op::Exit>(&call.op);
        exit != nullptr && call.references.empty()) {
      result.shown = "_exit(" + std::to_string(exit->status) + ")";
      return result;
    }
    return repro::in_c(call, names_);
  }

  std::string head() const {
    std::string text = "// cc -std=gnu11 -o witness witness.c -lrt -pthread && ./witness\n//\n";
    text += comment(script_.rule.empty() ? "Calls of several processes." : "Rule: " + script_.rule);
    text += comment("Each call stands below as the script has it (ipcspec-script 1).");
    if (charge_) {
      text += comment("After call " + number(charge_->after) + ", call " + number(charge_->call) +
                      " must not be so: " + charge_->observed);
      for (const std::string& allowed : charge_->allowed) text += comment("  allowed: " + allowed);
      text += comment(
          "Exit status: 1 when it is so again, 0 when it is not, 2 when the call was "
          "not made,");
      text += comment("3 when the processes do not settle.");
    } else {
      text += comment("Exit status: 0, or 3 when the processes do not settle.");
    }
    return text;
  }

  std::string tables() const {
    const bool logs = std::ranges::any_of(calls_, [](const NumberedCall& call) {
      return std::holds_alternative<op::TakeSignalLog>(call.call->op);
    });
    std::string text = "\n// ---- The script " + std::string(79, '-') + "\n\nenum { ";
    for (const std::string& identifier : names_.identifiers) text += identifier + ", ";
    text += "PROCESSES };\nenum { CALLS = " + number(calls_.size()) +
            ", STEPS = " + number(script_.steps.size()) + ", NAMES = " + number(names_used()) +
            ",\n       SIGNALS_MAX = " + std::to_string(kSignalEntries) +
            ", OUTPUTS_MAX = " + std::to_string(logs ? kSignalEntries * kSignalNumbers : kOutputs) +
            " };\n";
    text += "\nstatic const char *const process_names[PROCESSES + 1] = {\n";
    for (const std::string& process : names_.processes) {
      text += "    " + literal(op::name_text(process)) + ",\n";
    }
    text += "    \"\"};\n";
    return text + plan() + names_of_numbers();
  }

  std::string plan() const {
    std::string text =
        "\nstatic const struct plan {\n"
        "  int step;\n"
        "  int who;\n"
        "  int racing;           // released together with the others of the step\n"
        "  long long room;       // for the data of its answer\n"
        "  const char *text;\n"
        "  const char *outputs;  // their names\n"
        "} plan[CALLS + 1] = {\n"
        "    {0, 0, 0, 0, \"\", \"\"},\n";
    for (const NumberedCall& call : calls_) {
      std::string outputs;
      for (const std::string_view name : op::output_names(call.call->op.index())) {
        outputs += (outputs.empty() ? "" : " ") + std::string(name);
      }
      text += "    {" + number(call.step) + ", " + names_.identifier_of(call.call->who) + ", " +
              (call.racing ? "1" : "0") + ", " + call.in_c.room + ", " + literal(call.in_c.shown) +
              ", " + literal(outputs) + "},\n";
    }
    return text + "};\n";
  }

  static std::string name_list(const char* list, op::Vocabulary vocabulary, int end) {
    constexpr std::size_t kColumnsMax = 96;
    std::string text = "static const struct name " + std::string(list) + "[] = {\n";
    std::string line = "   ";
    for (int value = 1; value < end; ++value) {
      const std::string name = op::symbol_text(vocabulary, value);
      const bool is_number = std::isdigit(static_cast<unsigned char>(name[0])) != 0;
      if (is_number || name.find('+') != std::string::npos) continue;
      const std::string entry = " {" + name + ", \"" + name + "\"},";
      if (line.size() + entry.size() > kColumnsMax) {
        text += line + "\n";
        line = "   ";
      }
      line += entry;
    }
    return text + line + "\n    {0, NULL}};\n";
  }

  static std::string names_of_numbers() {
    constexpr int kErrorsEnd = 256;
    constexpr int kSignalsEnd = 65;
    return "\nstruct name {\n  int number;\n  const char *text;\n};\n" +
           name_list("error_names", op::Vocabulary::error, kErrorsEnd) +
           name_list("signal_names", op::Vocabulary::signal, kSignalsEnd);
  }

  // How many names the script has; the largest number of one says.
  std::size_t names_used() const {
    std::size_t used = 0;
    for_each_reference([&](const op::Reference& reference) {
      if (reference.to != op::Reference::To::name) return;
      constexpr std::size_t kNamesMax = 4096;
      if (reference.call >= kNamesMax) {
        throw NotInC("the script has a name number " + number(reference.call) +
                     "; number its names from 0");
      }
      used = std::max(used, reference.call + 1);
    });
    return used;
  }

  template <typename Visit>
  void for_each_reference(const Visit& visit) const {
    for (const NumberedCall& call : calls_) {
      for (const op::Reference& reference : call.call->references) visit(reference);
    }
  }

  std::string references() const {
    std::set<std::string> lines;
    for_each_reference([&](const op::Reference& reference) {
      const std::string call = number(reference.call);
      switch (reference.to) {
        case op::Reference::To::process:
          lines.insert("#define PID_OF(who) (atomic_load(&stage->pid[who]))\n");
          break;
        case op::Reference::To::value:
          lines.insert("#define VALUE_OF_" + call + " (stage->call[" + call + "].value)\n");
          break;
        case op::Reference::To::output:
          lines.insert("#define " + macro_of(reference) + " (stage->call[" + call + "].output[" +
                       number(reference.output) + "])\n");
          break;
        case op::Reference::To::data:
          lines.insert("#define DATA_OF_" + call + " (stage->call[" + call + "].data)\n");
          lines.insert("#define SIZE_OF_" + call + " ((size_t)stage->call[" + call + "].size)\n");
          break;
        case op::Reference::To::name:
          lines.insert("#define NAME_" + call + " (names[" + call + "])\n");
          break;
      }
    });
    std::string text = "\n// ---- What each process does " + std::string(67, '-') + "\n\n";
    for (const std::string& line : lines) text += line;
    return text;
  }

  std::string macro_of(const op::Reference& reference) const {
    return repro::output_macro(reference.call, names_.call_kinds.at(reference.call - 1),
                               reference.output);
  }

  std::string used_helpers() const {
    std::string code;
    for (const NumberedCall& call : calls_) {
      for (const std::string_view words : call.in_c.words_used) code += std::string(words) + "\n";
    }
    if (charge_ && charge_->data) code += repro::text_in_c(*charge_->data).expression;
    const auto all = repro::helpers();
    std::vector<bool> used(all.size());
    for (std::size_t i = all.size(); i-- > 0;) {
      used[i] = has_word(code, all[i].name);
      if (used[i]) code += all[i].text;
    }
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (used[i]) text += all[i].text;
    }
    return text;
  }

  // The last born first: whoever forks is born before its child.
  std::string players() const {
    std::string text;
    for (std::size_t i = names_.processes.size(); i-- > 0;) {
      text += "\nstatic _Noreturn void play_" + names_.identifiers[i] + "(void) {\n";
      for (std::size_t k = 0; k < calls_.size(); ++k) {
        if (calls_[k].call->who == names_.processes[i]) text += player_call(k + 1);
      }
      text += "  rest();\n}\n";
    }
    return text;
  }

  std::string player_call(std::size_t number_of_call) const {
    const NumberedCall& numbered = calls_[number_of_call - 1];
    const repro::CallInC& in_c = numbered.in_c;
    std::string text = "  " + comment(number(number_of_call) + " " +
                                      op::to_text(*numbered.call, names_.call_kinds, kShownBytes));
    text += "  if (begin(" + number(number_of_call) + ")";
    for (const std::string& condition : in_c.conditions) text += " && " + condition;
    text += ") {\n";
    if (const auto* fork = std::get_if<op::Fork>(&numbered.call->op)) {
      const std::string& child = names_.identifier_of(fork->child);
      return text + "    pid_t pid = fork();\n    if (pid == 0) {\n      be_born(" + child +
             ");\n      play_" + child +
             "();\n    }\n    did(pid);\n    if (ok()) atomic_store(&stage->pid[" + child +
             "], pid);\n    done();\n  }\n";
    }
    if (const auto* exit = std::get_if<op::Exit>(&numbered.call->op)) {
      return text + "    leave(" + std::to_string(exit->status) + ");  // " + in_c.shown +
             "\n  }\n";
    }
    if (!in_c.before.empty()) text += "    " + in_c.before + "\n";
    text += "    errno = 0;\n    " + in_c.result + " = " + in_c.call + ";\n    did(" + in_c.value +
            ");\n";
    if (!in_c.after.empty()) text += "    " + in_c.after + "\n";
    return text + "    done();\n  }\n";
  }

  std::string verdict() const {
    if (!charge_) return {};
    std::string conditions;
    const auto require = [&](const std::string& condition) {
      conditions += (conditions.empty() ? "" : " &&\n         ") + condition;
    };
    switch (charge_->kind) {
      case Charge::Kind::answered:
        require("atomic_load(&call->progress) == ANSWERED");
        break;
      case Charge::Kind::blocked:
        require("atomic_load(&call->progress) == BEGUN && end[0] == '\\0'");
        break;
      case Charge::Kind::ended:
        require("atomic_load(&call->progress) == BEGUN && end[0] != '\\0'");
        break;
    }
    if (charge_->kind == Charge::Kind::answered) add_answer(require);
    return "\n// What must not be.\nstatic int is_forbidden(void) {\n  const struct call *call = "
           "&stage->call[" +
           number(charge_->call) + "];\n  const char *end = stage->end[plan[" +
           number(charge_->call) + "].who];\n  (void)end;\n  return " + conditions + ";\n}\n";
  }

  template <typename Require>
  void add_answer(const Require& require) const {
    if (charge_->error) {
      require("call->error == " + op::symbol_text(op::Vocabulary::error, *charge_->error));
    }
    if (charge_->value) require("call->value == " + std::to_string(*charge_->value) + "LL");
    if (charge_->data) {
      const repro::TextInC data = repro::text_in_c(*charge_->data);
      require("call->size == " + data.size);
      require("memcmp(call->data, " + data.expression + ", " + data.size + ") == 0");
    }
  }

  std::string main_function() const {
    std::string text =
        "\n// The processes are in a session of their own, whose end is the end of all of them.\n"
        "static int direct(void) {\n"
        "  setsid();\n"
        "  signal(SIGTERM, note_interrupt);\n"
        "  prctl(PR_SET_PDEATHSIG, SIGTERM);\n"
        "  prepare();\n";
    for (const std::string& root : script_.roots) {
      const std::string& identifier = names_.identifier_of(root);
      text += "  start(" + identifier + ", play_" + identifier + ");\n";
    }
    text += "  settle();\n";
    if (charge_) text += "  int forbidden = 0;\n";
    text += "  for (int step = 1; step <= STEPS; ++step) {\n    carry_out(step);\n";
    if (charge_) {
      text += "    if (step == " + number(calls_[charge_->after - 1].step) +
              ") forbidden = is_forbidden();\n";
    }
    text += "  }\n  for (int number = 1; number <= CALLS; ++number) print_call(number);\n";
    text += charge_ ? charge_text() : "  int status = 0;\n";
    return text +
           "  clean_up();\n  return status;\n}\n\n"
           "int main(void) {\n"
           "  int status = 0;\n"
           "  pid_t pid = fork();\n"
           "  if (pid == 0) exit(direct());\n"
           "  if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return 3;\n"
           "  return WEXITSTATUS(status);\n"
           "}\n";
  }

  std::string charge_text() const {
    const std::string call = number(charge_->call);
    std::string text = "  int made = atomic_load(&stage->call[" + call +
                       "].progress);\n  int status = forbidden ? 1 : made == ANSWERED || made == "
                       "BEGUN ? 0 : 2;\n  if (forbidden) {\n    printf(\"VIOLATION: after call " +
                       number(charge_->after) + ", call " + call + " is so: %s\\n\", " +
                       literal(charge_->observed) + ");\n";
    for (const std::string& allowed : charge_->allowed) {
      text += "    printf(\"  allowed: %s\\n\", " + literal(allowed) + ");\n";
    }
    return text + "  } else {\n    puts(status == 0 ? \"no violation: call " + call +
           " is not so this time\"\n                     : \"not judged: call " + call +
           " was not made\");\n  }\n";
  }

  const op::Script& script_;
  const std::optional<Charge>& charge_;
  repro::Names names_;
  std::vector<NumberedCall> calls_;
};

// Whether the value of an operation is a descriptor, a pid or an address.
bool differs_by_run(const op::Op& op) {
  constexpr std::string_view kOperations[] = {
      "open", "dup",  "pidfd_getfd",          "socket",     "accept", "shm_open", "mq_open",
      "fork", "wait", "open_pseudo_terminal", "new_session"};
  return std::ranges::count(kOperations, op::name_of(op)) > 0;
}

// Whether its data is, for instance the address of a socket whose port the kernel chose.
bool data_differs_by_run(const op::Op& op) {
  constexpr std::string_view kOperations[] = {"accept", "get_socket_name", "get_peer_name",
                                              "get_working_directory", "open_pseudo_terminal"};
  return std::ranges::count(kOperations, op::name_of(op)) > 0;
}

class ChargeFinder {
 public:
  ChargeFinder(const op::Trace& trace, std::size_t event) : trace_(trace), event_(event) {
    for (std::size_t i = 0; i <= event && i < trace.events.size(); ++i) {
      if (const auto* call = std::get_if<op::CallEvent>(&trace.events[i])) {
        calls_.push_back(call);
        pending_.insert(call->id);
      }
      if (const auto* answer = std::get_if<op::ReturnEvent>(&trace.events[i])) {
        pending_.erase(answer->id);
      }
    }
  }

  std::optional<Charge> find(op::CallId call) const {
    if (event_ >= trace_.events.size() || calls_.empty()) return std::nullopt;
    const op::Event& event = trace_.events[event_];
    if (const auto* answer = std::get_if<op::ReturnEvent>(&event)) return of_answer(*answer);
    if (std::holds_alternative<op::QuietEvent>(event)) return of_call(call, Charge::Kind::blocked);
    const auto* death = std::get_if<op::DeathEvent>(&event);
    if (death == nullptr) return std::nullopt;
    for (const op::CallEvent* made : calls_) {
      if (made->who == death->who && pending_.contains(made->id)) {
        auto charge = of_call(made->id, Charge::Kind::ended);
        charge->observed = "the process ended in it, " + op::death_text(death->status);
        return charge;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<Charge> of_call(op::CallId id, Charge::Kind kind) const {
    const auto found = std::ranges::find(calls_, id, &op::CallEvent::id);
    if (found == calls_.end()) return std::nullopt;
    Charge charge;
    charge.call = static_cast<std::size_t>(found - calls_.begin()) + 1;
    charge.after = calls_.size();
    charge.kind = kind;
    charge.observed = "blocked";
    return charge;
  }

  std::optional<Charge> of_answer(const op::ReturnEvent& answer) const {
    auto charge = of_call(answer.id, Charge::Kind::answered);
    if (!charge) return std::nullopt;
    const op::Op& op = calls_[charge->call - 1]->op;
    const op::Outcome& outcome = answer.outcome;
    charge->error = outcome.error.value;
    if (outcome.error.value == 0) {
      if (!differs_by_run(op)) charge->value = outcome.value;
      if (!data_differs_by_run(op)) charge->data = outcome.data;
    }
    charge->observed = op::to_text(outcome, op.index(), kShownBytes);
    return charge;
  }

  const op::Trace& trace_;
  std::size_t event_;
  std::vector<const op::CallEvent*> calls_;  // up to the event, in order
  std::set<op::CallId> pending_;             // at the event
};

}  // namespace

std::optional<Charge> charge_of(const op::Trace& trace, std::size_t event, op::CallId call,
                                std::vector<std::string> allowed) {
  auto charge = ChargeFinder(trace, event).find(call);
  if (charge) charge->allowed = std::move(allowed);
  return charge;
}

std::string c_program(const op::Script& script, const std::optional<Charge>& charge) {
  return ProgramWriter(script, charge).write();
}

bool is_said_in_c(std::string_view operation) {
  return operation == op::Fork::kName || operation == op::Exit::kName ||
         !repro::forms_of(operation).empty();
}

}  // namespace ipcspec::report
