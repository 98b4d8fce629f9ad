#include "bench/link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/tcp.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace ipcspec::bench {
namespace {

std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }
Side other(Side side) { return side == Side::left ? Side::right : Side::left; }

[[noreturn]] void lack(const std::string& call) { throw Unsupported(system_error_text(call)); }
// A sandbox may make a queue and then know no way of sending to it.
[[noreturn]] void fail(const std::string& call) {
  if (errno == ENOSYS) lack(call);
  throw Broken(system_error_text(call));
}

// ---- byte streams

struct Ends {
  UniqueFd in;
  UniqueFd out;
};

class StreamLink : public Link {
 public:
  // The ends of the left side, then those of the right one.
  StreamLink(Ends left, Ends right) : ends_{std::move(left), std::move(right)} {}

  void take_side(Side side, int) override {
    ends_[index_of(other(side))] = Ends();
    in_ = ends_[index_of(side)].in.get();
    out_ = ends_[index_of(side)].out ? ends_[index_of(side)].out.get() : in_;
  }

  void send(const char* data, std::size_t size_bytes) override {
    while (size_bytes > 0) {
      const ssize_t count = ::write(out_, data, size_bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) fail("write");
      data += count;
      size_bytes -= static_cast<std::size_t>(count);
    }
  }

  void receive(char* data, std::size_t size_bytes) override {
    while (size_bytes > 0) {
      const ssize_t count = ::read(in_, data, size_bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("read");
      if (count == 0) throw Broken("the other process is gone");
      data += count;
      size_bytes -= static_cast<std::size_t>(count);
    }
  }

 private:
  std::array<Ends, 2> ends_;
  int in_ = -1;
  int out_ = -1;  // the same as in_ for a socket
};

std::pair<UniqueFd, UniqueFd> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) lack("pipe2");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Both ends from one process: the read end first and without waiting for a writer.
std::pair<UniqueFd, UniqueFd> make_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0) lack("mkfifo");
  UniqueFd read_end(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  UniqueFd write_end(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const int error = errno;
  ::unlink(path.c_str());
  errno = error;
  if (!read_end || !write_end) lack("open of a FIFO");
  if (::fcntl(read_end.get(), F_SETFL, O_RDONLY) != 0) lack("fcntl of a FIFO");
  return {std::move(read_end), std::move(write_end)};
}

using OneWay = std::pair<UniqueFd, UniqueFd>;

std::unique_ptr<Link> two_ways(OneWay to_right, OneWay to_left) {
  return std::make_unique<StreamLink>(Ends{std::move(to_left.first), std::move(to_right.second)},
                                      Ends{std::move(to_right.first), std::move(to_left.second)});
}

std::unique_ptr<Link> make_unix_link() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) lack("socketpair");
  return std::make_unique<StreamLink>(Ends{UniqueFd(ends[0]), {}}, Ends{UniqueFd(ends[1]), {}});
}

std::unique_ptr<Link> make_tcp_link() {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener || !client) lack("socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.get(), generic, size) != 0) lack("bind to 127.0.0.1");
  if (::listen(listener.get(), 1) != 0) lack("listen");
  if (::getsockname(listener.get(), generic, &size) != 0) lack("getsockname");
  if (::connect(client.get(), generic, size) != 0) lack("connect to 127.0.0.1");
  UniqueFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!server) lack("accept");
  const int on = 1;
  for (const int socket : {client.get(), server.get()}) {
    // Otherwise a reply may wait for the acknowledgement of what came before.
    if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) lack("TCP_NODELAY");
  }
  return std::make_unique<StreamLink>(Ends{std::move(client), {}}, Ends{std::move(server), {}});
}

// ---- shared memory

// A ring of pieces in shared memory; one semaphore counts the free ones, one the filled ones.
struct Ring {
  sem_t free;
  sem_t filled;
};

constexpr std::size_t kRingBytes = 256u << 10;
constexpr std::size_t kPieceBytesMax = 32u << 10;
constexpr std::size_t kPiecesMax = 1024;
constexpr std::size_t kHeaderBytes = 256;

