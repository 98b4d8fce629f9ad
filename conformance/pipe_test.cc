// Pipes.
#include "spec/pipe.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"

namespace ipcspec::conformance {
namespace {

using namespace harness::verbs;  // NOLINT: PipeEnds, the fields of stats()

#ifdef __GLIBC__
constexpr bool kGlibc = true;
#else
constexpr bool kGlibc = false;
#endif

constexpr op::Fd kStdin{0};
constexpr op::Fd kStdout{1};
constexpr op::Fd kStderr{2};
constexpr std::uint64_t kPlenty = 100;  // more than any of the short messages
constexpr std::int64_t kEntries = 3;    // that ls lists
constexpr std::uint64_t kRecords = 50;  // of each writer in a race

// A process that shares nothing with the others ends a call of this one that nothing else can
// end.
void interrupts(Scenario& s, const Process& process) {
  s.process("interrupter").kills(process, SIGUSR1).succeeded();
}

// Where two long texts differ; "" when they do not.
std::string difference(const op::Bytes& found, const op::Bytes& expected) {
  if (found == expected) return "";
  const auto [at, unused] = std::ranges::mismatch(found, expected);
  return std::to_string(found.size()) + " bytes instead of " + std::to_string(expected.size()) +
         ", and another from byte " + std::to_string(at - found.begin()) + " on";
}

constexpr char kAlphabet = 10;

// Runs of letters from `first` on, always the same, in an order that does not repeat.
op::Bytes letters(char first, std::size_t size_bytes) {
  std::minstd_rand random;
  op::Bytes text;
  while (text.size() < size_bytes) {
    const auto letter = static_cast<char>(first + static_cast<char>(random() % kAlphabet));
    text.append(std::min(kRunBytes, size_bytes - text.size()), letter);
  }
  return text;
}

// The letters of that kind, in the order in which they are in the stream.
op::Bytes letters_in(const op::Bytes& stream, char first) {
  op::Bytes found;
  std::ranges::copy_if(stream, std::back_inserter(found),
                       [first](char byte) { return byte >= first && byte < first + kAlphabet; });
  return found;
}

// O_NONBLOCK belongs to the open file description: what is set through one descriptor shows in
// another of the same description, and only there.
bool same_description(const Process& process, op::Fd one, op::Fd other) {
  const auto nonblocking = [&] {
    return (process.status_flags(other).succeeded().value & O_NONBLOCK) != 0;
  };
  const bool before = nonblocking();
  process.sets_nonblocking(one).succeeded();
  const bool while_set = nonblocking();
  process.sets_blocking(one).succeeded();
  return !before && while_set && !nonblocking();
}

// Linux gives fewer pages to a user whose share of pipe memory is used up.
void requires_pages(const Scenario& s, const Process& process, op::Fd fd, std::uint64_t pages) {
  s.requires_that(process.pipe_size(fd) >= pages * page_bytes(s),
                  "this user's share of pipe memory is used up");
}

// What fills() put there is taken out again.
void drains(const Process& process, op::Fd r, std::uint64_t filled_bytes) {
  CHECK(difference(process.reads_until(r, filled_bytes), op::Bytes(filled_bytes, 'f')) == "");
}

// A pipe that nobody reads any more.
op::Fd makes_broken_pipe(const Process& writer) {
  const PipeEnds pipe = writer.makes_pipe();
  writer.closes(pipe.read_end).succeeded();
  return pipe.write_end;
}

void closes_both(const Process& process, const PipeEnds& pipe) {
  process.closes(pipe.read_end);
  process.closes(pipe.write_end);
}

// The process becomes the program, if there is one here.
Call becomes(const Process& process, const std::string& program, const std::string& arguments) {
  const Call exec = process.execs_program(program, program + "\n" + arguments);
  if (exec.answered() && exec.error() == ENOENT) throw Unsupported("there is no " + program);
  return exec;
}

// What a shell makes of a child: the end of the pipe takes the place of the standard descriptor
// and the two that pipe() returned are closed, then comes the command.
Call writes_as_ls(const Process& child, const PipeEnds& pipe, const std::string& directory) {
  child.dups_to(pipe.write_end, kStdout);
  closes_both(child, pipe);
  return becomes(child, "ls", directory);
}
Call reads_as_wc(const Process& child, const PipeEnds& pipe, const PipeEnds& printed) {
  child.dups_to(pipe.read_end, kStdin);
  closes_both(child, pipe);
  child.dups_to(printed.write_end, kStdout);
  closes_both(child, printed);
  return becomes(child, "wc", "-l");
}

std::string directory_of_entries(Scenario& s, const Process& process) {
  const std::string directory = s.fresh_path();
  process.makes_directory(directory).succeeded();
  for (std::int64_t i = 0; i < kEntries; ++i) {
    process.opens(directory + "/" + s.fresh_path(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600).fd();
  }
  return directory;
}

// The number that wc printed; it may be preceded by spaces.
std::int64_t number_printed(const Process& shell, const PipeEnds& printed) {
  shell.closes(printed.write_end);
  return std::strtoll(shell.reads(printed.read_end, kPlenty).data().c_str(), nullptr, 10);
}

void requires_shell(const Scenario& s, const Process& process) {
  s.requires_that(process.stats("/bin/sh").error() == 0, "there is no /bin/sh");
}

// Nothing shows whether the command behind a stream still runs, for it is no process of the
// scenario: so it is given more time than others.
Call patiently(Call call) {
  constexpr int kGraces = 10;
  for (int i = 0; i < kGraces && !call.answered() && !call.cut_off(); ++i) call.awaited();
  return call;
}

// A platform may keep processes out of one another.
bool is_kept_out(const Call& call) {
  return call.error() == EPERM || call.error() == EACCES || call.error() == ENOSYS;
}

// Whether a descriptor that the process got from elsewhere leads to the reader.
bool uses(const Process& process, const Call& obtained, const Process& reader, op::Fd r) {
  if (obtained.error() != 0) return false;
  process.writes(obtained.fd(), "through");
  return reader.reads(r, kPlenty).data() == "through";
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
  CHECK_THAT(other_read, Returns(0));
  // Last, for on some platforms only the parent can be asked, which is free by now.
  CHECK_THAT(victim, KilledBy(SIGKILL));
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

  const op::Bytes rest(filled_bytes - 1, 'f');
  CHECK(difference(reader.reads_until(r, rest.size()), rest) == "");
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

  CHECK(difference(reader.reads_until(r, data.size()), data) == "");
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

SPEC_TEST(pipe::dup2_stdout_redirect) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK_THAT(process.dups_to(w, kStdout), Returns(kStdout.number));

  CHECK_THAT(process.writes(kStdout, "printed"), Returns(7));
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("printed"));
}

SPEC_TEST(pipe::dup2_stdin_redirect) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK_THAT(process.dups_to(r, kStdin), Returns(kStdin.number));

