// The state of the modelled kernel: a value without pointers, clock or hidden parts. Objects are
// named by their index in a table of the state.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ops/trace.hpp"
#include "spec/model/cow.hpp"
#include "spec/model/table.hpp"
#include "spec/rule.hpp"

namespace ipcspec::spec {

// What an open file description refers to.
enum class ObjectKind : std::uint8_t {
  none,
  outside,
  pipe,
  memory,
  socket,
  socket_file,  // the directory entry of one, which outlives it
  queue,
  semaphore,
};

struct Object {
  ObjectKind kind = ObjectKind::none;
  Index index = kNone;
  bool operator==(const Object&) const = default;
};

inline constexpr std::uint32_t kNoOpen = UINT32_MAX;

// An open file description: what dup() and fork() share.
struct Description {
  Object object;
  bool readable = false;
  bool writable = false;
  int status_flags = 0;         // O_NONBLOCK, O_APPEND, O_DIRECT
  std::int64_t offset = 0;      // bytes, for files
  std::int32_t references = 0;  // descriptors of all processes, and copies in flight
  // A FIFO's count of writers' opens when this one opened it for reading and no writer was there.
  std::uint32_t writers_missed = kNoOpen;
  bool operator==(const Description&) const = default;
};

struct Descriptor {
  int number = -1;
  Index description = kNone;
  bool close_on_exec = false;
  bool operator==(const Descriptor&) const = default;
};

// One page slot of a pipe, as Linux keeps it.
struct Slot {
  std::string bytes;         // all that was ever put into it
  std::size_t consumed = 0;  // bytes at its start that were read
  bool packet = false;
  std::size_t size() const { return bytes.size() - consumed; }
  bool operator==(const Slot&) const = default;
};

struct Pipe {  // a FIFO too
  std::vector<Cow<Slot>> slots;
  std::size_t slots_max = 0;
  std::int32_t readers = 0;  // open descriptions that can read, opens in progress included
  std::int32_t writers = 0;
  std::uint32_t read_opens = 0;  // ever: by these a blocked open sees that a partner came
  std::uint32_t write_opens = 0;
  std::size_t size_bytes() const {
    std::size_t sum = 0;
    for (const auto& slot : slots) sum += slot->size();
    return sum;
  }
  bool operator==(const Pipe&) const = default;
};

// An unnamed semaphore, where sem_init() put it.
struct PlacedSemaphore {
  std::uint64_t offset = 0;
  Index semaphore = kNone;
  bool operator==(const PlacedSemaphore&) const = default;
};

// Whole pages; one that is empty here was never touched and reads as zero.
using Pages = std::vector<Cow<std::string>>;

enum class MemoryKind : std::uint8_t {
  file,
  object,     // of shm_open()
  anonymous,  // of mmap(MAP_ANONYMOUS | MAP_SHARED)
};

// What can be mapped. The last page goes on behind the end.
struct Memory {
  MemoryKind kind = MemoryKind::file;
  std::uint64_t size_bytes = 0;
  Pages pages{};
  std::vector<PlacedSemaphore> semaphores{};
  std::uint32_t changes = 0;  // ever made; by these a private mapping knows of later ones
  bool operator==(const Memory&) const = default;
};

// A directory entry, or a name in the name space of shared memory, semaphores or queues.
struct Name {
  std::string text;
  Object object;
  std::uint32_t mode = 0;
  std::int64_t uid = 0;
  std::int64_t inode = 0;  // 0 until it was seen
  bool operator==(const Name&) const = default;
};

// A name that is gone may live on in descriptions, so what fstat() tells stays with the object.
struct Inode {
  int type = 0;  // S_IFIFO, ...
  std::uint32_t mode = 0;
  std::int64_t uid = 0;
  std::int32_t links = 0;
  std::int64_t device = -1;  // -1 until seen
  std::int64_t number = -1;
  bool operator==(const Inode&) const = default;
};

// What one send put into a socket's queue. In a stream all that carries no descriptor is one.
struct Parcel {
  std::string bytes;     // not yet received
  Index passed = kNone;  // an open file description that goes with it
  bool operator==(const Parcel&) const = default;
};

// "127.0.0.1" and 80, or the whole text of an AF_UNIX address; what is not known yet is empty.
struct SocketAddress {
  std::string host;
  std::int64_t port = 0;
  bool operator==(const SocketAddress&) const = default;
};

enum class Phase : std::uint8_t {
  unconnected,
  listening,
  dialling,  // the connection request is on its way, nobody has taken it
  connected,
  reset,  // the connection is gone although nobody here closed it
};

struct Socket {
  int family = 0;  // 0: no socket has this index
  int type = 0;
  Phase phase = Phase::unconnected;
  bool bound = false;
  bool reuses_address = false;
  bool embryo = false;     // connected, and not accepted yet
  bool read_shut = false;  // nothing more will come in, or is wanted
  bool write_shut = false;
  bool ended = false;           // TCP: the peer's end-of-file is there, behind the data
  bool peer_gone = false;       // the other end was closed
  bool came_late = false;       // connected by a connect() that had returned before
  bool fresh = false;           // TCP: the last that was sent here may not have arrived
  bool untold = false;          // TCP: nor has FIONREAD told of it since
  bool unacknowledged = false;  // TCP: what arrived may not have been acknowledged
  bool wake_spent = false;      // what is in the queue woke only who peeked at it
  int error = 0;                // SO_ERROR
  std::int64_t backlog = 0;
  Index peer = kNone;
  Index file = kNone;  // in `socket_inodes`, when it is bound to a path
  SocketAddress local;
  SocketAddress remote;
  std::vector<Cow<Parcel>> queue;  // what can be received
  std::size_t held_bytes = 0;      // TCP: of its end; what may wait for an acknowledgement
  std::vector<Index> waiting;      // connections to accept, in order
  // A call that is sending more than there is room for, and how much of it is in the queue; of
  // the rest any part may be.
  op::CallId sender = 0;
  std::uint64_t sent = 0;
  std::size_t size_bytes() const {
    std::size_t sum = 0;
    for (const auto& parcel : queue) sum += parcel->bytes.size();
    return sum;
  }
  bool operator==(const Socket&) const = default;
};

enum class Action : std::uint8_t { standard, ignore, handler };

struct Disposition {
  Action action = Action::standard;
  std::int32_t flags = 0;
  std::uint64_t mask = 0;
  std::int64_t body = 0;  // HandlerBody
  std::int64_t argument = 0;
  bool done_once = false;  // a body that raises a signal does so once
  bool operator==(const Disposition&) const = default;
};

// A signal that was generated and neither delivered nor accepted.
struct PendingSignal {
  std::int32_t signal = 0;
  std::int32_t code = 0;
  std::int64_t pid = 0;
  std::int64_t uid = 0;
  std::int64_t value = 0;
  bool to_thread = false;  // by raise(), or by the process' own call
  bool fatal = false;      // was neither blocked nor caught when it came, and ends the process
  bool operator==(const PendingSignal&) const = default;
};

// A handler that was started and has not returned.
struct Frame {
  PendingSignal signal;
  std::uint64_t mask_before = 0;
  std::int64_t body = 0;
  std::int64_t argument = 0;
  bool has_info = true;
  bool entered = false;
  bool body_done = false;
  bool operator==(const Frame&) const = default;
};

inline constexpr int kSignals = 65;  // 1 to 64

struct SignalState {
  std::array<Disposition, kSignals> dispositions{};
  std::vector<PendingSignal> pending;  // in order of arrival
  std::vector<Frame> frames;           // innermost last
  std::vector<std::int64_t> log;       // what the recording handlers wrote since it was taken
  std::uint64_t mask = 0;
  bool operator==(const SignalState&) const = default;
};

// A range of a process' addresses, of whole pages.
struct Mapping {
  std::uint64_t address = 0;
  std::uint64_t size_bytes = 0;
  Index memory = kNone;  // kNone: memory of the process alone, zero at first
  std::int32_t protection = 0;
  bool shared = true;
  bool gone = false;               // was unmapped, and nothing that is known took its place
  std::uint32_t changes_seen = 0;  // of the memory when a private mapping was made
  // Of a private mapping: the pages that the process has stored to, and the semaphores there.
  Cow<Pages> own{};
  std::vector<PlacedSemaphore> semaphores{};
  std::uint64_t end() const { return address + size_bytes; }
  bool operator==(const Mapping&) const = default;
};

struct SemaphoreAddress {  // where sem_open() put it in the process
  std::string name;        // as it was given
  std::uint64_t address = 0;
  Index semaphore = kNone;
  std::int32_t opens = 1;
  bool operator==(const SemaphoreAddress&) const = default;
};

// What the only thread of a process is doing.
enum class Activity : std::uint8_t {
  idle,       // in user space
  in_call,    // it was told to make a call; the kernel may or may not have a step for it
  returning,  // the kernel has acted; the return was not seen yet
};

struct Thread {
  Activity activity = Activity::idle;
  op::CallId call = 0;
  // How far a call that takes several steps has come; its meaning is the operation's own.
  std::int32_t stage = 0;
  std::uint64_t moved = 0;
  std::uint64_t mark = 0;
  Index held = kNone;           // an open file description that is not yet in the table
  bool asleep = false;          // was seen blocked, so a signal interrupts it
  bool stopped_inside = false;  // the process was stopped while the call was waiting
  bool signals_first = false;   // what is pending is delivered before the call returns
  bool restores_mask = false;   // sigsuspend(): `mark` is the mask to put back
  Cow<op::Outcome> outcome;     // of a returning call
  bool operator==(const Thread&) const = default;
};

enum class Life : std::uint8_t { unborn, alive, dying, zombie, reaped };

struct Process {
  Life life = Life::unborn;
  bool stopped = false;
  bool stop_reported = true;      // to wait(WUNTRACED)
  bool continue_reported = true;  // to wait(WCONTINUED)
  bool continue_untold = false;   // by SIGCHLD
  int stop_signal = 0;
  int status = 0;  // as wait() gives it, once dying
  Index parent = kNone;
  std::int64_t group = 0;
  std::int64_t session = 0;
  std::int64_t uid = 0;  // effective
  std::int64_t real_uid = 0;
  std::int64_t saved_uid = 0;
  std::uint32_t umask = 022;
  bool adopts_orphans = false;
  bool born_in_race = false;
  Thread thread;
  std::vector<Descriptor> descriptors;  // by number
  std::vector<Mapping> mappings;
  std::vector<SemaphoreAddress> semaphores;
  Cow<SignalState> signals;
  bool operator==(const Process&) const = default;
};

struct Semaphore {
  std::int64_t value = 0;
  std::int64_t wakes_lost = 0;  // of the value, at most: what need not wake who sleeps
  Index owner = kNone;          // the only process that may use it; kNone: any
  bool operator==(const Semaphore&) const = default;
};

struct Message {
  std::string data;
  std::uint64_t priority = 0;
  bool operator==(const Message&) const = default;
};

struct Queue {
  std::vector<Cow<Message>> messages;  // in the order in which they will be received
  std::int64_t messages_max = 0;
  std::int64_t size_bytes_max = 0;
  bool operator==(const Queue&) const = default;
};

// Why a trace is not judged from some point on.
struct Silence {
  const Rule* rule = nullptr;  // leaves it open; nullptr where the model does not describe it
  op::CallId call = 0;
  bool operator==(const Silence&) const = default;
};

struct State {
  Table<Process> processes;
  Table<Description> descriptions;
  Table<Pipe> pipes;
  Table<Inode> pipe_inodes;  // beside `pipes`
  Table<Memory> memories;
  Table<Inode> memory_inodes;  // beside `memories`
  Table<Semaphore> semaphores;
  Table<Queue> queues;
  Table<Socket> sockets;
  Table<Inode> socket_inodes;
  Cow<std::vector<SocketAddress>> closed_connections;  // whose port may be in TIME_WAIT
  Cow<std::vector<Name>> paths;                        // of the scenario's directory
  Cow<std::vector<Name>> memory_names;                 // shm_open()
  Cow<std::vector<Name>> semaphore_names;              // sem_open()
  Cow<std::vector<Name>> queue_names;                  // mq_open()
  std::optional<Silence> silence;

