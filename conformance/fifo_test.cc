// FIFOs.
#include "spec/fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "conformance/common_steps.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"

namespace ipcspec::conformance {
namespace {

// Opens without waiting for a writer, then reads as if O_NONBLOCK had never been set.
op::Fd opens_at_once_for_reading(const Process& process, const std::string& path) {
  const op::Fd fd = process.opens(path, O_RDONLY | O_NONBLOCK).fd();
  process.sets_blocking(fd).succeeded();
  return fd;
}

// A regular file at a fresh path.
std::string new_file(Scenario& s, const Process& maker) {
  const std::string path = s.fresh_path();
  maker.closes(maker.opens(path, O_WRONLY | O_CREAT | O_EXCL, 0600).fd()).succeeded();
  return path;
}

// What stat() tells.
std::vector<std::int64_t> all_about(const Process& process, const std::string& path) {
  return process.stats(path).succeeded().outputs;
}

// More bytes than NAME_MAX is on any file system.
constexpr std::size_t kLongerThanAnyName = 1100;

// A reader and a writer, joined by a pipe or by a FIFO.
struct Channel {
  Process reader;
  op::Fd r;
  Process writer;
  op::Fd w;
};

Channel pipe_between(Scenario& s, const std::string& reader_role, const std::string& writer_role) {
  Process reader = s.process(reader_role);
  const auto [r, w] = reader.makes_pipe();
  Process writer = reader.forks(writer_role);
  reader.closes(w).succeeded();
  writer.closes(r).succeeded();
  return {reader, r, writer, w};
}

Channel fifo_between(Scenario& s, const std::string& reader_role, const std::string& writer_role) {
  auto [reader, writer] = s.processes(reader_role, writer_role);
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  return {reader, r, writer, writer.opens(path, O_WRONLY).fd()};
}

// The capacity of a pipe that nobody has changed, on Linux.
constexpr std::int64_t kDefaultPages = 16;
// Several times the capacity of a pipe.
constexpr std::size_t kMeasuredBytes = std::size_t{256} * 1024;
// Of each client of the log daemon.
constexpr std::uint64_t kLoggedRecords = 4;

// The process has the FIFO open for writing, and waits for the start of the race.
Controller::Racer writes_records(const Process& process, const std::string& path, char byte,
                                 std::uint64_t size_bytes, std::uint64_t count) {
  return process.will(
      op::WriteRecords{process.opens(path, O_WRONLY).fd(), byte, size_bytes, count});
}

// Reads little by little, so that writers who wait for room take turns at it.
op::Bytes reads_in_steps(const Process& reader, op::Fd r, std::uint64_t size_bytes,
                         std::uint64_t step_bytes) {
  op::Bytes stream;
  while (stream.size() < size_bytes) {
    const auto wanted_bytes = std::min<std::uint64_t>(step_bytes, size_bytes - stream.size());
    const op::Bytes step = reader.reads_until(r, wanted_bytes);
    stream += step;
    if (step.size() < wanted_bytes) break;
  }
  return stream;
}

SPEC_TEST(fifo::create_node) {
  auto [maker, other] = s.processes("maker", "other");
  const std::string path = s.fresh_path();
  CHECK_THAT(other.stats(path), FailsWith(ENOENT));

  CHECK_THAT(maker.makes_fifo(path), Returns(0));

  Call stat = other.stats(path);
  CHECK_THAT(stat, Returns(0));
  CHECK(stat.output(verbs::kType) == S_IFIFO);
  CHECK(stat.output(verbs::kSizeBytes) == 0);
}

SPEC_TEST(fifo::create_mode_umask) {
  Process maker = s.process("maker");
  const std::string path = s.fresh_path();
  maker.sets_umask(0022).succeeded();
  CHECK_THAT(maker.makes_fifo(path, 0666), Returns(0));
  CHECK(permissions_of(maker, path) == 0644);
}

SPEC_TEST(fifo::create_umask_not_subtraction) {
  Process maker = s.process("maker");
  const std::string already_clear = s.fresh_path();
  maker.sets_umask(0022).succeeded();
  CHECK_THAT(maker.makes_fifo(already_clear, 0600), Returns(0));
  CHECK(permissions_of(maker, already_clear) == 0600);

  const std::string partly_clear = s.fresh_path();
  maker.sets_umask(0077).succeeded();
  CHECK_THAT(maker.makes_fifo(partly_clear, 0644), Returns(0));
  CHECK(permissions_of(maker, partly_clear) == 0600);
}

SPEC_TEST(fifo::create_umask_zero) {
  Process maker = s.process("maker");
  maker.sets_umask(0027).succeeded();
  CHECK_THAT(maker.sets_umask(0), Returns(0027));  // the former mask
  CHECK_THAT(maker.sets_umask(0), Returns(0));

  const std::string path = s.fresh_path();
  CHECK_THAT(maker.makes_fifo(path, 0666), Returns(0));
  CHECK(permissions_of(maker, path) == 0666);
}

SPEC_TEST(fifo::open_wronly_blocks) {
  auto [writer, second_writer, reader] = s.processes("writer", "second_writer", "reader");
  const std::string path = new_fifo(s, writer);
  Call open = writer.opens(path, O_WRONLY);
  CHECK_THAT(open, Blocks());

  // Another writer is no reader, so both wait now.
  Call second_open = second_writer.opens(path, O_WRONLY);
  CHECK_THAT(second_open, Blocks());
  CHECK_THAT(open, Blocks());

  CHECK_THAT(reader.opens(path, O_RDONLY), ReturnsFd());
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(second_open, ReturnsFd());
}

SPEC_TEST(fifo::open_rdonly_blocks) {
  auto [reader, second_reader, writer] = s.processes("reader", "second_reader", "writer");
  const std::string path = new_fifo(s, reader);
  Call open = reader.opens(path, O_RDONLY);
  CHECK_THAT(open, Blocks());

  // Another reader is no writer, so both wait now.
  Call second_open = second_reader.opens(path, O_RDONLY);
  CHECK_THAT(second_open, Blocks());
  CHECK_THAT(open, Blocks());

  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(second_open, ReturnsFd());
}

SPEC_TEST(fifo::open_rendezvous) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string first_path = new_fifo(s, reader);
  Call early_reader = reader.opens(first_path, O_RDONLY);
  CHECK_THAT(early_reader, Blocks());
  CHECK_THAT(writer.opens(first_path, O_WRONLY), ReturnsFd());
  CHECK_THAT(early_reader, ReturnsFd());

