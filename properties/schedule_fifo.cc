#include <fcntl.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

std::string path(Hand& hand) { return hand.pick({"fifo0", "fifo1"}); }

bool has_fifo(const spec::State& state) {
  for (const spec::Name& name : *state.paths) {
    if (name.object.kind == spec::ObjectKind::pipe) return true;
  }
  return false;
}

}  // namespace

void offer_fifo(Acts& acts) {
  const bool any = has_fifo(acts.hand().state());
  acts.add(any ? 3 : 40, [](Hand& hand) {
    return calls(op::MakeFifo{path(hand), hand.pick({0600u, 0666u, 0200u, 0400u, 0u})});
  });
  offer_fork(acts, any ? 12 : 6);
  offer_user(acts, 1);
  acts.add(any ? 24 : 1, [](Hand& hand) {
    const int access = hand.pick({O_RDONLY, O_WRONLY, O_RDWR});
    const int more = hand.pick({0, 0, O_NONBLOCK, O_CLOEXEC, O_CREAT});
    return calls(op::Open{path(hand), access | more, 0600});
  });
  offer_transfer(acts, 14);
  offer_close(acts, 14);
  acts.add(2, [](Hand& hand) { return calls(op::Unlink{path(hand)}); });
  acts.add(2, [](Hand& hand) { return calls(op::StatPath{path(hand)}); });
  acts.add(1, [](Hand& hand) {
    const std::string changed = path(hand);
    return calls(op::ChangeMode{changed, hand.pick({0600u, 0u, 0666u, 0400u})});
  });
  acts.add(1, [](Hand& hand) { return calls(op::Umask{hand.pick({0u, 077u, 0777u})}); });
}

}  // namespace ipcspec::properties
