// POSIX semaphores.
#include "spec/sem.hpp"

#include <limits.h>
#include <semaphore.h>

#include <algorithm>

#include "conformance/c_library.hpp"
#include "conformance/common_steps.hpp"
#include "conformance/link_checks/link_checks.hpp"
#include "conformance/rule_test.hpp"
#include "conformance/sample_data.hpp"
#include "conformance/shared_memory.hpp"

namespace ipcspec::conformance {
namespace {

// A new semaphore with exactly this mode.
op::Address makes_semaphore(const Process& process, const std::string& name, std::uint64_t initial,
                            std::uint32_t mode = 0600) {
  process.sets_umask(0).succeeded();
  return process.opens_semaphore(name, O_CREAT | O_EXCL, mode, initial).address();
}

// The existing semaphore of that name, as this process sees it.
op::Address opens_existing(const Process& process, const std::string& name) {
  return process.opens_semaphore(name, 0).address();
}

// Where glibc keeps the semaphore.
std::string file_of(const std::string& name) {
  return std::string(kSharedMemoryDirectory) + "/sem." + name.substr(1);
}

// How many of these calls have come back without an error.
std::ptrdiff_t let_through(const std::vector<Call>& waits) {
  return std::count_if(waits.begin(), waits.end(), [](const Call& wait) {
    return wait.answered() && wait.error() == 0 && wait.value() == 0;
  });
}

// How many of them are asleep.
std::ptrdiff_t still_blocked(const std::vector<Call>& waits) {
  return std::count_if(waits.begin(), waits.end(),
                       [](const Call& wait) { return Blocks().match(wait); });
}

SPEC_TEST(sem::open_initial_value) {
  auto [maker, other] = s.processes("maker", "other");
  const std::string name = new_object_name(s);
  Call make = maker.opens_semaphore(name, O_CREAT, 0600, 3);
  CHECK_THAT(make, Returns(0));
  CHECK_THAT(maker.semaphore_value(make.address()), Returns(3));
  CHECK_THAT(other.semaphore_value(opens_existing(other, name)), Returns(3));

  Call make_empty = maker.opens_semaphore(new_object_name(s), O_CREAT, 0600, 0);
  CHECK_THAT(make_empty, Returns(0));
  CHECK_THAT(maker.semaphore_value(make_empty.address()), Returns(0));
}

SPEC_TEST(sem::open_existing_ignores_value) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::Address firsts = makes_semaphore(first, name, 1);
  const op::Outcome file =
      first.stats(file_of(name)).outcome();  // with its mode, where there is a file
  first.waits_on(firsts).succeeded();        // as a crash would leave it

