#include "wire/frame.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "wire/crc32c.hpp"

namespace ipcspec::wire {
namespace {

constexpr std::size_t kVersionOffset = 2;
constexpr std::size_t kTypeOffset = 3;
constexpr std::size_t kSequenceOffset = 4;
constexpr std::size_t kPayloadLengthOffset = 8;
constexpr std::size_t kPayloadCrcOffset = 12;
constexpr std::size_t kHeaderCrcOffset = 16;
static_assert(kHeaderCrcOffset + 4 == kHeaderBytes);

std::uint32_t load_32(const std::byte* bytes) {
  return std::to_integer<std::uint32_t>(bytes[0]) | std::to_integer<std::uint32_t>(bytes[1]) << 8 |
         std::to_integer<std::uint32_t>(bytes[2]) << 16 |
         std::to_integer<std::uint32_t>(bytes[3]) << 24;
}

void store_32(std::uint32_t value, std::byte* bytes) {
  for (int i = 0; i < 4; ++i) {
    bytes[i] = static_cast<std::byte>(value >> (8 * i));
  }
}

// What the bytes from some position on can be.
enum class Candidate { noise, incomplete_header, corrupt_header, good_header };

Candidate classify(std::span<const std::byte> bytes) {
  if (bytes[0] != kMagicFirst) return Candidate::noise;
  if (bytes.size() > 1 && bytes[1] != kMagicSecond) return Candidate::noise;
  if (bytes.size() < kHeaderBytes) return Candidate::incomplete_header;
  const std::uint32_t crc = crc32c(bytes.first(kHeaderCrcOffset));
  return crc == load_32(&bytes[kHeaderCrcOffset]) ? Candidate::good_header
                                                  : Candidate::corrupt_header;
}

// How many bytes lie before the next possible beginning of a magic, not counting position 0.
std::size_t distance_to_next_magic(std::span<const std::byte> bytes) {
  if (bytes.size() == 1) return 1;
  const void* found = std::memchr(&bytes[1], std::to_integer<int>(kMagicFirst), bytes.size() - 1);
  if (found == nullptr) return bytes.size();
  return static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

std::size_t distance_to_next_good_header(std::span<const std::byte> bytes) {
  std::size_t distance = distance_to_next_magic(bytes);
  while (distance < bytes.size() && classify(bytes.subspan(distance)) != Candidate::good_header) {
    distance += distance_to_next_magic(bytes.subspan(distance));
  }
  return distance;
}

}  // namespace

struct Decoder::Header {
  explicit Header(std::span<const std::byte> bytes)
      : version(std::to_integer<std::uint8_t>(bytes[kVersionOffset])),
        type(std::to_integer<std::uint8_t>(bytes[kTypeOffset])),
        sequence(load_32(&bytes[kSequenceOffset])),
        payload_bytes(load_32(&bytes[kPayloadLengthOffset])),
        payload_crc(load_32(&bytes[kPayloadCrcOffset])) {}

