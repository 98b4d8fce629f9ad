// All scripts of small scopes. That each is made once is checked against a list made without the
// symmetry; that the judge agrees with this kernel, by carrying all of them out; and that the
// judgement depends on the rules, by taking rules away.
#include "properties/enumerate.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/run_directory.hpp"
#include "ops/script_text.hpp"
#include "ops/text.hpp"
#include "properties/judged.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::properties {
namespace {

constexpr ScopeKind kKinds[] = {ScopeKind::pipe, ScopeKind::fifo, ScopeKind::semaphore,
                                ScopeKind::socket_pair};

std::vector<Sketch> all_of(const Scope& scope, Symmetry symmetry, std::uint64_t* stands_for) {
  std::vector<Sketch> all;
  Enumeration enumeration(scope, symmetry);
  while (enumeration.next()) {
    all.push_back(enumeration.sketch());
    *stands_for += enumeration.stands_for();
  }
  return all;
}

TEST_CASE("Up to symmetry, each script is there once") {
  const ScopeKind kind = GENERATE(from_range(kKinds));
  const int processes = GENERATE(1, 2, 3);
  const Scope scope = {.kind = kind, .processes = processes, .calls = processes == 1 ? 3 : 2};
  std::uint64_t counted = 0;
  const std::vector<Sketch> reduced = all_of(scope, Symmetry::reduced, &counted);
  std::uint64_t each = 0;
  const std::vector<Sketch> kept = all_of(scope, Symmetry::kept, &each);
  INFO(scope_names()[static_cast<std::size_t>(kind)]
       << ", " << processes << " processes: " << reduced.size() << " of " << kept.size());
  CHECK(each == kept.size());
  CHECK(counted == kept.size());
  std::set<Sketch> least;
  for (const Sketch& sketch : kept) least.insert(canonical(scope, sketch));
  CHECK(least.size() == reduced.size());
  CHECK(std::ranges::all_of(reduced, [&](const Sketch& one) { return least.contains(one); }));
}

TEST_CASE("In three calls, a process's duplicate and its descriptor are the same") {
  const Scope scope = {.kind = ScopeKind::pipe, .processes = 1, .calls = 3};
  const int duplicate = 8;
  const int close = 9;
  REQUIRE(alphabet(scope.kind)[duplicate] == "duplicate the write end");
  REQUIRE(alphabet(scope.kind)[close] == "close the write end");
  const Sketch original = {{{0, duplicate, 0}}, {{0, close, 0}}, {{0, close, 1}}};
  const Sketch exchanged = {{{0, duplicate, 0}}, {{0, close, 1}}, {{0, close, 0}}};
  CHECK(same_as(scope, original) == std::vector<Sketch>{original, exchanged});
  CHECK(canonical(scope, exchanged) == original);
}

TEST_CASE("The canonical form is the same for all that are the same, and its own") {
  const ScopeKind kind = GENERATE(from_range(kKinds));
  const Scope scope = {.kind = kind, .processes = 3, .calls = 3, .racing = 3};
  Enumeration all(scope, Symmetry::kept);
  // Some of each subtree; all of them take too long.
  for (int i = 0; all.next(i % 5 != 4) && i < 500; ++i) {
    const Sketch least = canonical(scope, all.sketch());
    const std::vector<Sketch> same = same_as(scope, all.sketch());
    REQUIRE(std::ranges::count(same, all.sketch()) == 1);
    REQUIRE(std::ranges::all_of(
        same, [&](const Sketch& other) { return canonical(scope, other) == least; }));
  }
}

TEST_CASE("What is passed over is what goes on from there") {
  const Scope scope = {.kind = ScopeKind::semaphore, .processes = 2, .calls = 3};
  Enumeration all(scope);
  REQUIRE(all.next());
  REQUIRE(all.next());
  const Sketch before = all.sketch();
  REQUIRE(before.size() == 2);
  REQUIRE(all.next(false));
  CHECK(all.sketch().size() == 2);
  CHECK(all.sketch().front() == before.front());
  CHECK(all.sketch() > before);
}

TEST_CASE("Every sketch is a script that a file can hold") {
  for (const ScopeKind kind : kKinds) {
    const Scope scope = {.kind = kind, .processes = 2, .calls = 2};
    Enumeration all(scope);
    while (all.next()) {
      const op::Script script = script_of(scope, all.sketch());
      REQUIRE(op::parse_script(op::print_script(script)) == script);
    }
  }
}

TEST_CASE("A scope holds the smaller ones") {
  CHECK(scopes_within({.kind = ScopeKind::pipe, .processes = 3}).size() == 3);
  const std::vector<Scope> of_semaphore =
      scopes_within({.kind = ScopeKind::semaphore, .processes = 2});
  REQUIRE(of_semaphore.size() == 4);
  CHECK(of_semaphore[3].processes == 2);
  CHECK(of_semaphore[3].initial == 1);
}

// Traces of all scripts that make all of their calls.
class Carried {
 public:
  explicit Carried(const Scope& largest) {
    options_.directory = run_.path() + "/0";
    options_.name_prefix = run_.name_prefix() + "0.";
    harness::Session session(options_);
    for (const Scope& scope : scopes_within(largest)) {
      Enumeration all(scope);
      for (bool deeper = true; all.next(deeper);) {
        const op::Script script = script_of(scope, all.sketch());
        JudgedRun run = run_and_judge(session, script);
        deeper = run.skipped.empty();
        if (!deeper) continue;
        INFO(op::print_script(script) << verdict_text(run, spec::kLinux));
        REQUIRE(run.verdict == Verdict::pass);
        traces_.push_back(std::move(run.trace));
      }
    }
  }

  std::size_t size() const { return traces_.size(); }

  // Whether a trace is judged otherwise without the rule.
  bool notice(const spec::Rule& rule) const {
    const spec::JudgeOptions without = {.profile = spec::kLinux.without(rule)};
    return std::ranges::any_of(traces_, [&](const op::Trace& trace) {
      return spec::judge(trace, without).judgement != spec::Judgement::conforms;
    });
  }

 private:
  harness::RunDirectory run_;
  harness::ControllerOptions options_;
  std::vector<op::Trace> traces_;
};

void check_notices(const Carried& carried, std::initializer_list<const char*> rules) {
  for (const char* id : rules) {
    const spec::Rule* rule = spec::find(id);
    INFO("without " << id << ", among " << carried.size() << " traces");
    REQUIRE(rule != nullptr);
    CHECK(carried.notice(*rule));
  }
}

TEST_CASE("Two processes and a pipe: all that they do in two calls conforms, by the rules") {
  check_notices(Carried({.kind = ScopeKind::pipe, .processes = 2, .calls = 2}),
                {"pipe.read.blocks-empty", "pipe.eof.all-writers-closed"});
}

TEST_CASE("Two processes and a FIFO: all that they do in two calls conforms, by the rules") {
  check_notices(Carried({.kind = ScopeKind::fifo, .processes = 2, .calls = 2}),
                {"fifo.open.rdonly-blocks", "fifo.nonblock.wronly-enxio"});
}

TEST_CASE("Two processes and a semaphore: all that they do in two calls conforms, by the rules") {
  check_notices(Carried({.kind = ScopeKind::semaphore, .processes = 2, .calls = 2}),
                {"sem.wait.blocks-zero", "sem.trywait.eagain"});
}

TEST_CASE("A socket pair: all that a process does in two calls conforms, by the rules") {
  check_notices(Carried({.kind = ScopeKind::socket_pair, .processes = 1, .calls = 2}),
                {"unix.recv.blocks", "unix.stream.eof"});
}

}  // namespace
}  // namespace ipcspec::properties
