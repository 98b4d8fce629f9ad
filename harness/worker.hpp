// A worker: a process that makes the calls it is told to make, one at a time, and reports what
// came of them. It knows nothing of rules, tests or verdicts.
#pragma once

#include <optional>
#include <vector>

#include "harness/arena.hpp"
#include "ops/op.hpp"
#include "wire/frame.hpp"

namespace ipcspec::harness {

enum MessageType : std::uint8_t {
  kCallMessage = 1,    // to the worker: call id (8), CallManner (1), operation
  kAnswerMessage = 2,  // from the worker: call id (8), outcome
  kFinishMessage = 3,  // to the nursery: end every process, then yourself
  kClearMessage = 4,   // to the nursery: call id (8); end every process, then answer
};

// How a worker is to make a call.
enum class CallManner : std::uint8_t {
  plain,
  held,  // when the gate opens
  rung,  // the controller's bell is rung before it too, since there may be no answer to ring it
};

// Descriptors that a worker keeps for exec, at high numbers.
struct ControlFds {
  int arena = -1;
  int executable = -1;
};

class Worker;

// Makes a call in the place of the kernel; see lying_kernel.hpp.
using Interposer = op::Outcome (*)(const op::Op& op, Worker& worker);

class Worker {
 public:
  // Of all workers whose nursery is started from now on; null: none.
  static inline Interposer interposer = nullptr;

  Worker(Arena& arena, int slot_number, ControlFds fds);

  // Makes calls until the process ends. Blocks: that is its job.
  [[noreturn]] void run();

  Arena& arena() { return arena_; }
  Slot& slot() { return *slot_; }
  const ControlFds& fds() const { return fds_; }
  op::CallId current_call() const { return current_call_; }
  std::uint32_t send_sequence() const { return send_sequence_; }
  std::uint32_t receive_sequence() const { return receive_sequence_; }

  // In a child just forked: this process is now the worker of that slot.
  void be_born(int slot_number);
  // In a new image: go on where the old one was, and answer the call that made it.
  void resume_after_exec(op::CallId call, std::uint32_t send_sequence,
                         std::uint32_t receive_sequence);

  void answer(op::CallId call, const op::Outcome& outcome);

  // The nursery hooks in here: what a forked child does first, and messages that are not calls.
  void (*on_birth)(Worker&) = nullptr;
  void (*on_finish)(Worker&) = nullptr;
  void (*on_clear)(Worker&) = nullptr;
  const std::atomic<bool>* interrupted = nullptr;  // checked whenever the worker wakes up

 private:
  wire::Frame next_frame();
  void serve(const wire::Frame& frame);
  void wait_for_input();
  void wait_at_gate();
  op::Outcome perform(const op::Op& op);
  op::Outcome perform_lying(const op::Op& op, Lie lie);
  void announce_birth();
  void ring();  // the controller's bell

  Arena& arena_;
  Slot* slot_;
  ControlFds fds_;
  wire::Decoder decoder_;
  std::uint32_t send_sequence_ = 0;     // of the next frame sent
  std::uint32_t receive_sequence_ = 0;  // of the next frame received
  op::CallId current_call_ = 0;
  bool reborn_ = false;
  bool spread_ = false;
  std::vector<std::byte> payload_;
  std::vector<std::byte> out_;
};

// First thing in main(): when this process was started as the new image of a worker, becomes
// it and does not return.
void become_worker_if_asked(int argc, char** argv);

// argv[1] of a new image of a worker.
inline constexpr const char* kWorkerArgument = "--ipcspec-worker-image";

}  // namespace ipcspec::harness
