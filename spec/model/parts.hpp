// What the mechanisms' steps share: parts of calls that work on several kinds of object, signals
// as other calls raise them, and names.
#pragma once

#include <optional>
#include <string>

#include "spec/model/actor.hpp"

namespace ipcspec::spec {

// read() and write() by kind of object: files and shared memory (shm.cc), sockets (unix.cc).
void read_file(const op::Read& call, const Description& description, Actor& k);
void write_file(const op::Write& call, const Description& description, Actor& k);
void read_socket(const op::Read& call, const Description& description, Actor& k);
void write_socket(const op::Write& call, const Description& description, Actor& k);
// What poll() reports of an object.
struct Readiness {
  int must = 0;                // reported where it was asked for
  int may = 0;                 // left to the kernel
  int late = 0;                // reported, but a poll() that does not wait may come too early
  const Rule* rule = nullptr;  // why it is reported
};
void bytes_readable(const Description& description, Actor& k);
Readiness socket_readiness(const Description& description, Actor& k);
// lstat() of a path that leads to a shared memory object or a semaphore (shm.cc, sem.cc).
bool is_object_path(const std::string& path);
void stat_object(const op::StatPath& call, Actor& k);
// A name as the C library takes it, without its slashes; nothing when it is not a name, and then
// the call's failure was offered.
struct NameKind {
  const Rule& rule;
  std::size_t bytes_max;
  int bad_error;
};
std::optional<std::string> object_name(const std::string& name, const NameKind& kind, Actor& k);
// Failures that come of the platform's limits and are no matter of the rules.
bool is_out_of_resources(const Actor& k);
// The file behind a name or a description; nullptr when the model knows none (fd.cc).
const Inode* inode_of(const State& state, const Object& object);
// What a file or an object is answers fstat() (fd.cc).
void tell_about(const Object& object, Actor& k);
// A child has semaphores of its own where memory is private.
void copy_private_semaphores(State& state, const Actor& k, Index child);
// open() of a FIFO that exists (fifo.cc).
void open_fifo(const op::Open& call, Actor& k);
// What a stop does to an open() that waits for its partner.
void begin_open_anew(State& state, const Actor& k);

// New objects.
Inode pipe_inode(const Actor& k);
Index add_pipe(State& state, Pipe pipe, Inode inode);
Index add_memory(State& state, MemoryKind kind, Inode inode);

// Signals (signal.cc). A signal of the calling process to itself, and one from it to another.
PendingSignal own_signal(const Actor& k, int signal);
PendingSignal sent_signal(const Actor& k, int signal, int code, std::int64_t value);
// The signal is generated for that process.
void generate(State& state, const Actor& k, Index target, PendingSignal info);
// The parent is told of what became of its child by SIGCHLD.
void tell_parent(State& state, const Actor& k, Index child, int code, int status);
bool ignores_children(const Process& parent);
// Whether the parent of a process is in another process group of the same session.
bool is_link_to_outside(const State& state, const Process& member);
// Whether a process group has no member but `leaving` whose parent is in another group of the same
// session (XBD 3.264).
bool is_orphaned(const State& state, std::int64_t group, Index leaving);
// If the group is orphaned, and one of its processes is stopped, all get SIGHUP and SIGCONT.
void hang_up_orphans(State& state, const Actor& k, std::int64_t group, Index leaving);
// The process leaves its call. A semaphore's post wakes one that waits: if that is killed or
// stopped before it takes what was posted, no other is woken for it (sem.cc).
void lose_wake(State& state, const Actor& k);
// Ends a process: it starts to be taken apart.
void start_to_die(State& state, Index who, int status);

// Permission to use an object with these bits; `wanted` is 4 for reading plus 2 for writing.
bool may_access(const Process& process, std::uint32_t mode, std::int64_t owner, unsigned wanted);
// The permission bits of a new name.
std::uint32_t masked(Actor& k, std::uint32_t mode);

}  // namespace ipcspec::spec
