// Frames over a byte stream: the one format in which controller and worker, and the
// inside and the outside of a container or virtual machine, talk. docs/framing.md gives
// the layout byte by byte with test vectors.
//
// A frame is: magic (2 bytes), version, type, sequence, payload length, CRC-32C of the
// payload and CRC-32C of the header. All integers are little-endian. The header has a
// checksum of its own so that a damaged length is never believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ipcspec::wire {

// 0xFE never occurs in UTF-8, so text that strays into the stream holds no magic. The two bytes
// differ, so two magics cannot overlap.
inline constexpr std::byte kMagicFirst{0xFE};
inline constexpr std::byte kMagicSecond{0x1C};
inline constexpr std::size_t kMagicBytes = 2;
inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kPayloadBytesMax = 4u
                                                << 20;  // a larger length is FrameError::oversize

// A decoded frame. `payload` points into the decoder's buffer and is valid until its next call.
struct Frame {
  std::uint8_t type = 0;
  std::uint32_t sequence = 0;
  std::span<const std::byte> payload;
};

enum class FrameError {
  none,
  noise,            // bytes that belong to no frame were dropped before resynchronising
  bad_version,      // a frame of a version this decoder does not speak
  oversize,         // declared payload length above the limit
  corrupt_header,   // header checksum wrong where a header was due
  corrupt_payload,  // payload checksum wrong
  out_of_sequence,  // a frame number was skipped or repeated; the frame itself is intact
  truncated,        // the stream ended inside a frame
};
std::string_view to_string(FrameError error);

// Appends one frame to `out`. Preconditions: payload.size() <= kPayloadBytesMax, and payload
// does not lie in `out`.
void encode_frame(std::uint8_t type, std::uint32_t sequence, std::span<const std::byte> payload,
                  std::vector<std::byte>& out);

struct DecoderOptions {
  std::size_t payload_bytes_max = kPayloadBytesMax;
  bool check_sequence = true;  // report gaps; sequences wrap
  std::uint32_t first_sequence = 0;
};

// Incremental decoder: takes the stream in any chunking and yields the same events in the same
// order whatever the chunking. Call next() until it says need_more, then feed again.
//
// Memory is bounded by payload_bytes_max + kHeaderBytes + the largest chunk, provided next() is
// called until need_more between chunks. A frame costs no allocation once the buffer has grown.
//
// After an error the decoder resynchronises by itself. Every byte of the stream is either part
// of a frame that was yielded or counted once in some event's dropped_bytes.
class Decoder {
 public:
  struct Event {
    enum class Kind { need_more, frame, error } kind = Kind::need_more;
    Frame frame;                          // kind == frame; also for out_of_sequence errors
    FrameError error = FrameError::none;  // kind == error
    std::size_t dropped_bytes = 0;        // kind == error: bytes given up
  };

  explicit Decoder(DecoderOptions options = {});
  void feed(std::span<const std::byte> bytes);
  Event next();
  // The stream has ended: what is left over is reported event by event (truncated, noise, and
  // intact frames inside a truncated one), then need_more. The decoder is then ready for another
  // stream that goes on with the next sequence number.
  Event finish();
  // Zero-copy input: a writable span of at least `bytes` bytes, then commit how many were filled.
  std::span<std::byte> prepare(std::size_t bytes);
  void commit(std::size_t bytes);
  // Ready for another stream, as if just made, but with the memory it has.
  void restart(std::uint32_t first_sequence);
  std::size_t buffered_bytes() const { return end_ - begin_; }
  // False while bytes are being dropped in search of the next header. Noise is reported only when
  // its end is known; who waits for a frame can ask here whether the peer talks something else.
  bool in_sync() const { return !hunting_; }

 private:
  struct Header;
  Event step(bool ended);
  Event take_good_header(const Header& header, bool ended);
  Event take_frame(const Header& header);
  Event give_up(FrameError error, std::size_t bytes);
  Event report_noise();
  std::span<const std::byte> buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  void drop_as_noise(std::size_t bytes);

  DecoderOptions options_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_bytes_ = 0;  // with fewer buffered there is nothing new to decide
  std::uint32_t expected_sequence_ = 0;
  bool hunting_ = false;
  std::size_t dropping_bytes_ = 0;  // noise found and not yet reported
};

}  // namespace ipcspec::wire
