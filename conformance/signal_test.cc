// Signals.
#include "spec/signal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/shared_memory.hpp"
#include "core/error.hpp"

namespace ipcspec::conformance {
namespace {

using op::HandlerBody;
using verbs::HandlerRun;

std::string name_of(int signal) { return op::symbol_text(op::Vocabulary::signal, signal); }

// "SIGUSR1 enters, SIGUSR1 leaves": what the handlers of the process did since the last question,
// in order.
std::string story_of(const Process& process) {
  std::string story;
  for (const HandlerRun& run : process.handler_log()) {
    if (run.phase != HandlerRun::entry && run.phase != HandlerRun::exit) continue;
    if (!story.empty()) story += ", ";
    story += name_of(run.signal) + (run.phase == HandlerRun::entry ? " enters" : " leaves");
  }
  return story;
}

bool runs_again(const Process& process) {
  return process.controller().await_stopped(process.who(), false) &&
         !process.controller().is_dead(process.who());
}

// Signals for which a handler can be installed; the C library keeps a few realtime ones to itself.
// Of the 127 that MIPS has, those that a set holds here.
std::vector<int> catchable_signals() {
  constexpr int kFirstRealtime = 32;  // of the kernel
  constexpr int kLastInSet = std::numeric_limits<decltype(op::SignalSet::bits)>::digits;
  std::vector<int> signals;
  for (int signal = 1; signal <= std::min(SIGRTMAX, kLastInSet); ++signal) {
    const bool reserved = signal >= kFirstRealtime && signal < SIGRTMIN;
    if (signal != SIGKILL && signal != SIGSTOP && !reserved) signals.push_back(signal);
  }
  return signals;
}

constexpr op::SignalSet every_signal() {
  op::SignalSet set;
  set.bits = ~std::uint64_t{0};
  return set;
}

// The signal that terminated the child that was waited for; 0 when none did.
int signal_that_ended(const Call& wait) {
  const int status = static_cast<int>(wait.output(0));
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

// Users that own nothing here.
constexpr std::int64_t kSomebody = 65533;
constexpr std::int64_t kStranger = 65532;

Process process_with_ids(Scenario& s, const std::string& role, std::int64_t real,
                         std::int64_t effective, std::int64_t saved) {
  const Process process = s.process(role);
  needs_success(process.sets_user_ids(real, effective, saved));
  return process;
}

struct Terminal {
  op::Fd master;
  std::string slave_path;
};

Terminal opens_terminal(const Process& process) {
  const Call call = process.opens_terminal();
  if (call.error() != 0) throw Unsupported("no pseudo-terminal here (/dev/ptmx and devpts)");
  return {call.fd(), call.data()};
}

// Makes the process the leader of a session of its own, with the terminal as controlling one.
op::Fd takes_over(const Process& leader, const Terminal& terminal) {
  leader.closes(terminal.master).succeeded();
  leader.makes_session().succeeded();
  const op::Fd slave = leader.opens(terminal.slave_path, O_RDWR | O_NOCTTY).fd();
  leader.takes_terminal(slave).succeeded();
  return slave;
}

// What GetDisposition says, and a handler that asks about its own action.
constexpr std::int64_t kDefault = 0;
constexpr std::int64_t kIgnored = 1;
constexpr std::int64_t kHandler = 2;

constexpr int kResetOnEntry = static_cast<int>(SA_RESETHAND);  // the macro is unsigned

constexpr std::int64_t kUnchanged = -1;  // an id that setresuid() shall leave alone

std::int64_t user_of(const Process& process) { return process.identity().output(5); }
std::int64_t value_of(const Call& wait_for_signal) { return wait_for_signal.output(3); }
std::int64_t address_of(op::Address address) { return static_cast<std::int64_t>(address.value); }

// The first run of a handler since the last question; one without a signal when there was none.
HandlerRun first_run(const Process& process) {
  const std::vector<HandlerRun> log = process.handler_log();
  return log.empty() ? HandlerRun{} : log.front();
}

std::int64_t action_seen_inside(const Process& process) {
  for (const HandlerRun& run : process.handler_log()) {
    if (run.phase == HandlerRun::queried) return run.value;
  }
  throw Broken(process.who() + ": no handler asked for its own action");
}

// Makes a child that is a zombie afterwards, and returns its process id.
std::int64_t forks_and_exits(const Process& parent, const std::string& role) {
  const Process child = parent.forks(role);
  child.exits(0);
  CHECK_THAT(child, ExitsWith(0));
  return child.pid();
}

int entries_in(const std::vector<HandlerRun>& log) {
  return static_cast<int>(std::count_if(log.begin(), log.end(), [](const HandlerRun& run) {
    return run.phase == HandlerRun::entry;
  }));
}

std::set<std::int64_t> reaped_in(const std::vector<HandlerRun>& log) {
  std::set<std::int64_t> reaped;
  for (const HandlerRun& run : log) {
    if (run.phase == HandlerRun::reaped) reaped.insert(run.pid);
  }
  return reaped;
}

// When a handler of SIGUSR1 has run in the middle of the call.
Call interrupted(const Process& interrupter, const Process& waiter, const Call& call) {
  CHECK_THAT(call, Blocks());
  interrupter.kills(waiter, SIGUSR1).succeeded();
  return call;
}

// What a process can wait for, with nobody to end the wait but its children.
struct Waitables {
  verbs::PipeEnds empty;
  verbs::PipeEnds full;
  verbs::SocketPairEnds sockets;
  std::string fifo;
  op::Address semaphore;  // its value is 0
};

Waitables makes_waitables(Scenario& s, const Process& process) {
  Waitables made{process.makes_pipe(), process.makes_pipe(), process.makes_socket_pair(SOCK_STREAM),
                 s.fresh_path(), process.maps_shared_memory(sizeof(sem_t))};
  process.fills(made.full.write_end);
  process.makes_fifo(made.fifo).succeeded();
  process.makes_semaphore_at(made.semaphore).succeeded();
  return made;
}

// The signals whose handlers ran since the last question, in the order in which they began.
std::vector<int> signals_handled(const Process& process) {
  std::vector<int> signals;
  for (const HandlerRun& run : process.handler_log()) {
    if (run.phase == HandlerRun::entry) signals.push_back(run.signal);
  }
  return signals;
}

// The values that came with them.
using Values = std::vector<std::int64_t>;
Values values_handled(const Process& process) {
  Values values;
  for (const HandlerRun& run : process.handler_log()) {
    if (run.phase == HandlerRun::entry) values.push_back(run.value);
  }
  return values;
}

std::vector<int> sorted(std::vector<int> numbers) {
  std::ranges::sort(numbers);
  return numbers;
}

// si_code, si_pid, and si_value or si_status.
using Told = std::vector<std::int64_t>;
Told what_it_told(const HandlerRun& run) { return {run.code, run.pid, run.value}; }

op::SignalSet previous_mask(const Call& change_mask) {
  op::SignalSet set;
  set.bits = static_cast<std::uint64_t>(change_mask.output(0));
  return set;
}

// Those signals that end a child by which its parent is told that it was them.
std::vector<int> that_end_a_child(const Process& parent, const std::vector<int>& signals) {
  std::vector<int> ending;
  for (const int signal : signals) {
    const Process child = parent.forks("child that " + name_of(signal) + " ends");
    parent.kills(child, signal).succeeded();
    if (signal_that_ended(parent.waits_for(child)) == signal) ending.push_back(signal);
  }
  return ending;
}

// Whether the signal stops it, until it is continued.
bool is_stopped_by(const Process& sender, const Process& target, int signal) {
  sender.kills(target, signal).succeeded();
  const bool stops = target.controller().await_stopped(target.who(), true);
  sender.kills(target, SIGCONT).succeeded();
  return stops && runs_again(target);
}

SPEC_TEST(signal::sigaction_installs_handler) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  CHECK_THAT(receiver.handles(SIGUSR1), Returns(0));

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  // The story tells the number that the handler got as its argument.
  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR1 leaves");

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));  // still installed
  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR1 leaves");
}

#ifdef __GLIBC__
constexpr bool kGlibc = true;
#else
constexpr bool kGlibc = false;
#endif

SPEC_TEST(signal::signal_unspecified_semantics) {
  s.requires_that(kGlibc, "glibc: this program was built with another C library");
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process sender = reader.forks("sender");
  CHECK_THAT(reader.handles_by_signal(SIGUSR1), Returns(0));
  Call read = reader.reads(r, 5);
  CHECK_THAT(read, Blocks());

  // Interrupted twice, by a handler that stays installed, the read is restarted twice.
  CHECK_THAT(sender.kills(reader, SIGUSR1), Returns(0));
  CHECK_THAT(read, Blocks());
  CHECK_THAT(sender.kills(reader, SIGUSR1), Returns(0));
  CHECK_THAT(read, Blocks());

  sender.writes(w, "hello");
  CHECK_THAT(read, ReturnsData("hello"));
  CHECK(reader.handler_runs(SIGUSR1) == 2);
}

