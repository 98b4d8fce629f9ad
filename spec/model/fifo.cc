// Named pipes: the name, and the open that waits for a partner.
#include "spec/fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "spec/fd.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/pipe.hpp"

namespace ipcspec::spec {
namespace {

// Stages of an open() that needs a partner.
constexpr std::int32_t kWaiting = 1;

struct Opening {
  bool reads;
  bool writes;
  Index pipe;
};

// The new end exists from here on, so a partner sees it.
Index add_end(State& state, const op::Open& call, const Opening& opening, const Actor& k) {
  Pipe& pipe = state.edit_pipe(opening.pipe);
  // When nobody has it open its contents are gone.
  if (pipe.readers == 0 && pipe.writers == 0 && k.has(pipe::close_discard)) pipe.slots.clear();
  // Without O_NONBLOCK a reader has its writer, so whatever it misses is a hangup.
  const bool may_lack_writer = !opening.writes && (call.flags.value & O_NONBLOCK) != 0;
  const std::uint32_t writers_missed =
      may_lack_writer && pipe.writers == 0 ? pipe.write_opens : kNoOpen;
  if (opening.reads) {
    ++pipe.readers;
    ++pipe.read_opens;
  }
  if (opening.writes) {
    ++pipe.writers;
    ++pipe.write_opens;
  }
  return add_description(state, {.object = {ObjectKind::pipe, opening.pipe},
                                 .readable = opening.reads,
                                 .writable = opening.writes,
                                 .status_flags = call.flags.value & (O_NONBLOCK | O_APPEND),
                                 .writers_missed = writers_missed});
}

void hand_out(State& state, Index who, Index description, const op::Open& call) {
  Process& me = state.edit_process(who);
  add_descriptor(me, {lowest_free_number(me), description, (call.flags.value & O_CLOEXEC) != 0});
}

// A step that completes the open at once.
void open_now(const op::Open& call, const Opening& opening, const Rule& rule, Actor& k) {
  if (State* next = k.returns(lowest_free_number(k.me()), rule)) {
    hand_out(*next, k.who, add_end(*next, call, opening, k), call);
  }
}

// The end is there and waits until a partner has come, be it only for a moment.
void wait_for_partner(const op::Open& call, const Opening& opening, Actor& k) {
  const Pipe& pipe = k.now.pipe(opening.pipe);
  const std::uint32_t opens = opening.reads ? pipe.write_opens : pipe.read_opens;
  const std::int32_t partners = opening.reads ? pipe.writers : pipe.readers;
  const bool came = opens != k.thread().mark;
  const auto hand_over = [&](State* next) {
    if (next == nullptr) return;
    const Index held = k.thread().held;
    next->edit_process(k.who).thread.held = kNone;
    hand_out(*next, k.who, held, call);
  };
  const int number = lowest_free_number(k.me());
  if (partners > 0) {
    hand_over(k.returns(number, fifo::open_rendezvous));
  } else if (came && k.has(fifo::open_transient)) {
    hand_over(k.returns(number, fifo::open_transient));
  } else if (came && k.is_of_another_profile(fifo::open_transient)) {
    k.may();
    hand_over(k.returns(number, fifo::open_rendezvous));
    k.must();
  } else {
    k.waits(opening.reads ? fifo::open_rdonly_blocks : fifo::open_wronly_blocks);
  }
}

// Whether the open() that waits has had no partner yet.
bool is_alone(const State& state, const Thread& thread) {
  const Description& end = state.description(thread.held);
  const Pipe& pipe = state.pipe(end.object.index);
  return (end.readable ? pipe.writers : pipe.readers) == 0 &&
         (end.readable ? pipe.write_opens : pipe.read_opens) == thread.mark;
}

// A FIFO that is still open somewhere and had a name; kNone when there is none.
Index unlinked_fifo(const State& state) {
  for (std::size_t i = 0; i < state.pipes.size(); ++i) {
    const bool open = state.pipes[i]->readers + state.pipes[i]->writers > 0;
    if (open && state.pipe_inodes[i]->links == 0) return static_cast<Index>(i);
  }
  return kNone;
}

}  // namespace

Inode pipe_inode(const Actor& k) {
  return {.type = S_IFIFO, .mode = 0600, .uid = k.me().uid, .links = 1};
}

Index add_pipe(State& state, Pipe pipe, Inode inode) {
  state.pipe_inodes.add(inode);
  return state.pipes.add(std::move(pipe));
}

void steps(const op::MakeFifo& call, Actor& k) {
  if (call.path.empty() || call.path.find('/') != std::string::npos) {
    k.is_not_modelled();
    return;
  }
  if (find_name(*k.now.paths, call.path) != nullptr) {
    k.fails(EEXIST, fifo::create_exists);
    return;
  }
  if (State* next = k.returns(0, fifo::create_node)) {
    Inode inode = pipe_inode(k);
    inode.mode = masked(k, call.mode.bits & 07777);
    Pipe made;
    made.slots_max = static_cast<std::size_t>(k.world.facts.pipe_bytes / k.world.facts.page_bytes);
    const Index old = k.has(fifo::unlink_recreate) ? kNone : unlinked_fifo(k.now);
    const Index pipe = old != kNone ? old : add_pipe(*next, std::move(made), inode);
    next->paths.edit().push_back({call.path, {ObjectKind::pipe, pipe}});
  }
}

void begin_open_anew(State& state, const Actor& k) {
  const Index held = state.process(k.who).thread.held;
  if (held == kNone || !is_alone(state, state.process(k.who).thread)) return;
  if (k.is_of_another_profile(fifo::open_anew)) {
    state.silence = Silence{&fifo::open_anew, k.thread().call};
  }
  if (!k.has(fifo::open_anew)) return;
  Thread& thread = state.edit_process(k.who).thread;
  thread.held = kNone;
  thread.stage = 0;
  release_description(state, held);
}

void open_fifo(const op::Open& call, Actor& k) {
  const int access = call.flags.value & O_ACCMODE;
  Opening opening{access != O_WRONLY, access != O_RDONLY, kNone};
  if (k.thread().stage == kWaiting) {
    opening.pipe = k.now.description(k.thread().held).object.index;
    wait_for_partner(call, opening, k);
    return;
  }
  if ((call.flags.value & O_DIRECT) != 0) {
    // Whether a FIFO may be opened so depends on the file system.
    k.is_not_modelled();
    return;
  }
  opening.pipe = find_name(*k.now.paths, call.path)->object.index;
  const Pipe& pipe = k.now.pipe(opening.pipe);
  const bool nonblocking = (call.flags.value & O_NONBLOCK) != 0;
  if (opening.reads && opening.writes) {
    if (!k.has(fifo::rdwr_linux)) {
      k.leaves_open(fifo::rdwr_linux);
      return;
    }
    // Without the second rule it would be one of them only.
    opening.writes = k.has(fifo::rdwr_counts_both);
    open_now(call, opening, fifo::rdwr_linux, k);
  } else if (opening.reads && nonblocking) {
    open_now(call, opening, fifo::nonblock_rdonly_returns, k);
  } else if (opening.writes && nonblocking && pipe.readers == 0) {
    k.fails(ENXIO, fifo::nonblock_wronly_enxio);
  } else if ((opening.reads ? pipe.writers : pipe.readers) > 0) {
    open_now(call, opening, fifo::open_second_does_not_block, k);
  } else if (State* next = k.goes_on(fifo::open_rendezvous)) {
    const Index held = add_end(*next, call, opening, k);
    Thread& thread = next->edit_process(k.who).thread;
    thread.stage = kWaiting;
    thread.held = held;
    thread.mark = opening.reads ? pipe.write_opens : pipe.read_opens;
  }
}

}  // namespace ipcspec::spec
