#include "harness/worker.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "harness/execute.hpp"

namespace ipcspec::harness {
namespace {

// Exit status of a worker that can no longer talk to its controller.
constexpr int kExitChannelBroken = 125;
// More than most calls and answers take, and more than an allocator keeps in lists by size, so that
// such buffers tend to lie side by side.
constexpr std::size_t kUsualBytes = 1100;

void use_every_cpu() {
  cpu_set_t set;
  memset(&set, 0xff, sizeof set);
  ::sched_setaffinity(0, sizeof set, &set);
}

void use_cpu(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

// Of racers, whoever wakes first would be the first to call, so it waits for the others: awake,
// that all may leave at once, and giving way to those on the same processor. Not for long: one may
// have been killed, and no verdict depends on how close together the calls are.
void leave_together(const Arena& arena) {
  constexpr int kTurns = 50;
  constexpr int kSpins = 100;
  const auto is_anyone_held = [&arena] {
    const std::span<const Slot> slots(arena.slots, arena.slots_used.load());
    return std::ranges::any_of(slots, [](const Slot& slot) { return slot.held.load() != 0; });
  };
  for (int turns = 0; turns < kTurns; ++turns) {
    for (int spins = 0; spins < kSpins; ++spins) {
      if (!is_anyone_held()) return;
    }
    ::sched_yield();
  }
}

// Where a test has unmapped something nothing may be but what the test maps: an allocator that maps
// memory of its own would take the place.
void keep_buffers_in_the_heap() {
#ifdef M_MMAP_MAX
  ::mallopt(M_MMAP_MAX, 0);
#endif
}

op::Outcome failure(int error) { return {.value = -1, .error = error, .data = {}, .outputs = {}}; }

}  // namespace

Worker::Worker(Arena& arena, int slot_number, ControlFds fds)
    : arena_(arena), slot_(&arena.slots[slot_number]), fds_(fds) {
  keep_buffers_in_the_heap();
  // Once for all descendants: each page that a child writes to is copied first.
  decoder_.prepare(kUsualBytes);
  payload_.reserve(kUsualBytes);
  out_.reserve(kUsualBytes);
}

void Worker::announce_birth() {
  slot_->bell_address.store(reinterpret_cast<std::uintptr_t>(&slot_->bell.rings));
  slot_->pid.store(static_cast<std::int32_t>(::getpid()));
  slot_->generation.fetch_add(1);
  ring();
}

void Worker::ring() { arena_.controller_bell.ring(); }

void Worker::be_born(int slot_number) {
  slot_ = &arena_.slots[slot_number];
  decoder_.restart(0);
  send_sequence_ = 0;
  receive_sequence_ = 0;
  reborn_ = true;
  adopt_signal_log(slot_->signals);
  if (on_birth != nullptr) on_birth(*this);
  on_birth = nullptr;
  on_finish = nullptr;
  on_clear = nullptr;
  interrupted = nullptr;
  announce_birth();
}

void Worker::resume_after_exec(op::CallId call, std::uint32_t send_sequence,
                               std::uint32_t receive_sequence) {
  send_sequence_ = send_sequence;
  receive_sequence_ = receive_sequence;
  decoder_.restart(receive_sequence);
  adopt_signal_log(slot_->signals);
  announce_birth();
  answer(call, op::Outcome{});
}

void Worker::run() {
  adopt_signal_log(slot_->signals);
  if (slot_->generation.load() == 0) announce_birth();
  while (true) serve(next_frame());
}

void Worker::wait_for_input() {
  const auto is_interrupted = [this] {
    return interrupted != nullptr && interrupted->load() && on_finish != nullptr;
  };
  const std::uint32_t seen = slot_->bell.rings.load();
  // An interruption before the bell was read rings it no more; a later one does.
  if (slot_->to_worker.empty() && !is_interrupted()) slot_->bell.wait(seen);
  if (is_interrupted()) on_finish(*this);
}

wire::Frame Worker::next_frame() {
  while (true) {
    const wire::Decoder::Event event = decoder_.next();
    if (event.kind == wire::Decoder::Event::Kind::frame) {
      ++receive_sequence_;
      return event.frame;
    }
    if (event.kind == wire::Decoder::Event::Kind::error) ::_exit(kExitChannelBroken);
    // Only what is there: each page of a larger buffer would be copied after every fork.
    const auto room = decoder_.prepare(slot_->to_worker.used_bytes());
    const std::size_t count = slot_->to_worker.read_some(room);
    decoder_.commit(count);
    if (count == 0) wait_for_input();
  }
}

void Worker::serve(const wire::Frame& frame) {
  if (frame.type == kFinishMessage && on_finish != nullptr) on_finish(*this);
  op::CallId call = 0;
  if (frame.payload.size() < sizeof call) ::_exit(kExitChannelBroken);
  memcpy(&call, frame.payload.data(), sizeof call);
  if (frame.type == kClearMessage && on_clear != nullptr) {
    on_clear(*this);
    answer(call, {});
    return;
  }
  op::Op op;
  if (frame.type != kCallMessage || frame.payload.size() < 9 ||
      !op::decode(frame.payload.subspan(9), op)) {
    ::_exit(kExitChannelBroken);
  }
  current_call_ = call;
  const auto manner = static_cast<CallManner>(frame.payload[8]);
  if (manner == CallManner::held) wait_at_gate();
  slot_->announced.store(call);
  if (manner == CallManner::rung) ring();
  const op::Outcome outcome = perform(op);
  if (reborn_) {
    reborn_ = false;
    return;
  }
  answer(call, outcome);
}

void Worker::wait_at_gate() {
  use_every_cpu();
  const std::uint32_t gate = arena_.gate.load();
  slot_->held.store(1);
  ring();
  while (arena_.gate.load() == gate) futex_wait(arena_.gate, gate);
  slot_->held.store(0);
  leave_together(arena_);
  spread_ = true;
}

op::Outcome Worker::perform(const op::Op& op) {
  const auto lie = static_cast<Lie>(arena_.lie.load());
  if (lie != Lie::none && arena_.lie_kind.load() == op.index() && on_finish == nullptr) {
    return perform_lying(op, lie);
  }
  if (interposer != nullptr && on_finish == nullptr) return interposer(op, *this);
  return std::visit([this](const auto& value) { return execute(value, *this); }, op);
}

op::Outcome Worker::perform_lying(const op::Op& op, Lie lie) {
  const auto truth = [&] {
    return std::visit([this](const auto& value) { return execute(value, *this); }, op);
  };
  if (lie == Lie::do_nothing) return {};
  if (lie == Lie::refuse) return failure(EAGAIN);
  if (lie == Lie::die) ::kill(::getpid(), SIGKILL);
  op::Outcome outcome = truth();
  if (reborn_) return outcome;
  switch (lie) {
    case Lie::report_failure:
      return failure(EIO);
    case Lie::report_success:
      if (outcome.error.value != 0) outcome = {};
      break;
    case Lie::wrong_value:
      ++outcome.value;
      for (std::int64_t& output : outcome.outputs) ++output;
      break;
    case Lie::wrong_data:
      if (!outcome.data.empty()) outcome.data[0] = static_cast<char>(outcome.data[0] ^ 1);
      break;
    case Lie::lose_byte:
      if (!outcome.data.empty()) outcome.data.pop_back();
      break;
    case Lie::never_answer:
      while (true) ::pause();
    default:
      break;
  }
  return outcome;
}

void Worker::answer(op::CallId call, const op::Outcome& outcome) {
  payload_.resize(sizeof call);
  memcpy(payload_.data(), &call, sizeof call);
  op::encode(outcome, payload_);
  out_.clear();
  wire::encode_frame(kAnswerMessage, send_sequence_++, payload_, out_);
  slot_->answered.store(arena_.answers.fetch_add(1));
  std::span<const std::byte> rest = out_;
  while (true) {
    const std::uint32_t seen = slot_->space.rings.load();
    rest = rest.subspan(slot_->from_worker.write_some(rest));
    ring();
    if (rest.empty()) break;
    slot_->space.wait(seen);
  }
  // A race spread the workers over the processors; between races they share one.
  if (spread_) use_cpu(arena_.cpu);
  spread_ = false;
}

void become_worker_if_asked(int argc, char** argv) {
  if (argc != 8 || strcmp(argv[1], kWorkerArgument) != 0) return;
  const ControlFds fds{::atoi(argv[2]), ::atoi(argv[3])};
  Arena* arena = map_arena(fds.arena);
  if (arena == nullptr) ::_exit(kExitChannelBroken);
  ::fcntl(fds.arena, F_SETFD, FD_CLOEXEC);
  ::fcntl(fds.executable, F_SETFD, FD_CLOEXEC);
  Worker worker(*arena, ::atoi(argv[4]), fds);
  worker.resume_after_exec(::strtoull(argv[5], nullptr, 10),
                           static_cast<std::uint32_t>(::strtoul(argv[6], nullptr, 10)),
                           static_cast<std::uint32_t>(::strtoul(argv[7], nullptr, 10)));
  worker.run();
}

}  // namespace ipcspec::harness
