// Shared memory objects, mappings and plain memory access; read() and write() on files, which are
// memory too.
#include "spec/shm.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "spec/fd.hpp"
#include "spec/model/memory.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/proc.hpp"
#include "spec/sem.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::string_view kDirectory = "/dev/shm/";
constexpr std::string_view kSemaphorePrefix = "sem.";
constexpr std::size_t kNameBytesMax = 255;

unsigned wanted_access(int flags) {
  const int access = flags & O_ACCMODE;
  return access == O_RDONLY ? 4 : (access == O_WRONLY ? 2 : 6);
}

op::Outcome of_bytes(std::string bytes) {
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(bytes.size());
  outcome.data = std::move(bytes);
  return outcome;
}

op::Outcome of_word(std::int32_t word) {
  op::Outcome outcome;
  outcome.value = word;
  return outcome;
}

std::string word_bytes(std::int64_t number) {
  const auto word = static_cast<std::int32_t>(number);
  std::string bytes(sizeof word, '\0');
  std::memcpy(bytes.data(), &word, sizeof word);
  return bytes;
}

std::int32_t word_of(const std::string& bytes) {
  std::int32_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  return word;
}

// A new descriptor of an object.
void hand_out(State& state, const op::ShmOpen& call, Index memory, Actor& k) {
  const int flags = call.flags.value;
  const int access = flags & O_ACCMODE;
  const Index description =
      add_description(state, {.object = {ObjectKind::memory, memory},
                              .readable = access != O_WRONLY,
                              .writable = access != O_RDONLY,
                              .status_flags = flags & (O_NONBLOCK | O_APPEND)});
  Process& me = state.edit_process(k.who);
  add_descriptor(me, {lowest_free_number(me), description, k.has(shm::open_cloexec)});
}

void make_object(const op::ShmOpen& call, const std::string& text, Actor& k) {
  State* next = k.returns(lowest_free_number(k.me()), shm::open_create);
  if (next == nullptr) return;
  std::uint32_t mode = call.mode.bits & 07777;
  if (k.has(shm::open_mode_umask)) mode &= ~k.me().umask;
  const Index memory = add_memory(*next, MemoryKind::object,
                                  {.type = S_IFREG, .mode = mode, .uid = k.me().uid, .links = 1});
  if (!k.has(shm::open_initial_size_zero)) edit_memory(*next, memory).size_bytes = 1;
  next->memory_names.edit().push_back({text, {ObjectKind::memory, memory}});
  hand_out(*next, call, memory, k);
}

// What becomes of private pages that are cut off is known of Linux only.
bool leaves_pages_open(Index memory, std::uint64_t size_bytes, Actor& k) {
  if (k.has(shm::mmap_private_cut_off) || k.profile.lacks(shm::mmap_private_cut_off) ||
      !cuts_private_pages(k, memory, size_bytes)) {
    return false;
  }
  k.leaves_open(shm::mmap_private_cut_off);
  return true;
}

void open_object(const op::ShmOpen& call, Index memory, Actor& k) {
  const int flags = call.flags.value;
  const Inode& inode = *k.now.memory_inodes[static_cast<std::size_t>(memory)];
  if (!may_access(k.me(), inode.mode, inode.uid, wanted_access(flags))) {
    k.fails(EACCES, shm::compare_scope);
    return;
  }
  const bool creates = (flags & O_CREAT) != 0;
  if (creates && inode.uid != k.me().uid) {
    // A platform may protect what others made in a directory that is open to all.
    k.may();
    k.fails(EACCES, shm::compare_scope);
    k.must();
  }
  const bool empties = (flags & O_TRUNC) != 0;
  if (empties && leaves_pages_open(memory, 0, k)) return;
  const Rule& rule = empties ? shm::open_trunc : (creates ? shm::open_create : shm::open_existing);
  if (State* next = k.returns(lowest_free_number(k.me()), rule)) {
    if (empties) resize(*next, k, memory, 0);
    hand_out(*next, call, memory, k);
  }
}