  CHECK_THAT(process.writes(w, "typed"), Returns(5));
  CHECK_THAT(process.reads(kStdin, kPlenty), ReturnsData("typed"));
}

SPEC_TEST(pipe::dup2_source_stays_open) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK_THAT(process.dups_to(w, kStdout), Returns(kStdout.number));
  CHECK_THAT(process.descriptor_flags(w), Succeeds());
  CHECK_THAT(process.writes(w, "by the original"), Returns(15));
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("by the original"));

  CHECK_THAT(process.closes(w), Returns(0));  // only this closes it
  CHECK_THAT(process.descriptor_flags(w), FailsWith(EBADF));
}

SPEC_TEST(pipe::dup2_table_other_fds) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  // A duplicate made beforehand keeps what the descriptor refers to now.
  const op::Fd stdin_before = process.dups(kStdin).fd();
  const op::Fd stderr_before = process.dups(kStderr).fd();
  const op::Fd r_before = process.dups(r).fd();

  CHECK_THAT(process.dups_to(w, kStdout), Returns(kStdout.number));

  CHECK(same_description(process, kStdin, stdin_before));
  CHECK(same_description(process, kStderr, stderr_before));
  CHECK(same_description(process, r, r_before));
  CHECK(same_description(process, kStdout, w));  // the only one that changed
}

SPEC_TEST(pipe::dup2_close_original_keeps_copy) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w);
  writer.dups_to(w, kStdout).succeeded();
  writer.closes(w).succeeded();

  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());  // descriptor 1 is a write end too

  writer.closes(kStdout);  // and the last
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(pipe::dup2_same_number_trap) {
  Process process = s.process("process");
  process.closes(kStdin).succeeded();
  process.closes(kStdout).succeeded();
  auto [r, w] = process.makes_pipe();
  s.requires_that(w == kStdout, "pipe() gives its write end another number than 1");

  CHECK_THAT(process.dups_to(w, kStdout), Returns(kStdout.number));
  CHECK_THAT(process.writes(kStdout, "x"), Returns(1));  // as before
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("x"));

  CHECK_THAT(process.closes(w), Returns(0));  // meant for the original, but there is only one
  CHECK_THAT(process.writes(kStdout, "x"), FailsWith(EBADF));
}

SPEC_TEST(pipe::fs_no_entry) {
  Process process = s.process("process");
  s.requires_that(process.stats("/proc/self/fd").error() == 0, "there is no /proc");
  auto [r, w] = process.makes_pipe();
  auto [other_r, other_w] = process.makes_pipe();
  CHECK_THAT(process.lists_directory("."), Returns(0));  // no new entry where it was made

  Call stat = process.stats(r);
  CHECK(stat.output(kType) == S_IFIFO);
  // All pipes are on one file system, and that is not the one of the directory.
  CHECK(stat.output(kDevice) == process.stats(other_r).output(kDevice));
  CHECK(stat.output(kDevice) != process.stats(".").output(kDevice));

  const std::string name = "pipe:[" + std::to_string(stat.output(kInode)) + "]";
  CHECK_THAT(process.reads_link("/proc/self/fd/" + std::to_string(r.number)), ReturnsData(name));
  CHECK_THAT(process.reads_link("/proc/self/fd/" + std::to_string(w.number)), ReturnsData(name));
}

SPEC_TEST(pipe::fork_both_inherit_both) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");

  CHECK_THAT(parent.writes(w, "from parent"), Returns(11));
  CHECK_THAT(child.reads(r, kPlenty), ReturnsData("from parent"));
  CHECK_THAT(child.writes(w, "from child"), Returns(10));
  CHECK_THAT(parent.reads(r, kPlenty), ReturnsData("from child"));

  // What one closes stays open in the other.
  CHECK_THAT(parent.closes(w), Returns(0));
  CHECK_THAT(child.closes(r), Returns(0));
  CHECK_THAT(child.writes(w, "still"), Returns(5));
  CHECK_THAT(parent.reads(r, kPlenty), ReturnsData("still"));
}

