// Readiness: what poll() reports of each kind of object, and when it answers.
#include "spec/poll.hpp"

#include <poll.h>

#include <cerrno>

#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/signal.hpp"

namespace ipcspec::spec {
namespace {

constexpr int kIn = POLLIN | POLLRDNORM;
constexpr int kOut = POLLOUT | POLLWRNORM;
constexpr int kUnrequested = POLLERR | POLLHUP | POLLNVAL;

// Whether the last writer has left as far as this reader can know.
bool is_hung_up(const Pipe& pipe, const Description& description, Readiness& ready, Actor& k) {
  if (pipe.writers > 0) return false;
  if (description.writers_missed != pipe.write_opens) return true;
  if (pipe.write_opens == 0) return !k.has(poll::fifo_never_writer);
  if (!k.has(poll::fifo_hup_per_open)) ready.may |= POLLHUP;
  return false;
}

void add_read_end(const Pipe& pipe, const Description& description, Readiness& ready, Actor& k) {
  const bool hung_up = is_hung_up(pipe, description, ready, k);
  if (!pipe.slots.empty()) {
    // POLLHUP alone would say that the end was reached.
    const bool certain = !hung_up || k.has(poll::pipe_data_and_hup);
    (certain ? ready.must : ready.may) |= kIn;
    ready.rule = !hung_up ? &poll::pipe_data : certain ? &poll::pipe_data_and_hup : &poll::pipe_hup;
  } else if (pipe.writers == 0) {
    // A read would not block, which some systems report as data.
    if (!k.has(poll::pipe_hup_alone)) ready.may |= kIn;
  } else if (!k.has(poll::pipe_idle)) {
    ready.must |= kIn;
  }
  if (!hung_up) return;
  ready.must |= POLLHUP;
  if (pipe.slots.empty()) ready.rule = &poll::pipe_hup;
}

void add_write_end(const Pipe& pipe, Readiness& ready, Actor& k) {
  const bool free_slot = pipe.slots.size() < pipe.slots_max;
  if (pipe.readers == 0) {
    if (k.has(poll::pipe_err_no_reader)) {
      ready.must |= POLLERR | (free_slot ? kOut : 0);
      ready.rule = &poll::pipe_err_no_reader;
    } else {
      ready.may |= POLLERR | POLLHUP | kOut;
    }
  } else if (pipe.slots.empty()) {
    ready.must |= kOut;
    ready.rule = &poll::pipe_write_empty;
  } else if (!k.has(poll::pipe_write_slots)) {
    ready.may |= kOut;
  } else if (free_slot) {
    ready.must |= kOut;
    ready.rule = &poll::pipe_write_slots;
  }
}

Readiness pipe_readiness(const Description& description, Actor& k) {
  const Pipe& pipe = k.now.pipe(description.object.index);
  Readiness ready;
  if (description.readable) add_read_end(pipe, description, ready, k);
  if (description.writable) add_write_end(pipe, ready, k);
  return ready;
}

op::Outcome reported(int events) {
  op::Outcome outcome;
  outcome.value = events == 0 ? 0 : 1;
  outcome.outputs = {events};
  return outcome;
}

bool has_signal_to_catch(const Actor& k) {
  const SignalState& signals = *k.me().signals;
  for (const PendingSignal& one : signals.pending) {
    const auto number = static_cast<std::size_t>(one.signal);
    const bool blocked = (signals.mask & op::SignalSet::bit(one.signal)) != 0;
    if (!blocked && signals.dispositions[number].action == Action::handler) return true;
  }
  return false;
}

void answer(const op::Poll& call, const Readiness& ready, Actor& k) {
  int asked = call.events.value;
  if (k.has(poll::unrequested)) asked |= kUnrequested;
  if (!k.has(poll::only_requested)) asked = ~0;
  const int must = ready.must & asked;
  const int late = ready.late & asked;
  const int may = (ready.may & asked) | late;
  const bool certain = must != 0 || (late != 0 && call.timeout_ms != 0);
  int events = must | (static_cast<int>(k.observed_output(0, may)) & may);
  if (events == 0) events = late;
  if (events != 0) {
    if (!certain) k.may();
    State* next =
        k.returns(reported(events), ready.rule == nullptr ? poll::only_requested : *ready.rule);
    // What it reports has come.
    if (next != nullptr && (events & late) != 0) {
      next->edit_socket(k.description(call.fd)->object.index).fresh = false;
    }
    k.must();
  }
  if (certain) return;
  if (has_signal_to_catch(k)) {
    // Linux looks for signals before it looks at the clock.
    k.may();
    if (State* next = k.fails(EINTR, signal::eintr_without_restart)) {
      next->edit_process(k.who).thread.signals_first = true;
    }
    k.must();
  }
  if (call.timeout_ms == 0) {
    k.returns(reported(0), poll::timeout_zero);
    return;
  }
  if (call.timeout_ms > 0) {
    // Time is not followed: it may be over at any moment.
    k.may();
    k.returns(reported(0), poll::timeout_over);
    k.must();
  }
  k.waits(poll::waits);
}

}  // namespace

void steps(const op::Poll& call, Actor& k) {
  if (call.fd.number < 0) {
    if (k.has(poll::negative_fd)) {
      answer(call, {}, k);
    } else {
      k.returns(reported(POLLNVAL), poll::nval);
    }
    return;
  }
  const Description* description = k.description(call.fd);
  if (description == nullptr) {
    k.returns(reported(POLLNVAL), poll::nval);
    return;
  }
  switch (description->object.kind) {
    case ObjectKind::pipe:
      answer(call, pipe_readiness(*description, k), k);
      break;
    case ObjectKind::memory:
      answer(call, {.must = kIn | kOut, .may = 0, .late = 0, .rule = &poll::regular_file}, k);
      break;
    case ObjectKind::socket:
      answer(call, socket_readiness(*description, k), k);
      break;
    default:
      k.is_not_modelled();
  }
}

}  // namespace ipcspec::spec
