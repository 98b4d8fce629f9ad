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

}  // namespace ipcspec::op