SPEC_TEST(pipe::shell_ls_wc) {
  Process shell = s.process("shell");
  const std::string directory = directory_of_entries(s, shell);
  const PipeEnds pipe = shell.makes_pipe();
  const PipeEnds printed = shell.makes_pipe(O_CLOEXEC);
  Process ls = shell.forks("ls");
  Process wc = shell.forks("wc");
  closes_both(shell, pipe);

  Call counting = reads_as_wc(wc, pipe, printed);
  CHECK_THAT(counting, Blocks());  // there is nothing to count yet
  writes_as_ls(ls, pipe, directory);

  CHECK_THAT(ls, ExitsWith(0));
  CHECK_THAT(wc, ExitsWith(0));
  CHECK(number_printed(shell, printed) == kEntries);
}

SPEC_TEST(pipe::shell_parent_holds_write_end) {
  Process shell = s.process("shell");
  const PipeEnds pipe = shell.makes_pipe();
  const PipeEnds printed = shell.makes_pipe(O_CLOEXEC);
  Process ls = shell.forks("ls");
  Process wc = shell.forks("wc");
  shell.handles(SIGUSR1).succeeded();
  writes_as_ls(ls, pipe, directory_of_entries(s, shell));
  CHECK_THAT(ls, ExitsWith(0));

  Call counting = reads_as_wc(wc, pipe, printed);
  CHECK_THAT(counting, Blocks());  // the shell could still write
  Call wait = shell.waits_for(wc);
  CHECK_THAT(wait, Blocks());

  interrupts(s, shell);  // so that it can do something else
  CHECK_THAT(wait, FailsWith(EINTR));
  shell.closes(pipe.write_end);  // now wc sees the end
  CHECK_THAT(wc, ExitsWith(0));
  CHECK_THAT(shell.waits_for(wc), Returns(wc.pid()));
}

SPEC_TEST(pipe::shell_order_of_exit_irrelevant) {
  Process shell = s.process("shell");
  const std::string directory = directory_of_entries(s, shell);
  const PipeEnds pipe = shell.makes_pipe();
  const PipeEnds printed = shell.makes_pipe(O_CLOEXEC);
  Process ls = shell.forks("ls");
  shell.closes(pipe.write_end);
  writes_as_ls(ls, pipe, directory);
  CHECK_THAT(shell.waits_for(ls), Returns(ls.pid()));  // nothing of ls is left

  Process wc = shell.forks("wc");
  reads_as_wc(wc, pipe, printed);
  CHECK_THAT(wc, ExitsWith(0));  // it met the end of the output
  CHECK(number_printed(shell, printed) == kEntries);
}

SPEC_TEST(pipe::shell_parent_reaps_both) {
  Process parent = s.process("parent");
  Process first = parent.forks("first");
  Process second = parent.forks("second");
  first.exits(0);
  second.exits(0);

  Call wait = parent.waits();
  Call other_wait = parent.waits();
  CHECK_THAT(wait, Returns(first.pid()) || Returns(second.pid()));
  CHECK_THAT(other_wait, Returns(first.pid()) || Returns(second.pid()));
  CHECK(wait.value() != other_wait.value());
  CHECK_THAT(parent.waits(), FailsWith(ECHILD));
}

SPEC_TEST(pipe::shell_exec_failure_falls_through) {
  Process parent = s.process("parent");
  Process child = parent.forks("child");

  Call exec = child.execs_program("./" + s.fresh_path(), "absent");
  CHECK_THAT(exec, FailsWith(ENOENT));
  CHECK(exec.value() == -1);

  // It goes on as the parent would: with a child of its own, for which it waits.
  CHECK_THAT(child.calls_fork("grandchild"), Succeeds());
  Process grandchild = child.child("grandchild");
  grandchild.exits(0);
  CHECK_THAT(child.waits(), Returns(grandchild.pid()));
  CHECK_THAT(parent.waits_for(child, WNOHANG), Returns(0));  // the child itself has not ended
}

SPEC_TEST(pipe::code_terminator_transferred) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  Process child = parent.forks("child");
  const op::Bytes message = "hello";
  const op::Bytes terminated(message.c_str(), message.size() + 1);

  CHECK_THAT(parent.writes(w, terminated), Returns(6));
  CHECK_THAT(child.reads(r, kPlenty), ReturnsData(terminated));

  CHECK_THAT(parent.writes(w, message), Returns(5));
  CHECK_THAT(child.reads(r, kPlenty), ReturnsData(message));
}

SPEC_TEST(pipe::code_child_not_waited) {
  Process heir = s.process("heir");
  s.requires_that(heir.state_of(heir.pid()).error() == 0, "there is no /proc");
  s.requires_that(heir.adopts_orphans().error() == 0, "a process cannot ask for orphans");
  Process parent = heir.forks("parent");
  Process waited_for = parent.forks("child that is waited for");
  Process forgotten = parent.forks("child that is not");
  waited_for.exits(0);
  forgotten.exits(0);
  CHECK(heir.state_of(waited_for.pid()).data() == "Z");
  CHECK(heir.state_of(forgotten.pid()).data() == "Z");

  CHECK_THAT(parent.waits_for(waited_for), Returns(waited_for.pid()));
  CHECK_THAT(heir.state_of(waited_for.pid()), FailsWith(ENOENT));  // gone at last
  CHECK(heir.state_of(forgotten.pid()).data() == "Z");

  parent.exits(0);
  CHECK_THAT(parent, ExitsWith(0));
  CHECK_THAT(heir.waits_for(forgotten), Returns(forgotten.pid()));
  CHECK_THAT(heir.state_of(forgotten.pid()), FailsWith(ENOENT));
}

