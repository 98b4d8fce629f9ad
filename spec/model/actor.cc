#include "spec/model/actor.hpp"

#include <fcntl.h>

#include <cerrno>

namespace ipcspec::spec {

bool Actor::has(const Rule& rule) const {
  if (asked != nullptr) asked->push_back(&rule);
  return profile.has(rule);
}

const Description* Actor::description(op::Fd fd) const {
  const Index index = description_of(me(), fd.number);
  return index == kNone ? nullptr : &now.description(index);
}

bool Actor::nonblocking(const Description& description) const {
  // A call that sleeps is not woken by a change of the flag; one that is taken up again heeds it.
  const bool sleeps = thread().asleep && !thread().stopped_inside;
  return (description.status_flags & O_NONBLOCK) != 0 && !sleeps;
}

std::int64_t Actor::observed_output(std::size_t index, std::int64_t otherwise) const {
  const op::Outcome* seen = observed();
  return seen != nullptr && index < seen->outputs.size() ? seen->outputs[index] : otherwise;
}

State* Actor::offer(const Rule* rule) {
  if (!optional_) enabled_ = true;
  if (wish_ != Wish::next) return nullptr;
  steps_.push_back({now, rule});
  return &steps_.back().next;
}

bool Actor::grants(const Rule& rule) {
  if (has(rule)) return true;
  if (!profile.lacks(rule)) leaves_open(rule);
  return false;
}

State* Actor::returns(op::Outcome outcome, const Rule& rule) {
  if (!grants(rule)) return nullptr;
  if (wish_ == Wish::allowed) {
    allowed_.push_back({Allowed::Kind::answers, std::move(outcome), &rule});
    return nullptr;
  }
  const op::Outcome* seen = observed();
  if (wish_ == Wish::next && seen != nullptr && *seen != outcome) {
    // It would be contradicted, but it is there: the call need not wait.
    if (!optional_) enabled_ = true;
    return nullptr;
  }
  State* next = offer(&rule);
  if (next == nullptr) return nullptr;
  Thread& thread = next->edit_process(who).thread;
  thread.activity = Activity::returning;
  thread.outcome = Cow<op::Outcome>(std::move(outcome));
  return next;
}

State* Actor::returns(std::int64_t value, const Rule& rule) {
  return returns(op::Outcome{.value = value, .error = 0, .data = {}, .outputs = {}}, rule);
}

State* Actor::fails(int error, const Rule& rule) {
  return returns(op::Outcome{.value = -1, .error = error, .data = {}, .outputs = {}}, rule);
}

State* Actor::goes_on(const Rule& rule) {
  if (!grants(rule)) return nullptr;
  if (wish_ == Wish::allowed) allowed_.push_back({Allowed::Kind::goes_on, {}, &rule});
  return offer(&rule);
}

State* Actor::ends(const Rule& rule) { return goes_on(rule); }

void Actor::waits(const Rule& rule) {
  has(rule);  // noted
  if (profile.lacks(rule)) {
    enabled_ = true;
    return;
  }
  if (wish_ == Wish::allowed) allowed_.push_back({Allowed::Kind::waits, {}, &rule});
}

void Actor::leaves_open(const Rule& rule) {
  has(rule);  // noted
  if (wish_ == Wish::allowed) allowed_.push_back({Allowed::Kind::leaves_open, {}, &rule});
  const bool optional = std::exchange(optional_, true);
  if (State* next = offer(&rule)) next->silence = Silence{&rule, thread().call};
  optional_ = optional;
}

void Actor::is_not_modelled() {
  if (wish_ == Wish::allowed) allowed_.push_back({Allowed::Kind::leaves_open, {}, nullptr});
  const bool optional = std::exchange(optional_, true);
  if (State* next = offer(nullptr)) next->silence = Silence{nullptr, thread().call};
  optional_ = optional;
}

}  // namespace ipcspec::spec
