// Frames over file descriptors: pipes, FIFOs and stream sockets, blocking or not. Descriptors
// are borrowed; the caller closes them. Interrupted calls are taken up again, short reads and
// writes continued, and no write ever raises SIGPIPE in the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wire/frame.hpp"

namespace ipcspec::wire {

enum class WriteStatus {
  ok,           // every byte has been handed to the kernel
  queued,       // the frame is accepted, bytes of it remain: wait until writable, then flush()
  would_block,  // nothing was accepted: wait until writable, then call again
  peer_gone,    // nobody can read any more (EPIPE, ECONNRESET)
  oversize,     // the payload exceeds kPayloadBytesMax; nothing was written
  failed,       // another error, see error_number
};
std::string_view to_string(WriteStatus status);

struct WriteResult {
  WriteStatus status = WriteStatus::ok;
  int error_number = 0;  // errno for peer_gone and failed
};

// Writes frames numbered from 0. With a non-blocking descriptor at most one frame is kept while
// the kernel's buffer is full. After peer_gone or failed the stream is cut within a frame and
// every further call gives the same answer.
class FrameWriter {
 public:
  explicit FrameWriter(int fd);
  WriteResult write(std::uint8_t type, std::span<const std::byte> payload);
  // Goes on with what an earlier write() left over: ok, would_block, peer_gone or failed.
  WriteResult flush();
  std::size_t pending_bytes() const { return buffer_.size() - written_; }
  std::uint32_t next_sequence() const { return next_sequence_; }

 private:
  int fd_;
  bool is_socket_;
  std::uint32_t next_sequence_ = 0;
  std::vector<std::byte> buffer_;
  std::size_t written_ = 0;
  WriteResult broken_;  // status != ok: the stream is cut
};

enum class ReadStatus {
  frame,          // `frame` holds it
  would_block,    // no whole frame yet (non-blocking descriptor, or take_buffered)
  end_of_stream,  // the peer closed between two frames, or what it left over was reported
  peer_gone,      // the same after a connection reset
  frame_error,    // `error` and `dropped_bytes` say what; reading may go on
  failed,         // another error, see error_number
};
std::string_view to_string(ReadStatus status);

struct ReadResult {
  ReadStatus status = ReadStatus::would_block;
  Frame frame;  // valid until the reader's next call; also set for out_of_sequence
  FrameError error = FrameError::none;
  std::size_t dropped_bytes = 0;
  int error_number = 0;
};

// Reads frames. It reads ahead, so a descriptor that is not readable can still have frames
// waiting here: after poll() call read() until would_block, or with a blocking descriptor call
// take_buffered() until would_block before polling again.
class FrameReader {
 public:
  explicit FrameReader(int fd, DecoderOptions options = {});
  ReadResult read();
  // What is already here, without touching the descriptor.
  ReadResult take_buffered();
  std::size_t buffered_bytes() const { return decoder_.buffered_bytes(); }
  bool in_sync() const { return decoder_.in_sync(); }

 private:
  ReadResult fill();

  int fd_;
  Decoder decoder_;
  bool ended_ = false;
  int reset_error_number_ = 0;  // the stream ended by a reset rather than a close
};

}  // namespace ipcspec::wire
