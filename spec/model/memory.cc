#include "spec/model/memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "spec/shm.hpp"

namespace ipcspec::spec {
namespace {

bool overlaps(std::uint64_t a, std::uint64_t a_size, std::uint64_t b, std::uint64_t b_size) {
  return a < b + b_size && b < a + a_size;
}

// The mapping, a lost one too, that holds an address; kNone where there is none.
Index mapping_at(const Process& process, std::uint64_t address) {
  for (std::size_t i = 0; i < process.mappings.size(); ++i) {
    const Mapping& mapping = process.mappings[i];
    if (address >= mapping.address && address < mapping.end()) return static_cast<Index>(i);
  }
  return kNone;
}

bool has_own_page(const Mapping& mapping, std::uint64_t page) {
  return page < mapping.own->size() && !(*mapping.own)[page]->empty();
}

// Why an address of this mapping cannot be used so, if it cannot.
void check(const Actor& k, const Paging& paging, const Mapping& mapping, std::uint64_t offset,
           Use use, Access& access) {
  const auto fault = [&](int signal, int code, const Rule& rule) {
    access.signal = signal;
    access.code = code;
    access.fault = &rule;
  };
  const bool writable = (mapping.protection & PROT_WRITE) != 0;
  const bool readable = (mapping.protection & PROT_READ) != 0;
  if (mapping.gone) {
    fault(SIGSEGV, SEGV_MAPERR, shm::munmap_segv);
  } else if (mapping.protection == PROT_NONE || (use == Use::store && !writable)) {
    fault(SIGSEGV, SEGV_ACCERR, shm::mmap_protection);
  } else if (!readable) {
    access.is_known = false;  // what else such a protection grants is the processor's affair
  } else if (mapping.memory != kNone) {
    const std::uint64_t size = memory_of(k.now, mapping.memory).size_bytes;
    if (offset < paging.rounded_up(size)) return;
    const Rule& cut = size == 0 ? shm::ftruncate_before_access : shm::mmap_past_end;
    fault(SIGBUS, BUS_ADRERR, cut);
  }
}

// Of one that is cut through the bytes before are what they were.
void drop_semaphores(std::vector<PlacedSemaphore>& semaphores, std::uint64_t from) {
  std::erase_if(semaphores, [&](const PlacedSemaphore& one) { return one.offset >= from; });
  for (PlacedSemaphore& one : semaphores) {
    if (one.offset + kSemaphoreBytes > from) one.semaphore = kNone;
  }
}

// A page that a process has for itself from now on holds the bytes of the semaphores in it, and
// they are no semaphores.
void copy_semaphores(State& state, Index who, std::size_t mapping, std::uint64_t offset,
                     std::uint64_t size_bytes) {
  Mapping& copied = state.edit_process(who).mappings[mapping];
  for (const PlacedSemaphore& one : memory_of(state, copied.memory).semaphores) {
    if (overlaps(one.offset, kSemaphoreBytes, offset, size_bytes)) {
      copied.semaphores.push_back({one.offset, kNone});
    }
  }
}

// What a call of another process puts into memory, if it does.
struct RivalOf {
  const Actor& k;
  const Process& process;

  std::optional<Rival> through(op::Address address, std::string bytes, bool whole) const {
    const Access access = find_access(k, process, address.value, bytes.size(), Use::store);
    const std::optional<Span> span = span_of(process, access);
    if (!span) return std::nullopt;
    return Rival{*span, std::move(bytes), whole, false};
  }
  std::optional<Rival> operator()(const op::Store& call) const {
    return through(call.address, call.data, call.data.size() == 1);
  }
  std::optional<Rival> operator()(const op::StoreNumber& call) const {
    const auto word = static_cast<std::int32_t>(call.number);
    std::string bytes(sizeof word, '\0');
    std::memcpy(bytes.data(), &word, sizeof word);
    return through(call.address, std::move(bytes), true);
  }
  std::optional<Rival> operator()(const op::Write& call) const { return resized(call.fd); }
  std::optional<Rival> operator()(const op::Truncate& call) const { return resized(call.fd); }
  std::optional<Rival> operator()(const op::ShmOpen&) const {
    // Which memory O_TRUNC empties does not matter: it is a matter of names.
    return std::nullopt;
  }
  template <typename T>
  std::optional<Rival> operator()(const T&) const {
    return std::nullopt;
  }

  std::optional<Rival> resized(op::Fd fd) const {
    const Index index = description_of(process, fd.number);
    if (index == kNone) return std::nullopt;
    const Object& object = k.now.description(index).object;
    if (object.kind != ObjectKind::memory) return std::nullopt;
    return Rival{{object.index, 0, UINT64_MAX}, {}, false, true};
  }
};

}  // namespace

void Paging::append(std::string& out, const Pages& pages, std::uint64_t offset,
                    std::size_t count) const {
  const std::uint64_t page = offset / page_;
  if (page >= pages.size() || pages[page]->empty()) {
    out.append(count, '\0');
  } else {
    out.append(*pages[page], offset % page_, count);
  }
}

std::string Paging::bytes(const Pages& pages, std::uint64_t offset, std::size_t count) const {
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    const std::uint64_t at = offset + out.size();
    append(out, pages, at, std::min<std::size_t>(count - out.size(), page_ - at % page_));
  }
  return out;
}

