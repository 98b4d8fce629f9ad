// Descriptors: inheritance, duplication, closing, exec.
#include "spec/fd.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

using namespace harness::verbs;  // NOLINT: the fields of stats() and identity()

constexpr op::Fd kNoDescriptor{-1};

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

// A new regular file that nobody has open.
std::string new_file_with(Scenario& s, const Process& process, const op::Bytes& bytes) {
  const std::string path = s.fresh_path();
  const op::Fd file = process.opens(path, O_WRONLY | O_CREAT | O_EXCL, 0600).fd();
  process.writes(file, bytes).succeeded();
  process.closes(file).succeeded();
  return path;
}

// Of what F_GETFL tells the part that POSIX names.
std::int64_t flags_told(const Process& process, op::Fd fd) {
  return process.status_flags(fd).value() & (O_ACCMODE | O_APPEND | O_NONBLOCK);
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

SPEC_TEST(fd::open_lowest) {
  Process process = s.process("process");
  const op::Fd lower = opens_new_file(s, process);
  const op::Fd higher = opens_new_file(s, process);
  Process child = process.forks("child");  // what it has open is no obstacle

  process.closes(lower).succeeded();
  CHECK_THAT(process.opens(s.fresh_path(), O_RDWR | O_CREAT, 0600), Returns(lower.number));
  process.closes(lower).succeeded();
  CHECK_THAT(process.dups(higher), Returns(lower.number));
  process.closes(lower).succeeded();
  CHECK_THAT(process.makes_socket(AF_UNIX, SOCK_STREAM), Returns(lower.number));

  child.closes(higher).succeeded();
  CHECK_THAT(child.dups(lower), Returns(higher.number));  // its lower one is in use
}

SPEC_TEST(fd::open_independent) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abcdef");
  const op::Fd one = process.opens(path, O_RDONLY).fd();
  const op::Fd other = process.opens(path, O_RDONLY).fd();

  CHECK_THAT(process.reads(one, 4), ReturnsData("abcd"));
  CHECK_THAT(process.seeks(other, 0, SEEK_CUR), Returns(0));
  CHECK_THAT(process.reads(other, 2), ReturnsData("ab"));
  CHECK_THAT(process.reads(one, 2), ReturnsData("ef"));

  process.sets_nonblocking(one).succeeded();
  CHECK(is_nonblocking(process, one));
  CHECK_FALSE(is_nonblocking(process, other));
}

SPEC_TEST(fd::flags_nonblock_shared) {
  Process parent = s.process("parent");
  const op::Fd r = parent.makes_pipe().read_end;
  const op::Fd copy = parent.dups(r).fd();
  Process child = parent.forks("child");
  child.sets_nonblocking(copy).succeeded();

  CHECK(is_nonblocking(child, r));
  CHECK(is_nonblocking(parent, r));
  CHECK(is_nonblocking(parent, copy));
  CHECK_THAT(parent.reads(r, 1), FailsWith(EAGAIN));

  parent.sets_blocking(r).succeeded();
  CHECK_FALSE(is_nonblocking(parent, copy));
  CHECK_FALSE(is_nonblocking(child, copy));
}

SPEC_TEST(fd::flags_nonblock_per_end) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.sets_nonblocking(r).succeeded();
  CHECK(is_nonblocking(process, r));
  CHECK_FALSE(is_nonblocking(process, w));

  process.sets_blocking(r).succeeded();
  process.sets_nonblocking(w).succeeded();
  CHECK(is_nonblocking(process, w));
  CHECK_FALSE(is_nonblocking(process, r));
  Process child = process.forks("child");
  Call read = child.reads(r, 1);
  CHECK_THAT(read, Blocks());
  process.writes(w, "x").succeeded();
  CHECK_THAT(read, ReturnsData("x"));
}

SPEC_TEST(fd::flags_access_kept) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abc");
  const op::Fd to_read = process.opens(path, O_RDONLY).fd();
  const op::Fd to_write = process.opens(path, O_WRONLY).fd();
  const auto flags = static_cast<int>(process.status_flags(to_read).value());

  const int foreign = O_RDWR | O_CREAT | O_EXCL | O_TRUNC;
  CHECK_THAT(process.sets_status_flags(to_read, flags | foreign), Succeeds());
  CHECK_THAT(process.status_flags(to_read), Returns(flags));
  CHECK_THAT(process.writes(to_read, "x"), FailsWith(EBADF));
  CHECK_THAT(process.reads(to_read, 10), ReturnsData("abc"));  // O_TRUNC had no effect either

  CHECK_THAT(process.sets_status_flags(to_write, O_RDONLY), Succeeds());
  CHECK(flags_told(process, to_write) == O_WRONLY);
  CHECK_THAT(process.reads(to_write, 1), FailsWith(EBADF));
}

