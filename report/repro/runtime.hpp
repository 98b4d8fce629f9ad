// The part of a C program that is the same for every script, as C text.
#pragma once

#include <span>
#include <string_view>

namespace ipcspec::report::repro {

// In the order in which they stand in the program; between them stands what the script says.
extern const std::string_view kIncludes;
extern const std::string_view kStage;      // what the processes share, and how they wait
extern const std::string_view kActing;     // how a process makes a call and tells the answer
extern const std::string_view kPrinting;   // answers as text
extern const std::string_view kWatching;   // when everything is settled
extern const std::string_view kDirecting;  // starting, one step, ending

// C functions that only some calls use; a program has those whose name is in it.
struct Helper {
  std::string_view name;
  std::string_view text;
};
std::span<const Helper> helpers();  // each uses only those before it

}  // namespace ipcspec::report::repro
