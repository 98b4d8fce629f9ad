#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

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
