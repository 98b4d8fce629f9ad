#include "harness/run_script.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "harness/controller.hpp"
#include "harness/outside.hpp"
#include "ops/bind.hpp"

namespace ipcspec::harness {
namespace {

// All of a scenario's names are tried when it ends, so a script may not number them as it likes.
constexpr std::size_t kNamesMax = 64;

// Whether any user may, as the model takes for granted. It is up to who set the platform up.
bool shared_memory_is_for_all() {
  static const bool is_for_all = [] {
    struct stat info = {};
    return ::stat("/dev/shm", &info) != 0 || (info.st_mode & S_IWOTH) != 0;
  }();
  return is_for_all;
}

class Runner {
 public:
  Runner(Controller& controller, ScriptRun& run) : controller_(controller), run_(run) {
    bindings_.pid_of = [this](const std::string& process) { return pid_of(process); };
    bindings_.answer_of = [this](std::size_t call) { return answer_of(call); };
    bindings_.name = [this](std::size_t number) {
      return controller_.name(static_cast<std::uint32_t>(number));
    };
    inside_.has_process = [this](std::int64_t pid) { return has_process(pid); };
    inside_.name_prefix = controller_.options().name_prefix;
  }

  void run(const op::Script& script) {
    for (const std::string& root : script.roots) {
      if (!controller_.has_process(root)) controller_.add_root(root);
    }
    for (const op::ScriptStep& step : script.steps) take(step);
    const std::vector<op::Event>& events = controller_.trace().events;
    const bool quiet = !events.empty() && std::holds_alternative<op::QuietEvent>(events.back());
    if (!quiet) controller_.settle();
    controller_.resolve_statuses();
  }

 private:
  void take(const op::ScriptStep& step) {
    std::vector<Controller::Racer> racers;
    for (const op::ScriptCall& call : step.calls) {
      const std::size_t number = records_.size() + 1;
      records_.push_back(nullptr);
      std::optional<op::Op> op;
      const std::string why = prepare(call, racers, op);
      if (why.empty()) {
        racers.push_back({call.who, std::move(*op), number});
      } else {
        run_.skipped.push_back({number, why});
      }
    }
    if (racers.empty()) return;
    if (racers.size() == 1) {
      const Controller::Racer& only = racers.front();
      note(&controller_.call(only.who, only.op, only.id));
      return;
    }
    for (CallRecord* record : controller_.race(racers)) note(record);
  }

  void note(CallRecord* record) { records_[record->id - 1] = record; }

  // Why the call cannot be made; else it is in `op`.
  std::string prepare(const op::ScriptCall& call, const std::vector<Controller::Racer>& racers,
                      std::optional<op::Op>& op) {
    std::string why = controller_.cannot_call(call.who);
    if (!why.empty()) return why;
    // It would never come to the gate of a race.
    if (controller_.is_stopped(call.who)) return "process " + call.who + " is stopped";
    for (const Controller::Racer& racer : racers) {
      if (racer.who == call.who) return "process " + call.who + " has another call in this step";
    }
    for (const op::Reference& reference : call.references) {
      if (reference.to == op::Reference::To::name && reference.call >= kNamesMax) {
        return "a script has no more than " + std::to_string(kNamesMax) + " names";
      }
    }
    op = op::bound(call, bindings_);
    if (!op) return "what it refers to is not known";
    if (const auto* fork = std::get_if<op::Fork>(&*op)) return cannot_fork(*fork, racers);
    if (std::holds_alternative<op::BecomeUser>(*op) && !shared_memory_is_for_all()) {
      return "only root may make files in /dev/shm here";
    }
    if (signals_and_makes_semaphore(*op, racers)) {
      return "whoever is killed while it makes a semaphore leaves a file that nobody can name";
    }
    return reaches_outside(*op, inside_);
  }

  std::string cannot_fork(const op::Fork& fork, const std::vector<Controller::Racer>& racers) {
    const bool raced = std::ranges::any_of(racers, [&](const Controller::Racer& racer) {
      const auto* other = std::get_if<op::Fork>(&racer.op);
      return other != nullptr && other->child == fork.child;
    });
    if (raced || controller_.has_process(fork.child)) {
      return "another process is called " + fork.child;
    }
    if (controller_.processes_left() <= racers.size()) return "there are too many processes";
    return {};
  }

  static bool sends_signal(const op::Op& op) {
    return std::holds_alternative<op::Kill>(op) || std::holds_alternative<op::QueueSignal>(op);
  }
  // Whether the call and those that are released with it do both.
  static bool signals_and_makes_semaphore(const op::Op& op,
                                          const std::vector<Controller::Racer>& racers) {
    const bool makes = std::holds_alternative<op::SemOpen>(op);
    return (makes || sends_signal(op)) &&
           std::ranges::any_of(racers, [&](const Controller::Racer& racer) {
             return makes ? sends_signal(racer.op) : std::holds_alternative<op::SemOpen>(racer.op);
           });
  }

  std::optional<std::int64_t> pid_of(const std::string& process) {
    if (!controller_.has_process(process)) return std::nullopt;
    const std::int64_t pid = controller_.pid_of(process);
    return pid == 0 ? std::nullopt : std::optional(pid);
  }

  const op::Outcome* answer_of(std::size_t call) const {
    if (call == 0 || call > records_.size() || records_[call - 1] == nullptr) return nullptr;
    const std::optional<op::Outcome>& outcome = records_[call - 1]->outcome;
    return outcome ? &*outcome : nullptr;
  }

  bool has_process(std::int64_t pid) const {
    return std::ranges::any_of(controller_.trace().events, [&](const op::Event& event) {
      const auto* birth = std::get_if<op::BirthEvent>(&event);
      return birth != nullptr && birth->pid == pid;
    });
  }

  Controller& controller_;
  ScriptRun& run_;
  op::Bindings bindings_;
  Inside inside_;
  std::vector<CallRecord*> records_;  // of the script's calls; null for those that were not made
};

void note_trouble(ScriptRun& run, Verdict ending, const std::string& why) {
  run.ending = worst(run.ending, ending);
  run.trouble += (run.trouble.empty() ? "" : "; ") + why;
}

}  // namespace

ScriptRun run_script(Session& session, const op::Script& script) {
  ScriptRun run;
  Controller controller(session);
  controller.trace().rule = script.rule;
  try {
    Runner(controller, run).run(script);
  } catch (const OutOfBudget& error) {
    note_trouble(run, Verdict::unknown, error.what());
  } catch (const Broken& error) {
    note_trouble(run, Verdict::broken, error.what());
  }
  const std::string leftover = controller.finish();
  if (!leftover.empty() && leftover != run.trouble) {
    note_trouble(run, Verdict::broken, leftover);
  }
  run.trace = std::move(controller.trace());
  run.by_sleep = controller.judged_by_sleep();
  return run;
}

}  // namespace ipcspec::harness
