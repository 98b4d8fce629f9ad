// POSIX message queues.
#include "spec/mq.hpp"

#include <limits.h>

#include <fstream>

#include "conformance/c_library.hpp"
#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/shared_memory.hpp"

namespace ipcspec::conformance {
namespace {

constexpr std::int64_t kMessagesMax = 4;
constexpr std::int64_t kMessageBytesMax = 128;

Call creates_queue(const Process& process, const std::string& name) {
  return process.opens_queue(name, O_CREAT | O_EXCL | O_RDWR, 0600, kMessagesMax, kMessageBytesMax);
}

// A call that makes a queue. What all queues of a user may take up has a limit, which others may
// have come to.
Call granted(const Call& open) {
  const int error = provided(open).error();
  if (error == EMFILE || error == ENOSPC) throw Unsupported("room for one more message queue");
  return open;
}

// A new queue, where queues carry messages: some platforms can do no more than make them.
op::Fd makes_queue(const Process& owner, const std::string& name, int flags = O_RDWR,
                   std::int64_t messages_max = kMessagesMax) {
  owner.sets_umask(0).succeeded();
  const op::Fd queue = granted(owner.opens_queue(name, O_CREAT | O_EXCL | flags, 0600, messages_max,
                                                 kMessageBytesMax))
                           .fd();
  provided(owner.receives_message(queue, 0));  // fails as it should, but not with ENOSYS
  return queue;
}

// The existing queue of that name, as this process sees it.
op::Fd opens_existing(const Process& process, const std::string& name, int flags = O_RDWR) {
  return process.opens_queue(name, flags).fd();
}

// How many messages of this size a queue that is open with O_NONBLOCK takes.
int messages_taken(const Process& sender, op::Fd queue, std::size_t size_bytes) {
  constexpr int kEnough = 100;
  for (int taken = 0; taken < kEnough; ++taken) {
    const Call send = sender.sends_message(queue, op::Bytes(size_bytes, 'm'));
    if (!send.awaited().answered() || send.error() != 0) return taken;
  }
  return kEnough;
}

// A number that the administrator may change; below 0 where it is not told.
std::int64_t queue_setting(const std::string& name) {
  std::ifstream file("/proc/sys/fs/mqueue/" + name);
  std::int64_t number = -1;
  return file >> number ? number : -1;
}

SPEC_TEST(mq::practical_available) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = s.fresh_name();
  Call created = granted(creates_queue(first, name));
  CHECK_THAT(created, ReturnsFd());
  Call opened = second.opens_queue(name, O_RDWR);  // the name is all they share
  CHECK_THAT(opened, ReturnsFd());

  Call send = provided(first.sends_message(created.fd(), "question"));
  CHECK_THAT(send, Returns(0));
  CHECK_THAT(second.receives_message(opened.fd(), kMessageBytesMax), ReturnsData("question"));
  CHECK_THAT(second.sends_message(opened.fd(), "answer"), Returns(0));
  CHECK_THAT(first.receives_message(created.fd(), kMessageBytesMax), ReturnsData("answer"));
}

SPEC_TEST(mq::practical_structured) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const std::string name = s.fresh_name();
  const op::Fd to = granted(creates_queue(sender, name)).fd();
  const op::Fd from = receiver.opens_queue(name, O_RDONLY).fd();

  // Messages that a stream would run together, the most urgent first.
  Call send = provided(sender.sends_message(to, "longest", 3));
  CHECK_THAT(send, Returns(0));
  CHECK_THAT(sender.sends_message(to, "", 2), Returns(0));
  CHECK_THAT(sender.sends_message(to, "short", 1), Returns(0));

