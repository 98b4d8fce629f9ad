// What people read of a ruling: whole texts for short traces.
#include "report/ruling.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

constexpr const char* kPipe =
    "ipcspec-trace 1\nbirth p pid=100\ncall 1 p make_pipe flags=O_RDONLY\n"
    "return 1 p value=0 read_end=3 write_end=4\ncall 2 p read fd=3 size_bytes=10\n";

std::string text_of(const std::string& text, const spec::JudgeOptions& options = {}) {
  const op::Trace trace = op::parse_trace(text);
  return ruling_text(trace, spec::judge(trace, options), options.profile,
                     {.width_columns = 80, .unicode = false});
}

TEST_CASE("A violation shows what was seen, what was allowed and why, and how it came to that") {
  CHECK(text_of(std::string(kPipe) + "return 2 p value=0\ncall 3 p pause\n") ==
        R"(FAIL by the profile linux: no rule allows event 5 of 6
    seen        p read fd=3 size_bytes=10: value=0
    allowed     p stays blocked
                  pipe.read.blocks-empty: A blocking read() on an empty pipe
                  whose write end is open waits until data is written or the
                  last write end is closed. (POSIX.1-2017 read(); posix-shall)

      p
      o born, pid 100
      + 1 make_pipe flags=O_RDONLY
      = 1 value=0 read_end=3 write_end=4
    ! + 2 read fd=3 size_bytes=10
    ! = 2 value=0
)");
}

TEST_CASE("A call that was not woken is a violation, and its process is the one in question") {
  const std::string text = text_of(
      "ipcspec-trace 1\nbirth p pid=100\ncall 1 p make_pipe flags=O_RDONLY\n"
      "return 1 p value=0 read_end=3 write_end=4\ncall 2 p fork child=\"c\" slot=1\n"
      "birth c parent=p pid=101\nreturn 2 p value=101\ncall 3 c read fd=3 size_bytes=5\n"
      "quiet proven 3\ncall 4 p write fd=4 data=\"abcdefgh\"\nreturn 4 p value=8\n"
      "quiet proven 3\n");
  INFO(text);
  CHECK(text.starts_with(R"(FAIL by the profile linux: no rule allows event 11 of 11
    seen        nothing moves; c read fd=3 size_bytes=5: blocked (proven)
    allowed     c returns value=5 data="abcde"
                  pipe.read.copy-and-consume: )"));
  CHECK(text.ends_with("\n    ! .                                     | 3 still blocked\n"));
}

TEST_CASE("What conforms takes one line") {
  CHECK(text_of(std::string(kPipe) + "quiet proven 2\n") ==
        "PASS by the profile linux: 5 events, at most 2 states, rules used: 2\n");
}

TEST_CASE("What is not judged says since when and why") {
  const std::string not_described = text_of(
      "ipcspec-trace 1\nbirth p pid=100\ncall 1 p get_working_directory\n"
      "return 1 p value=0 data=\"/\"\n");
  CHECK(not_described.starts_with(R"(UNJUDGED by the profile linux: 2 of 3 events judged
    since       call 1 p get_working_directory
    reason      the model does not describe it
)"));
  const std::string left_open = text_of(
      "ipcspec-trace 1\nbirth p pid=100\ncall 1 p make_pipe flags=O_RDONLY\n"
      "return 1 p value=0 read_end=3 write_end=4\ncall 2 p get_pipe_size fd=3\n"
      "return 2 p value=65536\n",
      {.profile = spec::kPosix});
  INFO(left_open);
  CHECK(left_open.starts_with("UNJUDGED by the profile posix: "));
}

TEST_CASE("What is no trace, or has too many explanations, accuses nobody") {
  CHECK(text_of(std::string(kPipe) + "call 3 p pause\n") ==
        R"(BROKEN by the profile linux: 4 of 5 events judged
    reason      p is given a call and is not free to make one
)");
  CHECK(text_of(kPipe, {.states_max = 0}).starts_with("UNKNOWN by the profile linux: "));
}

TEST_CASE("The offending prefix ends with the event that nothing explains") {
  const op::Trace trace =
      op::parse_trace(std::string(kPipe) + "return 2 p value=0\ncall 3 p pause\n");
  const spec::Ruling ruling = spec::judge(trace);
  CHECK(offending_prefix(trace, ruling).events.size() == 5);
  CHECK(offending_prefix(trace, {}).events.size() == 6);
  // Every beginning that is shorter conforms.
  op::Trace shorter = offending_prefix(trace, ruling);
  shorter.events.pop_back();
  CHECK(spec::judge(shorter).judgement == spec::Judgement::conforms);
}

TEST_CASE("A charge knows its call by its number in the script") {
  // Call 1 of the script was not made.
  const op::Trace trace = op::parse_trace(
      "ipcspec-trace 1\nbirth p pid=100\ncall 2 p make_pipe flags=O_RDONLY\n"
      "return 2 p value=0 read_end=3 write_end=4\ncall 3 p read fd=3 size_bytes=10\n"
      "return 3 p value=0\n");
  const spec::Ruling ruling = spec::judge(trace);
  const auto by_number = charge_of(trace, ruling, true);
  REQUIRE(by_number);
  CHECK(by_number->call == 3);
  CHECK(by_number->after == 3);
  CHECK(by_number->allowed == std::vector<std::string>{"p stays blocked"});
  const auto by_order = charge_of(trace, ruling, false);
  REQUIRE(by_order);
  CHECK(by_order->call == 2);
  CHECK_FALSE(charge_of(trace, {}, true));
}

}  // namespace
}  // namespace ipcspec::report
