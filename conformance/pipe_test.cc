// Pipes.
#include "conformance/rule_test.hpp"
#include "spec/pipe.hpp"

namespace ipcspec::conformance {
namespace {

using harness::verbs::PipeEnds;

constexpr op::Fd kStdin{0};
constexpr op::Fd kStdout{1};
constexpr op::Fd kStderr{2};
constexpr std::uint64_t kPlenty = 100;  // more than any of the short messages

// A process that shares nothing with the others ends a call of this one: for reads and writes
// that nothing else can end.
void interrupts(Scenario& s, const Process& process) {
  s.process("interrupter").kills(process, SIGUSR1).succeeded();
}

SPEC_TEST(pipe::create_two_ends) {
  Process parent = s.process("parent");
  Call pipe = parent.calls_pipe();
  CHECK_THAT(pipe, Returns(0));
  const op::Fd r{static_cast<int>(pipe.output(0))};
  const op::Fd w{static_cast<int>(pipe.output(1))};
  Process child = parent.forks("child");

  CHECK_THAT(parent.writes(w, "first "), Returns(6));
  CHECK_THAT(parent.writes(w, "second"), Returns(6));

  CHECK_THAT(child.reads(r, 3), ReturnsData("fir"));
  CHECK_THAT(child.reads(r, kPlenty), ReturnsData("st second"));
}

SPEC_TEST(pipe::create_kernel_buffered) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");

  CHECK_THAT(writer.writes(w, "left behind"), Returns(11));
  writer.exits(0);
  CHECK_THAT(writer, ExitsWith(0));  // now only the kernel can have the bytes

  CHECK_THAT(reader.reads(r, kPlenty), ReturnsData("left behind"));
}

SPEC_TEST(pipe::create_access_modes) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK((process.status_flags(r).value() & O_ACCMODE) == O_RDONLY);
  CHECK((process.status_flags(w).value() & O_ACCMODE) == O_WRONLY);

  CHECK_THAT(process.writes(r, "x"), FailsWith(EBADF));
  CHECK_THAT(process.writes(w, "x"), Returns(1));
  CHECK_THAT(process.reads(w, 1), FailsWith(EBADF));  // although a byte is there
}

SPEC_TEST(pipe::read_copy_and_consume) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");
  parent.writes(w, "abcdef").succeeded();

  CHECK_THAT(parent.reads(r, 4), ReturnsData("abcd"));
  CHECK_THAT(child.reads(r, 4), ReturnsData("ef"));  // the later reader gets only the rest

  Call read = child.reads(r, 4);
  CHECK_THAT(read, Blocks());  // so nothing is left
  parent.writes(w, "g");
  CHECK_THAT(read, ReturnsData("g"));
}

SPEC_TEST(pipe::read_short_count) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w);
  writer.writes(w, "abc").succeeded();

  CHECK_THAT(reader.reads(r, kPlenty), ReturnsData("abc"));

  Call read = reader.reads(r, kPlenty);
  CHECK_THAT(read, Blocks());  // the writer was open all the while
  writer.writes(w, "de");
  CHECK_THAT(read, ReturnsData("de"));
}

SPEC_TEST(pipe::read_blocks_empty) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");
  child.closes(w);

  Call read = child.reads(r, kPlenty);
  CHECK_THAT(read, Blocks());
  parent.writes(w, "hello");  // data ends the wait
  CHECK_THAT(read, ReturnsData("hello"));

  Call last_read = child.reads(r, kPlenty);
  CHECK_THAT(last_read, Blocks());
  parent.closes(w);  // and so does the end of the last writer
  CHECK_THAT(last_read, Returns(0));
}

SPEC_TEST(pipe::eof_all_writers_closed) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");  // inherits r and w

  parent.closes(w);
  Call read = parent.reads(r, 1);
  CHECK_THAT(read, Blocks());  // the child still has w

  child.closes(w);  // now the last write end is gone
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(pipe::eof_data_before_eof) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w);

  writer.writes(w, "last words").succeeded();
  writer.closes(w);  // with all of them still in the pipe

  CHECK_THAT(reader.reads(r, 4), ReturnsData("last"));
  CHECK_THAT(reader.reads(r, kPlenty), ReturnsData(" words"));
  CHECK_THAT(reader.reads(r, kPlenty), Returns(0));
}

