#include "spec/model/judge.hpp"

#include <algorithm>
#include <unordered_map>

#include "ops/symbols.hpp"
#include "ops/text.hpp"
#include "spec/model/belief.hpp"

namespace ipcspec::spec {
namespace {

// Status of a process that was killed: whether a core was dumped is not a matter of IPC.
constexpr int kCoreDumped = 0x80;

struct Malformed {
  std::string text;
};

// The processes and calls of a trace, and what each call answered.
class Survey {
 public:
  // `at` is the event that it looks at, also when that is malformed.
  Survey(const op::Trace& trace, World& world, std::size_t& at) : world_(world) {
    world_.facts = trace.facts;
    world_.calls.resize(1);
    if (trace.facts.page_bytes <= 0 || trace.facts.pipe_bytes < trace.facts.page_bytes ||
        trace.facts.pipe_buf_bytes <= 0) {
      throw Malformed{"the facts give no size of a page, of a pipe, or of what it takes whole"};
    }
    for (at = 0; at < trace.events.size(); ++at) std::visit(*this, trace.events[at]);
  }

  void operator()(const op::BirthEvent& event) {
    KnownProcess& process = world_.processes[static_cast<std::size_t>(process_called(event.who))];
    if (process.pid != 0) throw Malformed{"process " + event.who + " is born twice"};
    process.pid = event.pid;
  }
  void operator()(const op::CallEvent& event) {
    if (event.id == 0 || event.id > kCallsMax) throw Malformed{"a call has no usable number"};
    if (world_.calls.size() <= event.id) world_.calls.resize(event.id + 1);
    KnownCall& call = world_.calls[event.id];
    if (call.op != nullptr) {
      throw Malformed{"two calls have the number " + std::to_string(event.id)};
    }
    call = {process_called(event.who), &event.op, nullptr, event.racing};
    if (std::holds_alternative<op::TakeSignalLog>(event.op)) {
      world_.processes[static_cast<std::size_t>(call.who)].asks_for_log = true;
    }
    if (const auto* fork = std::get_if<op::Fork>(&event.op)) process_called(fork->child);
  }
  void operator()(const op::ReturnEvent& event) {
    if (event.id >= world_.calls.size() || world_.calls[event.id].op == nullptr) {
      throw Malformed{"call " + std::to_string(event.id) + " returns and was never made"};
    }
    if (world_.calls[event.id].observed != nullptr) {
      throw Malformed{"call " + std::to_string(event.id) + " returns twice"};
    }
    world_.calls[event.id].observed = &event.outcome;
  }
  void operator()(const op::DeathEvent& event) { process_called(event.who); }
  void operator()(const op::StopEvent& event) { process_called(event.who); }
  void operator()(const op::QuietEvent& event) {
    for (const op::CallId id : event.blocked) {
      if (id >= world_.calls.size() || world_.calls[id].op == nullptr) {
        throw Malformed{"call " + std::to_string(id) + " is blocked and was never made"};
      }
    }
  }

 private:
  static constexpr op::CallId kCallsMax = 1'000'000;  // a bound for traces from elsewhere

  Index process_called(const std::string& name) {
    const Index known = world_.find(name);
    if (known != kNone) return known;
    world_.processes.push_back({.name = name, .asks_for_log = false});
    return static_cast<Index>(world_.processes.size() - 1);
  }

  World& world_;
};

class Fold {
 public:
  Fold(const op::Trace& trace, const JudgeOptions& options)
      : trace_(trace), options_(options), belief_(world_, options.profile, options.asked) {}

  Ruling run() {
    try {
      Survey(trace_, world_, at_);
      belief_.begin();
      look_ahead(0);
      for (at_ = 0; at_ < trace_.events.size(); ++at_) {
        if (!take(trace_.events[at_])) return finish();
        pass(trace_.events[at_]);
      }
    } catch (const Malformed& malformed) {
      ruling_.judgement = Judgement::broken;
      ruling_.why = Explanation{at_, 0, malformed.text, {}};
    }
    return finish();
  }

 private:
  static bool is_quiet(const op::Event& event) {
    const auto* quiet = std::get_if<op::QuietEvent>(&event);
    return quiet != nullptr && quiet->evidence != Evidence::timed;
  }

  std::size_t& calls_to_come(const op::CallEvent& event) {
    return world_.processes[static_cast<std::size_t>(world_.find(event.who))].calls_to_come;
  }

  // Counts calls_to_come, from that event on.
  void look_ahead(std::size_t from) {
    for (std::size_t i = from; i < trace_.events.size() && !is_quiet(trace_.events[i]); ++i) {
      if (const auto* call = std::get_if<op::CallEvent>(&trace_.events[i])) ++calls_to_come(*call);
    }
  }

  void pass(const op::Event& event) {
    if (const auto* call = std::get_if<op::CallEvent>(&event)) --calls_to_come(*call);
    if (is_quiet(event)) look_ahead(at_ + 1);
  }