  Call longest = receiver.receives_message(from, kMessageBytesMax);
  CHECK_THAT(longest, ReturnsData("longest"));
  CHECK(longest.output(0) == 3);
  Call empty = receiver.receives_message(from, kMessageBytesMax);
  CHECK_THAT(empty, ReturnsData(""));
  CHECK(empty.output(0) == 2);
  Call last = receiver.receives_message(from, kMessageBytesMax);
  CHECK_THAT(last, ReturnsData("short"));
  CHECK(last.output(0) == 1);
}

SPEC_TEST(mq::open_create) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = s.fresh_name();
  const op::MqOpen opens{name, O_CREAT | O_RDWR | O_NONBLOCK, 0600u, kMessagesMax,
                         kMessageBytesMax};
  Call created = granted(first.does(opens));
  CHECK_THAT(created, ReturnsFd());
  Call receive = provided(first.receives_message(created.fd(), kMessageBytesMax));
  CHECK_THAT(receive, FailsWith(EAGAIN));  // it is empty
  first.sends_message(created.fd(), "first's").succeeded();

  Call opened = second.does(opens);
  CHECK_THAT(opened, ReturnsFd());
  CHECK_THAT(second.receives_message(opened.fd(), kMessageBytesMax), ReturnsData("first's"));
}

SPEC_TEST(mq::open_missing) {
  Process process = s.process("process");
  const std::string name = s.fresh_name();
  Call open = provided(process.opens_queue(name, O_RDWR));
  CHECK_THAT(open, FailsWith(ENOENT));
  CHECK_THAT(process.opens_queue(name, O_RDONLY), FailsWith(ENOENT));
}

SPEC_TEST(mq::open_excl) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = s.fresh_name();
  const op::MqOpen creates{name, O_CREAT | O_EXCL | O_RDWR, 0600u, kMessagesMax, kMessageBytesMax};
  const std::vector<Call> race = s.race(first.will(creates), second.will(creates));
  const Call one = granted(race[0]);
  const Call other = granted(race[1]);
  CHECK(just_one_creates(ReturnsFd(), one, other));

  CHECK_THAT(first.does(creates), FailsWith(EEXIST));
  CHECK_THAT(second.opens_queue(name, O_CREAT | O_EXCL | O_RDONLY), FailsWith(EEXIST));
}

SPEC_TEST(mq::open_attrs) {
  constexpr int kCreates = O_CREAT | O_RDWR | O_NONBLOCK;
  Process process = s.process("process");
  Call open = granted(process.opens_queue(s.fresh_name(), kCreates, 0600, 2, 8));
  CHECK_THAT(open, ReturnsFd());
  Call send = provided(process.sends_message(open.fd(), "8 bytes."));
  CHECK_THAT(send, Returns(0));
  CHECK_THAT(process.sends_message(open.fd(), "9 bytes: "), FailsWith(EMSGSIZE));
  CHECK_THAT(process.sends_message(open.fd(), "second"), Returns(0));
  CHECK_THAT(process.sends_message(open.fd(), "third"), FailsWith(EAGAIN));

  const std::string name = s.fresh_name();
  CHECK_THAT(process.opens_queue(name, kCreates, 0600, -1, 8), FailsWith(EINVAL));
  CHECK_THAT(process.opens_queue(name, kCreates, 0600, 2, 0), FailsWith(EINVAL));
  CHECK_THAT(process.opens_queue(name, kCreates, 0600, 2, -1), FailsWith(EINVAL));
}

SPEC_TEST(mq::open_defaults) {
  constexpr int kMessages = 10;
  constexpr std::size_t kBytes = 8192;
  s.requires_that(queue_setting("msg_default") == 10 && queue_setting("msg_max") >= 10 &&
                      queue_setting("msgsize_default") == 8192 &&
                      queue_setting("msgsize_max") >= 8192,
                  "the usual numbers in /proc/sys/fs/mqueue");
  Process process = s.process("process");
  const op::Fd queue =
      granted(process.opens_queue(s.fresh_name(), O_CREAT | O_RDWR | O_NONBLOCK)).fd();
  Call send = provided(process.sends_message(queue, op::Bytes(kBytes + 1, 'm')));
  CHECK_THAT(send, FailsWith(EMSGSIZE));
  CHECK(messages_taken(process, queue, kBytes) == kMessages);
  CHECK_THAT(process.sends_message(queue, "one more"), FailsWith(EAGAIN));
}

