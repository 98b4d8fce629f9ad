// Frame channels over real pipes and sockets with forked peers: slow, killed, interrupted,
// non-blocking and gone.
#include "wire/channel.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "wire/signal_storm.hpp"

namespace ipcspec::wire {
namespace {

using Bytes = std::vector<std::byte>;

constexpr long kStormIntervalUs = 500;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// A one-way connection of either kind; a socket can also be used backwards.
struct Connection {
  Descriptor reader;
  Descriptor writer;
};

enum class Kind { pipe, socket };

Connection connect(Kind kind, int flags = 0) {
  int fds[2] = {-1, -1};
  if (kind == Kind::pipe) {
    REQUIRE(::pipe2(fds, O_CLOEXEC | flags) == 0);
  } else {
    const int type = SOCK_STREAM | SOCK_CLOEXEC | ((flags & O_NONBLOCK) != 0 ? SOCK_NONBLOCK : 0);
    REQUIRE(::socketpair(AF_UNIX, type, 0, fds) == 0);
  }
  return {Descriptor(fds[0]), Descriptor(fds[1])};
}

// Runs `body` in a child, which leaves without Catch2's clean-up. A body that returns false or
// ends in a signal shows in the wait status.
template <typename Body>
pid_t fork_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no orphan stays behind when a test is stopped
    ::_exit(body() ? 0 : 1);
  }
  REQUIRE(child > 0);
  return child;
}

int wait_status(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Bytes payload_of(std::uint32_t number, std::size_t size) {
  Bytes payload(size);
  const std::size_t first = std::size_t{31} * number;
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::byte>(first + i * 7);
  return payload;
}

bool has_payload(const ReadResult& result, const Bytes& payload) {
  return result.status == ReadStatus::frame && std::ranges::equal(result.frame.payload, payload);
}

bool write_by_bytes(int fd, const Bytes& bytes) {
  return std::ranges::all_of(bytes, [fd](std::byte b) { return ::write(fd, &b, 1) == 1; });
}

bool wait_for_byte(int fd) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

bool sigpipe_is_pending() {
  sigset_t pending;
  sigemptyset(&pending);
  return ::sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

bool sigpipe_is_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return sigismember(&mask, SIGPIPE) == 1;
}

void block_sigpipe() {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &only, nullptr);
}

TEST_CASE("a peer that writes byte by byte is understood") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind);
  const pid_t child = fork_child([&] {
    Bytes stream;
    for (std::uint32_t i = 0; i < 20; ++i) {
      encode_frame(7, i, payload_of(i, std::size_t{5} * i), stream);
    }
    return write_by_bytes(connection.writer.get(), stream);
  });
  connection.writer.reset();
  FrameReader reader(connection.reader.get());
  for (std::uint32_t i = 0; i < 20; ++i) {
    const ReadResult result = reader.read();
    REQUIRE(has_payload(result, payload_of(i, std::size_t{5} * i)));
    CHECK(result.frame.sequence == i);
    CHECK(result.frame.type == 7);
  }
  CHECK(reader.read().status == ReadStatus::end_of_stream);
  CHECK(reader.read().status == ReadStatus::end_of_stream);
  CHECK(wait_status(child) == 0);
}

TEST_CASE("large and small frames pass through a kernel buffer smaller than they are") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  const std::vector<std::size_t> sizes = {0, kPayloadBytesMax, 1, 300000, 65536, 0};
  Connection connection = connect(kind);
  const pid_t child = fork_child([&] {
    FrameWriter writer(connection.writer.get());
    for (std::uint32_t i = 0; i < sizes.size(); ++i) {
      if (writer.write(1, payload_of(i, sizes[i])).status != WriteStatus::ok) return false;
    }
    return writer.next_sequence() == sizes.size() && writer.pending_bytes() == 0;
  });
  connection.writer.reset();
  FrameReader reader(connection.reader.get());
  for (std::uint32_t i = 0; i < sizes.size(); ++i) {
    REQUIRE(has_payload(reader.read(), payload_of(i, sizes[i])));
  }
  CHECK(reader.read().status == ReadStatus::end_of_stream);
  CHECK(wait_status(child) == 0);
}

