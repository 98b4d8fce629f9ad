// The operand types of operations, and how an operation lists its fields.
//
// An operation is a plain struct with named fields; IPCSPEC_OPERATION gives it a name and
// lists the fields once, and from that list come the wire form, the text form and equality.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace ipcspec::op {

// A descriptor number inside one worker. A forked child has the same numbers.
struct Fd {
  int number = -1;
  auto operator<=>(const Fd&) const = default;
};

// An address inside one worker (a mapping, a semaphore, a stream). Valid in forked children.
struct Address {
  std::uint64_t value = 0;
  auto operator<=>(const Address&) const = default;
  Address operator+(std::uint64_t offset_bytes) const { return {value + offset_bytes}; }
};

using Bytes = std::string;

// Numbers the calls of one scenario, from 1.
using CallId = std::uint64_t;

// Numbers that have names, and whose values differ between architectures. The text form
// writes the names.
enum class Vocabulary {
  open_flags,
  descriptor_flags,
  seek_whence,
  signal,
  signal_action_flags,
  mask_how,
  poll_events,
  address_family,
  socket_type,
  shutdown_how,
  message_flags,
  memory_protection,
  mapping_flags,
  wait_options,
  error,
  limit,
};

template <Vocabulary V>
struct Symbol {
  int value = 0;
  constexpr Symbol() = default;
  constexpr Symbol(int number) : value(number) {}  // NOLINT: callers write O_RDONLY
  auto operator<=>(const Symbol&) const = default;
};

using OpenFlags = Symbol<Vocabulary::open_flags>;
using DescriptorFlags = Symbol<Vocabulary::descriptor_flags>;
using Whence = Symbol<Vocabulary::seek_whence>;
using Signal = Symbol<Vocabulary::signal>;
using ActionFlags = Symbol<Vocabulary::signal_action_flags>;
using MaskHow = Symbol<Vocabulary::mask_how>;
using PollEvents = Symbol<Vocabulary::poll_events>;
using Family = Symbol<Vocabulary::address_family>;
using SocketType = Symbol<Vocabulary::socket_type>;
using ShutdownHow = Symbol<Vocabulary::shutdown_how>;
using MessageFlags = Symbol<Vocabulary::message_flags>;
using Protection = Symbol<Vocabulary::memory_protection>;
using MappingFlags = Symbol<Vocabulary::mapping_flags>;
using WaitOptions = Symbol<Vocabulary::wait_options>;
using Limit = Symbol<Vocabulary::limit>;
using Error = Symbol<Vocabulary::error>;

// Permission bits; octal in text.
struct Mode {
  std::uint32_t bits = 0;
  constexpr Mode() = default;
  constexpr Mode(std::uint32_t value) : bits(value) {}  // NOLINT: callers write 0644
  auto operator<=>(const Mode&) const = default;
};

// A set of signals; bit n-1 stands for signal n.
struct SignalSet {
  std::uint64_t bits = 0;
  constexpr SignalSet() = default;
  template <typename... Signals>
  constexpr SignalSet(int first, Signals... rest)  // NOLINT: callers write {SIGUSR1, SIGUSR2}
      : bits(bit(first)) {
    ((bits |= bit(rest)), ...);
  }
  static constexpr std::uint64_t bit(int signal) { return std::uint64_t{1} << (signal - 1); }
  constexpr bool contains(int signal) const { return (bits & bit(signal)) != 0; }
  auto operator<=>(const SignalSet&) const = default;
};

// What an operation answered: data, whatever it is. `error` is 0 or an errno value.
struct Outcome {
  std::int64_t value = 0;
  Error error;
  Bytes data;                         // bytes read or received
  std::vector<std::int64_t> outputs;  // further results, named by the operation's kOutputs
  bool operator==(const Outcome&) const = default;
};

// Splits "a, b, c" at compile time.
template <std::size_t N>
consteval std::array<std::string_view, N> split_names(std::string_view list) {
  std::array<std::string_view, N> names{};
  for (std::size_t i = 0; i < N; ++i) {
    const auto comma = list.find(',');
    names[i] = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 2);
  }
  return names;
}

// Inside a struct: its text name and its fields, in wire and text order.
#define IPCSPEC_OPERATION(Type, name, ...)                     \
  static constexpr std::string_view kName = name;              \
  auto fields() { return std::tie(__VA_ARGS__); }              \
  auto fields() const { return std::tie(__VA_ARGS__); }        \
  static constexpr std::string_view kFieldList = #__VA_ARGS__; \
  bool operator==(const Type&) const = default

// Inside a struct whose outcome carries `outputs`: their names, in order.
#define IPCSPEC_OUTPUTS(...) static constexpr std::string_view kOutputList = #__VA_ARGS__

template <typename T>
constexpr std::size_t field_count() {
  return std::tuple_size_v<decltype(std::declval<T&>().fields())>;
}
template <typename T>
inline constexpr auto kFieldNames = split_names<field_count<T>()>(T::kFieldList);

template <typename T>
constexpr std::string_view output_list() {
  if constexpr (requires { T::kOutputList; }) {
    return T::kOutputList;
  } else {
    return {};
  }
}

}  // namespace ipcspec::op