  // The same on another FIFO, where the writer comes first.
  const std::string second_path = new_fifo(s, writer);
  Call early_writer = writer.opens(second_path, O_WRONLY);
  CHECK_THAT(early_writer, Blocks());
  CHECK_THAT(reader.opens(second_path, O_RDONLY), ReturnsFd());
  CHECK_THAT(early_writer, ReturnsFd());
}

SPEC_TEST(fifo::open_second_does_not_block) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  Call first_open = reader.opens(path, O_RDONLY | O_NONBLOCK);
  CHECK_THAT(first_open, ReturnsFd());
  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());  // nobody else had to come

  reader.closes(first_open.fd()).succeeded();  // so only the writer has the FIFO open
  CHECK_THAT(reader.opens(path, O_RDONLY), ReturnsFd());
}

// The behaviours of a pipe that a FIFO must have; each body runs on both.

void moves_bytes_in_order(const Channel& c) {
  CHECK_THAT(c.writer.writes(c.w, "abc"), Returns(3));
  CHECK_THAT(c.writer.writes(c.w, "de"), Returns(2));
  CHECK_THAT(c.reader.reads(c.r, 4), ReturnsData("abcd"));
  CHECK_THAT(c.reader.reads(c.r, 4), ReturnsData("e"));  // fewer bytes than asked for

  // Nothing is left, so a read waits ...
  Call read = c.reader.reads(c.r, 4);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(c.writer.writes(c.w, "f"), Returns(1));
  CHECK_THAT(read, ReturnsData("f"));

  // ... unless it may not.
  c.reader.sets_nonblocking(c.r).succeeded();
  CHECK_THAT(c.reader.reads(c.r, 4), FailsWith(EAGAIN));
}

