// Readiness, as poll() tells it.
#include "spec/poll.hpp"

#include <fcntl.h>
#include <poll.h>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

op::Fd opens_at_once_for_reading(const Process& process, const std::string& path) {
  return process.opens(path, O_RDONLY | O_NONBLOCK).fd();
}

// A writer opens the FIFO, and leaves.
void comes_and_goes(const Process& writer, const std::string& path) {
  writer.closes(writer.opens(path, O_WRONLY).fd()).succeeded();
}

bool polls_hangup(const Process& reader, op::Fd fd) {
  return (reader.readiness(fd, POLLIN) & POLLHUP) != 0;
}

// Long enough to be waited for, and hardly longer.
constexpr std::int64_t kTimeoutMs = 3;

SPEC_TEST(poll::pipe_data) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK(process.readiness(r, POLLIN) == 0);

  process.writes(w, "a").succeeded();

  CHECK(process.readiness(r, POLLIN) == POLLIN);
}

SPEC_TEST(poll::pipe_idle) {
  Process writer = s.process("writer");
  auto [r, w] = writer.makes_pipe();
  Process reader = writer.forks("reader");
  reader.closes(w).succeeded();

  Call nothing = reader.polls(r, POLLIN);  // the writer still has the write end
  CHECK_THAT(nothing, Returns(0));
  CHECK(nothing.output(0) == 0);
}

SPEC_TEST(poll::pipe_hup) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  const op::Fd last_w = process.dups(w).fd();
  process.writes(w, "data").succeeded();
  process.closes(w).succeeded();
  CHECK_FALSE(polls_hangup(process, r));  // that was not the last one

  process.closes(last_w).succeeded();

  CHECK(polls_hangup(process, r));
  CHECK_THAT(process.reads(r, 10), ReturnsData("data"));
  CHECK(polls_hangup(process, r));
}

SPEC_TEST(poll::pipe_hup_alone) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.closes(w).succeeded();

  CHECK(process.readiness(r, POLLIN) == POLLHUP);
}

SPEC_TEST(poll::pipe_data_and_hup) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.writes(w, "data").succeeded();
  process.closes(w).succeeded();

  CHECK(process.readiness(r, POLLIN) == (POLLIN | POLLHUP));
}

SPEC_TEST(poll::unrequested) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  auto [broken_r, broken_w] = process.makes_pipe();
  process.closes(w).succeeded();
  process.closes(broken_r).succeeded();

  CHECK(process.readiness(r, 0) == POLLHUP);
  CHECK(process.readiness(w, 0) == POLLNVAL);  // it is closed
  // Which of them tells of a pipe without readers is left open.
  const int asked_for = process.readiness(broken_w, POLLERR | POLLHUP);
  CHECK(process.readiness(broken_w, 0) == asked_for);
}

SPEC_TEST(poll::only_requested) {
  Process process = s.process("process");
  const op::Fd file = process.opens(s.fresh_path(), O_RDWR | O_CREAT | O_EXCL, 0600).fd();
  CHECK(process.readiness(file, POLLIN | POLLOUT) == (POLLIN | POLLOUT));

  CHECK(process.readiness(file, POLLIN) == POLLIN);
  CHECK(process.readiness(file, POLLOUT) == POLLOUT);
  CHECK(process.readiness(file, 0) == 0);

  auto [r, w] = process.makes_pipe();
  process.writes(w, "a").succeeded();
  CHECK(process.readiness(r, 0) == 0);
  CHECK(process.readiness(w, POLLIN) == 0);
}

SPEC_TEST(poll::pipe_write_empty) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK(process.readiness(w, POLLOUT) == POLLOUT);

  const std::uint64_t capacity_bytes = process.fills(w);
  CHECK(process.reads_until(r, capacity_bytes).size() == capacity_bytes);
  CHECK(process.readiness(w, POLLOUT) == POLLOUT);  // it is empty again
}

SPEC_TEST(poll::pipe_write_slots) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.fills(w);
  CHECK(process.readiness(w, POLLOUT) == 0);

  CHECK_THAT(process.reads(r, page_bytes(s) - 1), Succeeds());
  CHECK(process.readiness(w, POLLOUT) == 0);  // one byte is left in the first slot
  CHECK_THAT(process.reads(r, 1), ReturnsData("f"));
  CHECK(process.readiness(w, POLLOUT) == POLLOUT);

  CHECK_THAT(process.writes(w, "a"), Returns(1));
  CHECK(process.readiness(w, POLLOUT) == 0);  // that byte has a slot of its own
}

SPEC_TEST(poll::pipe_err_no_reader) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  auto [full_r, full_w] = process.makes_pipe();
  process.fills(full_w);
  process.closes(r).succeeded();
  process.closes(full_r).succeeded();

  CHECK(process.readiness(w, POLLOUT) == (POLLERR | POLLOUT));
  CHECK(process.readiness(full_w, POLLOUT) == POLLERR);
}

SPEC_TEST(poll::waits) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  Call poll = reader.polls(r, POLLIN, -1);
  CHECK_THAT(poll, Blocks());

  CHECK_THAT(writer.writes(w, "a"), Returns(1));

  CHECK_THAT(poll, Returns(1));
  CHECK(poll.output(0) == POLLIN);
}

