// The incremental frame decoder against the reference decoder, on any stream in any chunking.
//
// Input: byte 0 chooses options, bytes 1 and 2 seed the chunk lengths, the rest is the stream.
// With the mend bit the checksums of the stream are made right first, because a fuzzer does not
// guess a CRC and would never come past the first check.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "wire/crc32c.hpp"
#include "wire/frame.hpp"
#include "wire/reference_decoder.hpp"

namespace {

using ipcspec::wire::crc32c;
using ipcspec::wire::Decoder;
using ipcspec::wire::DecoderOptions;
using ipcspec::wire::Record;
using Event = Decoder::Event;

constexpr unsigned kCheckSequenceBit = 0x01;
constexpr unsigned kMendHeadersBit = 0x02;
constexpr unsigned kMendPayloadsBit = 0x04;
constexpr unsigned kZeroCopyBit = 0x08;
constexpr unsigned kRestartBit = 0x10;
constexpr std::size_t kPayloadLimits[] = {0, 1, 20, 64, 300, 5000, 70000, 4u << 20};

void store_32(std::uint32_t value, std::byte* bytes) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(value >> (8 * i));
}

// Seals whatever follows a magic as a frame. The two upper bytes of the length are cleared so
// that most payloads fit into the input; an upper byte of 0xFF stays, for oversize.
void mend(std::vector<std::byte>& stream, bool mend_payloads) {
  for (std::size_t at = 0; at + ipcspec::wire::kHeaderBytes <= stream.size(); ++at) {
    if (stream[at] != ipcspec::wire::kMagicFirst || stream[at + 1] != ipcspec::wire::kMagicSecond) {
      continue;
    }
    if (stream[at + 11] != std::byte{0xFF}) stream[at + 10] = stream[at + 11] = std::byte{0};
    const std::size_t payload_bytes = std::to_integer<std::size_t>(stream[at + 8]) |
                                      std::to_integer<std::size_t>(stream[at + 9]) << 8 |
                                      std::to_integer<std::size_t>(stream[at + 11]) << 24;
    const auto payload = std::span(stream).subspan(at + ipcspec::wire::kHeaderBytes);
    const bool whole = payload.size() >= payload_bytes;
    if (mend_payloads && whole) {
      store_32(crc32c(payload.first(payload_bytes)), &stream[at + 12]);
    }
    store_32(crc32c(std::span(stream).subspan(at, 16)), &stream[at + 16]);
    at += ipcspec::wire::kHeaderBytes - 1;
    if (mend_payloads && whole) at += payload_bytes;
  }
}

// Small chunks most of the time, a large one now and then.
class ChunkLengths {
 public:
  ChunkLengths(std::uint8_t low, std::uint8_t high)
      : state_(0x9E3779B9u ^ static_cast<std::uint32_t>(low | high << 8)),
        mask_((1u << low % 12) - 1) {}
  std::size_t operator()() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return (state_ & 0x700u) == 0 ? state_ >> 16 : (state_ >> 12) & mask_;
  }

 private:
  std::uint32_t state_;
  std::uint32_t mask_;
};

bool same(const Record& record, const Event& event) {
  const bool has_frame =
      event.kind == Event::Kind::frame || event.error == ipcspec::wire::FrameError::out_of_sequence;
  return record.has_frame == has_frame && record.error == event.error &&
         record.dropped_bytes == event.dropped_bytes && record.type == event.frame.type &&
         record.sequence == event.frame.sequence &&
         std::ranges::equal(record.payload, event.frame.payload);
}

// What the decoder says, against what it should: nothing is kept of it, which would take as long as
// the decoder does.
class Comparison {
 public:
  Comparison(std::span<const std::byte> stream, const std::vector<Record>& expected)
      : stream_(stream), expected_(expected) {}

  void take(const Event& event) {
    if (said_ == expected_.size() || !same(expected_[said_], event)) {
      differ("decoder: " + ipcspec::wire::to_text(ipcspec::wire::to_record(event)));
    }
    if (ipcspec::wire::to_string(event.error) == "unknown") differ("an error without a name");
    ++said_;
  }
  // Behind the end of the stream.
  void take_last(const Event& event, bool is_first) {
    take(event);
    // Without the end it would have waited for ever.
    if (is_first && expected_[said_ - 1].has_frame) {
      differ("the decoder kept this frame back until the stream ended");
    }
  }
  void end() const {
    if (said_ < expected_.size()) differ("decoder: nothing");
  }

 private:
  [[noreturn]] void differ(const std::string& how) const {
    std::fprintf(stderr, "decoder and reference differ on %s\nreference:\n%safter %zu events: %s\n",
                 ipcspec::wire::to_hex(stream_).c_str(), ipcspec::wire::to_text(expected_).c_str(),
                 said_, how.c_str());
    std::abort();
  }

  std::span<const std::byte> stream_;
  const std::vector<Record>& expected_;
  std::size_t said_ = 0;
};

// Chunk by chunk, by feed() or through prepare() and commit(), asking for more room than is filled.
void decode(std::span<const std::byte> stream, Decoder& decoder, ChunkLengths chunk_length,
            bool zero_copy, Comparison comparison) {
  Event event;
  while (!stream.empty()) {
    const std::size_t length = std::min(std::max<std::size_t>(chunk_length(), 1), stream.size());
    if (zero_copy) {
      const std::span<std::byte> room = decoder.prepare(length + chunk_length() % 64);
      std::ranges::copy(stream.first(length), room.begin());
      decoder.commit(length);
    } else {
      decoder.feed(stream.first(length));
    }
    stream = stream.subspan(length);
    while ((event = decoder.next()).kind != Event::Kind::need_more) comparison.take(event);
  }
  for (bool first = true; (event = decoder.finish()).kind != Event::Kind::need_more;
       first = false) {
    comparison.take_last(event, first);
  }
  comparison.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const unsigned choice = data[0];
  const DecoderOptions options{.payload_bytes_max = kPayloadLimits[choice >> 5],
                               .check_sequence = (choice & kCheckSequenceBit) != 0};
  const auto rest = std::as_bytes(std::span(data, size)).subspan(3);
  std::vector<std::byte> stream(rest.begin(), rest.end());
  if ((choice & kMendHeadersBit) != 0) mend(stream, (choice & kMendPayloadsBit) != 0);

  const ChunkLengths chunk_length(data[1], data[2]);
  const std::vector<Record> expected = ipcspec::wire::decode_by_reference(stream, options);
  Decoder decoder(options);
  if ((choice & kRestartBit) != 0) {
    // What it was in the middle of is forgotten.
    decoder.feed(std::span(stream).first(stream.size() / 2));
    while (decoder.next().kind != Event::Kind::need_more) {
    }
    decoder.restart(options.first_sequence);
  }
  decode(stream, decoder, chunk_length, (choice & kZeroCopyBit) != 0, Comparison(stream, expected));
  return 0;
}
