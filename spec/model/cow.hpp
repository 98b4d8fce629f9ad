// Cow: a value that is shared until it is edited. Copying a State copies pointers only, which is
// what makes a set of states affordable. Not for sharing between threads.
#pragma once

#include <cstdint>
#include <utility>

namespace ipcspec::spec {

template <typename T>
class Cow {
 public:
  // A value that was never edited takes no memory.
  Cow() = default;
  explicit Cow(T value) : node_(new Node{1, std::move(value)}) {}
  Cow(const Cow& other) : node_(other.node_) {
    if (node_ != nullptr) ++node_->owners;
  }
  Cow(Cow&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Cow& operator=(Cow other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Cow() {
    if (node_ != nullptr && --node_->owners == 0) delete node_;
  }

  const T& operator*() const { return node_ == nullptr ? untouched() : node_->value; }
  const T* operator->() const { return &**this; }

  // The value, to be changed; nobody else sees the change.
  T& edit() {
    if (node_ == nullptr) {
      node_ = new Node{};
    } else if (node_->owners > 1) {
      Node* own = new Node{1, node_->value};
      --node_->owners;
      node_ = own;
    }
    return node_->value;
  }

  friend bool operator==(const Cow& a, const Cow& b) { return a.node_ == b.node_ || *a == *b; }

 private:
  struct Node {
    std::uint32_t owners = 1;
    T value{};
  };
  static const T& untouched() {
    static const T value{};
    return value;
  }
  Node* node_ = nullptr;
};

}  // namespace ipcspec::spec
