// Pipes and the transfer of bytes through them. Linux keeps a pipe in page slots and counts its
// capacity in them; the standard only says that there is one.
#include "spec/pipe.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "spec/fd.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

// Stage of a write() that has looked at the pipe and waits, or has waited.
constexpr std::int32_t kWriting = 1;

// The page slots of a pipe as Linux fills and empties them.
class Slots {
 public:
  Slots(const World& world, std::size_t slots_max)
      : page_(static_cast<std::size_t>(world.facts.page_bytes)), slots_max_(slots_max) {}

  // How many bytes of a write of `size` fit now. Only what a write puts first may join the last
  // slot, if `merges`.
  std::size_t room(const Pipe& pipe, std::size_t size, bool merges) const {
    const std::size_t merged = merges ? mergeable(pipe, size) : 0;
    const std::size_t free = slots_max_ - std::min(slots_max_, pipe.slots.size());
    return std::min(size, merged + free * page_);
  }

  // Puts the first `count` bytes of a write there; room() said that they fit.
  void put(Pipe& pipe, std::string_view bytes, bool merges, bool packet) const {
    const std::size_t merged = merges ? mergeable(pipe, bytes.size()) : 0;
    if (merged > 0) pipe.slots.back().edit().bytes.append(bytes.substr(0, merged));
    for (std::size_t at = merged; at < bytes.size(); at += page_) {
      pipe.slots.emplace_back(Slot{std::string(bytes.substr(at, page_)), 0, packet});
    }
  }

 private:
  // The part of a write that does not fill a page goes first, into the last slot, if it fits there.
  std::size_t mergeable(const Pipe& pipe, std::size_t size) const {
    const std::size_t odd = size % page_;
    if (odd == 0 || pipe.slots.empty() || pipe.slots.back()->packet) return 0;
    return pipe.slots.back()->bytes.size() + odd <= page_ ? odd : 0;
  }

  std::size_t page_;
  std::size_t slots_max_;
};

// Takes up to `size` bytes out; of a packet what does not fit is lost.
std::string take(Pipe& pipe, std::size_t size) {
  std::string taken;
  while (!pipe.slots.empty() && taken.size() < size) {
    Slot& slot = pipe.slots.front().edit();
    const std::size_t count = std::min(size - taken.size(), slot.size());
    taken.append(slot.bytes, slot.consumed, count);
    slot.consumed += count;
    const bool packet = slot.packet;
    if (slot.size() == 0 || packet) pipe.slots.erase(pipe.slots.begin());
    if (packet) break;
  }
  return taken;
}

op::Outcome transferred(std::string data) {
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(data.size());
  outcome.data = std::move(data);
  return outcome;
}

// Which rule it is that data is there although no writer is, or not all that was asked for.
const Rule& rule_of_data(const Pipe& pipe, std::size_t asked, std::size_t got) {
  if (pipe.slots.front()->packet) return pipe::packet_boundaries;
  if (pipe.writers == 0) return pipe::eof_data_before_eof;
  return got < asked ? pipe::read_short_count : pipe::read_copy_and_consume;
}

// Set while the call slept: it heeds that if it is woken and finds nothing to do.
bool became_nonblocking(const Description& description, const Actor& k) {
  return (description.status_flags & O_NONBLOCK) != 0 && !k.nonblocking(description);
}

void read_pipe(const op::Read& read, const Description& description, Actor& k) {
  const Pipe& now = k.now.pipe(description.object.index);
  if (!now.slots.empty()) {
    Pipe after = now;
    std::string data = take(after, read.size_bytes);
    const Rule& rule = rule_of_data(now, read.size_bytes, data.size());
    if (State* next = k.returns(transferred(std::move(data)), rule)) {
      next->pipes.put(static_cast<std::size_t>(description.object.index), std::move(after));
    }
  } else if (now.writers == 0) {
    k.returns(0, pipe::eof_all_writers_closed);
  } else if (k.nonblocking(description)) {
    k.fails(EAGAIN, pipe::read_nonblock_empty);
  } else {
    if (became_nonblocking(description, k)) {
      k.may();
      k.fails(EAGAIN, pipe::read_nonblock_empty);
      k.must();
    }
    k.waits(pipe::read_blocks_empty);
  }
}

// No process has it open for reading.
void write_without_reader(std::uint64_t moved, Actor& k) {
  const auto raise_it = [&](State* next) {
    if (next == nullptr) return;
    if (k.has(pipe::epipe_handler_first)) next->edit_process(k.who).thread.signals_first = true;
    if (k.has(pipe::epipe_sigpipe)) generate(*next, k, k.who, own_signal(k, SIGPIPE));
  };
  if (moved == 0) {
    raise_it(k.fails(EPIPE, pipe::epipe_error));
  } else if (k.has(pipe::epipe_partial)) {
    raise_it(k.returns(static_cast<std::int64_t>(moved), pipe::epipe_partial));
  } else {
    k.leaves_open(pipe::epipe_partial);
  }
}

