// Shared memory, mappings and plain memory access in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr std::string_view kMemoryValue = "memory == MAP_FAILED ? -1 : 0";
inline constexpr std::string_view kMemoryAfter = "if (ok()) output((intptr_t)memory);";

inline constexpr CallForm kShmForms[] = {
    {.operation = "shm_open", .call = "shm_open($name, $flags, $mode)"},
    {.operation = "shm_unlink", .call = "shm_unlink($name)"},
    {.operation = "truncate", .call = "ftruncate($fd, $size_bytes)"},
    {.operation = "map",
     .call = "mmap(NULL, $size_bytes, $protection, $flags, $fd, 0)",
     .after = kMemoryAfter,
     .result = "void *memory",
     .value = kMemoryValue},
    {.operation = "unmap", .call = "munmap($address, $size_bytes)"},
    {.operation = "load",
     .call = "load_bytes(data, $address, $size_bytes)",
     .before = "char *data = room($size_bytes);",
     .after = "take(data, result);",
     .room = "$size_bytes"},
    {.operation = "store", .call = "store_bytes($address, $data, $data.size)"},
    {.operation = "load_number", .call = "load_number($address)"},
    {.operation = "store_number", .call = "store_number($address, $number)"},
    {.operation = "spin_until", .call = "spin_until($address, $number, $spins_max)"},
    {.operation = "load_guarded", .call = "load_guarded($address)"},
    {.operation = "allocate",
     .call = "mmap(NULL, $size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)",
     .after = kMemoryAfter,
     .result = "void *memory",
     .value = kMemoryValue},
};

}  // namespace ipcspec::report::repro
