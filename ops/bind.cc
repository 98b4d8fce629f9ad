#include "ops/bind.hpp"

#include <vector>

#include "core/error.hpp"
#include "ops/fields.hpp"

namespace ipcspec::op {
namespace {

const Outcome* success_of(const Bindings& bindings, std::size_t call) {
  const Outcome* outcome = bindings.answer_of(call);
  return outcome != nullptr && outcome->error.value == 0 ? outcome : nullptr;
}

std::optional<std::int64_t> number_for(const Reference& reference, const Bindings& bindings) {
  if (reference.to == Reference::To::process) return bindings.pid_of(reference.process);
  const Outcome* outcome = success_of(bindings, reference.call);
  if (outcome == nullptr) return std::nullopt;
  if (reference.to == Reference::To::value) return outcome->value;
  if (reference.output >= outcome->outputs.size()) return std::nullopt;
  return outcome->outputs[reference.output];
}

std::optional<std::string> text_for(const Reference& reference, const Bindings& bindings) {
  if (reference.to == Reference::To::name) return bindings.name(reference.call);
  const Outcome* outcome = success_of(bindings, reference.call);
  if (outcome == nullptr) return std::nullopt;
  return outcome->data;
}

// Offsets wrap, as addresses do.
std::int64_t sum(std::int64_t number, std::int64_t plus) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(number) +
                                   static_cast<std::uint64_t>(plus));
}

bool fill(const Field& field, const Reference& reference, const Bindings& bindings) {
  if (gives_text(reference.to)) {
    auto text = text_for(reference, bindings);
    if (text) *std::get<std::string*>(field.value) = std::move(*text);
    return text.has_value();
  }
  const auto number = number_for(reference, bindings);
  return number && put_number(field, sum(*number, reference.plus));
}

}  // namespace

std::optional<Op> bound(const ScriptCall& call, const Bindings& bindings) {
  std::optional<Op> op = call.op;
  const std::vector<Field> fields = fields_of(*op);
  for (const Reference& reference : call.references) {
    if (!may_refer(fields, reference)) {
      throw Broken(std::string(name_of(call.op)) + " has no field " +
                   std::to_string(reference.field) + " that can hold what the reference gives");
    }
    if (!fill(fields[reference.field], reference, bindings)) return std::nullopt;
  }
  return op;
}

}  // namespace ipcspec::op
