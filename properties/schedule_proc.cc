#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

constexpr std::int64_t kNobodyId = 65534;

// Somebody was told to fork this process, who may have died before.
bool was_forked(const Hand& hand, const std::string& name) {
  return std::ranges::any_of(hand.world().calls, [&](const spec::KnownCall& call) {
    const auto* fork = call.op == nullptr ? nullptr : std::get_if<op::Fork>(&*call.op);
    return fork != nullptr && fork->child == name;
  });
}

// Name of a process that can still be born; nullptr when there is none.
const std::string* unborn(const Hand& hand) {
  for (std::size_t i = 0; i < hand.state().processes.size(); ++i) {
    const std::string& name = hand.world().processes[i].name;
    const bool is_born = hand.state().processes[i]->life != spec::Life::unborn;
    if (!is_born && !was_forked(hand, name)) return &name;
  }
  return nullptr;
}

std::int64_t child_pid(Hand& hand) {
  const std::vector<spec::Index> children = hand.children();
  return children.empty() || hand.is_odd() ? hand.pid() : hand.world().pid(hand.pick(children));
}

void offer_waits(Acts& acts) {
  const bool any = !acts.hand().children().empty();
  acts.add(any ? 14 : 1, [](Hand& hand) {
    const std::int64_t pid = hand.one_in(2) ? child_pid(hand) : hand.pick({-1l, 0l});
    const int options =
        hand.pick({0, WNOHANG, WUNTRACED, WNOHANG | WUNTRACED | WCONTINUED, WCONTINUED});
    return calls(op::Wait{pid, hand.is_odd() ? 0x100 : options});
  });
  acts.add(any ? 5 : 0, [](Hand& hand) {
    const int options = hand.pick({WEXITED, WEXITED | WNOHANG, WEXITED | WNOWAIT, WSTOPPED,
                                   WEXITED | WSTOPPED | WCONTINUED | WNOHANG});
    return calls(op::WaitId{child_pid(hand), options});
  });
}

}  // namespace

void offer_fork(Acts& acts, int weight) {
  if (unborn(acts.hand()) == nullptr) return;
  acts.add(weight, [](Hand& hand) { return calls(op::Fork{*unborn(hand), 0}); });
}

void offer_user(Acts& acts, int weight) {
  if (acts.hand().facts().uid != 0 || acts.hand().me().uid != 0) return;
  acts.add(weight, [](Hand&) { return calls(op::BecomeUser{kNobodyId, kNobodyId}); });
}

void offer_proc(Acts& acts) {
  offer_fork(acts, 24);
  offer_waits(acts);
  acts.add(5, [](Hand& hand) { return calls(op::Exit{hand.pick({0l, 7l, 256l, 255l})}); });
  acts.add(2, [](Hand&) { return calls(op::GetIdentity{}); });
  acts.add(2, [](Hand& hand) {
    if (!hand.is_odd()) return calls(op::SetProcessGroup{});
    return calls(op::SetProcessGroup{hand.pid(), hand.pick({0l, -5l})});
  });
  acts.add(1, [](Hand&) { return calls(op::NewSession{}); });
  acts.add(1, [](Hand&) { return calls(op::AdoptOrphans{}); });
  acts.add(1, [](Hand&) { return calls(op::ExecWorker{}); });
  offer_user(acts, 1);
  acts.add(8, [](Hand& hand) {
    return calls(op::Kill{hand.pid(), hand.pick({SIGTERM, SIGKILL, SIGSTOP, SIGTSTP, SIGCONT})});
  });
  offer_close(acts, 3);
}

}  // namespace ipcspec::properties