void writes_small_records_whole(const Channel& c) {
  const op::Bytes record(c.writer.pipe_buf(c.w), 'r');
  const auto record_bytes = static_cast<std::int64_t>(record.size());
  const std::uint64_t capacity_bytes = c.writer.fills(c.w);
  CHECK_THAT(c.reader.reads(c.r, 1), ReturnsData("f"));  // room for part of a record at most
  const auto buffered_bytes = static_cast<std::int64_t>(capacity_bytes) - 1;

  // A record that does not fit waits for room, or fails, without any of it going in.
  Call write = c.writer.writes(c.w, record);
  CHECK_THAT(write, Blocks());
  CHECK_THAT(c.reader.bytes_readable(c.r), Returns(buffered_bytes));
  CHECK(c.reader.reads_until(c.r, capacity_bytes - 1) == op::Bytes(capacity_bytes - 1, 'f'));
  CHECK_THAT(write, Returns(record_bytes));
  CHECK_THAT(c.reader.reads(c.r, record.size() + 1), ReturnsData(record));
}

void refuses_small_records_whole(const Channel& c) {
  const op::Bytes record(c.writer.pipe_buf(c.w), 'r');
  const std::uint64_t capacity_bytes = c.writer.fills(c.w);
  c.writer.sets_nonblocking(c.w).succeeded();
  CHECK_THAT(c.reader.reads(c.r, 1), ReturnsData("f"));  // room for part of a record at most
  CHECK_THAT(c.writer.writes(c.w, record), FailsWith(EAGAIN));
  CHECK(c.reader.reads_until(c.r, capacity_bytes - 1) == op::Bytes(capacity_bytes - 1, 'f'));

  // Of more than PIPE_BUF bytes an empty pipe takes as many as fit.
  Call write = c.writer.writes(c.w, op::Bytes(2 * capacity_bytes, 'p'));
  CHECK_THAT(write, Succeeds());
  CHECK(write.value() > 0);
  CHECK_THAT(c.reader.bytes_readable(c.r), Returns(write.value()));
}

void ends_with_its_writer(const Channel& c) {
  CHECK_THAT(c.writer.writes(c.w, "last"), Returns(4));
  CHECK_THAT(c.writer.closes(c.w), Returns(0));
  CHECK_THAT(c.reader.reads(c.r, 10), ReturnsData("last"));
  CHECK_THAT(c.reader.reads(c.r, 10), Returns(0));
  c.reader.sets_nonblocking(c.r).succeeded();
  CHECK_THAT(c.reader.reads(c.r, 10), Returns(0));  // and not EAGAIN
}

void breaks_with_its_reader(const Channel& c) {
  CHECK_THAT(c.reader.closes(c.r), Returns(0));
  c.writer.ignores(SIGPIPE).succeeded();
  CHECK_THAT(c.writer.writes(c.w, "a"), FailsWith(EPIPE));
  c.writer.restores_default(SIGPIPE).succeeded();
  CHECK_THAT(c.writer.writes(c.w, "a"), IsCutOff());
  CHECK_THAT(c.writer, KilledBy(SIGPIPE));
}

SPEC_TEST(fifo::io_same_as_pipe) {
  moves_bytes_in_order(pipe_between(s, "pipe_reader", "pipe_writer"));
  moves_bytes_in_order(fifo_between(s, "fifo_reader", "fifo_writer"));

  writes_small_records_whole(pipe_between(s, "pipe_drainer", "pipe_filler"));
  writes_small_records_whole(fifo_between(s, "fifo_drainer", "fifo_filler"));

  refuses_small_records_whole(pipe_between(s, "slow_pipe_reader", "hasty_pipe_writer"));
  refuses_small_records_whole(fifo_between(s, "slow_fifo_reader", "hasty_fifo_writer"));

  ends_with_its_writer(pipe_between(s, "patient_pipe_reader", "brief_pipe_writer"));
  ends_with_its_writer(fifo_between(s, "patient_fifo_reader", "brief_fifo_writer"));

  breaks_with_its_reader(pipe_between(s, "brief_pipe_reader", "late_pipe_writer"));
  breaks_with_its_reader(fifo_between(s, "brief_fifo_reader", "late_fifo_writer"));
}

SPEC_TEST(fifo::io_unrelated_processes) {
  auto [maker, reader, writer] = s.processes("maker", "reader", "writer");
  const std::string path = new_fifo(s, maker);  // the path is all that the others are told
  Call opens_to_read = reader.opens(path, O_RDONLY);
  CHECK_THAT(opens_to_read, Blocks());
  Call opens_to_write = writer.opens(path, O_WRONLY);
  CHECK_THAT(opens_to_write, ReturnsFd());
  CHECK_THAT(opens_to_read, ReturnsFd());

  CHECK_THAT(writer.writes(opens_to_write.fd(), "hello"), Returns(5));
  CHECK_THAT(reader.reads(opens_to_read.fd(), 10), ReturnsData("hello"));
}