  Call open = second.opens_semaphore(name, O_CREAT, 0666, 1);
  CHECK_THAT(open, Returns(0));
  CHECK_THAT(second.semaphore_value(open.address()), Returns(0));
  CHECK(first.stats(file_of(name)).outcome() == file);
  CHECK_THAT(second.posts(open.address()), Returns(0));  // the same semaphore:
  CHECK_THAT(first.semaphore_value(firsts), Returns(1));
}

SPEC_TEST(sem::wait_decrements) {
  Process process = s.process("process");
  const op::Address semaphore = makes_semaphore(process, new_object_name(s), 2);

  CHECK_THAT(process.waits_on(semaphore), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(1));
  CHECK_THAT(process.waits_on(semaphore), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(0));
}

SPEC_TEST(sem::wait_blocks_zero) {
  auto [waiter, poster] = s.processes("waiter", "poster");
  const std::string name = new_object_name(s);
  Call wait = waiter.waits_on(makes_semaphore(waiter, name, 0));
  CHECK_THAT(wait, Blocks());

  CHECK_THAT(poster.posts(opens_existing(poster, name)), Returns(0));
  CHECK_THAT(wait, Returns(0));
}

SPEC_TEST(sem::post_increments) {
  Process process = s.process("process");
  const op::Address semaphore = makes_semaphore(process, new_object_name(s), 0);

  CHECK_THAT(process.posts(semaphore), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(1));
  CHECK_THAT(process.posts(semaphore), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(2));
}

SPEC_TEST(sem::post_wakes_one) {
  Process poster = s.process("poster");
  const op::Address semaphore = makes_semaphore(poster, new_object_name(s), 0);
  const std::vector<Call> waits = {poster.forks("first").waits_on(semaphore),
                                   poster.forks("second").waits_on(semaphore),
                                   poster.forks("third").waits_on(semaphore)};
  CHECK(still_blocked(waits) == 3);

  CHECK_THAT(poster.posts(semaphore), Returns(0));
  CHECK_THAT(poster.posts(semaphore), Returns(0));
  CHECK(let_through(waits) == 2);  // whichever they are
  CHECK(still_blocked(waits) == 1);
  CHECK_THAT(poster.tries(semaphore), FailsWith(EAGAIN));

  CHECK_THAT(poster.posts(semaphore), Returns(0));  // now for the last one
  CHECK(let_through(waits) == 3);
  CHECK_THAT(poster.semaphore_value(semaphore), Returns(0));
}

// Beside the counter in shared memory: see op::IncrementUnderSemaphore.
constexpr std::uint64_t kInsideMaxOffset = 8;
constexpr std::uint64_t kCounterBytes = 12;
constexpr std::uint64_t kRounds = 250;

SPEC_TEST(sem::binary_mutual_exclusion) {
  Process first = s.process("first");
  const op::Address semaphore = makes_semaphore(first, new_object_name(s), 1);
  const op::Address counter = first.maps_shared_memory(kCounterBytes);
  auto [second, third] = std::tuple{first.forks("second"), first.forks("third")};

  CHECK_THAT(first.waits_on(semaphore), Returns(0));  // the first is in the section,
  Call waits = second.waits_on(semaphore);
  CHECK_THAT(waits, Blocks());  // so the second is not
  first.posts(semaphore).succeeded();
  CHECK_THAT(waits, Returns(0));
  second.posts(semaphore).succeeded();

  const op::IncrementUnderSemaphore enter_and_leave{semaphore, counter, kRounds};
  for (const Call& entries : s.race(first.will(enter_and_leave), second.will(enter_and_leave),
                                    third.will(enter_and_leave))) {
    CHECK_THAT(entries, Returns(kRounds));
  }
  CHECK_THAT(first.loads_number(counter + kInsideMaxOffset), Returns(1));
}

SPEC_TEST(sem::binary_not_a_mutex) {
  auto [holder, stranger, third] = s.processes("holder", "stranger", "third");
  const std::string name = new_object_name(s);
  const op::Address holders = makes_semaphore(holder, name, 1);
  const op::Address strangers = opens_existing(stranger, name);
  const op::Address thirds = opens_existing(third, name);

  CHECK_THAT(stranger.posts(strangers), Returns(0));  // without ever having waited
  CHECK_THAT(stranger.semaphore_value(strangers), Returns(2));

  CHECK_THAT(holder.waits_on(holders), Returns(0));
  CHECK_THAT(third.waits_on(thirds), Returns(0));  // so now two are in
  Call one_more = stranger.waits_on(strangers);
  CHECK_THAT(one_more, Blocks());
  CHECK_THAT(third.posts(thirds), Returns(0));
  CHECK_THAT(one_more, Returns(0));
}

SPEC_TEST(sem::binary_self_deadlock) {
  auto [process, rescuer] = s.processes("process", "rescuer");
  const std::string name = new_object_name(s);
  const op::Address semaphore = makes_semaphore(process, name, 1);
  CHECK_THAT(process.waits_on(semaphore), Returns(0));

  Call again = process.waits_on(semaphore);
  CHECK_THAT(again, Blocks() || FailsWith(EDEADLK));

  CHECK_THAT(rescuer.posts(opens_existing(rescuer, name)), Returns(0));
  CHECK_THAT(again, Returns(0) || FailsWith(EDEADLK));
}

SPEC_TEST(sem::race_lost_update_forced) {
  Process first = s.process("first");
  const op::Address semaphore = makes_semaphore(first, new_object_name(s), 1);
  const op::Address counter = first.maps_shared_memory(kCounterBytes);
  Process second = first.forks("second");
  first.stores_number(counter, 5).succeeded();

  CHECK_THAT(first.loads_number(counter), Returns(5));
  CHECK_THAT(second.loads_number(counter), Returns(5));
  CHECK_THAT(first.stores_number(counter, 6), Returns(0));
  CHECK_THAT(second.stores_number(counter, 6), Returns(0));
  CHECK_THAT(first.loads_number(counter), Returns(6));  // one increment is lost

  first.stores_number(counter, 5).succeeded();
  CHECK_THAT(first.waits_on(semaphore), Returns(0));
  CHECK_THAT(first.loads_number(counter), Returns(5));
  Call turn = second.waits_on(semaphore);
  CHECK_THAT(turn, Blocks());  // so it cannot load yet
  CHECK_THAT(first.stores_number(counter, 6), Returns(0));
  CHECK_THAT(first.posts(semaphore), Returns(0));
  CHECK_THAT(turn, Returns(0));
  CHECK_THAT(second.loads_number(counter), Returns(6));
  CHECK_THAT(second.stores_number(counter, 7), Returns(0));
  CHECK_THAT(first.loads_number(counter), Returns(7));
}

SPEC_TEST(sem::race_protected_total) {
  Process first = s.process("first");
  const op::Address semaphore = makes_semaphore(first, new_object_name(s), 1);
  const op::Address counter = first.maps_shared_memory(kCounterBytes);
  Process second = first.forks("second");
  Process third = first.forks("third");
  Process fourth = first.forks("fourth");

  const op::IncrementUnderSemaphore increment{semaphore, counter, kRounds};
  for (const Call& increments : s.race(first.will(increment), second.will(increment),
                                       third.will(increment), fourth.will(increment))) {
    CHECK_THAT(increments, Returns(kRounds));
  }
  CHECK_THAT(first.loads_number(counter), Returns(4 * kRounds));
}

SPEC_TEST(sem::close_keeps_semaphore) {
  auto [leaver, other] = s.processes("leaver", "other");
  const std::string name = new_object_name(s);
  const op::Address leavers = makes_semaphore(leaver, name, 2);
  const op::Address others = opens_existing(other, name);

  CHECK_THAT(leaver.closes_semaphore(leavers), Returns(0));
  CHECK_THAT(other.semaphore_value(others), Returns(2));
  CHECK_THAT(other.waits_on(others), Returns(0));
  CHECK_THAT(other.waits_on(others), Returns(0));
  CHECK_THAT(other.posts(others), Returns(0));

  Call reopen = leaver.opens_semaphore(name, 0);
  CHECK_THAT(reopen, Returns(0));
  CHECK_THAT(leaver.semaphore_value(reopen.address()), Returns(1));
}

SPEC_TEST(sem::unlink_name_gone) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  makes_semaphore(process, name, 1);
  CHECK_THAT(process.opens_semaphore(name, 0), Returns(0));

