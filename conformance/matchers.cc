#include "conformance/matchers.hpp"

#include <sys/wait.h>

#include <algorithm>

#include "core/error.hpp"
#include "ops/symbols.hpp"

namespace ipcspec::conformance {

using harness::Call;
using harness::Process;

namespace {

bool came_back(const Call& call) {
  return call.awaited().answered() && call.record().outcome->error.value == 0;
}

std::string in_quotes(const op::Bytes& data) {
  constexpr std::size_t kShownMax = 40;
  if (data.size() <= kShownMax) return '"' + data + '"';
  return '"' + data.substr(0, kShownMax) + "...\" (" + std::to_string(data.size()) + " bytes)";
}

// Wait status of the process once it is dead, or -1 while it lives. Throws Unsupported.
int end_of(const Process& process) {
  if (!process.controller().await_death(process.who())) return -1;
  const int status = process.controller().wait_status_of(process.who());
  if (status < 0) {
    throw Unsupported("the platform does not show how " + process.who() +
                      " ended while its parent is in a call");
  }
  return status;
}

}  // namespace

bool Blocks::match(const Call& call) const {
  return !call.answered() && !call.cut_off() && call.blocked() != Evidence::none;
}
std::string Blocks::describe() const { return "blocks"; }

bool Returns::match(const Call& call) const { return came_back(call) && call.value() == value_; }
std::string Returns::describe() const { return "returns " + std::to_string(value_); }

bool Succeeds::match(const Call& call) const { return came_back(call); }
std::string Succeeds::describe() const { return "succeeds"; }

bool ReturnsData::match(const Call& call) const {
  return came_back(call) && call.data() == data_ &&
         call.value() == static_cast<std::int64_t>(data_.size());
}
std::string ReturnsData::describe() const { return "returns the bytes " + in_quotes(data_); }

bool ReturnsOneOf::match(const Call& call) const {
  return came_back(call) && std::ranges::find(allowed_, call.data()) != allowed_.end();
}
std::string ReturnsOneOf::describe() const {
  std::string text = "returns one of";
  for (const op::Bytes& data : allowed_) text += " " + in_quotes(data);
  return text;
}

bool ReturnsFd::match(const Call& call) const {
  // A number that the worker's table cannot have handed out is as wrong as an error.
  constexpr std::int64_t kFdEnd = 1 << 20;
  return came_back(call) && call.value() >= 0 && call.value() < kFdEnd;
}
std::string ReturnsFd::describe() const { return "returns a descriptor"; }

bool FailsWith::match(const Call& call) const {
  return call.awaited().answered() && std::ranges::find(allowed_, call.error()) != allowed_.end();
}
std::string FailsWith::describe() const {
  std::string text = "fails with";
  for (const int error : allowed_) text += " " + op::symbol_text(op::Vocabulary::error, error);
  return text;
}

bool IsCutOff::match(const Call& call) const { return call.awaited().cut_off(); }
std::string IsCutOff::describe() const { return "does not return: the process ends inside it"; }

bool KilledBy::match(const Process& process) const {
  const int status = end_of(process);
  return status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == signal_;
}
std::string KilledBy::describe() const {
  return "is killed by " + op::symbol_text(op::Vocabulary::signal, signal_);
}

bool ExitsWith::match(const Process& process) const {
  const int status = end_of(process);
  return status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == status_;
}
std::string ExitsWith::describe() const { return "exits with " + std::to_string(status_); }

bool IsAlive::match(const Process& process) const {
  return !process.controller().is_dead(process.who());
}
std::string IsAlive::describe() const { return "is alive"; }

bool IsStopped::match(const Process& process) const {
  return process.controller().await_stopped(process.who(), true);
}
std::string IsStopped::describe() const { return "is stopped"; }

Call provided(const Call& call) {
  if (call.awaited().answered() && call.error() == ENOSYS) call.succeeded();
  return call;
}

}  // namespace ipcspec::conformance

std::string Catch::StringMaker<ipcspec::harness::Process>::convert(
    const ipcspec::harness::Process& process) {
  auto& controller = process.controller();
  if (controller.is_stopped(process.who())) return process.who() + ": stopped";
  if (!controller.is_dead(process.who())) return process.who() + ": alive";
  const int status = controller.wait_status_of(process.who());
  return process.who() + ": dead, " +
         (status < 0 ? "status unknown" : ipcspec::op::wait_status_text(status));
}
