// POSIX shared memory objects.
#include "spec/shm.hpp"

#include <sys/socket.h>

#include "conformance/c_library.hpp"
#include "conformance/common_steps.hpp"
#include "conformance/link_checks/link_checks.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"
#include "conformance/shared_memory.hpp"

namespace ipcspec::conformance {
namespace {

constexpr std::int64_t kObjectBytes = 8192;

// A new object of kObjectBytes, with exactly this mode.
op::Fd makes_object(const Process& owner, const std::string& name, std::uint32_t mode = 0600) {
  owner.sets_umask(0).succeeded();
  const op::Fd fd = owner.opens_shm(name, O_CREAT | O_EXCL | O_RDWR, mode).fd();
  owner.truncates(fd, kObjectBytes).succeeded();
  return fd;
}

op::Fd opens_object(const Process& process, const std::string& name) {
  return process.opens_shm(name, O_RDWR).fd();
}

op::Address maps_object(const Process& process, op::Fd fd) {
  return process.maps(fd, kObjectBytes).address();
}

op::Bytes zeros(std::size_t size_bytes) { return op::Bytes(size_bytes, '\0'); }

// The bytes of a pointer as a process would store it.
op::Bytes as_pointer(op::Address address) {
  return op::Bytes(reinterpret_cast<const char*>(&address.value), sizeof address.value);
}

SPEC_TEST(shm::open_create) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  CHECK_THAT(first.opens_shm(name, O_RDWR), FailsWith(ENOENT));  // the name is new

  Call created = first.opens_shm(name, O_CREAT | O_RDWR);
  CHECK_THAT(created, ReturnsFd());
  first.truncates(created.fd(), kObjectBytes).succeeded();
  first.stores(maps_object(first, created.fd()), "mine").succeeded();

  // Now the name exists, so the same call opens what the other has made.
  Call opened = second.opens_shm(name, O_CREAT | O_RDWR);
  CHECK_THAT(opened, ReturnsFd());
  CHECK_THAT(second.loads(maps_object(second, opened.fd()), 4), ReturnsData("mine"));
}

SPEC_TEST(shm::open_dev_shm) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const std::string path = kSharedMemoryDirectory + name;
  CHECK_THAT(process.stats(path), FailsWith(ENOENT));

  const op::Fd fd = makes_object(process, name);
  Call file = process.stats(path);
  CHECK_THAT(file, Succeeds());
  CHECK(file.output(verbs::kType) == S_IFREG);
  CHECK(file.outcome().outputs == process.stats(fd).succeeded().outputs);  // the object itself
}

SPEC_TEST(shm::open_initial_size_zero) {
  Process process = s.process("process");
  Call created = process.opens_shm(new_object_name(s), O_CREAT | O_EXCL | O_RDWR);
  CHECK_THAT(created, ReturnsFd());
  Call stat = process.stats(created.fd());
  CHECK_THAT(stat, Returns(0));
  CHECK(stat.output(verbs::kSizeBytes) == 0);
}

SPEC_TEST(shm::ftruncate_sets_size) {
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  const op::Address memory = maps_object(process, fd);

  CHECK_THAT(process.truncates(fd, kObjectBytes), Returns(0));
  CHECK(process.stats(fd).output(verbs::kSizeBytes) == kObjectBytes);
  CHECK_THAT(process.loads(memory, kObjectBytes), ReturnsData(zeros(kObjectBytes)));

  // What is cut off does not come back: the object gains zeros in its place.
  process.stores(memory, op::Bytes(kObjectBytes, 'x')).succeeded();
  CHECK_THAT(process.truncates(fd, 3), Returns(0));
  CHECK(process.stats(fd).output(verbs::kSizeBytes) == 3);
  CHECK_THAT(process.truncates(fd, kObjectBytes), Returns(0));
  CHECK_THAT(process.loads(memory, kObjectBytes), ReturnsData("xxx" + zeros(kObjectBytes - 3)));
}

SPEC_TEST(shm::ftruncate_before_access) {
  Process parent = s.process("parent");
  const op::Fd fd = parent.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  Call map = parent.maps(fd, kObjectBytes);
  CHECK_THAT(map, Returns(0));

  Process child = parent.forks("child");  // inherits the mapping
  CHECK_THAT(child.loads(map.address(), 1), IsCutOff());
  CHECK_THAT(child, KilledBy(SIGBUS));

  parent.truncates(fd, kObjectBytes).succeeded();  // so the same mapping has an object behind it
  CHECK_THAT(parent.stores(map.address(), "usable"), Returns(6));
  CHECK_THAT(parent.loads(map.address(), 8), ReturnsData("usable" + zeros(2)));
}

SPEC_TEST(shm::mmap_pointer_shared) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(first, name);
  const op::Address one = maps_object(first, fd);
  const op::Address two = maps_object(first, fd);
  const op::Address other = maps_object(second, opens_object(second, name));

  CHECK_THAT(first.stores(one, "from one"), Returns(8));
  CHECK_THAT(first.loads(two, 8), ReturnsData("from one"));
  CHECK_THAT(second.loads(other, 8), ReturnsData("from one"));

  CHECK_THAT(second.stores(other, "answered"), Returns(8));
  CHECK_THAT(first.loads(one, 8), ReturnsData("answered"));
  CHECK_THAT(first.loads(two, 8), ReturnsData("answered"));
}

