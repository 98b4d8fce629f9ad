// Memory as processes address it: what is where, and what is in it. For shared memory and
// semaphores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/model/actor.hpp"

namespace ipcspec::spec {

// How the bytes of pages are kept.
class Paging {
 public:
  explicit Paging(const World& world) : page_(static_cast<std::uint64_t>(world.facts.page_bytes)) {}

  std::uint64_t page_bytes() const { return page_; }
  std::uint64_t rounded_up(std::uint64_t size_bytes) const {
    return (size_bytes + page_ - 1) / page_ * page_;
  }

  // Appends `count` bytes from `offset` on, which lie in one page.
  void append(std::string& out, const Pages& pages, std::uint64_t offset, std::size_t count) const;
  std::string bytes(const Pages& pages, std::uint64_t offset, std::size_t count) const;
  void put(Pages& pages, std::uint64_t offset, std::string_view bytes) const;
  // Everything from `offset` on is zero again.
  void cut(Pages& pages, std::uint64_t offset) const;
  // Whether the page of the end of this memory holds anything but zeros behind the end.
  bool has_tail(const Memory& memory) const;

 private:
  std::uint64_t page_;
};

// No more bytes than this are followed in one call.
inline constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 26;
// Nor any size or offset above this one.
inline constexpr std::uint64_t kSizeMax = std::uint64_t{1} << 32;

// A sem_t of a 64-bit platform.
inline constexpr std::uint64_t kSemaphoreBytes = 32;

inline Memory& edit_memory(State& state, Index memory) {
  return state.memories.edit(static_cast<std::size_t>(memory));
}
inline const Memory& memory_of(const State& state, Index memory) {
  return *state.memories[static_cast<std::size_t>(memory)];
}

// Gives a memory another size; pages that processes have for themselves are cut off with it.
void resize(State& state, Actor& k, Index index, std::uint64_t size_bytes);

// Whether it would cut off pages that processes have for themselves.
bool cuts_private_pages(const Actor& k, Index memory, std::uint64_t size_bytes);

enum class Use { load, store };

// The part of an access that lies in one page.
struct Chunk {
  std::size_t mapping = 0;  // of the process
  std::uint64_t offset = 0;
  std::size_t count = 0;
};

// What a process finds at a range of its addresses.
struct Access {
  std::vector<Chunk> chunks;  // up to the fault
  // At the first address that cannot be used so: signal, si_code and why; 0 where there is none.
  int signal = 0;
  int code = 0;
  const Rule* fault = nullptr;
  bool is_known = true;  // the model can tell what is there
};
Access find_access(const Actor& k, const Process& process, std::uint64_t address,
                   std::uint64_t size_bytes, Use use);

// What is in there now.
std::string contents(const Actor& k, const Process& process, const Access& access);
// Puts bytes there, as the process `who` does by storing.
void store(State& state, const Actor& k, Index who, const Access& access, std::string_view bytes);

// A part of a memory, where the bytes of an access lie one after the other.
struct Span {
  Index memory = kNone;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
};
// The memory behind an access to a shared mapping.
std::optional<Span> span_of(const Process& process, const Access& access);

// Bytes that another process puts there in a call that it has not come back from. `whole`: at one
// moment, all of them.
struct Rival {
  Span span;
  std::string bytes;
  bool whole = false;
  bool resizes = false;
};
std::vector<Rival> rivals(const Actor& k, const Span& span);

// Whether a semaphore lies in there, which only semaphore calls may look at.
bool holds_semaphore(const std::vector<PlacedSemaphore>& semaphores, std::uint64_t offset,
                     std::uint64_t size_bytes);
bool holds_semaphore(const Actor& k, const Process& process, const Access& access);

// Whether an access of this process goes on behind the end of an object, in its last page.
bool reaches_tail(const Actor& k, const Access& access);

// A range of addresses where nothing is that the process is known to have there.
bool is_unused(const Actor& k, std::uint64_t address, std::uint64_t size_bytes);
// Something new is there: what was lost there can be lost no longer.
void drop_lost_mappings(Process& process, std::uint64_t address, std::uint64_t size_bytes);
void add_mapping(Process& process, Mapping mapping);

}  // namespace ipcspec::spec