SPEC_TEST(fifo::io_capacity_same) {
  Process process = s.process("process");
  const op::Fd pipe = process.makes_pipe().read_end;
  const op::Fd fifo = opens_at_once_for_reading(process, new_fifo(s, process));
  const std::int64_t default_bytes = kDefaultPages * ::sysconf(_SC_PAGESIZE);

  Call fifo_size = process.gets_pipe_size(fifo);
  CHECK_THAT(fifo_size, Succeeds());
  s.requires_that(fifo_size.succeeded().value >= default_bytes,
                  "this user's share of pipe memory is used up");
  CHECK_THAT(fifo_size, Returns(default_bytes));
  CHECK_THAT(process.gets_pipe_size(pipe), Returns(default_bytes));
}

SPEC_TEST(fifo::io_consumed) {
  auto [writer, first, second] = s.processes("writer", "first_reader", "second_reader");
  const std::string path = new_fifo(s, writer);
  const op::Fd first_r = opens_at_once_for_reading(first, path);
  const op::Fd second_r = opens_at_once_for_reading(second, path);
  const op::Fd w = writer.opens(path, O_WRONLY).fd();

  CHECK_THAT(writer.writes(w, "hello"), Returns(5));
  CHECK(writer.stats(path).output(verbs::kSizeBytes) == 0);  // none of it is in the file
  CHECK_THAT(first.reads(first_r, 5), ReturnsData("hello"));

  // So nothing is left for the second reader, who gets what is written next.
  Call read = second.reads(second_r, 5);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(writer.writes(w, "world"), Returns(5));
  CHECK_THAT(read, ReturnsData("world"));
}

SPEC_TEST(fifo::unlink_removes_name) {
  auto [owner, other] = s.processes("owner", "other");
  const std::string path = new_fifo(s, owner);
  opens_at_once_for_reading(owner, path);  // the name goes even while the FIFO is in use

  CHECK_THAT(owner.unlinks(path), Returns(0));

  CHECK_THAT(owner.opens(path, O_RDONLY), FailsWith(ENOENT));
  CHECK_THAT(other.opens(path, O_WRONLY), FailsWith(ENOENT));
  CHECK_THAT(other.stats(path), FailsWith(ENOENT));
}

SPEC_TEST(fifo::unlink_by_anyone) {
  auto [owner, reader, writer, neither] = s.processes("owner", "reader", "writer", "neither");
  const std::string read_path = new_fifo(s, owner);
  opens_at_once_for_reading(reader, read_path);
  CHECK_THAT(reader.unlinks(read_path), Returns(0));

  const std::string written_path = new_fifo(s, owner);
  opens_at_once_for_reading(reader, written_path);
  writer.opens(written_path, O_WRONLY).fd();
  CHECK_THAT(writer.unlinks(written_path), Returns(0));

  // Even one that may not open the FIFO: everybody may write to this directory. Where no process
  // can become another user it is just another process.
  const std::string path = new_fifo(s, owner);
  neither.becomes_user(kNobody, kNobody);
  CHECK_THAT(neither.unlinks(path), Returns(0));
  CHECK_THAT(owner.stats(path), FailsWith(ENOENT));
}

SPEC_TEST(fifo::code_reader_before_create) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = s.fresh_path();
  CHECK_THAT(reader.opens(path, O_RDONLY), FailsWith(ENOENT));

  writer.makes_fifo(path).succeeded();
  Call open = reader.opens(path, O_RDONLY);  // now there is something to wait for
  CHECK_THAT(open, Blocks());
  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());
  CHECK_THAT(open, ReturnsFd());
}

SPEC_TEST(fifo::code_unlink_too_early) {
  auto [writer, remover, reader] = s.processes("writer", "remover", "reader");
  const std::string path = new_fifo(s, writer);
  Call open = writer.opens(path, O_WRONLY);
  CHECK_THAT(open, Blocks());

  CHECK_THAT(remover.unlinks(path), Returns(0));
  CHECK_THAT(reader.opens(path, O_RDONLY), FailsWith(ENOENT));

  // Under the old name a new FIFO: its reader is not the one that the writer waits for.
  remover.makes_fifo(path).succeeded();
  CHECK_THAT(reader.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());
  CHECK_THAT(open, Blocks());

  // Only a signal ends that wait.
  remover.kills(writer, SIGKILL).succeeded();
  CHECK_THAT(open, IsCutOff());
  CHECK_THAT(writer, KilledBy(SIGKILL));
}

