// Pipes.
#include "conformance/rule_test.hpp"
#include "spec/pipe.hpp"

namespace ipcspec::conformance {
namespace {

SPEC_TEST(pipe::read_blocks_empty) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");

  Call read = child.reads(r, 10);
  CHECK_THAT(read, Blocks());

  parent.writes(w, "hello");
  CHECK_THAT(read, ReturnsData("hello"));
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

SPEC_TEST(pipe::eof_wakes_blocked_reader) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w);
  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());

  Process killer = s.process("killer");
  killer.kills(writer, SIGKILL);
  CHECK_THAT(writer, KilledBy(SIGKILL));
  CHECK_THAT(read, Returns(0));
}

}  // namespace
}  // namespace ipcspec::conformance
