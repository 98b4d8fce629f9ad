// The memory that controller and workers share: a byte channel in each direction for every
// worker, the word in which a worker announces the call it is about to make, its signal log,
// and the gate that starts a race.
//
// The channel is shared memory and not a socket so that a worker has no control descriptor
// among the descriptors under test, and so that reporting does not depend on the IPC that is
// being judged: only a shared mapping and a futex are trusted. One descriptor (the memory
// object itself) stays open at a high number, for the sake of exec.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/bell.hpp"

namespace ipcspec::harness {

inline constexpr std::size_t kSlots = 1024;
inline constexpr std::uint32_t kNamesMax = 4096;  // of shm, semaphores and queues in a scenario
inline constexpr std::size_t kRingBytes = 16384;
inline constexpr std::size_t kSignalLogEntries = 256;

// A single-producer single-consumer byte stream. Never blocks; the owner waits on a bell.
class ByteRing {
 public:
  std::size_t write_some(std::span<const std::byte> bytes);
  std::size_t read_some(std::span<std::byte> bytes);
  bool empty() const { return used_bytes() == 0; }
  std::size_t used_bytes() const { return head_.load(std::memory_order_acquire) - tail_.load(); }
  void reset() {
    head_.store(0);
    tail_.store(0);
  }

 private:
  std::atomic<std::uint32_t> head_;  // bytes ever written
  std::atomic<std::uint32_t> tail_;  // bytes ever read
  std::byte bytes_[kRingBytes];
};

struct SignalLogEntry {
  std::int64_t phase, signal, code, pid, uid, value, error;
};

// Written by the worker's signal handler, so: no locks, and an entry that does not fit is lost
// and counted.
struct SignalLog {
  std::atomic<std::uint32_t> used;
  SignalLogEntry entries[kSignalLogEntries];
};

struct alignas(64) Slot {
  Bell bell;                                // the worker sleeps on it while it is idle
  std::atomic<std::uint32_t> held;          // 1: the worker waits at the gate
  std::atomic<std::int32_t> pid;            // 0 until the worker is born, and once it is dead
  std::atomic<std::int32_t> session;        // that the worker made, 0 for none; it may live longer
  std::atomic<std::uint32_t> generation;    // counts births: fork, and each exec after it
  std::atomic<std::uint64_t> announced;     // call that is about to be made
  std::atomic<std::uint64_t> answered;      // the place of its last answer among those of all
  std::atomic<std::uint64_t> bell_address;  // of `bell.rings` in the worker's address space
  Bell space;                               // rung when the controller made room in from_worker
  std::atomic<std::uint32_t> untidy;        // 1: killed now, the worker would leave a file behind
  ByteRing to_worker;
  ByteRing from_worker;
  SignalLog signals;

  // For the next worker; nobody may use the slot meanwhile.
  void reset();
};

// How a worker lies on purpose, so that it can be seen that a test is able to fail.
enum class Lie : std::uint32_t {
  none,
  report_failure,  // does it, but reports EIO
  report_success,  // reports success although it failed
  wrong_value,     // the returned value, and each output, is one too large
  wrong_data,      // the first byte of the data is another
  lose_byte,       // the last byte of the data is missing
  do_nothing,      // reports success without doing it
  never_answer,    // does it, then sleeps for ever
  refuse,          // reports EAGAIN without doing it
  die,             // is killed by SIGKILL instead
};
inline constexpr std::array<std::string_view, 10> kLieNames = {
    "none",      "report-failure", "report-success", "wrong-value", "wrong-data",
    "lose-byte", "do-nothing",     "never-answer",   "refuse",      "die"};

constexpr std::string_view to_string(Lie lie) { return kLieNames[static_cast<std::size_t>(lie)]; }

struct Arena {
  Bell controller_bell;
  std::atomic<std::uint64_t> answers;       // given by all workers; numbers them
  std::atomic<std::uint32_t> gate;          // releases the workers that are held
  std::atomic<std::uint32_t> lie;           // Lie
  std::atomic<std::uint32_t> lie_kind;      // operation kind that is lied about
  std::atomic<std::uint32_t> slots_used;    // slots from this one on were never touched
  std::atomic<std::uint32_t> names_issued;  // shm, semaphore and queue names handed out
  std::atomic<std::int64_t> cpu_us;         // processor time of the nursery and what it reaped
  std::int32_t cpu;                         // where workers run, -1 for anywhere
  char name_prefix[64];                     // "/ipcspec-XXXXXX.12." of those names
  char directory[512];                      // the scenario's directory
  Slot slots[kSlots];
};

// A shared mapping of one Arena over an anonymous memory object.
class SharedArena {
 public:
  SharedArena();  // throws Unsupported when no shared memory object can be had
  SharedArena(const SharedArena&) = delete;
  SharedArena& operator=(const SharedArena&) = delete;
  ~SharedArena();
  Arena& operator*() const { return *arena_; }
  Arena* operator->() const { return arena_; }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  Arena* arena_ = nullptr;
};

// Maps the arena behind `fd`; nullptr when that fails.
Arena* map_arena(int fd);

}  // namespace ipcspec::harness