SPEC_TEST(fifo::code_mode_0644) {
  auto [owner, other] = s.processes("owner", "other");
  becomes_stranger(other);
  const std::string path = s.fresh_path();
  owner.sets_umask(0).succeeded();
  CHECK_THAT(owner.makes_fifo(path, 0644), Returns(0));

  // Both may read, so there is a reader and no open for writing has to wait ...
  CHECK_THAT(owner.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());
  CHECK_THAT(other.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());
  // ... but only the owner may write.
  CHECK_THAT(owner.opens(path, O_WRONLY), ReturnsFd());
  CHECK_THAT(other.opens(path, O_WRONLY), FailsWith(EACCES));
}

SPEC_TEST(fifo::compare_one_way) {
  const Channel c = fifo_between(s, "reader", "writer");
  CHECK_THAT(c.writer.writes(c.w, "there"), Returns(5));
  CHECK_THAT(c.writer.reads(c.w, 5), FailsWith(EBADF));
  CHECK_THAT(c.reader.writes(c.r, "back"), FailsWith(EBADF));
  CHECK_THAT(c.reader.reads(c.r, 10), ReturnsData("there"));  // and nothing that came back
}

SPEC_TEST(fifo::compare_sync) {
  auto [reader, a, b, c] = s.processes("reader", "writer_a", "writer_b", "writer_c");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const std::uint64_t pipe_buf = reader.pipe_buf(r);

  // Together more than fits, so that they also meet while they wait for room.
  const std::uint64_t records = reader.pipe_size(r) / pipe_buf;
  const std::vector<Call> calls = s.race(writes_records(a, path, 'a', pipe_buf, records),
                                         writes_records(b, path, 'b', pipe_buf - 1, records),
                                         writes_records(c, path, 'c', pipe_buf / 2 + 1, records));
  const op::Bytes stream = reads_in_steps(reader, r, records * (pipe_buf * 5 / 2), pipe_buf);

  CHECK_THAT(calls[0], Returns(static_cast<std::int64_t>(records)));
  CHECK_THAT(calls[1], Returns(static_cast<std::int64_t>(records)));
  CHECK_THAT(calls[2], Returns(static_cast<std::int64_t>(records)));
  CHECK(whole_records(stream, 'a', pipe_buf) == records);
  CHECK(whole_records(stream, 'b', pipe_buf - 1) == records);
  CHECK(whole_records(stream, 'c', pipe_buf / 2 + 1) == records);
}

SPEC_TEST(fifo::compare_speed) {
  const Channel c = fifo_between(s, "reader", "writer");
  const op::Bytes sent = numbered_bytes(kMeasuredBytes);
  Call write = c.writer.writes(c.w, sent);
  const op::Bytes received = c.reader.reads_until(c.r, sent.size());
  CHECK_THAT(write, Returns(static_cast<std::int64_t>(sent.size())));
  CHECK(received == sent);
  CHECK_THAT(c.reader.bytes_readable(c.r), Returns(0));
}

SPEC_TEST(fifo::practical_log_daemon) {
  auto [daemon, a, b, late] = s.processes("daemon", "client_a", "client_b", "late_client");
  const std::string path = new_fifo(s, daemon);
  const op::Fd r = opens_at_once_for_reading(daemon, path);
  CHECK_THAT(daemon.opens(path, O_WRONLY), ReturnsFd());  // kept, and never written to
  const std::uint64_t pipe_buf = daemon.pipe_buf(r);

  // Two clients log at one moment, and go.
  s.race(writes_records(a, path, 'a', pipe_buf, kLoggedRecords),
         writes_records(b, path, 'b', pipe_buf - 1, kLoggedRecords));
  const op::Bytes log = daemon.reads_until(r, kLoggedRecords * (2 * pipe_buf - 1));
  CHECK(whole_records(log, 'a', pipe_buf) == kLoggedRecords);
  CHECK(whole_records(log, 'b', pipe_buf - 1) == kLoggedRecords);
  a.exits(0);
  b.exits(0);
  CHECK_THAT(a, ExitsWith(0));
  CHECK_THAT(b, ExitsWith(0));

  // No client is left, but that is no end-of-file: the daemon waits for the next one.
  Call read = daemon.reads(r, pipe_buf);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(late.writes(late.opens(path, O_WRONLY).fd(), "late"), Returns(4));
  CHECK_THAT(read, ReturnsData("late"));
}