// Linux: how much fits is known.
void write_slots(const op::Write& write, const Description& description, Actor& k) {
  const Index index = description.object.index;
  const Pipe& now = k.now.pipe(index);
  const std::size_t moved = k.thread().moved;
  const std::string_view rest = std::string_view(write.data).substr(moved);
  const bool packet = (description.status_flags & O_DIRECT) != 0 && k.has(pipe::packet_boundaries);
  const Slots slots(k.world, now.slots_max);
  const bool merges = !packet && moved == 0 && k.thread().stage != kWriting;
  const std::size_t room = slots.room(now, rest.size(), merges);
  // A write of so many bytes takes one slot at most, so it is never split.
  const bool small = write.data.size() <= static_cast<std::size_t>(k.world.facts.pipe_buf_bytes);
  const auto put = [&](State* next, std::size_t count) {
    if (next == nullptr) return;
    slots.put(next->edit_pipe(index), rest.substr(0, count), merges, packet);
  };
  if (room == rest.size()) {
    const Rule& rule = small ? pipe::atomic_not_split : pipe::write_full_count;
    put(k.returns(static_cast<std::int64_t>(write.data.size()), rule), room);
  } else if (k.nonblocking(description)) {
    if (room == 0) {
      k.fails(EAGAIN, small ? pipe::nonblock_all_or_nothing : pipe::nonblock_partial);
    } else {
      put(k.returns(static_cast<std::int64_t>(room), pipe::nonblock_partial), room);
    }
  } else if (room == 0 && k.thread().stage != kWriting && k.has(pipe::write_blocks_full)) {
    if (State* next = k.goes_on(pipe::write_blocks_full)) {
      next->edit_process(k.who).thread.stage = kWriting;
    }
  } else if (room == 0) {
    if (became_nonblocking(description, k)) {
      k.may();
      if (moved > 0) {
        k.returns(static_cast<std::int64_t>(moved), pipe::nonblock_partial);
      } else {
        k.fails(EAGAIN, small ? pipe::nonblock_all_or_nothing : pipe::nonblock_partial);
      }
      k.must();
    }
    k.waits(pipe::write_blocks_full);
  } else if (State* next = k.goes_on(pipe::capacity_room_is_used)) {
    put(next, room);
    next->edit_process(k.who).thread.moved += room;
  }
}

// The standard: the capacity is not known, except that PIPE_BUF bytes fit into an empty pipe.
void write_unmeasured(const op::Write& write, const Description& description, Actor& k) {
  const Index index = description.object.index;
  const Pipe& now = k.now.pipe(index);
  const std::size_t atom = static_cast<std::size_t>(k.world.facts.pipe_buf_bytes);
  const std::size_t moved = k.thread().moved;
  const std::size_t size = write.data.size();
  const bool small = size <= atom;
  const bool must_fit = now.slots.empty() && moved == 0;
  const auto put = [&](State* next, std::size_t from, std::size_t count) {
    if (next == nullptr || count == 0) return;
    next->edit_pipe(index).slots.emplace_back(Slot{write.data.substr(from, count)});
  };
  if (!must_fit || !small) k.may();
  const Rule& rule = small ? pipe::atomic_not_split : pipe::write_full_count;
  put(k.returns(static_cast<std::int64_t>(size), rule), moved, size - moved);
  const op::Outcome* seen = k.observed();
  if (k.nonblocking(description)) {
    k.may();
    if (!must_fit) {
      k.fails(EAGAIN, small ? pipe::nonblock_all_or_nothing : pipe::nonblock_partial);
    }
    if (!small && seen != nullptr && seen->value > 0 &&
        static_cast<std::size_t>(seen->value) < size) {
      put(k.returns(seen->value, pipe::nonblock_partial), 0, static_cast<std::size_t>(seen->value));
    }
    k.must();
    return;
  }
  k.must();
  if (!must_fit) k.waits(pipe::write_blocks_full);
  // How a long write is cut is open, so each cut of it would be a state; a trace in which it
  // does not pass at once is not judged further.
  if (!small) k.leaves_open(pipe::capacity_room_is_used);
}

void write_pipe(const op::Write& write, const Description& description, Actor& k) {
  const Pipe& now = k.now.pipe(description.object.index);
  if (write.data.empty()) {
    if (k.has(pipe::write_zero_length)) {
      k.returns(0, pipe::write_zero_length);
    } else {
      k.leaves_open(pipe::write_zero_length);
    }
  } else if (now.readers == 0) {
    write_without_reader(k.thread().moved, k);
  } else if ((description.status_flags & O_DIRECT) != 0 &&
             k.is_of_another_profile(pipe::packet_boundaries)) {
    k.leaves_open(pipe::packet_boundaries);
  } else if (k.has(pipe::capacity_slot_granular)) {
    write_slots(write, description, k);
  } else {
    write_unmeasured(write, description, k);
  }
}

