// Descriptors: inheritance, duplication, closing, exec.
#include "spec/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

// A new regular file, open for reading and writing.
op::Fd opens_new_file(Scenario& s, const Process& process) {
  return process.opens(s.fresh_path(), O_RDWR | O_CREAT | O_EXCL, 0600).fd();
}

// The same with these bytes in it, and the offset at its start.
op::Fd opens_file_with(Scenario& s, const Process& process, const op::Bytes& bytes) {
  const op::Fd file = opens_new_file(s, process);
  process.writes(file, bytes).succeeded();
  process.seeks(file, 0, SEEK_SET).succeeded();
  return file;
}

SPEC_TEST(fd::inherit_same_ofd) {
  Process parent = s.process("parent");
  const op::Fd file = opens_file_with(s, parent, "abcdefgh");
  Process child = parent.forks("child");  // inherits the file

  CHECK_THAT(child.reads(file, 4), ReturnsData("abcd"));

  // so the offset that both share has moved for the parent as well
  CHECK_THAT(parent.seeks(file, 0, SEEK_CUR), Returns(4));
  CHECK_THAT(parent.reads(file, 4), ReturnsData("efgh"));
}

SPEC_TEST(fd::dup2_points_at_source) {
  Process process = s.process("process");
  const op::Fd src = opens_new_file(s, process);
  const op::Fd dst = opens_new_file(s, process);  // another file, until dup2()
  CHECK_THAT(process.dups_to(src, dst), Returns(dst.number));

  // Now both mean one file, with one offset ...
  CHECK(process.stats(dst).outcome().outputs == process.stats(src).outcome().outputs);
  CHECK_THAT(process.writes(src, "abcd"), Returns(4));
  CHECK_THAT(process.seeks(dst, 0, SEEK_CUR), Returns(4));

  // ... and one set of status flags.
  const auto flags = static_cast<int>(process.status_flags(src).value());
  CHECK_THAT(process.sets_status_flags(dst, flags | O_APPEND), Succeeds());
  CHECK_THAT(process.status_flags(src), Returns(flags | O_APPEND));
}

SPEC_TEST(fd::close_deallocates) {
  Process process = s.process("process");
  const op::Fd lower = opens_new_file(s, process);
  const op::Fd higher = opens_new_file(s, process);
  CHECK_THAT(process.closes(higher), Returns(0));

  // Now no call takes the descriptor any more.
  CHECK_THAT(process.reads(higher, 1), FailsWith(EBADF));
  CHECK_THAT(process.writes(higher, "a"), FailsWith(EBADF));
  CHECK_THAT(process.seeks(higher, 0, SEEK_CUR), FailsWith(EBADF));
  CHECK_THAT(process.stats(higher), FailsWith(EBADF));
  CHECK_THAT(process.dups(higher), FailsWith(EBADF));
  CHECK_THAT(process.descriptor_flags(higher), FailsWith(EBADF));
  CHECK_THAT(process.closes(higher), FailsWith(EBADF));

  // While a lower number is free as well, that one goes first.
  CHECK_THAT(process.closes(lower), Returns(0));
  CHECK_THAT(process.opens(".", O_RDONLY), Returns(lower.number));
  CHECK_THAT(process.opens(".", O_RDONLY), Returns(higher.number));
}

SPEC_TEST(fd::exec_survives) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abcdefgh");
  CHECK_THAT(process.reads(file, 3), ReturnsData("abc"));
  CHECK_THAT(process.descriptor_flags(file), Returns(0));  // without FD_CLOEXEC

  const Call exec = provided(process.execs());
  CHECK_THAT(exec, Returns(0));

  // The new program finds the descriptor where the old one left it.
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(3));
  CHECK_THAT(process.reads(file, 3), ReturnsData("def"));
}

}  // namespace
}  // namespace ipcspec::conformance