SPEC_TEST(fifo::create_exists) {
  Process maker = s.process("maker");
  const std::string fifo = new_fifo(s, maker);
  const op::Fd r = opens_at_once_for_reading(maker, fifo);
  maker.writes(maker.opens(fifo, O_WRONLY).fd(), "kept").succeeded();
  const std::string file = s.fresh_path();
  maker.writes(maker.opens(file, O_WRONLY | O_CREAT, 0600).fd(), "kept").succeeded();
  const std::vector<std::int64_t> of_fifo = all_about(maker, fifo);
  const std::vector<std::int64_t> of_file = all_about(maker, file);

  CHECK_THAT(maker.makes_fifo(fifo, 0644), FailsWith(EEXIST));
  CHECK_THAT(maker.makes_fifo(file, 0644), FailsWith(EEXIST));

  CHECK(all_about(maker, fifo) == of_fifo);
  CHECK(all_about(maker, file) == of_file);
  CHECK_THAT(maker.reads(r, 10), ReturnsData("kept"));
}

SPEC_TEST(fifo::create_path_errors) {
  auto [maker, other] = s.processes("maker", "other");
  CHECK_THAT(maker.makes_fifo(""), FailsWith(ENOENT));
  CHECK_THAT(maker.makes_fifo(s.fresh_path() + "/fifo"), FailsWith(ENOENT));
  CHECK_THAT(maker.makes_fifo(new_file(s, maker) + "/fifo"), FailsWith(ENOTDIR));
  CHECK_THAT(maker.makes_fifo(std::string(kLongerThanAnyName, 'n')), FailsWith(ENAMETOOLONG));

  const std::string directory = s.fresh_path();
  maker.makes_directory(directory).succeeded();
  maker.changes_mode(directory, 0555).succeeded();  // nobody may write to it, its owner included
  becomes_unprivileged(other);
  CHECK_THAT(other.makes_fifo(directory + "/fifo"), FailsWith(EACCES));
}

SPEC_TEST(fifo::open_excl) {
  Process opener = s.process("opener");
  const std::string path = new_fifo(s, opener);  // there is no partner

  CHECK_THAT(opener.opens(path, O_RDONLY | O_CREAT | O_EXCL, 0600), FailsWith(EEXIST));
  CHECK_THAT(opener.opens(path, O_WRONLY | O_CREAT | O_EXCL, 0600), FailsWith(EEXIST));
}

SPEC_TEST(fifo::open_interrupted) {
  auto [opener, other] = s.processes("opener", "other");
  const std::string path = new_fifo(s, opener);
  opener.handles(SIGUSR1).succeeded();
  Call opens_to_read = opener.opens(path, O_RDONLY);
  CHECK_THAT(opens_to_read, Blocks());
  other.kills(opener, SIGUSR1).succeeded();
  CHECK_THAT(opens_to_read, FailsWith(EINTR));
  CHECK_THAT(other.opens(path, O_WRONLY | O_NONBLOCK), FailsWith(ENXIO));  // there is no reader

  Call opens_to_write = opener.opens(path, O_WRONLY);
  CHECK_THAT(opens_to_write, Blocks());
  other.kills(opener, SIGUSR1).succeeded();
  CHECK_THAT(opens_to_write, FailsWith(EINTR));
  const op::Fd r = opens_at_once_for_reading(other, path);
  CHECK_THAT(other.reads(r, 1), Returns(0));  // and no writer
}

SPEC_TEST(fifo::open_sa_restart) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  reader.handles(SIGUSR1, SA_RESTART).succeeded();
  Call open = reader.opens(path, O_RDONLY);
  CHECK_THAT(open, Blocks());

  writer.kills(reader, SIGUSR1).succeeded();
  CHECK_THAT(open, Blocks());

  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());
  CHECK_THAT(open, ReturnsFd());
  CHECK(reader.handler_runs(SIGUSR1) == 1);
}