  CHECK_THAT(process.unlinks_semaphore(name), Returns(0));
  CHECK_THAT(process.opens_semaphore(name, 0), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_semaphore(name), FailsWith(ENOENT));
}

SPEC_TEST(sem::unlink_deferred) {
  auto [waiter, poster, unlinker] = s.processes("waiter", "poster", "unlinker");
  const std::string name = new_object_name(s);
  const op::Address waiters = makes_semaphore(waiter, name, 0);
  const op::Address posters = opens_existing(poster, name);
  Call wait = waiter.waits_on(waiters);
  CHECK_THAT(wait, Blocks());

  CHECK_THAT(unlinker.unlinks_semaphore(name), Returns(0));
  CHECK_THAT(unlinker.opens_semaphore(name, 0), FailsWith(ENOENT));
  CHECK_THAT(poster.posts(posters), Returns(0));  // it is still there for those two
  CHECK_THAT(wait, Returns(0));
  CHECK_THAT(waiter.posts(waiters), Returns(0));
  CHECK_THAT(poster.waits_on(posters), Returns(0));
}

SPEC_TEST(sem::link_flags) {
  s.requires_that(kIsGlibc234, "glibc 2.34 or later");
  s.requires_that(link_checks::kSemLinksWithLibraries, "a C compiler that links, at build time");
  CHECK(link_checks::kSemLinks);  // without -lrt and without -lpthread

  // And what is linked is not an empty shell.
  Process process = s.process("process");
  Call open = process.opens_semaphore(new_object_name(s), O_CREAT, 0600, 1);
  CHECK_THAT(open, Returns(0));
  CHECK_THAT(process.waits_on(open.address()), Returns(0));
  CHECK_THAT(process.posts(open.address()), Returns(0));
}

