// What the judge knows besides the state: the facts of the platform, the processes' names and
// pids, and the calls that were made, with what each answered where that was seen. A trace is
// judged after it was recorded, so all of it is known from the start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/trace.hpp"
#include "spec/model/state.hpp"

namespace ipcspec::spec {

struct KnownProcess {
  std::string name;
  std::int64_t pid = 0;           // 0 while unknown
  bool asks_for_log = true;       // at some time: of what its handlers recorded
  std::size_t calls_to_come = 0;  // that it will be given before all is quiet next
};

struct KnownCall {
  Index who = kNone;
  const op::Op* op = nullptr;
  const op::Outcome* observed = nullptr;  // nullptr: no answer was seen
  bool racing = false;
};

struct World {
  op::Facts facts;
  std::vector<KnownProcess> processes;  // index as in State::processes
  std::vector<KnownCall> calls;         // by CallId; [0] is unused

  Index find(std::string_view name) const {
    for (std::size_t i = 0; i < processes.size(); ++i) {
      if (processes[i].name == name) return static_cast<Index>(i);
    }
    return kNone;
  }
  Index with_pid(std::int64_t pid) const {
    for (std::size_t i = 0; i < processes.size(); ++i) {
      if (processes[i].pid == pid && pid > 0) return static_cast<Index>(i);
    }
    return kNone;
  }
  const KnownProcess& process(Index who) const { return processes[static_cast<std::size_t>(who)]; }
  std::int64_t pid(Index who) const { return process(who).pid; }
  const KnownCall& call(op::CallId id) const { return calls[id]; }
};

}  // namespace ipcspec::spec
