#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome both_halves_shut(const op::Shutdown& call, Worker& worker) {
  op::Shutdown changed = call;
  changed.how = SHUT_RDWR;
  return execute(changed, worker);
}

op::Outcome refusal_hidden(const op::Connect& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  return outcome.error.value == ECONNREFUSED ? success() : outcome;
}

op::Outcome eof_as_reset(const op::Receive& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  const bool eof = outcome.value == 0 && outcome.error.value == 0 && call.size_bytes > 0;
  return eof ? failure_of(ECONNRESET) : outcome;
}

op::Outcome last_byte_changed(const op::Send& call, Worker& worker) {
  op::Send changed = call;
  if (!changed.data.empty()) changed.data.back() = static_cast<char>(changed.data.back() ^ 1);
  return execute(changed, worker);
}

op::Outcome accepted_is_listener(const op::Accept& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.value >= 0) ::dup2(call.fd.number, static_cast<int>(outcome.value));
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"tcp.both-halves-shut", "tcp unix", "shutdown() of one direction shuts both",
     about<op::Shutdown, both_halves_shut>},
    {"tcp.refusal-hidden", "tcp", "connect() succeeds although nobody listens",
     about<op::Connect, refusal_hidden>},
    {"tcp.eof-as-reset", "tcp unix", "recv() reports the end of the data as a reset",
     about<op::Receive, eof_as_reset>},
    {"tcp.data-changed", "tcp unix", "send() changes a byte", about<op::Send, last_byte_changed>},
    {"tcp.accepted-is-listener", "tcp unix", "accept() gives the listener again",
     about<op::Accept, accepted_is_listener>},
};

}  // namespace

std::span<const KernelLie> tcp_lies() { return kLies; }

}  // namespace ipcspec::harness
