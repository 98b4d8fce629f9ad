// FIFOs.
#include "spec/fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/rule_test.hpp"

namespace ipcspec::conformance {
namespace {

// A FIFO at a fresh path.
std::string new_fifo(Scenario& s, const Process& maker) {
  const std::string path = s.fresh_path();
  maker.makes_fifo(path).succeeded();
  return path;
}

// Opens without waiting for a writer, then reads as if O_NONBLOCK had never been set.
op::Fd opens_at_once_for_reading(const Process& process, const std::string& path) {
  const op::Fd fd = process.opens(path, O_RDONLY | O_NONBLOCK).fd();
  process.sets_blocking(fd).succeeded();
  return fd;
}

std::int64_t permissions_of(const Process& process, const std::string& path) {
  return process.stats(path).output(verbs::kMode) & 0777;
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
  const op::Fd r = opens_at_once_for_reading(reader, path);
  CHECK_THAT(writer.opens(path, O_WRONLY), ReturnsFd());  // nobody else had to come

  reader.closes(r).succeeded();  // so only the writer has the FIFO open
  CHECK_THAT(reader.opens(path, O_RDONLY), ReturnsFd());
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

}  // namespace
}  // namespace ipcspec::conformance