SPEC_TEST(signal::mask_own_signal_blocked) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  CHECK_THAT(receiver.handles(SIGUSR1, 0, {}, HandlerBody::raise_own), Returns(0));

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));

  // The one that was raised inside the handler waited until the handler had returned.
  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR1 leaves, SIGUSR1 enters, SIGUSR1 leaves");
}

SPEC_TEST(signal::mask_others_not_blocked) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  CHECK_THAT(receiver.handles(SIGUSR1, 0, {}, HandlerBody::raise_other, SIGUSR2), Returns(0));
  CHECK_THAT(receiver.handles(SIGUSR2), Returns(0));

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));

  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR2 enters, SIGUSR2 leaves, SIGUSR1 leaves");
}

SPEC_TEST(signal::mask_sa_mask_blocks) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  CHECK_THAT(receiver.handles(SIGUSR1, 0, {SIGUSR2}, HandlerBody::raise_other, SIGUSR2),
             Returns(0));
  CHECK_THAT(receiver.handles(SIGUSR2), Returns(0));
  receiver.sets_mask({SIGHUP}).succeeded();

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));

  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR1 leaves, SIGUSR2 enters, SIGUSR2 leaves");
  CHECK(receiver.current_mask() == op::SignalSet{SIGHUP});  // the former mask, and no more
}

SPEC_TEST(signal::pause_returns_after_handler) {
  auto [sender, waiter] = s.processes("sender", "waiter");
  waiter.handles(SIGUSR1).succeeded();
  Call pause = waiter.pauses();
  CHECK_THAT(pause, Blocks());

  sender.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(pause.value() == -1);
  CHECK(story_of(waiter) == "SIGUSR1 enters, SIGUSR1 leaves");
}

SPEC_TEST(signal::pause_ignored_does_not_wake) {
  auto [sender, waiter] = s.processes("sender", "waiter");
  waiter.ignores(SIGUSR1).succeeded();
  waiter.handles(SIGUSR2).succeeded();
  Call pause = waiter.pauses();
  CHECK_THAT(pause, Blocks());

  CHECK_THAT(sender.kills(waiter, SIGUSR1), Returns(0));
  CHECK_THAT(pause, Blocks());

  sender.kills(waiter, SIGSTOP).succeeded();
  CHECK_THAT(waiter, IsStopped());
  sender.kills(waiter, SIGCONT).succeeded();
  CHECK(runs_again(waiter));
  CHECK_THAT(pause, Blocks());

  sender.kills(waiter, SIGUSR2).succeeded();  // so the wait can be ended
  CHECK_THAT(pause, FailsWith(EINTR));
}

SPEC_TEST(signal::pause_default_terminates) {
  auto [sender, waiter] = s.processes("sender", "waiter");
  Call pause = waiter.pauses();
  CHECK_THAT(pause, Blocks());

  CHECK_THAT(sender.kills(waiter, SIGTERM), Returns(0));
  CHECK_THAT(pause, IsCutOff());
  CHECK_THAT(waiter, KilledBy(SIGTERM));
}

SPEC_TEST(signal::pause_lost_wakeup) {
  auto [sender, hasty, careful] = s.processes("sender", "hasty", "careful");
  hasty.handles(SIGUSR1).succeeded();
  careful.handles(SIGUSR1).succeeded();
  careful.blocks_signals({SIGUSR1}).succeeded();
  CHECK(hasty.handler_runs(SIGUSR1) == 0);  // the test of the flag: not yet set
  CHECK(careful.handler_runs(SIGUSR1) == 0);

  sender.kills(hasty, SIGUSR1).succeeded();
  sender.kills(careful, SIGUSR1).succeeded();

  // The signal of the one has been handled, so nothing ends its pause ...
  Call pause = hasty.pauses();
  CHECK_THAT(pause, Blocks());
  // ... and that of the other is still pending.
  CHECK_THAT(careful.suspends_with_mask({}), FailsWith(EINTR));
  CHECK(careful.handler_runs(SIGUSR1) == 1);

  sender.kills(hasty, SIGUSR1).succeeded();  // now a second one
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(hasty.handler_runs(SIGUSR1) == 2);
}

SPEC_TEST(signal::kill_any_signal) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  for (const int signal : catchable_signals()) {
    CHECK_THAT(receiver.handles(signal), Returns(0));
    CHECK_THAT(sender.kills(receiver, signal), Returns(0));
    CHECK(receiver.handler_runs(signal) == 1);
  }

  // The two that no handler can catch act by themselves.
  CHECK_THAT(sender.kills(receiver, SIGSTOP), Returns(0));
  CHECK_THAT(receiver, IsStopped());
  CHECK_THAT(sender.kills(receiver, SIGCONT), Returns(0));
  CHECK(runs_again(receiver));
  CHECK_THAT(sender.kills(receiver, SIGKILL), Returns(0));
  CHECK_THAT(receiver, KilledBy(SIGKILL));
}

SPEC_TEST(signal::kill_null_signal) {
  auto [asker, target] = s.processes("asker", "target");
  Call pause = target.pauses();
  CHECK_THAT(asker.kills(target, 0), Returns(0));
  CHECK_THAT(pause, Blocks());  // nothing was sent

  Process child = asker.forks("child");
  child.exits(0);
  CHECK_THAT(child, ExitsWith(0));  // a zombie now, for nobody has waited for it
  CHECK_THAT(asker.kills(child, 0), Returns(0));

  CHECK_THAT(asker.waits_for(child), Returns(child.pid()));  // so there is none any more
  CHECK_THAT(asker.kills(child, 0), FailsWith(ESRCH));

  becomes_stranger(asker);  // now it lacks the permission
  CHECK_THAT(asker.kills(target, 0), FailsWith(EPERM));
}

SPEC_TEST(signal::kill_process_groups) {
  auto [leader, outsider] = s.processes("leader", "outsider");  // each leads its own group
  outsider.handles(SIGUSR1).succeeded();
  leader.handles(SIGUSR1).succeeded();
  Process member = leader.forks("member");  // inherits group and handler
  Process another = leader.forks("another member");

  CHECK_THAT(member.kills_pid(0, SIGUSR1), Returns(0));
  CHECK(leader.handler_runs(SIGUSR1) == 1);
  CHECK(member.handler_runs(SIGUSR1) == 1);
  CHECK(another.handler_runs(SIGUSR1) == 1);
  CHECK(outsider.handler_runs(SIGUSR1) == 0);

  CHECK_THAT(outsider.kills_pid(-leader.pid(), SIGUSR1), Returns(0));
  CHECK(leader.handler_runs(SIGUSR1) == 1);
  CHECK(member.handler_runs(SIGUSR1) == 1);
  CHECK(another.handler_runs(SIGUSR1) == 1);
  CHECK(outsider.handler_runs(SIGUSR1) == 0);
}

SPEC_TEST(signal::numbers_fixed) {
  constexpr int kInterrupt = 2, kKill = 9, kTerminate = 15;
  CHECK(SIGINT == kInterrupt);
  CHECK(SIGKILL == kKill);
  CHECK(SIGTERM == kTerminate);

  // The kernel knows them by these numbers too.
  auto [sender, receiver, victim] = s.processes("sender", "receiver", "victim");
  receiver.handles(SIGINT).succeeded();
  receiver.handles(SIGTERM).succeeded();
  CHECK_THAT(sender.kills(receiver, kInterrupt), Returns(0));
  CHECK(receiver.handler_runs(SIGINT) == 1);
  CHECK_THAT(sender.kills(receiver, kTerminate), Returns(0));
  CHECK(receiver.handler_runs(SIGTERM) == 1);
  CHECK_THAT(sender.kills(victim, kKill), Returns(0));
  CHECK_THAT(victim, KilledBy(SIGKILL));
}

#if defined(__mips__) || defined(__hppa__)
constexpr int kUser1 = 16, kUser2 = 17;
#elif defined(__alpha__) || defined(__sparc__)
constexpr int kUser1 = 30, kUser2 = 31;
#else
constexpr int kUser1 = 10, kUser2 = 12;
#endif

SPEC_TEST(signal::numbers_arch) {
  CHECK(SIGUSR1 == kUser1);
  CHECK(SIGUSR2 == kUser2);

  // The kernel knows them by these numbers too.
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1).succeeded();
  receiver.handles(SIGUSR2).succeeded();
  CHECK_THAT(sender.kills(receiver, kUser1), Returns(0));
  CHECK(story_of(receiver) == "SIGUSR1 enters, SIGUSR1 leaves");
  CHECK_THAT(sender.kills(receiver, kUser2), Returns(0));
  CHECK(story_of(receiver) == "SIGUSR2 enters, SIGUSR2 leaves");
}

