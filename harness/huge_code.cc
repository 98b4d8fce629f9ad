#include "harness/huge_code.hpp"

#include <link.h>
#include <sys/mman.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

namespace ipcspec::harness {
namespace {

struct Range {
  std::uintptr_t start = 0;
  std::uintptr_t end = 0;
  std::size_t size() const { return end > start ? end - start : 0; }
};

std::uintptr_t up(std::uintptr_t address, std::size_t page) {
  return (address + page - 1) & ~(page - 1);
}

// 0 where there are none.
std::size_t huge_page_bytes() {
  std::size_t bytes = 0;
  std::ifstream("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size") >> bytes;
  return std::has_single_bit(bytes) ? bytes : 0;
}

// The whole huge pages of the segment in which this function is.
Range code_of_this_program(std::size_t page) {
  Range segment;
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* found) {
        const auto here = reinterpret_cast<std::uintptr_t>(&move_code_into_huge_pages);
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& header = object->dlpi_phdr[i];
          const std::uintptr_t start = object->dlpi_addr + header.p_vaddr;
          const Range range{start, start + header.p_filesz};
          if (header.p_type != PT_LOAD || here < range.start || here >= range.end) continue;
          *static_cast<Range*>(found) = range;
        }
        return 0;
      },
      &segment);
  return {up(segment.start, page), segment.end & ~(page - 1)};
}

// Whether the kernel has given huge pages for all of it.
bool is_huge(const Range& range) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  std::size_t huge_kib = 0;
  for (std::string line; std::getline(maps, line);) {
    unsigned long start = 0;
    unsigned long end = 0;
    unsigned long kib = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &start, &end) == 2) {
      inside = start < range.end && end > range.start;
    } else if (inside && std::sscanf(line.c_str(), "AnonHugePages: %lu kB", &kib) == 1) {
      huge_kib += kib;
    }
  }
  return huge_kib * 1024 >= range.size();
}

}  // namespace

bool move_code_into_huge_pages() {
  const std::size_t page = huge_page_bytes();
  if (page == 0) return false;
  const Range code = code_of_this_program(page);
  if (code.size() == 0) return false;
  const std::size_t room_bytes = code.size() + page;
  void* room =
      ::mmap(nullptr, room_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  const std::uintptr_t at = up(reinterpret_cast<std::uintptr_t>(room), page);
  auto* copy = reinterpret_cast<void*>(at);
  auto* place = reinterpret_cast<void*>(code.start);
  bool moved = ::madvise(copy, code.size(), MADV_HUGEPAGE) == 0;
  if (moved) {
    std::memcpy(copy, place, code.size());
    // In small pages it would be worse than before: each fork would copy the entry of each.
    moved = is_huge({at, at + code.size()}) &&
            ::mprotect(copy, code.size(), PROT_READ | PROT_EXEC) == 0 &&
            ::mremap(copy, code.size(), code.size(), MREMAP_MAYMOVE | MREMAP_FIXED, place) == place;
  }
  // What is left of the room: all, or all about the copy.
  ::munmap(room, room_bytes);
  return moved;
}

}  // namespace ipcspec::harness