  // False when judging ends here.
  bool take(const op::Event& event) {
    if (!belief_.close(options_.states_max)) {
      ruling_.judgement = Judgement::unknown;
      ruling_.why = Explanation{at_,
                                0,
                                "more than " + std::to_string(options_.states_max) +
                                    " states of the kernel explain the trace so far",
                                {}};
      return false;
    }
    ruling_.states_max = std::max(ruling_.states_max, belief_.size());
    if (!std::visit([&](const auto& seen) { return advance(seen); }, event)) return false;
    if (const auto silence = belief_.silence()) {
      ruling_.judgement = Judgement::unjudged;
      ruling_.silence = silence;
      ruling_.events_judged = at_;
      return false;
    }
    ruling_.events_judged = at_ + 1;
    return true;
  }

  bool advance(const op::BirthEvent& event) {
    const Index who = world_.find(event.who);
    if (event.parent.empty()) {
      belief_.add_root(who);
      return true;
    }
    return belief_.keep([&](const State& s) { return s.process(who).life != Life::unborn; }) ||
           refuse(0, event.who + " is born", {});
  }

  bool advance(const op::CallEvent& event) {
    const Index who = world_.find(event.who);
    const bool possible = belief_.keep([&](const State& s) {
      return s.process(who).life == Life::alive && s.process(who).thread.activity == Activity::idle;
    });
    if (!possible) throw Malformed{event.who + " is given a call and is not free to make one"};
    belief_.call(who, event.id);
    return true;
  }

  bool advance(const op::ReturnEvent& event) {
    const Index who = world_.find(event.who);
    if (world_.call(event.id).who != who) throw Malformed{"a call returns in another process"};
    const auto fits = [&](const State& s) {
      const Process& process = s.process(who);
      return process.thread.activity == Activity::returning && process.thread.call == event.id &&
             *process.thread.outcome == event.outcome && may_return(s, who);
    };
    if (belief_.keep(fits)) {
      belief_.returned(who);
      return true;
    }
    const op::Op& op = *world_.call(event.id).op;
    return refuse(event.id,
                  event.who + " " + op::to_text(op) + ": " + op::to_text(event.outcome, op.index()),
                  {who});
  }

  bool advance(const op::DeathEvent& event) {
    const Index who = world_.find(event.who);
    const auto fits = [&](const State& s) {
      const Process& process = s.process(who);
      if (process.life != Life::zombie && process.life != Life::reaped) return false;
      return event.status < 0 || (event.status & ~kCoreDumped) == (process.status & ~kCoreDumped);
    };
    return belief_.keep(fits) ||
           refuse(0, event.who + " ends (" + status_text(event.status) + ")", {who});
  }

  bool advance(const op::StopEvent& event) {
    const Index who = world_.find(event.who);
    if (belief_.keep([&](const State& s) { return s.process(who).stopped == event.stopped; })) {
      belief_.saw_stop_or_continue();
      return true;
    }
    return refuse(0, event.who + (event.stopped ? " stops" : " continues"), {who});
  }

  bool advance(const op::QuietEvent& event) {
    // Only a while without an answer: that shows nothing.
    if (event.evidence == Evidence::timed) return true;
    if (belief_.keep([&](const State& s) { return belief_.is_quiet(s, event.blocked); })) {
      belief_.saw_asleep(event.blocked);
      return true;
    }
    std::string text = "nothing moves";
    std::vector<Index> concerned;
    op::CallId first = 0;
    for (const op::CallId id : event.blocked) {
      const KnownCall& call = world_.call(id);
      text += "; " + world_.processes[static_cast<std::size_t>(call.who)].name + " " +
              op::to_text(*call.op) + ": blocked (" + std::string(to_string(event.evidence)) + ")";
      if (first == 0) first = id;
    }
    concerned.reserve(world_.processes.size());
    for (std::size_t i = 0; i < world_.processes.size(); ++i) {
      concerned.push_back(static_cast<Index>(i));
    }
    return refuse(first, text, concerned);
  }

  bool refuse(op::CallId call, std::string observed, const std::vector<Index>& concerned) {
    ruling_.judgement = Judgement::violates;
    ruling_.why = Explanation{at_, call, std::move(observed), belief_.alternatives(concerned)};
    return false;
  }

  static std::string status_text(int status) {
    const int signal = status & 0x7f;
    if (status < 0) return "in an unknown way";
    return signal == 0 ? "exit status " + std::to_string((status >> 8) & 0xff)
                       : op::symbol_text(op::Vocabulary::signal, signal);
  }

  Ruling finish() {
    ruling_.exercised = belief_.take_exercised();
    return std::move(ruling_);
  }

  const op::Trace& trace_;
  const JudgeOptions& options_;
  World world_;
  Belief belief_;
  std::size_t at_ = 0;
  Ruling ruling_;
};

}  // namespace

std::string_view to_string(Judgement judgement) {
  switch (judgement) {
    case Judgement::conforms:
      return "conforms";
    case Judgement::unjudged:
      return "unjudged";
    case Judgement::unknown:
      return "unknown";
    case Judgement::broken:
      return "broken";
    case Judgement::violates:
      return "violates";
  }
  return "?";
}

Ruling judge(const op::Trace& trace, const JudgeOptions& options) {
  return Fold(trace, options).run();
}

}  // namespace ipcspec::spec
