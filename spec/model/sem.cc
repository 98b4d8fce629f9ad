// Semaphores, named and unnamed. A wait takes effect when the value allows it, so whoever comes
// first is let through; that is as much as the standard and the C library promise.
#include "spec/sem.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "spec/model/memory.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::size_t kNameBytesMax = 251;
constexpr std::int64_t kValueMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kValueMaxLeast = 32767;  // what the standard promises
constexpr std::uint64_t kAlignment = 8;

Semaphore& edit_semaphore(State& state, Index semaphore) {
  return state.semaphores.edit(static_cast<std::size_t>(semaphore));
}
const Semaphore& semaphore_of(const State& state, Index semaphore) {
  return *state.semaphores[static_cast<std::size_t>(semaphore)];
}

void decrement(State& state, Index semaphore) {
  Semaphore& one = edit_semaphore(state, semaphore);
  --one.value;
  one.wakes_lost = std::min(one.wakes_lost, one.value);
}

Index add_semaphore(State& state, Semaphore semaphore) { return state.semaphores.add(semaphore); }

// The semaphore at an address of a process; kNone where no call has put one.
Index semaphore_at(const State& state, const Process& process, op::Address address) {
  for (const SemaphoreAddress& one : process.semaphores) {
    if (one.address == address.value) return one.semaphore;
  }
  for (const Mapping& mapping : process.mappings) {
    if (mapping.gone || address.value < mapping.address || address.value >= mapping.end()) continue;
    const bool shared = mapping.shared && mapping.memory != kNone;
    for (const PlacedSemaphore& one :
         shared ? memory_of(state, mapping.memory).semaphores : mapping.semaphores) {
      if (one.offset == address.value - mapping.address) return one.semaphore;
    }
  }
  return kNone;
}

// The semaphore that a call is about; kNone when the model says nothing about it.
Index usable_semaphore(op::Address address, Actor& k) {
  const Index semaphore = semaphore_at(k.now, k.me(), address);
  if (semaphore == kNone) {
    k.is_not_modelled();
    return kNone;
  }
  // Whether memory that may only be read will do, the standard does not say.
  if (find_access(k, k.me(), address.value, kSemaphoreBytes, Use::store).fault != nullptr) {
    k.is_not_modelled();
    return kNone;
  }
  const Index owner = semaphore_of(k.now, semaphore).owner;
  if (owner != kNone && owner != k.who) {
    // Without the rule nothing can come of it.
    if (!k.profile.lacks(sem::unnamed_pshared_zero)) k.leaves_open(sem::unnamed_pshared_zero);
    return kNone;
  }
  return semaphore;
}

// For which a process is in sem_wait(); kNone when it is in no such call.
Index waited_for(const Actor& k, const Process& process) {
  if (process.life != Life::alive || process.thread.activity != Activity::in_call) return kNone;
  const auto* wait = std::get_if<op::SemWait>(&*k.world.call(process.thread.call).op);
  return wait == nullptr ? kNone : semaphore_at(k.now, process, wait->semaphore);
}

// How many other processes wait for it.
std::int64_t waiters(const Actor& k, Index semaphore) {
  return std::ranges::count_if(k.now.processes, [&](const Cow<Process>& process) {
    return waited_for(k, *process) == semaphore;
  });
}

bool is_open_anywhere(const State& state, Index semaphore) {
  return std::ranges::any_of(state.processes, [&](const Cow<Process>& process) {
    return std::ranges::any_of(process->semaphores,
                               [&](const auto& one) { return one.semaphore == semaphore; });
  });
}

// A new semaphore cannot have this value. Offers the failure.
bool is_above_max(std::int64_t value, Actor& k) {
  if (value > kValueMax) {
    k.fails(EINVAL, sem::open_value_max);
    return true;
  }
  if (value > kValueMaxLeast && !k.has(sem::value_max_linux)) {
    k.may();
    k.fails(EINVAL, sem::open_value_max);
    k.must();
  }
  return false;
}

// The C library takes the value as an unsigned int.
std::int64_t initial_value(std::uint64_t initial) { return static_cast<std::uint32_t>(initial); }