SPEC_TEST(shm::mmap_addresses_differ) {
  Process process = s.process("process");
  const op::Fd fd = makes_object(process, new_object_name(s));
  const op::Address first = maps_object(process, fd);
  const op::Address second = maps_object(process, fd);
  CHECK(first != second);

  // The object holds a word, and a pointer to it that goes through the first mapping.
  process.stores(first + 64, "word").succeeded();
  process.stores(first, as_pointer(first + 64)).succeeded();
  CHECK_THAT(process.loads(second, sizeof(op::Address)), ReturnsData(as_pointer(first + 64)));

  // Who has only the second mapping finds the word at its own address and not at the pointer's.
  Process child = process.forks("child");
  child.unmaps(first, kObjectBytes).succeeded();
  CHECK_THAT(child.loads(second + 64, 4), ReturnsData("word"));
  CHECK_THAT(child.loads(first + 64, 4), IsCutOff());
  CHECK_THAT(child, KilledBy(SIGSEGV));
}

SPEC_TEST(shm::mmap_same_physical_page) {
  auto [reader, writer] = s.processes("reader", "writer");
  const std::string name = new_object_name(s);
  const op::Address readers = maps_object(reader, makes_object(reader, name));
  const op::Address writers = maps_object(writer, opens_object(writer, name));

  // The reader does nothing but load until it sees the number; the writer does one store.
  constexpr std::uint64_t kSpinsMax = 1'000'000'000;
  const std::vector<Call> race = s.race(reader.will(op::SpinUntil{readers, 7, kSpinsMax}),
                                        writer.will(op::StoreNumber{writers, 7}));
  CHECK_THAT(race[0], Returns(1));
  CHECK_THAT(race[1], Returns(0));
}

SPEC_TEST(shm::munmap_segv) {
  auto [process, other] = s.processes("process", "other");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(process, name);
  const op::Address gone = maps_object(process, fd);
  const op::Address kept = maps_object(process, fd);
  const op::Address others = maps_object(other, opens_object(other, name));
  process.stores(gone, "kept").succeeded();

  CHECK_THAT(process.unmaps(gone, kObjectBytes), Returns(0));
  Call touch = process.loads_guarded(gone);
  CHECK_THAT(touch, Returns(SIGSEGV));
  CHECK(touch.output(0) == SEGV_MAPERR);

  CHECK_THAT(process.loads(kept, 4), ReturnsData("kept"));
  CHECK_THAT(other.loads(others, 4), ReturnsData("kept"));
  CHECK_THAT(process.loads(maps_object(process, fd), 4), ReturnsData("kept"));
}

SPEC_TEST(shm::unlink_removes_name) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  makes_object(process, name);
  CHECK_THAT(process.opens_shm(name, O_RDWR), ReturnsFd());

  CHECK_THAT(process.unlinks_shm(name), Returns(0));
  CHECK_THAT(process.opens_shm(name, O_RDWR), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_shm(name), FailsWith(ENOENT));
}

SPEC_TEST(shm::unlink_deferred) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(first, name);
  const op::Address firsts = maps_object(first, fd);
  const op::Fd seconds_fd = opens_object(second, name);
  const op::Address seconds = maps_object(second, seconds_fd);

  CHECK_THAT(first.unlinks_shm(name), Returns(0));
  CHECK_THAT(first.opens_shm(name, O_RDWR), FailsWith(ENOENT));  // only the name is gone
  CHECK_THAT(first.stores(firsts, "still"), Returns(5));
  CHECK_THAT(second.loads(seconds, 5), ReturnsData("still"));

  // Now a descriptor of the second process is all that is left of it.
  CHECK_THAT(first.exits(0), IsCutOff());
  CHECK_THAT(first, ExitsWith(0));
  second.unmaps(seconds, kObjectBytes).succeeded();
  const op::Address again = maps_object(second, seconds_fd);
  second.closes(seconds_fd).succeeded();  // now a mapping is
  CHECK_THAT(second.loads(again, 5), ReturnsData("still"));
}

SPEC_TEST(shm::unlink_any_permitted) {
  auto [creator, bystander] = s.processes("creator", "bystander");
  const std::string name = new_object_name(s);
  makes_object(creator, name);

  CHECK_THAT(bystander.unlinks_shm(name), Returns(0));
  CHECK_THAT(creator.opens_shm(name, O_RDWR), FailsWith(ENOENT));
}

