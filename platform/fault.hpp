// Faults that a platform is told to have, to see what becomes of it: IPCSPEC_FAULT=panic@RULE makes
// the platform's kernel panic when that rule is started, and so on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spec/rule.hpp"

namespace ipcspec::platform {

struct Fault {
  enum class Kind {
    panic,  // of the kernel, where this program is process 1; elsewhere nothing happens
    exit,   // the program inside ends at once
    hang,   // it stops
    noise,  // it writes a MiB of random bytes to its console
  } kind = Kind::exit;
  const spec::Rule* rule = nullptr;

  friend bool operator==(const Fault&, const Fault&) = default;
};

inline constexpr const char* kFaultVariable = "IPCSPEC_FAULT";

std::string_view to_string(Fault::Kind kind);
// "panic@pipe.eof.repeats"; nothing when there is no such kind or rule.
std::optional<Fault> fault_named(std::string_view text);
// That of the environment. Throws BadOrder for one that does not exist.
std::optional<Fault> fault_wanted();

// In the program inside. Returns after noise, and where the fault cannot be had.
void commit(Fault::Kind kind);

}  // namespace ipcspec::platform
