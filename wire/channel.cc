#include "wire/channel.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace ipcspec::wire {
namespace {

constexpr std::size_t kReadAheadBytes = std::size_t{64} << 10;

// Keeps the SIGPIPE of a write to a pipe from the caller. write() has no MSG_NOSIGNAL, and the
// disposition belongs to the whole process, so the signal is blocked in this thread and one that
// the write raised is taken off again. One that was pending before is not ours to take.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked, &mask_before_);
    // Not blocked before means that a pending one would have been delivered already.
    if (sigismember(&mask_before_, SIGPIPE) == 1) pending_before_ = is_pending();
  }
  ~SigpipeGuard() {
    const int saved_errno = errno;
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    errno = saved_errno;
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

  // Called after a write failed with EPIPE.
  void discard_raised() {
    if (pending_before_) return;
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    const timespec at_once{};
    // EAGAIN means that SIGPIPE is ignored and none was raised.
    while (sigtimedwait(&only, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }

 private:
  static bool is_pending() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
  }

  sigset_t mask_before_;
  bool pending_before_ = false;
};

ssize_t write_without_sigpipe(int fd, bool is_socket, std::span<const std::byte> bytes) {
  if (is_socket) return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  SigpipeGuard guard;
  const ssize_t written = ::write(fd, bytes.data(), bytes.size());
  if (written < 0 && errno == EPIPE) {
    guard.discard_raised();
    errno = EPIPE;
  }
  return written;
}

bool is_socket(int fd) {
  struct stat status = {};
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

bool means_would_block(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

}  // namespace

std::string_view to_string(WriteStatus status) {
  switch (status) {
    case WriteStatus::ok:
      return "ok";
    case WriteStatus::queued:
      return "queued";
    case WriteStatus::would_block:
      return "would_block";
    case WriteStatus::peer_gone:
      return "peer_gone";
    case WriteStatus::oversize:
      return "oversize";
    case WriteStatus::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view to_string(ReadStatus status) {
  switch (status) {
    case ReadStatus::frame:
      return "frame";
    case ReadStatus::would_block:
      return "would_block";
    case ReadStatus::end_of_stream:
      return "end_of_stream";
    case ReadStatus::peer_gone:
      return "peer_gone";
    case ReadStatus::frame_error:
      return "frame_error";
    case ReadStatus::failed:
      return "failed";
  }
  return "unknown";
}

FrameWriter::FrameWriter(int fd) : fd_(fd), is_socket_(is_socket(fd)) {}

WriteResult FrameWriter::write(std::uint8_t type, std::span<const std::byte> payload) {
  if (payload.size() > kPayloadBytesMax) return {WriteStatus::oversize, 0};
  const WriteResult earlier = flush();
  if (earlier.status != WriteStatus::ok) return earlier;
  encode_frame(type, next_sequence_, payload, buffer_);
  ++next_sequence_;
  const WriteResult result = flush();
  return result.status == WriteStatus::would_block ? WriteResult{WriteStatus::queued, 0} : result;
}

WriteResult FrameWriter::flush() {
  if (broken_.status != WriteStatus::ok) return broken_;
  while (written_ < buffer_.size()) {
    const ssize_t written =
        write_without_sigpipe(fd_, is_socket_, std::span(buffer_).subspan(written_));
    if (written >= 0) {
      written_ += static_cast<std::size_t>(written);
      continue;
    }
    const int error_number = errno;
    if (error_number == EINTR) continue;
    if (means_would_block(error_number)) return {WriteStatus::would_block, 0};
    const bool gone = error_number == EPIPE || error_number == ECONNRESET;
    broken_ = {gone ? WriteStatus::peer_gone : WriteStatus::failed, error_number};
    return broken_;
  }
  buffer_.clear();
  written_ = 0;
  return {};
}

FrameReader::FrameReader(int fd, DecoderOptions options) : fd_(fd), decoder_(options) {}

ReadResult FrameReader::take_buffered() {
  const Decoder::Event event = ended_ ? decoder_.finish() : decoder_.next();
  ReadResult result;
  switch (event.kind) {
    case Decoder::Event::Kind::frame:
      result.status = ReadStatus::frame;
      break;
    case Decoder::Event::Kind::error:
      result.status = ReadStatus::frame_error;
      break;
    case Decoder::Event::Kind::need_more:
      if (ended_) {
        result.status =
            reset_error_number_ == 0 ? ReadStatus::end_of_stream : ReadStatus::peer_gone;
        result.error_number = reset_error_number_;
      }
      break;
  }
  result.frame = event.frame;
  result.error = event.error;
  result.dropped_bytes = event.dropped_bytes;
  return result;
}

ReadResult FrameReader::read() {
  for (;;) {
    ReadResult result = take_buffered();
    if (result.status != ReadStatus::would_block) return result;
    result = fill();
    if (result.status != ReadStatus::frame) return result;
  }
}

// ReadStatus::frame stands for "there is something new to decode".
ReadResult FrameReader::fill() {
  ReadResult result;
  const std::span<std::byte> room = decoder_.prepare(kReadAheadBytes);
  ssize_t got = 0;
  do {
    got = ::read(fd_, room.data(), room.size());
  } while (got < 0 && errno == EINTR);
  result.status = ReadStatus::frame;
  if (got > 0) {
    decoder_.commit(static_cast<std::size_t>(got));
  } else if (got == 0) {
    ended_ = true;
  } else if (errno == ECONNRESET) {
    ended_ = true;
    reset_error_number_ = errno;
  } else if (means_would_block(errno)) {
    result.status = ReadStatus::would_block;
  } else {
    result.status = ReadStatus::failed;
    result.error_number = errno;
  }
  return result;
}

}  // namespace ipcspec::wire
