// Goal: what is printed parses back to the same, and what is not a trace is refused at the exact
// place. Method: every operation through its own list of fields, every error once.
#include "ops/text.hpp"

#include <fcntl.h>
#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ops/generate.hpp"
#include "ops/text_testing.hpp"

namespace ipcspec::op {
namespace {

const std::string kHead = "ipcspec-trace 1\n";

void check_round_trip(const Trace& trace) {
  const std::string text = print_trace(trace);
  INFO(text);
  REQUIRE(parse_trace(text) == trace);
  REQUIRE(print_trace(parse_trace(text)) == text);
}

Outcome answer(std::int64_t value, int error, std::string data = {},
               std::vector<std::int64_t> outputs = {}) {
  return {value, error, std::move(data), std::move(outputs)};
}

Trace trace_of(Event event) { return {.rule = {}, .facts = {}, .events = {std::move(event)}}; }

TEST_CASE("every operation round-trips with any field values") {
  Numbers numbers;
  for (std::size_t kind = 0; kind < kOpKinds; ++kind) {
    for (int i = 0; i < 50; ++i) {
      check_round_trip(trace_of(CallEvent{1, "p", generate_op(kind, numbers), i % 2 == 0}));
    }
  }
}

TEST_CASE("every operation's outcome round-trips with any results") {
  Numbers numbers;
  for (std::size_t kind = 0; kind < kOpKinds; ++kind) {
    const Op op = generate_op(kind, numbers);
    for (std::size_t outputs = 0; outputs < 9; ++outputs) {
      Outcome outcome = generate_outcome(numbers);
      outcome.outputs.resize(outputs);
      for (std::int64_t& output : outcome.outputs) output = static_cast<std::int64_t>(numbers());
      check_round_trip({.rule = "a.rule",
                        .facts = {},
                        .events = {CallEvent{7, "p", op, false}, ReturnEvent{7, "p", outcome}}});
      check_round_trip(trace_of(ReturnEvent{7, "p", outcome}));
    }
  }
}

TEST_CASE("data holds any bytes") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& data :
       {all, std::string(15, 'x'), std::string(16, 'x'), std::string(70000, '\0'),
        "ab" + std::string(100, '"') + "\\" + std::string(20, '\\') + "z", std::string("#\n"),
        all + all, std::string("\" error=EAGAIN")}) {
    check_round_trip(trace_of(CallEvent{1, "p", Write{{3}, data}, false}));
    check_round_trip(trace_of(ReturnEvent{1, "p", answer(1, 0, data)}));
    check_round_trip(trace_of(BirthEvent{data, data, 1}));
    check_round_trip({.rule = data, .facts = {}, .events = {StopEvent{data, true}}});
  }
}

TEST_CASE("every wait status round-trips") {
  for (int status = -70000; status < 140000; ++status) {
    const std::string text = death_text(status);
    const Trace trace = trace_of(DeathEvent{"p", status});
    if (parse_trace(kHead + "death p " + text + "\n") != trace) FAIL(status << " as " << text);
  }
  check_round_trip(trace_of(DeathEvent{"p", std::numeric_limits<int>::min()}));
  check_round_trip(trace_of(DeathEvent{"p", std::numeric_limits<int>::max()}));
  CHECK(death_text(0) == "exit:0");
  CHECK(death_text(SIGKILL) == "signal:SIGKILL");
  CHECK(death_text(SIGABRT | 0x80) == "signal:SIGABRT+core");
  CHECK(death_text(-1) == "unknown");
  CHECK(death_text(SIGSTOP << 8 | 0x7f) == "status:4991");
}