SPEC_TEST(fd::flags_cloexec_own) {
  Process parent = s.process("parent");
  const op::Fd file = opens_new_file(s, parent);
  const op::Fd copy = parent.dups(file).fd();
  Process child = parent.forks("child");

  CHECK_THAT(parent.sets_descriptor_flags(copy, FD_CLOEXEC), Succeeds());
  CHECK_THAT(parent.descriptor_flags(copy), Returns(FD_CLOEXEC));
  CHECK_THAT(parent.descriptor_flags(file), Returns(0));
  CHECK_THAT(child.descriptor_flags(copy), Returns(0));

  CHECK_THAT(child.sets_descriptor_flags(file, FD_CLOEXEC), Succeeds());
  CHECK_THAT(child.descriptor_flags(file), Returns(FD_CLOEXEC));
  CHECK_THAT(parent.descriptor_flags(file), Returns(0));
}

SPEC_TEST(fd::flags_tell) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abc");

  CHECK(flags_told(process, process.opens(path, O_RDONLY).fd()) == O_RDONLY);
  CHECK(flags_told(process, process.opens(path, O_WRONLY).fd()) == O_WRONLY);
  const op::Fd both = process.opens(path, O_RDWR | O_APPEND).fd();
  CHECK(flags_told(process, both) == (O_RDWR | O_APPEND));

  process.sets_nonblocking(both).succeeded();
  CHECK(flags_told(process, both) == (O_RDWR | O_APPEND | O_NONBLOCK));
}

SPEC_TEST(fd::cloexec_closed) {
  Process process = s.process("process");
  const op::Fd kept = opens_new_file(s, process);
  const op::Fd marked = opens_new_file(s, process);
  process.sets_descriptor_flags(marked, FD_CLOEXEC).succeeded();
  const op::Fd born_so = process.opens(s.fresh_path(), O_RDWR | O_CREAT | O_CLOEXEC, 0600).fd();

  const Call exec = provided(process.execs());
  CHECK_THAT(exec, Returns(0));

  CHECK_THAT(process.descriptor_flags(marked), FailsWith(EBADF));
  CHECK_THAT(process.descriptor_flags(born_so), FailsWith(EBADF));
  CHECK_THAT(process.dups(kept), Returns(marked.number));  // which is free again
}

SPEC_TEST(fd::cloexec_gives_eof) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w).succeeded();
  writer.sets_descriptor_flags(w, FD_CLOEXEC).succeeded();
  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());

  const Call exec = provided(writer.execs());
  CHECK_THAT(exec, Returns(0));
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(fd::dup_shares) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abcdef");
  Call dup = process.dups(file);
  CHECK_THAT(dup, ReturnsFd());
  const op::Fd copy = dup.fd();
  CHECK(copy != file);

  CHECK_THAT(process.reads(copy, 2), ReturnsData("ab"));
  CHECK_THAT(process.reads(file, 2), ReturnsData("cd"));
  CHECK_THAT(process.seeks(copy, 0, SEEK_CUR), Returns(4));
  process.sets_nonblocking(copy).succeeded();
  CHECK(is_nonblocking(process, file));
}

SPEC_TEST(fd::dup_clears_cloexec) {
  Process process = s.process("process");
  const op::Fd file = opens_new_file(s, process);
  const op::Fd target = opens_new_file(s, process);
  process.sets_descriptor_flags(file, FD_CLOEXEC).succeeded();
  process.sets_descriptor_flags(target, FD_CLOEXEC).succeeded();

  const op::Fd copy = process.dups(file).fd();
  CHECK_THAT(process.descriptor_flags(copy), Returns(0));
  CHECK_THAT(process.dups_to(file, target), Returns(target.number));
  CHECK_THAT(process.descriptor_flags(target), Returns(0));
  CHECK_THAT(process.descriptor_flags(file), Returns(FD_CLOEXEC));
}