SPEC_TEST(fifo::open_anew) {
  auto [reader, other] = s.processes("reader", "other");
  const std::string path = new_fifo(s, reader);
  reader.handles(SIGUSR1, SA_RESTART).succeeded();
  Call open = reader.opens(path, O_RDONLY);
  CHECK_THAT(open, Blocks());
  other.unlinks(path).succeeded();
  CHECK_THAT(open, Blocks());
  other.kills(reader, SIGUSR1).succeeded();
  CHECK_THAT(open, FailsWith(ENOENT));  // after the handler there is no such path any more

  other.makes_fifo(path).succeeded();
  Call open_again = reader.opens(path, O_RDONLY);
  CHECK_THAT(open_again, Blocks());
  other.kills(reader, SIGSTOP).succeeded();
  CHECK_THAT(reader, IsStopped());
  CHECK_THAT(other.opens(path, O_WRONLY | O_NONBLOCK), FailsWith(ENXIO));  // no partner now
  other.unlinks(path).succeeded();
  other.kills(reader, SIGCONT).succeeded();
  CHECK_THAT(open_again, FailsWith(ENOENT));
}

SPEC_TEST(fifo::nonblock_rdonly_returns) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  CHECK_THAT(reader.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());  // without a writer

  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());
  CHECK_THAT(reader.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());  // with one
}

SPEC_TEST(fifo::nonblock_wronly_enxio) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  CHECK_THAT(writer.opens(path, O_WRONLY | O_NONBLOCK), FailsWith(ENXIO));

  // The same when the reader has left, although there is a writer.
  const op::Fd r = opens_at_once_for_reading(reader, path);
  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());
  reader.closes(r).succeeded();
  CHECK_THAT(writer.opens(path, O_WRONLY | O_NONBLOCK), FailsWith(ENXIO));
}

SPEC_TEST(fifo::nonblock_wronly_with_reader) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string waiting_path = new_fifo(s, reader);
  Call open = reader.opens(waiting_path, O_RDONLY);
  CHECK_THAT(open, Blocks());
  CHECK_THAT(writer.opens(waiting_path, O_WRONLY | O_NONBLOCK), ReturnsFd());
  CHECK_THAT(open, ReturnsFd());

  const std::string open_path = new_fifo(s, reader);
  opens_at_once_for_reading(reader, open_path);
  CHECK_THAT(writer.opens(open_path, O_WRONLY | O_NONBLOCK), ReturnsFd());
}

SPEC_TEST(fifo::nonblock_releases_writer) {
  auto [writer, second_writer, reader] = s.processes("writer", "second_writer", "reader");
  const std::string path = new_fifo(s, writer);
  Call open = writer.opens(path, O_WRONLY);
  CHECK_THAT(open, Blocks());
  Call second_open = second_writer.opens(path, O_WRONLY);
  CHECK_THAT(second_open, Blocks());

  CHECK_THAT(reader.opens(path, O_RDONLY | O_NONBLOCK), ReturnsFd());

  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(second_open, ReturnsFd());
}

SPEC_TEST(fifo::nonblock_read_no_writer) {
  Process reader = s.process("reader");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = reader.opens(path, O_RDONLY | O_NONBLOCK).fd();
  CHECK_THAT(reader.reads(r, 1), Returns(0));  // and not EAGAIN

  reader.sets_blocking(r).succeeded();
  CHECK_THAT(reader.reads(r, 1), Returns(0));  // and does not wait
}

SPEC_TEST(fifo::rdwr_linux) {
  Process process = s.process("process");
  const std::string path = new_fifo(s, process);
  CHECK_THAT(process.opens(path, O_RDWR), ReturnsFd());

  const std::string another_path = new_fifo(s, process);
  CHECK_THAT(process.opens(another_path, O_RDWR | O_NONBLOCK), ReturnsFd());
}

SPEC_TEST(fifo::rdwr_counts_both) {
  auto [both, other] = s.processes("both", "other");
  const std::string path = new_fifo(s, both);
  const op::Fd rw = both.opens(path, O_RDWR).fd();

  // A reader, so that another process can write ...
  Call opens_to_write = other.opens(path, O_WRONLY | O_NONBLOCK);
  CHECK_THAT(opens_to_write, ReturnsFd());
  CHECK_THAT(other.writes(opens_to_write.fd(), "to both"), Returns(7));
  CHECK_THAT(both.reads(rw, 10), ReturnsData("to both"));
  other.closes(opens_to_write.fd()).succeeded();

  // ... and a writer, so that another process can read, and sees no end.
  Call opens_to_read = other.opens(path, O_RDONLY);
  CHECK_THAT(opens_to_read, ReturnsFd());
  Call read = other.reads(opens_to_read.fd(), 10);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(both.writes(rw, "to other"), Returns(8));
  CHECK_THAT(read, ReturnsData("to other"));
}