// The answer to a sem_open() that gives this semaphore; `make` is told the state after it.
template <typename Make>
void hand_out(const op::SemOpen& call, Index semaphore, const Rule& rule, const Make& make,
              Actor& k) {
  const auto& mine = k.me().semaphores;
  const auto known = std::ranges::find_if(mine, [&](const SemaphoreAddress& one) {
    return one.semaphore == semaphore && one.name == call.name;
  });
  const bool again = known != mine.end() && k.has(sem::open_same_address);
  const auto seen = static_cast<std::uint64_t>(k.observed_output(0, 0));
  std::uint64_t address = again ? known->address : seen;
  if (!again && k.has(sem::open_other_address) && !is_unused(k, seen, kSemaphoreBytes)) address = 0;
  op::Outcome outcome;
  outcome.outputs = {static_cast<std::int64_t>(address)};
  State* next = k.returns(std::move(outcome), again ? sem::open_same_address : rule);
  if (next == nullptr) return;
  const Index given = make(*next);
  Process& me = next->edit_process(k.who);
  if (again) {
    ++me.semaphores[static_cast<std::size_t>(known - mine.begin())].opens;
  } else {
    drop_lost_mappings(me, address, kSemaphoreBytes);
    me.semaphores.push_back({call.name, address, given});
  }
}

void make_semaphore(const op::SemOpen& call, const std::string& text, Actor& k) {
  const std::int64_t value = initial_value(call.initial);
  if (is_above_max(value, k)) return;
  const auto make = [&](State& next) {
    std::uint32_t mode = call.mode.bits & 07777;
    if (k.has(sem::open_umask)) mode &= ~k.me().umask;
    const Index made = add_semaphore(next, {.value = value});
    next.semaphore_names.edit().push_back(
        {text, {ObjectKind::semaphore, made}, mode, k.me().uid, 0});
    return made;
  };
  hand_out(call, kNone, sem::open_initial_value, make, k);
}

void open_semaphore(const op::SemOpen& call, const Name& name, Actor& k) {
  constexpr unsigned kReadAndWrite = 6;
  if (!may_access(k.me(), name.mode, name.uid, kReadAndWrite)) {
    if (k.has(sem::compare_scope)) {
      k.fails(EACCES, sem::compare_scope);
    } else {
      k.leaves_open(sem::compare_scope);
    }
    return;
  }
  const bool creates = (call.flags.value & O_CREAT) != 0;
  const Index semaphore = name.object.index;
  hand_out(
      call, semaphore, creates ? sem::open_existing_ignores_value : sem::open_existing,
      [&](State&) { return semaphore; }, k);
}

// The three words that IncrementUnderSemaphore keeps.
struct Counter {
  std::int32_t total = 0;
  std::int32_t inside = 0;
  std::int32_t inside_max = 0;
};

// Whether all that happens besides is the same operation, so that the order of the rounds does
// not show. Others may look at the counter or at the semaphore between two rounds.
bool is_undisturbed(const op::IncrementUnderSemaphore& call, std::int64_t value, Actor& k) {
  const SignalState& signals = *k.me().signals;
  const bool handles = std::ranges::any_of(
      signals.dispositions, [](const auto& one) { return one.action == Action::handler; });
  if (handles || !signals.pending.empty()) return false;
  const Index semaphore = semaphore_at(k.now, k.me(), call.semaphore);
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const Process& other = *k.now.processes[i];
    if (static_cast<Index>(i) == k.who || other.life != Life::alive) continue;
    if (other.thread.activity == Activity::idle) continue;
    const auto* same =
        std::get_if<op::IncrementUnderSemaphore>(&*k.world.call(other.thread.call).op);
    const bool alike = same != nullptr && semaphore_at(k.now, other, same->semaphore) == semaphore;
    if (other.thread.activity == Activity::in_call && !alike) return false;
    if (alike && value > 1) return false;
  }
  return true;
}

}  // namespace

void lose_wake(State& state, const Actor& k) {
  const Index semaphore = waited_for(k, k.me());
  if (semaphore == kNone || !k.may_have_slept()) return;
  Semaphore& one = edit_semaphore(state, semaphore);
  one.wakes_lost = std::min(one.wakes_lost + 1, one.value);
}