TEST_CASE("the text of each event") {
  CHECK(to_text(Event(BirthEvent{"parent", "", 100})) == "birth parent pid=100");
  CHECK(to_text(Event(BirthEvent{"a child", "parent", 101})) ==
        "birth \"a child\" parent=parent pid=101");
  CHECK(to_text(Event(CallEvent{3, "child", Read{{3}, 10}, false})) ==
        "call 3 child read fd=3 size_bytes=10");
  CHECK(to_text(Event(CallEvent{3, "child", Pause{}, true})) == "race 3 child pause");
  CHECK(to_text(Event(ReturnEvent{3, "child", answer(5, 0, "hello")})) ==
        "return 3 child value=5 data=\"hello\"");
  CHECK(to_text(Event(ReturnEvent{3, "child", answer(-1, EAGAIN)})) ==
        "return 3 child error=EAGAIN");
  CHECK(to_text(Event(ReturnEvent{3, "child", answer(0, EAGAIN)})) ==
        "return 3 child error=EAGAIN value=0");
  CHECK(to_text(Event(DeathEvent{"child", SIGKILL})) == "death child signal:SIGKILL");
  CHECK(to_text(Event(StopEvent{"child", true})) == "stop child");
  CHECK(to_text(Event(StopEvent{"child", false})) == "continue child");
  CHECK(to_text(Event(QuietEvent{{3, 5}, Evidence::proven})) == "quiet proven 3 5");
  CHECK(to_text(Event(QuietEvent{})) == "quiet none");
}

TEST_CASE("outputs have names when the call is known") {
  const Event event = ReturnEvent{1, "p", answer(0, 0, "", {3, 4})};
  CallKinds kinds;
  CHECK(to_text(event, kinds.of(event)) == "return 1 p value=0 outputs=[3,4]");
  kinds.note(CallEvent{1, "p", MakePipe{}, false});
  CHECK(to_text(event, kinds.of(event)) == "return 1 p value=0 read_end=3 write_end=4");
}

TEST_CASE("long data can be shown short") {
  CHECK(to_text(Op(Write{{3}, "hello, hello, hello"}), 5) ==
        "write fd=3 data=\"hello\"...(19 bytes)");
  CHECK(to_text(Op(Write{{3}, std::string(70000, 'x')}), 5) == "write fd=3 data=\"x\"*70000");
  CHECK(to_text(Op(Write{{3}, "hello"}), 5) == "write fd=3 data=\"hello\"");
}

TEST_CASE("comments, blank lines and a missing last line end are taken") {
  const Trace trace = parse_trace(
      "ipcspec-trace 1\n# \xc3\xa4 comment\n\nrule pipe.eof\n   \n#\nbirth p pid=1\n# end\nstop p");
  CHECK(trace == Trace{"pipe.eof", {}, {BirthEvent{"p", "", 1}, StopEvent{"p", true}}});
  CHECK(parse_trace("ipcspec-trace 1") == Trace{});
}

TEST_CASE("words of a flag list stand in any order") {
  CHECK(parse_trace(kHead +
                    "call 1 p open path=\"f\" flags=O_NONBLOCK|0x40000000|O_WRONLY mode=644\n")
            .events ==
        std::vector<Event>{CallEvent{1, "p", Open{"f", O_NONBLOCK | 0x40000000 | O_WRONLY, 0644}}});
}

TEST_CASE("facts of the platform are written when they are not the usual ones") {
  Trace trace{.rule = "a.rule", .facts = {}, .events = {StopEvent{"p", true}}};
  CHECK(print_trace(trace) == kHead + "rule a.rule\nstop p\n");
  trace.facts = {.uid = 1000, .page_bytes = 16384, .pipe_bytes = 1 << 20, .pipe_buf_bytes = 4096};
  CHECK(print_trace(trace) == kHead +
                                  "rule a.rule\nfacts uid=1000 page_bytes=16384 "
                                  "pipe_bytes=1048576 pipe_buf_bytes=4096\nstop p\n");
  check_round_trip(trace);
  check_round_trip({.rule = {}, .facts = {.uid = -1, .page_bytes = 0}, .events = {}});
  CHECK(parse_trace(kHead + "# usual\nfacts uid=0 page_bytes=4096 pipe_bytes=65536 "
                            "pipe_buf_bytes=4096\n# end\n") == Trace{});
}

void check_refusal(const Refusal& refusal) {
  check_refused(
      [](const std::string& text) { return parse_trace(text, {.repeated_bytes_max = 1000}); },
      refusal);
}