SPEC_TEST(fd::dup2_closes_target) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  auto [other_r, other_w] = process.makes_pipe();
  Process reader = process.forks("reader");
  reader.closes(other_w).succeeded();
  Call read = reader.reads(other_r, 1);
  CHECK_THAT(read, Blocks());

  CHECK_THAT(process.dups_to(w, other_w), Returns(other_w.number));  // the last write end
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(fd::dup2_same_noop) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();  // no other descriptor keeps it open
  process.sets_descriptor_flags(w, FD_CLOEXEC).succeeded();

  CHECK_THAT(process.dups_to(w, w), Returns(w.number));
  CHECK_THAT(process.dups_to(r, r), Returns(r.number));

  CHECK_THAT(process.descriptor_flags(w), Returns(FD_CLOEXEC));
  CHECK_THAT(process.descriptor_flags(r), Returns(0));
  CHECK_THAT(process.writes(w, "x"), Returns(1));
  CHECK_THAT(process.reads(r, 1), ReturnsData("x"));
}

SPEC_TEST(fd::dup2_bad_source) {
  Process process = s.process("process");
  const op::Fd target = opens_file_with(s, process, "abc");
  process.sets_descriptor_flags(target, FD_CLOEXEC).succeeded();
  const op::Fd closed = opens_new_file(s, process);
  process.closes(closed).succeeded();

  CHECK_THAT(process.dups_to(closed, target), FailsWith(EBADF));
  CHECK_THAT(process.dups_to(kNoDescriptor, target), FailsWith(EBADF));
  CHECK_THAT(process.dups_to(closed, closed), FailsWith(EBADF));

  CHECK_THAT(process.descriptor_flags(target), Returns(FD_CLOEXEC));
  CHECK_THAT(process.reads(target, 3), ReturnsData("abc"));
}

SPEC_TEST(fd::dup2_bad_target) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abc");

  CHECK_THAT(process.dups_to(file, kNoDescriptor), FailsWith(EBADF));
  CHECK_THAT(process.dups_to(file, op::Fd{-2}), FailsWith(EBADF));

  CHECK_THAT(process.reads(file, 3), ReturnsData("abc"));
}

SPEC_TEST(fd::bad_descriptor) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abc");
  const op::Fd closed = opens_new_file(s, process);
  process.closes(closed).succeeded();

  CHECK_THAT(process.closes(closed), FailsWith(EBADF));
  CHECK_THAT(process.closes(kNoDescriptor), FailsWith(EBADF));
  CHECK_THAT(process.dups(closed), FailsWith(EBADF));
  CHECK_THAT(process.dups_to(closed, file), FailsWith(EBADF));
  CHECK_THAT(process.status_flags(closed), FailsWith(EBADF));
  CHECK_THAT(process.sets_status_flags(closed, O_NONBLOCK), FailsWith(EBADF));
  CHECK_THAT(process.descriptor_flags(closed), FailsWith(EBADF));
  CHECK_THAT(process.sets_descriptor_flags(closed, FD_CLOEXEC), FailsWith(EBADF));
  CHECK_THAT(process.seeks(closed, 0, SEEK_SET), FailsWith(EBADF));
  CHECK_THAT(process.stats(closed), FailsWith(EBADF));

  CHECK_THAT(process.reads(file, 3), ReturnsData("abc"));  // dup2() has spared it
  CHECK_THAT(process.dups(file), Returns(closed.number));  // still the lowest that is free
}

SPEC_TEST(fd::close_one_of_many) {
  Process parent = s.process("parent");
  const op::Fd file = opens_file_with(s, parent, "abcdef");
  const op::Fd copy = parent.dups(file).fd();
  Process child = parent.forks("child");

  CHECK_THAT(parent.closes(file), Returns(0));
  CHECK_THAT(parent.reads(copy, 2), ReturnsData("ab"));
  CHECK_THAT(child.reads(file, 2), ReturnsData("cd"));

  CHECK_THAT(child.closes(file), Returns(0));
  CHECK_THAT(child.closes(copy), Returns(0));
  CHECK_THAT(parent.reads(copy, 2), ReturnsData("ef"));  // the last of the four
}

SPEC_TEST(fd::exit_closes_all) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process leaver = reader.forks("leaver");
  leaver.dups(w).succeeded();
  Process victim = leaver.forks("victim");  // each of them has two write ends
  Process raiser = reader.forks("raiser");
  reader.closes(w).succeeded();
  Call read = reader.reads(r, 1);

  raiser.raises(SIGTERM);
  CHECK_THAT(read, Blocks());
  leaver.kills(victim, SIGKILL).succeeded();
  CHECK_THAT(read, Blocks());
  leaver.exits(0);  // and with it the last write ends are gone
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(fd::open_enoent) {
  Process process = s.process("process");
  const std::string path = s.fresh_path();

  CHECK_THAT(process.opens(path, O_RDONLY), FailsWith(ENOENT));
  CHECK_THAT(process.opens(path, O_WRONLY | O_TRUNC), FailsWith(ENOENT));
  CHECK_THAT(process.opens(path, O_RDWR | O_APPEND), FailsWith(ENOENT));

  CHECK_THAT(process.stats(path), FailsWith(ENOENT));  // none of them made it
}

