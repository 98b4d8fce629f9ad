// Goal: this kernel does with any schedule what the rules allow. Method: random genes, carried out
// and judged; a counterexample shrinks to few calls. `ipcspec explore` does the same for hours.
#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>

#include "harness/run_directory.hpp"
#include "properties/judged.hpp"
#include "properties/schedule.hpp"

namespace ipcspec::properties {
namespace {

TEST_CASE("what this kernel does with a schedule is allowed") {
  const harness::RunDirectory directory;
  harness::Session session(
      {.directory = directory.path() + "/0", .name_prefix = directory.name_prefix() + "0."});
  int judged = 0;
  REQUIRE(rc::check([&] {
    const auto number = rc::gen::cast<std::uint8_t>(rc::gen::inRange(0, 256));
    const auto genes = *rc::gen::container<Genes>(rc::gen::container<Gene>(number));
    const JudgedRun run = run_and_judge(session, schedule_of(genes, {}));
    RC_LOG() << verdict_text(run, spec::kLinux);
    RC_TAG(std::string(to_string(run.verdict)));
    // What a platform lacks, and what the rules are silent about, accuses nobody.
    RC_ASSERT(run.verdict != Verdict::fail);
    RC_ASSERT(run.verdict != Verdict::broken);
    // What Linux adds to the standard, the standard leaves open.
    const spec::Ruling standard = spec::judge(run.trace, {.profile = spec::kPosix});
    RC_ASSERT(standard.judgement != spec::Judgement::violates);
    if (run.verdict == Verdict::pass) ++judged;
  }));
  CHECK(judged > 0);
}

}  // namespace
}  // namespace ipcspec::properties
