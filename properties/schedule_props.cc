// Goal: every sequence of genes is a script that a file can hold, and the model agrees with what
// its own rehearsal of it shows. Method: random genes, whole and with genes left out.
#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>

#include "ops/script_text.hpp"
#include "ops/text.hpp"
#include "properties/schedule.hpp"
#include "spec/model/judge.hpp"

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

}  // namespace
}  // namespace ipcspec::properties
