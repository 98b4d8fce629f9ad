// A second decoder for tests: it sees the whole stream at once, walks it byte by byte, shares no
// code with wire/frame.cc and is written to be read next to docs/framing.md, not to be fast.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "wire/frame.hpp"

namespace ipcspec::wire {

// One event of a decoder, with its own copy of the payload.
struct Record {
  FrameError error = FrameError::none;
  std::size_t dropped_bytes = 0;
  bool has_frame = false;
  std::uint8_t type = 0;
  std::uint32_t sequence = 0;
  std::vector<std::byte> payload;

  bool operator==(const Record&) const = default;
};

inline std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02X", std::to_integer<unsigned>(byte));
    text += digits;
  }
  return text;
}

// The line that docs/framing.md uses, such as "frame type=1 sequence=0 payload=6869".
inline std::string to_text(const Record& record) {
  std::string text;
  if (record.error != FrameError::none) {
    text = to_string(record.error);
    if (!record.has_frame) return text + " dropped=" + std::to_string(record.dropped_bytes);
    text += " ";
  }
  return text + "frame type=" + std::to_string(record.type) +
         " sequence=" + std::to_string(record.sequence) + " payload=" + to_hex(record.payload);
}

inline std::string to_text(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) text += to_text(record) + "\n";
  return text;
}

inline Record to_record(const Decoder::Event& event) {
  Record record;
  record.error = event.error;
  record.dropped_bytes = event.dropped_bytes;
  record.has_frame =
      event.kind == Decoder::Event::Kind::frame || event.error == FrameError::out_of_sequence;
  record.type = event.frame.type;
  record.sequence = event.frame.sequence;
  record.payload.assign(event.frame.payload.begin(), event.frame.payload.end());
  return record;
}

// The definition of CRC-32C, one bit at a time.
inline std::uint32_t crc32c_by_definition(std::span<const std::byte> bytes) {
  std::uint32_t state = 0xFFFFFFFFu;
  for (const std::byte byte : bytes) {
    state ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = (state & 1u) != 0;
      state >>= 1;
      if (carry) state ^= 0x82F63B78u;
    }
  }
  return state ^ 0xFFFFFFFFu;
}

class ReferenceDecoder {
 public:
  ReferenceDecoder(std::span<const std::byte> stream, DecoderOptions options)
      : stream_(stream), options_(options) {}

  std::vector<Record> decode() {
    while (position_ < stream_.size()) {
      if (good_header_at(position_)) {
        report_noise();
        decode_at_good_header();
      } else if (frame_due_ && could_begin_header_at(position_)) {
        const bool whole_header = left() >= 20;
        report_error(whole_header ? FrameError::corrupt_header : FrameError::truncated,
                     whole_header ? 2 : left());
      } else {
        frame_due_ = false;
        ++noise_bytes_;
        ++position_;
      }
    }
    report_noise();
    return records_;
  }

 private:
  std::size_t left() const { return stream_.size() - position_; }

  std::uint32_t number_at(std::size_t position) const {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i) {
      value = value * 256 + std::to_integer<std::uint32_t>(stream_[position + i - 1]);
    }
    return value;
  }

  bool could_begin_header_at(std::size_t position) const {
    if (stream_[position] != std::byte{0xFE}) return false;
    return position + 1 == stream_.size() || stream_[position + 1] == std::byte{0x1C};
  }

  bool good_header_at(std::size_t position) const {
    if (stream_.size() - position < 20 || !could_begin_header_at(position)) return false;
    return crc32c_by_definition(stream_.subspan(position, 16)) == number_at(position + 16);
  }

  void decode_at_good_header() {
    const std::uint32_t sequence = number_at(position_ + 4);
    const std::size_t payload_bytes = number_at(position_ + 8);
    if (stream_[position_ + 2] != std::byte{1}) return report_error(FrameError::bad_version, 2);
    if (payload_bytes > options_.payload_bytes_max) return report_error(FrameError::oversize, 2);
    if (left() - 20 < payload_bytes) {
      std::size_t next = position_ + 1;
      while (next < stream_.size() && !good_header_at(next)) ++next;
      return report_error(FrameError::truncated, next - position_);
    }
    const auto payload = stream_.subspan(position_ + 20, payload_bytes);
    if (crc32c_by_definition(payload) != number_at(position_ + 12)) {
      return report_error(FrameError::corrupt_payload, 2);
    }
    Record record;
    if (options_.check_sequence && sequence != expected_sequence_) {
      record.error = FrameError::out_of_sequence;
    }
    record.has_frame = true;
    record.type = std::to_integer<std::uint8_t>(stream_[position_ + 3]);
    record.sequence = sequence;
    record.payload.assign(payload.begin(), payload.end());
    records_.push_back(record);
    expected_sequence_ = sequence + 1;
    position_ += 20 + payload_bytes;
    frame_due_ = true;
  }

  void report_error(FrameError error, std::size_t dropped_bytes) {
    Record record;
    record.error = error;
    record.dropped_bytes = dropped_bytes;
    records_.push_back(record);
    position_ += dropped_bytes;
    frame_due_ = false;
  }

  void report_noise() {
    if (noise_bytes_ == 0) return;
    Record record;
    record.error = FrameError::noise;
    record.dropped_bytes = noise_bytes_;
    records_.push_back(record);
    noise_bytes_ = 0;
  }

  std::span<const std::byte> stream_;
  DecoderOptions options_;
  std::vector<Record> records_;
  std::size_t position_ = 0;
  std::size_t noise_bytes_ = 0;
  std::uint32_t expected_sequence_ = 0;
  bool frame_due_ = true;  // a frame must begin here: at the start and after a good frame
};

inline std::vector<Record> decode_by_reference(std::span<const std::byte> stream,
                                               DecoderOptions options = {}) {
  return ReferenceDecoder(stream, options).decode();
}

// All events of the real decoder, which gets the stream in the pieces whose lengths
// `next_chunk_bytes()` returns (0 counts as 1).
template <typename NextChunkBytes>
std::vector<Record> decode_in_chunks(std::span<const std::byte> stream, DecoderOptions options,
                                     NextChunkBytes next_chunk_bytes) {
  std::vector<Record> records;
  Decoder decoder(options);
  const auto drain = [&](auto get_event) {
    for (auto event = get_event(); event.kind != Decoder::Event::Kind::need_more;
         event = get_event()) {
      records.push_back(to_record(event));
    }
  };
  while (!stream.empty()) {
    const std::size_t wanted = next_chunk_bytes();
    const std::size_t chunk_bytes = std::min(std::max<std::size_t>(wanted, 1), stream.size());
    decoder.feed(stream.first(chunk_bytes));
    stream = stream.subspan(chunk_bytes);
    drain([&] { return decoder.next(); });
  }
  drain([&] { return decoder.finish(); });
  return records;
}

}  // namespace ipcspec::wire
