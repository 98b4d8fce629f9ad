#include "bench/framing.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "harness/settle.hpp"
#include "wire/crc32c.hpp"
#include "wire/frame.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;

// What a channel reads at once, and a stream that a processor's second cache holds.
constexpr std::size_t kChunkBytes = 64u << 10;
constexpr std::size_t kStreamBytes = 256u << 10;
constexpr int kParts = 4;

struct Stream {
  explicit Stream(std::size_t payload) : payload_bytes(payload) {
    std::vector<std::byte> bytes_of_one(payload);
    std::uint32_t state = 2463534242u;
    for (std::byte& byte : bytes_of_one) {
      state = state * 1664525u + 1013904223u;
      byte = static_cast<std::byte>(state >> 24);
    }
    for (; bytes.size() < kStreamBytes; ++frames) {
      wire::encode_frame(1, static_cast<std::uint32_t>(frames), bytes_of_one, bytes);
    }
  }
  std::size_t payload_bytes;
  std::size_t frames = 0;
  std::vector<std::byte> bytes;
};

// As a channel does it: the bytes are put where the decoder wants them, then taken frame by frame.
void decode(const Stream& stream, wire::Decoder& decoder) {
  decoder.restart(0);
  std::size_t frames = 0;
  for (std::span<const std::byte> left = stream.bytes; !left.empty();) {
    const std::size_t bytes = std::min(kChunkBytes, left.size());
    std::memcpy(decoder.prepare(bytes).data(), left.data(), bytes);
    decoder.commit(bytes);
    left = left.subspan(bytes);
    while (decoder.next().kind == wire::Decoder::Event::Kind::frame) ++frames;
  }
  if (frames != stream.frames) throw Broken("frames were lost while their decoding was measured");
}

// The same bytes copied and summed, and nothing else.
std::uint32_t copy_and_sum(const Stream& stream, std::vector<std::byte>& room) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < stream.bytes.size(); at += kChunkBytes) {
    const std::size_t bytes = std::min(kChunkBytes, stream.bytes.size() - at);
    std::memcpy(room.data(), stream.bytes.data() + at, bytes);
    sum ^= wire::crc32c(std::span(room).first(bytes));
  }
  return sum;
}

// The best round's time for one frame: what others on the machine take away is not the decoder's.
template <typename Round>
double best_ns(const Stream& stream, int budget_ms, const Round& round) {
  const std::int64_t end_ns = monotonic_ns() + std::int64_t{budget_ms} * 1'000'000;
  std::int64_t best = 0;
  for (std::int64_t now = monotonic_ns(); now < end_ns || best == 0;) {
    round();
    const std::int64_t after = monotonic_ns();
    best = best == 0 ? after - now : std::min(best, after - now);
    now = after;
  }
  return static_cast<double>(best) / static_cast<double>(stream.frames);
}

}  // namespace

FramingFigures measure_framing(int budget_ms) {
  const Stream small(kSmallFrameBytes);
  const Stream large(kLargeFrameBytes);
  wire::Decoder decoder;
  std::vector<std::byte> room(kChunkBytes);
  // Written where the compiler cannot see that nobody reads it.
  volatile std::uint32_t sink = 0;
  const auto bare = [&](const Stream& stream) {
    return best_ns(stream, budget_ms / kParts, [&] { sink = copy_and_sum(stream, room); });
  };
  const auto decoded = [&](const Stream& stream) {
    return best_ns(stream, budget_ms / kParts, [&] { decode(stream, decoder); });
  };
  FramingFigures figures;
  figures.small_bare_ns = bare(small);
  figures.small_ns = decoded(small);
  figures.large_bare_ns = bare(large);
  figures.large_ns = decoded(large);
  return figures;
}

}  // namespace ipcspec::bench