// The ends of a pipe may be open in both directions, as far as the standard is concerned.
void refuse_direction(const Description& description, Actor& k) {
  if (description.object.kind != ObjectKind::pipe) {
    k.fails(EBADF, fd::io_direction);
  } else if (k.has(pipe::create_access_modes)) {
    k.fails(EBADF, pipe::create_access_modes);
  } else {
    k.leaves_open(pipe::create_access_modes);
  }
}

}  // namespace

void steps(const op::MakePipe& call, Actor& k) {
  constexpr int kKnown = O_CLOEXEC | O_NONBLOCK | O_DIRECT;
  if ((call.flags.value & ~kKnown) != 0) {
    if (k.has(pipe::create_pipe2_bad_flag)) {
      k.fails(EINVAL, pipe::create_pipe2_bad_flag);
    } else {
      k.leaves_open(pipe::create_pipe2_bad_flag);
    }
    return;
  }
  const int first = lowest_free_number(k.me());
  const int second = lowest_free_number(k.me(), first + 1);
  const Rule& rule = call.flags.value == 0 ? pipe::create_lowest_numbers : pipe::create_pipe2_flags;
  State* next = k.returns({.value = 0, .error = 0, .data = {}, .outputs = {first, second}}, rule);
  if (next == nullptr) return;
  Pipe made;
  made.slots_max = static_cast<std::size_t>(k.world.facts.pipe_bytes / k.world.facts.page_bytes);
  made.readers = made.writers = 1;
  made.read_opens = made.write_opens = 1;
  const Index pipe = add_pipe(*next, std::move(made), pipe_inode(k));
  const int flags = call.flags.value & (O_NONBLOCK | O_DIRECT);
  const bool close_on_exec =
      (call.flags.value & O_CLOEXEC) != 0 || !k.has(pipe::create_flags_clear);
  const Object object{ObjectKind::pipe, pipe};
  Process& me = next->edit_process(k.who);
  // Packets are the writer's affair, and only its end has the flag.
  const Index reading = add_description(
      *next,
      {.object = object, .readable = true, .writable = false, .status_flags = flags & O_NONBLOCK});
  const Index writing = add_description(
      *next, {.object = object, .readable = false, .writable = true, .status_flags = flags});
  add_descriptor(me, {first, reading, close_on_exec});
  add_descriptor(me, {second, writing, close_on_exec});
}

void steps(const op::Read& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, pipe::bad_descriptor);
  } else if (!description->readable) {
    refuse_direction(*description, k);
  } else if (description->object.kind == ObjectKind::memory) {
    read_file(call, *description, k);
  } else if (description->object.kind == ObjectKind::socket) {
    read_socket(call, *description, k);
  } else if (description->object.kind != ObjectKind::pipe) {
    k.is_not_modelled();
  } else if (call.size_bytes == 0) {
    k.returns(0, pipe::read_zero_length);
  } else {
    read_pipe(call, *description, k);
  }
}

void steps(const op::Write& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, pipe::bad_descriptor);
  } else if (!description->writable) {
    refuse_direction(*description, k);
  } else if (description->object.kind == ObjectKind::memory) {
    write_file(call, *description, k);
  } else if (description->object.kind == ObjectKind::socket) {
    write_socket(call, *description, k);
  } else if (description->object.kind != ObjectKind::pipe) {
    k.is_not_modelled();
  } else {
    write_pipe(call, *description, k);
  }
}

void steps(const op::BytesReadable& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (description->object.kind == ObjectKind::socket) {
    bytes_readable(*description, k);
  } else if (description->object.kind != ObjectKind::pipe || !k.has(pipe::fionread)) {
    k.is_not_modelled();
  } else {
    const Pipe& pipe = k.now.pipe(description->object.index);
    k.returns(static_cast<std::int64_t>(pipe.size_bytes()), pipe::fionread);
  }
}

void steps(const op::GetPipeSize& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (description->object.kind != ObjectKind::pipe || !k.has(pipe::capacity_default)) {
    k.is_not_modelled();
  } else {
    const Pipe& pipe = k.now.pipe(description->object.index);
    k.returns(static_cast<std::int64_t>(pipe.slots_max) * k.world.facts.page_bytes,
              pipe::capacity_default);
  }
}

void steps(const op::GetPipeBuf& call, Actor& k) {
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
    // fpathconf() only may look at the descriptor; glibc does not.
    k.returns(k.world.facts.pipe_buf_bytes, pipe::compare_sync_small_writes);
  } else if (description->object.kind != ObjectKind::pipe) {
    k.is_not_modelled();
  } else {
    k.returns(k.world.facts.pipe_buf_bytes, pipe::compare_sync_small_writes);
  }
}

}  // namespace ipcspec::spec