TEST_CASE("a wrong first line is refused") {
  const std::string head = "'ipcspec-trace 1', found ";
  check_refusal({"", 1, 1, head + "the end of the text"});
  check_refusal({"\n" + kHead, 1, 1, head + "the end of the line"});
  check_refusal({"# a comment\n" + kHead, 1, 1, head + "'#'"});
  check_refusal({"ipcspec-traces 1\n", 1, 1, head + "'ipcspec-traces'"});
  check_refusal({"ipcspec-trace\n", 1, 14, "version 1, found the end of the line"});
  check_refusal({"ipcspec-trace 2\n", 1, 15, "version 1, found '2'"});
  check_refusal({"ipcspec-trace 1 \n", 1, 16, "the end of the line, found a space"});
  check_refusal({"ipcspec-trace 1\r\n", 1, 15, "version 1, found '1\\x0d'"});
}

// The event stands in line 3.
void check_event_refusal(const std::string& event, std::size_t column, const std::string& message) {
  check_refusal({kHead + "# before\n" + event + "\nstop p\n", 3, column, message});
}

TEST_CASE("a wrong event is refused") {
  const std::string events = "birth, call, race, return, death, stop, continue or quiet, found ";
  check_event_refusal("begin p", 1, events + "'begin'");
  check_event_refusal(" stop p", 1, events + "a space");
  check_event_refusal("stop  p", 6, "the name of a process, found a space");
  check_event_refusal("stop", 5, "the name of a process, found the end of the line");
  check_event_refusal("stop p # why", 7, "the end of the line, found a space");
  check_event_refusal("stop p,q", 7, "a letter, a digit, '.', '_' or '-', found ',q'");
  check_event_refusal("stop \"p\"q", 9, "the end of the line, found 'q'");
  check_event_refusal("call p read fd=3 size_bytes=1", 6, "the number of a call, found 'p'");
  check_event_refusal("call -1 p pause", 6, "the number of a call, found '-1'");
  check_event_refusal("call 01 p pause", 6, "the number of a call, found '01'");
  check_event_refusal("call 18446744073709551616 p pause", 6,
                      "the number of a call, found '18446744073709551616'");
  check_event_refusal("birth p", 8, "the field 'pid=', found the end of the line");
  check_event_refusal("birth p pid=1 parent=q", 14, "the end of the line, found a space");
  check_event_refusal("birth p parent= pid=1", 16, "the name of a process, found a space");
  check_refusal({kHead + "stop p\nrule a\n", 3, 1, events + "'rule'"});
  check_refusal({kHead + "rule a\nrule b\n", 3, 1, events + "'rule'"});
  check_refusal({kHead + "rule a b\n", 2, 7, "the end of the line, found a space"});
  check_refusal({kHead + "rule\n", 2, 5, "the id of a rule, found the end of the line"});
}

TEST_CASE("wrong facts are refused") {
  check_event_refusal("facts", 6, "the field 'uid=', found the end of the line");
  check_event_refusal("facts uid=0 pipe_bytes=65536", 13,
                      "the field 'page_bytes=', found 'pipe_bytes=65536'");
  check_event_refusal("facts uid=root", 11, "a number, found 'root'");
  const std::string facts = "facts uid=0 page_bytes=4096 pipe_bytes=65536";
  check_event_refusal(facts, 45, "the field 'pipe_buf_bytes=', found the end of the line");
  check_event_refusal(facts + " pipe_buf_bytes=4096 more=1", 65,
                      "the end of the line, found a space");
  check_event_refusal(facts + " pipe_buf_bytes=4k", 61, "a number, found '4k'");
  const std::string whole = facts + " pipe_buf_bytes=4096\n";
  const std::string events = "birth, call, race, return, death, stop, continue or quiet, found ";
  check_refusal({kHead + whole + whole, 3, 1, events + "'facts'"});
  check_refusal({kHead + whole + "rule a\n", 3, 1, events + "'rule'"});
}