SPEC_TEST(pipe::eof_repeats) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  parent.closes(w);
  Process child = parent.forks("child");

  CHECK_THAT(parent.reads(r, 1), Returns(0));
  CHECK_THAT(parent.reads(r, 1), Returns(0));
  CHECK_THAT(child.reads(r, 1), Returns(0));  // for whoever reads
  CHECK_THAT(parent.reads(r, 1), Returns(0));
}

SPEC_TEST(pipe::eof_own_write_end_open) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  reader.handles(SIGUSR1).succeeded();
  Process writer = reader.forks("writer");
  Call read = reader.reads(r, 1);
  writer.exits(0);
  CHECK_THAT(read, Blocks());  // the reader has w itself

  interrupts(s, reader);
  CHECK_THAT(read, FailsWith(EINTR));
  reader.sets_nonblocking(r).succeeded();
  CHECK_THAT(reader.reads(r, 1), FailsWith(EAGAIN));

  reader.closes(w);  // it was this that withheld the end
  CHECK_THAT(reader.reads(r, 1), Returns(0));
}

SPEC_TEST(pipe::eof_any_process_counts) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process child = reader.forks("child");
  Process closer = child.forks("grandchild that closes");
  Process victim = child.forks("grandchild that dies");
  reader.closes(w);
  child.closes(w);

  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());
  closer.closes(w);
  CHECK_THAT(read, Blocks());  // one idle grandchild is enough

  child.kills(victim, SIGKILL);
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(pipe::eof_wakes_blocked_reader) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer that closes");
  reader.closes(w);
  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());
  writer.closes(w);
  CHECK_THAT(read, Returns(0));

  auto [other_r, other_w] = reader.makes_pipe();
  Process victim = reader.forks("writer that dies");
  reader.closes(other_w);
  Call other_read = reader.reads(other_r, 1);
  CHECK_THAT(other_read, Blocks());
  writer.kills(victim, SIGKILL);
  CHECK_THAT(victim, KilledBy(SIGKILL));
  CHECK_THAT(other_read, Returns(0));
}

SPEC_TEST(pipe::write_blocks_full) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  const std::uint64_t filled_bytes = writer.fills(w);
  const op::Bytes record(writer.pipe_buf(w), 'x');

  Call write = writer.writes(w, record);
  CHECK_THAT(write, Blocks());
  CHECK_THAT(reader.reads(r, 1), ReturnsData("f"));
  CHECK_THAT(write, Blocks());  // there is room, but too little

  CHECK(reader.reads_until(r, filled_bytes - 1) == op::Bytes(filled_bytes - 1, 'f'));
  CHECK_THAT(write, Returns(static_cast<std::int64_t>(record.size())));
  CHECK_THAT(reader.reads(r, record.size()), ReturnsData(record));
}

SPEC_TEST(pipe::write_full_count) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  const std::uint64_t capacity_bytes = writer.fills(w);
  CHECK(reader.reads_until(r, capacity_bytes).size() == capacity_bytes);

  const op::Bytes data(2 * capacity_bytes + 1, 'x');
  Call write = writer.writes(w, data);
  CHECK_THAT(write, Blocks());  // most of it does not fit

  CHECK(reader.reads_until(r, data.size()) == data);
  CHECK_THAT(write, Returns(static_cast<std::int64_t>(data.size())));
}

SPEC_TEST(pipe::close_reader_keeps_read_end) {
  Process writer = s.process("writer");
  auto [r, w] = writer.makes_pipe();
  Process reader = writer.forks("reader");
  writer.handles(SIGUSR1).succeeded();
  reader.exits(0);
  CHECK_THAT(reader, ExitsWith(0));  // the last reader but for the writer itself

  CHECK_THAT(writer.writes(w, "x"), Returns(1));
  writer.fills(w);
  Call write = writer.writes(w, "x");
  CHECK_THAT(write, Blocks());  // and did not fail

  interrupts(s, writer);
  CHECK_THAT(write, FailsWith(EINTR));
  CHECK_THAT(writer, IsAlive());
}

}  // namespace
}  // namespace ipcspec::conformance