SPEC_TEST(shm::sync_none_builtin) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::Address firsts = maps_object(first, makes_object(first, name));
  const op::Address seconds = maps_object(second, opens_object(second, name));
  first.stores_number(firsts, 5).succeeded();

  CHECK_THAT(first.loads_number(firsts), Returns(5));
  CHECK_THAT(second.loads_number(seconds), Returns(5));  // nothing keeps it from loading

  // So each adds 1 to the 5 that it has.
  CHECK_THAT(first.stores_number(firsts, 6), Returns(0));
  CHECK_THAT(second.stores_number(seconds, 6), Returns(0));
  CHECK_THAT(first.loads_number(firsts), Returns(6));
  CHECK_THAT(second.loads_number(seconds), Returns(6));
}

SPEC_TEST(shm::link_lrt) {
  s.requires_that(kIsGlibc234, "glibc 2.34 or later");
  s.requires_that(link_checks::kShmLinksWithLibraries, "a C compiler that links, at build time");
  CHECK(link_checks::kShmLinks);  // without -lrt

  // And what is linked is not an empty shell.
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_shm(name, O_CREAT | O_RDWR), ReturnsFd());
  CHECK_THAT(process.unlinks_shm(name), Returns(0));
}

SPEC_TEST(shm::code_close_keeps_mapping) {
  auto [process, other] = s.processes("process", "other");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(process, name);
  const op::Address memory = maps_object(process, fd);
  const op::Address others = maps_object(other, opens_object(other, name));

  CHECK_THAT(process.closes(fd), Returns(0));
  CHECK_THAT(process.stats(fd), FailsWith(EBADF));
  CHECK_THAT(process.stores(memory, "valid"), Returns(5));
  CHECK_THAT(process.loads(memory, 5), ReturnsData("valid"));
  CHECK_THAT(other.loads(others, 5), ReturnsData("valid"));
}

SPEC_TEST(shm::code_unlink_before_reader) {
  auto [writer, reader] = s.processes("writer", "reader");
  const std::string name = new_object_name(s);
  writer.stores(maps_object(writer, makes_object(writer, name)), "for nobody").succeeded();

  CHECK_THAT(writer.unlinks_shm(name), Returns(0));
  CHECK_THAT(reader.opens_shm(name, O_RDONLY), FailsWith(ENOENT));
}

SPEC_TEST(shm::code_reader_too_early) {
  auto [writer, reader] = s.processes("writer", "reader");
  const std::string name = new_object_name(s);
  CHECK_THAT(writer.opens_shm(name, O_CREAT | O_RDWR, 0600), ReturnsFd());

  // The name exists, but the writer has not come to ftruncate() yet.
  Call open = reader.opens_shm(name, O_RDONLY);
  CHECK_THAT(open, ReturnsFd());
  Call map = reader.maps(open.fd(), kObjectBytes, PROT_READ);
  CHECK_THAT(map, Returns(0));
  CHECK_THAT(reader.loads(map.address(), 1), IsCutOff());
  CHECK_THAT(reader, KilledBy(SIGBUS));
}

SPEC_TEST(shm::code_rdonly_mapping) {
  auto [writer, reader] = s.processes("writer", "reader");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(writer, name, 0640);
  writer.stores(maps_object(writer, fd), "read me").succeeded();

  // A mode that would forbid even this, had it an effect.
  Call open = reader.opens_shm(name, O_RDONLY, 0000);
  CHECK_THAT(open, ReturnsFd());
  Call map = reader.maps(open.fd(), kObjectBytes, PROT_READ);
  CHECK_THAT(map, Returns(0));
  CHECK_THAT(reader.loads(map.address(), 7), ReturnsData("read me"));
  CHECK(writer.stats(fd).output(verbs::kMode) == 0640);
}

SPEC_TEST(shm::persist_after_exit) {
  Process writer = s.process("writer");
  const std::string name = new_object_name(s);
  writer.stores(maps_object(writer, makes_object(writer, name)), "left behind").succeeded();
  CHECK_THAT(writer.exits(0), IsCutOff());
  CHECK_THAT(writer, ExitsWith(0));  // the last process that used the object

  Process latecomer = s.process("latecomer");
  Call open = latecomer.opens_shm(name, O_RDWR);
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(latecomer.loads(maps_object(latecomer, open.fd()), 11), ReturnsData("left behind"));

  CHECK_THAT(latecomer.unlinks_shm(name), Returns(0));
  CHECK_THAT(latecomer.opens_shm(name, O_RDWR), FailsWith(ENOENT));
}

SPEC_TEST(shm::compare_two_way) {
  auto [first, second, third] = s.processes("first", "second", "third");
  const std::string name = new_object_name(s);
  const op::Address firsts = maps_object(first, makes_object(first, name));
  const op::Address seconds = maps_object(second, opens_object(second, name));
  const op::Address thirds = maps_object(third, opens_object(third, name));

  // Each reads what the one before it stored, and stores for the next.
  CHECK_THAT(first.stores(firsts, "a"), Returns(1));
  CHECK_THAT(second.loads(seconds, 1), ReturnsData("a"));
  CHECK_THAT(second.stores(seconds, "b"), Returns(1));
  CHECK_THAT(third.loads(thirds, 1), ReturnsData("b"));
  CHECK_THAT(third.stores(thirds, "c"), Returns(1));
  CHECK_THAT(first.loads(firsts, 1), ReturnsData("c"));
}