SPEC_TEST(signal::int_ctrl_c) {
  Process keyboard = s.process("keyboard");
  const Terminal terminal = opens_terminal(keyboard);
  Process shell = keyboard.forks("shell");
  const op::Fd slave = takes_over(shell, terminal);
  shell.enables_terminal_signals(slave).succeeded();
  shell.handles(SIGINT).succeeded();
  Process job = shell.forks("job");
  job.sets_process_group(0, 0).succeeded();
  Process helper = job.forks("helper");  // of the same group
  shell.sets_foreground_group(slave, job.pid()).succeeded();
  Call job_pause = job.pauses();
  Call helper_pause = helper.pauses();
  Call shell_pause = shell.pauses();

  CHECK_THAT(keyboard.writes(terminal.master, "\x03"), Returns(1));

  CHECK_THAT(job_pause, FailsWith(EINTR));
  CHECK_THAT(helper_pause, FailsWith(EINTR));
  CHECK(job.handler_runs(SIGINT) == 1);
  CHECK(helper.handler_runs(SIGINT) == 1);
  CHECK_THAT(shell_pause, Blocks());  // in the background
}

SPEC_TEST(signal::term_default_and_catchable) {
  auto [sender, parent] = s.processes("sender", "parent");
  Process child = parent.forks("child");
  CHECK_THAT(sender.kills(child, SIGTERM), Returns(0));
  Call wait = parent.waits_for(child);
  CHECK_THAT(wait, Returns(child.pid()));
  CHECK(signal_that_ended(wait) == SIGTERM);

  auto [catcher, blocker, ignorer] = s.processes("catcher", "blocker", "ignorer");
  CHECK_THAT(catcher.handles(SIGTERM), Returns(0));
  CHECK_THAT(blocker.blocks_signals({SIGTERM}), Returns(0));
  CHECK_THAT(ignorer.ignores(SIGTERM), Returns(0));
  CHECK_THAT(sender.kills(catcher, SIGTERM), Returns(0));
  CHECK_THAT(sender.kills(blocker, SIGTERM), Returns(0));
  CHECK_THAT(sender.kills(ignorer, SIGTERM), Returns(0));
  CHECK(catcher.handler_runs(SIGTERM) == 1);
  CHECK(blocker.pending_signals() == op::SignalSet{SIGTERM});
  CHECK(ignorer.pending_signals() == op::SignalSet{});  // alive, and nothing is left to come
}

SPEC_TEST(signal::kill_uncatchable) {
  auto [sender, target] = s.processes("sender", "target");
  CHECK_THAT(target.handles(SIGKILL), FailsWith(EINVAL));
  CHECK_THAT(target.ignores(SIGKILL), FailsWith(EINVAL));
  CHECK_THAT(target.handles(SIGSTOP), FailsWith(EINVAL));
  CHECK_THAT(target.ignores(SIGSTOP), FailsWith(EINVAL));

  // Both act as ever.
  CHECK_THAT(target.disposition(SIGKILL), Returns(0));
  CHECK_THAT(target.disposition(SIGSTOP), Returns(0));
  sender.kills(target, SIGSTOP).succeeded();
  CHECK_THAT(target, IsStopped());
  sender.kills(target, SIGKILL).succeeded();
  CHECK_THAT(target, KilledBy(SIGKILL));
}

SPEC_TEST(signal::kill_set_default) {
  Process target = s.process("target");
  CHECK_THAT(target.restores_default(SIGKILL), Returns(0) || FailsWith(EINVAL));
  CHECK_THAT(target.disposition(SIGKILL), Returns(0));

  Process sender = s.process("sender");
  sender.kills(target, SIGKILL).succeeded();  // and it is the default still
  CHECK_THAT(target, KilledBy(SIGKILL));
}

SPEC_TEST(signal::kill_unblockable) {
  auto [sender, target] = s.processes("sender", "target");
  CHECK_THAT(target.blocks_signals({SIGKILL, SIGSTOP, SIGUSR1}), Returns(0));
  CHECK(target.current_mask() == op::SignalSet{SIGUSR1});

  sender.kills(target, SIGSTOP).succeeded();
  CHECK_THAT(target, IsStopped());
  sender.kills(target, SIGCONT).succeeded();
  CHECK(runs_again(target));
  sender.kills(target, SIGKILL).succeeded();
  CHECK_THAT(target, KilledBy(SIGKILL));
}

SPEC_TEST(signal::kill_forceful) {
  auto [sender, parent] = s.processes("sender", "parent");
  Process ignorer = parent.forks("ignorer");
  for (const int signal : catchable_signals()) ignorer.ignores(signal).succeeded();
  Process blocker = parent.forks("blocker");
  blocker.sets_mask(every_signal()).succeeded();
  Process stopped = parent.forks("stopped");
  sender.kills(stopped, SIGSTOP).succeeded();
  CHECK_THAT(stopped, IsStopped());

  CHECK_THAT(sender.kills(ignorer, SIGKILL), Returns(0));
  CHECK_THAT(sender.kills(blocker, SIGKILL), Returns(0));
  CHECK_THAT(sender.kills(stopped, SIGKILL), Returns(0));

  CHECK(signal_that_ended(parent.waits_for(ignorer)) == SIGKILL);
  CHECK(signal_that_ended(parent.waits_for(blocker)) == SIGKILL);
  CHECK(signal_that_ended(parent.waits_for(stopped)) == SIGKILL);
}

SPEC_TEST(signal::usr_default_terminates) {
  auto [sender, first, second] = s.processes("sender", "first", "second");
  CHECK_THAT(first.disposition(SIGUSR1), Returns(0));
  CHECK_THAT(second.disposition(SIGUSR2), Returns(0));

  CHECK_THAT(sender.kills(first, SIGUSR1), Returns(0));
  CHECK_THAT(first, KilledBy(SIGUSR1));
  CHECK_THAT(sender.kills(second, SIGUSR2), Returns(0));
  CHECK_THAT(second, KilledBy(SIGUSR2));
}

SPEC_TEST(signal::data_sigqueue_counterexample) {
  constexpr std::int64_t kValue = 20'260'515;
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1, SA_SIGINFO).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, kValue), Returns(0));
  const std::vector<HandlerRun> runs = receiver.handler_log();
  CHECK(runs.size() == 2);  // entry and exit
  CHECK(runs.at(0).value == kValue);
  CHECK(runs.at(0).code == SI_QUEUE);

  receiver.blocks_signals({SIGUSR2}).succeeded();
  Call wait = receiver.waits_for_signal({SIGUSR2});
  CHECK_THAT(wait, Blocks());
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR2, -kValue), Returns(0));
  CHECK_THAT(wait, Returns(SIGUSR2));
  CHECK(value_of(wait) == -kValue);
}

SPEC_TEST(signal::data_sender_identity) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  // Where privilege allows, so that the real and the effective user id differ.
  sender.sets_user_ids(kNobody, kUnchanged, kUnchanged);
  const std::int64_t real_user = user_of(sender);
  CHECK_THAT(receiver.handles(SIGUSR1, SA_SIGINFO), Returns(0));

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));

  const std::vector<HandlerRun> runs = receiver.handler_log();
  CHECK(runs.size() == 2);  // entry and exit
  CHECK(runs.at(0).code == SI_USER);
  CHECK(runs.at(0).pid == sender.pid());
  CHECK(runs.at(0).uid == real_user);
}

constexpr int kHandlerStatus = 7;  // what the handler of SIGTERM below exits with

// Four signals, each handled by one of the calls that are safe in a handler.
void handles_with_safe_calls(const Process& process, op::Fd fd, op::Address semaphore,
                             const Process& target) {
  const auto handles = [&](int signal, HandlerBody body, std::int64_t argument) {
    process.handles(signal, SA_RESTART, {}, body, argument).succeeded();
  };
  handles(SIGUSR1, HandlerBody::write_byte, fd.number);
  handles(SIGUSR2, HandlerBody::post_semaphore, address_of(semaphore));
  handles(SIGINT, HandlerBody::kill_process, target.pid());
  handles(SIGTERM, HandlerBody::exit_process, kHandlerStatus);
}

SPEC_TEST(signal::safe_printf) {
  auto [sender, witness] = s.processes("sender", "witness");
  auto [printed, print_end] = witness.makes_pipe();
  auto [handled, handler_end] = witness.makes_pipe();
  const op::Address semaphore =
      witness.opens_semaphore(new_object_name(s), O_CREAT | O_EXCL).address();
  Process printer = witness.forks("printer");
  handles_with_safe_calls(printer, handler_end, semaphore, witness);
  witness.handles(SIGUSR2).succeeded();  // what kill() in the handler sends
  printer.fills(print_end);
  Call print = printer.prints(print_end, "printed");
  CHECK_THAT(print, Blocks());

  sender.kills(printer, SIGUSR1).succeeded();  // its handler calls write()
  CHECK_THAT(witness.reads(handled, 1), ReturnsData("h"));
  sender.kills(printer, SIGUSR2).succeeded();  // sem_post()
  CHECK_THAT(witness.waits_on(semaphore), Returns(0));
  Call pause = witness.pauses();
  sender.kills(printer, SIGINT).succeeded();  // kill()
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK_THAT(print, Blocks());                 // still in printf()
  sender.kills(printer, SIGTERM).succeeded();  // _exit()
  CHECK_THAT(printer, ExitsWith(kHandlerStatus));
}

