// Goal: the text form loses nothing and refuses cleanly. Method: random traces over all
// operations, whole and with damage.
#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "ops/generate.hpp"
#include "ops/text.hpp"
#include "properties/texts.hpp"
#include "report/lanes.hpp"

namespace ipcspec::op {
namespace {

// Whatever the text: it is a trace that prints back, or the error is at a place in the text.
void check_taken_or_refused(const std::string& text) {
  try {
    const Trace trace = parse_trace(text, {.repeated_bytes_max = 1 << 20});
    RC_ASSERT(parse_trace(print_trace(trace)) == trace);
  } catch (const TextError& error) {
    check_place(error, text);
  }
}

TEST_CASE("what is printed parses back to the same trace") {
  REQUIRE(rc::check([] {
    const Trace trace = any_trace();
    const std::string text = print_trace(trace);
    RC_LOG() << text;
    RC_ASSERT(parse_trace(text) == trace);
    RC_ASSERT(print_trace(parse_trace(text)) == text);
  }));
}

TEST_CASE("a trace with one character changed is taken or refused at a place in it") {
  REQUIRE(rc::check([] { check_taken_or_refused(with_one_change(print_trace(any_trace()))); }));
}

TEST_CASE("a trace cut anywhere is taken or refused at a place in it") {
  REQUIRE(rc::check([] {
    const std::string text = print_trace(any_trace());
    check_taken_or_refused(text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size() + 1)));
  }));
}

TEST_CASE("any trace can be drawn within the width") {
  REQUIRE(rc::check([] {
    const Trace trace = any_trace();
    report::LaneOptions options;
    options.width_columns = *rc::gen::inRange(report::kLanesWidthMin, 200);
    options.unicode = false;
    options.highlight_call = *rc::gen::inRange<CallId>(0, 6);
    const std::string picture = report::draw_lanes(trace, options);
    for (std::size_t start = 0; start < picture.size();) {
      const std::size_t end = picture.find('\n', start);
      RC_ASSERT(end != std::string::npos);
      RC_ASSERT(end - start <= static_cast<std::size_t>(options.width_columns));
      start = end + 1;
    }
  }));
}

}  // namespace
}  // namespace ipcspec::op