TEST_CASE("a wrong operation or field is refused") {
  check_event_refusal("call 1 p raed fd=3", 10, "the name of an operation, found 'raed'");
  check_event_refusal("call 1 p", 9, "the name of an operation, found the end of the line");
  check_event_refusal("call 1 p read fd=x size_bytes=1", 18, "a descriptor number, found 'x'");
  check_event_refusal("call 1 p read fd=3x size_bytes=1", 18, "a descriptor number, found '3x'");
  check_event_refusal("call 1 p read fd=2147483648 size_bytes=1", 18,
                      "a descriptor number, found '2147483648'");
  check_event_refusal("call 1 p read", 14, "the field 'fd=', found the end of the line");
  check_event_refusal("call 1 p read fd=3", 19,
                      "the field 'size_bytes=', found the end of the line");
  check_event_refusal("call 1 p read size_bytes=1 fd=3", 15,
                      "the field 'fd=', found 'size_bytes=1'");
  check_event_refusal("call 1 p read fd=3 fd=3 size_bytes=1", 20,
                      "the field 'size_bytes=', found 'fd=3'");
  check_event_refusal("call 1 p read fd=3 size=1", 20, "the field 'size_bytes=', found 'size=1'");
  check_event_refusal("call 1 p read fd=3 size_bytes=1 x=1", 32,
                      "the end of the line, found a space");
  check_event_refusal("call 1 p read fd=3 size_bytes=-1", 31,
                      "a number from 0 to 18446744073709551615, found '-1'");
  check_event_refusal("call 1 p pause now", 15, "the end of the line, found a space");
}

TEST_CASE("a wrong value is refused") {
  check_event_refusal("call 1 p kill pid=+1 signal=SIGINT", 19, "a number, found '+1'");
  check_event_refusal("call 1 p kill pid=-0 signal=SIGINT", 19, "a number, found '-0'");
  check_event_refusal("call 1 p kill pid=1 signal=SIGINTER", 28,
                      "a signal such as SIGUSR1, found 'SIGINTER'");
  check_event_refusal("call 1 p kill pid=1 signal=9999999999", 28,
                      "a signal such as SIGUSR1, found '9999999999'");
  check_event_refusal("call 1 p make_pipe flags=O_NONBLOCK|O_WARM", 37,
                      "open flags such as O_WRONLY|O_NONBLOCK, found 'O_WARM'");
  check_event_refusal("call 1 p make_pipe flags=0x100000000", 26,
                      "open flags such as O_WRONLY|O_NONBLOCK, found '0x100000000'");
  check_event_refusal("call 1 p umask mask=0888", 21, "a mode in octal such as 0644, found '0888'");
  check_event_refusal("call 1 p sem_wait semaphore=7f00", 29,
                      "an address such as 0x7f00, found '7f00'");
  check_event_refusal("call 1 p accept fd=3 null_address=1", 35, "true or false, found '1'");
  const std::string suspend = "call 1 p sigsuspend mask=";
  check_event_refusal(suspend + "SIGINT", 26,
                      "a set of signals such as {SIGINT,SIGTERM}, found 'SIGINT'");
  check_event_refusal(suspend + "{SIGINT,SIGINT}", 34, "each signal once, found 'SIGINT}'");
  check_event_refusal(suspend + "{65}", 27, "a signal such as SIGUSR1, found '65}'");
  check_event_refusal(suspend + "{SIGINT", 33, "',' or '}', found the end of the line");
}

TEST_CASE("a wrong string is refused") {
  const std::string write = "call 1 p write fd=3 data=";
  const std::string escape = "an escape: \\\", \\\\ or \\x and two of 0-9 and a-f, found ";
  check_event_refusal(write + "hello", 26, "a quoted string, found 'hello'");
  check_event_refusal(write + "\"hello", 32, "a closing '\"', found the end of the line");
  check_event_refusal(write + "\"a\\n\"", 28, escape + "'\\n\"'");
  check_event_refusal(write + "\"\\x0\"", 27, escape + "'\\x0\"'");
  check_event_refusal(write + "\"\\xAA\"", 27, escape + "'\\xAA\"'");
  check_event_refusal(write + "\"a\tb\"", 28,
                      "a printable ASCII character or an escape, found '\\x09b\"'");
  check_event_refusal(write + "\"\xc3\xa4\"", 27,
                      "a printable ASCII character or an escape, found '\\xc3\\xa4\"'");
  check_event_refusal(write + "\"a\"b", 29, "the end of the line, found 'b'");
  check_event_refusal(write + "\"a\"+", 30, "a quoted string, found the end of the line");
  check_event_refusal(write + "\"ab\"*3", 26, "a string of one byte before '*', found '\"ab\"*3'");
  check_event_refusal(write + "\"a\"*0", 30, "a count of at least 1, found '0'");
  check_event_refusal(write + "\"a\"*", 30, "a count of at least 1, found the end of the line");
  check_event_refusal(write + "\"a\"*600+\"b\"*401", 38,
                      "a count with which all repeats make at most 1000 bytes, found '401'");
  check_refusal({kHead + write + "\"a", 2, 28, "a closing '\"', found the end of the text"});
}