SPEC_TEST(mq::open_limits) {
  constexpr int kCreates = O_CREAT | O_RDWR;
  Process process = s.process("process");
  Call many = provided(process.opens_queue(s.fresh_name(), kCreates, 0600, 65537, 8));
  CHECK_THAT(many, FailsWith(EINVAL));
  CHECK_THAT(process.opens_queue(s.fresh_name(), kCreates, 0600, 1, 16777217), FailsWith(EINVAL));
}

SPEC_TEST(mq::open_names) {
  s.requires_that(kIsGlibc, "glibc");
  constexpr int kCreates = O_CREAT | O_RDWR;
  Process process = s.process("process");
  const std::string name = s.fresh_name();
  Call no_name = provided(process.opens_queue("/", kCreates));
  CHECK_THAT(no_name, FailsWith(ENOENT));
  CHECK_THAT(process.opens_queue(name.substr(1), kCreates), FailsWith(EINVAL));
  CHECK_THAT(process.opens_queue("", kCreates), FailsWith(EINVAL));
  CHECK_THAT(process.opens_queue(name + "/x", kCreates), FailsWith(EACCES));
  CHECK_THAT(process.opens_queue("/" + name, kCreates), FailsWith(EACCES));
  CHECK_THAT(process.opens_queue("/" + std::string(256, 'x'), kCreates), FailsWith(ENAMETOOLONG));
}

SPEC_TEST(mq::open_permission) {
  auto [owner, stranger] = s.processes("owner", "stranger");
  const op::MqOpen whole{s.fresh_name(), O_CREAT | O_RDWR, 0666u, kMessagesMax, kMessageBytesMax};
  const op::MqOpen masked{s.fresh_name(), O_CREAT | O_RDWR, 0666u, kMessagesMax, kMessageBytesMax};
  const op::MqOpen closed{s.fresh_name(), O_CREAT | O_RDWR, 0600u, kMessagesMax, kMessageBytesMax};
  owner.sets_umask(0).succeeded();
  granted(owner.does(whole)).succeeded();
  granted(owner.does(closed)).succeeded();
  owner.sets_umask(022).succeeded();
  granted(owner.does(masked)).succeeded();
  becomes_stranger(stranger);

  CHECK_THAT(stranger.opens_queue(whole.name, O_RDWR), ReturnsFd());
  CHECK_THAT(stranger.opens_queue(masked.name, O_RDONLY), ReturnsFd());
  CHECK_THAT(stranger.opens_queue(masked.name, O_WRONLY), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_queue(masked.name, O_RDWR), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_queue(closed.name, O_RDONLY), FailsWith(EACCES));
}

SPEC_TEST(mq::open_direction) {
  Process process = s.process("process");
  const std::string name = s.fresh_name();
  const op::Fd reader = makes_queue(process, name, O_RDONLY);
  const op::Fd writer = opens_existing(process, name, O_WRONLY);
  process.sends_message(writer, "message").succeeded();

  CHECK_THAT(process.sends_message(reader, "another"), FailsWith(EBADF));
  CHECK_THAT(process.receives_message(writer, kMessageBytesMax), FailsWith(EBADF));
  CHECK_THAT(process.receives_message(reader, kMessageBytesMax), ReturnsData("message"));
}

SPEC_TEST(mq::descriptor_is_file) {
  Process process = s.process("process");
  auto [lower, higher] = process.makes_pipe();
  process.closes(lower).succeeded();
  Call open = granted(creates_queue(process, s.fresh_name()));
  CHECK_THAT(open, Returns(lower.number));

  CHECK_THAT(process.closes_queue(higher), Returns(0));
  CHECK_THAT(process.writes(higher, "x"), FailsWith(EBADF));
  CHECK_THAT(process.closes(lower), Returns(0));
  CHECK_THAT(process.descriptor_flags(lower), FailsWith(EBADF));
}

