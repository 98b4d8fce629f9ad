// What happened: the vocabulary in which the harness (which executes) and the specification
// (which judges) meet. A trace is a value; its text form is in docs/trace.md.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/verdict.hpp"
#include "ops/op.hpp"

namespace ipcspec::op {

struct BirthEvent {  // a process exists from here on; `parent` is empty for a root process
  std::string who;
  std::string parent;
  std::int64_t pid = 0;
  bool operator==(const BirthEvent&) const = default;
};
struct CallEvent {  // the process was told to make this call
  CallId id = 0;
  std::string who;
  Op op;
  bool racing = false;  // released together with the calls next to it
  bool operator==(const CallEvent&) const = default;
};
struct ReturnEvent {  // the call came back
  CallId id = 0;
  std::string who;
  Outcome outcome;
  bool operator==(const ReturnEvent&) const = default;
};
struct DeathEvent {  // the process ended; status as wait(2) gives it, -1 when it could not be read
  std::string who;
  int status = 0;
  bool operator==(const DeathEvent&) const = default;
};
struct StopEvent {  // the process stopped (`stopped`) or went on
  std::string who;
  bool stopped = true;
  bool operator==(const StopEvent&) const = default;
};
// At one moment every process is between calls, dead, stopped, or asleep in one of these calls, and
// nothing more happens by itself. Recorded after every settled step.
struct QuietEvent {
  std::vector<CallId> blocked;
  Evidence evidence = Evidence::none;
  bool operator==(const QuietEvent&) const = default;
};

using Event = std::variant<BirthEvent, CallEvent, ReturnEvent, DeathEvent, StopEvent, QuietEvent>;

// What the judge has to know of the platform on which a trace was recorded.
struct Facts {
  std::int64_t uid = 0;  // effective user of the processes; 0 passes permission checks
  std::int64_t page_bytes = 4096;
  std::int64_t pipe_bytes = 65536;     // capacity of a new pipe
  std::int64_t pipe_buf_bytes = 4096;  // PIPE_BUF
  bool operator==(const Facts&) const = default;
};

struct Trace {
  std::string rule;  // the rule that the run was for; may be empty
  Facts facts;
  std::vector<Event> events;
  bool operator==(const Trace&) const = default;
};

}  // namespace ipcspec::op