// Whether what was seen is a mix of these bytes and those that others are putting there.
bool is_mix(const std::string& seen, const std::string& now, const Span& span,
            const std::vector<Rival>& others) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    bool explained = seen[i] == now[i];
    for (const Rival& other : others) {
      const std::uint64_t at = span.offset + i;
      const std::uint64_t from = other.span.offset;
      if (other.resizes || at < from || at - from >= other.bytes.size()) continue;
      explained = explained || seen[i] == other.bytes[at - from];
    }
    if (!explained) return false;
  }
  return true;
}

// How a load is answered: by its bytes, or by a word.
enum class Form { bytes, word };
op::Outcome outcome_of(Form form, std::string bytes) {
  return form == Form::word ? of_word(word_of(bytes)) : of_bytes(std::move(bytes));
}

// Nobody orders loads and stores of more than one byte that happen at once.
void load_unordered(Form form, const std::string& now, const Access& access, Actor& k) {
  const std::optional<Span> span = span_of(k.me(), access);
  if (!span || now.size() < 2) return;
  std::vector<Rival> others = rivals(k, *span);
  if (form == Form::word) {
    std::erase_if(others, [&](const Rival& other) {
      return other.whole && other.span.offset == span->offset && k.has(shm::word_atomic);
    });
  }
  if (others.empty()) return;
  if (std::ranges::any_of(others, [](const Rival& one) { return one.resizes; })) {
    k.leaves_open(shm::sync_none_builtin);
  }
  const op::Outcome* seen = k.observed();
  if (seen == nullptr || seen->error.value != 0) return;
  std::string bytes = form == Form::word ? word_bytes(seen->value) : seen->data;
  if (bytes.size() != now.size() || bytes == now || !is_mix(bytes, now, *span, others)) return;
  k.may();
  k.returns(outcome_of(form, std::move(bytes)), shm::sync_none_builtin);
  k.must();
}

bool tail_is_zero(const Actor& k, const Access& access) {
  const Paging paging(k.world);
  return std::ranges::none_of(access.chunks, [&](const Chunk& chunk) {
    const Mapping& mapping = k.me().mappings[chunk.mapping];
    return mapping.memory != kNone && paging.has_tail(memory_of(k.now, mapping.memory));
  });
}

// Why a process may use its memory as it does.
const Rule& rule_of_use(const Actor& k, const Access& access) {
  if (access.chunks.empty()) return proc::fork_private_memory;
  const Mapping& mapping = k.me().mappings[access.chunks.front().mapping];
  if (mapping.memory == kNone) return proc::fork_private_memory;
  const Memory& memory = memory_of(k.now, mapping.memory);
  if (memory.kind == MemoryKind::anonymous) return shm::mmap_anonymous;
  if (!mapping.shared) {
    return memory.changes == mapping.changes_seen ? shm::mmap_private_isolated
                                                  : shm::mmap_private_sees_later;
  }
  const bool writable = (mapping.protection & PROT_WRITE) != 0;
  return writable ? shm::mmap_pointer_shared : shm::code_rdonly_mapping;
}

// The access cannot be made: its signal ends the process; of a store a part was made.
void fault(const Access& access, std::optional<std::string_view> stored, Actor& k) {
  const auto number = static_cast<std::size_t>(access.signal);
  if (k.me().signals->dispositions[number].action == Action::handler) {
    k.is_not_modelled();
  } else if (State* next = k.ends(*access.fault)) {
    if (stored) store(*next, k, k.who, access, *stored);
    start_to_die(*next, k.who, access.signal);
  }
}

bool is_described(const Access& access, Actor& k) {
  if (access.is_known && !holds_semaphore(k, k.me(), access)) return true;
  k.is_not_modelled();
  return false;
}

