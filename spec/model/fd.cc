// Descriptors, open file descriptions and directory entries.
#include "spec/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "spec/fifo.hpp"
#include "spec/model/memory.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/pipe.hpp"
#include "spec/proc.hpp"
#include "spec/shm.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

// Flags that F_SETFL can change, of those that the model knows.
constexpr int kChangeable = O_NONBLOCK | O_APPEND | O_DIRECT;

// A path that the model follows: an entry of the scenario's directory.
bool is_ours(const std::string& path) {
  return !path.empty() && path.find('/') == std::string::npos && path != "." && path != "..";
}

Inode* edit_inode(State& state, const Object& object) {
  const auto at = static_cast<std::size_t>(object.index);
  if (object.kind == ObjectKind::pipe) return &state.pipe_inodes.edit(at);
  if (object.kind == ObjectKind::memory) return &state.memory_inodes.edit(at);
  if (object.kind == ObjectKind::socket_file) return &state.socket_inodes.edit(at);
  return nullptr;
}

std::int64_t size_of(const State& state, const Object& object) {
  if (object.kind != ObjectKind::memory) return 0;
  const auto at = static_cast<std::size_t>(object.index);
  return static_cast<std::int64_t>(state.memories[at]->size_bytes);
}

// A regular file of the scenario's directory is opened or made.
void open_file(const op::Open& call, const Object& object, Actor& k, const Rule& rule) {
  const int number = lowest_free_number(k.me());
  State* next = k.returns(number, rule);
  if (next == nullptr) return;
  const int access = call.flags.value & O_ACCMODE;
  Object opened = object;
  if (opened.kind == ObjectKind::none) {
    const std::uint32_t mode = masked(k, call.mode.bits & 0777);
    opened = {ObjectKind::memory, kNone};
    opened.index = add_memory(*next, MemoryKind::file,
                              {.type = S_IFREG, .mode = mode, .uid = k.me().uid, .links = 1});
    next->paths.edit().push_back({call.path, opened});
  } else if ((call.flags.value & O_TRUNC) != 0) {
    resize(*next, k, opened.index, 0);
  }
  const Index description =
      add_description(*next, {.object = opened,
                              .readable = access != O_WRONLY,
                              .writable = access != O_RDONLY,
                              .status_flags = call.flags.value & kChangeable});
  add_descriptor(next->edit_process(k.who),
                 {number, description, (call.flags.value & O_CLOEXEC) != 0});
}

unsigned wanted_access(int flags) {
  switch (flags & O_ACCMODE) {
    case O_RDONLY:
      return 4;
    case O_WRONLY:
      return 2;
    default:
      return 6;
  }
}

// The new descriptor refers to the description of the old one.
void add_duplicate(State& state, Index who, Index description, int number, bool close_on_exec) {
  ++state.edit_description(description).references;
  add_descriptor(state.edit_process(who), {number, description, close_on_exec});
}

// The C library makes a semaphore in a file, which it has open until sem_open() returns.
bool may_hold_file_of_library(const Process& process, const World& world) {
  return process.thread.activity == Activity::in_call &&
         std::holds_alternative<op::SemOpen>(*world.call(process.thread.call).op);
}

bool is_anyone_in_call(const Actor& k) {
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const bool in_call = k.now.processes[i]->thread.activity == Activity::in_call;
    if (in_call && static_cast<Index>(i) != k.who) return true;
  }
  return false;
}

void mark_entered(State& state, Index besides) {
  for (std::size_t i = 0; i < state.processes.size(); ++i) {
    const auto who = static_cast<Index>(i);
    if (state.process(who).thread.activity != Activity::in_call || who == besides) continue;
    state.edit_process(who).thread.asleep = true;
  }
}

// Who asks while the name is removed may be told of what it led to, which has no name any more.
bool tells_of_removed(const Actor& k) {
  constexpr std::size_t kLinks = 2;
  const op::Outcome* seen = k.observed();
  return k.world.call(k.thread().call).racing && seen != nullptr && seen->error.value == 0 &&
         k.observed_output(kLinks, 1) == 0;
}

}  // namespace