SPEC_TEST(sem::compare_no_data) {
  Process first = s.process("first");
  const op::Address semaphore = makes_semaphore(first, new_object_name(s), 0);
  const op::Address other = makes_semaphore(first, new_object_name(s), 0);
  Process second = first.forks("second");
  Process observer = first.forks("observer");

  first.posts(semaphore).succeeded();
  first.posts(semaphore).succeeded();
  second.posts(semaphore).succeeded();
  CHECK_THAT(observer.semaphore_value(semaphore), Returns(3));

  // Other processes, in another order: the same count.
  second.posts(other).succeeded();
  first.posts(other).succeeded();
  second.posts(other).succeeded();
  CHECK_THAT(observer.semaphore_value(other), Returns(3));
}

// Whether the directory gains a file whenever this process makes an unnamed semaphore. Strangers
// make files there too, but not every single time.
bool unnamed_semaphore_has_file(const Process& process) {
  constexpr int kTries = 16;
  for (int i = 0; i < kTries; ++i) {
    const op::Address memory = process.maps_shared_memory(kCounterBytes);
    const op::Bytes before = process.lists_directory(kSharedMemoryDirectory).succeeded().data;
    process.makes_semaphore_at(memory).succeeded();
    if (process.lists_directory(kSharedMemoryDirectory).succeeded().data == before) return false;
  }
  return true;
}

SPEC_TEST(sem::compare_filesystem) {
  s.requires_that(kIsGlibc, "glibc");  // others have other names for the file
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.stats(file_of(name)), FailsWith(ENOENT));

  CHECK_THAT(process.opens_semaphore(name, O_CREAT), Returns(0));
  Call file = process.stats(file_of(name));
  CHECK_THAT(file, Returns(0));
  CHECK(file.output(verbs::kType) == S_IFREG);
  CHECK_THAT(process.unlinks_semaphore(name), Returns(0));
  CHECK_THAT(process.stats(file_of(name)), FailsWith(ENOENT));

  const bool has_file = unnamed_semaphore_has_file(process);
  CHECK(!has_file);
}

SPEC_TEST(sem::compare_scope) {
  s.requires_that(kIsGlibc, "glibc");
  auto [owner, stranger] = s.processes("owner", "stranger");
  const std::string closed = new_object_name(s);
  const std::string readable = new_object_name(s);
  const std::string open = new_object_name(s);
  makes_semaphore(owner, closed, 1, 0600);
  makes_semaphore(owner, readable, 1, 0444);
  makes_semaphore(owner, open, 1, 0666);
  becomes_stranger(stranger);

  CHECK_THAT(stranger.opens_semaphore(closed, 0), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_semaphore(readable, 0), FailsWith(EACCES));
  CHECK_THAT(stranger.opens_semaphore(open, 0), Returns(0));
}

SPEC_TEST(sem::practical_producer_consumer) {
  constexpr std::uint64_t kSlots = 8;
  const op::Bytes items = numbered_bytes(500);
  Process producer = s.process("producer");
  const op::Address free = makes_semaphore(producer, new_object_name(s), kSlots);
  const op::Address filled = makes_semaphore(producer, new_object_name(s), 0);
  const op::Address ring = producer.maps_shared_memory(kSlots * sizeof(std::int32_t));
  Process consumer = producer.forks("consumer");

  // Alone, the producer fills every slot and no more, and the consumer takes what is there.
  Call filling =
      producer.does(op::Produce{free, filled, ring, kSlots, items.substr(0, kSlots + 1)});
  CHECK_THAT(filling, Blocks());
  Call emptying = consumer.does(op::Consume{free, filled, ring, kSlots, kSlots + 1});
  CHECK_THAT(filling, Returns(kSlots + 1));
  CHECK_THAT(emptying, ReturnsData(items.substr(0, kSlots + 1)));

  // Now both at once, around the whole ring many times.
  const std::vector<Call> race =
      s.race(producer.will(op::Produce{free, filled, ring, kSlots, items}),
             consumer.will(op::Consume{free, filled, ring, kSlots, items.size()}));
  CHECK_THAT(race[0], Returns(static_cast<std::int64_t>(items.size())));
  CHECK_THAT(race[1], ReturnsData(items));
  CHECK(race[0].output(0) == 0);  // no slot was overwritten,
  CHECK(race[1].output(0) == 0);  // none read twice
}