void load(op::Address address, std::uint64_t size_bytes, Form form, Actor& k) {
  const Access access = find_access(k, k.me(), address.value, size_bytes, Use::load);
  if (!is_described(access, k)) return;
  if (access.fault != nullptr) {
    fault(access, std::nullopt, k);
    return;
  }
  const Rule* rule = &rule_of_use(k, access);
  if (rule == &shm::mmap_private_sees_later && !k.has(shm::mmap_private_sees_later)) {
    k.leaves_open(shm::mmap_private_sees_later);
    return;
  }
  if (reaches_tail(k, access)) {
    if (!tail_is_zero(k, access)) {
      k.leaves_open(shm::mmap_partial_page_stale);
      return;
    }
    rule = &shm::mmap_partial_page;
  }
  std::string now = contents(k, k.me(), access);
  load_unordered(form, now, access, k);
  k.returns(outcome_of(form, std::move(now)), *rule);
}

// Stores to the same bytes by another process at the same time.
bool is_contended(const Access& access, std::size_t size_bytes, Actor& k) {
  const std::optional<Span> span = span_of(k.me(), access);
  if (!span || size_bytes < 2) return false;
  const std::vector<Rival> others = rivals(k, *span);
  return std::ranges::any_of(others, [&](const Rival& other) {
    if (other.resizes) return true;
    const std::uint64_t from = std::max(other.span.offset, span->offset);
    const std::uint64_t to =
        std::min(other.span.offset + other.span.size_bytes, span->offset + span->size_bytes);
    return to - from > 1;
  });
}

void store(op::Address address, const std::string& bytes, std::int64_t value, Form form, Actor& k) {
  const Access access = find_access(k, k.me(), address.value, bytes.size(), Use::store);
  if (!is_described(access, k)) return;
  if (access.fault != nullptr) {
    fault(access, bytes, k);
    return;
  }
  if (form == Form::bytes && is_contended(access, bytes.size(), k)) {
    k.leaves_open(shm::sync_none_builtin);
  }
  const Rule* rule = &rule_of_use(k, access);
  if (rule == &shm::mmap_private_sees_later) rule = &shm::mmap_private_isolated;
  if (State* next = k.returns(value, *rule)) store(*next, k, k.who, access, bytes);
}

constexpr std::uint64_t kWordBytes = sizeof(std::int32_t);
bool is_word_address(op::Address address) { return address.value % kWordBytes == 0; }

// The address that the kernel chose, or one that nobody can have seen.
std::uint64_t chosen_address(std::uint64_t size_bytes, Actor& k) {
  const std::uint64_t page = Paging(k.world).page_bytes();
  const auto seen = static_cast<std::uint64_t>(k.observed_output(0, 0));
  const bool fits = seen % page == 0 && is_unused(k, seen, size_bytes);
  return fits || !k.has(shm::mmap_range) ? seen : 0;
}

// mmap() has nothing to object to.
void map(Mapping mapping, MemoryKind kind, const Rule& rule, Actor& k) {
  const op::Outcome* seen = k.observed();
  if (mapping.size_bytes > kSizeMax || (seen != nullptr && seen->error.value == ENOMEM)) {
    k.is_not_modelled();
    return;
  }
  mapping.size_bytes = Paging(k.world).rounded_up(mapping.size_bytes);
  mapping.address = chosen_address(mapping.size_bytes, k);
  op::Outcome outcome;
  outcome.outputs = {static_cast<std::int64_t>(mapping.address)};
  State* next = k.returns(std::move(outcome), rule);
  if (next == nullptr) return;
  if (kind == MemoryKind::anonymous && mapping.shared) {
    mapping.memory = add_memory(*next, kind, {});
    edit_memory(*next, mapping.memory).size_bytes = mapping.size_bytes;
  }
  add_mapping(next->edit_process(k.who), std::move(mapping));
}