SPEC_TEST(signal::safe_errno_preserved) {
  Process process = s.process("process");
  process.handles(SIGUSR1, 0, {}, HandlerBody::clobber_errno).succeeded();
  CHECK_THAT(process.errno_across_signal(SIGUSR1), Returns(EBADF));

  process.handles(SIGUSR1, 0, {}, HandlerBody::preserve_errno).succeeded();
  CHECK_THAT(process.errno_across_signal(SIGUSR1), Returns(ENOENT));
}

SPEC_TEST(signal::code_uninitialised_fields) {
  auto [sender, informed, once, always] = s.processes("sender", "informed", "once", "always");
  CHECK_THAT(informed.handles(SIGUSR1, SA_SIGINFO), Returns(0));
  CHECK_THAT(sender.kills(informed, SIGUSR1), Returns(0));
  CHECK(first_run(informed).pid == sender.pid());

  CHECK_THAT(once.handles(SIGUSR1, kResetOnEntry, {}, HandlerBody::query_action), Returns(0));
  CHECK_THAT(sender.kills(once, SIGUSR1), Returns(0));
  CHECK(action_seen_inside(once) == kDefault);  // already on entry
  CHECK_THAT(once.disposition(SIGUSR1), Returns(kDefault));
  CHECK_THAT(sender.kills(once, SIGUSR1), Returns(0));
  CHECK_THAT(once, KilledBy(SIGUSR1));

  CHECK_THAT(always.handles(SIGUSR1, 0, {}, HandlerBody::signal_pid), Returns(0));
  CHECK_THAT(sender.kills(always, SIGUSR1), Returns(0));
  CHECK_THAT(always.disposition(SIGUSR1), Returns(kHandler));
  CHECK_THAT(sender.kills(always, SIGUSR1), Returns(0));
  CHECK(always.handler_runs(SIGUSR1) == 2);
}

SPEC_TEST(signal::compare_filesystem_none) {
  auto [sender, receiver] = s.processes("sender", "receiver");  // they share nothing
  receiver.handles(SIGUSR1).succeeded();
  const auto before = sender.lists_directory(".").data();

  CHECK_THAT(sender.kills_pid(receiver.pid(), SIGUSR1), Returns(0));

  CHECK(receiver.handler_runs(SIGUSR1) == 1);
  CHECK(sender.lists_directory(".").data() == before);
}

SPEC_TEST(signal::compare_permission) {
  Process sender = process_with_ids(s, "sender", kNobody, kSomebody, kSomebody);
  Process a = process_with_ids(s, "its real id is the sender's real", kNobody, 0, kStranger);
  Process b = process_with_ids(s, "its saved id is the sender's real", kStranger, 0, kNobody);
  Process c = process_with_ids(s, "its real id is the sender's effective", kSomebody, 0, kStranger);
  Process d =
      process_with_ids(s, "its saved id is the sender's effective", kStranger, 0, kSomebody);
  CHECK_THAT(sender.kills(a, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(b, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(c, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(d, SIGUSR1), Returns(0));
  CHECK_THAT(a, KilledBy(SIGUSR1));
  CHECK_THAT(b, KilledBy(SIGUSR1));
  CHECK_THAT(c, KilledBy(SIGUSR1));
  CHECK_THAT(d, KilledBy(SIGUSR1));

  // The effective id of the target does not count.
  Process other = process_with_ids(s, "other", kStranger, kSomebody, kStranger);
  Process elsewhere = other.forks("elsewhere");
  elsewhere.makes_session().succeeded();
  CHECK_THAT(sender.kills(other, SIGUSR1), FailsWith(EPERM));
  CHECK_THAT(other, IsAlive());
  CHECK_THAT(sender.kills(other, SIGCONT), Returns(0));  // of the same session
  CHECK_THAT(sender.kills(elsewhere, SIGCONT), FailsWith(EPERM));
}

SPEC_TEST(signal::compare_sync_coalescing) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1).succeeded();
  receiver.blocks_signals({SIGUSR1}).succeeded();
  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK(receiver.handler_runs(SIGUSR1) == 0);

  CHECK_THAT(receiver.unblocks_signals({SIGUSR1}), Returns(0));
  CHECK(receiver.handler_runs(SIGUSR1) == 1);
}

SPEC_TEST(signal::compare_speed) {
  constexpr int kRounds = 20;
  auto [asker, answerer] = s.processes("asker", "answerer");
  asker.blocks_signals({SIGUSR2}).succeeded();
  answerer.handles(SIGUSR1, 0, {}, HandlerBody::kill_process, asker.pid()).succeeded();

  for (int round = 0; round < kRounds; ++round) {
    CHECK_THAT(asker.kills(answerer, SIGUSR1), Returns(0));
    CHECK_THAT(asker.waits_for_signal({SIGUSR2}), Returns(SIGUSR2));  // the answer
  }
  CHECK(answerer.handler_runs(SIGUSR1) == kRounds);
  CHECK(asker.pending_signals() == op::SignalSet{});  // and not one answer more
}

SPEC_TEST(signal::practical_hup_default) {
  auto [sender, plain, daemon] = s.processes("sender", "plain", "daemon");
  CHECK_THAT(daemon.handles(SIGHUP), Returns(0));

  CHECK_THAT(sender.kills(plain, SIGHUP), Returns(0));
  CHECK_THAT(plain, KilledBy(SIGHUP));

  CHECK_THAT(sender.kills(daemon, SIGHUP), Returns(0));
  CHECK(daemon.handler_runs(SIGHUP) == 1);
  CHECK_THAT(daemon, IsAlive());
}

LONG_SPEC_TEST(signal::practical_hup_terminal) {
  Process emulator = s.process("emulator");
  const Terminal terminal = opens_terminal(emulator);
  const op::Fd duplicate = emulator.dups(terminal.master).fd();
  Process shell = emulator.forks("shell");
  shell.closes(duplicate).succeeded();
  takes_over(shell, terminal);
  shell.handles(SIGHUP).succeeded();
  Call pause = shell.pauses();

  emulator.closes(terminal.master).succeeded();
  CHECK_THAT(pause, Blocks());  // the master has another descriptor

  CHECK_THAT(emulator.closes(duplicate), Returns(0));
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(shell.handler_runs(SIGHUP) >= 1);
}

SPEC_TEST(signal::practical_chld_reap) {
  constexpr int kStatus = 7;
  Process parent = s.process("parent");
  Process first = parent.forks("first child");
  Process second = parent.forks("second child");
  parent.handles(SIGCHLD).succeeded();
  Call pause = parent.pauses();
  first.exits(0);
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(first_run(parent).signal == SIGCHLD);

  parent.restores_default(SIGCHLD).succeeded();
  Process daemon = s.process("daemon");
  second.exits(kStatus);
  CHECK_THAT(second, ExitsWith(kStatus));
  CHECK_THAT(parent, IsAlive());                    // the default action did nothing ...
  CHECK_THAT(daemon.kills(second, 0), Returns(0));  // ... and the child is still there

  Call wait = parent.waits_for(second);
  CHECK_THAT(wait, Returns(second.pid()));
  CHECK_THAT(daemon.kills(second, 0), FailsWith(ESRCH));
}

SPEC_TEST(signal::practical_chld_coalesce) {
  Process parent = s.process("parent");
  parent.handles(SIGCHLD, 0, {}, HandlerBody::reap_children).succeeded();
  parent.blocks_signals({SIGCHLD}).succeeded();
  const std::set<std::int64_t> children = {forks_and_exits(parent, "first"),
                                           forks_and_exits(parent, "second"),
                                           forks_and_exits(parent, "third")};

  CHECK_THAT(parent.unblocks_signals({SIGCHLD}), Returns(0));

  const std::vector<HandlerRun> log = parent.handler_log();
  CHECK(entries_in(log) >= 1);  // a single delivery may stand for all
  CHECK(reaped_in(log) == children);
  CHECK_THAT(parent.waits(), FailsWith(ECHILD));  // none is left
}

SPEC_TEST(signal::default_actions) {
  Process parent = s.process("parent");
  const std::vector<int> ending = {SIGHUP,  SIGINT,  SIGKILL, SIGPIPE,   SIGALRM, SIGTERM,
                                   SIGUSR1, SIGUSR2, SIGPROF, SIGVTALRM, SIGPOLL, SIGRTMIN,
                                   SIGABRT, SIGBUS,  SIGFPE,  SIGILL,    SIGQUIT, SIGSEGV,
                                   SIGSYS,  SIGTRAP, SIGXCPU, SIGXFSZ};
  CHECK(that_end_a_child(parent, ending) == ending);

  Process child = parent.forks("child");
  CHECK(is_stopped_by(parent, child, SIGSTOP));
  CHECK(is_stopped_by(parent, child, SIGTSTP));
  CHECK(is_stopped_by(parent, child, SIGTTIN));
  CHECK(is_stopped_by(parent, child, SIGTTOU));

  Call pause = child.pauses();
  CHECK_THAT(parent.kills(child, SIGCHLD), Returns(0));
  CHECK_THAT(parent.kills(child, SIGURG), Returns(0));
  CHECK_THAT(parent.kills(child, SIGCONT), Returns(0));
  CHECK_THAT(pause, Blocks());
}

SPEC_TEST(signal::pending_blocked) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1).succeeded();
  receiver.handles(SIGUSR2).succeeded();
  receiver.blocks_signals({SIGUSR1, SIGUSR2}).succeeded();
  CHECK(receiver.pending_signals() == op::SignalSet{});

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK(receiver.pending_signals() == op::SignalSet{SIGUSR1});
  CHECK_THAT(receiver.raises(SIGUSR2), Returns(0));
  CHECK(receiver.pending_signals() == op::SignalSet{SIGUSR1, SIGUSR2});

  CHECK(signals_handled(receiver).empty());
  CHECK(receiver.pending_signals() == op::SignalSet{SIGUSR1, SIGUSR2});  // and both stay so
}

