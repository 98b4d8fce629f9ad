#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

// The description behind descriptors 0 to 2 of every process at its start: a device, which the
// model does not look into. Never closed for good.
constexpr Index kStandard = 0;

struct Describe {
  Actor& k;
  template <typename T>
  void operator()(const T& call) const {
    if constexpr (requires { steps(call, k); }) {
      steps(call, k);
    } else {
      k.is_not_modelled();
    }
  }
};

}  // namespace

State first_state(const World& world) {
  State state;
  state.processes.resize(world.processes.size());
  Description standard;
  standard.object.kind = ObjectKind::outside;
  standard.readable = standard.writable = true;
  standard.references = 1;
  state.descriptions.add(standard);
  return state;
}

void begin_root(State& state, const World& world, Index who) {
  state.edit_description(kStandard).references += 3;
  state.edit_process(who) = root_process(world, who, kStandard);
}

void begin_call(State& state, Index who, op::CallId id) {
  Thread thread;
  thread.activity = Activity::in_call;
  thread.call = id;
  state.edit_process(who).thread = std::move(thread);
}

void fall_asleep(State& state, const World& world, const std::vector<op::CallId>& calls) {
  settle_sockets(state);
  for (const op::CallId id : calls) {
    const Index who = world.call(id).who;
    const Thread& thread = state.process(who).thread;
    if (thread.asleep && !thread.stopped_inside) continue;
    Thread& sleeping = state.edit_process(who).thread;
    sleeping.asleep = true;
    sleeping.stopped_inside = false;
  }
}

void offer_call(Actor& k) {
  std::visit(Describe{k}, static_cast<const op::OpVariant&>(*k.world.call(k.thread().call).op));
}

void offer_steps(Actor& k) {
  const Process& me = k.me();
  if (me.life == Life::dying) {
    dying_steps(k);
    return;
  }
  if (me.life != Life::alive) return;
  const bool free_to_go_on = signal_steps(k);
  if (!free_to_go_on || me.thread.activity != Activity::in_call) return;
  offer_call(k);
}

}  // namespace ipcspec::spec