SPEC_TEST(sem::open_existing) {
  auto [maker, other] = s.processes("maker", "other");
  const std::string name = new_object_name(s);
  const op::Address makers = makes_semaphore(maker, name, 3);
  maker.waits_on(makers).succeeded();

  Call open = other.opens_semaphore(name, 0);
  CHECK_THAT(open, Returns(0));
  CHECK_THAT(other.semaphore_value(open.address()), Returns(2));
  CHECK_THAT(other.waits_on(open.address()), Returns(0));
  CHECK_THAT(maker.semaphore_value(makers), Returns(1));
}

SPEC_TEST(sem::open_missing) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_semaphore(name, 0), FailsWith(ENOENT));
  CHECK_THAT(process.opens_semaphore(name, 0, 0600, 1), FailsWith(ENOENT));
}

SPEC_TEST(sem::open_excl) {
  auto [first, second] = s.processes("first", "second");
  const std::string name = new_object_name(s);
  const op::SemOpen creates{name, O_CREAT | O_EXCL, 0600u, 1};
  const std::vector<Call> race = s.race(first.will(creates), second.will(creates));
  CHECK(just_one_creates(Returns(0), race[0], race[1]));

  CHECK_THAT(first.does(creates), FailsWith(EEXIST));
  CHECK_THAT(second.does(creates), FailsWith(EEXIST));
}

SPEC_TEST(sem::open_value_max) {
  constexpr std::uint64_t kTooMuch = std::uint64_t{SEM_VALUE_MAX} + 1;
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_semaphore(name, O_CREAT, 0600, kTooMuch), FailsWith(EINVAL));
  CHECK_THAT(process.opens_semaphore(name, O_CREAT, 0600, UINT_MAX), FailsWith(EINVAL));
  CHECK_THAT(process.opens_semaphore(name, 0), FailsWith(ENOENT));

  const op::Address memory = process.maps_shared_memory(sizeof(sem_t));
  CHECK_THAT(process.makes_semaphore_at(memory, true, kTooMuch), FailsWith(EINVAL));
  CHECK_THAT(process.makes_semaphore_at(memory, false, UINT_MAX), FailsWith(EINVAL));
}

SPEC_TEST(sem::value_max_linux) {
  constexpr std::uint64_t kMax = 2147483647;
  Process process = s.process("process");
  Call open = process.opens_semaphore(new_object_name(s), O_CREAT, 0600, kMax);
  CHECK_THAT(open, Returns(0));
  CHECK_THAT(process.semaphore_value(open.address()), Returns(kMax));
  const std::string name = new_object_name(s);
  CHECK_THAT(process.opens_semaphore(name, O_CREAT, 0600, kMax + 1), FailsWith(EINVAL));
}

SPEC_TEST(sem::open_same_address) {
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const op::Address first = makes_semaphore(process, name, 1);
  CHECK(process.opens_semaphore(name, 0).address() == first);
  CHECK(process.opens_semaphore(name, O_CREAT).address() == first);

  process.closes_semaphore(first).succeeded();
  process.closes_semaphore(first).succeeded();  // opened once more than that
  CHECK_THAT(process.semaphore_value(first), Returns(1));
  CHECK(process.opens_semaphore(name, 0).address() == first);

  process.unlinks_semaphore(name).succeeded();  // the name is now that of another semaphore
  CHECK(process.opens_semaphore(name, O_CREAT).address() != first);
}