SPEC_TEST(poll::wakes_on_close) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w).succeeded();
  Call poll = reader.polls(r, POLLIN, -1);
  CHECK_THAT(poll, Blocks());

  CHECK_THAT(writer.closes(w), Returns(0));

  CHECK_THAT(poll, Returns(1));
  CHECK((poll.output(0) & POLLHUP) != 0);
}

SPEC_TEST(poll::eintr_always) {
  auto [sender, poller] = s.processes("sender", "poller");
  auto [r, w] = poller.makes_pipe();
  poller.handles(SIGUSR1).succeeded();
  poller.handles(SIGUSR2, SA_RESTART).succeeded();
  Call poll = poller.polls(r, POLLIN, -1);
  CHECK_THAT(poll, Blocks());
  sender.kills(poller, SIGUSR1).succeeded();
  CHECK_THAT(poll, FailsWith(EINTR));

  Call restartable_poll = poller.polls(r, POLLIN, -1);
  CHECK_THAT(restartable_poll, Blocks());
  sender.kills(poller, SIGUSR2).succeeded();
  CHECK_THAT(restartable_poll, FailsWith(EINTR));
}

SPEC_TEST(poll::fifo_never_writer) {
  Process reader = s.process("reader");
  const op::Fd r = opens_at_once_for_reading(reader, new_fifo(s, reader));

  CHECK_FALSE(polls_hangup(reader, r));

  Call poll = reader.polls(r, 0, -1);  // which nothing else could end
  CHECK_THAT(poll, Blocks());
}

SPEC_TEST(poll::fifo_hup_after_writer) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const op::Fd w = writer.opens(path, O_WRONLY).fd();
  const op::Fd last_w = writer.dups(w).fd();
  writer.closes(w).succeeded();
  CHECK_FALSE(polls_hangup(reader, r));  // it has not left yet

  writer.closes(last_w).succeeded();

  CHECK(polls_hangup(reader, r));
  CHECK_THAT(reader.reads(r, 1), Returns(0));
  CHECK(polls_hangup(reader, r));
}

SPEC_TEST(poll::fifo_hup_cleared) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  comes_and_goes(writer, path);
  CHECK(polls_hangup(reader, r));

  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());

  CHECK_FALSE(polls_hangup(reader, r));
}

SPEC_TEST(poll::fifo_hup_per_open) {
  auto [early, late, writer] = s.processes("early_reader", "late_reader", "writer");
  const std::string path = new_fifo(s, writer);
  const op::Fd early_r = opens_at_once_for_reading(early, path);
  comes_and_goes(writer, path);
  const op::Fd late_r = opens_at_once_for_reading(late, path);

  CHECK_FALSE(polls_hangup(late, late_r));
  CHECK(polls_hangup(early, early_r));  // who knew that writer

  comes_and_goes(writer, path);
  CHECK(polls_hangup(late, late_r));
}

SPEC_TEST(poll::fifo_rdwr_no_hup) {
  auto [both, other] = s.processes("both", "other");
  const std::string path = new_fifo(s, both);
  const op::Fd rw = both.opens(path, O_RDWR).fd();

  comes_and_goes(other, path);
  CHECK(both.readiness(rw, POLLIN | POLLOUT) == POLLOUT);

  other.closes(opens_at_once_for_reading(other, path)).succeeded();
  CHECK(both.readiness(rw, POLLIN | POLLOUT) == POLLOUT);
}

SPEC_TEST(poll::nval) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.closes(r).succeeded();

  Call poll = process.polls(r, POLLIN);

  CHECK_THAT(poll, Returns(1));
  CHECK(poll.output(0) == POLLNVAL);
}

SPEC_TEST(poll::negative_fd) {
  Process process = s.process("process");

  Call poll = process.polls({-1}, POLLIN | POLLOUT);

  CHECK_THAT(poll, Returns(0));
  CHECK(poll.output(0) == 0);
}

SPEC_TEST(poll::regular_file) {
  Process process = s.process("process");
  const std::string path = s.fresh_path();
  const op::Fd file = process.opens(path, O_RDWR | O_CREAT | O_EXCL, 0600).fd();
  CHECK(process.readiness(file, POLLIN | POLLOUT) == (POLLIN | POLLOUT));  // though it is empty

  process.writes(file, "a").succeeded();
  process.seeks(file, 0, SEEK_SET).succeeded();
  CHECK(process.readiness(file, POLLIN | POLLOUT) == (POLLIN | POLLOUT));
}

SPEC_TEST(poll::timeout_zero) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK_THAT(process.polls(r, POLLIN, 0), Returns(0));

  process.writes(w, "a").succeeded();
  CHECK_THAT(process.polls(r, POLLIN, 0), Returns(1));
}

SPEC_TEST(poll::timeout_over) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  Call poll = process.polls(r, POLLIN, kTimeoutMs);

  CHECK_THAT(poll, Returns(0));
  CHECK(poll.output(0) == 0);
}

}  // namespace
}  // namespace ipcspec::conformance
