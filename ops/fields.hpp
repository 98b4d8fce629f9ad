// The fields of an operation that is only known at run time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ops/script.hpp"

namespace ipcspec::op {

// A number that has a name, of whichever vocabulary.
struct SymbolPointer {
  Vocabulary vocabulary;
  int* value;
};

using FieldPointer = std::variant<std::int64_t*, std::uint64_t*, Fd*, Address*, std::string*, bool*,
                                  Mode*, SignalSet*, SymbolPointer>;

struct Field {
  std::string_view name;
  FieldPointer value;  // into the operation
};

// The operation of that kind with the values that its fields have by themselves.
Op default_op(std::size_t kind);

// In the order in which the operation lists them.
std::vector<Field> fields_of(Op& op);

// Numbers, descriptors and addresses can be filled in with a number, texts with a text; what is
// left is part of the call itself.
bool holds_number(const Field& field);
bool holds_text(const Field& field);

// Whether a reference gives a text; else it gives a number.
bool gives_text(Reference::To to);
// Whether there is such a field and it can hold what the reference gives.
bool may_refer(const std::vector<Field>& fields, const Reference& reference);

// Of a field that holds a number. put_number() returns false when the number does not fit.
std::int64_t number_in(const Field& field);
bool put_number(const Field& field, std::int64_t number);

}  // namespace ipcspec::op