SPEC_TEST(sem::open_other_address) {
  constexpr std::uint64_t kBytes = sizeof(sem_t);
  Process process = s.process("process");
  const auto page = page_bytes(s);
  const op::Address before = process.maps_shared_memory(page);
  const op::Address one = makes_semaphore(process, new_object_name(s), 1);
  const op::Address two = makes_semaphore(process, new_object_name(s), 2);
  const op::Address after = process.maps_shared_memory(page);

  CHECK_FALSE(overlap(one, kBytes, two, kBytes));
  CHECK_FALSE(overlap(one, kBytes, before, page));
  CHECK_FALSE(overlap(one, kBytes, after, page));
  CHECK_FALSE(overlap(two, kBytes, before, page));
  CHECK_FALSE(overlap(two, kBytes, after, page));
}

SPEC_TEST(sem::open_umask) {
  s.requires_that(kIsGlibc, "glibc");  // whose file shows the bits
  Process process = s.process("process");
  const std::string masked = new_object_name(s);
  process.sets_umask(022).succeeded();
  process.opens_semaphore(masked, O_CREAT, 0666).succeeded();
  CHECK(process.stats(file_of(masked)).output(verbs::kMode) == 0644);

  const std::string whole = new_object_name(s);
  process.sets_umask(0).succeeded();
  process.opens_semaphore(whole, O_CREAT, 0666).succeeded();
  CHECK(process.stats(file_of(whole)).output(verbs::kMode) == 0666);
}

SPEC_TEST(sem::open_names) {
  s.requires_that(kIsGlibc, "glibc");
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const op::Address semaphore = makes_semaphore(process, name, 1);
  Call bare = process.opens_semaphore(name.substr(1), 0);
  CHECK_THAT(bare, Returns(0));
  CHECK_THAT(process.posts(bare.address()), Returns(0));
  Call slashes = process.opens_semaphore("//" + name, 0);
  CHECK_THAT(slashes, Returns(0));
  CHECK_THAT(process.posts(slashes.address()), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(3));

  const std::string inside = name + "/x";
  const std::string too_long = "/" + std::string(252, 'x');
  CHECK_THAT(process.opens_semaphore("", O_CREAT), FailsWith(EINVAL));
  CHECK_THAT(process.opens_semaphore("/", O_CREAT), FailsWith(EINVAL));
  CHECK_THAT(process.opens_semaphore(inside, O_CREAT), FailsWith(EINVAL));
  CHECK_THAT(process.opens_semaphore(too_long, O_CREAT), FailsWith(EINVAL, ENAMETOOLONG));
  CHECK_THAT(process.unlinks_semaphore(""), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_semaphore("/"), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_semaphore(inside), FailsWith(ENOENT));
  CHECK_THAT(process.unlinks_semaphore(too_long), FailsWith(ENOENT, ENAMETOOLONG));
  CHECK_THAT(process.unlinks_semaphore("/" + name), Returns(0));
}

SPEC_TEST(sem::close_invalid) {
  s.requires_that(kIsGlibc, "glibc");
  Process process = s.process("process");
  const std::string name = new_object_name(s);
  const op::Address unnamed = process.maps_shared_memory(sizeof(sem_t));
  process.makes_semaphore_at(unnamed).succeeded();
  CHECK_THAT(process.closes_semaphore(unnamed), FailsWith(EINVAL));

  const op::Address semaphore = makes_semaphore(process, name, 1);
  process.opens_semaphore(name, 0).succeeded();
  CHECK_THAT(process.closes_semaphore(semaphore), Returns(0));
  CHECK_THAT(process.closes_semaphore(semaphore), Returns(0));
  CHECK_THAT(process.closes_semaphore(semaphore), FailsWith(EINVAL));
}

SPEC_TEST(sem::trywait_eagain) {
  Process process = s.process("process");
  const op::Address semaphore = makes_semaphore(process, new_object_name(s), 0);
  CHECK_THAT(process.tries(semaphore), FailsWith(EAGAIN));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(0));
  CHECK_THAT(process.tries(semaphore), FailsWith(EAGAIN));

  process.posts(semaphore).succeeded();  // so it would not have been refused
  CHECK_THAT(process.tries(semaphore), Returns(0));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(0));
}