SPEC_TEST(pipe::compare_one_way_needs_two) {
  Process client = s.process("client");
  auto [request_r, request_w] = client.makes_pipe();
  auto [reply_r, reply_w] = client.makes_pipe();
  Process server = client.forks("server");

  CHECK_THAT(client.writes(request_w, "request"), Returns(7));
  CHECK_THAT(client.reads(request_w, kPlenty), FailsWith(EBADF));
  CHECK((client.readiness(request_w, POLLIN) & POLLIN) == 0);
  CHECK_THAT(server.reads(request_r, kPlenty), ReturnsData("request"));

  CHECK_THAT(server.writes(reply_w, "reply"), Returns(5));
  CHECK_THAT(client.reads(reply_r, kPlenty), ReturnsData("reply"));
}

SPEC_TEST(pipe::compare_sync_small_writes) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  const std::uint64_t large_bytes = reader.pipe_buf(w);
  const std::uint64_t small_bytes = large_bytes / 3;
  Process a = reader.forks("a");
  Process b = reader.forks("b");
  Process c = reader.forks("c");

  const auto writes = s.race(a.will(op::WriteRecords{w, 'a', large_bytes, kRecords}),
                             b.will(op::WriteRecords{w, 'b', large_bytes, kRecords}),
                             c.will(op::WriteRecords{w, 'c', small_bytes, kRecords}));
  const op::Bytes stream = reader.reads_until(r, kRecords * (2 * large_bytes + small_bytes));

  CHECK(whole_records(stream, 'a', large_bytes) == kRecords);
  CHECK(whole_records(stream, 'b', large_bytes) == kRecords);
  CHECK(whole_records(stream, 'c', small_bytes) == kRecords);
  for (const Call& write : writes) CHECK_THAT(write, Returns(kRecords));
}

SPEC_TEST(pipe::compare_sync_large_writes) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process a = reader.forks("a");
  Process b = reader.forks("b");
  const op::Bytes small_letters = letters('a', 50 * reader.pipe_buf(w) + 1);
  const op::Bytes capitals = letters('A', small_letters.size());

  const auto writes = s.race(a.will(op::Write{w, small_letters}), b.will(op::Write{w, capitals}));
  const op::Bytes stream = reader.reads_until(r, small_letters.size() + capitals.size());

  // Mixed as they may be, each writer's bytes are all there and in their order.
  CHECK(difference(letters_in(stream, 'a'), small_letters) == "");
  CHECK(difference(letters_in(stream, 'A'), capitals) == "");
  for (const Call& write : writes) {
    CHECK_THAT(write, Returns(static_cast<std::int64_t>(capitals.size())));
  }
  CHECK_THAT(reader.bytes_readable(r), Returns(0));
}

SPEC_TEST(pipe::compare_scope_unrelated) {
  Process owner = s.process("owner");
  auto [r, w] = owner.makes_pipe();
  Process stranger = s.process("stranger");
  s.requires_that(owner.stats("/proc/self/fd").error() == 0, "there is no /proc");

  const std::string address = "unix:" + s.fresh_path();
  const op::Fd mailbox = stranger.makes_socket(AF_UNIX, SOCK_DGRAM).fd();
  stranger.binds(mailbox, address).succeeded();
  const op::Fd outbox = owner.makes_socket(AF_UNIX, SOCK_DGRAM).fd();
  owner.connects(outbox, address).succeeded();
  owner.sends_descriptor(outbox, "w", w).succeeded();
  const op::Fd sent{static_cast<int>(stranger.receives_descriptor(mailbox, 1).output(0))};
  CHECK_THAT(stranger.writes(sent, "by SCM_RIGHTS"), Returns(13));
  CHECK_THAT(owner.reads(r, kPlenty), ReturnsData("by SCM_RIGHTS"));

  const Call opened = stranger.opens(
      "/proc/" + std::to_string(owner.pid()) + "/fd/" + std::to_string(w.number), O_WRONLY);
  CHECK((is_kept_out(opened) || uses(stranger, opened, owner, r)));
  const Call copied = stranger.copies_descriptor(owner, w);
  CHECK((is_kept_out(copied) || uses(stranger, copied, owner, r)));

  Process elder = owner.forks("elder sibling");
  Process younger = owner.forks("younger sibling");
  CHECK_THAT(elder.writes(w, "to a sibling"), Returns(12));
  CHECK_THAT(younger.reads(r, kPlenty), ReturnsData("to a sibling"));
}

LONG_SPEC_TEST(pipe::compare_speed) {
  Process parent = s.process("parent");
  auto [r, w] = parent.makes_pipe();
  auto [back_r, back_w] = parent.makes_pipe();
  Process child = parent.forks("child");

  const op::Bytes data = numbered_bytes(200 * parent.pipe_buf(w));
  Call write = parent.writes(w, data);
  CHECK(difference(child.reads_until(r, data.size()), data) == "");
  CHECK_THAT(write, Returns(static_cast<std::int64_t>(data.size())));

  CHECK_THAT(parent.writes(w, "ping"), Returns(4));
  CHECK_THAT(child.reads(r, kPlenty), ReturnsData("ping"));
  CHECK_THAT(child.writes(back_w, "pong"), Returns(4));
  CHECK_THAT(parent.reads(back_r, kPlenty), ReturnsData("pong"));
}

SPEC_TEST(pipe::practical_popen_read) {
  Process process = s.process("process");
  requires_shell(s, process);

  Call popen = process.popens("echo hello; exit 3", "r");
  CHECK_THAT(popen, Succeeds());
  const op::Address stream = popen.address();

  CHECK_THAT(patiently(process.reads_stream(stream)), ReturnsData("hello\n"));
  Call pclose = process.pcloses(stream);
  CHECK_THAT(patiently(pclose), Succeeds());
  CHECK(WIFEXITED(static_cast<int>(pclose.value())));
  CHECK(WEXITSTATUS(static_cast<int>(pclose.value())) == 3);
}

