#include "spec/model/rehearsal.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"

namespace ipcspec::spec {
namespace {

// Where an imagined kernel puts memory, and which ports it chooses: far apart, each once.
constexpr std::int64_t kFirstAddress = 0x7f00'0000'0000;
constexpr std::int64_t kAddressBytes = std::int64_t{1} << 28;
constexpr std::int64_t kFirstPort = 20000;
constexpr std::int64_t kPorts = 40000;
constexpr std::int64_t kFirstPid = 1000;
// More than any script of a few hundred calls needs.
constexpr int kMovesMax = 100'000;

bool exists(const Process& process) {
  return process.life == Life::alive || process.life == Life::dying;
}

}  // namespace

Rehearsal::Rehearsal(const op::Facts& facts, const std::vector<std::string>& processes,
                     const Profile& profile)
    : profile_(profile) {
  world_.facts = trace_.facts = facts;
  world_.calls.resize(1);
  for (const std::string& name : processes) {
    const auto number = static_cast<std::int64_t>(world_.processes.size());
    world_.processes.push_back({name, kFirstPid + number});
  }
  state_ = first_state(world_);
}

const std::string& Rehearsal::name(Index who) const {
  return world_.processes[static_cast<std::size_t>(who)].name;
}

void Rehearsal::add_root(Index who) {
  begin_root(state_, world_, who);
  trace_.events.push_back(op::BirthEvent{name(who), "", world_.pid(who)});
}

bool Rehearsal::is_free(Index who) const {
  const Process& process = state_.process(who);
  return process.life == Life::alive && !process.stopped &&
         process.thread.activity == Activity::idle;
}

void Rehearsal::go_back(const Mark& before) {
  state_ = before.state;
  ops_.resize(before.calls);
  expected_.resize(before.calls);
  world_.calls.resize(before.calls + 1);
  trace_.events.erase(trace_.events.begin() + static_cast<std::ptrdiff_t>(before.events),
                      trace_.events.end());
}

// What the kernel will choose by itself.
void Rehearsal::expect(const op::Op& op, Index who) {
  op::Outcome chosen;
  const std::int64_t number = chosen_++;
  const bool accepts = std::holds_alternative<op::Accept>(op);
  if (std::holds_alternative<op::Map>(op) || std::holds_alternative<op::Allocate>(op) ||
      std::holds_alternative<op::SemOpen>(op)) {
    chosen.outputs = {kFirstAddress + number * kAddressBytes};
  } else if (accepts || std::holds_alternative<op::GetSocketName>(op)) {
    chosen.data = "127.0.0.1:" + std::to_string(kFirstPort + number % kPorts);
    if (accepts) chosen.value = lowest_free_number(state_.process(who));
  } else {
    return;
  }
  expected_.back() = std::move(chosen);
  world_.calls.back().observed = &expected_.back();
}

bool Rehearsal::carry_out(const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    const auto id = static_cast<op::CallId>(world_.calls.size());
    if (!is_free(call.who)) throw Broken("process " + name(call.who) + " is not free to call");
    ops_.push_back(call.op);
    expected_.emplace_back();
    const bool racing = calls.size() > 1;
    world_.calls.push_back({call.who, &ops_.back(), nullptr, racing});
    expect(call.op, call.who);
    trace_.events.push_back(op::CallEvent{id, name(call.who), call.op, racing});
    begin_call(state_, call.who, id);
  }
  if (settle() == Move::silent) return false;
  record_quiet();
  return true;
}

Rehearsal::Move Rehearsal::settle() {
  Move last = Move::made;
  for (int moves = 0; last == Move::made; ++moves) {
    if (moves > kMovesMax) throw Broken("a rehearsal does not come to rest");
    last = Move::none;
    for (std::size_t i = 0; i < state_.processes.size(); ++i) {
      const Move one = advance(static_cast<Index>(i));
      if (one == Move::silent) return one;
      if (one == Move::made) last = one;
    }
  }
  return last;
}

Rehearsal::Move Rehearsal::advance(Index who) {
  if (!exists(state_.process(who))) return Move::none;
  Actor actor(state_, world_, profile_, who, Wish::next);
  offer_steps(actor);
  std::vector<Step> steps = actor.take_steps();
  const Thread& thread = state_.process(who).thread;
  if (std::ranges::any_of(steps, [](const Step& one) { return one.next.silence.has_value(); })) {
    return Move::silent;
  }
  if (!steps.empty()) {
    const auto succeeds = [&](const Step& one) {
      const Thread& after = one.next.process(who).thread;
      return after.activity != Activity::returning || after.outcome->error.value == 0;
    };
    // Of failures, those that the rules merely allow are offered first.
    const auto chosen = std::ranges::find_if(steps, succeeds);
    enter(std::move((chosen == steps.end() ? steps.back() : *chosen).next));
    return Move::made;
  }
  if (thread.activity == Activity::returning && may_return(state_, who)) {
    record_return(who);
    return Move::made;
  }
  const bool expected = thread.activity == Activity::in_call && actor.observed() != nullptr;
  if (!expected) return Move::none;
  // An address that was not expected leaves nothing to answer; nor does a listener without clients.
  const op::Op& op = *world_.call(thread.call).op;
  if (!actor.enabled() && !std::holds_alternative<op::GetSocketName>(op)) return Move::none;
  // The call does not come to what was expected, such as an address.
  world_.calls[thread.call].observed = nullptr;
  return Move::made;
}

// Records what can be seen of a change.
void Rehearsal::enter(State next) {
  for (std::size_t i = 0; i < next.processes.size(); ++i) {
    const auto who = static_cast<Index>(i);
    const Process& before = state_.process(who);
    const Process& after = next.process(who);
    if (before.life == Life::unborn && after.life != Life::unborn) {
      trace_.events.push_back(op::BirthEvent{name(who), name(after.parent), world_.pid(who)});
    }
    if (exists(before) && (after.life == Life::zombie || after.life == Life::reaped)) {
      trace_.events.push_back(op::DeathEvent{name(who), after.status});
    }
    if (after.life == Life::alive && before.stopped != after.stopped) {
      trace_.events.push_back(op::StopEvent{name(who), after.stopped});
    }
  }
  state_ = std::move(next);
}

void Rehearsal::record_return(Index who) {
  const Thread& thread = state_.process(who).thread;
  trace_.events.push_back(op::ReturnEvent{thread.call, name(who), *thread.outcome});
  state_.edit_process(who).thread = Thread{};
}

void Rehearsal::record_quiet() {
  op::QuietEvent quiet;
  for (const auto& process : state_.processes) {
    const bool waits = process->life == Life::alive && !process->stopped &&
                       process->thread.activity == Activity::in_call;
    if (waits) quiet.blocked.push_back(process->thread.call);
  }
  if (!quiet.blocked.empty()) quiet.evidence = Evidence::proven;
  fall_asleep(state_, world_, quiet.blocked);
  trace_.events.push_back(std::move(quiet));
}

}  // namespace ipcspec::spec
