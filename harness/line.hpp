// The controller's end of the channel to one worker.
#pragma once

#include <optional>
#include <vector>

#include "harness/arena.hpp"
#include "harness/worker.hpp"
#include "ops/op.hpp"
#include "wire/frame.hpp"

namespace ipcspec::harness {

class Line {
 public:
  Line(Arena& arena, std::size_t slot) : arena_(&arena), slot_(&arena.slots[slot]) {}

  Slot& slot() const { return *slot_; }

  // Gives the worker a call. Blocks while the channel is full; false when it is for longer than the
  // budget.
  bool send_call(op::CallId id, const op::Op& op, CallManner manner, int budget_ms);
  bool send(std::uint8_t type, std::span<const std::byte> payload, int budget_ms);

  struct Answer {
    op::CallId id = 0;
    op::Outcome outcome;
  };
  // The worker's next answer, if it came. Throws Broken when what came is none.
  std::optional<Answer> next_answer();

  // For the next worker in the slot.
  void reset();

 private:
  Arena* arena_;
  Slot* slot_;
  wire::Decoder decoder_;
  std::uint32_t send_sequence_ = 0;
  std::vector<std::byte> payload_;
  std::vector<std::byte> out_;
};

}  // namespace ipcspec::harness
