// POSIX message queues.
#include "spec/mq.hpp"

#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

constexpr std::int64_t kMessagesMax = 4;
constexpr std::int64_t kMessageBytesMax = 128;

Call creates_queue(const Process& process, const std::string& name) {
  return process.opens_queue(name, O_CREAT | O_EXCL | O_RDWR, 0600, kMessagesMax, kMessageBytesMax);
}

SPEC_TEST(mq::practical_available) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = s.fresh_name();
  Call created = provided(creates_queue(first, name));
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
  const op::Fd to = provided(creates_queue(sender, name)).fd();
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

}  // namespace
}  // namespace ipcspec::conformance