SPEC_TEST(pipe::practical_popen_one_way) {
  s.requires_that(kGlibc, "this program was not built with the GNU C library");
  Process process = s.process("process");
  requires_shell(s, process);
  const auto across_exec = [&](const Call& popen) -> std::string {
    if (popen.error() != 0) return "refused";
    const op::Fd fd{static_cast<int>(popen.output(1))};
    return process.descriptor_flags(fd).value() == FD_CLOEXEC ? "closed" : "kept";
  };

  CHECK_THAT(process.popens(":", "rw"), FailsWith(EINVAL));

  CHECK(across_exec(process.popens(":", "r")) == "kept");
  CHECK(across_exec(process.popens(":", "w")) == "kept");
  CHECK(across_exec(process.popens(":", "re")) == "closed");
  CHECK(across_exec(process.popens(":", "we")) == "closed");
}

SPEC_TEST(pipe::practical_shell_status) {
  Process shell = s.process("shell");
  requires_shell(s, shell);
  const PipeEnds pipe = shell.makes_pipe();
  Process producer = shell.forks("producer");
  Process consumer = shell.forks("consumer");
  closes_both(shell, pipe);
  producer.dups_to(pipe.write_end, kStdout).succeeded();
  closes_both(producer, pipe);
  Call producing = becomes(producer, "/bin/sh", "-c\nwhile :; do echo line; done");
  CHECK_THAT(producing, Blocks());  // the pipe is full

  CHECK_THAT(consumer.reads(pipe.read_end, 5), ReturnsData("line\n"));
  consumer.exits(0);  // like head -1; the producer goes on

  CHECK_THAT(producer, KilledBy(SIGPIPE));
  Call wait = shell.waits_for(producer);
  CHECK_THAT(wait, Returns(producer.pid()));
  const auto status = static_cast<int>(wait.output(0));
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGPIPE);
}

SPEC_TEST(pipe::create_lowest_numbers) {
  Process process = s.process("process");
  const PipeEnds lower = process.makes_pipe();
  const PipeEnds upper = process.makes_pipe();
  process.closes(lower.read_end).succeeded();
  process.closes(upper.read_end).succeeded();  // free now are two numbers that are no neighbours

  Call pipe = process.calls_pipe();
  CHECK_THAT(pipe, Returns(0));
  CHECK(pipe.output(0) == lower.read_end.number);
  CHECK(pipe.output(1) == upper.read_end.number);
}

SPEC_TEST(pipe::create_flags_clear) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK_FALSE(is_nonblocking(process, r));
  CHECK_FALSE(is_nonblocking(process, w));
  CHECK_THAT(process.descriptor_flags(r), Returns(0));
  CHECK_THAT(process.descriptor_flags(w), Returns(0));
}

SPEC_TEST(pipe::create_pipe2_flags) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe(O_CLOEXEC | O_NONBLOCK);
  CHECK_THAT(process.descriptor_flags(r), Returns(FD_CLOEXEC));
  CHECK_THAT(process.descriptor_flags(w), Returns(FD_CLOEXEC));
  CHECK(is_nonblocking(process, r));
  CHECK(is_nonblocking(process, w));
  CHECK_THAT(process.reads(r, 1), FailsWith(EAGAIN));

  // Each of the two flags alone does not set the other.
  const PipeEnds closing = process.makes_pipe(O_CLOEXEC);
  CHECK_THAT(process.descriptor_flags(closing.write_end), Returns(FD_CLOEXEC));
  CHECK_FALSE(is_nonblocking(process, closing.write_end));
  const PipeEnds nonblocking = process.makes_pipe(O_NONBLOCK);
  CHECK_THAT(process.descriptor_flags(nonblocking.read_end), Returns(0));
  CHECK(is_nonblocking(process, nonblocking.read_end));
}

SPEC_TEST(pipe::create_pipe2_bad_flag) {
  Process process = s.process("process");
  const op::Fd lowest = process.dups(kStdin).fd();
  process.closes(lowest).succeeded();

  const Call pipe = provided(process.calls_pipe(O_APPEND));
  CHECK_THAT(pipe, FailsWith(EINVAL));
  CHECK_THAT(process.calls_pipe(O_APPEND | O_CLOEXEC), FailsWith(EINVAL));

  CHECK_THAT(process.dups(kStdin), Returns(lowest.number));  // which no end has taken
}

SPEC_TEST(pipe::seek_espipe) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  process.writes(w, "x").succeeded();
  CHECK_THAT(process.seeks(r, 0, SEEK_CUR), FailsWith(ESPIPE));
  CHECK_THAT(process.seeks(r, 0, SEEK_SET), FailsWith(ESPIPE));
  CHECK_THAT(process.seeks(w, 0, SEEK_END), FailsWith(ESPIPE));

  const std::string path = s.fresh_path();
  process.makes_fifo(path).succeeded();
  const op::Fd fifo = process.opens(path, O_RDONLY | O_NONBLOCK).fd();
  CHECK_THAT(process.seeks(fifo, 0, SEEK_CUR), FailsWith(ESPIPE));
}

SPEC_TEST(pipe::stream_no_boundaries) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  CHECK_THAT(process.writes(w, "ab"), Returns(2));
  CHECK_THAT(process.writes(w, "cd"), Returns(2));
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("abcd"));

  CHECK_THAT(process.writes(w, "efghij"), Returns(6));
  CHECK_THAT(process.reads(r, 2), ReturnsData("ef"));
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("ghij"));
}