SPEC_TEST(mq::exec_closes) {
  Process process = s.process("process");
  const op::Fd queue = granted(creates_queue(process, s.fresh_name())).fd();
  CHECK_THAT(process.descriptor_flags(queue), Returns(FD_CLOEXEC));

  const Call exec = provided(process.execs());
  CHECK_THAT(exec, Returns(0));
  CHECK_THAT(process.descriptor_flags(queue), FailsWith(EBADF));
}

SPEC_TEST(mq::close_ends_use) {
  Process process = s.process("process");
  const std::string name = s.fresh_name();
  const op::Fd queue = makes_queue(process, name);
  process.sends_message(queue, "kept").succeeded();

  CHECK_THAT(process.closes_queue(queue), Returns(0));
  CHECK_THAT(process.sends_message(queue, "more"), FailsWith(EBADF));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EBADF));
  Call reopen = process.opens_queue(name, O_RDWR);
  CHECK_THAT(reopen, ReturnsFd());
  CHECK_THAT(process.receives_message(reopen.fd(), kMessageBytesMax), ReturnsData("kept"));
}

SPEC_TEST(mq::close_bad) {
  Process process = s.process("process");
  const op::Fd queue = granted(creates_queue(process, s.fresh_name())).fd();
  process.closes_queue(queue).succeeded();
  CHECK_THAT(process.closes_queue(queue), FailsWith(EBADF));
  CHECK_THAT(process.closes_queue({-1}), FailsWith(EBADF));
}

SPEC_TEST(mq::unlink_removes_name) {
  Process process = s.process("process");
  const std::string name = s.fresh_name();
  granted(creates_queue(process, name)).succeeded();

  CHECK_THAT(process.unlinks_queue(name), Returns(0));
  CHECK_THAT(process.unlinks_queue(name), FailsWith(ENOENT));
  CHECK_THAT(process.opens_queue(name, O_RDWR), FailsWith(ENOENT));
  Call again = granted(creates_queue(process, name));  // with O_EXCL
  CHECK_THAT(again, ReturnsFd());
}

SPEC_TEST(mq::unlink_deferred) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = s.fresh_name();
  const op::Fd firsts = makes_queue(first, name);
  const op::Fd seconds = opens_existing(second, name);
  first.sends_message(firsts, "before").succeeded();
  first.unlinks_queue(name).succeeded();

  CHECK_THAT(second.receives_message(seconds, kMessageBytesMax), ReturnsData("before"));
  CHECK_THAT(second.sends_message(seconds, "after"), Returns(0));
  CHECK_THAT(first.receives_message(firsts, kMessageBytesMax), ReturnsData("after"));
}

SPEC_TEST(mq::send_queues) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const std::string name = s.fresh_name();
  const op::Fd to = makes_queue(sender, name, O_RDWR, 2);
  const op::Fd from = opens_existing(receiver, name);
  CHECK_THAT(sender.sends_message(to, "first"), Returns(0));
  CHECK_THAT(sender.sends_message(to, "last"), Returns(0));  // it takes no more

  CHECK_THAT(receiver.receives_message(from, kMessageBytesMax), ReturnsData("first"));
  CHECK_THAT(receiver.receives_message(from, kMessageBytesMax), ReturnsData("last"));
}

SPEC_TEST(mq::send_priority_range) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name(), O_RDWR | O_NONBLOCK);
  CHECK(MQ_PRIO_MAX == 32768);
  CHECK_THAT(process.sends_message(queue, "too much", MQ_PRIO_MAX), FailsWith(EINVAL));
  CHECK_THAT(process.sends_message(queue, "too much", MQ_PRIO_MAX + 1), FailsWith(EINVAL));
  CHECK_THAT(process.sends_message(queue, "too much", UINT_MAX), FailsWith(EINVAL));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EAGAIN));
}

