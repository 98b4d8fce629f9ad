// Goal: every sequence of genes is a script that a file can hold, the model agrees with what its
// own rehearsal of it shows, schedules come to the rules that they are to come to, and shrink to
// what matters. Method: random genes, whole and with genes left out; no kernel.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <string_view>

#include "ops/script_text.hpp"
#include "ops/text.hpp"
#include "properties/schedule.hpp"
#include "properties/shrink.hpp"
#include "spec/catalogue.hpp"
#include "spec/model/judge.hpp"
#include "spec/pipe.hpp"

namespace ipcspec::properties {
namespace {

Genes any_genes() {
  const auto number = rc::gen::cast<std::uint8_t>(rc::gen::inRange(0, 256));
  return *rc::gen::container<Genes>(rc::gen::container<Gene>(number));
}

TEST_CASE("any genes make a script that a file can hold, and always the same") {
  REQUIRE(rc::check([] {
    const Genes genes = any_genes();
    const op::Script script = schedule_of(genes, {});
    const std::string text = op::print_script(script);
    RC_LOG() << text;
    RC_ASSERT(op::parse_script(text) == script);
    RC_ASSERT(schedule_of(genes, {}) == script);
  }));
}

TEST_CASE("genes less one make a script as well") {
  REQUIRE(rc::check([] {
    Genes genes = any_genes();
    RC_PRE(!genes.empty());
    genes.erase(genes.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(genes)));
    const op::Script script = schedule_of(genes, {});
    RC_ASSERT(op::parse_script(op::print_script(script)) == script);
  }));
}

TEST_CASE("a script less a call, and what depends on it, is a script") {
  REQUIRE(rc::check([] {
    const op::Script script = schedule_of(any_genes(), {});
    RC_PRE(!script.steps.empty());
    const op::Script shorter =
        without_call(script, *rc::gen::inRange<std::size_t>(1, script.steps.size() + 1));
    RC_LOG() << op::print_script(shorter);
    RC_ASSERT(op::parse_script(op::print_script(shorter)) == shorter);
    RC_ASSERT(shorter != script);
  }));
}

TEST_CASE("a rehearsal is a trace that the rules allow") {
  REQUIRE(rc::check([] {
    op::Trace trace;
    schedule_of(any_genes(), {}, &trace);
    RC_LOG() << op::print_trace(trace);
    const spec::Ruling ruling = spec::judge(trace);
    if (ruling.why) RC_LOG() << ruling.why->observed;
    RC_ASSERT(ruling.judgement == spec::Judgement::conforms);
  }));
}

TEST_CASE("a schedule shrinks to what breaks a rule") {
  // A kernel that does not know the end of file is contradicted by a pipe, a close and a read.
  const spec::Profile wrong = spec::kLinux.without(spec::pipe::eof_all_writers_closed);
  Mix mix;
  mix.mechanisms = {spec::Mechanism::pipe};
  const auto breaks = [&](const Genes& genes) {
    op::Trace trace;
    schedule_of(genes, mix, &trace);
    return spec::judge(trace, {.profile = wrong}).judgement == spec::Judgement::violates;
  };
  Genes genes;
  for (std::uint64_t seed = 0; !breaks(genes); ++seed) {
    REQUIRE(seed < 1000);
    genes = genes_of(seed, 20);
  }
  const op::Script smallest = schedule_of(shrunk(genes, breaks, 5000), mix);
  INFO(op::print_script(smallest));
  // Which descriptor a number means depends on how many there are, so one call more may stay.
  REQUIRE(smallest.steps.size() <= 4);
  const auto at_end = smallest.steps.end();
  CHECK(std::holds_alternative<op::MakePipe>(smallest.steps.front().calls[0].op));
  CHECK(std::holds_alternative<op::Close>((at_end - 2)->calls[0].op));
  CHECK(std::holds_alternative<op::Read>((at_end - 1)->calls[0].op));
}

// Rules that the model judges by and that schedules need not come to.
struct Exempt {
  std::string_view id;
  std::string_view why;
};
constexpr const char* kNoStep = "no step asks for it: other rules' steps say the same";
constexpr const char* kOutside = "no script can use a name that is not of its scenario";
constexpr const char* kSilent = "leads to silence, which schedules avoid";
constexpr const char* kUnsettled = "what it is about is over when a step has settled";
constexpr const char* kClock = "a rehearsal has no clock";
constexpr const char* kRare = "only long explorations come to it";
constexpr Exempt kExempt[] = {
    {"fifo.open.eintr", kNoStep},          {"fifo.open.transient-writer", kUnsettled},
    {"mq.open.limits", kSilent},           {"mq.open.names", kOutside},
    {"poll.timeout-over", kClock},         {"sem.open.names", kOutside},
    {"sem.unnamed.pshared-zero", kSilent}, {"shm.mmap.partial-page-stale", kSilent},
    {"shm.open.names", kOutside},          {"shm.sync.word-atomic", kRare},
    {"poll.fifo.hup-per-open", kRare},
};

TEST_CASE("schedules come to the rules that the model judges by") {
  constexpr std::uint64_t kSchedules = 600;  // of each mix, at most
  std::vector<Mix> mixes(1);
  for (const spec::Mechanism one : kMechanisms) mixes.emplace_back().mechanisms = {one};
  mixes.emplace_back().mechanisms = {spec::Mechanism::fifo, spec::Mechanism::poll};
  mixes.emplace_back().mechanisms = {spec::Mechanism::signal, spec::Mechanism::pipe};
  mixes.emplace_back().mechanisms = {spec::Mechanism::signal, spec::Mechanism::fifo};
  const auto is_exempt = [](const spec::Rule* rule) {
    return std::ranges::any_of(kExempt, [&](const Exempt& one) { return one.id == rule->id; });
  };
  std::set<const spec::Rule*> missing(spec::model_rules().begin(), spec::model_rules().end());
  std::erase_if(missing, is_exempt);
  for (std::uint64_t seed = 0; seed < kSchedules && !missing.empty(); ++seed) {
    for (const Mix& mix : mixes) {
      op::Trace trace;
      schedule_of(genes_of(seed, 36), mix, &trace);
      std::vector<const spec::Rule*> asked;
      spec::judge(trace, {.asked = &asked});
      for (const spec::Rule* rule : asked) missing.erase(rule);
    }
  }
  for (const spec::Rule* rule : missing) {
    INFO(rule->id);
    CHECK_FALSE(missing.contains(rule));
  }
}

}  // namespace
}  // namespace ipcspec::properties