  std::uint8_t version;
  std::uint8_t type;
  std::uint32_t sequence;
  std::size_t payload_bytes;
  std::uint32_t payload_crc;
};

std::string_view to_string(FrameError error) {
  switch (error) {
    case FrameError::none:
      return "none";
    case FrameError::noise:
      return "noise";
    case FrameError::bad_version:
      return "bad_version";
    case FrameError::oversize:
      return "oversize";
    case FrameError::corrupt_header:
      return "corrupt_header";
    case FrameError::corrupt_payload:
      return "corrupt_payload";
    case FrameError::out_of_sequence:
      return "out_of_sequence";
    case FrameError::truncated:
      return "truncated";
  }
  return "unknown";
}

void encode_frame(std::uint8_t type, std::uint32_t sequence, std::span<const std::byte> payload,
                  std::vector<std::byte>& out) {
  if (payload.size() > kPayloadBytesMax) {
    std::fprintf(stderr,
                 "encode_frame: a payload of %zu bytes exceeds the limit of %zu; "
                 "split it into several frames\n",
                 payload.size(), kPayloadBytesMax);
    std::abort();
  }
  std::array<std::byte, kHeaderBytes> header;
  header[0] = kMagicFirst;
  header[1] = kMagicSecond;
  header[kVersionOffset] = std::byte{kVersion};
  header[kTypeOffset] = std::byte{type};
  store_32(sequence, &header[kSequenceOffset]);
  store_32(static_cast<std::uint32_t>(payload.size()), &header[kPayloadLengthOffset]);
  store_32(crc32c(payload), &header[kPayloadCrcOffset]);
  store_32(crc32c(std::span(header).first(kHeaderCrcOffset)), &header[kHeaderCrcOffset]);
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

Decoder::Decoder(DecoderOptions options)
    : options_(options), expected_sequence_(options.first_sequence) {}

void Decoder::feed(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

std::span<std::byte> Decoder::prepare(std::size_t bytes) {
  if (buffer_.size() - end_ < bytes) {
    // Moving happens at most once per frame: afterwards begin_ stays 0 until that frame is whole.
    const std::size_t kept = buffered_bytes();
    if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
    begin_ = 0;
    end_ = kept;
    if (buffer_.size() - end_ < bytes) {
      // Doubling keeps the copies few; the cap keeps the promise about memory.
      const std::size_t cap = options_.payload_bytes_max + kHeaderBytes + bytes;
      buffer_.resize(std::max(kept + bytes, std::min(2 * buffer_.size(), cap)));
    }
  }
  return std::span(buffer_).subspan(end_);
}

void Decoder::commit(std::size_t bytes) { end_ += bytes; }

void Decoder::restart(std::uint32_t first_sequence) {
  begin_ = end_ = 0;
  wanted_bytes_ = 0;
  expected_sequence_ = first_sequence;
  hunting_ = false;
  dropping_bytes_ = 0;
}

Decoder::Event Decoder::next() { return step(false); }

Decoder::Event Decoder::finish() { return step(true); }

Decoder::Event Decoder::step(bool ended) {
  for (;;) {
    const std::span<const std::byte> bytes = buffered();
    if (!ended && bytes.size() < std::max<std::size_t>(wanted_bytes_, 1)) return {};
    if (bytes.empty()) {
      if (dropping_bytes_ == 0) hunting_ = false;
      return report_noise();
    }
    switch (classify(bytes)) {
      case Candidate::noise:
        drop_as_noise(distance_to_next_magic(bytes));
        break;
      case Candidate::incomplete_header:
        if (!ended) {
          wanted_bytes_ = bytes.size() < kMagicBytes ? kMagicBytes : kHeaderBytes;
          return {};
        }
        if (!hunting_) return give_up(FrameError::truncated, bytes.size());
        drop_as_noise(bytes.size());
        break;
      case Candidate::corrupt_header:
        if (!hunting_) return give_up(FrameError::corrupt_header, kMagicBytes);
        drop_as_noise(kMagicBytes);
        break;
      case Candidate::good_header:
        if (dropping_bytes_ > 0) return report_noise();
        return take_good_header(Header(bytes), ended);
    }
  }
}

Decoder::Event Decoder::take_good_header(const Header& header, bool ended) {
  if (header.version != kVersion) return give_up(FrameError::bad_version, kMagicBytes);
  if (header.payload_bytes > options_.payload_bytes_max) {
    return give_up(FrameError::oversize, kMagicBytes);
  }
  const std::span<const std::byte> bytes = buffered();
  const std::size_t frame_bytes = kHeaderBytes + header.payload_bytes;
  if (bytes.size() < frame_bytes) {
    if (ended) return give_up(FrameError::truncated, distance_to_next_good_header(bytes));
    wanted_bytes_ = frame_bytes;
    return {};
  }
  if (crc32c(bytes.subspan(kHeaderBytes, header.payload_bytes)) != header.payload_crc) {
    return give_up(FrameError::corrupt_payload, kMagicBytes);
  }
  return take_frame(header);
}

Decoder::Event Decoder::take_frame(const Header& header) {
  Event event;
  event.kind = Event::Kind::frame;
  event.frame.type = header.type;
  event.frame.sequence = header.sequence;
  event.frame.payload = buffered().subspan(kHeaderBytes, header.payload_bytes);
  if (options_.check_sequence && header.sequence != expected_sequence_) {
    event.kind = Event::Kind::error;
    event.error = FrameError::out_of_sequence;
  }
  expected_sequence_ = header.sequence + 1;
  hunting_ = false;
  consume(kHeaderBytes + header.payload_bytes);
  return event;
}

Decoder::Event Decoder::give_up(FrameError error, std::size_t bytes) {
  hunting_ = true;
  consume(bytes);
  Event event;
  event.kind = Event::Kind::error;
  event.error = error;
  event.dropped_bytes = bytes;
  return event;
}

Decoder::Event Decoder::report_noise() {
  Event event;
  if (dropping_bytes_ > 0) {
    event.kind = Event::Kind::error;
    event.error = FrameError::noise;
    event.dropped_bytes = dropping_bytes_;
    dropping_bytes_ = 0;
  }
  return event;
}

void Decoder::consume(std::size_t bytes) {
  begin_ += bytes;
  wanted_bytes_ = 0;
  if (begin_ == end_) begin_ = end_ = 0;
}

void Decoder::drop_as_noise(std::size_t bytes) {
  hunting_ = true;
  dropping_bytes_ += bytes;
  consume(bytes);
}

}  // namespace ipcspec::wire