SPEC_TEST(signal::unblocked_delivered) {
  auto [sender, catcher, victim] = s.processes("sender", "catcher", "victim");
  catcher.handles(SIGUSR1).succeeded();
  catcher.blocks_signals({SIGUSR1}).succeeded();
  victim.blocks_signals({SIGTERM}).succeeded();
  CHECK_THAT(sender.kills(catcher, SIGUSR1), Returns(0));
  CHECK_THAT(sender.kills(victim, SIGTERM), Returns(0));

  CHECK_THAT(catcher.sets_mask({}), Returns(0));
  CHECK(catcher.handler_runs(SIGUSR1) == 1);

  // One that ends the process lets nobody see the call return.
  CHECK_THAT(victim.unblocks_signals({SIGTERM}), IsCutOff());
  CHECK_THAT(victim, KilledBy(SIGTERM));
}

SPEC_TEST(signal::pending_first_info) {
  auto [first, second, receiver] = s.processes("first sender", "second sender", "receiver");
  receiver.blocks_signals({SIGUSR1}).succeeded();
  CHECK_THAT(first.queues_signal(receiver, SIGUSR1, 1), Returns(0));
  CHECK_THAT(second.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(second.queues_signal(receiver, SIGUSR1, 2), Returns(0));

  Call wait = receiver.waits_for_signal({SIGUSR1});
  CHECK_THAT(wait, Returns(SIGUSR1));
  CHECK(wait.output(0) == SI_QUEUE);
  CHECK(wait.output(1) == first.pid());
  CHECK(value_of(wait) == 1);
  CHECK(receiver.pending_signals() == op::SignalSet{});
}

SPEC_TEST(signal::rt_standard_not_queued) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1, SA_SIGINFO).succeeded();
  receiver.blocks_signals({SIGUSR1}).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 1), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 2), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 3), Returns(0));

  CHECK_THAT(receiver.unblocks_signals({SIGUSR1}), Returns(0));
  CHECK(values_handled(receiver) == Values{1});
}

SPEC_TEST(signal::ignored_discards) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1).succeeded();
  receiver.handles(SIGRTMIN).succeeded();
  receiver.blocks_signals({SIGUSR1, SIGRTMIN}).succeeded();
  sender.kills(receiver, SIGUSR1).succeeded();
  sender.queues_signal(receiver, SIGRTMIN, 1).succeeded();
  sender.queues_signal(receiver, SIGRTMIN, 2).succeeded();
  CHECK(receiver.pending_signals() == op::SignalSet{SIGUSR1, SIGRTMIN});

  CHECK_THAT(receiver.ignores(SIGUSR1), Returns(0));
  CHECK_THAT(receiver.ignores(SIGRTMIN), Returns(0));  // however many there are
  CHECK(receiver.pending_signals() == op::SignalSet{});

  receiver.handles(SIGUSR1).succeeded();
  receiver.handles(SIGRTMIN).succeeded();
  CHECK_THAT(receiver.unblocks_signals({SIGUSR1, SIGRTMIN}), Returns(0));
  CHECK(signals_handled(receiver).empty());
}

SPEC_TEST(signal::ignored_not_pending) {
  Process receiver = s.process("receiver");
  auto [r, w] = receiver.makes_pipe();
  Process sender = receiver.forks("sender");
  receiver.ignores(SIGUSR1).succeeded();
  Call read = receiver.reads(r, 4);
  CHECK_THAT(read, Blocks());

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(read, Blocks());
  sender.writes(w, "data").succeeded();
  CHECK_THAT(read, ReturnsData("data"));

  CHECK(receiver.pending_signals() == op::SignalSet{});
  receiver.handles(SIGUSR1).succeeded();  // too late for the one that came before
  CHECK(receiver.handler_runs(SIGUSR1) == 0);
}

SPEC_TEST(signal::ignored_blocked) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.ignores(SIGUSR1).succeeded();
  receiver.blocks_signals({SIGUSR1}).succeeded();
  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));

  const op::SignalSet pending = receiver.pending_signals();
  const bool is_kept = pending == op::SignalSet{SIGUSR1};
  CHECK((is_kept || pending == op::SignalSet{}));

  // What sigpending() said is what comes.
  receiver.handles(SIGUSR1).succeeded();
  CHECK_THAT(receiver.unblocks_signals({SIGUSR1}), Returns(0));
  CHECK(receiver.handler_runs(SIGUSR1) == (is_kept ? 1 : 0));
}

SPEC_TEST(signal::rt_queued) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGRTMIN, SA_SIGINFO).succeeded();
  receiver.blocks_signals({SIGRTMIN}).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 3), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 1), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 2), Returns(0));
  CHECK_THAT(receiver.unblocks_signals({SIGRTMIN}), Returns(0));
  CHECK(values_handled(receiver) == Values{3, 1, 2});

  // The same where no handler runs.
  receiver.blocks_signals({SIGRTMIN}).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 5), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 4), Returns(0));
  CHECK(value_of(receiver.waits_for_signal({SIGRTMIN})) == 5);
  CHECK(value_of(receiver.waits_for_signal({SIGRTMIN})) == 4);
  CHECK(receiver.pending_signals() == op::SignalSet{});
}

SPEC_TEST(signal::rt_lowest_first) {
  const op::SignalSet both{SIGRTMIN, SIGRTMIN + 1};
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGRTMIN, SA_SIGINFO, both).succeeded();  // neither interrupts the other
  receiver.handles(SIGRTMIN + 1, SA_SIGINFO, both).succeeded();
  receiver.blocks_signals(both).succeeded();

  sender.queues_signal(receiver, SIGRTMIN + 1, 1).succeeded();
  sender.queues_signal(receiver, SIGRTMIN, 2).succeeded();
  CHECK_THAT(receiver.unblocks_signals(both), Returns(0));
  CHECK(values_handled(receiver) == Values{2, 1});

  receiver.blocks_signals(both).succeeded();
  sender.queues_signal(receiver, SIGRTMIN + 1, 3).succeeded();
  sender.queues_signal(receiver, SIGRTMIN, 4).succeeded();
  CHECK_THAT(receiver.waits_for_signal(both), Returns(SIGRTMIN));
  CHECK_THAT(receiver.waits_for_signal(both), Returns(SIGRTMIN + 1));
}

SPEC_TEST(signal::rt_nesting_reverses) {
  const op::SignalSet both{SIGRTMIN, SIGRTMIN + 1};
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGRTMIN).succeeded();
  receiver.handles(SIGRTMIN + 1).succeeded();
  receiver.blocks_signals(both).succeeded();
  sender.queues_signal(receiver, SIGRTMIN, 0).succeeded();
  sender.queues_signal(receiver, SIGRTMIN + 1, 0).succeeded();

  CHECK_THAT(receiver.unblocks_signals(both), Returns(0));
  CHECK(signals_handled(receiver) == std::vector<int>{SIGRTMIN + 1, SIGRTMIN});
}

SPEC_TEST(signal::standard_order) {
  const op::SignalSet all{SIGUSR1, SIGUSR2, SIGRTMIN};
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1, 0, all).succeeded();  // none interrupts another
  receiver.handles(SIGUSR2, 0, all).succeeded();
  receiver.handles(SIGRTMIN, 0, all).succeeded();
  receiver.blocks_signals(all).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGRTMIN, 0), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR2, 0), Returns(0));
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 0), Returns(0));

  CHECK_THAT(receiver.unblocks_signals(all), Returns(0));
  CHECK(signals_handled(receiver) == std::vector<int>{SIGUSR1, SIGUSR2, SIGRTMIN});
}