const Inode* inode_of(const State& state, const Object& object) {
  const auto at = static_cast<std::size_t>(object.index);
  if (object.kind == ObjectKind::pipe) return &*state.pipe_inodes[at];
  if (object.kind == ObjectKind::memory) return &*state.memory_inodes[at];
  if (object.kind == ObjectKind::socket_file) return &*state.socket_inodes[at];
  return nullptr;
}

// type, mode, links, size_bytes, device, inode. What numbers a device and an inode have is the
// kernel's, but an object keeps them.
void tell_about(const Object& object, Actor& k) {
  const Inode* inode = inode_of(k.now, object);
  if (inode == nullptr) {
    k.is_not_modelled();
    return;
  }
  const auto kept = [](std::int64_t known, std::int64_t seen) { return known >= 0 ? known : seen; };
  const std::int64_t device = kept(inode->device, k.observed_output(4, 1));
  const std::int64_t number = kept(inode->number, k.observed_output(5, 1));
  // Linux counts what is in a FIFO as 0 bytes; the standard leaves its size open.
  const bool has_size = object.kind == ObjectKind::memory;
  // A write shows its parts.
  if (has_size && !rivals(k, {object.index, 0, UINT64_MAX}).empty()) {
    k.leaves_open(shm::sync_none_builtin);
  }
  const std::int64_t size = has_size ? size_of(k.now, object) : k.observed_output(3, 0);
  op::Outcome told;
  told.outputs = {inode->type, inode->mode, inode->links, size, device, number};
  if (State* next = k.returns(std::move(told), fd::stat_tells)) {
    Inode* known = edit_inode(*next, object);
    known->device = device;
    known->number = number;
  }
}

bool may_access(const Process& process, std::uint32_t mode, std::int64_t owner, unsigned wanted) {
  if (process.uid == 0) return true;
  // Groups are not modelled: the processes of a scenario share theirs with nobody.
  const std::uint32_t granted = process.uid == owner ? mode >> 6 : mode;
  return (granted & wanted) == wanted;
}

std::uint32_t masked(Actor& k, std::uint32_t mode) {
  return k.has(fifo::create_mode_umask) ? mode & ~k.me().umask : mode;
}

Index add_memory(State& state, MemoryKind kind, Inode inode) {
  state.memory_inodes.add(inode);
  return state.memories.add({.kind = kind});
}

void steps(const op::Open& call, Actor& k) {
  if (!is_ours(call.path)) {
    k.is_not_modelled();
    return;
  }
  const Name* name = find_name(*k.now.paths, call.path);
  const bool create = (call.flags.value & O_CREAT) != 0;
  if (k.thread().stage > 0) {
    open_fifo(call, k);
  } else if (name == nullptr && !create) {
    k.fails(ENOENT, fd::open_enoent);
  } else if (name == nullptr) {
    open_file(call, {}, k, fd::open_creates);
  } else if (create && (call.flags.value & O_EXCL) != 0) {
    k.fails(EEXIST, fd::open_excl);
  } else if ((call.flags.value & O_TRUNC) != 0 && (call.flags.value & O_ACCMODE) == O_RDONLY) {
    // POSIX leaves it undefined.
    k.is_not_modelled();
  } else if (const Inode* inode = inode_of(k.now, name->object); inode == nullptr) {
    k.is_not_modelled();
  } else if (!may_access(k.me(), inode->mode, inode->uid, wanted_access(call.flags.value))) {
    k.fails(EACCES, fd::open_access);
  } else if (name->object.kind == ObjectKind::pipe) {
    open_fifo(call, k);
  } else if (name->object.kind == ObjectKind::socket_file) {
    k.fails(ENXIO, unix::open_enxio);
    if (!k.has(unix::open_enxio)) k.leaves_open(unix::open_enxio);
  } else {
    open_file(call, name->object, k, fd::open_lowest);
  }
}