void copy_private_semaphores(State& state, const Actor& k, Index child) {
  if (!k.has(sem::unnamed_private_memory)) return;
  for (Mapping& mapping : state.edit_process(child).mappings) {
    for (PlacedSemaphore& one : mapping.semaphores) {
      if (one.semaphore == kNone) continue;
      Semaphore copy = semaphore_of(state, one.semaphore);
      if (copy.owner != kNone) copy.owner = child;
      one.semaphore = add_semaphore(state, copy);
    }
  }
}

void steps(const op::SemOpen& call, Actor& k) {
  constexpr int kKnown = O_ACCMODE | O_CREAT | O_EXCL;
  if ((call.flags.value & ~kKnown) != 0 || is_out_of_resources(k)) {
    k.is_not_modelled();
    return;
  }
  const auto text = object_name(call.name, {sem::open_names, kNameBytesMax, EINVAL}, k);
  if (!text) return;
  const Name* name = find_name(*k.now.semaphore_names, *text);
  const bool creates = (call.flags.value & O_CREAT) != 0;
  if (name == nullptr && !creates) {
    k.fails(ENOENT, sem::open_missing);
  } else if (name == nullptr) {
    make_semaphore(call, *text, k);
  } else if (creates && (call.flags.value & O_EXCL) != 0) {
    k.fails(EEXIST, sem::open_excl);
    is_above_max(initial_value(call.initial), k);
  } else {
    open_semaphore(call, *name, k);
  }
}

void steps(const op::SemClose& call, Actor& k) {
  const auto& mine = k.me().semaphores;
  const auto at = std::ranges::find_if(
      mine, [&](const SemaphoreAddress& one) { return one.address == call.semaphore.value; });
  if (at == mine.end()) {
    if (k.has(sem::close_invalid)) {
      k.fails(EINVAL, sem::close_invalid);
    } else {
      k.leaves_open(sem::close_invalid);
    }
  } else if (State* next = k.returns(0, sem::close_keeps_semaphore)) {
    auto& semaphores = next->edit_process(k.who).semaphores;
    const auto closed = semaphores.begin() + (at - mine.begin());
    if (--closed->opens == 0) semaphores.erase(closed);
  }
}

void steps(const op::SemUnlink& call, Actor& k) {
  const auto text = object_name(call.name, {sem::open_names, kNameBytesMax, ENOENT}, k);
  if (!text) return;
  const Name* name = find_name(*k.now.semaphore_names, *text);
  if (name == nullptr) {
    k.fails(ENOENT, sem::unlink_name_gone);
    return;
  }
  // Who may remove names of others depends on the directory that the platform keeps them in.
  if (name->uid != k.me().uid && !k.privileged()) k.fails(EACCES, sem::unlink_name_gone);
  const bool used = is_open_anywhere(k.now, name->object.index);
  if (State* next = k.returns(0, used ? sem::unlink_deferred : sem::unlink_name_gone)) {
    remove_name(next->semaphore_names.edit(), *text);
  }
}

void steps(const op::SemWait& call, Actor& k) {
  const Index semaphore = usable_semaphore(call.semaphore, k);
  if (semaphore == kNone) return;
  const Semaphore& now = semaphore_of(k.now, semaphore);
  if (now.value > 0) {
    const bool is_woken = now.value > now.wakes_lost || !k.may_have_slept();
    if (!is_woken) k.may();
    if (State* next = k.returns(0, sem::wait_decrements)) decrement(*next, semaphore);
    k.must();
    if (!is_woken) k.waits(sem::wait_blocks_zero);
    return;
  }
  if (!k.has(sem::wait_no_deadlock_error)) {
    k.may();
    k.fails(EDEADLK, sem::binary_self_deadlock);
    k.must();
  }
  k.waits(sem::wait_blocks_zero);
}

void steps(const op::SemTryWait& call, Actor& k) {
  const Index semaphore = usable_semaphore(call.semaphore, k);
  if (semaphore == kNone) return;
  if (semaphore_of(k.now, semaphore).value == 0) {
    k.fails(EAGAIN, sem::trywait_eagain);
  } else if (State* next = k.returns(0, sem::wait_decrements)) {
    decrement(*next, semaphore);
  }
}