// Every reason why this descriptor cannot be mapped so. True when there is one.
bool refuse_map(const op::Map& call, const Description& description, Actor& k) {
  const bool shared = (call.flags.value & MAP_SHARED) != 0;
  const bool writes = shared && (call.protection.value & PROT_WRITE) != 0;
  bool refused = false;
  const auto refuse = [&](bool applies, int error, const Rule& rule) {
    if (applies) k.fails(error, rule);
    refused = refused || applies;
  };
  refuse(description.object.kind != ObjectKind::memory, ENODEV, shm::mmap_not_mappable);
  refuse(!description.readable, EACCES, shm::mmap_needs_read);
  refuse(writes && description.readable && !description.writable, EACCES,
         shm::mmap_write_needs_rdwr);
  return refused;
}

}  // namespace

std::optional<std::string> object_name(const std::string& name, const NameKind& kind, Actor& k) {
  const std::size_t first = name.find_first_not_of('/');
  std::string text = first == std::string::npos ? std::string() : name.substr(first);
  const bool bad = text.empty() || text.find('/') != std::string::npos;
  const bool plain = !bad && first == 1 && text.size() <= kind.bytes_max;
  if (text == "." || text == "..") {
    k.is_not_modelled();
  } else if (plain) {
    return text;
  } else if (!k.has(kind.rule)) {
    k.leaves_open(kind.rule);
  } else if (bad) {
    k.fails(kind.bad_error, kind.rule);
  } else if (text.size() > kind.bytes_max) {
    k.fails(ENAMETOOLONG, kind.rule);
    k.fails(kind.bad_error, kind.rule);
  } else {
    return text;
  }
  return std::nullopt;
}

bool is_out_of_resources(const Actor& k) {
  const op::Outcome* seen = k.observed();
  if (seen == nullptr) return false;
  const int error = seen->error.value;
  return error == EMFILE || error == ENFILE || error == ENOSPC || error == ENOMEM;
}

bool is_object_path(const std::string& path) { return path.starts_with(kDirectory); }

void stat_object(const op::StatPath& call, Actor& k) {
  const std::string text = call.path.substr(kDirectory.size());
  const bool semaphore = text.starts_with(kSemaphorePrefix);
  if (!k.has(semaphore ? sem::compare_filesystem : shm::open_dev_shm)) {
    k.is_not_modelled();
    return;
  }
  const Name* name = semaphore
                         ? find_name(*k.now.semaphore_names, text.substr(kSemaphorePrefix.size()))
                         : find_name(*k.now.memory_names, text);
  if (name == nullptr) {
    k.fails(ENOENT, fd::open_enoent);
  } else if (!semaphore) {
    tell_about(name->object, k);
  } else {
    op::Outcome told;
    told.outputs = {S_IFREG,
                    name->mode,
                    1,
                    k.observed_output(3, kSemaphoreBytes),
                    k.observed_output(4, 1),
                    k.observed_output(5, 1)};
    k.returns(std::move(told), sem::compare_filesystem);
  }
}

void read_file(const op::Read& call, const Description& description, Actor& k) {
  const Memory& memory = memory_of(k.now, description.object.index);
  if (memory.kind == MemoryKind::object && !k.has(shm::io_like_file)) {
    k.leaves_open(shm::io_like_file);
    return;
  }
  const auto offset = static_cast<std::uint64_t>(description.offset);
  const std::uint64_t there = memory.size_bytes - std::min(offset, memory.size_bytes);
  const std::uint64_t count = std::min<std::uint64_t>(call.size_bytes, there);
  const Span span{description.object.index, offset, count};
  if (count > kBytesMax || holds_semaphore(memory.semaphores, offset, count)) {
    k.is_not_modelled();
    return;
  }
  if (!rivals(k, span).empty()) k.leaves_open(shm::sync_none_builtin);
  std::string data = Paging(k.world).bytes(memory.pages, offset, count);
  if (State* next = k.returns(of_bytes(std::move(data)), fd::file_read)) {
    const Index index = description_of(k.me(), call.fd.number);
    next->edit_description(index).offset += static_cast<std::int64_t>(count);
  }
}

