// Processes: creation, replacement, end, and what a parent learns of it.
#include "spec/proc.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "spec/fd.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
#include "spec/pipe.hpp"
#include "spec/sem.hpp"
#include "spec/shm.hpp"
#include "spec/signal.hpp"

namespace ipcspec::spec {
namespace {

constexpr int kContinuedStatus = 0xffff;
int stopped_status(int signal) { return (signal << 8) | 0x7f; }

// What wait() and waitid() have in common.
struct Wanted {
  std::int64_t pid = -1;
  bool exited = true;
  bool stopped = false;
  bool continued = false;
  bool keeps = false;  // WNOWAIT
};

bool matches(const Actor& k, Index child, std::int64_t pid) {
  const Process& process = k.now.process(child);
  if (process.parent != k.who || process.life == Life::unborn || process.life == Life::reaped) {
    return false;
  }
  if (pid == -1) return true;
  if (pid == 0) return process.group == k.me().group;
  // The least number of all has no positive one.
  const auto group = static_cast<std::int64_t>(-static_cast<std::uint64_t>(pid));
  return pid < 0 ? process.group == group : k.world.pid(child) == pid;
}

// The state letter of what a child has to report.
enum class News { none, exited, stopped, continued };

News news_of(const Process& child, const Wanted& wanted) {
  if (child.life == Life::zombie) return wanted.exited ? News::exited : News::none;
  if (child.stopped && wanted.stopped && !child.stop_reported) return News::stopped;
  if (!child.stopped && wanted.continued && !child.continue_reported) return News::continued;
  return News::none;
}

int status_of(const Process& child, News news) {
  if (news == News::exited) return child.status;
  return news == News::stopped ? stopped_status(child.stop_signal) : kContinuedStatus;
}

void mark_reported(State& state, Index child, News news, bool keeps) {
  if (keeps) return;
  Process& process = state.edit_process(child);
  if (news == News::exited) process.life = Life::reaped;
  if (news == News::stopped) process.stop_reported = true;
  if (news == News::continued) process.continue_reported = true;
}

const Rule& rule_of(News news, const Wanted& wanted) {
  if (news != News::exited) return proc::wait_stopped;
  return wanted.keeps ? proc::wait_wnowait : proc::wait_status;
}

// `answer` makes an outcome of a child, its status and the news.
template <typename MakeAnswer>
void wait_for(const Wanted& wanted, bool hang, op::Outcome nothing, const MakeAnswer& answer,
              Actor& k) {
  bool any_child = false;
  bool any_news = false;
  bool any_to_wait_for = false;
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const auto child = static_cast<Index>(i);
    if (!matches(k, child, wanted.pid)) continue;
    any_child = true;
    // Of one that has ended no more stops will be told.
    any_to_wait_for = any_to_wait_for || wanted.exited || k.now.process(child).life != Life::zombie;
    const News news = news_of(k.now.process(child), wanted);
    if (news == News::none) continue;
    // That one which is about to end was continued is no news any more.
    const bool stale = k.now.process(child).life == Life::dying;
    any_news = any_news || !stale;
    if (stale) k.may();
    const op::Outcome outcome = answer(child, news);
    if (State* next = k.returns(outcome, rule_of(news, wanted))) {
      mark_reported(*next, child, news, wanted.keeps);
    }
    k.must();
  }
  // Nobody is woken when a child leaves the group that is waited for.
  const bool may_miss =
      !any_child && wanted.pid < 1 && wanted.pid != -1 && hang && k.may_have_slept();
  if (may_miss || (any_child && !any_news && !any_to_wait_for)) {
    k.may();
    k.fails(ECHILD, proc::wait_echild);
    k.must();
  }
  if (may_miss) {
    k.waits(proc::wait_waits);
  } else if (!any_child) {
    const bool ignored = ignores_children(k.me());
    k.fails(ECHILD, ignored ? proc::wait_ignored : proc::wait_echild);
  } else if (!any_news && !hang) {
    k.returns(std::move(nothing), proc::wait_wnohang);
  } else if (!any_news) {
    k.waits(proc::wait_waits);
  }
}

// The nearest living ancestor that adopts orphans. Which process does is not said by the standard.
Index adopter_of(const State& state, Index who) {
  Index ancestor = state.process(who).parent;
  while (ancestor != kNone) {
    const Process& process = state.process(ancestor);
    if (process.life == Life::alive && process.adopts_orphans) return ancestor;
    ancestor = process.parent;
  }
  return kNone;
}

// Its end may leave process groups without a connection to the rest of their session: those of
// children for which it was that connection, and its own.
void orphan_groups(State& state, const Actor& k, Index child) {
  const Process& me = state.process(k.who);
  const Process& process = state.process(child);
  if (process.group != me.group && process.session == me.session) {
    hang_up_orphans(state, k, process.group, kNone);
  }
}
void orphan_own_group(State& state, const Actor& k) {
  if (is_link_to_outside(state, state.process(k.who))) {
    hang_up_orphans(state, k, state.process(k.who).group, k.who);
  }
}

void orphan_children(State& state, const Actor& k) {
  const Index adopter = k.has(proc::orphan_reparented) ? adopter_of(state, k.who) : kNone;
  for (std::size_t i = 0; i < state.processes.size(); ++i) {
    if (state.processes[i]->parent != k.who || state.processes[i]->life == Life::reaped) continue;
    const auto child = static_cast<Index>(i);
    state.edit_process(child).parent = adopter;
    orphan_groups(state, k, child);
    if (state.process(child).life != Life::zombie || adopter == kNone) continue;
    if (ignores_children(state.process(adopter))) state.edit_process(child).life = Life::reaped;
    tell_parent(state, k, child, WIFEXITED(state.process(child).status) ? CLD_EXITED : CLD_KILLED,
                state.process(child).status);
  }
}

// A descriptor whose end others can notice: the last of its description.
bool is_last_reference(const State& state, const Descriptor& descriptor) {
  return state.description(descriptor.description).references == 1;
}

void become_zombie(State& state, Actor& k) {
  const int status = state.process(k.who).status;
  if (!k.profile.lacks(proc::orphan_reparented)) orphan_children(state, k);
  orphan_own_group(state, k);
  Process& me = state.edit_process(k.who);
  me.life = Life::zombie;
  me.stopped = false;
  me.mappings.clear();
  me.semaphores.clear();
  me.signals = Cow<SignalState>{};
  const Index parent = me.parent;
  if (parent == kNone) return;
  tell_parent(state, k, k.who, WIFEXITED(status) ? CLD_EXITED : CLD_KILLED, status);
  if (ignores_children(state.process(parent)) && k.has(proc::wait_ignored)) {
    state.edit_process(k.who).life = Life::reaped;
  }
}

}  // namespace