SPEC_TEST(shm::compare_scope) {
  auto [owner, stranger] = s.processes("owner", "stranger");
  const std::string closed = new_object_name(s);
  const std::string readable = new_object_name(s);
  const std::string open = new_object_name(s);
  makes_object(owner, closed, 0600);
  makes_object(owner, readable, 0604);
  makes_object(owner, open, 0606);
  becomes_stranger(stranger);

  CHECK_THAT(stranger.opens_shm(closed, O_RDONLY), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_shm(readable, O_RDONLY), ReturnsFd());
  CHECK_THAT(stranger.opens_shm(readable, O_RDWR), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_shm(open, O_RDWR), ReturnsFd());
}

// Two processes that take turns at one piece of memory.
struct Exchange {
  Process writer;
  Process reader;
  op::Address memory;
  op::Address free;    // semaphore that the writer waits on
  op::Address filled;  // and the one that the reader waits on
};

Exchange make_exchange(Scenario& s) {
  Process writer = s.process("writer");
  const op::Address memory = maps_object(writer, makes_object(writer, new_object_name(s)));
  const op::Address free = writer.opens_semaphore(s.fresh_name(), O_CREAT, 0600, 1).address();
  const op::Address filled = writer.opens_semaphore(s.fresh_name(), O_CREAT, 0600, 0).address();
  return {writer, writer.forks("reader"), memory, free, filled};
}

// Hands the data over in pieces of kObjectBytes; returns what arrived.
op::Bytes hands_over(const Exchange& exchange, const op::Bytes& data) {
  op::Bytes arrived;
  for (std::size_t at = 0; at < data.size(); at += kObjectBytes) {
    exchange.writer.waits_on(exchange.free).succeeded();
    exchange.writer.stores(exchange.memory, data.substr(at, kObjectBytes)).succeeded();
    exchange.writer.posts(exchange.filled).succeeded();
    exchange.reader.waits_on(exchange.filled).succeeded();
    arrived += exchange.reader.loads(exchange.memory, kObjectBytes).succeeded().data;
    exchange.reader.posts(exchange.free).succeeded();
  }
  return arrived;
}

SPEC_TEST(shm::compare_fastest) {
  const op::Bytes data = numbered_bytes(8 * kObjectBytes);
  const op::Bytes arrived = hands_over(make_exchange(s), data);
  CHECK(arrived == data);
}

SPEC_TEST(shm::open_missing) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_shm(name, O_RDONLY), FailsWith(ENOENT));
  CHECK_THAT(process.opens_shm(name, O_RDWR), FailsWith(ENOENT));
}

SPEC_TEST(shm::open_excl) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::ShmOpen creates{name, O_CREAT | O_EXCL | O_RDWR, 0600u};
  const std::vector<Call> race = s.race(first.will(creates), second.will(creates));
  CHECK(just_one_creates(ReturnsFd(), race[0], race[1]));

  CHECK_THAT(first.does(creates), FailsWith(EEXIST));
  CHECK_THAT(second.opens_shm(name, O_CREAT | O_EXCL | O_RDONLY), FailsWith(EEXIST));
}

SPEC_TEST(shm::open_existing) {
  auto [owner, other] = s.processes("owner", "other");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(owner, name);
  owner.stores(maps_object(owner, fd), "kept").succeeded();

  Call open = other.opens_shm(name, O_RDWR);
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(other.opens_shm(name, O_CREAT | O_RDWR), ReturnsFd());
  CHECK(other.stats(open.fd()).output(verbs::kSizeBytes) == kObjectBytes);
  CHECK(other.stats(open.fd()).outcome().outputs == owner.stats(fd).succeeded().outputs);
  CHECK_THAT(other.loads(maps_object(other, open.fd()), kObjectBytes),
             ReturnsData("kept" + zeros(kObjectBytes - 4)));
}

SPEC_TEST(shm::open_mode_umask) {
  Process process = s.process("process");
  process.sets_umask(027).succeeded();
  const op::Fd masked = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR, 0666).fd();
  CHECK(process.stats(masked).output(verbs::kMode) == 0640);

  process.sets_umask(0).succeeded();
  const op::Fd whole = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR, 0666).fd();
  CHECK(process.stats(whole).output(verbs::kMode) == 0666);
}

SPEC_TEST(shm::open_access) {
  Process creator = s.process("creator");
  const std::string name = new_object_name(s);
  becomes_unprivileged(creator);

  Call created = creator.opens_shm(name, O_CREAT | O_RDWR, 0000);
  CHECK_THAT(created, ReturnsFd());
  CHECK_THAT(creator.truncates(created.fd(), kObjectBytes), Returns(0));
  Call map = creator.maps(created.fd(), kObjectBytes);
  CHECK_THAT(map, Returns(0));
  CHECK_THAT(creator.stores(map.address(), "both"), Returns(4));
  CHECK_THAT(creator.loads(map.address(), 4), ReturnsData("both"));

  CHECK_THAT(creator.opens_shm(name, O_RDONLY), FailsWith(EACCES));
  CHECK_THAT(creator.opens_shm(name, O_RDWR), FailsWith(EACCES));
}

