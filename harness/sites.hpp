// In which system calls an operation can be asleep, for telling "blocked in the call it was
// given" from "asleep somewhere".
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ops/op.hpp"

namespace ipcspec::harness {

struct Site {
  std::span<const long> calls;            // system call numbers; empty: it never blocks
  std::optional<std::uint64_t> argument;  // the first argument, where it is known
  bool anywhere = false;                  // asleep in whatever call counts: it runs other programs
  // On s390x and i386 the C library may do this by socketcall(), as the operation of that number.
  std::uint64_t socketcall = 0;
};

Site site_of(const op::Op& op);

// Whether the operation comes back at once and leaves its process alive, whatever it answers.
bool must_answer(const op::Op& op);

// Whether a process asleep in `call` on `argument` is asleep in this operation.
bool is_at(const Site& site, long call, std::uint64_t argument);

}  // namespace ipcspec::harness