class SharedMemoryLink : public Link {
 public:
  SharedMemoryLink(std::size_t message_bytes, const std::string& name)
      : piece_bytes_(std::clamp<std::size_t>(message_bytes, 1, kPieceBytesMax)),
        pieces_(std::clamp<std::size_t>(kRingBytes / piece_bytes_, 1, kPiecesMax)) {
    const UniqueFd object(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600));
    if (!object) lack("shm_open");
    ::shm_unlink(name.c_str());
    if (::ftruncate(object.get(), static_cast<off_t>(2 * ring_bytes())) != 0) lack("ftruncate");
    memory_ =
        ::mmap(nullptr, 2 * ring_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, object.get(), 0);
    if (memory_ == MAP_FAILED) lack("mmap");
    // Touched now, so that no page fault is measured.
    std::memset(memory_, 0, 2 * ring_bytes());
    for (const Side side : {Side::left, Side::right}) {
      if (::sem_init(&ring(side).free, 1, static_cast<unsigned>(pieces_)) != 0 ||
          ::sem_init(&ring(side).filled, 1, 0) != 0) {
        lack("sem_init of a semaphore shared between processes");
      }
    }
  }
  SharedMemoryLink(const SharedMemoryLink&) = delete;
  SharedMemoryLink& operator=(const SharedMemoryLink&) = delete;
  ~SharedMemoryLink() override {
    if (memory_ != MAP_FAILED) ::munmap(memory_, 2 * ring_bytes());
  }

  void take_side(Side side, int) override { side_ = side; }

  void send(const char* data, std::size_t size_bytes) override {
    Ring& to = ring(side_);
    while (size_bytes > 0) {
      const std::size_t part = std::min(size_bytes, piece_bytes_);
      wait(to.free);
      std::memcpy(piece(side_, next_out_++), data, part);
      ::sem_post(&to.filled);
      data += part;
      size_bytes -= part;
    }
  }

  void receive(char* data, std::size_t size_bytes) override {
    Ring& from = ring(other(side_));
    while (size_bytes > 0) {
      const std::size_t part = std::min(size_bytes, piece_bytes_);
      wait(from.filled);
      std::memcpy(data, piece(other(side_), next_in_++), part);
      ::sem_post(&from.free);
      data += part;
      size_bytes -= part;
    }
  }

  std::size_t piece_bytes() const override { return piece_bytes_; }

 private:
  static void wait(sem_t& semaphore) {
    while (::sem_wait(&semaphore) != 0) {
      if (errno != EINTR) fail("sem_wait");
    }
  }
  // Whole pages, so that the two rings share no cache line.
  std::size_t ring_bytes() const {
    constexpr std::size_t kPageBytes = 4096;
    return (kHeaderBytes + pieces_ * piece_bytes_ + kPageBytes - 1) / kPageBytes * kPageBytes;
  }
  char* base(Side from) const {
    return static_cast<char*>(memory_) + index_of(from) * ring_bytes();
  }
  Ring& ring(Side from) const { return *reinterpret_cast<Ring*>(base(from)); }
  char* piece(Side from, std::size_t number) const {
    return base(from) + kHeaderBytes + number % pieces_ * piece_bytes_;
  }

  std::size_t piece_bytes_;
  std::size_t pieces_;
  void* memory_ = MAP_FAILED;
  Side side_ = Side::left;
  std::size_t next_out_ = 0;
  std::size_t next_in_ = 0;
};
static_assert(sizeof(Ring) <= kHeaderBytes);

// ---- message queues

