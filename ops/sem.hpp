// POSIX semaphores.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct SemOpen {  // sem_open(3). Outcome: outputs address.
  std::string name;
  OpenFlags flags;
  Mode mode;
  std::uint64_t initial = 0;
  IPCSPEC_OPERATION(SemOpen, "sem_open", name, flags, mode, initial);
  IPCSPEC_OUTPUTS(address);
};

struct SemClose {  // sem_close(3)
  Address semaphore;
  IPCSPEC_OPERATION(SemClose, "sem_close", semaphore);
};

struct SemUnlink {  // sem_unlink(3)
  std::string name;
  IPCSPEC_OPERATION(SemUnlink, "sem_unlink", name);
};

struct SemWait {  // sem_wait(3). Blocks.
  Address semaphore;
  IPCSPEC_OPERATION(SemWait, "sem_wait", semaphore);
};

struct SemTryWait {  // sem_trywait(3)
  Address semaphore;
  IPCSPEC_OPERATION(SemTryWait, "sem_trywait", semaphore);
};

struct SemPost {  // sem_post(3)
  Address semaphore;
  IPCSPEC_OPERATION(SemPost, "sem_post", semaphore);
};

struct SemGetValue {  // sem_getvalue(3). Outcome: value = the count.
  Address semaphore;
  IPCSPEC_OPERATION(SemGetValue, "sem_getvalue", semaphore);
};

struct SemInit {  // sem_init(3) on memory that holds at least a sem_t
  Address semaphore;
  bool shared = true;
  std::uint64_t initial = 0;
  IPCSPEC_OPERATION(SemInit, "sem_init", semaphore, shared, initial);
};

// `rounds` times: sem_wait, load *counter, store it plus one, sem_post. Keeps *inside (number of
// processes in the section) and *inside_max beside it, at counter + 4 and + 8. Outcome: value =
// rounds done. Blocks.
struct IncrementUnderSemaphore {
  Address semaphore;
  Address counter;
  std::uint64_t rounds = 0;
  IPCSPEC_OPERATION(IncrementUnderSemaphore, "increment_under_semaphore", semaphore, counter,
                    rounds);
};

// Passes each byte of `items` through a ring of `slots` 32-bit words, 0 being an empty slot: waits
// on `free`, fills the next slot, posts `filled`. Outcome: value = items put; outputs how many
// slots were found full. Blocks.
struct Produce {
  Address free;
  Address filled;
  Address ring;
  std::uint64_t slots = 0;
  Bytes items;
  IPCSPEC_OPERATION(Produce, "produce", free, filled, ring, slots, items);
  IPCSPEC_OUTPUTS(overflows);
};

// The other side: waits on `filled`, empties the next slot, posts `free`. Outcome: value = items
// taken, data = the items; outputs how many slots were found empty. Blocks.
struct Consume {
  Address free;
  Address filled;
  Address ring;
  std::uint64_t slots = 0;
  std::uint64_t count = 0;
  IPCSPEC_OPERATION(Consume, "consume", free, filled, ring, slots, count);
  IPCSPEC_OUTPUTS(underflows);
};

}  // namespace ipcspec::op
