// Operations with arbitrary field values, made through the list of their fields, and scripts of
// such operations; for tests.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "ops/fields.hpp"
#include "ops/script.hpp"
#include "ops/text.hpp"

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

// Scripts that a file may hold: any operations, but processes that exist, and references to what
// was there before.
template <typename Numbers>
class ScriptGenerator {
 public:
  explicit ScriptGenerator(Numbers& numbers) : numbers_(numbers) {}

  Script make(std::size_t steps) {
    Script script;
    if (numbers_() % 2 == 0) FieldGenerator<Numbers>(numbers_).make(script.rule);
    for (std::uint64_t roots = 1 + numbers_() % 3; roots > 0; --roots) {
      script.roots.push_back(new_name());
      processes_.push_back(script.roots.back());
    }
    for (; steps > 0; --steps) script.steps.push_back(make_step());
    return script;
  }

 private:
  // Names that a reader could take for something else are among them.
  std::string new_name() {
    const std::string names[] = {"p", "a b",     "7",  "name.", "data",
                                 "@", "1.value", "+4", "-",     "race"};
    std::string name = names[numbers_() % std::size(names)];
    if (numbers_() % 7 == 0) FieldGenerator<Numbers>(numbers_).make(name);
    while (name.empty() || std::ranges::count(names_, name) > 0) {
      name += std::to_string(names_.size());
    }
    names_.push_back(name);
    return name;
  }

  ScriptStep make_step() {
    ScriptStep step;
    std::vector<std::string> idle = processes_;
    std::vector<std::string> children;
    const std::size_t calls_before = kinds_.size();
    const std::uint64_t calls = numbers_() % 3 == 0 ? 1 + numbers_() % 4 : 1;
    while (step.calls.size() < calls && !idle.empty()) {
      const auto actor = idle.begin() + static_cast<std::ptrdiff_t>(numbers_() % idle.size());
      ScriptCall call{*actor, generate_op(numbers_() % kOpKinds, numbers_), {}};
      idle.erase(actor);
      if (auto* fork = std::get_if<Fork>(&call.op)) {
        fork->child = new_name();
        children.push_back(fork->child);
      } else {
        refer(call, calls_before);
      }
      kinds_.push_back(call.op.index());
      step.calls.push_back(std::move(call));
    }
    processes_.insert(processes_.end(), children.begin(), children.end());
    return step;
  }

  void refer(ScriptCall& call, std::size_t calls_before) {
    Op defaults = default_op(call.op.index());
    const std::vector<Field> default_fields = fields_of(defaults);
    const std::vector<Field> fields = fields_of(call.op);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      Reference reference{.field = i, .to = Reference::To::value, .process = {}};
      if (numbers_() % 2 != 0 || !choose(fields[i], calls_before, reference)) continue;
      if (holds_text(fields[i])) {
        *std::get<std::string*>(fields[i].value) = *std::get<std::string*>(default_fields[i].value);
      } else {
        put_number(fields[i], number_in(default_fields[i]));
      }
      call.references.push_back(std::move(reference));
    }
  }

  bool choose(const Field& field, std::size_t calls_before, Reference& reference) {
    const std::uint64_t drawn = numbers_();
    if (holds_text(field) && (drawn % 2 == 0 || calls_before == 0)) {
      reference.to = Reference::To::name;
      reference.call = numbers_();
      return true;
    }
    if (holds_number(field) && (drawn % 3 == 0 || calls_before == 0)) {
      reference.to = Reference::To::process;
      reference.process = processes_[numbers_() % processes_.size()];
      return true;
    }
    if (!holds_text(field) && !holds_number(field)) return false;
    reference.call = 1 + numbers_() % calls_before;
    if (holds_text(field)) {
      reference.to = Reference::To::data;
      return true;
    }
    const std::size_t outputs = output_names(kinds_[reference.call - 1]).size();
    if (outputs > 0 && drawn % 3 == 1) {
      reference.to = Reference::To::output;
      reference.output = numbers_() % outputs;
    }
    if (numbers_() % 2 == 0) reference.plus = static_cast<std::int64_t>(numbers_());
    return true;
  }

  Numbers& numbers_;
  std::vector<std::string> names_;      // ever given
  std::vector<std::string> processes_;  // that exist before the step that is made
  std::vector<std::size_t> kinds_;
};

}  // namespace ipcspec::op
