// The three kinds of trouble, never mixed. What the kernel under test answers is data
// (op::Outcome). What this platform lacks and what we did wrong are exceptions, caught only
// by the wrapper around a test and by main().
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace ipcspec {

// Our fault: a set-up step failed, a worker misbehaved, the machine ran out of something.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The platform lacks what the rule needs; the text names what is missing.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The budget (watchdog) ran out before the processes settled. Says nothing about the kernel.
class OutOfBudget : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "cannot open the lock file /x: Permission denied"
inline std::string system_error_text(const std::string& what, int error = errno) {
  return what + ": " + std::strerror(error);
}

}  // namespace ipcspec
