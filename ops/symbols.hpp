// Names of numbers: O_RDONLY, SIGUSR1, EAGAIN, ... with this platform's values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ops/types.hpp"

namespace ipcspec::op {

// "O_WRONLY|O_NONBLOCK", "SIGUSR1"; bits or numbers without a name in hexadecimal or decimal.
std::string symbol_text(Vocabulary vocabulary, int value);

// The reverse; nothing when a word is unknown.
std::optional<int> symbol_value(Vocabulary vocabulary, std::string_view text);

template <Vocabulary V>
std::string to_text(Symbol<V> symbol) {
  return symbol_text(V, symbol.value);
}

// "exit:0" or "signal:SIGPIPE", "stop:SIGSTOP", "continued".
std::string wait_status_text(int status);

}  // namespace ipcspec::op