SPEC_TEST(signal::sigsuspend_waits) {
  const op::SignalSet both{SIGUSR1, SIGUSR2};
  auto [sender, waiter] = s.processes("sender", "waiter");
  waiter.handles(SIGUSR1).succeeded();
  waiter.handles(SIGUSR2).succeeded();
  waiter.sets_mask(both).succeeded();

  sender.kills(waiter, SIGUSR1).succeeded();  // before the call, and yet it is not missed
  CHECK_THAT(waiter.suspends_with_mask({SIGUSR2}), FailsWith(EINTR));
  CHECK(signals_handled(waiter) == std::vector<int>{SIGUSR1});

  Call suspend = waiter.suspends_with_mask({SIGUSR2});
  CHECK_THAT(suspend, Blocks());
  sender.kills(waiter, SIGUSR2).succeeded();
  CHECK_THAT(suspend, Blocks());
  sender.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(suspend, FailsWith(EINTR));
  CHECK(signals_handled(waiter) == std::vector<int>{SIGUSR1});
  CHECK(waiter.current_mask() == both);
  CHECK(waiter.pending_signals() == op::SignalSet{SIGUSR2});
}

SPEC_TEST(signal::sigwaitinfo_accepts) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1).succeeded();
  receiver.blocks_signals({SIGUSR1}).succeeded();
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 7), Returns(0));

  Call wait = receiver.waits_for_signal({SIGUSR1, SIGUSR2});
  CHECK_THAT(wait, Returns(SIGUSR1));
  CHECK(wait.output(0) == SI_QUEUE);
  CHECK(wait.output(1) == sender.pid());
  CHECK(value_of(wait) == 7);

  CHECK(receiver.pending_signals() == op::SignalSet{});
  CHECK_THAT(receiver.unblocks_signals({SIGUSR1}), Returns(0));
  CHECK(receiver.handler_runs(SIGUSR1) == 0);
}

SPEC_TEST(signal::sigwaitinfo_waits) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.blocks_signals({SIGUSR1, SIGUSR2}).succeeded();
  Call wait = receiver.waits_for_signal({SIGUSR1});
  CHECK_THAT(wait, Blocks());
  CHECK_THAT(sender.kills(receiver, SIGUSR2), Returns(0));
  CHECK_THAT(wait, Blocks());  // that one is not of the set

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(wait, Returns(SIGUSR1));
  CHECK(receiver.pending_signals() == op::SignalSet{SIGUSR2});
}

SPEC_TEST(signal::sigtimedwait_eagain) {
  constexpr std::int64_t kShortMs = 10;
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.blocks_signals({SIGUSR1, SIGUSR2}).succeeded();
  sender.kills(receiver, SIGUSR2).succeeded();  // not of the set

  Call poll = receiver.waits_for_signal({SIGUSR1}, 0);
  CHECK_THAT(poll, FailsWith(EAGAIN));
  CHECK(poll.value() == -1);
  CHECK_THAT(receiver.waits_for_signal({SIGUSR1}, kShortMs), FailsWith(EAGAIN));
  CHECK_THAT(receiver.waits_for_signal({SIGUSR2}, 0), Returns(SIGUSR2));  // it was left alone
}

SPEC_TEST(signal::eintr_without_restart) {
  Process waiter = s.process("waiter");
  const Waitables that = makes_waitables(s, waiter);
  Process child = waiter.forks("child");
  waiter.handles(SIGUSR1).succeeded();

  CHECK_THAT(interrupted(child, waiter, waiter.reads(that.empty.read_end, 1)), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.writes(that.full.write_end, "w")), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.reads(that.sockets.first, 1)), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.opens(that.fifo, O_RDONLY)), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.waits_on(that.semaphore)), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.waits()), FailsWith(EINTR));
  CHECK(waiter.handler_runs(SIGUSR1) == 6);
}

SPEC_TEST(signal::restarted) {
  Process waiter = s.process("waiter");
  const Waitables that = makes_waitables(s, waiter);
  Process child = waiter.forks("child");
  waiter.handles(SIGUSR1, SA_RESTART).succeeded();

  Call read = interrupted(child, waiter, waiter.reads(that.empty.read_end, 1));
  CHECK_THAT(read, Blocks());
  child.writes(that.empty.write_end, "r").succeeded();
  CHECK_THAT(read, ReturnsData("r"));

  Call wait_on = interrupted(child, waiter, waiter.waits_on(that.semaphore));
  CHECK_THAT(wait_on, Blocks());
  child.posts(that.semaphore).succeeded();
  CHECK_THAT(wait_on, Returns(0));

  Call receive = interrupted(child, waiter, waiter.reads(that.sockets.first, 1));
  CHECK_THAT(receive, Blocks());
  child.writes(that.sockets.second, "s").succeeded();
  CHECK_THAT(receive, ReturnsData("s"));

  Call open = interrupted(child, waiter, waiter.opens(that.fifo, O_RDONLY));
  CHECK_THAT(open, Blocks());
  child.opens(that.fifo, O_WRONLY).succeeded();
  CHECK_THAT(open, ReturnsFd());

  Call wait = interrupted(child, waiter, waiter.waits());
  CHECK_THAT(wait, Blocks());
  child.exits(0);
  CHECK_THAT(wait, Returns(child.pid()));
}

SPEC_TEST(signal::never_restarted) {
  Process waiter = s.process("waiter");
  auto [r, w] = waiter.makes_pipe();
  Process child = waiter.forks("child");
  waiter.handles(SIGUSR1, SA_RESTART).succeeded();

  CHECK_THAT(interrupted(child, waiter, waiter.pauses()), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.suspends_with_mask({})), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.waits_for_signal({SIGUSR2})), FailsWith(EINTR));
  CHECK_THAT(interrupted(child, waiter, waiter.polls(r, POLLIN, -1)), FailsWith(EINTR));
  CHECK(waiter.handler_runs(SIGUSR1) == 4);
}

SPEC_TEST(signal::partial_on_interrupt) {
  Process writer = s.process("writer");
  auto [r, w] = writer.makes_pipe();
  Process child = writer.forks("child");
  writer.handles(SIGUSR1).succeeded();
  const std::uint64_t too_much = 2 * writer.pipe_size(w);

  Call write = interrupted(child, writer, writer.writes(w, op::Bytes(too_much, 'w')));
  CHECK_THAT(write, Succeeds());
  CHECK(write.value() > 0);
  CHECK_THAT(child.bytes_readable(r), Returns(write.value()));
}

SPEC_TEST(signal::nodefer) {
  auto [sender, nesting, masked] = s.processes("sender", "nesting", "masked");
  nesting.handles(SIGUSR1, SA_NODEFER, {}, HandlerBody::raise_own).succeeded();
  masked.handles(SIGUSR1, SA_NODEFER, {SIGUSR1}, HandlerBody::raise_own).succeeded();

  CHECK_THAT(sender.kills(nesting, SIGUSR1), Returns(0));
  CHECK(story_of(nesting) == "SIGUSR1 enters, SIGUSR1 enters, SIGUSR1 leaves, SIGUSR1 leaves");
  CHECK_THAT(sender.kills(masked, SIGUSR1), Returns(0));
  CHECK(story_of(masked) == "SIGUSR1 enters, SIGUSR1 leaves, SIGUSR1 enters, SIGUSR1 leaves");
}

SPEC_TEST(signal::resethand) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1, kResetOnEntry, {}, HandlerBody::query_action).succeeded();
  receiver.handles(SIGUSR2, kResetOnEntry).succeeded();
  CHECK_THAT(receiver.disposition(SIGUSR1), Returns(kHandler));

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK(action_seen_inside(receiver) == kDefault);
  CHECK_THAT(receiver.disposition(SIGUSR1), Returns(kDefault));
  CHECK_THAT(receiver.disposition(SIGUSR2), Returns(kHandler));  // that one did not come yet

  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK_THAT(receiver, KilledBy(SIGUSR1));
}

SPEC_TEST(signal::info_codes) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  receiver.handles(SIGUSR1, SA_SIGINFO).succeeded();
  CHECK_THAT(sender.kills(receiver, SIGUSR1), Returns(0));
  CHECK(what_it_told(first_run(receiver)) == Told{SI_USER, sender.pid(), 0});
  CHECK_THAT(sender.queues_signal(receiver, SIGUSR1, 7), Returns(0));
  CHECK(what_it_told(first_run(receiver)) == Told{SI_QUEUE, sender.pid(), 7});

  Process first = receiver.forks("first child");
  Process second = receiver.forks("second child");
  receiver.handles(SIGCHLD, SA_SIGINFO).succeeded();
  const auto told_when = [&](const auto& changes) {
    const Call pause = receiver.pauses();
    changes();
    CHECK_THAT(pause, FailsWith(EINTR));
    return what_it_told(first_run(receiver));
  };
  CHECK(told_when([&] { first.exits(5); }) == Told{CLD_EXITED, first.pid(), 5});
  CHECK(told_when([&] { sender.kills(second, SIGSTOP); }) ==
        Told{CLD_STOPPED, second.pid(), SIGSTOP});
  CHECK(told_when([&] { sender.kills(second, SIGCONT); }) ==
        Told{CLD_CONTINUED, second.pid(), SIGCONT});
  CHECK(told_when([&] { sender.kills(second, SIGKILL); }) ==
        Told{CLD_KILLED, second.pid(), SIGKILL});
}