SPEC_TEST(pipe::read_zero_length) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK_THAT(process.reads(r, 0), Returns(0));  // although there is a writer, and nothing to read

  process.writes(w, "abc").succeeded();
  CHECK_THAT(process.reads(r, 0), Returns(0));
  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("abc"));  // of which it took nothing

  process.closes(w).succeeded();
  CHECK_THAT(process.reads(r, 0), Returns(0));
}

SPEC_TEST(pipe::read_nonblock_empty) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  reader.closes(w).succeeded();
  reader.sets_nonblocking(r).succeeded();
  CHECK_THAT(reader.reads(r, 1), FailsWith(EAGAIN));

  writer.writes(w, "x").succeeded();
  CHECK_THAT(reader.reads(r, kPlenty), ReturnsData("x"));
  CHECK_THAT(reader.reads(r, 1), FailsWith(EAGAIN));  // empty again
}

SPEC_TEST(pipe::read_nonblock_eof) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  reader.sets_nonblocking(r).succeeded();
  Process writer = reader.forks("writer");
  reader.closes(w).succeeded();
  writer.writes(w, "x").succeeded();
  writer.closes(w).succeeded();

  CHECK_THAT(reader.reads(r, kPlenty), ReturnsData("x"));
  CHECK_THAT(reader.reads(r, 1), Returns(0));
  CHECK_THAT(reader.reads(r, 1), Returns(0));
}

SPEC_TEST(pipe::epipe_sigpipe) {
  Process writer = s.process("writer");
  auto [r, w] = writer.makes_pipe();
  writer.handles(SIGPIPE).succeeded();
  Process other = writer.forks("other writer");
  writer.closes(r).succeeded();
  CHECK_THAT(writer.writes(w, "x"), Returns(1));  // the other one has the pipe open for reading
  other.closes(r).succeeded();
  CHECK(writer.handler_runs(SIGPIPE) == 0);

  writer.writes(w, "x");
  CHECK(writer.handler_runs(SIGPIPE) == 1);
  CHECK(other.handler_runs(SIGPIPE) == 0);  // it wrote nothing

  writer.restores_default(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "x"), IsCutOff());
  CHECK_THAT(writer, KilledBy(SIGPIPE));
}

SPEC_TEST(pipe::epipe_error) {
  Process writer = s.process("writer");
  const op::Fd w = makes_broken_pipe(writer);

  writer.ignores(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
  CHECK_THAT(writer.writes(w, op::Bytes(2 * writer.pipe_buf(w), 'x')), FailsWith(EPIPE));
  writer.handles(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
  writer.blocks_signals({SIGPIPE}).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
}

SPEC_TEST(pipe::epipe_handler_first) {
  Process writer = s.process("writer");
  const op::Fd w = makes_broken_pipe(writer);
  writer.handles(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
  CHECK(writer.handler_runs(SIGPIPE) == 1);

  // A handler that is the end of its process leaves the write() no time to return.
  writer.handles(SIGPIPE, 0, {}, op::HandlerBody::raise_other, SIGUSR1).succeeded();
  CHECK_THAT(writer.writes(w, "x"), IsCutOff());
  CHECK_THAT(writer, KilledBy(SIGUSR1));
}

SPEC_TEST(pipe::epipe_stays_pending) {
  Process writer = s.process("writer");
  const op::Fd w = makes_broken_pipe(writer);
  writer.blocks_signals({SIGPIPE}).succeeded();

  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
  CHECK(writer.pending_signals().contains(SIGPIPE));

  CHECK_THAT(writer.waits_for_signal({SIGPIPE}, 0), Returns(SIGPIPE));
  CHECK_FALSE(writer.pending_signals().contains(SIGPIPE));
  writer.unblocks_signals({SIGPIPE}).succeeded();
  CHECK_THAT(writer, IsAlive());  // nothing is left that could kill it
}

SPEC_TEST(pipe::epipe_wakes_writer) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  writer.closes(r).succeeded();
  writer.handles(SIGPIPE).succeeded();
  writer.fills(w);
  Call write = writer.writes(w, "x");
  CHECK_THAT(write, Blocks());

  reader.closes(r);
  CHECK_THAT(write, FailsWith(EPIPE));
  CHECK(writer.handler_runs(SIGPIPE) == 1);
}

SPEC_TEST(pipe::epipe_partial) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  writer.closes(r).succeeded();
  writer.handles(SIGPIPE).succeeded();
  Call write = writer.writes(w, op::Bytes(2 * writer.pipe_size(w), 'x'));
  CHECK_THAT(write, Blocks());
  const std::int64_t transferred = reader.bytes_readable(r).value();
  CHECK(transferred > 0);

  reader.closes(r);
  CHECK_THAT(write, Returns(transferred));
  CHECK(writer.handler_runs(SIGPIPE) == 1);
}

SPEC_TEST(pipe::epipe_readers_back) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = s.fresh_path();
  reader.makes_fifo(path).succeeded();
  const op::Fd r = reader.opens(path, O_RDONLY | O_NONBLOCK).fd();
  const op::Fd w = writer.opens(path, O_WRONLY).fd();
  reader.closes(r).succeeded();
  writer.ignores(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "lost"), FailsWith(EPIPE));

  const op::Fd new_r = reader.opens(path, O_RDONLY).fd();
  CHECK_THAT(writer.writes(w, "again"), Returns(5));
  CHECK_THAT(reader.reads(new_r, kPlenty), ReturnsData("again"));
}

