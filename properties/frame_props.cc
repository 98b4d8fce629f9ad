// Properties of the frame codec that no list of examples can exhaust.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <tuple>
#include <vector>

#include "wire/crc32c.hpp"
#include "wire/frame.hpp"
#include "wire/reference_decoder.hpp"

namespace ipcspec::wire {
namespace {

using Bytes = std::vector<std::byte>;
using Octets = std::vector<std::uint8_t>;  // rapidcheck generates these
using Payloads = std::vector<std::pair<std::uint8_t, Octets>>;

Bytes to_bytes(const Octets& octets) {
  const auto bytes = std::as_bytes(std::span(octets));
  return {bytes.begin(), bytes.end()};
}

std::vector<Record> decode(const Bytes& stream, const Octets& chunks, DecoderOptions options = {}) {
  std::size_t index = 0;
  return decode_in_chunks(stream, options, [&]() -> std::size_t {
    return chunks.empty() ? stream.size() : chunks[index++ % chunks.size()];
  });
}

std::vector<Record> records_of(const Payloads& payloads) {
  std::vector<Record> records;
  for (const auto& [type, octets] : payloads) {
    Record record;
    record.has_frame = true;
    record.type = type;
    record.sequence = static_cast<std::uint32_t>(records.size());
    record.payload = to_bytes(octets);
    records.push_back(record);
  }
  return records;
}

Bytes stream_of(const std::vector<Record>& records) {
  Bytes stream;
  for (const Record& r : records) encode_frame(r.type, r.sequence, r.payload, stream);
  return stream;
}

std::vector<Record> frames_among(const std::vector<Record>& records) {
  std::vector<Record> frames;
  std::ranges::copy_if(records, std::back_inserter(frames), &Record::has_frame);
  return frames;
}

// Something that can stand in a stream. Positions and values are taken modulo what fits, so any
// numbers make a valid segment and shrinking stays easy.
struct Segment {
  enum class Kind : std::uint8_t { frame, noise, magics, flipped, cut, resealed } kind;
  Octets octets;
  std::uint32_t sequence;
  std::uint16_t place;
  std::uint8_t value;
};

// rapidcheck prints a counterexample with this.
void showValue(const Segment& segment, std::ostream& out) {
  out << "{kind " << static_cast<int>(segment.kind) << ", sequence " << segment.sequence
      << ", place " << segment.place << ", value " << int{segment.value} << ", octets "
      << to_hex(to_bytes(segment.octets)) << "}";
}

// Changes one header byte and makes the header checksum right again: versions, lengths, numbers
// and payload checksums that a correct encoder would never write.
void reseal(Bytes& frame, std::size_t place, std::uint8_t value) {
  frame[2 + place % 14] = std::byte{value};
  const std::uint32_t crc = crc32c(std::span(frame).first(16));
  for (std::size_t i = 0; i < 4; ++i) frame[16 + i] = static_cast<std::byte>(crc >> (8 * i));
}

Bytes bytes_of(const Segment& segment) {
  Bytes payload = to_bytes(segment.octets);
  if (segment.kind == Segment::Kind::noise) return payload;
  if (segment.kind == Segment::Kind::magics) {
    Bytes magics;
    for (int i = 0; i <= segment.value % 16; ++i) {
      magics.insert(magics.end(), {kMagicFirst, kMagicSecond});
    }
    return magics;
  }
  Bytes frame;
  encode_frame(segment.value, segment.sequence, payload, frame);
  if (segment.kind == Segment::Kind::flipped) {
    frame[segment.place % frame.size()] ^= static_cast<std::byte>(1u << segment.value % 8);
  }
  if (segment.kind == Segment::Kind::cut) frame.resize(segment.place % frame.size());
  if (segment.kind == Segment::Kind::resealed) reseal(frame, segment.place, segment.value);
  return frame;
}

Bytes bytes_of(const std::vector<Segment>& segments) {
  Bytes stream;
  for (const Segment& segment : segments) {
    const Bytes bytes = bytes_of(segment);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  }
  return stream;
}

rc::Gen<std::vector<Segment>> segments() {
  using Kind = Segment::Kind;
  return rc::gen::container<std::vector<Segment>>(rc::gen::construct<Segment>(
      rc::gen::element(Kind::frame, Kind::noise, Kind::magics, Kind::flipped, Kind::cut,
                       Kind::resealed),
      rc::gen::arbitrary<Octets>(), rc::gen::inRange<std::uint32_t>(0, 4),
      rc::gen::arbitrary<std::uint16_t>(), rc::gen::arbitrary<std::uint8_t>()));
}

std::size_t bytes_accounted_for(const std::vector<Record>& records) {
  std::size_t bytes = 0;
  for (const Record& record : records) {
    bytes += record.dropped_bytes + (record.has_frame ? kHeaderBytes + record.payload.size() : 0);
  }
  return bytes;
}

TEST_CASE("frames come back as they were sent, whatever the chunking") {
  REQUIRE(rc::check([](const Payloads& payloads, const Octets& chunks) {
    const std::vector<Record> sent = records_of(payloads);
    RC_ASSERT(to_text(decode(stream_of(sent), chunks)) == to_text(sent));
  }));
}

TEST_CASE("any stream in any chunking decodes as the reference decodes the whole") {
  REQUIRE(rc::check([] {
    const Bytes stream = bytes_of(*segments());
    const DecoderOptions options{.payload_bytes_max = *rc::gen::inRange<std::size_t>(0, 100),
                                 .check_sequence = *rc::gen::arbitrary<bool>()};
    const auto chunks = *rc::gen::arbitrary<Octets>();
    const std::vector<Record> expected = decode_by_reference(stream, options);
    RC_ASSERT(to_text(decode(stream, chunks, options)) == to_text(expected));
  }));
}

TEST_CASE("every byte is part of a frame or counted as dropped") {
  REQUIRE(rc::check([] {
    const Bytes stream = bytes_of(*segments());
    RC_ASSERT(bytes_accounted_for(decode(stream, *rc::gen::arbitrary<Octets>())) == stream.size());
  }));
}

// One act of damage: overwrite a byte, lose some, or insert one.
using Damage = std::tuple<std::uint8_t, std::uint16_t, std::uint8_t>;

void apply(const Damage& damage, Bytes& stream) {
  const auto [action, place, value] = damage;
  if (stream.empty()) return;
  const auto at = stream.begin() + static_cast<std::ptrdiff_t>(place % stream.size());
  if (action % 3 == 0) {
    *at ^= std::byte{value};
  } else if (action % 3 == 1) {
    stream.erase(at, at + std::min<std::ptrdiff_t>(value % 32 + 1, stream.end() - at));
  } else {
    stream.insert(at, std::byte{value});
  }
}

TEST_CASE("damage never yields a frame that was not sent") {
  REQUIRE(rc::check(
      [](const Payloads& payloads, const std::vector<Damage>& damages, const Octets& chunks) {
        const std::vector<Record> sent = records_of(payloads);
        Bytes stream = stream_of(sent);
        for (const Damage& damage : damages) apply(damage, stream);
        for (Record received : frames_among(decode(stream, chunks))) {
          received.error = FrameError::none;
          RC_ASSERT(std::ranges::find(sent, received) != sent.end());
        }
      }));
}

TEST_CASE("all intact frames are found behind noise") {
  REQUIRE(rc::check(
      [](const Payloads& payloads, const std::vector<Octets>& noises, const Octets& chunks) {
        const std::vector<Record> sent = records_of(payloads);
        Bytes stream;
        for (std::size_t i = 0; i < sent.size(); ++i) {
          const Bytes noise = i < noises.size() ? to_bytes(noises[i]) : Bytes{};
          stream.insert(stream.end(), noise.begin(), noise.end());
          encode_frame(sent[i].type, sent[i].sequence, sent[i].payload, stream);
        }
        RC_ASSERT(to_text(frames_among(decode(stream, chunks))) == to_text(sent));
      }));
}

TEST_CASE("a stream cut anywhere yields the whole frames before the cut and one truncation") {
  REQUIRE(rc::check([](const Payloads& payloads, std::uint16_t place, const Octets& chunks) {
    const std::vector<Record> sent = records_of(payloads);
    Bytes stream = stream_of(sent);
    stream.resize(place % (stream.size() + 1));
    const std::vector<Record> received = decode(stream, chunks);
    const std::vector<Record> frames = frames_among(received);
    RC_ASSERT(std::equal(frames.begin(), frames.end(), sent.begin()));
    const std::size_t left_over = stream.size() - bytes_accounted_for(frames);
    RC_ASSERT(received.size() == frames.size() + (left_over > 0 ? 1 : 0));
    if (left_over > 0) {
      RC_ASSERT(received.back().error == FrameError::truncated);
      RC_ASSERT(received.back().dropped_bytes == left_over);
    }
  }));
}

TEST_CASE("the checksum of a whole follows from its parts") {
  REQUIRE(rc::check([](const Octets& head, const Octets& tail) {
    Bytes whole = to_bytes(head);
    const Bytes rest = to_bytes(tail);
    const std::uint32_t head_crc = crc32c(whole);
    whole.insert(whole.end(), rest.begin(), rest.end());
    RC_ASSERT(crc32c(whole) == crc32c(rest, head_crc));
    RC_ASSERT(crc32c(whole) == crc32c_by_definition(whole));
    RC_ASSERT(crc32c_software(whole) == crc32c_by_definition(whole));
  }));
}

}  // namespace
}  // namespace ipcspec::wire