class QueueLink : public Link {
 public:
  QueueLink(std::size_t message_bytes, const std::string& name_prefix) {
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      queues_[i] = make_queue(message_bytes, name_prefix + std::to_string(i));
    }
  }
  QueueLink(const QueueLink&) = delete;
  QueueLink& operator=(const QueueLink&) = delete;
  ~QueueLink() override {
    for (const mqd_t queue : queues_) {
      if (queue >= 0) ::mq_close(queue);
    }
  }

  void take_side(Side side, int) override {
    out_ = queues_[index_of(side)];
    in_ = queues_[index_of(other(side))];
    buffer_.resize(queue_message_bytes_);
  }

  void send(const char* data, std::size_t size_bytes) override {
    while (size_bytes > 0) {
      const std::size_t part = std::min(size_bytes, queue_message_bytes_);
      if (::mq_send(out_, data, part, 0) != 0) {
        if (errno == EINTR) continue;
        fail("mq_send");
      }
      data += part;
      size_bytes -= part;
    }
  }

  void receive(char* data, std::size_t size_bytes) override {
    while (size_bytes > 0) {
      // A queue gives a message only to a buffer that could hold its largest.
      const bool roomy = size_bytes >= queue_message_bytes_;
      char* target = roomy ? data : buffer_.data();
      const ssize_t count = ::mq_receive(in_, target, queue_message_bytes_, nullptr);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("mq_receive");
      const std::size_t part = static_cast<std::size_t>(count);
      if (part == 0 || part > size_bytes) throw Broken("a message of a size that was never sent");
      if (!roomy) std::memcpy(data, target, part);
      data += part;
      size_bytes -= part;
    }
  }

  std::size_t piece_bytes() const override { return queue_message_bytes_; }

 private:
  // Sizes that the kernel's defaults allow without privilege; if not even those, its own choice.
  mqd_t make_queue(std::size_t message_bytes, const std::string& name) {
    constexpr long kMessages = 10;
    constexpr std::size_t kMessageBytesMax = 8192;
    mq_attr attributes = {};
    attributes.mq_maxmsg = kMessages;
    attributes.mq_msgsize = static_cast<long>(std::min(message_bytes, kMessageBytesMax));
    constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    mqd_t queue = ::mq_open(name.c_str(), kFlags, 0600, &attributes);
    if (queue < 0 && errno == EINVAL) queue = ::mq_open(name.c_str(), kFlags, 0600, nullptr);
    if (queue < 0) lack("mq_open");
    ::mq_unlink(name.c_str());
    if (::mq_getattr(queue, &attributes) != 0) lack("mq_getattr");
    queue_message_bytes_ = static_cast<std::size_t>(attributes.mq_msgsize);
    return queue;
  }

  std::array<mqd_t, 2> queues_ = {-1, -1};
  mqd_t in_ = -1;
  mqd_t out_ = -1;
  std::size_t queue_message_bytes_ = 0;
  std::vector<char> buffer_;
};

// ---- signals

// Carries nothing: the message is that it came.
class SignalLink : public Link {
 public:
  SignalLink() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGUSR1);
    if (::sigprocmask(SIG_BLOCK, &set_, nullptr) != 0) lack("sigprocmask");
  }
  void take_side(Side, int peer) override { peer_ = peer; }
  void send(const char*, std::size_t) override {
    if (::kill(peer_, SIGUSR1) != 0) fail("kill");
  }
  void receive(char*, std::size_t) override {
    siginfo_t info = {};
    while (::sigwaitinfo(&set_, &info) < 0) {
      if (errno != EINTR) fail("sigwaitinfo");
    }
    if (info.si_pid != peer_) throw Broken("a signal from another process");
  }

 private:
  sigset_t set_;
  int peer_ = 0;
};

}  // namespace

std::unique_ptr<Link> make_link(Mechanism mechanism, std::size_t message_bytes,
                                const LinkPlace& place) {
  switch (mechanism) {
    case Mechanism::pipe:
      return two_ways(make_pipe(), make_pipe());
    case Mechanism::fifo:
      return two_ways(make_fifo(place.directory + "/to_right"),
                      make_fifo(place.directory + "/to_left"));
    case Mechanism::tcp:
      return make_tcp_link();
    case Mechanism::unix_stream:
      return make_unix_link();
    case Mechanism::shm:
      return std::make_unique<SharedMemoryLink>(message_bytes, place.name_prefix + "0");
    case Mechanism::mq:
      return std::make_unique<QueueLink>(message_bytes, place.name_prefix);
    case Mechanism::signal:
      break;
  }
  return std::make_unique<SignalLink>();
}

}  // namespace ipcspec::bench
