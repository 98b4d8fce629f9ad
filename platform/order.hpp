// What the program that was carried into a platform is to do, as one word: it has to pass through
// shells, kernel command lines and environments unharmed.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/fault.hpp"
#include "spec/rule.hpp"

namespace ipcspec::platform {

struct Order {
  std::vector<const spec::Rule*> rules;  // in the order of the catalogue
  int jobs = 1;
  int timeout_s = 60;
  int repeat = 1;
  std::optional<std::uint64_t> seed;
  std::optional<Fault> fault;

  friend bool operator==(const Order&, const Order&) = default;
};

// Not an order, or one of a program with other rules.
class BadOrder : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "rules=1c0ffee5:8001,jobs=1,timeout=60,repeat=1,seed=7,fault=exit@pipe.eof.repeats": the
// catalogue's fingerprint, and a hexadecimal digit for four rules.
std::string to_text(const Order& order);
// Throws BadOrder.
Order parse_order(const std::string& text);

// The command of the program that obeys orders, and the variable that gives one to process 1 of a
// virtual machine.
inline constexpr const char* kServeCommand = "serve-results";
inline constexpr const char* kOrderVariable = "IPCSPEC_ORDER";

}  // namespace ipcspec::platform
