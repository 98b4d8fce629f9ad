// A call that a process was given, as a value in a test. Its answer may come later.
#pragma once

#include <string>

#include "core/error.hpp"
#include "harness/controller.hpp"
#include "ops/symbols.hpp"

namespace ipcspec::harness {

class Call {
 public:
  Call(Controller& controller, CallRecord& record) : controller_(&controller), record_(&record) {}

  const CallRecord& record() const { return *record_; }
  Controller& controller() const { return *controller_; }

  // Waits, at most for the grace, for the answer that must come. Blocks.
  const Call& awaited() const {
    controller_->await(*record_);
    return *this;
  }
  // The same for an answer that the platform may take so long for.
  const Call& awaited(int budget_ms) const {
    controller_->await(*record_, budget_ms);
    return *this;
  }
  bool answered() const { return record_->outcome.has_value(); }
  bool cut_off() const { return record_->cut_off; }
  Evidence blocked() const { return record_->blocked; }

  // The answer; Broken when there is none.
  const op::Outcome& outcome() const {
    if (!record_->outcome) awaited();
    if (!record_->outcome) throw Broken(text() + ": no answer to take a value from");
    return *record_->outcome;
  }
  std::int64_t value() const { return outcome().value; }
  const op::Bytes& data() const { return outcome().data; }
  int error() const { return outcome().error.value; }
  std::int64_t output(std::size_t index) const {
    const auto& outputs = succeeded().outputs;
    if (index >= outputs.size()) throw Broken(text() + ": the answer lacks a result");
    return outputs[index];
  }

  op::Fd fd() const { return {static_cast<int>(succeeded().value)}; }
  op::Address address() const { return {static_cast<std::uint64_t>(output(0))}; }

  // For calls that set the scene: the answer, or Broken (Unsupported when the platform does not
  // have the call).
  const op::Outcome& succeeded() const;

  // "parent read fd=3 size_bytes=1: blocked (proven)"
  std::string text() const;

 private:
  Controller* controller_;
  CallRecord* record_;
};

}  // namespace ipcspec::harness