void steps(const op::Close& call, Actor& k) {
  if (find_descriptor(k.me(), call.fd.number) == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (State* next = k.returns(0, fd::close_deallocates)) {
    const Index description = description_of(k.me(), call.fd.number);
    close_descriptor(*next, k.who, call.fd.number);
    if (k.has(fd::close_one_of_many)) return;
    // Without the rule the process loses them all.
    for (const Descriptor& one : k.me().descriptors) {
      const bool other = one.description == description && one.number != call.fd.number;
      if (other) close_descriptor(*next, k.who, one.number);
    }
  }
}

void steps(const op::Dup& call, Actor& k) {
  const Descriptor* source = find_descriptor(k.me(), call.fd.number);
  if (source == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
    return;
  }
  const int number = lowest_free_number(k.me());
  if (State* next = k.returns(number, fd::dup_shares)) {
    const bool cloexec = source->close_on_exec && !k.has(fd::dup_clears_cloexec);
    add_duplicate(*next, k.who, source->description, number, cloexec);
  }
}

void steps(const op::Dup2& call, Actor& k) {
  const Descriptor* source = find_descriptor(k.me(), call.fd.number);
  const int target = call.target.number;
  if (source == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (target < 0) {
    k.fails(EBADF, fd::dup2_bad_target);
  } else if (target == call.fd.number) {
    k.returns(target, fd::dup2_same_noop);
  } else if (State* next = k.returns(target, fd::dup2_points_at_source)) {
    const Index description = source->description;
    const bool cloexec = source->close_on_exec && !k.has(fd::dup_clears_cloexec);
    if (find_descriptor(k.me(), target) != nullptr && k.has(fd::dup2_closes_target)) {
      close_descriptor(*next, k.who, target);
    } else if (find_descriptor(k.me(), target) != nullptr) {
      std::erase_if(next->edit_process(k.who).descriptors,
                    [&](const Descriptor& one) { return one.number == target; });
    }
    add_duplicate(*next, k.who, description, target, cloexec);
  }
}

void steps(const op::GetStatusFlags& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
    return;
  }
  if (description->object.kind == ObjectKind::outside) {
    k.is_not_modelled();
    return;
  }
  const int access = description->readable ? (description->writable ? O_RDWR : O_RDONLY) : O_WRONLY;
  const int known = access | description->status_flags;
  // A kernel may show flags of its own, as Linux shows O_LARGEFILE.
  const op::Outcome* seen = k.observed();
  const int others = seen == nullptr || seen->error.value != 0
                         ? 0
                         : static_cast<int>(seen->value) & ~(O_ACCMODE | kChangeable);
  const bool pipe = description->object.kind == ObjectKind::pipe;
  const Rule& rule = pipe ? pipe::create_access_modes : fd::flags_tell;
  k.returns(known | others, description->status_flags != 0 ? fd::flags_nonblock_shared : rule);
}

void steps(const op::SetStatusFlags& call, Actor& k) {
  const Index index = description_of(k.me(), call.fd.number);
  if (index == kNone) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (k.now.description(index).object.kind == ObjectKind::outside) {
    k.is_not_modelled();
  } else {
    const auto set = [&](State* next) {
      if (next == nullptr) return;
      next->edit_description(index).status_flags = call.flags.value & kChangeable;
    };
    set(k.returns(0, fd::flags_access_kept));
    if ((call.flags.value & O_NONBLOCK) == 0 || !is_anyone_in_call(k)) return;
    // A call that has begun goes by the flag as it was.
    State* next = k.returns(0, fd::flags_access_kept);
    set(next);
    if (next != nullptr) mark_entered(*next, k.who);
  }
}

void steps(const op::GetDescriptorFlags& call, Actor& k) {
  const Descriptor* descriptor = find_descriptor(k.me(), call.fd.number);
  if (descriptor == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else {
    k.returns(descriptor->close_on_exec ? FD_CLOEXEC : 0, fd::flags_cloexec_own);
  }
}

void steps(const op::SetDescriptorFlags& call, Actor& k) {
  if (find_descriptor(k.me(), call.fd.number) == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (State* next = k.returns(0, fd::flags_cloexec_own)) {
    for (Descriptor& one : next->edit_process(k.who).descriptors) {
      if (one.number == call.fd.number) one.close_on_exec = (call.flags.value & FD_CLOEXEC) != 0;
    }
  }
}

void steps(const op::Seek& call, Actor& k) {
  const Index index = description_of(k.me(), call.fd.number);
  if (index == kNone) {
    k.fails(EBADF, fd::bad_descriptor);
    return;
  }
  const Description& description = k.now.description(index);
  const ObjectKind kind = description.object.kind;
  if (kind == ObjectKind::pipe || kind == ObjectKind::socket) {
    k.fails(ESPIPE, pipe::seek_espipe);
    return;
  }
  const int whence = call.whence.value;
  if (kind != ObjectKind::memory ||
      (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)) {
    k.is_not_modelled();
    return;
  }
  std::int64_t from = 0;
  if (whence == SEEK_CUR) from = description.offset;
  if (whence == SEEK_END) from = size_of(k.now, description.object);
  if (from + call.offset_bytes < 0) {
    k.fails(EINVAL, fd::seek_sets);
  } else if (State* next = k.returns(from + call.offset_bytes, fd::seek_sets)) {
    next->edit_description(index).offset = from + call.offset_bytes;
  }
}

void steps(const op::StatFd& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else {
    tell_about(description->object, k);
  }
}

void steps(const op::StatPath& call, Actor& k) {
  if (is_object_path(call.path)) {
    stat_object(call, k);
    return;
  }
  const Name* name = is_ours(call.path) ? find_name(*k.now.paths, call.path) : nullptr;
  if (!is_ours(call.path)) {
    k.is_not_modelled();
  } else if (name == nullptr && tells_of_removed(k)) {
    k.is_not_modelled();
  } else if (name == nullptr) {
    k.fails(ENOENT, fd::open_enoent);
  } else {
    tell_about(name->object, k);
  }
}

void steps(const op::ChangeMode& call, Actor& k) {
  const Name* name = is_ours(call.path) ? find_name(*k.now.paths, call.path) : nullptr;
  if (!is_ours(call.path)) {
    k.is_not_modelled();
  } else if (name == nullptr) {
    k.fails(ENOENT, fd::open_enoent);
  } else if (const Inode* inode = inode_of(k.now, name->object);
             inode == nullptr || (!k.privileged() && inode->uid != k.me().uid)) {
    k.is_not_modelled();
  } else if (State* next = k.returns(0, fd::chmod_sets)) {
    edit_inode(*next, name->object)->mode = call.mode.bits;
  }
}

void steps(const op::Unlink& call, Actor& k) {
  const Name* name = is_ours(call.path) ? find_name(*k.now.paths, call.path) : nullptr;
  if (!is_ours(call.path)) {
    k.is_not_modelled();
  } else if (name == nullptr) {
    k.fails(ENOENT, fd::unlink_enoent);
  } else {
    const bool fifo = name->object.kind == ObjectKind::pipe;
    const Object object = name->object;
    if (State* next = k.returns(0, fifo ? fifo::unlink_removes_name : fd::unlink_links)) {
      remove_name(next->paths.edit(), call.path);
      if (Inode* inode = edit_inode(*next, object)) --inode->links;
    }
  }
}

void steps(const op::Umask& call, Actor& k) {
  if (State* next = k.returns(k.me().umask, fd::umask_previous)) {
    next->edit_process(k.who).umask = call.mask.bits & 0777;
  }
}

void steps(const op::CopyForeignDescriptor& call, Actor& k) {
  const Index other = k.world.with_pid(call.pid);
  if (other == kNone || k.now.process(other).life != Life::alive || !k.has(fd::foreign_copy)) {
    k.is_not_modelled();
    return;
  }
  const Index description = description_of(k.now.process(other), call.fd.number);
  const int number = lowest_free_number(k.me());
  const op::Outcome* seen = k.observed();
  if (seen != nullptr && (seen->error.value == EPERM || seen->error.value == ENOSYS)) {
    // Whether one process may look into another is a matter of the platform's configuration.
    k.is_not_modelled();
  } else if (description == kNone) {
    k.fails(EBADF, fd::bad_descriptor);
    if (may_hold_file_of_library(k.now.process(other), k.world)) k.is_not_modelled();
  } else if (State* next = k.returns(number, fd::foreign_copy)) {
    add_duplicate(*next, k.who, description, number, true);
  }
}

}  // namespace ipcspec::spec