SPEC_TEST(sem::wait_no_deadlock_error) {
  Process first = s.process("first");
  const op::Address one = makes_semaphore(first, new_object_name(s), 1);
  const op::Address two = makes_semaphore(first, new_object_name(s), 1);
  auto [second, third] = std::tuple{first.forks("second"), first.forks("third")};
  first.waits_on(one).succeeded();
  second.waits_on(two).succeeded();

  // The first two wait for each other, and the third one with them for itself.
  CHECK_THAT(first.waits_on(two), Blocks());
  CHECK_THAT(second.waits_on(one), Blocks());
  const op::Address three = makes_semaphore(third, new_object_name(s), 1);
  third.waits_on(three).succeeded();
  CHECK_THAT(third.waits_on(three), Blocks());
}

SPEC_TEST(sem::post_overflow) {
  Process process = s.process("process");
  const op::Address semaphore = makes_semaphore(process, new_object_name(s), SEM_VALUE_MAX);
  CHECK_THAT(process.posts(semaphore), FailsWith(EOVERFLOW));
  CHECK_THAT(process.semaphore_value(semaphore), Returns(SEM_VALUE_MAX));

  process.waits_on(semaphore).succeeded();  // now there is room for one
  CHECK_THAT(process.posts(semaphore), Returns(0));
  CHECK_THAT(process.posts(semaphore), FailsWith(EOVERFLOW));
}

SPEC_TEST(sem::getvalue_waiters) {
  Process process = s.process("process");
  const op::Address semaphore = makes_semaphore(process, new_object_name(s), 0);
  auto [first, second] = std::tuple{process.forks("first"), process.forks("second")};
  CHECK_THAT(first.waits_on(semaphore), Blocks());
  CHECK_THAT(process.semaphore_value(semaphore), Returns(0));
  CHECK_THAT(second.waits_on(semaphore), Blocks());
  CHECK_THAT(process.semaphore_value(semaphore), Returns(0));
}

SPEC_TEST(sem::fork_inherited) {
  Process parent = s.process("parent");
  const op::Address semaphore = makes_semaphore(parent, new_object_name(s), 0);
  Process child = parent.forks("child");

  Call parents = parent.waits_on(semaphore);
  CHECK_THAT(parents, Blocks());
  CHECK_THAT(child.posts(semaphore), Returns(0));
  CHECK_THAT(parents, Returns(0));
  Call childs = child.waits_on(semaphore);
  CHECK_THAT(childs, Blocks());
  CHECK_THAT(parent.posts(semaphore), Returns(0));
  CHECK_THAT(childs, Returns(0));
  CHECK_THAT(child.closes_semaphore(semaphore), Returns(0));
}

SPEC_TEST(sem::unnamed_pshared) {
  auto [maker, other] = s.processes("maker", "other");
  const std::string name = new_object_name(s);
  const op::Fd fd = maker.opens_shm(name, O_CREAT | O_RDWR).fd();
  maker.truncates(fd, sizeof(sem_t)).succeeded();
  const op::Address here = maker.maps(fd, sizeof(sem_t)).address();
  const op::Address there = maker.maps(fd, sizeof(sem_t)).address();
  const op::Address others =
      other.maps(other.opens_shm(name, O_RDWR).fd(), sizeof(sem_t)).address();

  CHECK_THAT(maker.makes_semaphore_at(here, true, 0), Returns(0));
  Call wait = other.waits_on(others);
  CHECK_THAT(wait, Blocks());
  CHECK_THAT(maker.posts(there), Returns(0));
  CHECK_THAT(wait, Returns(0));
  CHECK_THAT(other.posts(others), Returns(0));
  CHECK_THAT(maker.semaphore_value(there), Returns(1));
  CHECK_THAT(maker.waits_on(here), Returns(0));
  CHECK_THAT(other.semaphore_value(others), Returns(0));
}