Process root_process(const World& world, Index who, Index standard_description) {
  Process process;
  process.life = Life::alive;
  process.uid = process.real_uid = process.saved_uid = world.facts.uid;
  process.group = world.pid(who);
  for (int number = 0; number <= 2; ++number) {
    process.descriptors.push_back({number, standard_description, false});
  }
  return process;
}

void start_to_die(State& state, Index who, int status) {
  Process& process = state.edit_process(who);
  process.life = Life::dying;
  process.status = status;
  process.stopped = process.continue_untold = false;
  const Index held = process.thread.held;
  process.thread = Thread{};
  if (held != kNone) release_description(state, held);
}

// Descriptors are closed one by one, in order, and only then can the parent see a zombie. What
// nobody can notice needs no step of its own.
void dying_steps(Actor& k) {
  State* next = k.goes_on(fd::exit_closes_all);
  if (next == nullptr) return;
  bool noticed = false;
  while (!noticed && !next->process(k.who).descriptors.empty()) {
    const Descriptor first = next->process(k.who).descriptors.front();
    noticed = is_last_reference(*next, first);
    close_descriptor(*next, k.who, first.number);
  }
  if (!noticed) become_zombie(*next, k);
}

void steps(const op::Fork& call, Actor& k) {
  const Index child = k.world.find(call.child);
  if (child == kNone || k.now.process(child).life != Life::unborn) {
    k.is_not_modelled();
    return;
  }
  const op::Outcome* seen = k.observed();
  // A platform may be out of processes; that is no matter of IPC.
  if (seen != nullptr && seen->error.value == EAGAIN) {
    k.is_not_modelled();
    return;
  }
  State* next = k.returns(k.world.pid(child), proc::fork_returns_twice);
  if (next == nullptr) return;
  Process made = k.me();
  made.parent = k.who;
  made.thread = Thread{};
  made.adopts_orphans = false;
  made.born_in_race = k.world.call(k.thread().call).racing;
  made.stop_reported = made.continue_reported = true;
  made.continue_untold = false;
  SignalState& signals = made.signals.edit();
  if (k.has(signal::fork_pending_empty)) signals.pending.clear();
  if (!k.has(signal::fork_inherits)) signals.dispositions = {};
  signals.log.clear();
  for (const Descriptor& one : made.descriptors) {
    ++next->edit_description(one.description).references;
  }
  if (!k.has(shm::fork_inherits)) made.mappings.clear();
  if (!k.has(sem::fork_inherited)) made.semaphores.clear();
  next->edit_process(child) = std::move(made);
  copy_private_semaphores(*next, k, child);
}