SPEC_TEST(signal::self_before_return) {
  auto [catcher, killing, queueing] = s.processes("catcher", "killing", "queueing");
  catcher.handles(SIGUSR1).succeeded();
  CHECK_THAT(catcher.kills(catcher, SIGUSR1), Returns(0));
  CHECK(catcher.handler_runs(SIGUSR1) == 1);

  // One that ends the process lets nobody see the call return.
  CHECK_THAT(killing.kills(killing, SIGTERM), IsCutOff());
  CHECK_THAT(killing, KilledBy(SIGTERM));
  CHECK_THAT(queueing.queues_signal(queueing, SIGTERM, 0), IsCutOff());
  CHECK_THAT(queueing, KilledBy(SIGTERM));
}

SPEC_TEST(signal::kill_einval) {
  auto [sender, target] = s.processes("sender", "target");
  Call pause = target.pauses();
  CHECK_THAT(sender.kills(target, -1), FailsWith(EINVAL));
  CHECK_THAT(sender.kills(target, SIGRTMAX + 1), FailsWith(EINVAL));
  CHECK_THAT(sender.kills(target, std::numeric_limits<int>::max()), FailsWith(EINVAL));
  CHECK_THAT(pause, Blocks());
}

SPEC_TEST(signal::kill_esrch) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");  // leads no group
  Call pause = child.pauses();
  CHECK_THAT(parent.kills_pid(-child.pid(), SIGUSR1), FailsWith(ESRCH));
  CHECK_THAT(pause, Blocks());

  parent.kills(child, SIGKILL).succeeded();
  CHECK_THAT(parent.waits_for(child), Returns(child.pid()));  // so it is no more
  // Should its number be given out again, this does no harm.
  CHECK_THAT(parent.kills(child, SIGURG), FailsWith(ESRCH));
}

SPEC_TEST(signal::kill_eperm) {
  auto [stranger, target] = s.processes("stranger", "target");
  becomes_stranger(stranger);
  Call pause = target.pauses();
  Call kill = stranger.kills(target, SIGUSR1);
  CHECK_THAT(kill, FailsWith(EPERM));
  CHECK(kill.value() == -1);
  CHECK_THAT(pause, Blocks());
}

SPEC_TEST(signal::kill_errors) {
  auto [stranger, leader] = s.processes("stranger", "leader");
  becomes_stranger(stranger);
  Process member = leader.forks("member");
  Process sender = leader.forks("sender");
  Call leader_pause = leader.pauses();
  Call member_pause = member.pauses();

  // Which error comes first where several are due is left open.
  CHECK_THAT(sender.kills_pid(-leader.pid(), SIGRTMAX + 1), FailsWith(EINVAL));
  CHECK_THAT(sender.kills_pid(-member.pid(), SIGTERM), FailsWith(ESRCH));
  CHECK_THAT(stranger.kills_pid(-leader.pid(), SIGTERM), FailsWith(EPERM));
  CHECK_THAT(leader_pause, Blocks());
  CHECK_THAT(member_pause, Blocks());
}

SPEC_TEST(signal::action_einval) {
  Process process = s.process("process");
  CHECK_THAT(process.handles(0), FailsWith(EINVAL));
  CHECK_THAT(process.handles(-1), FailsWith(EINVAL));
  CHECK_THAT(process.ignores(SIGRTMAX + 1), FailsWith(EINVAL));
  CHECK_THAT(process.disposition(SIGRTMAX + 1), FailsWith(EINVAL));
  CHECK_THAT(process.handles(SIGKILL), FailsWith(EINVAL));
  CHECK_THAT(process.ignores(SIGKILL), FailsWith(EINVAL));
  CHECK_THAT(process.handles(SIGSTOP), FailsWith(EINVAL));
  CHECK_THAT(process.ignores(SIGSTOP), FailsWith(EINVAL));
}

SPEC_TEST(signal::action_tells) {
  constexpr int kAsked = SA_RESTART | SA_NODEFER;
  Process process = s.process("process");
  CHECK_THAT(process.disposition(SIGUSR1), Returns(kDefault));
  process.handles(SIGUSR1, kAsked).succeeded();
  Call caught = process.disposition(SIGUSR1);
  CHECK_THAT(caught, Returns(kHandler));
  CHECK((caught.output(0) & kAsked) == kAsked);
  process.ignores(SIGUSR1).succeeded();
  CHECK_THAT(process.disposition(SIGUSR1), Returns(kIgnored));
  CHECK_THAT(process.disposition(SIGUSR2), Returns(kDefault));  // another is another
  process.restores_default(SIGUSR1).succeeded();
  CHECK_THAT(process.disposition(SIGUSR1), Returns(kDefault));
}

SPEC_TEST(signal::mask_previous) {
  Process process = s.process("process");
  CHECK(previous_mask(process.sets_mask({SIGUSR1, SIGHUP})) == op::SignalSet{});
  CHECK(previous_mask(process.blocks_signals({SIGUSR2})) == op::SignalSet{SIGUSR1, SIGHUP});
  CHECK(previous_mask(process.unblocks_signals({SIGHUP, SIGTERM})) ==
        op::SignalSet{SIGUSR1, SIGUSR2, SIGHUP});
  CHECK(previous_mask(process.sets_mask({SIGTERM})) == op::SignalSet{SIGUSR1, SIGUSR2});
  CHECK(process.current_mask() == op::SignalSet{SIGTERM});
}

SPEC_TEST(signal::cont_discards) {
  const op::SignalSet stops{SIGTSTP, SIGTTIN, SIGTTOU};
  auto [sender, target] = s.processes("sender", "target");
  target.handles(SIGCONT).succeeded();
  target.blocks_signals({SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT}).succeeded();
  sender.kills(target, SIGTSTP).succeeded();
  sender.kills(target, SIGTTIN).succeeded();
  sender.kills(target, SIGTTOU).succeeded();
  CHECK(target.pending_signals() == stops);

  CHECK_THAT(sender.kills(target, SIGCONT), Returns(0));
  CHECK(target.pending_signals() == op::SignalSet{SIGCONT});
  CHECK_THAT(sender.kills(target, SIGTSTP), Returns(0));
  CHECK(target.pending_signals() == op::SignalSet{SIGTSTP});
}

SPEC_TEST(signal::cont_resumes) {
  auto [sender, blocker, ignorer] = s.processes("sender", "blocker", "ignorer");
  blocker.handles(SIGCONT).succeeded();
  blocker.blocks_signals({SIGCONT}).succeeded();
  ignorer.ignores(SIGCONT).succeeded();
  sender.kills(blocker, SIGSTOP).succeeded();
  sender.kills(ignorer, SIGSTOP).succeeded();
  CHECK_THAT(blocker, IsStopped());
  CHECK_THAT(ignorer, IsStopped());

  CHECK_THAT(sender.kills(blocker, SIGCONT), Returns(0));
  CHECK_THAT(sender.kills(ignorer, SIGCONT), Returns(0));
  CHECK(runs_again(blocker));
  CHECK(runs_again(ignorer));
  CHECK(blocker.pending_signals() == op::SignalSet{SIGCONT});  // its handler is another matter
}

SPEC_TEST(signal::stop_held) {
  auto [sender, terminated, killed] = s.processes("sender", "terminated", "killed");
  sender.kills(terminated, SIGSTOP).succeeded();
  sender.kills(killed, SIGSTOP).succeeded();
  CHECK_THAT(terminated, IsStopped());
  CHECK_THAT(killed, IsStopped());

  CHECK_THAT(sender.kills(terminated, SIGTERM), Returns(0));
  CHECK_THAT(sender.kills(killed, SIGKILL), Returns(0));
  CHECK_THAT(killed, KilledBy(SIGKILL));
  CHECK_THAT(terminated, IsStopped());

  CHECK_THAT(sender.kills(terminated, SIGCONT), Returns(0));
  CHECK_THAT(terminated, KilledBy(SIGTERM));
}

SPEC_TEST(signal::stop_stops) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  Call read = reader.reads(r, 5);
  CHECK_THAT(read, Blocks());
  writer.kills(reader, SIGSTOP).succeeded();
  CHECK_THAT(reader, IsStopped());

  CHECK_THAT(writer.writes(w, "hello"), Returns(5));
  CHECK_THAT(writer.bytes_readable(r), Returns(5));
  CHECK_FALSE(read.answered());

  CHECK_THAT(writer.kills(reader, SIGCONT), Returns(0));
  CHECK_THAT(read, ReturnsData("hello"));
}