SPEC_TEST(pipe::atomic_minimum) {
  constexpr std::int64_t kPosixPipeBuf = 512;
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();

  Call of_read_end = process.does(op::GetPipeBuf{r});
  CHECK_THAT(of_read_end, Succeeds());
  CHECK(of_read_end.value() >= kPosixPipeBuf);
  Call of_write_end = process.does(op::GetPipeBuf{w});
  CHECK_THAT(of_write_end, Succeeds());
  CHECK(of_write_end.value() >= kPosixPipeBuf);
}

SPEC_TEST(pipe::atomic_not_split) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  writer.handles(SIGUSR1).succeeded();
  const std::uint64_t filled_bytes = writer.fills(w);
  const op::Bytes record(writer.pipe_buf(w), 'x');
  CHECK_THAT(reader.reads(r, 1), ReturnsData("f"));  // room for a part of the record at most

  Call interrupted = writer.writes(w, record);
  CHECK_THAT(interrupted, Blocks());
  interrupts(s, writer);
  CHECK_THAT(interrupted, FailsWith(EINTR));

  Call write = writer.writes(w, record);
  CHECK_THAT(write, Blocks());
  drains(reader, r, filled_bytes - 1);
  CHECK_THAT(write, Returns(static_cast<std::int64_t>(record.size())));
  // Nothing of the first attempt, and the second in one piece.
  CHECK_THAT(reader.reads(r, 2 * record.size()), ReturnsData(record));
}

SPEC_TEST(pipe::nonblock_all_or_nothing) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  const std::uint64_t filled_bytes = process.fills(w);
  const op::Bytes record(process.pipe_buf(w), 'x');
  process.sets_nonblocking(w).succeeded();
  CHECK_THAT(process.reads(r, 1), ReturnsData("f"));  // room for a part of the record at most

  CHECK_THAT(process.writes(w, record), FailsWith(EAGAIN));

  drains(process, r, filled_bytes - 1);
  CHECK_THAT(process.writes(w, record), Returns(static_cast<std::int64_t>(record.size())));
  CHECK_THAT(process.reads(r, 2 * record.size()), ReturnsData(record));  // and no part before it
}

SPEC_TEST(pipe::nonblock_partial) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  const std::uint64_t capacity_bytes = process.fills(w);
  drains(process, r, capacity_bytes);
  process.sets_nonblocking(w).succeeded();

  Call write = process.writes(w, op::Bytes(2 * capacity_bytes, 'x'));
  CHECK_THAT(write, Succeeds());
  CHECK(write.value() > 0);
  CHECK_THAT(process.writes(w, op::Bytes(2 * capacity_bytes, 'y')), FailsWith(EAGAIN));

  const op::Bytes expected(static_cast<std::size_t>(write.value()), 'x');
  CHECK(difference(process.reads_until(r, expected.size()), expected) == "");
  process.sets_nonblocking(r).succeeded();
  CHECK_THAT(process.reads(r, 1), FailsWith(EAGAIN));  // that was all
}

SPEC_TEST(pipe::nonblock_into_empty) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  drains(process, r, process.fills(w));
  const std::uint64_t pipe_buf_bytes = process.pipe_buf(w);
  process.sets_nonblocking(w).succeeded();

  Call write = process.writes(w, op::Bytes(16 * pipe_buf_bytes + 1, 'x'));
  CHECK_THAT(write, Succeeds());
  CHECK(write.value() >= static_cast<std::int64_t>(pipe_buf_bytes));

  const op::Bytes expected(pipe_buf_bytes, 'x');
  CHECK(difference(process.reads_until(r, pipe_buf_bytes), expected) == "");
}

SPEC_TEST(pipe::nonblock_full) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  const std::uint64_t filled_bytes = process.fills(w);
  process.sets_nonblocking(w).succeeded();

  CHECK_THAT(process.writes(w, "x"), FailsWith(EAGAIN));
  CHECK_THAT(process.writes(w, op::Bytes(process.pipe_buf(w), 'x')), FailsWith(EAGAIN));
  CHECK_THAT(process.writes(w, op::Bytes(2 * filled_bytes, 'x')), FailsWith(EAGAIN));

  drains(process, r, filled_bytes);
  process.sets_nonblocking(r).succeeded();
  CHECK_THAT(process.reads(r, 1), FailsWith(EAGAIN));  // none of it went in
}

SPEC_TEST(pipe::nonblock_full_no_reader) {
  Process writer = s.process("writer");
  auto [r, w] = writer.makes_pipe();
  writer.fills(w);
  writer.sets_nonblocking(w).succeeded();
  writer.handles(SIGPIPE).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EAGAIN));  // it is full
  CHECK(writer.handler_runs(SIGPIPE) == 0);

  writer.closes(r).succeeded();
  CHECK_THAT(writer.writes(w, "x"), FailsWith(EPIPE));
  CHECK(writer.handler_runs(SIGPIPE) == 1);
}

SPEC_TEST(pipe::interrupted_write) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  writer.handles(SIGUSR1, SA_RESTART).succeeded();
  Call write = writer.writes(w, op::Bytes(2 * writer.pipe_size(w), 'x'));
  CHECK_THAT(write, Blocks());
  const std::int64_t transferred = reader.bytes_readable(r).value();
  CHECK(transferred > 0);

  interrupts(s, writer);
  CHECK_THAT(write, Returns(transferred));
  CHECK_THAT(reader.bytes_readable(r), Returns(transferred));  // and nothing was added
}

