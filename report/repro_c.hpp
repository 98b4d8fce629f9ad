// A script as a C program that needs nothing of ours: the witness of a violation that can be sent
// to whoever maintains the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ops/script.hpp"
#include "ops/trace.hpp"

namespace ipcspec::report {

// What a call must not have come to.
struct Charge {
  enum class Kind : int {
    answered,  // with what the fields below say; a field that is missing may be anything
    blocked,   // it has no answer, and its process sleeps in it
    ended,     // its process ended in it
  };
  std::size_t call = 1;   // numbers the calls of the script from 1
  std::size_t after = 1;  // once the step of this call has settled: the same call, or a later one
  Kind kind = Kind::answered;
  std::optional<std::int64_t> value;
  std::optional<int> error;  // 0 for success
  std::optional<std::string> data;
  std::string observed;              // "value=0", for people
  std::vector<std::string> allowed;  // "error=EAGAIN", "stays blocked", for people
};

// The charge that the event of the trace makes, which no state of the kernel explains: an answer,
// calls that are blocked (`call` is the one in question), or the end of a process in a call.
// Descriptors, pids and addresses are left out of it, since they differ from run to run. Nothing
// when the event is none of these.
std::optional<Charge> charge_of(const op::Trace& trace, std::size_t event, op::CallId call,
                                std::vector<std::string> allowed);

// What a script does cannot be said in C; the text names the operation.
class NotInC : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The program: C11 with the calls of POSIX and Linux. It carries the script out with processes of
// its own and prints one line for each call, in the order of the script:
//
//   3 child read(READ_END_OF_1, data, 4): value=4 data="abcd" (was blocked until call 4)
//
// Exit status: 0, or with a charge 1 when it saw again what must not be, 0 when it saw something
// else, 2 when the call was not made; 3 when the processes do not settle.
// Errors: throws NotInC.
std::string c_program(const op::Script& script, const std::optional<Charge>& charge = {});

// Whether c_program() can say this operation, whatever its fields; for its tests.
bool is_said_in_c(std::string_view operation);

}  // namespace ipcspec::report