void write_file(const op::Write& call, const Description& description, Actor& k) {
  const Index index = description.object.index;
  const Memory& memory = memory_of(k.now, index);
  const bool appends = (description.status_flags & O_APPEND) != 0;
  const std::uint64_t offset =
      appends ? memory.size_bytes : static_cast<std::uint64_t>(description.offset);
  const std::uint64_t end = offset + call.data.size();
  if (memory.kind == MemoryKind::object && !k.has(shm::io_like_file)) {
    k.leaves_open(shm::io_like_file);
    return;
  }
  if (end > kSizeMax || !memory.semaphores.empty() || is_out_of_resources(k)) {
    k.is_not_modelled();
    return;
  }
  const Paging paging(k.world);
  if (end > memory.size_bytes && paging.has_tail(memory)) {
    k.leaves_open(shm::mmap_partial_page_stale);
    return;
  }
  const std::vector<Rival> others = rivals(k, {index, offset, call.data.size()});
  // Of two writes, or a write and a truncation, one comes first.
  if (std::ranges::any_of(others, [](const Rival& one) { return !one.resizes; })) {
    k.leaves_open(shm::sync_none_builtin);
  }
  State* next = k.returns(static_cast<std::int64_t>(call.data.size()), fd::file_write);
  if (next == nullptr || call.data.empty()) return;
  Memory& changed = edit_memory(*next, index);
  paging.put(changed.pages, offset, call.data);
  changed.size_bytes = std::max(changed.size_bytes, end);
  ++changed.changes;
  next->edit_description(description_of(k.me(), call.fd.number)).offset =
      static_cast<std::int64_t>(end);
}

void steps(const op::ShmOpen& call, Actor& k) {
  constexpr int kKnown = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_APPEND;
  const int flags = call.flags.value;
  const int access = flags & O_ACCMODE;
  const bool trunc = (flags & O_TRUNC) != 0;
  if ((flags & ~kKnown) != 0 || access == O_ACCMODE || (trunc && access != O_RDWR) ||
      is_out_of_resources(k)) {
    k.is_not_modelled();
    return;
  }
  if (access == O_WRONLY && !k.has(shm::open_write_only)) {
    k.leaves_open(shm::open_write_only);
    return;
  }
  const auto text = object_name(call.name, {shm::open_names, kNameBytesMax, EINVAL}, k);
  if (!text) return;
  const Name* name = find_name(*k.now.memory_names, *text);
  const bool creates = (flags & O_CREAT) != 0;
  if (name == nullptr && !creates) {
    k.fails(ENOENT, shm::open_missing);
  } else if (name == nullptr) {
    make_object(call, *text, k);
  } else if (creates && (flags & O_EXCL) != 0) {
    k.fails(EEXIST, shm::open_excl);
  } else {
    open_object(call, name->object.index, k);
  }
}

void steps(const op::ShmUnlink& call, Actor& k) {
  const auto text = object_name(call.name, {shm::open_names, kNameBytesMax, ENOENT}, k);
  if (!text) return;
  const Name* name = find_name(*k.now.memory_names, *text);
  if (name == nullptr) {
    k.fails(ENOENT, shm::unlink_removes_name);
    return;
  }
  const Index memory = name->object.index;
  const std::int64_t owner = k.now.memory_inodes[static_cast<std::size_t>(memory)]->uid;
  const bool others = owner != k.me().uid;
  // Who may remove names of others depends on the directory that the platform keeps them in.
  if (others && !k.privileged()) k.fails(EACCES, shm::unlink_any_permitted);
  const Rule& rule = others ? shm::unlink_any_permitted : shm::unlink_removes_name;
  if (State* next = k.returns(0, rule)) {
    remove_name(next->memory_names.edit(), *text);
    --next->memory_inodes.edit(static_cast<std::size_t>(memory)).links;
    if (!k.has(shm::unlink_deferred)) resize(*next, k, memory, 0);
  }
}