SPEC_TEST(pipe::capacity_default) {
  constexpr std::uint64_t kDefaultPages = 16;
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  requires_pages(s, process, w, kDefaultPages);

  CHECK_THAT(process.gets_pipe_size(r), Returns(kDefaultPages * page_bytes(s)));
  CHECK_THAT(process.gets_pipe_size(w), Returns(kDefaultPages * page_bytes(s)));
  CHECK(process.fills(w) == kDefaultPages * page_bytes(s));
}

SPEC_TEST(pipe::capacity_slot_granular) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  requires_pages(s, process, w, 3);
  const std::uint64_t slot_bytes = page_bytes(s);
  const op::Bytes over_half(slot_bytes / 2 + 1, 'h');
  const auto over_half_bytes = static_cast<std::int64_t>(over_half.size());
  process.fills(w);
  process.sets_nonblocking(w).succeeded();
  drains(process, r, 2 * slot_bytes);  // two slots are free now

  CHECK_THAT(process.writes(w, over_half), Returns(over_half_bytes));
  CHECK_THAT(process.writes(w, over_half), Returns(over_half_bytes));  // the first has no room
  CHECK_THAT(process.writes(w, over_half), FailsWith(EAGAIN));         // nor has any slot now
  CHECK_THAT(process.writes(w, "x"), Returns(1));                      // joins the last slot

  drains(process, r, slot_bytes - 1);
  CHECK_THAT(process.writes(w, over_half), FailsWith(EAGAIN));
  drains(process, r, 1);  // the end of that slot
  CHECK_THAT(process.writes(w, over_half), Returns(over_half_bytes));
}

SPEC_TEST(pipe::capacity_room_is_used) {
  Process reader = s.process("reader");
  auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks("writer");
  requires_pages(s, writer, w, 2);
  const auto capacity_bytes = static_cast<std::int64_t>(writer.pipe_size(w));
  const op::Bytes slot(page_bytes(s), 'x');
  writer.writes(w, slot).succeeded();

  // Into the slots that are left it fits except for the last page.
  Call write = writer.writes(w, op::Bytes(static_cast<std::size_t>(capacity_bytes), 'y'));
  CHECK_THAT(write, Blocks());
  CHECK_THAT(reader.bytes_readable(r), Returns(capacity_bytes));

  CHECK_THAT(reader.reads(r, slot.size()), ReturnsData(slot));
  CHECK_THAT(write, Returns(capacity_bytes));
}

SPEC_TEST(pipe::packet_boundaries) {
  Process process = s.process("process");
  const Call pipe = provided(process.calls_pipe(O_DIRECT));
  s.requires_that(pipe.error() != EINVAL, "pipe2() does not know O_DIRECT");
  CHECK_THAT(pipe, Returns(0));
  const op::Fd r{static_cast<int>(pipe.output(0))};
  const op::Fd w{static_cast<int>(pipe.output(1))};
  const op::Bytes longest(process.pipe_buf(w), 'x');

  CHECK_THAT(process.writes(w, "abc"), Returns(3));
  CHECK_THAT(process.writes(w, "defg"), Returns(4));
  CHECK_THAT(process.writes(w, longest), Returns(static_cast<std::int64_t>(longest.size())));

  CHECK_THAT(process.reads(r, kPlenty), ReturnsData("abc"));
  CHECK_THAT(process.reads(r, 2), ReturnsData("de"));
  CHECK_THAT(process.reads(r, 2 * longest.size()), ReturnsData(longest));  // so "fg" is lost
}

SPEC_TEST(pipe::close_discard) {
  Process process = s.process("process");
  const std::string path = s.fresh_path();
  process.makes_fifo(path).succeeded();
  const op::Fd r = process.opens(path, O_RDONLY | O_NONBLOCK).fd();
  const op::Fd w = process.opens(path, O_WRONLY).fd();
  CHECK_THAT(process.writes(w, "left"), Returns(4));
  process.closes(w).succeeded();
  CHECK_THAT(process.reads(r, 1), ReturnsData("l"));  // still there, for the reader is
  process.closes(r).succeeded();

  const op::Fd new_r = process.opens(path, O_RDONLY | O_NONBLOCK).fd();
  const op::Fd new_w = process.opens(path, O_WRONLY).fd();
  CHECK_THAT(process.reads(new_r, kPlenty), FailsWith(EAGAIN));
  CHECK_THAT(process.writes(new_w, "new"), Returns(3));
  CHECK_THAT(process.reads(new_r, kPlenty), ReturnsData("new"));
}

SPEC_TEST(pipe::fionread) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  CHECK_THAT(process.bytes_readable(r), Returns(0));
  CHECK_THAT(process.bytes_readable(w), Returns(0));

  process.writes(w, "hello").succeeded();
  process.writes(w, "world").succeeded();
  CHECK_THAT(process.bytes_readable(r), Returns(10));
  CHECK_THAT(process.bytes_readable(w), Returns(10));

  process.reads(r, 7).succeeded();
  CHECK_THAT(process.bytes_readable(r), Returns(3));
  CHECK_THAT(process.bytes_readable(w), Returns(3));
}

SPEC_TEST(pipe::bad_descriptor) {
  constexpr op::Fd kNone{-1};
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  closes_both(process, {r, w});

  CHECK_THAT(process.reads(r, 1), FailsWith(EBADF));
  CHECK_THAT(process.writes(w, "x"), FailsWith(EBADF));
  CHECK_THAT(process.reads(kNone, 1), FailsWith(EBADF));
  CHECK_THAT(process.writes(kNone, "x"), FailsWith(EBADF));
}

}  // namespace
}  // namespace ipcspec::conformance