TEST_CASE("a peer killed within a frame leaves a truncated frame, then the end") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind);
  Connection ready = connect(Kind::pipe);
  const pid_t child = fork_child([&] {
    Bytes stream;
    encode_frame(1, 0, payload_of(0, 10), stream);
    encode_frame(1, 1, payload_of(1, 1000), stream);
    stream.resize(30 + 500);
    // At once: nobody reads yet, and single bytes would fill a socket's buffer too early.
    if (::write(connection.writer.get(), stream.data(), stream.size()) != 530) return false;
    write_by_bytes(ready.writer.get(), Bytes(1));
    for (;;) ::pause();
    return false;
  });
  connection.writer.reset();
  REQUIRE(wait_for_byte(ready.reader.get()));
  REQUIRE(::kill(child, SIGKILL) == 0);
  FrameReader reader(connection.reader.get());
  CHECK(has_payload(reader.read(), payload_of(0, 10)));
  const ReadResult cut = reader.read();
  CHECK(cut.status == ReadStatus::frame_error);
  CHECK(cut.error == FrameError::truncated);
  CHECK(cut.dropped_bytes == 500);
  CHECK(reader.read().status == ReadStatus::end_of_stream);
  const int status = wait_status(child);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

TEST_CASE("frame errors pass through and reading goes on") {
  Connection connection = connect(Kind::pipe);
  Bytes stream(3, std::byte{'x'});
  encode_frame(1, 0, payload_of(0, 4), stream);
  encode_frame(1, 5, payload_of(1, 4), stream);
  REQUIRE(write_by_bytes(connection.writer.get(), stream));
  FrameReader reader(connection.reader.get());
  const ReadResult noise = reader.read();
  CHECK(noise.status == ReadStatus::frame_error);
  CHECK(noise.error == FrameError::noise);
  CHECK(noise.dropped_bytes == 3);
  CHECK(has_payload(reader.read(), payload_of(0, 4)));
  const ReadResult gap = reader.read();
  CHECK(gap.status == ReadStatus::frame_error);
  CHECK(gap.error == FrameError::out_of_sequence);
  CHECK(std::ranges::equal(gap.frame.payload, payload_of(1, 4)));
}

TEST_CASE("a writer survives a storm of signals while the pipe is full") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  constexpr std::uint32_t kFrames = 30;
  constexpr std::size_t kSize = 100000;
  Connection connection = connect(kind);
  Connection release = connect(Kind::pipe);
  const pid_t child = fork_child([&] {
    connection.writer.reset();
    if (!wait_for_byte(release.reader.get())) return false;
    FrameReader reader(connection.reader.get());
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      if (!has_payload(reader.read(), payload_of(i, kSize))) return false;
    }
    return reader.read().status == ReadStatus::end_of_stream;
  });
  {
    const SignalStorm storm(release.writer.get(), kStormIntervalUs);
    FrameWriter writer(connection.writer.get());
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      REQUIRE(writer.write(1, payload_of(i, kSize)).status == WriteStatus::ok);
    }
  }
  connection.writer.reset();
  CHECK(SignalStorm::signals() >= SignalStorm::kSignalsUntilRelease);
  CHECK(wait_status(child) == 0);
}

TEST_CASE("a reader survives a storm of signals while nothing arrives") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind);
  Connection release = connect(Kind::pipe);
  const pid_t child = fork_child([&] {
    if (!wait_for_byte(release.reader.get())) return false;
    FrameWriter writer(connection.writer.get());
    return writer.write(1, payload_of(0, 50)).status == WriteStatus::ok;
  });
  connection.writer.reset();
  {
    const SignalStorm storm(release.writer.get(), kStormIntervalUs);
    FrameReader reader(connection.reader.get());
    CHECK(has_payload(reader.read(), payload_of(0, 50)));
    CHECK(reader.read().status == ReadStatus::end_of_stream);
  }
  CHECK(SignalStorm::signals() >= SignalStorm::kSignalsUntilRelease);
  CHECK(wait_status(child) == 0);
}

TEST_CASE("a non-blocking writer keeps one frame, refuses the next and loses none") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind, O_NONBLOCK);
  FrameWriter writer(connection.writer.get());
  FrameReader reader(connection.reader.get());
  CHECK(reader.read().status == ReadStatus::would_block);
  constexpr std::size_t kSize = 50000;
  WriteResult result;
  while (result.status == WriteStatus::ok) {
    result = writer.write(1, payload_of(writer.next_sequence(), kSize));
  }
  REQUIRE(result.status == WriteStatus::queued);
  CHECK(writer.pending_bytes() > 0);
  const std::uint32_t accepted = writer.next_sequence();
  CHECK(writer.write(1, payload_of(accepted, kSize)).status == WriteStatus::would_block);
  CHECK(writer.flush().status == WriteStatus::would_block);
  CHECK(writer.next_sequence() == accepted);
  for (std::uint32_t i = 0; i < accepted;) {
    const ReadResult got = reader.read();
    if (got.status == ReadStatus::would_block) {
      const WriteStatus status = writer.flush().status;
      REQUIRE((status == WriteStatus::ok || status == WriteStatus::would_block));
      continue;
    }
    REQUIRE(has_payload(got, payload_of(i++, kSize)));
  }
  CHECK(writer.pending_bytes() == 0);
  CHECK(reader.read().status == ReadStatus::would_block);
}