void steps(const op::Truncate& call, Actor& k) {
  const Description* description = k.description(call.fd);
  const bool negative = call.size_bytes < 0;
  if (negative) k.fails(EINVAL, shm::ftruncate_negative);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
    return;
  }
  const ObjectKind kind = description->object.kind;
  if (kind == ObjectKind::pipe || kind == ObjectKind::socket) {
    k.fails(EINVAL, shm::ftruncate_not_a_file);
    if (!k.has(shm::ftruncate_not_a_file)) k.leaves_open(shm::ftruncate_not_a_file);
  } else if (kind != ObjectKind::memory) {
    k.is_not_modelled();
  } else if (!description->writable) {
    k.fails(EINVAL, shm::ftruncate_read_only);
    if (!k.has(shm::ftruncate_read_only_einval)) k.fails(EBADF, shm::ftruncate_read_only);
  } else if (!negative) {
    const Index index = description->object.index;
    const Memory& memory = memory_of(k.now, index);
    const auto size = static_cast<std::uint64_t>(call.size_bytes);
    if (size > kSizeMax || is_out_of_resources(k)) {
      k.is_not_modelled();
    } else if (size > memory.size_bytes && Paging(k.world).has_tail(memory) &&
               !k.profile.lacks(shm::mmap_partial_page_stale)) {
      k.leaves_open(shm::mmap_partial_page_stale);
    } else if (leaves_pages_open(index, size, k)) {
      return;
    } else if (State* next = k.returns(0, shm::ftruncate_sets_size)) {
      resize(*next, k, index, size);
    }
  }
}

void steps(const op::Map& call, Actor& k) {
  constexpr int kKnown = MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS;
  const int flags = call.flags.value;
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  const bool shared = (flags & MAP_SHARED) != 0;
  const bool isolated = (flags & MAP_PRIVATE) != 0;
  if ((flags & ~kKnown) != 0 || (shared && isolated) ||
      (call.protection.value & ~(PROT_READ | PROT_WRITE)) != 0) {
    k.is_not_modelled();
    return;
  }
  const Description* description = anonymous ? nullptr : k.description(call.fd);
  if (description != nullptr && description->object.kind == ObjectKind::outside) {
    k.is_not_modelled();
    return;
  }
  const bool bad_arguments = call.size_bytes == 0 || (!shared && !isolated);
  if (bad_arguments) k.fails(EINVAL, shm::mmap_arg_errors);
  Mapping mapping{
      .size_bytes = call.size_bytes, .protection = call.protection.value, .shared = shared};
  if (anonymous) {
    if (!bad_arguments) map(std::move(mapping), MemoryKind::anonymous, shm::mmap_anonymous, k);
    return;
  }
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
    return;
  }
  if (refuse_map(call, *description, k) || bad_arguments) return;
  mapping.memory = description->object.index;
  const Memory& memory = memory_of(k.now, mapping.memory);
  mapping.changes_seen = memory.changes;
  const bool before_size = memory.size_bytes == 0;
  map(std::move(mapping), memory.kind,
      before_size ? shm::ftruncate_before_access : shm::mmap_addresses_differ, k);
}