SPEC_TEST(fd::open_excl) {
  auto [maker, other] = s.processes("maker", "other");
  const int exclusively = O_CREAT | O_EXCL;
  const std::string path = s.fresh_path();
  CHECK_THAT(maker.opens(path, O_WRONLY | exclusively, 0600), ReturnsFd());

  CHECK_THAT(maker.opens(path, O_WRONLY | exclusively, 0600), FailsWith(EEXIST));
  CHECK_THAT(other.opens(path, O_RDWR | exclusively, 0600), FailsWith(EEXIST));

  const std::string fifo = s.fresh_path();
  maker.makes_fifo(fifo).succeeded();
  CHECK_THAT(maker.opens(fifo, O_RDONLY | exclusively, 0600), FailsWith(EEXIST));
}

SPEC_TEST(fd::open_creates) {
  Process process = s.process("process");
  const std::string path = s.fresh_path();
  process.sets_umask(0027).succeeded();

  CHECK_THAT(process.opens(path, O_WRONLY | O_CREAT, 0666), ReturnsFd());
  Call stat = process.stats(path);
  CHECK_THAT(stat, Succeeds());
  CHECK(stat.output(kType) == S_IFREG);
  CHECK((stat.output(kMode) & 0777) == 0640);
  CHECK(stat.output(kSizeBytes) == 0);

  const std::string other_path = s.fresh_path();
  process.sets_umask(0).succeeded();
  CHECK_THAT(process.opens(other_path, O_RDWR | O_CREAT, 0604), ReturnsFd());
  CHECK(permissions_of(process, other_path) == 0604);
}

SPEC_TEST(fd::open_access) {
  Process process = s.process("process");
  const std::string unreadable = new_file_with(s, process, "abc");
  const std::string unwritable = new_file_with(s, process, "abc");
  process.changes_mode(unreadable, 0222).succeeded();
  process.changes_mode(unwritable, 0444).succeeded();
  becomes_unprivileged(process);  // root may open everything

  CHECK_THAT(process.opens(unreadable, O_RDONLY), FailsWith(EACCES));
  CHECK_THAT(process.opens(unreadable, O_RDWR), FailsWith(EACCES));
  CHECK_THAT(process.opens(unwritable, O_WRONLY), FailsWith(EACCES));
  CHECK_THAT(process.opens(unwritable, O_RDWR), FailsWith(EACCES));

  CHECK_THAT(process.opens(unreadable, O_WRONLY), ReturnsFd());  // this much they allow
  CHECK_THAT(process.opens(unwritable, O_RDONLY), ReturnsFd());
}

SPEC_TEST(fd::file_read) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abcdef");

  CHECK_THAT(process.reads(file, 4), ReturnsData("abcd"));
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(4));
  CHECK_THAT(process.reads(file, 4), ReturnsData("ef"));
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(6));
  CHECK_THAT(process.reads(file, 4), Returns(0));
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(6));
}

SPEC_TEST(fd::file_write) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abcdef");
  process.seeks(file, 2, SEEK_SET).succeeded();

  CHECK_THAT(process.writes(file, "XY"), Returns(2));
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(4));

  const auto flags = static_cast<int>(process.status_flags(file).value());
  process.sets_status_flags(file, flags | O_APPEND).succeeded();
  CHECK_THAT(process.writes(file, "Z"), Returns(1));  // at the end, and not here
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(7));

  process.seeks(file, 0, SEEK_SET).succeeded();
  CHECK_THAT(process.reads(file, 10), ReturnsData("abXYefZ"));
}

SPEC_TEST(fd::io_direction) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abc");
  const op::Fd to_read = process.opens(path, O_RDONLY).fd();
  const op::Fd to_write = process.opens(path, O_WRONLY).fd();

  CHECK_THAT(process.reads(to_write, 1), FailsWith(EBADF));
  CHECK_THAT(process.writes(to_read, "x"), FailsWith(EBADF));

  CHECK_THAT(process.writes(to_write, "ABC"), Returns(3));  // the other way they work
  CHECK_THAT(process.reads(to_read, 10), ReturnsData("ABC"));
}