SPEC_TEST(shm::open_cloexec) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  Call created = process.opens_shm(name, O_CREAT | O_RDWR);
  CHECK_THAT(created, ReturnsFd());
  CHECK_THAT(process.descriptor_flags(created.fd()), Returns(FD_CLOEXEC));
  Call opened = process.opens_shm(name, O_RDONLY);
  CHECK_THAT(opened, ReturnsFd());
  CHECK_THAT(process.descriptor_flags(opened.fd()), Returns(FD_CLOEXEC));
}

SPEC_TEST(shm::open_trunc) {
  auto [owner, other] = s.processes("owner", "other");
  const std::string name = new_object_name(s);
  const op::Fd fd = makes_object(owner, name);
  const op::Address memory = maps_object(owner, fd);
  owner.stores(memory, "lost").succeeded();

  Call open = other.opens_shm(name, O_RDWR | O_TRUNC);
  CHECK_THAT(open, ReturnsFd());
  CHECK(other.stats(open.fd()).output(verbs::kSizeBytes) == 0);
  CHECK(owner.stats(fd).output(verbs::kSizeBytes) == 0);
  owner.truncates(fd, kObjectBytes).succeeded();
  CHECK_THAT(owner.loads(memory, 4), ReturnsData(zeros(4)));
}

SPEC_TEST(shm::open_names) {
  s.requires_that(kIsGlibc, "glibc");
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const op::Outcome object = process.stats(makes_object(process, name)).outcome();
  Call bare = process.opens_shm(name.substr(1), O_RDWR);
  CHECK_THAT(bare, ReturnsFd());
  CHECK(process.stats(bare.fd()).outcome() == object);
  Call slashes = process.opens_shm("//" + name, O_RDWR);
  CHECK_THAT(slashes, ReturnsFd());
  CHECK(process.stats(slashes.fd()).outcome() == object);

  const std::string inside = name + "/x";
  const std::string too_long = "/" + std::string(256, 'x');
  CHECK_THAT(process.opens_shm("", O_CREAT | O_RDWR), FailsWith(EINVAL));
  CHECK_THAT(process.opens_shm("/", O_CREAT | O_RDWR), FailsWith(EINVAL));
  CHECK_THAT(process.opens_shm(inside, O_CREAT | O_RDWR), FailsWith(EINVAL));
  CHECK_THAT(process.opens_shm(too_long, O_CREAT | O_RDWR), FailsWith(EINVAL, ENAMETOOLONG));
  CHECK_THAT(process.unlinks_shm(""), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_shm("/"), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_shm(inside), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_shm(too_long), FailsWith(ENOENT, ENAMETOOLONG));
  CHECK_THAT(process.unlinks_shm("/" + name), Returns(0));
}

SPEC_TEST(shm::open_write_only) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_shm(name, O_CREAT | O_WRONLY), ReturnsFd());
  Call open = process.opens_shm(name, O_WRONLY);
  CHECK_THAT(open, ReturnsFd());
  CHECK_THAT(process.writes(open.fd(), "written"), Returns(7));
  CHECK_THAT(process.reads(open.fd(), 1), FailsWith(EBADF));
}

SPEC_TEST(shm::ftruncate_not_a_file) {
  Process process = s.process("process");
  auto [r, w] = process.makes_pipe();
  auto [first, second] = process.makes_socket_pair(SOCK_STREAM);

  CHECK_THAT(process.truncates(w, 0), FailsWith(EINVAL));
  CHECK_THAT(process.truncates(first, 0), FailsWith(EINVAL));
}

SPEC_TEST(shm::ftruncate_read_only) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  makes_object(process, name);
  const op::Fd fd = process.opens_shm(name, O_RDONLY).fd();

  CHECK_THAT(process.truncates(fd, 0), FailsWith(EBADF, EINVAL));
  CHECK_THAT(process.truncates(fd, 2 * kObjectBytes), FailsWith(EBADF, EINVAL));
  CHECK(process.stats(fd).output(verbs::kSizeBytes) == kObjectBytes);
}

SPEC_TEST(shm::ftruncate_read_only_einval) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  makes_object(process, name);
  const op::Fd fd = process.opens_shm(name, O_RDONLY).fd();
  CHECK_THAT(process.truncates(fd, 0), FailsWith(EINVAL));
  CHECK_THAT(process.truncates(fd, 2 * kObjectBytes), FailsWith(EINVAL));
}

SPEC_TEST(shm::ftruncate_negative) {
  Process process = s.process("process");
  const op::Fd fd = makes_object(process, new_object_name(s));
  CHECK_THAT(process.truncates(fd, -1), FailsWith(EINVAL));
  CHECK_THAT(process.truncates(fd, -kObjectBytes), FailsWith(EINVAL));
  CHECK(process.stats(fd).output(verbs::kSizeBytes) == kObjectBytes);
}