SPEC_TEST(mq::send_priority_linux) {
  constexpr std::int64_t kHighest = 32767;
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name());
  CHECK_THAT(process.sends_message(queue, "lowest", 0), Returns(0));
  CHECK_THAT(process.sends_message(queue, "highest", kHighest), Returns(0));
  CHECK_THAT(process.sends_message(queue, "too high", kHighest + 1), FailsWith(EINVAL));

  Call highest = process.receives_message(queue, kMessageBytesMax);
  CHECK_THAT(highest, ReturnsData("highest"));
  CHECK(highest.output(0) == kHighest);
  Call lowest = process.receives_message(queue, kMessageBytesMax);
  CHECK_THAT(lowest, ReturnsData("lowest"));
  CHECK(lowest.output(0) == 0);
}

SPEC_TEST(mq::send_emsgsize) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name(), O_RDWR | O_NONBLOCK);
  const op::Bytes longest(kMessageBytesMax, 'm');
  CHECK_THAT(process.sends_message(queue, longest + "m"), FailsWith(EMSGSIZE));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EAGAIN));
  CHECK_THAT(process.sends_message(queue, longest), Returns(0));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData(longest));
}

SPEC_TEST(mq::receive_emsgsize) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name());
  process.sends_message(queue, "short").succeeded();
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax - 1), FailsWith(EMSGSIZE));
  CHECK_THAT(process.receives_message(queue, 5), FailsWith(EMSGSIZE));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("short"));
}

SPEC_TEST(mq::order_priority) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name());
  process.sends_message(queue, "low", 1).succeeded();
  process.sends_message(queue, "high", 2).succeeded();
  process.sends_message(queue, "lowest", 0).succeeded();
  process.sends_message(queue, "low, later", 1).succeeded();

  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("high"));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("low"));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("low, later"));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("lowest"));
}

SPEC_TEST(mq::block_full_empty) {
  auto [sender, receiver] = s.processes("sender", "receiver");
  const std::string name = s.fresh_name();
  const op::Fd to = makes_queue(sender, name, O_RDWR, 1);
  const op::Fd from = opens_existing(receiver, name);
  Call receive = receiver.receives_message(from, kMessageBytesMax);
  CHECK_THAT(receive, Blocks());
  CHECK_THAT(sender.sends_message(to, "awaited"), Returns(0));
  CHECK_THAT(receive, ReturnsData("awaited"));

  CHECK_THAT(sender.sends_message(to, "fills it"), Returns(0));
  Call send = sender.sends_message(to, "waits");
  CHECK_THAT(send, Blocks());
  CHECK_THAT(receiver.receives_message(from, kMessageBytesMax), ReturnsData("fills it"));
  CHECK_THAT(send, Returns(0));
  CHECK_THAT(receiver.receives_message(from, kMessageBytesMax), ReturnsData("waits"));
}

SPEC_TEST(mq::nonblock_eagain) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name(), O_RDWR | O_NONBLOCK, 1);
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EAGAIN));
  CHECK_THAT(process.sends_message(queue, "fills it"), Returns(0));
  CHECK_THAT(process.sends_message(queue, "too much"), FailsWith(EAGAIN));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData("fills it"));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EAGAIN));
}