TEST_CASE("a writer without a reader learns it and lives with the default SIGPIPE") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind);
  connection.reader.reset();
  const pid_t child = fork_child([&] {
    ::signal(SIGPIPE, SIG_DFL);
    FrameWriter writer(connection.writer.get());
    const WriteResult first = writer.write(1, payload_of(0, 5));
    const WriteResult second = writer.write(1, payload_of(0, 5));
    return first.status == WriteStatus::peer_gone && first.error_number == EPIPE &&
           second.status == WriteStatus::peer_gone && writer.flush().error_number == EPIPE &&
           !sigpipe_is_pending() && !sigpipe_is_blocked();
  });
  CHECK(wait_status(child) == 0);
}

TEST_CASE("a SIGPIPE that was pending before a failing write stays pending") {
  const Kind kind = GENERATE(Kind::pipe, Kind::socket);
  Connection connection = connect(kind);
  connection.reader.reset();
  const bool pending_before = GENERATE(false, true);
  const pid_t child = fork_child([&] {
    block_sigpipe();
    if (pending_before) ::raise(SIGPIPE);
    FrameWriter writer(connection.writer.get());
    return writer.write(1, {}).status == WriteStatus::peer_gone &&
           sigpipe_is_pending() == pending_before && sigpipe_is_blocked();
  });
  CHECK(wait_status(child) == 0);
}

TEST_CASE("an ignored SIGPIPE stays ignored") {
  Connection connection = connect(Kind::pipe);
  connection.reader.reset();
  const pid_t child = fork_child([&] {
    ::signal(SIGPIPE, SIG_IGN);
    FrameWriter writer(connection.writer.get());
    return writer.write(1, {}).status == WriteStatus::peer_gone &&
           ::signal(SIGPIPE, SIG_DFL) == SIG_IGN;
  });
  CHECK(wait_status(child) == 0);
}

TEST_CASE("a reset connection is told apart from a closed one") {
  Connection connection = connect(Kind::socket);
  // Closing a Unix socket with unread data resets the connection.
  REQUIRE(write_by_bytes(connection.reader.get(), Bytes(1)));
  connection.writer.reset();
  FrameReader reader(connection.reader.get());
  const ReadResult result = reader.read();
  CHECK(result.status == ReadStatus::peer_gone);
  CHECK(result.error_number == ECONNRESET);
}

TEST_CASE("frames read ahead can be taken without touching the descriptor") {
  Connection connection = connect(Kind::pipe);
  FrameWriter writer(connection.writer.get());
  REQUIRE(writer.write(1, payload_of(0, 3)).status == WriteStatus::ok);
  REQUIRE(writer.write(1, payload_of(1, 3)).status == WriteStatus::ok);
  FrameReader reader(connection.reader.get());
  CHECK(reader.take_buffered().status == ReadStatus::would_block);
  CHECK(has_payload(reader.read(), payload_of(0, 3)));
  CHECK(has_payload(reader.take_buffered(), payload_of(1, 3)));
  CHECK(reader.take_buffered().status == ReadStatus::would_block);
}

TEST_CASE("what cannot be sent or read is refused with its reason") {
  Connection connection = connect(Kind::pipe);
  FrameWriter writer(connection.writer.get());
  CHECK(writer.write(1, Bytes(kPayloadBytesMax + 1)).status == WriteStatus::oversize);
  CHECK(writer.next_sequence() == 0);
  FrameWriter backwards(connection.reader.get());
  const WriteResult write_result = backwards.write(1, {});
  CHECK(write_result.status == WriteStatus::failed);
  CHECK(write_result.error_number == EBADF);
  FrameReader reader(connection.writer.get());
  const ReadResult read_result = reader.read();
  CHECK(read_result.status == ReadStatus::failed);
  CHECK(read_result.error_number == EBADF);
}

}  // namespace
}  // namespace ipcspec::wire