SPEC_TEST(fd::seek_sets) {
  Process process = s.process("process");
  const op::Fd file = opens_file_with(s, process, "abcdef");
  const op::Fd copy = process.dups(file).fd();  // of the same description

  CHECK_THAT(process.seeks(file, 2, SEEK_SET), Returns(2));
  CHECK_THAT(process.seeks(copy, 1, SEEK_CUR), Returns(3));
  CHECK_THAT(process.reads(file, 1), ReturnsData("d"));
  CHECK_THAT(process.seeks(copy, -2, SEEK_END), Returns(4));
  CHECK_THAT(process.reads(file, 1), ReturnsData("e"));

  CHECK_THAT(process.seeks(file, -1, SEEK_SET), FailsWith(EINVAL));
  CHECK_THAT(process.seeks(file, -7, SEEK_END), FailsWith(EINVAL));
  CHECK_THAT(process.seeks(file, 0, SEEK_CUR), Returns(5));  // where it was
}

SPEC_TEST(fd::stat_tells) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abcde");
  process.changes_mode(path, 0640).succeeded();
  const op::Fd file = process.opens(path, O_RDONLY).fd();
  Call stat = process.stats(path);
  CHECK_THAT(stat, Returns(0));
  CHECK(stat.output(kType) == S_IFREG);
  CHECK((stat.output(kMode) & 0777) == 0640);
  CHECK(stat.output(kLinks) == 1);
  CHECK(stat.output(kSizeBytes) == 5);
  CHECK(process.stats(file).output(kSizeBytes) == 5);

  process.unlinks(path).succeeded();
  CHECK(process.stats(file).output(kLinks) == 0);
  const std::string fifo = s.fresh_path();
  process.makes_fifo(fifo).succeeded();
  CHECK(process.stats(fifo).output(kType) == S_IFIFO);
}

SPEC_TEST(fd::unlink_enoent) {
  Process process = s.process("process");
  CHECK_THAT(process.unlinks(s.fresh_path()), FailsWith(ENOENT));

  const std::string path = new_file_with(s, process, "abc");
  CHECK_THAT(process.unlinks(path), Returns(0));
  CHECK_THAT(process.unlinks(path), FailsWith(ENOENT));  // any more
}

SPEC_TEST(fd::unlink_links) {
  auto [holder, remover] = s.processes("holder", "remover");
  const std::string path = new_file_with(s, holder, "abc");
  const op::Fd file = holder.opens(path, O_RDWR).fd();

  CHECK_THAT(remover.unlinks(path), Returns(0));
  CHECK_THAT(remover.stats(path), FailsWith(ENOENT));
  CHECK_THAT(holder.opens(path, O_RDONLY), FailsWith(ENOENT));

  // The name is free for another file, and this one is still there.
  Call open = remover.opens(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(holder.reads(file, 3), ReturnsData("abc"));
  CHECK_THAT(holder.writes(file, "d"), Returns(1));
  CHECK(holder.stats(file).output(kSizeBytes) == 4);
  CHECK_THAT(remover.reads(open.fd(), 10), Returns(0));
}

SPEC_TEST(fd::umask_previous) {
  Process parent = s.process("parent");
  parent.sets_umask(0027).succeeded();
  Process child = parent.forks("child");

  CHECK_THAT(child.sets_umask(0070), Returns(0027));
  CHECK_THAT(child.sets_umask(0777), Returns(0070));
  CHECK_THAT(child.sets_umask(0), Returns(0777));

  CHECK_THAT(parent.sets_umask(0), Returns(0027));  // the mask of another process
}

SPEC_TEST(fd::chmod_sets) {
  Process process = s.process("process");
  const std::string path = new_file_with(s, process, "abc");

  CHECK_THAT(process.changes_mode(path, 0751), Returns(0));
  CHECK(permissions_of(process, path) == 0751);
  CHECK_THAT(process.changes_mode(path, 0), Returns(0));
  CHECK(permissions_of(process, path) == 0);
}

SPEC_TEST(fd::foreign_copy) {
  Process process = s.process("process");
  Process other = process.forks("other");
  const op::Fd theirs = opens_file_with(s, other, "abcdef");
  opens_file_with(s, process, "uvwxyz");  // has the same number here

  const Call copy = provided(process.copies_descriptor(other, theirs));
  s.requires_that(copy.error() != EPERM && copy.error() != EACCES,
                  "a process may not copy the descriptors of its child");
  CHECK_THAT(copy, ReturnsFd());
  CHECK_THAT(process.descriptor_flags(copy.fd()), Returns(FD_CLOEXEC));
  CHECK_THAT(process.reads(copy.fd(), 2), ReturnsData("ab"));
  CHECK_THAT(other.reads(theirs, 2), ReturnsData("cd"));  // from the offset that both share
}

}  // namespace
}  // namespace ipcspec::conformance
