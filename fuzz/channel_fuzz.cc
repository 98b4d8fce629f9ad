// Frames over real descriptors. The input chooses a pipe or a socket pair, how large the kernel's
// buffer is, what is written and read when, and how the peer ends. What must come of it is told by
// the reference decoder from the bytes that were handed to the kernel.
//
// Input: byte 0 chooses the scene, the rest is its genes.
//   steps    one process, descriptors that do not block: short reads and writes, EAGAIN, noise, an
//            end of the stream or of the reader at any byte
//   storm    a peer on the other side and a timer whose signal interrupts what waits
//   killed   a process that is killed with a part of a frame written
//   writers  several of them write frames of up to PIPE_BUF bytes into one small pipe
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/unique_fd.hpp"
#include "fuzz/check.hpp"
#include "fuzz/genes.hpp"
#include "wire/channel.hpp"
#include "wire/reference_decoder.hpp"
#include "wire/signal_storm.hpp"

namespace {

using ipcspec::UniqueFd;
using ipcspec::fuzz::fail;
using ipcspec::fuzz::Genes;
using ipcspec::fuzz::require;
using ipcspec::wire::FrameReader;
using ipcspec::wire::FrameWriter;
using ipcspec::wire::ReadResult;
using ipcspec::wire::ReadStatus;
using ipcspec::wire::Record;
using ipcspec::wire::SignalStorm;
using ipcspec::wire::WriteResult;
using ipcspec::wire::WriteStatus;
using Bytes = std::vector<std::byte>;

constexpr long kStormIntervalUs = 50;

struct Connection {
  UniqueFd reader;
  UniqueFd writer;
};

// As little room as the kernel gives, so that writes are short and fail with EAGAIN early.
Connection connect(bool is_socket, bool small, int flags) {
  int fds[2] = {-1, -1};
  if (is_socket) {
    const int type = SOCK_STREAM | SOCK_CLOEXEC | ((flags & O_NONBLOCK) != 0 ? SOCK_NONBLOCK : 0);
    if (::socketpair(AF_UNIX, type, 0, fds) != 0) fail("no socket pair", std::to_string(errno));
    const int bytes = 1;
    if (small) ::setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  } else {
    if (::pipe2(fds, O_CLOEXEC | flags) != 0) fail("no pipe", std::to_string(errno));
    if (small) ::fcntl(fds[1], F_SETPIPE_SZ, 4096);
  }
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Bytes payload_of(std::uint32_t number, std::size_t bytes) {
  Bytes payload(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    payload[i] = static_cast<std::byte>(std::size_t{number} * 31 + i * 7);
  return payload;
}

// Mostly small, now and then more than a buffer.
std::size_t payload_bytes(Genes& genes) {
  const std::size_t first = genes.byte();
  return first < 0xF0 ? first : genes.number(2) % 20000;
}

Record to_record(const ReadResult& got) {
  Record record;
  record.error = got.error;
  record.dropped_bytes = got.dropped_bytes;
  record.has_frame =
      got.status == ReadStatus::frame || got.error == ipcspec::wire::FrameError::out_of_sequence;
  record.type = got.frame.type;
  record.sequence = got.frame.sequence;
  record.payload.assign(got.frame.payload.begin(), got.frame.payload.end());
  return record;
}

bool is_record(const ReadResult& got) {
  return got.status == ReadStatus::frame || got.status == ReadStatus::frame_error;
}

// Reads until the channel has nothing more to give; how it ended.
ReadResult read_all(FrameReader& reader, std::vector<Record>& records) {
  ReadResult got = reader.read();
  for (; is_record(got); got = reader.read()) records.push_back(to_record(got));
  return got;
}

void check_records(const std::vector<Record>& actual, const Bytes& stream) {
  const std::vector<Record> expected = ipcspec::wire::decode_by_reference(stream, {});
  if (actual == expected) return;
  fail(
      "the channel gave something else than was sent",
      "expected:\n" + ipcspec::wire::to_text(expected) + "got:\n" + ipcspec::wire::to_text(actual));
}

void check_end(const ReadResult& got, ReadStatus wanted) {
  require(got.status == wanted, "the channel ends otherwise than its peer",
          std::string(to_string(got.status)) + " instead of " + std::string(to_string(wanted)));
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool write_raw(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// One process that writes, reads and ends both sides step by step.
class Steps {
 public:
  explicit Steps(Genes& genes)
      : genes_(genes),
        kind_(genes.byte()),
        connection_(connect((kind_ & 1) != 0, (kind_ & 2) != 0, O_NONBLOCK)),
        writer_(connection_.writer.get()),
        reader_(connection_.reader.get()) {}

  void run() {
    for (int i = 0; i < 64 && !genes_.done(); ++i) take();
    if (!connection_.reader) return check_writer_knows();
    connection_.writer.reset();
    // What the kernel never took is the part that is cut off.
    stream_.resize(stream_.size() - writer_.pending_bytes());
    check_end(read_all(reader_, records_), ReadStatus::end_of_stream);
    check_records(records_, stream_);
  }

 private:
  void take() {
    switch (genes_.below(8)) {
      case 0:
      case 1:
      case 2:
        return write_frame();
      case 3:
        return note(writer_.flush());
      case 4:
        return inject();
      case 5:
        if (connection_.reader) check_end(read_all(reader_, records_), ReadStatus::would_block);
        return;
      case 6:
        return read_some();
      default:
        // A rare end: most inputs are to go on.
        if (genes_.byte() >= 0xF8) connection_.reader.reset();
    }
  }

  void write_frame() {
    const std::uint32_t number = writer_.next_sequence();
    const std::uint8_t type = genes_.byte();
    const Bytes payload = payload_of(number, payload_bytes(genes_));
    const WriteResult result = writer_.write(type, payload);
    const bool accepted = writer_.next_sequence() != number;
    if (accepted) ipcspec::wire::encode_frame(type, number, payload, stream_);
    const bool says_accepted =
        result.status == WriteStatus::ok || result.status == WriteStatus::queued;
    require(accepted == says_accepted || result.status == WriteStatus::peer_gone,
            "a frame was taken and refused at once", std::string(to_string(result.status)));
    note(result);
  }

  void note(const WriteResult& result) {
    const bool waits =
        result.status == WriteStatus::queued || result.status == WriteStatus::would_block;
    require(result.status == WriteStatus::peer_gone || waits == (writer_.pending_bytes() > 0),
            "what the writer says does not agree with what it keeps",
            std::string(to_string(result.status)) + ", " + std::to_string(writer_.pending_bytes()) +
                " bytes");
    require(result.status != WriteStatus::failed, "a write fails",
            std::to_string(result.error_number));
    require(result.status != WriteStatus::peer_gone || !connection_.reader,
            "the peer is said to be gone and is there", std::to_string(result.error_number));
    if (result.status == WriteStatus::peer_gone) {
      gone_ = true;
    } else {
      require(!gone_, "a writer forgets that its peer is gone",
              std::string(to_string(result.status)));
    }
  }

  // Bytes of nobody's, between two frames or, after a cut, within one.
  void inject() {
    const std::string noise = genes_.text(255);
    if (writer_.pending_bytes() > 0 || !connection_.reader) return;
    const ssize_t written = ::write(connection_.writer.get(), noise.data(), noise.size());
    if (written <= 0) return;
    const auto bytes = std::as_bytes(std::span(noise)).first(static_cast<std::size_t>(written));
    stream_.insert(stream_.end(), bytes.begin(), bytes.end());
  }

  void read_some() {
    if (!connection_.reader) return;
    for (std::size_t i = genes_.below(4); i > 0; --i) {
      const ReadResult got = genes_.byte() % 2 == 0 ? reader_.read() : reader_.take_buffered();
      if (is_record(got)) records_.push_back(to_record(got));
      require(is_record(got) || got.status == ReadStatus::would_block, "a read fails",
              std::string(to_string(got.status)));
    }
  }

  void check_writer_knows() {
    const WriteResult result = writer_.write(1, {});
    require(result.status == WriteStatus::peer_gone,
            "a writer does not learn that its reader is gone",
            std::string(to_string(result.status)));
  }

  Genes& genes_;
  unsigned kind_;
  Connection connection_;
  FrameWriter writer_;
  FrameReader reader_;
  Bytes stream_;  // every byte that was accepted
  std::vector<Record> records_;
  bool gone_ = false;
};

Bytes stream_of(const std::vector<Bytes>& payloads) {
  Bytes stream;
  for (std::uint32_t i = 0; i < payloads.size(); ++i) {
    ipcspec::wire::encode_frame(1, i, payloads[i], stream);
  }
  return stream;
}

bool await_byte(int fd) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

// The peer's side of a storm; it goes on when it is released.
void be_peer(bool reads, UniqueFd fd, int release_fd, const Bytes& stream) {
  if (!await_byte(release_fd)) fail("the peer is not released", std::to_string(errno));
  if (!reads) return require(write_raw(fd.get(), stream), "the peer cannot write", "");
  FrameReader reader(fd.get());
  std::vector<Record> records;
  check_end(read_all(reader, records), ReadStatus::end_of_stream);
  check_records(records, stream);
}

// This thread waits in a read or, with a frame that no buffer holds, in a write.
void run_storm(Genes& genes) {
  const unsigned kind = genes.byte();
  const bool writes = (kind & 1) != 0;
  std::vector<Bytes> payloads(1 + genes.below(6));
  for (std::uint32_t i = 0; i < payloads.size(); ++i) {
    payloads[i] = payload_of(i, payload_bytes(genes));
  }
  if (writes) payloads.push_back(payload_of(99, 300'000));
  Connection connection = connect((kind & 2) != 0, (kind & 4) != 0, 0);
  Connection release = connect(false, false, 0);
  const Bytes stream = stream_of(payloads);
  std::thread peer([&, fd = std::move(writes ? connection.reader : connection.writer)]() mutable {
    be_peer(writes, std::move(fd), release.reader.get(), stream);
  });
  {
    const SignalStorm storm(release.writer.get(), kStormIntervalUs);
    if (writes) {
      FrameWriter writer(connection.writer.get());
      for (const Bytes& payload : payloads) {
        const WriteResult result = writer.write(1, payload);
        require(result.status == WriteStatus::ok, "a write that was interrupted is not taken up",
                std::string(to_string(result.status)));
      }
    } else {
      FrameReader reader(connection.reader.get());
      std::vector<Record> records;
      check_end(read_all(reader, records), ReadStatus::end_of_stream);
      check_records(records, stream);
    }
  }
  connection.writer.reset();
  peer.join();
}

void run_killed(Genes& genes) {
  const bool is_socket = genes.byte() % 2 == 1;
  std::vector<Bytes> payloads(1 + genes.below(8));
  for (std::uint32_t i = 0; i < payloads.size(); ++i) payloads[i] = payload_of(i, genes.byte());
  Bytes stream = stream_of(payloads);
  stream.resize(genes.number(2) % (stream.size() + 1));
  Connection connection = connect(is_socket, false, 0);
  Connection ready = connect(false, false, 0);
  const pid_t child = ::fork();
  if (child < 0) fail("no child", std::to_string(errno));
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It leaves without libFuzzer's and the sanitizers' clean-up.
    if (!write_raw(connection.writer.get(), stream)) ::_exit(1);
    if (!write_raw(ready.writer.get(), Bytes(1))) ::_exit(1);
    for (;;) ::pause();
  }
  ready.writer.reset();
  connection.writer.reset();
  if (!await_byte(ready.reader.get())) fail("the peer could not write", "");
  ::kill(child, SIGKILL);
  FrameReader reader(connection.reader.get());
  std::vector<Record> records;
  check_end(read_all(reader, records), ReadStatus::end_of_stream);
  check_records(records, stream);
  wait_for(child);
}

// The payload says who wrote it and how many of its frames came before.
Bytes signed_payload(std::size_t who, std::size_t number, std::size_t bytes) {
  Bytes payload = payload_of(static_cast<std::uint32_t>(who * 64 + number), bytes);
  payload[0] = static_cast<std::byte>(who);
  payload[1] = static_cast<std::byte>(number);
  return payload;
}

void run_writers(Genes& genes) {
  constexpr std::size_t kLargest = PIPE_BUF - ipcspec::wire::kHeaderBytes;
  std::vector<std::vector<std::size_t>> sizes(2 + genes.below(3));
  for (std::vector<std::size_t>& of_one : sizes) {
    of_one.resize(1 + genes.below(12));
    for (std::size_t& bytes : of_one) bytes = std::min(2 + payload_bytes(genes), kLargest);
  }
  Connection connection = connect(false, true, 0);
  std::vector<std::thread> writers;
  for (std::size_t who = 0; who < sizes.size(); ++who) {
    const int fd = ::fcntl(connection.writer.get(), F_DUPFD_CLOEXEC, 0);
    writers.emplace_back([who, own = UniqueFd(fd), &sizes] {
      FrameWriter writer(own.get());
      for (std::size_t i = 0; i < sizes[who].size(); ++i) {
        const WriteResult result = writer.write(1, signed_payload(who, i, sizes[who][i]));
        require(result.status == WriteStatus::ok, "a writer failed",
                std::string(to_string(result.status)));
      }
    });
  }
  connection.writer.reset();
  FrameReader reader(connection.reader.get(), {.check_sequence = false});
  std::vector<std::size_t> next(sizes.size());
  ReadResult got = reader.read();
  for (; got.status == ReadStatus::frame; got = reader.read()) {
    const auto payload = got.frame.payload;
    const auto who = payload.empty() ? sizes.size() : std::to_integer<std::size_t>(payload[0]);
    require(who < sizes.size() && next[who] < sizes[who].size() &&
                std::ranges::equal(payload, signed_payload(who, next[who], sizes[who][next[who]])),
            "a frame is not the next one of its writer",
            [&] { return ipcspec::wire::to_hex(payload); });
    ++next[who];
  }
  check_end(got, ReadStatus::end_of_stream);
  for (std::size_t who = 0; who < sizes.size(); ++who) {
    require(next[who] == sizes[who].size(), "frames of a writer are missing", std::to_string(who));
    writers[who].join();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Genes genes(data, size);
  // The scenes with peers take many times as long.
  switch (genes.byte()) {
    case 0xFD:
      run_storm(genes);
      break;
    case 0xFE:
      run_killed(genes);
      break;
    case 0xFF:
      run_writers(genes);
      break;
    default:
      Steps(genes).run();
  }
  return 0;
}
