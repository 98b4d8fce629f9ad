// Operations with arbitrary field values, made through the list of their fields; for tests.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "ops/op.hpp"

namespace ipcspec::op {

// `numbers()` gives any std::uint64_t; strings and flags are made of such numbers too.
template <typename Numbers>
class FieldGenerator {
 public:
  explicit FieldGenerator(Numbers& numbers) : numbers_(numbers) {}

  void make(std::uint64_t& value) { value = numbers_(); }
  void make(std::int64_t& value) { value = static_cast<std::int64_t>(numbers_()); }
  void make(bool& flag) { flag = numbers_() % 2 == 0; }
  void make(Fd& fd) { fd.number = static_cast<int>(numbers_()); }
  void make(Address& address) { address.value = numbers_(); }
  void make(Mode& mode) { mode.bits = static_cast<std::uint32_t>(numbers_()); }
  void make(SignalSet& set) { set.bits = numbers_(); }
  template <Vocabulary V>
  void make(Symbol<V>& symbol) {
    // Small numbers have names, large ones are unknown flag bits.
    const std::uint64_t number = numbers_();
    symbol.value = static_cast<int>(number % 2 == 0 ? number : number % 70);
  }
  void make(std::string& text) {
    text.clear();
    for (std::uint64_t pieces = numbers_() % 5; pieces > 0; --pieces) {
      const std::uint64_t number = numbers_();
      text.append(number % 7 == 0 ? number / 7 % 100 : 1, static_cast<char>(number >> 24));
    }
  }

 private:
  Numbers& numbers_;
};

template <typename T, typename Numbers>
Op generate_fields(Numbers& numbers) {
  T value;
  [[maybe_unused]] FieldGenerator<Numbers> generator(numbers);
  std::apply([&]([[maybe_unused]] auto&... field) { (generator.make(field), ...); },
             value.fields());
  return value;
}

template <typename Numbers, std::size_t... I>
Op generate_op(std::size_t kind, Numbers& numbers, std::index_sequence<I...>) {
  using Maker = Op (*)(Numbers&);
  constexpr std::array<Maker, kOpKinds> kMakers = {
      &generate_fields<std::variant_alternative_t<I, OpVariant>, Numbers>...};
  return kMakers.at(kind)(numbers);
}

// An operation of that kind.
template <typename Numbers>
Op generate_op(std::size_t kind, Numbers& numbers) {
  return generate_op(kind, numbers, std::make_index_sequence<kOpKinds>{});
}

// An outcome without outputs.
template <typename Numbers>
Outcome generate_outcome(Numbers& numbers) {
  FieldGenerator<Numbers> generator(numbers);
  Outcome outcome;
  generator.make(outcome.value);
  if (numbers() % 2 == 0) {
    generator.make(outcome.error);
    if (numbers() % 2 == 0) outcome.value = -1;
  }
  generator.make(outcome.data);
  return outcome;
}

}  // namespace ipcspec::op