  const Process& process(Index who) const { return *processes[static_cast<std::size_t>(who)]; }
  Process& edit_process(Index who) { return processes.edit(static_cast<std::size_t>(who)); }
  const Description& description(Index i) const {
    return *descriptions[static_cast<std::size_t>(i)];
  }
  Description& edit_description(Index i) { return descriptions.edit(static_cast<std::size_t>(i)); }
  const Pipe& pipe(Index i) const { return *pipes[static_cast<std::size_t>(i)]; }
  Pipe& edit_pipe(Index i) { return pipes.edit(static_cast<std::size_t>(i)); }
  const Socket& socket(Index i) const { return *sockets[static_cast<std::size_t>(i)]; }
  Socket& edit_socket(Index i) { return sockets.edit(static_cast<std::size_t>(i)); }

  bool operator==(const State&) const = default;
};

// Equal for equal states; a projection that is cheap to make.
std::size_t fingerprint(const State& state);

// Puts `value` into the first unused place of a table (one for which `unused` holds) or at its
// end.
template <typename T, typename Unused>
Index place(Table<T>& table, T value, const Unused& unused) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (unused(*table[i])) {
      table.put(i, std::move(value));
      return static_cast<Index>(i);
    }
  }
  return table.add(std::move(value));
}

// Descriptors and open file descriptions.
const Descriptor* find_descriptor(const Process& process, int number);
// The description behind a descriptor; kNone when the number is not open.
Index description_of(const Process& process, int number);
int lowest_free_number(const Process& process, int from = 0);
void add_descriptor(Process& process, Descriptor descriptor);
// A new description with one reference.
Index add_description(State& state, Description description);
// One reference less; the last one lets go of the object.
void release_description(State& state, Index index);
// The last description of a socket is gone, or it never had one (unix.cc).
void release_socket(State& state, Index index);
// Nothing is on its way any more between sockets.
void settle_sockets(State& state);
// Closes a descriptor that is open.
void close_descriptor(State& state, Index who, int number);

const Name* find_name(const std::vector<Name>& names, const std::string& text);
void remove_name(std::vector<Name>& names, const std::string& text);

}  // namespace ipcspec::spec