SPEC_TEST(shm::ftruncate_shrink_sigbus) {
  const std::uint64_t page = page_bytes(s);
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  process.truncates(fd, static_cast<std::int64_t>(3 * page)).succeeded();
  const op::Address memory = process.maps(fd, 3 * page).address();
  process.stores(memory, op::Bytes(3 * page, 'x')).succeeded();

  CHECK_THAT(process.truncates(fd, static_cast<std::int64_t>(page)), Returns(0));
  CHECK_THAT(process.loads_guarded(memory + page), Returns(SIGBUS));
  CHECK_THAT(process.loads_guarded(memory + 2 * page), Returns(SIGBUS));
  CHECK_THAT(process.loads(memory, page), ReturnsData(op::Bytes(page, 'x')));
  CHECK_THAT(process.stores(memory + page, "x"), IsCutOff());
  CHECK_THAT(process, KilledBy(SIGBUS));
}

SPEC_TEST(shm::mmap_range) {
  const std::uint64_t page = page_bytes(s);
  Process process = s.process("process");
  const op::Fd fd = makes_object(process, new_object_name(s));
  const op::Address one = process.maps(fd, page + 1).address();
  const op::Address two = process.maps(fd, page + 1).address();
  const op::Address three = process.maps_shared_memory(page + 1);

  CHECK(one.value % page == 0);
  CHECK(two.value % page == 0);
  CHECK(three.value % page == 0);
  CHECK_FALSE(overlap(one, 2 * page, two, 2 * page));
  CHECK_FALSE(overlap(one, 2 * page, three, 2 * page));
  CHECK_FALSE(overlap(two, 2 * page, three, 2 * page));
}

SPEC_TEST(shm::mmap_past_end) {
  const std::uint64_t page = page_bytes(s);
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  process.truncates(fd, 1).succeeded();
  const op::Address memory = process.maps(fd, 3 * page).address();

  CHECK_THAT(process.loads_guarded(memory + (page - 1)), Returns(0));  // not a whole page
  CHECK_THAT(process.loads_guarded(memory + page), Returns(SIGBUS));
  CHECK_THAT(process.loads_guarded(memory + 2 * page), Returns(SIGBUS));
  CHECK_THAT(process.stores(memory + page, "x"), IsCutOff());
  CHECK_THAT(process, KilledBy(SIGBUS));
}

SPEC_TEST(shm::mmap_partial_page) {
  const std::uint64_t page = page_bytes(s);
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  process.truncates(fd, 3).succeeded();
  const op::Address memory = process.maps(fd, page).address();
  process.stores(memory, "new").succeeded();
  CHECK_THAT(process.loads(memory, page), ReturnsData("new" + zeros(page - 3)));

  // So it is where the object had more bytes before.
  process.truncates(fd, static_cast<std::int64_t>(page)).succeeded();
  process.stores(memory, op::Bytes(page, 'x')).succeeded();
  process.truncates(fd, 3).succeeded();
  CHECK_THAT(process.loads(memory, page), ReturnsData("xxx" + zeros(page - 3)));
}

SPEC_TEST(shm::mmap_arg_errors) {
  constexpr int kReadWrite = PROT_READ | PROT_WRITE;
  Process process = s.process("process");
  const op::Fd fd = makes_object(process, new_object_name(s));
  CHECK_THAT(process.maps(fd, 0), FailsWith(EINVAL));
  CHECK_THAT(process.maps(fd, 0, kReadWrite, MAP_PRIVATE), FailsWith(EINVAL));
  CHECK_THAT(process.maps({}, 0, kReadWrite, MAP_PRIVATE | MAP_ANONYMOUS), FailsWith(EINVAL));
  CHECK_THAT(process.maps(fd, kObjectBytes, kReadWrite, 0), FailsWith(EINVAL));
  CHECK_THAT(process.maps({}, kObjectBytes, kReadWrite, MAP_ANONYMOUS), FailsWith(EINVAL));
}

SPEC_TEST(shm::mmap_write_needs_rdwr) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  makes_object(process, name);
  const op::Fd fd = process.opens_shm(name, O_RDONLY).fd();
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_READ | PROT_WRITE), FailsWith(EACCES));
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_WRITE), FailsWith(EACCES));

  // Only the two together are too much.
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_READ), Returns(0));
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE), Returns(0));
}

SPEC_TEST(shm::mmap_needs_read) {
  Process process = s.process("process");
  // A file, since POSIX knows no shared memory object that is open for writing only.
  const op::Fd fd = process.opens(s.fresh_path(), O_CREAT | O_WRONLY, 0600).fd();
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_READ), FailsWith(EACCES));
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_WRITE), FailsWith(EACCES));
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_READ, MAP_PRIVATE), FailsWith(EACCES));
  CHECK_THAT(process.maps(fd, kObjectBytes, PROT_NONE), FailsWith(EACCES));
}