void steps(const op::Unmap& call, Actor& k) {
  const Paging paging(k.world);
  const std::uint64_t size = paging.rounded_up(call.size_bytes);
  if (call.size_bytes > kSizeMax) {
    k.is_not_modelled();
    return;
  }
  if (call.address.value % paging.page_bytes() != 0) {
    if (k.has(shm::munmap_unaligned)) {
      k.fails(EINVAL, shm::munmap_unaligned);
    } else {
      k.leaves_open(shm::munmap_unaligned);
    }
    return;
  }
  if (call.size_bytes == 0) {
    k.fails(EINVAL, shm::munmap_errors);
    return;
  }
  const auto& mappings = k.me().mappings;
  const auto covers = [&](const Mapping& one) {
    return call.address.value >= one.address && call.address.value + size <= one.end();
  };
  const auto at = std::ranges::find_if(mappings, covers);
  if (at == mappings.end()) {
    k.is_not_modelled();
  } else if (at->gone) {
    k.returns(0, shm::munmap_errors);
  } else if (at->size_bytes != size) {
    k.is_not_modelled();
  } else if (State* next = k.returns(0, shm::munmap_segv)) {
    Mapping& mapping =
        next->edit_process(k.who).mappings[static_cast<std::size_t>(at - mappings.begin())];
    mapping = Mapping{.address = mapping.address, .size_bytes = mapping.size_bytes, .gone = true};
  }
}

void steps(const op::Load& call, Actor& k) { load(call.address, call.size_bytes, Form::bytes, k); }

void steps(const op::Store& call, Actor& k) {
  store(call.address, call.data, static_cast<std::int64_t>(call.data.size()), Form::bytes, k);
}

void steps(const op::LoadNumber& call, Actor& k) {
  if (is_word_address(call.address)) {
    load(call.address, kWordBytes, Form::word, k);
  } else {
    k.is_not_modelled();
  }
}

void steps(const op::StoreNumber& call, Actor& k) {
  if (is_word_address(call.address)) {
    store(call.address, word_bytes(call.number), 0, Form::word, k);
  } else {
    k.is_not_modelled();
  }
}

// Without a clock nothing says how long a store may take to be seen: a process that gave up
// may have done so just before.
void steps(const op::SpinUntil& call, Actor& k) {
  const Access access = find_access(k, k.me(), call.address.value, kWordBytes, Use::load);
  if (!is_word_address(call.address) || access.fault != nullptr) {
    k.is_not_modelled();
  } else if (is_described(access, k)) {
    const bool is_there =
        word_of(contents(k, k.me(), access)) == static_cast<std::int32_t>(call.number);
    const bool looks = call.spins_max > 0;
    k.returns(is_there && looks ? 1 : 0,
              is_there && looks ? shm::mmap_same_physical_page : rule_of_use(k, access));
  }
}

void steps(const op::LoadGuarded& call, Actor& k) {
  const Access access = find_access(k, k.me(), call.address.value, 1, Use::load);
  op::Outcome outcome;
  outcome.outputs = {0, 0};
  if (!is_described(access, k)) return;
  if (access.fault == nullptr) {
    k.returns(std::move(outcome), rule_of_use(k, access));
    return;
  }
  if ((k.me().signals->mask & op::SignalSet::bit(access.signal)) != 0) {
    k.is_not_modelled();
    return;
  }
  const bool told = k.has(shm::fault_info);
  const bool any_code = access.signal == SIGBUS && !told;
  const std::int64_t distance = k.observed_output(1, 0);
  // The hardware of s390 tells the page alone.
  const auto page_bytes = static_cast<std::uint64_t>(k.world.facts.page_bytes);
  const bool is_page = distance == -static_cast<std::int64_t>(call.address.value % page_bytes);
  outcome.value = access.signal;
  outcome.outputs = {any_code ? k.observed_output(0, access.code) : access.code,
                     told && !is_page ? 0 : distance};
  k.returns(std::move(outcome), *access.fault);
}

void steps(const op::Allocate& call, Actor& k) {
  if (call.size_bytes == 0) {
    k.fails(EINVAL, shm::mmap_arg_errors);
    return;
  }
  map({.size_bytes = call.size_bytes, .protection = PROT_READ | PROT_WRITE, .shared = false},
      MemoryKind::anonymous, proc::fork_private_memory, k);
}

}  // namespace ipcspec::spec
