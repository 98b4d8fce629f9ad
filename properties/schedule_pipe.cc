#include <fcntl.h>

#include <algorithm>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

// Of the sizes around which pipes change their behaviour; small ones come more often.
std::size_t write_size(Hand& hand, op::Fd fd) {
  const auto atom = static_cast<std::size_t>(hand.facts().pipe_buf_bytes);
  const auto capacity = static_cast<std::size_t>(hand.facts().pipe_bytes);
  std::size_t room = capacity;
  const spec::Description* description = hand.behind(fd);
  if (description != nullptr && description->object.kind == spec::ObjectKind::pipe) {
    const spec::Pipe& pipe = hand.state().pipe(description->object.index);
    const auto page = static_cast<std::size_t>(hand.facts().page_bytes);
    room = (pipe.slots_max - std::min(pipe.slots_max, pipe.slots.size())) * page;
  }
  return hand.pick({std::size_t{1}, std::size_t{5}, std::size_t{2}, std::size_t{10},
                    std::size_t{100}, std::size_t{3}, std::size_t{0}, atom - 1, atom, atom + 1,
                    room, room + 1, capacity, capacity + 1});
}

std::size_t read_size(Hand& hand, op::Fd fd) {
  std::size_t there = 1;
  const spec::Description* description = hand.behind(fd);
  if (description != nullptr && description->object.kind == spec::ObjectKind::pipe) {
    there = hand.state().pipe(description->object.index).size_bytes();
  }
  const auto atom = static_cast<std::size_t>(hand.facts().pipe_buf_bytes);
  return hand.pick({std::size_t{1}, std::size_t{10}, std::size_t{2}, there, there + 1, atom,
                    atom + 1, static_cast<std::size_t>(hand.facts().pipe_bytes), std::size_t{0}});
}

}  // namespace

void offer_transfer(Acts& acts, int weight) {
  if (acts.hand().has(is_pipe_writer)) {
    acts.add(weight, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_pipe_writer);
      return calls(op::Write{fd, hand.bytes(write_size(hand, fd))});
    });
  }
  if (acts.hand().has(is_pipe_reader)) {
    acts.add(weight, [](Hand& hand) {
      const op::Fd fd = hand.descriptor(is_pipe_reader);
      return calls(op::Read{fd, read_size(hand, fd)});
    });
  }
}

void offer_pipe(Acts& acts) {
  const bool any = acts.hand().has(is_pipe_reader) || acts.hand().has(is_pipe_writer);
  acts.add(any ? 4 : 30, [](Hand& hand) {
    const int flags = hand.pick({0, 0, 0, O_NONBLOCK, O_CLOEXEC, O_CLOEXEC | O_NONBLOCK, O_DIRECT});
    return calls(op::MakePipe{hand.is_odd() ? O_APPEND : flags});
  });
  offer_transfer(acts, 22);
  offer_fork(acts, 14);
  offer_close(acts, any ? 16 : 0);
  const auto ask = [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    switch (hand.draw(3)) {
      case 0:
        return calls(op::BytesReadable{fd});
      case 1:
        return calls(op::GetPipeBuf{fd});
      default:
        return calls(op::GetPipeSize{fd});
    }
  };
  acts.add(any ? 4 : 0, ask);
}

}  // namespace ipcspec::properties
