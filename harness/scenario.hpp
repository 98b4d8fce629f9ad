// How a test speaks: processes named by role, verbs for what they do, pending calls as values.
//
//   Process parent = s.process("parent");
//   auto [r, w] = parent.makes_pipe();
//   Process child = parent.forks("child");   // inherits r and w
//   Call read = parent.reads(r, 1);          // may block; the value says
//
// Every verb gives the process one call and settles (see Controller). Verbs that set the scene
// and return a plain value (an Fd, an Address) throw Broken when the call fails, or Unsupported
// when the platform does not have it; verbs that return a Call never do.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/controller.hpp"
#include "harness/verbs/fd.hpp"
#include "harness/verbs/fifo.hpp"
#include "harness/verbs/mq.hpp"
#include "harness/verbs/pipe.hpp"
#include "harness/verbs/poll.hpp"
#include "harness/verbs/proc.hpp"
#include "harness/verbs/sem.hpp"
#include "harness/verbs/shm.hpp"
#include "harness/verbs/signal.hpp"
#include "harness/verbs/tcp.hpp"
#include "harness/verbs/unix.hpp"

namespace ipcspec::harness {

// A process of the scenario. A value: copies name the same process.
class Process : public verbs::FdVerbs<Process>,
                public verbs::PipeVerbs<Process>,
                public verbs::FifoVerbs<Process>,
                public verbs::PollVerbs<Process>,
                public verbs::TcpVerbs<Process>,
                public verbs::UnixVerbs<Process>,
                public verbs::ShmVerbs<Process>,
                public verbs::SemVerbs<Process>,
                public verbs::MqVerbs<Process>,
                public verbs::SignalVerbs<Process>,
                public verbs::ProcVerbs<Process> {
 public:
  Process(Controller& controller, std::string who)
      : controller_(&controller), who_(std::move(who)) {}

  // Gives the process this call and settles. Blocks until the processes are quiet.
  template <typename T>
  Call does(T operation) const {
    return Call(*controller_, controller_->call(who_, op::make(std::move(operation))));
  }
  // The call as a value, for Scenario::race.
  template <typename T>
  Controller::Racer will(T operation) const {
    return {who_, op::make(std::move(operation))};
  }

  const std::string& who() const { return who_; }
  std::int64_t pid() const { return controller_->pid_of(who_); }
  Controller& controller() const { return *controller_; }

 private:
  Controller* controller_;
  std::string who_;
};

// One run of one rule: its processes, names and trace. Everything it made is gone afterwards.
class Scenario {
 public:
  explicit Scenario(ControllerOptions options) : controller_(std::move(options)) {}
  explicit Scenario(Session& session) : controller_(session) {}

  // A process that shares nothing with the others.
  Process process(const std::string& role) {
    controller_.add_root(role);
    return Process(controller_, role);
  }
  template <typename... Roles>
  auto processes(const Roles&... roles) {
    return std::tuple{process(roles)...};
  }

  // Gives each process its call and releases all at one moment; the only way to have calls that
  // are not settled one by one.
  template <typename... Racers>
  std::vector<Call> race(Racers... racers) {
    return race_all({std::move(racers)...});
  }
  std::vector<Call> race_all(const std::vector<Controller::Racer>& racers) {
    std::vector<Call> calls;
    for (CallRecord* record : controller_.race(racers)) calls.emplace_back(controller_, *record);
    return calls;
  }

  // A path, in the scenario's own directory, at which nothing exists yet.
  std::string fresh_path() { return "n" + std::to_string(next_path_++); }
  // "/name" of a shared memory object, semaphore or queue; removed with the scenario.
  std::string fresh_name() { return controller_.fresh_name(); }
  const std::string& directory() const { return controller_.options().directory; }

  void settle() { controller_.settle(); }
  Controller& controller() { return controller_; }
  const op::Trace& trace() const { return controller_.trace(); }

  // The rule needs this; otherwise it is unsupported here, and `missing` says what is missing.
  void requires_that(bool present, const std::string& missing) const {
    if (!present) throw Unsupported(missing);
  }

 private:
  Controller controller_;
  int next_path_ = 0;
};

}  // namespace ipcspec::harness
