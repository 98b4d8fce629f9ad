// The frame codec against the vectors of docs/framing.md, every chunking of a stream that
// contains every error, and the known answers of CRC-32C.
#include "wire/frame.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "wire/crc32c.hpp"
#include "wire/reference_decoder.hpp"

namespace ipcspec::wire {
namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void append(Bytes& stream, const Bytes& bytes) {
  stream.insert(stream.end(), bytes.begin(), bytes.end());
}

Bytes encoded(std::uint8_t type, std::uint32_t sequence, const Bytes& payload) {
  Bytes out;
  encode_frame(type, sequence, payload, out);
  return out;
}

// Rewrites a field of an encoded frame and makes the header checksum right again.
void set_header_byte(Bytes& frame, std::size_t offset, std::uint8_t value) {
  frame[offset] = std::byte{value};
  const std::uint32_t crc = crc32c(std::span(frame).first(16));
  for (std::size_t i = 0; i < 4; ++i) frame[16 + i] = static_cast<std::byte>(crc >> (8 * i));
}

std::string events_of(const Bytes& stream, DecoderOptions options = {}) {
  return to_text(decode_in_chunks(stream, options, [&] { return stream.size(); }));
}

struct Vector {
  std::string title;
  Bytes stream;
  std::string events;
};

std::vector<Vector> vectors_of_document() {
  std::ifstream document("docs/framing.md");
  REQUIRE(document.is_open());
  std::vector<Vector> vectors;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    std::istringstream words(line);
    std::string keyword;
    words >> keyword;
    if (line.starts_with("```")) {
      inside = line == "```vector";
      if (inside) vectors.emplace_back();
    } else if (inside && keyword == "#") {
      vectors.back().title += line.substr(1);
    } else if (inside && keyword == "stream") {
      for (std::string hex; words >> hex;) {
        vectors.back().stream.push_back(static_cast<std::byte>(std::stoi(hex, nullptr, 16)));
      }
    } else if (inside) {
      REQUIRE(keyword == "event");
      vectors.back().events += line.substr(keyword.size() + 1) + "\n";
    }
  }
  return vectors;
}

// Frames, noise and every error, short enough to try each chunking in two or three pieces.
Bytes eventful_stream() {
  Bytes stream = encoded(1, 0, bytes_of("first"));
  append(stream, encoded(2, 1, {}));
  append(stream, bytes_of("stray \xFE text \xFE\x1C and a false magic"));
  append(stream, encoded(3, 2, bytes_of("second")));
  Bytes damaged = encoded(4, 3, bytes_of("payload"));
  damaged.back() ^= std::byte{1};
  append(stream, damaged);
  Bytes broken_header = encoded(5, 3, bytes_of("x"));
  append(stream, encoded(5, 3, bytes_of("x")));
  broken_header[9] ^= std::byte{4};
  append(stream, broken_header);
  Bytes newer = encoded(6, 4, bytes_of("new"));
  set_header_byte(newer, 2, 9);
  append(stream, newer);
  Bytes large = encoded(7, 4, bytes_of("large"));
  set_header_byte(large, 11, 0x7F);
  append(stream, large);
  append(stream, encoded(8, 7, bytes_of("gap")));
  Bytes cut = encoded(9, 8, bytes_of("this frame is cut off"));
  cut.resize(cut.size() - 3);
  append(stream, cut);
  return stream;
}

TEST_CASE("CRC-32C gives the published answers") {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogues.
  Bytes ascending(32);
  for (std::size_t i = 0; i < 32; ++i) ascending[i] = static_cast<std::byte>(i);
  const Bytes descending(ascending.rbegin(), ascending.rend());
  const std::vector<std::pair<Bytes, std::uint32_t>> answers = {
      {{}, 0},
      {bytes_of("123456789"), 0xE3069283u},
      {Bytes(32, std::byte{0}), 0x8A9136AAu},
      {Bytes(32, std::byte{0xFF}), 0x62A8AB43u},
      {ascending, 0x46DD794Eu},
      {descending, 0x113FDB5Cu},
  };
  for (const auto& [bytes, crc] : answers) {
    CHECK(crc32c(bytes) == crc);
    CHECK(crc32c_software(bytes) == crc);
    CHECK(crc32c_by_definition(bytes) == crc);
  }
}