void steps(const op::SemPost& call, Actor& k) {
  const Index semaphore = usable_semaphore(call.semaphore, k);
  if (semaphore == kNone) return;
  const std::int64_t value = semaphore_of(k.now, semaphore).value;
  if (value >= kValueMax) {
    if (k.has(sem::post_overflow)) {
      k.fails(EOVERFLOW, sem::post_overflow);
    } else {
      k.leaves_open(sem::post_overflow);
    }
    return;
  }
  const bool wakes = value == 0 && waiters(k, semaphore) > 0;
  if (State* next = k.returns(0, wakes ? sem::post_wakes_one : sem::post_increments)) {
    ++edit_semaphore(*next, semaphore).value;
  }
}

void steps(const op::SemGetValue& call, Actor& k) {
  const Index semaphore = usable_semaphore(call.semaphore, k);
  if (semaphore == kNone) return;
  std::int64_t value = semaphore_of(k.now, semaphore).value;
  const op::Outcome* seen = k.observed();
  if (value == 0 && seen != nullptr && seen->error.value == 0 &&
      seen->value == -waiters(k, semaphore) && !k.has(sem::getvalue_waiters)) {
    value = seen->value;
  }
  k.returns(value, sem::compare_no_data);
}

void steps(const op::SemInit& call, Actor& k) {
  const std::int64_t value = initial_value(call.initial);
  if (is_above_max(value, k)) return;
  const Access access = find_access(k, k.me(), call.semaphore.value, kSemaphoreBytes, Use::store);
  const bool whole = access.is_known && access.fault == nullptr &&
                     access.chunks.front().mapping == access.chunks.back().mapping;
  // Where a semaphore is already, the standard leaves everything open; behind the end of an object
  // it is lost at any change of the size.
  if (!whole || reaches_tail(k, access) || call.semaphore.value % kAlignment != 0 ||
      holds_semaphore(k, k.me(), access)) {
    k.is_not_modelled();
    return;
  }
  const Rule& rule = call.shared ? sem::unnamed_pshared : sem::unnamed_private_memory;
  State* next = k.returns(0, rule);
  if (next == nullptr) return;
  // What a semaphore looks like is nobody's business; that it was stored to is.
  store(*next, k, k.who, access, std::string(kSemaphoreBytes, '\0'));
  const Index made = add_semaphore(*next, {.value = value, .owner = call.shared ? kNone : k.who});
  const Chunk& first = access.chunks.front();
  const Mapping& mapping = k.me().mappings[first.mapping];
  if (mapping.shared && mapping.memory != kNone) {
    edit_memory(*next, mapping.memory).semaphores.push_back({first.offset, made});
  } else {
    next->edit_process(k.who).mappings[first.mapping].semaphores.push_back({first.offset, made});
  }
}

// The rounds of several processes leave the same behind in whatever order they come, so each
// process may make all of its rounds at once.
void steps(const op::IncrementUnderSemaphore& call, Actor& k) {
  const Index semaphore = usable_semaphore(call.semaphore, k);
  if (semaphore == kNone) return;
  const Access access = find_access(k, k.me(), call.counter.value, sizeof(Counter), Use::store);
  const std::int64_t value = semaphore_of(k.now, semaphore).value;
  if (!access.is_known || access.fault != nullptr || holds_semaphore(k, k.me(), access) ||
      call.counter.value % sizeof(std::int32_t) != 0 || call.rounds > kBytesMax ||
      !is_undisturbed(call, value, k)) {
    k.is_not_modelled();
    return;
  }
  if (value == 0 && call.rounds > 0) {
    k.waits(sem::wait_blocks_zero);
    return;
  }
  State* next = k.returns(static_cast<std::int64_t>(call.rounds), sem::race_protected_total);
  if (next == nullptr || call.rounds == 0) return;
  std::string bytes = contents(k, k.me(), access);
  Counter counter;
  std::memcpy(&counter, bytes.data(), sizeof counter);
  counter.total = static_cast<std::int32_t>(static_cast<std::uint32_t>(counter.total) +
                                            static_cast<std::uint32_t>(call.rounds));
  if (k.has(sem::binary_mutual_exclusion)) {
    counter.inside_max = std::max(counter.inside_max, counter.inside + 1);
  }
  std::memcpy(bytes.data(), &counter, sizeof counter);
  store(*next, k, k.who, access, bytes);
}

}  // namespace ipcspec::spec