void Paging::put(Pages& pages, std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const std::uint64_t page = offset / page_;
    const std::size_t count = std::min<std::size_t>(bytes.size(), page_ - offset % page_);
    if (page >= pages.size()) pages.resize(page + 1);
    std::string& contents = pages[page].edit();
    if (contents.empty()) contents.assign(page_, '\0');
    contents.replace(offset % page_, count, bytes.substr(0, count));
    bytes.remove_prefix(count);
    offset += count;
  }
}

void Paging::cut(Pages& pages, std::uint64_t offset) const {
  const std::uint64_t kept = rounded_up(offset) / page_;
  if (pages.size() > kept) pages.resize(kept);
  const std::uint64_t in_page = offset % page_;
  if (in_page == 0 || pages.size() < kept || pages.back()->empty()) return;
  std::string& last = pages.back().edit();
  std::fill(last.begin() + static_cast<std::ptrdiff_t>(in_page), last.end(), '\0');
}

bool Paging::has_tail(const Memory& memory) const {
  const std::uint64_t in_page = memory.size_bytes % page_;
  const std::uint64_t page = memory.size_bytes / page_;
  if (in_page == 0 || page >= memory.pages.size()) return false;
  return memory.pages[page]->find_first_not_of('\0', in_page) != std::string::npos;
}

void resize(State& state, Actor& k, Index index, std::uint64_t size_bytes) {
  const Paging paging(k.world);
  Memory& memory = edit_memory(state, index);
  ++memory.changes;
  if (size_bytes < memory.size_bytes && k.has(shm::ftruncate_sets_size)) {
    paging.cut(memory.pages, size_bytes);
    drop_semaphores(memory.semaphores, size_bytes);
  }
  const bool shrinks = size_bytes < memory.size_bytes;
  memory.size_bytes = size_bytes;
  if (!shrinks || !k.has(shm::mmap_private_cut_off)) return;
  const std::uint64_t pages = paging.rounded_up(size_bytes) / paging.page_bytes();
  for (std::size_t who = 0; who < state.processes.size(); ++who) {
    for (std::size_t i = 0; i < state.processes[who]->mappings.size(); ++i) {
      const Mapping& mapping = state.processes[who]->mappings[i];
      if (mapping.memory != index || mapping.own->size() <= pages) continue;
      Mapping& cut = state.processes.edit(who).mappings[i];
      cut.own.edit().resize(pages);
      drop_semaphores(cut.semaphores, pages * paging.page_bytes());
    }
  }
}

bool cuts_private_pages(const Actor& k, Index memory, std::uint64_t size_bytes) {
  const Paging paging(k.world);
  const std::uint64_t pages = paging.rounded_up(size_bytes) / paging.page_bytes();
  return std::ranges::any_of(k.now.processes, [&](const Cow<Process>& process) {
    return std::ranges::any_of(process->mappings, [&](const Mapping& mapping) {
      return mapping.memory == memory && mapping.own->size() > pages;
    });
  });
}

Access find_access(const Actor& k, const Process& process, std::uint64_t address,
                   std::uint64_t size_bytes, Use use) {
  const Paging paging(k.world);
  Access access;
  std::uint64_t left = size_bytes;
  if (size_bytes > kBytesMax) access.is_known = false;
  while (left > 0 && access.is_known) {
    const Index at = mapping_at(process, address);
    if (at == kNone) {
      access.is_known = false;
      break;
    }
    const Mapping& mapping = process.mappings[static_cast<std::size_t>(at)];
    const std::uint64_t offset = address - mapping.address;
    check(k, paging, mapping, offset, use, access);
    if (access.fault != nullptr) break;
    const std::uint64_t in_page = paging.page_bytes() - offset % paging.page_bytes();
    const std::size_t count = std::min(left, in_page);
    access.chunks.push_back({static_cast<std::size_t>(at), offset, count});
    address += count;
    left -= count;
  }
  return access;
}

std::string contents(const Actor& k, const Process& process, const Access& access) {
  const Paging paging(k.world);
  std::string out;
  for (const Chunk& chunk : access.chunks) {
    const Mapping& mapping = process.mappings[chunk.mapping];
    const bool own = has_own_page(mapping, chunk.offset / paging.page_bytes());
    const bool of_memory = !own && mapping.memory != kNone;
    const Pages& pages = of_memory ? memory_of(k.now, mapping.memory).pages : *mapping.own;
    paging.append(out, pages, chunk.offset, chunk.count);
  }
  return out;
}