TEST_CASE("CRC-32C agrees with its definition at every length, alignment and split") {
  std::mt19937 random(20);
  Bytes bytes(80);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t length = 0; begin + length <= bytes.size(); ++length) {
      const auto part = std::span(bytes).subspan(begin, length);
      const std::uint32_t crc = crc32c_by_definition(part);
      REQUIRE(crc32c(part) == crc);
      REQUIRE(crc32c_software(part) == crc);
      const std::size_t half = length / 2;
      REQUIRE(crc32c(part.subspan(half), crc32c(part.first(half))) == crc);
      REQUIRE(crc32c_software(part.subspan(half), crc32c_software(part.first(half))) == crc);
    }
  }
}

TEST_CASE("the document's vectors hold in every chunking") {
  const std::vector<Vector> vectors = vectors_of_document();
  REQUIRE(vectors.size() >= 5);
  for (const Vector& vector : vectors) {
    INFO(vector.title);
    CHECK(to_text(decode_by_reference(vector.stream)) == vector.events);
    for (std::size_t chunk_bytes = 1; chunk_bytes <= vector.stream.size(); ++chunk_bytes) {
      const auto records = decode_in_chunks(vector.stream, {}, [&] { return chunk_bytes; });
      REQUIRE(to_text(records) == vector.events);
    }
  }
}

TEST_CASE("the document's frames are what the encoder writes") {
  std::size_t compared = 0;
  for (const Vector& vector : vectors_of_document()) {
    Bytes stream;
    bool only_frames = true;
    for (const Record& record : decode_by_reference(vector.stream)) {
      only_frames = only_frames && record.has_frame;
      encode_frame(record.type, record.sequence, record.payload, stream);
    }
    if (!only_frames) continue;
    INFO(vector.title);
    CHECK(to_hex(stream) == to_hex(vector.stream));
    ++compared;
  }
  CHECK(compared >= 3);
}

TEST_CASE("every split of a stream in up to three pieces gives the same events") {
  const Bytes stream = eventful_stream();
  const DecoderOptions options{.payload_bytes_max = 1000};
  const std::vector<Record> expected = decode_by_reference(stream, options);
  INFO(to_text(expected));
  std::map<FrameError, int> seen;
  for (const Record& record : expected) ++seen[record.error];
  CHECK(seen.size() == 8);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      const std::size_t lengths[] = {first, second - first, stream.size()};
      std::size_t piece = 0;
      if (decode_in_chunks(stream, options, [&] {
            return lengths[std::min(piece++, std::size_t{2})];
          }) != expected) {
        FAIL("splitting at " << first << " and " << second << " changes the events");
      }
    }
  }
}

TEST_CASE("every prefix of a stream decodes like the reference") {
  const Bytes stream = eventful_stream();
  for (std::size_t length = 0; length <= stream.size(); ++length) {
    const Bytes prefix(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(length));
    INFO("prefix of " << length << " bytes");
    REQUIRE(events_of(prefix) == to_text(decode_by_reference(prefix)));
  }
}

TEST_CASE("each changed bit of a frame is noticed") {
  const Bytes intact = encoded(1, 0, bytes_of("some payload"));
  for (std::size_t bit = 0; bit < 8 * intact.size(); ++bit) {
    Bytes changed = intact;
    changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    INFO("bit " << bit);
    const std::vector<Record> records = decode_by_reference(changed);
    for (const Record& record : records) REQUIRE_FALSE(record.has_frame);
    REQUIRE(events_of(changed) == to_text(records));
  }
}

TEST_CASE("an error is reported without waiting for the next frame") {
  Bytes damaged = encoded(1, 0, bytes_of("payload"));
  damaged.back() ^= std::byte{1};
  Decoder decoder;
  CHECK(decoder.in_sync());
  decoder.feed(damaged);
  CHECK(decoder.next().error == FrameError::corrupt_payload);
  CHECK(decoder.next().kind == Decoder::Event::Kind::need_more);
  CHECK_FALSE(decoder.in_sync());
  decoder.feed(encoded(1, 1, {}));
  CHECK(decoder.next().error == FrameError::noise);
  CHECK(decoder.next().error == FrameError::out_of_sequence);
  CHECK(decoder.in_sync());
}