SPEC_TEST(sem::unnamed_private_memory) {
  Process parent = s.process("parent");
  const op::Address semaphore = parent.allocates(sizeof(sem_t));
  parent.makes_semaphore_at(semaphore, true, 1).succeeded();
  Process child = parent.forks("child");

  CHECK_THAT(child.semaphore_value(semaphore), Returns(1));
  CHECK_THAT(parent.waits_on(semaphore), Returns(0));
  CHECK_THAT(child.semaphore_value(semaphore), Returns(1));
  Call wait = parent.waits_on(semaphore);
  CHECK_THAT(wait, Blocks());
  CHECK_THAT(child.posts(semaphore), Returns(0));
  CHECK_THAT(child.semaphore_value(semaphore), Returns(2));
  CHECK_THAT(wait, Blocks());
}

SPEC_TEST(sem::eintr_wait) {
  auto [waiter, other] = s.processes("waiter", "other");
  const std::string name = new_object_name(s);
  const op::Address waiters = makes_semaphore(waiter, name, 0);
  const op::Address others = opens_existing(other, name);
  waiter.handles(SIGUSR1).succeeded();
  waiter.handles(SIGUSR2, SA_RESTART).succeeded();
  Call wait = waiter.waits_on(waiters);
  CHECK_THAT(wait, Blocks());

  other.kills(waiter, SIGUSR2).succeeded();
  CHECK_THAT(wait, Blocks());
  other.kills(waiter, SIGUSR1).succeeded();
  CHECK_THAT(wait, FailsWith(EINTR));
  CHECK(waiter.handler_runs(SIGUSR2) == 1);
  CHECK_THAT(other.semaphore_value(others), Returns(0));
  CHECK_THAT(other.posts(others), Returns(0));  // and nobody waits who would take this
  CHECK_THAT(waiter.semaphore_value(waiters), Returns(1));
}

SPEC_TEST(sem::death_not_released) {
  Process parent = s.process("parent");
  const op::Address semaphore = makes_semaphore(parent, new_object_name(s), 1);
  auto [holder, waiter] = std::tuple{parent.forks("holder"), parent.forks("waiter")};
  holder.waits_on(semaphore).succeeded();
  Call wait = waiter.waits_on(semaphore);
  CHECK_THAT(wait, Blocks());

  parent.kills(holder, SIGKILL).succeeded();
  CHECK_THAT(holder, KilledBy(SIGKILL));
  CHECK_THAT(wait, Blocks());
  CHECK_THAT(parent.semaphore_value(semaphore), Returns(0));
  CHECK_THAT(parent.posts(semaphore), Returns(0));  // as the holder should have
  CHECK_THAT(wait, Returns(0));
}

SPEC_TEST(sem::persist_after_exit) {
  Process maker = s.process("maker");
  const std::string name = new_object_name(s);
  maker.posts(makes_semaphore(maker, name, 1)).succeeded();
  CHECK_THAT(maker.exits(0), IsCutOff());
  CHECK_THAT(maker, ExitsWith(0));  // nobody has it open now

  Process latecomer = s.process("latecomer");
  Call open = latecomer.opens_semaphore(name, 0);
  CHECK_THAT(open, Returns(0));
  CHECK_THAT(latecomer.semaphore_value(open.address()), Returns(2));
  CHECK_THAT(latecomer.unlinks_semaphore(name), Returns(0));
  CHECK_THAT(latecomer.opens_semaphore(name, 0), FailsWith(ENOENT));
}

SPEC_TEST(sem::unlink_name_reuse) {
  auto [process, other] = s.processes("process", "other");
  const std::string name = new_object_name(s);
  const op::Address old = makes_semaphore(process, name, 1);
  process.unlinks_semaphore(name).succeeded();

  Call make = process.opens_semaphore(name, O_CREAT, 0600, 5);
  CHECK_THAT(make, Returns(0));
  CHECK_THAT(process.posts(make.address()), Returns(0));
  CHECK_THAT(process.semaphore_value(old), Returns(1));
  CHECK_THAT(process.waits_on(old), Returns(0));
  CHECK_THAT(process.semaphore_value(make.address()), Returns(6));
  CHECK_THAT(other.semaphore_value(opens_existing(other, name)), Returns(6));
}

}  // namespace
}  // namespace ipcspec::conformance
