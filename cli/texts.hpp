// Scripts and traces that a user names. Throw UsageError that names the file, and for a malformed
// one line, column and what was expected there.
#pragma once

#include <string>
#include <variant>

#include "ops/script.hpp"
#include "ops/trace.hpp"

namespace ipcspec::cli {

// The whole file; "-" is standard input.
std::string read_text(const std::string& path);

op::Trace trace_in(const std::string& text, const std::string& path);
op::Script script_in(const std::string& text, const std::string& path);

// Whichever of them the file holds.
std::variant<op::Script, op::Trace> script_or_trace_in(const std::string& text,
                                                       const std::string& path);

// The line of the trace's text that holds its event with that index, both as op::Trace and text
// count them: events from 0, lines from 1.
std::size_t line_of_event(const std::string& text, std::size_t event);

}  // namespace ipcspec::cli
