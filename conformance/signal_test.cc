// Signals.
#include "spec/signal.hpp"

#include <signal.h>

#include <cerrno>
#include <string>
#include <vector>

#include "conformance/rule_test.hpp"

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

}  // namespace
}  // namespace ipcspec::conformance