SPEC_TEST(mq::wake_longest_waiting) {
  Process other = s.process("other");
  const std::string name = s.fresh_name();
  const op::Fd queue = makes_queue(other, name, O_RDWR, 1);
  auto [first, second] = std::tuple{other.forks("first"), other.forks("second")};
  Call firsts = first.receives_message(queue, kMessageBytesMax);
  Call seconds = second.receives_message(queue, kMessageBytesMax);
  CHECK_THAT(other.sends_message(queue, "for the first"), Returns(0));
  CHECK_THAT(firsts, ReturnsData("for the first"));
  CHECK_THAT(seconds, Blocks());
  CHECK_THAT(other.sends_message(queue, "for the second"), Returns(0));
  CHECK_THAT(seconds, ReturnsData("for the second"));

  other.sends_message(queue, "fills it").succeeded();
  Call earlier = second.sends_message(queue, "second's");
  Call later = first.sends_message(queue, "first's");
  CHECK_THAT(other.receives_message(queue, kMessageBytesMax), ReturnsData("fills it"));
  CHECK_THAT(earlier, Returns(0));
  CHECK_THAT(later, Blocks());
  CHECK_THAT(other.receives_message(queue, kMessageBytesMax), ReturnsData("second's"));
  CHECK_THAT(later, Returns(0));
  CHECK_THAT(other.receives_message(queue, kMessageBytesMax), ReturnsData("first's"));

  // Who comes at the moment of the send finds the message handed over or not yet sent.
  const op::Fd hasty = opens_existing(second, name, O_RDONLY | O_NONBLOCK);
  Call waits = first.receives_message(queue, kMessageBytesMax);
  const std::vector<Call> race = s.race(other.will(op::MqSend{queue, "handed over", 0}),
                                        second.will(op::MqReceive{hasty, kMessageBytesMax}));
  CHECK_THAT(race[0], Returns(0));
  CHECK_THAT(race[1], FailsWith(EAGAIN));
  CHECK_THAT(waits, ReturnsData("handed over"));
}

SPEC_TEST(mq::send_zero_length) {
  Process process = s.process("process");
  const op::Fd queue = makes_queue(process, s.fresh_name(), O_RDWR | O_NONBLOCK, 1);
  CHECK_THAT(process.sends_message(queue, ""), Returns(0));
  CHECK_THAT(process.sends_message(queue, "more"), FailsWith(EAGAIN));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), ReturnsData(""));
  CHECK_THAT(process.receives_message(queue, kMessageBytesMax), FailsWith(EAGAIN));
}

SPEC_TEST(mq::eintr) {
  auto [waiter, other] = s.processes("waiter", "other");
  const op::Fd queue = makes_queue(waiter, s.fresh_name(), O_RDWR, 1);
  waiter.handles(SIGUSR1).succeeded();
  waiter.handles(SIGUSR2, SA_RESTART).succeeded();
  Call receive = waiter.receives_message(queue, kMessageBytesMax);
  CHECK_THAT(receive, Blocks());
  other.kills(waiter, SIGUSR2).succeeded();
  CHECK_THAT(receive, Blocks());
  other.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(receive, FailsWith(EINTR));

  waiter.sends_message(queue, "fills it").succeeded();
  Call send = waiter.sends_message(queue, "waits");
  CHECK_THAT(send, Blocks());
  other.kills(waiter, SIGUSR2).succeeded();
  CHECK_THAT(send, Blocks());
  other.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(send, FailsWith(EINTR));
  CHECK(waiter.handler_runs(SIGUSR2) == 2);
}

SPEC_TEST(mq::persist_after_exit) {
  Process sender = s.process("sender");
  const std::string name = s.fresh_name();
  sender.sends_message(makes_queue(sender, name), "left behind").succeeded();
  CHECK_THAT(sender.exits(0), IsCutOff());
  CHECK_THAT(sender, ExitsWith(0));  // nobody has it open now

  Process latecomer = s.process("latecomer");
  Call open = latecomer.opens_queue(name, O_RDWR);
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(latecomer.receives_message(open.fd(), kMessageBytesMax), ReturnsData("left behind"));
  CHECK_THAT(latecomer.unlinks_queue(name), Returns(0));
  CHECK_THAT(latecomer.opens_queue(name, O_RDWR), FailsWith(ENOENT));
}

}  // namespace
}  // namespace ipcspec::conformance