void steps(const op::Exit& call, Actor& k) {
  if (State* next = k.ends(proc::exit_status_low_bits)) {
    start_to_die(*next, k.who, static_cast<int>(call.status & 0xff) << 8);
  }
}

void steps(const op::ExecWorker&, Actor& k) {
  State* next = k.returns(0, proc::exec_same_pid);
  if (next == nullptr) return;
  if (k.has(fd::cloexec_closed)) {
    const std::vector<Descriptor> before = k.me().descriptors;
    for (const Descriptor& one : before) {
      if (one.close_on_exec) close_descriptor(*next, k.who, one.number);
    }
  }
  Process& me = next->edit_process(k.who);
  if (k.has(proc::exec_mappings_gone)) {
    me.mappings.clear();
    me.semaphores.clear();
  }
  for (Disposition& one : me.signals.edit().dispositions) {
    const bool caught = one.action == Action::handler && k.has(signal::exec_caught_reset);
    const bool ignored = one.action == Action::ignore && !k.has(signal::exec_ignored_kept);
    if (caught || ignored) one = Disposition{};
  }
}

void steps(const op::Wait& call, Actor& k) {
  constexpr int kKnown = WNOHANG | WUNTRACED | WCONTINUED;
  const int options = call.options.value;
  if ((options & ~kKnown) != 0) {
    k.fails(EINVAL, proc::wait_einval);
    return;
  }
  const Wanted wanted{.pid = call.pid,
                      .stopped = (options & WUNTRACED) != 0,
                      .continued = (options & WCONTINUED) != 0};
  const auto answer = [&](Index child, News news) {
    op::Outcome outcome;
    outcome.value = k.world.pid(child);
    outcome.outputs = {status_of(k.now.process(child), news)};
    return outcome;
  };
  wait_for(wanted, (options & WNOHANG) == 0, {}, answer, k);
}

