// An input as a row of choices. Where it ends every further choice is 0, so that a shorter input
// is a simpler one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ipcspec::fuzz {

class Genes {
 public:
  Genes(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  bool done() const { return left_.empty(); }
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  std::uint64_t number(int bytes) {
    std::uint64_t result = 0;
    for (int i = 0; i < bytes; ++i) result |= std::uint64_t{byte()} << (8 * i);
    return result;
  }
  std::size_t below(std::size_t end) { return end == 0 ? 0 : number(end > 256 ? 4 : 1) % end; }
  std::string text(std::size_t bytes_max) {
    const std::size_t bytes = std::min<std::size_t>(byte(), std::min(bytes_max, left_.size()));
    std::string result(reinterpret_cast<const char*>(left_.data()), bytes);
    left_ = left_.subspan(bytes);
    return result;
  }
  // For generators that draw any 64-bit number: mostly small ones, and of every size.
  std::uint64_t operator()() {
    const std::uint8_t first = byte();
    if (first < 0xF0) return first;
    return number(1 + first % 8) * ((first & 8) != 0 ? ~std::uint64_t{0} : 1);
  }

 private:
  std::span<const std::uint8_t> left_;
};

}  // namespace ipcspec::fuzz
