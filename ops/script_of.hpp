// A script that does again what a trace shows.
#pragma once

#include "ops/script.hpp"
#include "ops/trace.hpp"

namespace ipcspec::op {

// The calls of the trace, in the order in which they were made. A descriptor or address becomes a
// reference to the latest answer that gave it to the process, or to an ancestor before the fork; a
// pid, a socket's address and a name of the scenario one to where it came from, in whatever
// process. Numbers that nothing in the trace gave stay as they are.
// Errors: throws Broken when the trace is not one of processes that are born, each with a name of
// its own, and make calls; or when a call names a process group by its negative pid, which would
// be another group in another run.
Script script_of(const Trace& trace);

}  // namespace ipcspec::op
