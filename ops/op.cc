#include "ops/op.hpp"

#include <memory>

namespace ipcspec::op {

Op::Op() = default;
Op::Op(const Op&) = default;
Op::Op(Op&&) noexcept = default;
Op::~Op() = default;

// By construction, since the assignment of a variant of a hundred alternatives is compiled for
// every pair of them.
Op& Op::operator=(const Op& other) { return *this = Op(other); }
Op& Op::operator=(Op&& other) noexcept {
  if (this != &other) {
    std::destroy_at(this);
    std::construct_at(this, std::move(other));
  }
  return *this;
}

bool Op::equal(const Op& a, const Op& b) {
  std::vector<std::byte> wire_a;
  std::vector<std::byte> wire_b;
  encode(a, wire_a);
  encode(b, wire_b);
  return wire_a == wire_b;
}

}  // namespace ipcspec::op