void store(State& state, const Actor& k, Index who, const Access& access, std::string_view bytes) {
  const Paging paging(k.world);
  for (const Chunk& chunk : access.chunks) {
    const Mapping& mapping = state.process(who).mappings[chunk.mapping];
    const Index index = mapping.memory;
    const std::string_view part = bytes.substr(0, chunk.count);
    bytes.remove_prefix(chunk.count);
    if (mapping.shared || (index != kNone && !k.has(shm::mmap_private_isolated))) {
      Memory& memory = edit_memory(state, index);
      paging.put(memory.pages, chunk.offset, part);
      ++memory.changes;
      continue;
    }
    Pages& own = state.edit_process(who).mappings[chunk.mapping].own.edit();
    const std::uint64_t page = chunk.offset / paging.page_bytes();
    if (index != kNone && (page >= own.size() || own[page]->empty())) {
      const Pages& pages = memory_of(state, index).pages;
      if (page < pages.size()) {
        if (page >= own.size()) own.resize(page + 1);
        own[page] = pages[page];
      }
      copy_semaphores(state, who, chunk.mapping, page * paging.page_bytes(), paging.page_bytes());
    }
    paging.put(own, chunk.offset, part);
  }
}

std::optional<Span> span_of(const Process& process, const Access& access) {
  if (access.chunks.empty()) return std::nullopt;
  const Chunk& first = access.chunks.front();
  const Mapping& mapping = process.mappings[first.mapping];
  if (!mapping.shared || mapping.memory == kNone) return std::nullopt;
  Span span{mapping.memory, first.offset, 0};
  for (const Chunk& chunk : access.chunks) {
    if (chunk.mapping == first.mapping) span.size_bytes += chunk.count;
  }
  return span;
}

std::vector<Rival> rivals(const Actor& k, const Span& span) {
  std::vector<Rival> found;
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const Process& process = *k.now.processes[i];
    if (static_cast<Index>(i) == k.who || process.thread.activity == Activity::idle) continue;
    if (process.life != Life::alive || process.thread.asleep) continue;
    const op::Op& op = *k.world.call(process.thread.call).op;
    std::optional<Rival> rival =
        std::visit(RivalOf{k, process}, static_cast<const op::OpVariant&>(op));
    if (!rival || rival->span.memory != span.memory) continue;
    if (rival->resizes ||
        overlaps(rival->span.offset, rival->span.size_bytes, span.offset, span.size_bytes)) {
      found.push_back(std::move(*rival));
    }
  }
  return found;
}

bool holds_semaphore(const std::vector<PlacedSemaphore>& semaphores, std::uint64_t offset,
                     std::uint64_t size_bytes) {
  return std::ranges::any_of(semaphores, [&](const PlacedSemaphore& one) {
    return overlaps(one.offset, kSemaphoreBytes, offset, size_bytes);
  });
}

bool holds_semaphore(const Actor& k, const Process& process, const Access& access) {
  for (const Chunk& chunk : access.chunks) {
    const Mapping& mapping = process.mappings[chunk.mapping];
    if (holds_semaphore(mapping.semaphores, chunk.offset, chunk.count)) return true;
    const bool own = has_own_page(mapping, chunk.offset / Paging(k.world).page_bytes());
    if (own || mapping.memory == kNone) continue;
    const auto& semaphores = memory_of(k.now, mapping.memory).semaphores;
    if (holds_semaphore(semaphores, chunk.offset, chunk.count)) return true;
  }
  return false;
}

bool reaches_tail(const Actor& k, const Access& access) {
  return std::ranges::any_of(access.chunks, [&](const Chunk& chunk) {
    const Mapping& mapping = k.me().mappings[chunk.mapping];
    return mapping.memory != kNone &&
           chunk.offset + chunk.count > memory_of(k.now, mapping.memory).size_bytes;
  });
}

bool is_unused(const Actor& k, std::uint64_t address, std::uint64_t size_bytes) {
  if (address == 0) return false;
  for (const Mapping& mapping : k.me().mappings) {
    if (!mapping.gone && overlaps(mapping.address, mapping.size_bytes, address, size_bytes)) {
      return false;
    }
  }
  for (const SemaphoreAddress& one : k.me().semaphores) {
    if (overlaps(one.address, kSemaphoreBytes, address, size_bytes)) return false;
  }
  return true;
}

void drop_lost_mappings(Process& process, std::uint64_t address, std::uint64_t size_bytes) {
  std::erase_if(process.mappings, [&](const Mapping& old) {
    return old.gone && overlaps(old.address, old.size_bytes, address, size_bytes);
  });
}

void add_mapping(Process& process, Mapping mapping) {
  drop_lost_mappings(process, mapping.address, mapping.size_bytes);
  process.mappings.push_back(std::move(mapping));
}

}  // namespace ipcspec::spec