TEST_CASE("a wrong answer, end or quiet is refused") {
  check_event_refusal("return 1 p", 11, "'value=' or 'error=', found the end of the line");
  check_event_refusal("return 1 p data=\"x\"", 12, "'value=' or 'error=', found 'data=\"x\"'");
  check_event_refusal("return 1 p error=EAGIAN", 18, "an error such as EAGAIN, found 'EAGIAN'");
  check_event_refusal("return 1 p error=0", 18, "an error such as EAGAIN, found '0'");
  check_event_refusal("return 1 p value=0 error=EAGAIN", 19, "the end of the line, found a space");
  check_event_refusal("return 1 p value=0 revents=POLLIN", 19,
                      "the end of the line, found a space");
  check_event_refusal("return 1 p value=0 outputs=[]", 29, "a number, found ']'");
  check_event_refusal("return 1 p value=0 outputs=3", 28,
                      "a list of numbers such as [3,4], found '3'");
  check_event_refusal("return 1 p value=0 outputs=[3", 30, "',' or ']', found the end of the line");
  const std::string ends = "exit:CODE, signal:NAME, status:NUMBER or unknown, found ";
  check_event_refusal("death p", 8, ends + "the end of the line");
  check_event_refusal("death p gone", 9, ends + "'gone'");
  check_event_refusal("death p exit:256", 14, "an exit status from 0 to 255, found '256'");
  check_event_refusal("death p signal:SIGX", 16, "a signal such as SIGUSR1, found 'SIGX'");
  check_event_refusal("death p signal:0", 16, "a signal such as SIGUSR1, found '0'");
  check_event_refusal("death p status:x", 16, "a number, found 'x'");
  check_event_refusal("quiet", 6, "none, proven, likely or timed, found the end of the line");
  check_event_refusal("quiet maybe 3", 7, "none, proven, likely or timed, found 'maybe'");
  check_event_refusal("quiet proven 3,5", 14, "the number of a call, found '3,5'");
}

TEST_CASE("the named outputs come first and in order") {
  const std::string call = kHead + "call 1 p make_pipe flags=0\n";
  check_refusal(
      {call + "return 1 p value=0 write_end=4\n", 3, 19, "the end of the line, found a space"});
  check_refusal(
      {call + "return 1 p value=0 outputs=[3,4]\n", 3, 19, "the end of the line, found a space"});
  CHECK_NOTHROW(parse_trace(call + "return 1 p value=0 read_end=3 write_end=4 outputs=[5]\n"));
}

const char* const kPage = "docs/trace.md";

TEST_CASE("the example in docs/trace.md is a trace with every kind of event") {
  const std::string text = Document(kPage).example("trace");
  const Trace trace = parse_trace(text);
  check_round_trip(trace);
  std::set<std::size_t> kinds;
  for (const Event& event : trace.events) kinds.insert(event.index());
  CHECK(kinds.size() == std::variant_size_v<Event>);
  CHECK(print_trace(trace) == without_comments(text));
}

TEST_CASE("the errors in docs/trace.md are the parser's") {
  Document(kPage).check_errors([](const std::string& text) { return parse_trace(text); },
                               {
                                   kHead + "#\n#\n#\n#\n#\ncall 1 p read fd=x size_bytes=1\n",
                                   kHead + "#\n#\n#\n#\n#\n#\n#\ncall 1 p read size_bytes=1 fd=3\n",
                                   "ipcspec-trace 2\n",
                               });
}

}  // namespace
}  // namespace ipcspec::op
