// Frames over a byte stream: the one format in which controller and worker, and the
// inside and the outside of a container or virtual machine, talk. docs/framing.md gives
// the layout byte by byte with test vectors.
//
// A frame is: magic (2 bytes), version, type, sequence, payload length, CRC-32C of the
// header and CRC-32C of the payload. All integers are little-endian. The header has a
// checksum of its own so that a damaged length is never believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ipcspec::wire {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kPayloadBytesMax = 4u << 20;  // a larger length is Error::oversize

// A decoded frame. `payload` points into the decoder's buffer and is valid until its next call.
struct Frame {
  std::uint8_t type = 0;
  std::uint32_t sequence = 0;
  std::span<const std::byte> payload;
};

enum class FrameError {
  none,
  noise,            // bytes before the next frame were dropped (resynchronised)
  bad_version,      // a frame of a version this decoder does not speak
  oversize,         // declared payload length above the limit
  corrupt_header,   // header checksum wrong
  corrupt_payload,  // payload checksum wrong
  out_of_sequence,  // a frame number was skipped or repeated
  truncated,        // the stream ended inside a frame
};
std::string_view to_string(FrameError error);

// Appends one frame to `out`. Precondition: payload.size() <= kPayloadBytesMax.
void encode_frame(std::uint8_t type, std::uint32_t sequence, std::span<const std::byte> payload,
                  std::vector<std::byte>& out);

struct DecoderOptions {
  std::size_t payload_bytes_max = kPayloadBytesMax;
  bool check_sequence = true;  // report gaps; sequences start at 0 and wrap
};

// Incremental decoder: takes the stream in any chunking and yields the same frames and the
// same errors whatever the chunking. Memory is bounded by payload_bytes_max + kHeaderBytes +
// the largest chunk. After an error it resynchronises by itself: it drops bytes up to the
// next plausible header and says how many.
class Decoder {
 public:
  struct Event {
    enum class Kind { need_more, frame, error } kind = Kind::need_more;
    Frame frame;                         // kind == frame; also for out_of_sequence errors
    FrameError error = FrameError::none; // kind == error
    std::size_t dropped_bytes = 0;       // kind == error: bytes given up
  };

  explicit Decoder(DecoderOptions options = {});
  void feed(std::span<const std::byte> bytes);
  Event next();
  // The stream has ended: what is left over is reported (truncated or noise), then need_more.
  Event finish();
  // Zero-copy input: a writable span of at least `bytes` bytes, then commit how many were filled.
  std::span<std::byte> prepare(std::size_t bytes);
  void commit(std::size_t bytes);
  std::size_t buffered_bytes() const;

 private:
  DecoderOptions options_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint32_t expected_sequence_ = 0;
  bool sequence_known_ = false;
  std::size_t dropping_bytes_ = 0;
};

}  // namespace ipcspec::wire