void steps(const op::WaitId& call, Actor& k) {
  const int options = call.options.value;
  const Wanted wanted{.pid = call.pid,
                      .exited = (options & WEXITED) != 0,
                      .stopped = (options & WSTOPPED) != 0,
                      .continued = (options & WCONTINUED) != 0,
                      .keeps = (options & WNOWAIT) != 0};
  if (call.pid <= 0 || (options & (WEXITED | WSTOPPED | WCONTINUED)) == 0) {
    k.is_not_modelled();
    return;
  }
  const auto answer = [&](Index child, News news) {
    const int status = status_of(k.now.process(child), news);
    op::Outcome outcome;
    if (news == News::stopped) {
      outcome.outputs = {k.world.pid(child), CLD_STOPPED, WSTOPSIG(status)};
    } else if (news == News::continued) {
      outcome.outputs = {k.world.pid(child), CLD_CONTINUED, SIGCONT};
    } else if (WIFEXITED(status)) {
      outcome.outputs = {k.world.pid(child), CLD_EXITED, WEXITSTATUS(status)};
    } else {
      // Whether a core was dumped is the platform's affair.
      const bool dumped = k.observed_output(1, CLD_KILLED) == CLD_DUMPED;
      outcome.outputs = {k.world.pid(child), dumped ? CLD_DUMPED : CLD_KILLED, WTERMSIG(status)};
    }
    return outcome;
  };
  op::Outcome nothing;
  nothing.outputs = {0, 0, 0};
  wait_for(wanted, (options & WNOHANG) == 0, std::move(nothing), answer, k);
}

void steps(const op::GetIdentity&, Actor& k) {
  const Process& me = k.me();
  op::Outcome outcome;
  const std::int64_t parent = me.parent == kNone ? k.observed_output(1, 1) : k.world.pid(me.parent);
  const std::int64_t session = me.session == 0 ? k.observed_output(3, 1) : me.session;
  outcome.outputs = {k.pid(), parent, me.group, session, me.umask, me.real_uid};
  k.returns(std::move(outcome), proc::identity);
}

void steps(const op::SetProcessGroup& call, Actor& k) {
  const Index target = call.pid == 0 ? k.who : k.world.with_pid(call.pid);
  const bool known = target != kNone && k.now.process(target).life != Life::unborn;
  if (call.group < 0) {
    k.fails(EINVAL, proc::group_errors);
    return;
  }
  if (!known || (target != k.who && k.now.process(target).parent != k.who)) {
    k.fails(ESRCH, proc::group_errors);
    return;
  }
  const Process& process = k.now.process(target);
  const std::int64_t group = call.group == 0 ? k.world.pid(target) : call.group;
  bool exists = group == k.world.pid(target);
  for (const auto& other : k.now.processes) {
    const bool lives = other->life != Life::unborn && other->life != Life::reaped;
    exists = exists || (lives && other->group == group && other->session == process.session);
  }
  if (target != k.who || process.life != Life::alive) {
    // A child may have called exec meanwhile, or be gone; which of it the model does not follow.
    k.is_not_modelled();
  } else if (process.session == k.pid() || !exists) {
    k.fails(EPERM, proc::group_errors);
  } else if (State* next = k.returns(0, proc::group_set)) {
    next->edit_process(target).group = group;
  }
}

void steps(const op::NewSession&, Actor& k) {
  const bool leads = std::ranges::any_of(k.now.processes, [&](const Cow<Process>& other) {
    const bool lives = other->life != Life::unborn && other->life != Life::reaped;
    return lives && other->group == k.pid();
  });
  if (leads) {
    k.fails(EPERM, proc::session_new);
  } else if (State* next = k.returns(k.pid(), proc::session_new)) {
    Process& me = next->edit_process(k.who);
    me.session = me.group = k.pid();
  }
}

void steps(const op::BecomeUser& call, Actor& k) {
  if (!k.privileged()) {
    k.is_not_modelled();
    return;
  }
  const op::Outcome* seen = k.observed();
  if (seen != nullptr && seen->error.value != 0) {
    k.is_not_modelled();
  } else if (State* next = k.returns(0, proc::user_set)) {
    Process& me = next->edit_process(k.who);
    me.uid = me.real_uid = me.saved_uid = call.uid;
  }
}

void steps(const op::AdoptOrphans&, Actor& k) {
  if (State* next = k.returns(0, proc::orphan_reparented)) {
    next->edit_process(k.who).adopts_orphans = true;
  }
}

}  // namespace ipcspec::spec