TEST_CASE("sequence checking can be switched off") {
  Bytes stream = encoded(1, 70, {});
  append(stream, encoded(1, 70, {}));
  CHECK(events_of(stream, {.check_sequence = false}) ==
        "frame type=1 sequence=70 payload=\nframe type=1 sequence=70 payload=\n");
}

TEST_CASE("a payload of the greatest length passes, one byte more is oversize") {
  const Bytes payload(kPayloadBytesMax, std::byte{0x5A});
  const Bytes stream = encoded(1, 0, payload);
  Decoder decoder;
  const std::size_t chunk_bytes = 10000;
  std::size_t frames = 0;
  for (std::size_t at = 0; at < stream.size(); at += chunk_bytes) {
    decoder.feed(std::span(stream).subspan(at, std::min(chunk_bytes, stream.size() - at)));
    const Decoder::Event event = decoder.next();
    if (event.kind == Decoder::Event::Kind::need_more) continue;
    REQUIRE(event.kind == Decoder::Event::Kind::frame);
    CHECK(std::ranges::equal(event.frame.payload, payload));
    ++frames;
  }
  CHECK(frames == 1);
  CHECK(events_of(encoded(1, 0, Bytes(9)), {.payload_bytes_max = 8}) ==
        "oversize dropped=2\nnoise dropped=27\n");
}

TEST_CASE("the buffer keeps within the promised bound and stops growing") {
  constexpr std::size_t kLimit = 100;
  constexpr std::size_t kChunk = 64;
  Decoder decoder({.payload_bytes_max = kLimit});
  const std::byte* steady = nullptr;
  for (std::uint32_t sequence = 0; sequence < 1000; ++sequence) {
    const Bytes stream = encoded(1, sequence, Bytes(kLimit));
    for (std::size_t at = 0; at < stream.size(); at += kChunk) {
      const auto chunk = std::span(stream).subspan(at, std::min(kChunk, stream.size() - at));
      std::span<std::byte> room = decoder.prepare(chunk.size());
      REQUIRE(decoder.buffered_bytes() + room.size() <= kLimit + kHeaderBytes + kChunk);
      std::ranges::copy(chunk, room.begin());
      decoder.commit(chunk.size());
      while (decoder.next().kind != Decoder::Event::Kind::need_more) {
      }
    }
    const std::byte* start = decoder.prepare(0).data();
    if (sequence == 10) steady = start;
    if (sequence > 10) REQUIRE(start == steady);
  }
}

TEST_CASE("a finished decoder takes another stream") {
  const Bytes frame = encoded(1, 0, bytes_of("cut"));
  Decoder decoder;
  decoder.feed(std::span(frame).first(21));
  CHECK(decoder.next().kind == Decoder::Event::Kind::need_more);
  CHECK(decoder.finish().error == FrameError::truncated);
  CHECK(decoder.finish().kind == Decoder::Event::Kind::need_more);
  decoder.feed(frame);
  CHECK(decoder.next().kind == Decoder::Event::Kind::frame);
}

TEST_CASE("a restarted decoder knows nothing of what came before") {
  const Bytes frame = encoded(1, 0, bytes_of("cut"));
  const Bytes garbage = bytes_of("noise");
  for (const auto& before : {std::span(frame).first(21), std::span(garbage).first(5)}) {
    Decoder decoder;
    decoder.feed(before);
    CHECK(decoder.next().kind == Decoder::Event::Kind::need_more);
    decoder.restart(7);
    CHECK(decoder.in_sync());
    decoder.feed(encoded(1, 7, {}));
    CHECK(decoder.next().kind == Decoder::Event::Kind::frame);
    CHECK(decoder.next().kind == Decoder::Event::Kind::need_more);
  }
}

TEST_CASE("every error has a name of its own") {
  std::map<std::string_view, int> names;
  for (int i = 0; i <= static_cast<int>(FrameError::truncated); ++i) {
    ++names[to_string(static_cast<FrameError>(i))];
  }
  CHECK(names.size() == 8);
  CHECK_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace ipcspec::wire