SPEC_TEST(fifo::eof_last_writer_closes) {
  auto [reader, writer, late] = s.processes("reader", "writer", "late_writer");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const op::Fd w = writer.opens(path, O_WRONLY).fd();
  Call read = reader.reads(r, 10);
  CHECK_THAT(read, Blocks());
  CHECK_THAT(writer.closes(w), Returns(0));
  CHECK_THAT(read, Returns(0));

  const op::Fd late_w = late.opens(path, O_WRONLY).fd();
  Call read_again = reader.reads(r, 10);
  CHECK_THAT(read_again, Blocks());
  CHECK_THAT(late.writes(late_w, "late"), Returns(4));
  CHECK_THAT(read_again, ReturnsData("late"));
}

SPEC_TEST(fifo::eof_several_writers) {
  auto [reader, first, second] = s.processes("reader", "first_writer", "second_writer");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const op::Fd first_w = first.opens(path, O_WRONLY).fd();
  const op::Fd second_w = second.opens(path, O_WRONLY).fd();
  Call read = reader.reads(r, 1);
  CHECK_THAT(read, Blocks());

  CHECK_THAT(first.closes(first_w), Returns(0));
  CHECK_THAT(read, Blocks());

  CHECK_THAT(second.closes(second_w), Returns(0));
  CHECK_THAT(read, Returns(0));
}

SPEC_TEST(fifo::discard_all_closed) {
  auto [writer, reader] = s.processes("writer", "reader");
  const std::string path = new_fifo(s, writer);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const op::Fd w = writer.opens(path, O_WRONLY).fd();
  CHECK_THAT(writer.writes(w, "lost"), Returns(4));
  CHECK_THAT(reader.closes(r), Returns(0));
  CHECK_THAT(writer.closes(w), Returns(0));

  const op::Fd next_r = opens_at_once_for_reading(reader, path);
  CHECK_THAT(reader.reads(next_r, 10), Returns(0));
  CHECK_THAT(writer.writes(writer.opens(path, O_WRONLY).fd(), "new"), Returns(3));
  CHECK_THAT(reader.reads(next_r, 10), ReturnsData("new"));
}

SPEC_TEST(fifo::unlink_open_fds_live) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string path = new_fifo(s, reader);
  const op::Fd r = opens_at_once_for_reading(reader, path);
  const op::Fd w = writer.opens(path, O_WRONLY).fd();
  CHECK_THAT(writer.writes(w, "before"), Returns(6));

  CHECK_THAT(reader.unlinks(path), Returns(0));

  CHECK_THAT(reader.reads(r, 10), ReturnsData("before"));
  CHECK_THAT(writer.writes(w, "after"), Returns(5));
  CHECK_THAT(reader.reads(r, 10), ReturnsData("after"));
  CHECK(reader.stats(r).output(verbs::kLinks) == 0);
  CHECK(writer.stats(w).output(verbs::kLinks) == 0);
}

SPEC_TEST(fifo::unlink_recreate) {
  auto [old_user, new_user] = s.processes("old_user", "new_user");
  const std::string path = new_fifo(s, old_user);
  const op::Fd old_r = opens_at_once_for_reading(old_user, path);
  const op::Fd old_w = old_user.opens(path, O_WRONLY).fd();
  CHECK_THAT(old_user.writes(old_w, "old"), Returns(3));

  CHECK_THAT(new_user.unlinks(path), Returns(0));
  CHECK_THAT(new_user.makes_fifo(path), Returns(0));

  // The new one has neither the readers of the old one, nor its writers, nor its data.
  CHECK_THAT(new_user.opens(path, O_WRONLY | O_NONBLOCK), FailsWith(ENXIO));
  const op::Fd new_r = opens_at_once_for_reading(new_user, path);
  CHECK_THAT(new_user.reads(new_r, 10), Returns(0));
  const op::Fd new_w = new_user.opens(path, O_WRONLY).fd();
  CHECK_THAT(new_user.writes(new_w, "new"), Returns(3));
  CHECK_THAT(old_user.reads(old_r, 10), ReturnsData("old"));
  CHECK_THAT(new_user.reads(new_r, 10), ReturnsData("new"));
}

}  // namespace
}  // namespace ipcspec::conformance
