#include "harness/arena.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"

namespace ipcspec::harness {

std::size_t ByteRing::write_some(std::span<const std::byte> bytes) {
  const std::uint32_t head = head_.load(std::memory_order_relaxed);
  const std::uint32_t used = head - tail_.load(std::memory_order_acquire);
  const std::size_t count = std::min<std::size_t>(bytes.size(), kRingBytes - used);
  const std::size_t at = head % kRingBytes;
  const std::size_t first = std::min(count, kRingBytes - at);
  std::memcpy(bytes_ + at, bytes.data(), first);
  std::memcpy(bytes_, bytes.data() + first, count - first);
  head_.store(head + static_cast<std::uint32_t>(count));
  return count;
}

std::size_t ByteRing::read_some(std::span<std::byte> bytes) {
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  const std::uint32_t available = head_.load(std::memory_order_acquire) - tail;
  const std::size_t count = std::min<std::size_t>(bytes.size(), available);
  const std::size_t at = tail % kRingBytes;
  const std::size_t first = std::min(count, kRingBytes - at);
  std::memcpy(bytes.data(), bytes_ + at, first);
  std::memcpy(bytes.data() + first, bytes_, count - first);
  tail_.store(tail + static_cast<std::uint32_t>(count));
  return count;
}

void Slot::reset() {
  bell.reset();
  space.reset();
  for (auto* word : {&held, &generation, &untidy}) word->store(0);
  pid.store(0);
  session.store(0);
  announced.store(0);
  answered.store(0);
  bell_address.store(0);
  to_worker.reset();
  from_worker.reset();
  signals.used.store(0);
}

Arena* map_arena(int fd) {
  void* address = ::mmap(nullptr, sizeof(Arena), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return address == MAP_FAILED ? nullptr : static_cast<Arena*>(address);
}

namespace {

int anonymous_object() {
  const int fd = static_cast<int>(::syscall(SYS_memfd_create, "ipcspec-arena", MFD_CLOEXEC));
  if (fd >= 0) return fd;
  for (const char* directory : {"/dev/shm", "/tmp", "."}) {
    const int file = ::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
  }
  return -1;
}

}  // namespace

SharedArena::SharedArena() : fd_(anonymous_object()) {
  if (fd_ < 0) {
    throw Unsupported(system_error_text(
        "no anonymous shared memory: memfd_create and O_TMPFILE in /dev/shm, /tmp and . failed"));
  }
  if (::ftruncate(fd_, sizeof(Arena)) != 0) {
    ::close(fd_);
    throw Unsupported(system_error_text("cannot size the shared memory of the workers"));
  }
  arena_ = map_arena(fd_);
  if (arena_ == nullptr) {
    ::close(fd_);
    throw Unsupported(system_error_text("cannot map the shared memory of the workers"));
  }
}

SharedArena::~SharedArena() {
  ::munmap(arena_, sizeof(Arena));
  ::close(fd_);
}

}  // namespace ipcspec::harness