SPEC_TEST(shm::mmap_not_mappable) {
  Process process = s.process("process");
  const op::Fd pipe = process.makes_pipe().read_end;
  const op::Fd socket = process.makes_socket_pair(SOCK_STREAM).first;
  CHECK_THAT(process.maps(pipe, kObjectBytes, PROT_READ), FailsWith(ENODEV));
  CHECK_THAT(process.maps(pipe, kObjectBytes, PROT_READ, MAP_PRIVATE), FailsWith(ENODEV));
  CHECK_THAT(process.maps(socket, kObjectBytes), FailsWith(ENODEV));
  CHECK_THAT(process.maps(socket, kObjectBytes, PROT_READ, MAP_PRIVATE), FailsWith(ENODEV));

  const op::Fd directory = process.opens(".", O_RDONLY).fd();
  CHECK_THAT(process.maps(directory, kObjectBytes, PROT_READ), FailsWith(ENODEV));
  CHECK_THAT(process.maps(directory, kObjectBytes, PROT_READ, MAP_PRIVATE), FailsWith(ENODEV));
}

SPEC_TEST(shm::mmap_protection) {
  Process parent = s.process("parent");
  const op::Fd fd = makes_object(parent, new_object_name(s));
  const op::Address readable = parent.maps(fd, kObjectBytes, PROT_READ).address();
  const op::Address closed = parent.maps(fd, kObjectBytes, PROT_NONE).address();
  Process storer = parent.forks("storer");

  Call touch = parent.loads_guarded(closed);
  CHECK_THAT(touch, Returns(SIGSEGV));
  CHECK(touch.output(0) == SEGV_ACCERR);
  CHECK_THAT(parent.loads_guarded(readable), Returns(0));
  CHECK_THAT(parent.stores(closed, "x"), IsCutOff());
  CHECK_THAT(parent, KilledBy(SIGSEGV));
  CHECK_THAT(storer.stores(readable, "x"), IsCutOff());
  CHECK_THAT(storer, KilledBy(SIGSEGV));
}

SPEC_TEST(shm::mmap_private_isolated) {
  auto [owner, other] = s.processes("owner", "other");
  const std::string name = new_object_name(s);
  const op::Address object = maps_object(owner, makes_object(owner, name));
  owner.stores(object, "object").succeeded();
  const op::Fd fd = opens_object(other, name);
  const op::Address own =
      other.maps(fd, kObjectBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE).address();
  Process child = other.forks("child");  // inherits the private mapping

  CHECK_THAT(other.stores(own, "mine"), Returns(4));
  CHECK_THAT(other.loads(own, 6), ReturnsData("minect"));
  CHECK_THAT(child.loads(own, 6), ReturnsData("object"));
  CHECK_THAT(owner.loads(object, 6), ReturnsData("object"));
  CHECK_THAT(other.loads(maps_object(other, fd), 6), ReturnsData("object"));
}

SPEC_TEST(shm::mmap_private_cut_off) {
  const auto page = static_cast<std::int64_t>(page_bytes(s));
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  process.truncates(fd, 2 * page).succeeded();
  const op::Address one =
      process.maps(fd, 2 * page_bytes(s), PROT_READ | PROT_WRITE, MAP_PRIVATE).address();
  const op::Address two = one + page_bytes(s);
  process.stores(one, "stays").succeeded();
  process.stores(two, "gone").succeeded();

  Process child = process.forks("child");  // has copies of both

  process.truncates(fd, page).succeeded();
  CHECK_THAT(child.loads(two, 1), IsCutOff());
  CHECK_THAT(child, KilledBy(SIGBUS));
  process.truncates(fd, 2 * page).succeeded();
  CHECK_THAT(process.loads(two, 4), ReturnsData(zeros(4)));
  CHECK_THAT(process.loads(one, 5), ReturnsData("stays"));
}

SPEC_TEST(shm::mmap_anonymous) {
  Process parent = s.process("parent");
  const op::Address shared = parent.maps_shared_memory(kObjectBytes);
  const op::Address own = parent.allocates(kObjectBytes);
  CHECK_THAT(parent.loads(shared, kObjectBytes), ReturnsData(zeros(kObjectBytes)));
  CHECK_THAT(parent.loads(own, kObjectBytes), ReturnsData(zeros(kObjectBytes)));

  auto [first, second] = std::tuple{parent.forks("first"), parent.forks("second")};
  CHECK_THAT(first.stores(shared, "for all"), Returns(7));
  CHECK_THAT(second.loads(shared, 7), ReturnsData("for all"));
  CHECK_THAT(parent.loads(shared, 7), ReturnsData("for all"));
}

SPEC_TEST(shm::munmap_errors) {
  Process process = s.process("process");
  const op::Fd fd = makes_object(process, new_object_name(s));
  const op::Address memory = maps_object(process, fd);
  const op::Address other = maps_object(process, fd);
  process.stores(memory, "there").succeeded();

  CHECK_THAT(process.unmaps(memory, 0), FailsWith(EINVAL));
  CHECK_THAT(process.loads(memory, 5), ReturnsData("there"));
  process.unmaps(memory, kObjectBytes).succeeded();
  CHECK_THAT(process.unmaps(memory, kObjectBytes), Returns(0));  // nothing is mapped there
  CHECK_THAT(process.loads(other, 5), ReturnsData("there"));
}