SPEC_TEST(signal::stop_interrupts) {
  auto [sender, waiter] = s.processes("sender", "waiter");
  waiter.blocks_signals({SIGUSR1}).succeeded();
  Call wait = waiter.waits_for_signal({SIGUSR1});
  CHECK_THAT(wait, Blocks());

  sender.kills(waiter, SIGSTOP).succeeded();
  CHECK_THAT(waiter, IsStopped());
  CHECK_THAT(sender.kills(waiter, SIGCONT), Returns(0));
  CHECK_THAT(wait, FailsWith(EINTR));
}

SPEC_TEST(signal::stop_orphaned) {
  Process parent = s.process("parent");
  Process leader = parent.forks("leader");
  leader.makes_session().succeeded();  // and its parent is outside of that

  CHECK_THAT(parent.kills(leader, SIGTSTP), Returns(0));
  CHECK_THAT(leader.disposition(SIGTSTP), Returns(kDefault));  // so it runs
  CHECK_THAT(parent.kills(leader, SIGTTIN), Returns(0));
  CHECK_THAT(leader.disposition(SIGTTIN), Returns(kDefault));
  CHECK_THAT(parent.kills(leader, SIGTTOU), Returns(0));
  CHECK_THAT(leader.disposition(SIGTTOU), Returns(kDefault));
}

SPEC_TEST(signal::orphans_hung_up) {
  Process ancestor = s.process("ancestor");
  Process shell = ancestor.forks("shell");
  shell.makes_session().succeeded();
  Process job = shell.forks("job");
  job.sets_process_group(0, 0).succeeded();
  job.handles(SIGHUP, 0, {SIGCONT}).succeeded();  // so that neither interrupts the other
  job.handles(SIGCONT, 0, {SIGHUP}).succeeded();
  Process helper = job.forks("helper");  // of the same group
  Call pause = helper.pauses();
  ancestor.kills(job, SIGSTOP).succeeded();
  CHECK_THAT(job, IsStopped());

  shell.exits(0);

  CHECK(runs_again(job));
  CHECK(sorted(signals_handled(job)) == sorted({SIGHUP, SIGCONT}));
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(sorted(signals_handled(helper)) == sorted({SIGHUP, SIGCONT}));
}

SPEC_TEST(signal::sigsuspend_stopped) {
  auto [sender, waiter] = s.processes("sender", "waiter");
  waiter.handles(SIGUSR1).succeeded();
  waiter.handles(SIGUSR2).succeeded();
  Call suspend = waiter.suspends_with_mask({SIGUSR1});  // which is not blocked otherwise
  sender.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(suspend, Blocks());

  sender.kills(waiter, SIGSTOP).succeeded();
  CHECK_THAT(waiter, IsStopped());
  sender.kills(waiter, SIGCONT).succeeded();
  CHECK(runs_again(waiter));
  CHECK_THAT(suspend, Blocks());

  sender.kills(waiter, SIGUSR2).succeeded();
  CHECK_THAT(suspend, FailsWith(EINTR));
  CHECK(signals_handled(waiter) == std::vector<int>{SIGUSR1, SIGUSR2});
}

SPEC_TEST(signal::chld_ignored) {
  auto [sender, parent] = s.processes("sender", "parent");
  parent.ignores(SIGCHLD).succeeded();
  parent.blocks_signals({SIGCHLD}).succeeded();
  Process child = parent.forks("child");
  sender.kills(child, SIGSTOP).succeeded();
  CHECK_THAT(parent.waits_for(child, WUNTRACED), Returns(child.pid()));
  sender.kills(child, SIGKILL).succeeded();
  CHECK_THAT(parent.waits(), FailsWith(ECHILD));  // so it has ended
  CHECK(parent.pending_signals() == op::SignalSet{});

  CHECK_THAT(sender.kills(parent, SIGCHLD), Returns(0));
  CHECK(parent.pending_signals() == op::SignalSet{SIGCHLD});  // from elsewhere it would come
}

SPEC_TEST(signal::fork_inherits) {
  Process parent = s.process("parent");
  parent.handles(SIGUSR1).succeeded();
  parent.ignores(SIGUSR2).succeeded();
  parent.sets_mask({SIGHUP}).succeeded();
  Process child = parent.forks("child");

  CHECK_THAT(child.disposition(SIGUSR1), Returns(kHandler));
  CHECK_THAT(child.disposition(SIGUSR2), Returns(kIgnored));
  CHECK_THAT(child.disposition(SIGHUP), Returns(kDefault));
  CHECK(child.current_mask() == op::SignalSet{SIGHUP});
  CHECK_THAT(parent.kills(child, SIGUSR1), Returns(0));
  CHECK(child.handler_runs(SIGUSR1) == 1);
}

SPEC_TEST(signal::fork_pending_empty) {
  auto [sender, parent] = s.processes("sender", "parent");
  parent.blocks_signals({SIGUSR1, SIGUSR2}).succeeded();
  sender.kills(parent, SIGUSR1).succeeded();
  parent.raises(SIGUSR2).succeeded();
  Process child = parent.forks("child");

  CHECK(child.pending_signals() == op::SignalSet{});
  CHECK(parent.pending_signals() == op::SignalSet{SIGUSR1, SIGUSR2});
  CHECK_THAT(child.unblocks_signals({SIGUSR1, SIGUSR2}), Returns(0));  // which would end it
}

SPEC_TEST(signal::exec_caught_reset) {
  auto [sender, process] = s.processes("sender", "process");
  process.handles(SIGUSR1).succeeded();
  process.handles(SIGUSR2).succeeded();
  CHECK_THAT(provided(process.execs()), Returns(0));

  CHECK_THAT(process.disposition(SIGUSR1), Returns(kDefault));
  CHECK_THAT(process.disposition(SIGUSR2), Returns(kDefault));
  CHECK_THAT(sender.kills(process, SIGUSR1), Returns(0));
  CHECK_THAT(process, KilledBy(SIGUSR1));
}

SPEC_TEST(signal::exec_ignored_kept) {
  auto [sender, process] = s.processes("sender", "process");
  process.ignores(SIGUSR1).succeeded();
  process.blocks_signals({SIGUSR2, SIGHUP}).succeeded();
  sender.kills(process, SIGUSR2).succeeded();
  CHECK_THAT(provided(process.execs()), Returns(0));

  CHECK_THAT(process.disposition(SIGUSR1), Returns(kIgnored));
  CHECK(process.current_mask() == op::SignalSet{SIGUSR2, SIGHUP});
  CHECK(process.pending_signals() == op::SignalSet{SIGUSR2});
  CHECK_THAT(sender.kills(process, SIGUSR1), Returns(0));
  CHECK_THAT(process.unblocks_signals({SIGUSR2}), IsCutOff());
  CHECK_THAT(process, KilledBy(SIGUSR2));
}

SPEC_TEST(signal::exec_chld_ignored) {
  Process parent = s.process("parent");
  parent.ignores(SIGCHLD).succeeded();
  CHECK_THAT(provided(parent.execs()), Returns(0));
  Call disposition = parent.disposition(SIGCHLD);
  CHECK_THAT(disposition, Returns(kIgnored) || Returns(kDefault));

  // It does what it says: of an ignored child nothing is left to wait for.
  const bool is_ignored = disposition.value() == kIgnored;
  Process child = parent.forks("child");
  child.exits(0);
  Call wait = parent.waits();
  CHECK_THAT(wait, FailsWith(ECHILD) || Returns(child.pid()));
  CHECK((wait.error() == ECHILD) == is_ignored);
}

SPEC_TEST(signal::stopped_child_signal) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  Process sender = parent.forks("sender");
  parent.handles(SIGCHLD, 0, {}, HandlerBody::signal_pid).succeeded();
  Call pause = parent.pauses();
  sender.kills(child, SIGSTOP).succeeded();
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(parent.handler_runs(SIGCHLD) == 1);

  parent.handles(SIGCHLD, SA_NOCLDSTOP, {}, HandlerBody::signal_pid).succeeded();
  sender.kills(child, SIGCONT).succeeded();
  sender.kills(child, SIGSTOP).succeeded();
  CHECK_THAT(parent.waits_for(child, WUNTRACED), Returns(child.pid()));
  CHECK(parent.handler_runs(SIGCHLD) == 0);
}

SPEC_TEST(signal::continued_child_signal) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");
  Process sender = parent.forks("sender");
  parent.handles(SIGCHLD, SA_NOCLDSTOP, {}, HandlerBody::signal_pid).succeeded();
  sender.kills(child, SIGSTOP).succeeded();
  sender.kills(child, SIGCONT).succeeded();
  CHECK_THAT(parent.waits_for(child, WCONTINUED), Returns(child.pid()));
  CHECK(parent.handler_runs(SIGCHLD) == 0);

  sender.kills(child, SIGSTOP).succeeded();
  parent.handles(SIGCHLD, 0, {}, HandlerBody::signal_pid).succeeded();
  Call pause = parent.pauses();
  sender.kills(child, SIGCONT).succeeded();
  CHECK_THAT(pause, FailsWith(EINTR));
  CHECK(parent.handler_runs(SIGCHLD) == 1);
}

}  // namespace
}  // namespace ipcspec::conformance
