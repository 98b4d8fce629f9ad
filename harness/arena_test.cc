// The byte channel of the arena, with a thread in the place of the other process:
// ThreadSanitizer sees threads only (bazel test --config=tsan //harness:arena_test).
#include "harness/arena.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace ipcspec::harness {
namespace {

using Bytes = std::vector<std::byte>;

// Neighbours differ, and so do bytes a ring apart.
Bytes numbered(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i + i / 251);
  return bytes;
}

// 1 to 5000: often more than there is room for.
std::size_t next_length(std::uint32_t& state) {
  state = state * 1664525 + 1013904223;
  return 1 + (state >> 8) % 5000;
}

TEST_CASE("A ring takes what it has room for, and gives it back in order") {
  const auto ring = std::make_unique<ByteRing>();
  const Bytes sent = numbered(kRingBytes + 100);
  CHECK(ring->empty());
  CHECK(ring->write_some(sent) == kRingBytes);
  CHECK(ring->write_some(sent) == 0);

  Bytes received(sent.size());
  CHECK(ring->read_some(std::span(received).first(100)) == 100);
  CHECK(ring->write_some(std::span(sent).last(100)) == 100);  // goes round the end
  CHECK(ring->read_some(std::span(received).subspan(100)) == kRingBytes);
  CHECK(received == sent);
  CHECK(ring->empty());
  CHECK(ring->read_some(received) == 0);
}

TEST_CASE("A ring between two that run at once loses, repeats and tears nothing") {
  const auto ring = std::make_unique<ByteRing>();
  const Bytes sent = numbered(100 * kRingBytes + 1);
  std::thread writer([&] {
    std::uint32_t state = 1;
    for (std::span<const std::byte> rest = sent; !rest.empty();) {
      const std::size_t length = std::min(rest.size(), next_length(state));
      rest = rest.subspan(ring->write_some(rest.first(length)));
      if (length > 4000) std::this_thread::yield();
    }
  });
  Bytes received(sent.size());
  std::uint32_t state = 2;
  for (std::span<std::byte> rest = received; !rest.empty();) {
    const std::size_t length = std::min(rest.size(), next_length(state));
    rest = rest.subspan(ring->read_some(rest.first(length)));
    if (length > 4000) std::this_thread::yield();
  }
  writer.join();
  CHECK(std::ranges::equal(received, sent));  // megabytes: not to be printed
  CHECK(ring->empty());
}

}  // namespace
}  // namespace ipcspec::harness
