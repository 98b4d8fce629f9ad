// A measurement in a process of its own, which may hang, crash or be killed without harm to the
// rest, and which dies with its parent.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>

namespace ipcspec::bench {

// When to give up on a child.
struct Patience {
  int timeout_ms = 10000;
  const sigset_t* mask_while_waiting = nullptr;  // for ppoll(); null: the mask stays
  std::function<bool()> stopped;                 // a signal asked to stop; may be empty
};

struct ChildAnswer {
  enum class Kind { answered, missing, failed };
  Kind kind = Kind::failed;
  std::string text;  // the answer, or why there is none
};

// Runs `work` in a child and returns what it returned; `missing` when it threw Unsupported. Blocks
// until the child has ended.
ChildAnswer ask_child(const std::function<std::string()>& work, const Patience& patience);

// Ends the child that called it when its parent is not, or no longer, `parent`.
void die_with_parent(pid_t parent);

template <typename T>
std::string bytes_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
std::optional<T> value_of(const std::string& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() != sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace ipcspec::bench