SPEC_TEST(shm::munmap_unaligned) {
  Process process = s.process("process");
  const op::Address memory = maps_object(process, makes_object(process, new_object_name(s)));
  process.stores(memory, "there").succeeded();
  CHECK_THAT(process.unmaps(memory + 1, kObjectBytes - 1), FailsWith(EINVAL));
  CHECK_THAT(process.unmaps(memory + 64, kObjectBytes), FailsWith(EINVAL));
  CHECK_THAT(process.loads(memory, 5), ReturnsData("there"));
}

SPEC_TEST(shm::fork_inherits) {
  Process parent = s.process("parent");
  const op::Address shared = maps_object(parent, makes_object(parent, new_object_name(s)));
  const op::Address own = parent.allocates(kObjectBytes);
  parent.stores(shared, "all's").succeeded();
  parent.stores(own, "own").succeeded();
  Process child = parent.forks("child");

  CHECK_THAT(child.loads(shared, 5), ReturnsData("all's"));
  CHECK_THAT(child.loads(own, 3), ReturnsData("own"));
  CHECK_THAT(child.stores(shared, "child"), Returns(5));
  CHECK_THAT(parent.loads(shared, 5), ReturnsData("child"));
  CHECK_THAT(child.stores(own, "new"), Returns(3));
  CHECK_THAT(parent.loads(own, 3), ReturnsData("own"));
  CHECK_THAT(parent.stores(own, "NEW"), Returns(3));
  CHECK_THAT(child.loads(own, 3), ReturnsData("new"));
}

SPEC_TEST(shm::unlink_name_reuse) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const op::Address old = maps_object(process, makes_object(process, name));
  process.stores(old, "old").succeeded();
  process.unlinks_shm(name).succeeded();

  Call created = process.opens_shm(name, O_CREAT | O_RDWR);
  CHECK_THAT(created, ReturnsFd());
  CHECK(process.stats(created.fd()).output(verbs::kSizeBytes) == 0);
  process.truncates(created.fd(), kObjectBytes).succeeded();
  const op::Address young = maps_object(process, created.fd());
  CHECK_THAT(process.loads(young, 3), ReturnsData(zeros(3)));
  CHECK_THAT(process.stores(young, "new"), Returns(3));
  CHECK_THAT(process.loads(old, 3), ReturnsData("old"));
}

SPEC_TEST(shm::death_state_kept) {
  auto [writer, reader] = s.processes("writer", "reader");
  const std::string name = new_object_name(s);
  const op::Address writers = maps_object(writer, makes_object(writer, name));
  const op::Address readers = maps_object(reader, opens_object(reader, name));
  writer.stores(writers, "complete").succeeded();
  writer.stores(writers, "half").succeeded();  // of something new

  reader.kills(writer, SIGKILL).succeeded();
  CHECK_THAT(writer, KilledBy(SIGKILL));
  CHECK_THAT(reader.loads(readers, 8), ReturnsData("halflete"));
  CHECK_THAT(reader.loads(maps_object(reader, opens_object(reader, name)), 8),
             ReturnsData("halflete"));
}

SPEC_TEST(shm::fault_info) {
  const std::uint64_t page = page_bytes(s);
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  const op::Address memory = process.maps(fd, 2 * page).address();
  process.truncates(fd, 1).succeeded();

  // The first byte of a page: some processors do not tell which one in a page it was.
  Call behind = process.loads_guarded(memory + page);
  CHECK_THAT(behind, Returns(SIGBUS));
  CHECK(behind.output(0) == BUS_ADRERR);
  CHECK(behind.output(1) == 0);
  process.unmaps(memory, 2 * page).succeeded();
  Call gone = process.loads_guarded(memory + page);
  CHECK_THAT(gone, Returns(SIGSEGV));
  CHECK(gone.output(1) == 0);
}

SPEC_TEST(shm::io_like_file) {
  Process process = s.process("process");
  const op::Fd fd = process.opens_shm(new_object_name(s), O_CREAT | O_RDWR).fd();
  CHECK_THAT(process.writes(fd, "written"), Returns(7));
  CHECK(process.stats(fd).output(verbs::kSizeBytes) == 7);
  CHECK_THAT(process.reads(fd, 1), Returns(0));  // at the end
  CHECK_THAT(process.seeks(fd, 3, SEEK_SET), Returns(3));
  CHECK_THAT(process.reads(fd, 100), ReturnsData("tten"));
  const op::Address memory = maps_object(process, fd);
  CHECK_THAT(process.loads(memory, 7), ReturnsData("written"));

  process.seeks(fd, 0, SEEK_SET).succeeded();
  CHECK_THAT(process.writes(fd, "over"), Returns(4));
  CHECK_THAT(process.loads(memory, 7), ReturnsData("overten"));
}

}  // namespace
}  // namespace ipcspec::conformance
