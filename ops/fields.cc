#include "ops/fields.hpp"

#include <array>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace ipcspec::op {
namespace {

template <typename F>
FieldPointer pointer_to(F& field) {
  return &field;
}
template <Vocabulary V>
FieldPointer pointer_to(Symbol<V>& symbol) {
  return SymbolPointer{V, &symbol.value};
}

template <typename T>
std::vector<Field> fields_of_operation(T& operation) {
  std::vector<Field> fields;
  fields.reserve(field_count<T>());
  std::apply(
      [&](auto&... field) {
        (fields.push_back({kFieldNames<T>[fields.size()], pointer_to(field)}), ...);
      },
      operation.fields());
  return fields;
}

template <typename T>
Op make_default() {
  return Op(std::in_place_type<T>);
}
template <std::size_t... I>
constexpr std::array<Op (*)(), kOpKinds> default_makers(std::index_sequence<I...>) {
  return {&make_default<std::variant_alternative_t<I, OpVariant>>...};
}
constexpr auto kDefaultMakers = default_makers(std::make_index_sequence<kOpKinds>{});

struct PutNumber {
  std::int64_t number;

  bool operator()(std::int64_t* field) const {
    *field = number;
    return true;
  }
  bool operator()(std::uint64_t* field) const {
    *field = static_cast<std::uint64_t>(number);
    return number >= 0;
  }
  bool operator()(Fd* fd) const {
    fd->number = static_cast<int>(number);
    return number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max();
  }
  bool operator()(Address* address) const {
    address->value = static_cast<std::uint64_t>(number);
    return true;
  }
  template <typename F>
  bool operator()(const F&) const {
    return false;
  }
};

}  // namespace

Op default_op(std::size_t kind) { return kDefaultMakers.at(kind)(); }

std::vector<Field> fields_of(Op& op) {
  return std::visit([](auto& operation) { return fields_of_operation(operation); },
                    static_cast<OpVariant&>(op));
}

bool holds_number(const Field& field) {
  return std::holds_alternative<std::int64_t*>(field.value) ||
         std::holds_alternative<std::uint64_t*>(field.value) ||
         std::holds_alternative<Fd*>(field.value) || std::holds_alternative<Address*>(field.value);
}
bool holds_text(const Field& field) { return std::holds_alternative<std::string*>(field.value); }

bool gives_text(Reference::To to) { return to == Reference::To::data || to == Reference::To::name; }
bool may_refer(const std::vector<Field>& fields, const Reference& reference) {
  if (reference.field >= fields.size()) return false;
  const Field& field = fields[reference.field];
  return gives_text(reference.to) ? holds_text(field) : holds_number(field);
}

std::int64_t number_in(const Field& field) {
  return std::visit(
      []<typename P>(const P& pointer) -> std::int64_t {
        if constexpr (std::is_same_v<P, Fd*>) {
          return pointer->number;
        } else if constexpr (std::is_same_v<P, Address*>) {
          return static_cast<std::int64_t>(pointer->value);
        } else if constexpr (std::is_same_v<P, std::int64_t*> ||
                             std::is_same_v<P, std::uint64_t*>) {
          return static_cast<std::int64_t>(*pointer);
        } else {
          return 0;
        }
      },
      field.value);
}
bool put_number(const Field& field, std::int64_t number) {
  return std::visit(PutNumber{number}, field.value);
}

}  // namespace ipcspec::op
