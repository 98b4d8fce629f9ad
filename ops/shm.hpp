// POSIX shared memory, mappings and plain memory access.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct ShmOpen {  // shm_open(3). Outcome: value = descriptor.
  std::string name;
  OpenFlags flags;
  Mode mode;
  IPCSPEC_OPERATION(ShmOpen, "shm_open", name, flags, mode);
};

struct ShmUnlink {  // shm_unlink(3)
  std::string name;
  IPCSPEC_OPERATION(ShmUnlink, "shm_unlink", name);
};

struct Truncate {  // ftruncate(2)
  Fd fd;
  std::int64_t size_bytes = 0;
  IPCSPEC_OPERATION(Truncate, "truncate", fd, size_bytes);
};

struct Map {  // mmap(2). Outcome: outputs address.
  Fd fd;
  std::uint64_t size_bytes = 0;
  Protection protection;
  MappingFlags flags;
  IPCSPEC_OPERATION(Map, "map", fd, size_bytes, protection, flags);
  IPCSPEC_OUTPUTS(address);
};

struct Unmap {  // munmap(2)
  Address address;
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(Unmap, "unmap", address, size_bytes);
};

struct Load {  // plain loads. Outcome: data. A fault kills the worker, as it would any process.
  Address address;
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(Load, "load", address, size_bytes);
};

struct Store {  // plain stores
  Address address;
  Bytes data;
  IPCSPEC_OPERATION(Store, "store", address, data);
};

struct LoadNumber {  // one 32-bit load. Outcome: value.
  Address address;
  IPCSPEC_OPERATION(LoadNumber, "load_number", address);
};

struct StoreNumber {  // one 32-bit store
  Address address;
  std::int64_t number = 0;
  IPCSPEC_OPERATION(StoreNumber, "store_number", address, number);
};

// Spins until the 32-bit word at `address` equals `number`, with no system call between two
// loads; gives up after `spins_max` loads. Outcome: value = 1 if it was seen, else 0.
struct SpinUntil {
  Address address;
  std::int64_t number = 0;
  std::uint64_t spins_max = 0;
  IPCSPEC_OPERATION(SpinUntil, "spin_until", address, number, spins_max);
};

// Loads one byte with a handler for SIGSEGV and SIGBUS in place. Outcome: value = the signal that
// the load raised, or 0; outputs its si_code and how far si_addr lies from `address`.
struct LoadGuarded {
  Address address;
  IPCSPEC_OPERATION(LoadGuarded, "load_guarded", address);
  IPCSPEC_OUTPUTS(code, offset_bytes);
};

// A private allocation of one page (malloc'ed memory, not shared). Outcome: outputs address.
struct Allocate {
  std::uint64_t size_bytes = 0;
  IPCSPEC_OPERATION(Allocate, "allocate", size_bytes);
  IPCSPEC_OUTPUTS(address);
};

}  // namespace ipcspec::op
