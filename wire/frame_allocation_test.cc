// A frame costs no allocation once the decoder's buffer has grown. Counts every allocation of the
// program, so nothing else is tested here.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

#include "wire/frame.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ipcspec::wire {
namespace {

std::size_t frames_of(std::span<const std::byte> stream, std::size_t chunk_bytes,
                      Decoder& decoder) {
  decoder.restart(0);
  std::size_t frames = 0;
  while (!stream.empty()) {
    const std::size_t bytes = std::min(chunk_bytes, stream.size());
    decoder.feed(stream.first(bytes));
    stream = stream.subspan(bytes);
    while (decoder.next().kind == Decoder::Event::Kind::frame) ++frames;
  }
  return frames;
}

TEST_CASE("a decoder that has seen a stream allocates nothing for the same again") {
  std::vector<std::byte> stream;
  constexpr std::size_t kFrames = 200;
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    encode_frame(1, i, std::vector<std::byte>(i * 37 % 9000), stream);
  }
  for (const std::size_t chunk_bytes : {std::size_t{7}, std::size_t{4096}, std::size_t{65536}}) {
    Decoder decoder;
    const std::size_t before = allocations;
    const std::size_t first = frames_of(stream, chunk_bytes, decoder);
    const std::size_t between = allocations;
    const std::size_t second = frames_of(stream, chunk_bytes, decoder);
    const std::size_t after = allocations;
    CHECK(first == kFrames);
    CHECK(between > before);
    CHECK(second == kFrames);
    CHECK(after == between);
  }
}

}  // namespace
}  // namespace ipcspec::wire
