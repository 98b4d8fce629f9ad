// Goal: a script's text is its value, and what it leaves open is filled in with the right answers.
#include <fcntl.h>
#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <map>
#include <set>
#include <string>

#include "core/error.hpp"
#include "ops/bind.hpp"
#include "ops/generate.hpp"
#include "ops/script_of.hpp"
#include "ops/script_text.hpp"
#include "ops/text_testing.hpp"

namespace ipcspec::op {
namespace {

Reference process_pid(std::size_t field, std::string process) {
  return {.field = field, .to = Reference::To::process, .process = std::move(process)};
}
Reference value_of(std::size_t field, std::size_t call, std::int64_t plus = 0) {
  return {.field = field, .to = Reference::To::value, .process = {}, .call = call, .plus = plus};
}
Reference output_of(std::size_t field, std::size_t call, std::size_t output,
                    std::int64_t plus = 0) {
  return {.field = field,
          .to = Reference::To::output,
          .process = {},
          .call = call,
          .output = output,
          .plus = plus};
}
Reference data_of(std::size_t field, std::size_t call) {
  return {.field = field, .to = Reference::To::data, .process = {}, .call = call};
}
Reference scenario_name(std::size_t field, std::size_t number) {
  return {.field = field, .to = Reference::To::name, .process = {}, .call = number};
}

// A parent with pid 70, and five calls: 2 has not answered, 3 failed.
Bindings some_bindings() {
  static const std::map<std::size_t, Outcome> answers = {
      {1, {.value = 0, .error = 0, .data = {}, .outputs = {3, 4}}},
      {3, {.value = -1, .error = EAGAIN, .data = "no", .outputs = {}}},
      {4, {.value = 12, .error = 0, .data = "unix:s", .outputs = {}}},
      {5, {.value = 0, .error = 0, .data = {}, .outputs = {0x7f0000001000}}},
  };
  return {.pid_of = [](const std::string& process) -> std::optional<std::int64_t> {
            if (process == "parent") return 70;
            return std::nullopt;
          },
          .answer_of =
              [](std::size_t call) {
                const auto found = answers.find(call);
                return found == answers.end() ? nullptr : &found->second;
              },
          .name = [](std::size_t number) { return "/name." + std::to_string(number); }};
}

std::optional<Op> bound_op(Op op, std::vector<Reference> references) {
  return bound({.who = "parent", .op = std::move(op), .references = std::move(references)},
               some_bindings());
}

TEST_CASE("referenced fields are filled in with what was answered") {
  CHECK(bound_op(Read{{-1}, 5}, {output_of(0, 1, 1)}) == Op(Read{{4}, 5}));
  CHECK(bound_op(Close{}, {value_of(0, 4)}) == Op(Close{{12}}));
  CHECK(bound_op(Dup2{{3}, {}}, {value_of(1, 4, 8)}) == Op(Dup2{{3}, {20}}));
  CHECK(bound_op(Kill{0, SIGKILL}, {process_pid(0, "parent")}) == Op(Kill{70, SIGKILL}));
  CHECK(bound_op(Connect{{3}, ""}, {data_of(1, 4)}) == Op(Connect{{3}, "unix:s"}));
  CHECK(bound_op(Load{{}, 1}, {output_of(0, 5, 0, 4096)}) == Op(Load{{0x7f0000002000}, 1}));
  CHECK(bound_op(Load{{}, 1}, {output_of(0, 5, 0, -1)}) == Op(Load{{0x7f0000000fff}, 1}));
  CHECK(bound_op(SemOpen{"", O_CREAT, 0600, 1}, {scenario_name(0, 2)}) ==
        Op(SemOpen{"/name.2", O_CREAT, 0600, 1}));
  CHECK(bound_op(Dup2{}, {output_of(0, 1, 0), output_of(1, 1, 1)}) == Op(Dup2{{3}, {4}}));
  CHECK(bound_op(Read{{7}, 5}, {}) == Op(Read{{7}, 5}));
}

TEST_CASE("what is not known is not filled in") {
  CHECK_FALSE(bound_op(Close{}, {value_of(0, 2)}));
  CHECK_FALSE(bound_op(Close{}, {value_of(0, 99)}));
  CHECK_FALSE(bound_op(Kill{0, SIGKILL}, {process_pid(0, "child")}));
  CHECK_FALSE(bound_op(Close{}, {output_of(0, 1, 2)}));
}

TEST_CASE("a failed call gives nothing") {
  CHECK_FALSE(bound_op(Kill{0, SIGKILL}, {value_of(0, 3)}));
  CHECK_FALSE(bound_op(Connect{{3}, ""}, {data_of(1, 3)}));
}

TEST_CASE("a number that does not fit its field is not filled in") {
  CHECK_FALSE(bound_op(Close{}, {output_of(0, 5, 0)}));
  CHECK_FALSE(bound_op(Read{{3}, 0}, {value_of(1, 4, -13)}));
}

TEST_CASE("a reference to a field that cannot hold it is our own mistake") {
  CHECK_THROWS_AS(bound_op(Close{}, {value_of(1, 4)}), Broken);
  CHECK_THROWS_AS(bound_op(Kill{}, {value_of(1, 4)}), Broken);
  CHECK_THROWS_AS(bound_op(Connect{}, {value_of(1, 4)}), Broken);
  CHECK_THROWS_AS(bound_op(Close{}, {scenario_name(0, 0)}), Broken);
}

const std::string kHead = "ipcspec-script 1\n";

void check_round_trip(const Script& script) {
  const std::string text = print_script(script);
  INFO(text);
  REQUIRE(parse_script(text) == script);
  REQUIRE(print_script(parse_script(text)) == text);
}

ScriptStep step(std::string who, Op op, std::vector<Reference> references = {}) {
  return {.calls = {{std::move(who), std::move(op), std::move(references)}}};
}

TEST_CASE("a script as text") {
  const Script script{
      .rule = "a.rule",
      .roots = {"parent", "7", "a b"},
      .steps = {
          step("parent", MakePipe{}),
          step("parent", Fork{"child", 3}),
          step("7", Read{{}, 4}, {output_of(0, 1, 0)}),
          {.calls = {{"parent", Write{{}, "A"}, {output_of(0, 1, 1)}}, {"a b", Pause{}, {}}}},
          step("parent", Kill{0, SIGKILL}, {process_pid(0, "child")}),
          step("parent", Kill{0, SIGKILL}, {process_pid(0, "7")}),
          step("parent", Kill{0, SIGKILL}, {process_pid(0, "a b")}),
          step("parent", SemOpen{"", O_RDWR, 0600, 1}, {scenario_name(0, 0)}),
          step("parent", Load{{}, 1}, {output_of(0, 9, 0, 4096)}),
          step("parent", Dup2{}, {value_of(0, 3), value_of(1, 3, -1)}),
          step("parent", Connect{}, {value_of(0, 3), data_of(1, 5)}),
      }};
  check_round_trip(script);
  CHECK(print_script(script) == kHead + R"(rule a.rule
process parent
process 7
process "a b"
1 parent make_pipe flags=O_RDONLY
2 parent fork child="child" slot=3
3 7 read fd=@1.read_end size_bytes=4
race 4 parent write fd=@1.write_end data="A"
with 5 "a b" pause
6 parent kill pid=@child signal=SIGKILL
7 parent kill pid=@"7" signal=SIGKILL
8 parent kill pid=@"a b" signal=SIGKILL
9 parent sem_open name=@name.0 flags=O_RDWR mode=0600 initial=1
10 parent load address=@9.address+4096 size_bytes=1
11 parent dup2 fd=@3 target=@3-1
12 parent connect fd=@3 address=@5.data
)");
}

TEST_CASE("the smallest scripts") {
  check_round_trip({});
  check_round_trip({.rule = "r", .roots = {}, .steps = {}});
  check_round_trip({.rule = {}, .roots = {"p"}, .steps = {}});
  CHECK(parse_script("ipcspec-script 1") == Script{});
}

TEST_CASE("scripts of any operations and references round-trip") {
  Numbers numbers;
  std::set<std::size_t> kinds;
  std::set<Reference::To> references;
  for (int i = 0; i < 200; ++i) {
    const Script script = ScriptGenerator<Numbers>(numbers).make(20);
    check_round_trip(script);
    for (const ScriptStep& made : script.steps) {
      for (const ScriptCall& call : made.calls) {
        kinds.insert(call.op.index());
        for (const Reference& reference : call.references) references.insert(reference.to);
      }
    }
  }
  CHECK(kinds.size() == kOpKinds);
  CHECK(references.size() == 5);
}

TEST_CASE("comments, blank lines and a missing last line end are taken in scripts") {
  const Script script = parse_script(
      "ipcspec-script 1\n#\n\nrule r\n#\nprocess p\n\n#\nprocess q\n#\nrace 1 p pause\n\n# with\n"
      "with 2 q pause\n#\n3 p pause");
  CHECK(script ==
        Script{.rule = "r",
               .roots = {"p", "q"},
               .steps = {{.calls = {{"p", Pause{}, {}}, {"q", Pause{}, {}}}}, step("p", Pause{})}});
}

void check_refusal(const std::string& text, std::size_t line, std::size_t column,
                   const std::string& message) {
  check_refused(
      [](const std::string& given) { return parse_script(given, {.repeated_bytes_max = 1000}); },
      {text, line, column, message});
}

TEST_CASE("a wrong head or root of a script is refused") {
  check_refusal("", 1, 1, "'ipcspec-script 1', found the end of the text");
  check_refusal("ipcspec-trace 1\n", 1, 1, "'ipcspec-script 1', found 'ipcspec-trace'");
  check_refusal("ipcspec-script 2\n", 1, 16, "version 1, found '2'");
  check_refusal(kHead + "process\n", 2, 8, "the name of a process, found the end of the line");
  check_refusal(kHead + "process \"\"\n", 2, 9, "a name that is not empty, found '\"\"'");
  check_refusal(kHead + "process p\nprocess p\n", 3, 9,
                "a name that no other process has, found 'p'");
  check_refusal(kHead + "process p q\n", 2, 10, "the end of the line, found a space");
  check_refusal(kHead + "process p\nrule r\n", 3, 1,
                "process, race or the number of a call, found 'rule'");
  check_refusal(kHead + "process p\n1 p pause\nprocess q\n", 4, 1,
                "race or the number of a call, found 'process'");
  check_refusal(kHead + "facts uid=0\n", 2, 1,
                "process, race or the number of a call, found 'facts'");
}

// The lines after two roots and a pipe, which is call 1; the error is in the last one.
void check_line_refusal(const std::string& lines, std::size_t column, const std::string& message) {
  const auto line = 5 + static_cast<std::size_t>(std::ranges::count(lines, '\n'));
  check_refusal(kHead + "process p\nprocess q\n1 p make_pipe flags=0\n" + lines, line, column,
                message);
}

TEST_CASE("a wrong call or race is refused") {
  const std::string number = "the number 2, since calls are numbered in order, found ";
  check_line_refusal("3 p pause", 1, number + "'3'");
  check_line_refusal("1 p pause", 1, number + "'1'");
  check_line_refusal("2x p pause", 1, number + "'2x'");
  check_line_refusal("p pause", 1, "race or the number of a call, found 'p'");
  check_line_refusal("with 2 p pause", 1, "race or the number of a call, found 'with'");
  check_line_refusal("2 r pause", 3, "a process that exists by then, found 'r'");
  check_line_refusal("2 p", 4, "the name of an operation, found the end of the text");
  check_line_refusal("2 p paws", 5, "the name of an operation, found 'paws'");
  check_line_refusal("2 p pause now", 10, "the end of the line, found a space");
  check_line_refusal("race 3 p pause", 6, number + "'3'");
  check_line_refusal("race", 5, number + "the end of the text");
  check_line_refusal("race 2 p pause\n3 q pause", 1,
                     "'with' and another call of the race, found '3'");
  check_line_refusal("race 2 p pause", 15,
                     "'with' and another call of the race, found the end of the text");
  check_line_refusal("race 2 p pause\nwith 3 p pause", 8,
                     "a process that has no call in this race, found 'p'");
  check_line_refusal("race 2 p pause\nwith 2 q pause", 6,
                     "the number 3, since calls are numbered in order, found '2'");
  check_line_refusal("2 p fork child=\"q\" slot=0", 16,
                     "a name that no other process has, found '\"q\"'");
  check_line_refusal("2 p fork child=\"\" slot=0", 16, "a name that is not empty, found '\"\"'");
  check_line_refusal("2 p fork child=@1.data slot=0", 16, "a quoted string, found '@1.data'");
  check_line_refusal("2 p fork child=\"c\" slot=@1", 25, "a number, found '@1'");
  check_line_refusal("race 2 p fork child=\"c\" slot=0\nwith 3 c pause", 8,
                     "a process that exists by then, found 'c'");
  check_line_refusal("race 2 p fork child=\"c\" slot=0\nwith 3 q fork child=\"c\" slot=0", 21,
                     "a name that no other process has, found '\"c\"'");
}

TEST_CASE("a wrong reference is refused") {
  const std::string earlier = "the number of an earlier call, found ";
  check_line_refusal("2 p close fd=@2", 15, earlier + "'2'");
  check_line_refusal("2 p close fd=@0", 15, earlier + "'0'");
  check_line_refusal("2 p close fd=@01", 15, earlier + "'01'");
  check_line_refusal("2 p close fd=@99999999999999999999", 15, earlier + "'99999999999999999999'");
  check_line_refusal("race 2 p dup fd=@1\nwith 3 q close fd=@2", 20, earlier + "'2'");
  check_line_refusal("2 p close fd=@", 15,
                     "a process or the number of a call, found the end of the text");
  check_line_refusal("2 p close fd=@r", 15, "a process that exists by then, found 'r'");
  check_line_refusal("2 p close fd=@name.0", 14,
                     "@PROCESS, @CALL or @CALL.OUTPUT, found '@name.0'");
  check_line_refusal("2 p close fd=@1.read", 17, "read_end or write_end, found 'read'");
  check_line_refusal("2 p close fd=@1.data", 17, "read_end or write_end, found 'data'");
  check_line_refusal("2 p close fd=3\n3 p close fd=@2.value", 17,
                     "nothing: close has no outputs, found 'value'");
  check_line_refusal("2 p close fd=@1+0", 16, "an offset such as +4096, found '+0'");
  check_line_refusal("2 p close fd=@1+", 16, "an offset such as +4096, found '+'");
  check_line_refusal("2 p close fd=@1-01", 16, "an offset such as +4096, found '-01'");
  check_line_refusal("2 p close fd=@1+9223372036854775808", 16,
                     "an offset such as +4096, found '+9223372036854775808'");
  check_line_refusal("2 p close fd=@1x", 16, "the end of the line, found 'x'");
  check_line_refusal("2 p make_pipe flags=@1", 21,
                     "a value: this field refers to nothing, found '@1'");
  check_line_refusal("2 p unlink path=@p", 17, "@CALL.data or @name.NUMBER, found '@p'");
  check_line_refusal("2 p unlink path=@1", 19, "'.data', found the end of the text");
  check_line_refusal("2 p unlink path=@1.read_end", 19, "'.data', found '.read_end'");
  check_line_refusal("2 p unlink path=@name.x", 23, "the number of a name, found 'x'");
  check_line_refusal("2 p unlink path=@1.data+1", 24, "the end of the line, found '+1'");
}

// The trace of one process and its calls, each answered before the next.
class TraceOf {
 public:
  explicit TraceOf(std::string root) { birth(std::move(root), "", 100); }

  TraceOf& birth(std::string who, std::string parent, std::int64_t pid) {
    trace_.events.emplace_back(BirthEvent{std::move(who), std::move(parent), pid});
    return *this;
  }
  TraceOf& call(const std::string& who, Op op, Outcome outcome, bool racing = false) {
    issue(who, std::move(op), racing);
    return answer(last_, who, std::move(outcome));
  }
  // Numbers have gaps, as when the harness asked something of its own.
  TraceOf& issue(const std::string& who, Op op, bool racing = false) {
    last_ += 2;
    trace_.events.emplace_back(CallEvent{last_, who, std::move(op), racing});
    return *this;
  }
  TraceOf& answer(CallId id, const std::string& who, Outcome outcome) {
    trace_.events.emplace_back(ReturnEvent{id, who, std::move(outcome)});
    return *this;
  }
  TraceOf& fork(const std::string& who, const std::string& child, std::int64_t pid) {
    issue(who, Fork{child, 5});
    birth(child, who, pid);
    return answer(last_, who, answers(pid));
  }

  static Outcome answers(std::int64_t value, std::vector<std::int64_t> outputs = {},
                         std::string data = {}) {
    return {value, 0, std::move(data), std::move(outputs)};
  }
  const Trace& trace() const { return trace_; }

 private:
  Trace trace_;
  CallId last_ = 1;
};

void check_script(const TraceOf& made, const std::string& lines) {
  const Script script = script_of(made.trace());
  CHECK(print_script(script) == kHead + lines);
  CHECK(parse_script(print_script(script)) == script);
}

TEST_CASE("descriptors of a trace refer to the latest answer that gave them") {
  TraceOf trace("p");
  trace.call("p", MakePipe{}, TraceOf::answers(0, {3, 4}))
      .call("p", Close{{3}}, TraceOf::answers(0))
      .call("p", Read{{3}, 1}, {.value = -1, .error = EBADF, .data = {}, .outputs = {}})
      .call("p", Dup{{4}}, TraceOf::answers(3))
      .call("p", Write{{3}, "x"}, TraceOf::answers(1))
      .call("p", Dup2{{3}, {9}}, TraceOf::answers(9))
      .call("p", Close{{9}}, TraceOf::answers(0))
      .call("p", Close{{2}}, TraceOf::answers(0));
  check_script(trace, R"(process p
1 p make_pipe flags=O_RDONLY
2 p close fd=@1.read_end
3 p read fd=@1.read_end size_bytes=1
4 p dup fd=@1.write_end
5 p write fd=@4 data="x"
6 p dup2 fd=@4 target=9
7 p close fd=@6
8 p close fd=2
)");
}

TEST_CASE("a child of a trace has the descriptors of its parent from before the fork") {
  TraceOf trace("p");
  trace.call("p", MakePipe{}, TraceOf::answers(0, {3, 4}))
      .fork("p", "c", 101)
      .call("p", Close{{3}}, TraceOf::answers(0))
      .call("p", Open{"f", O_RDONLY, 0}, TraceOf::answers(3))
      .call("c", Close{{3}}, TraceOf::answers(0))
      .call("c", MakePipe{}, TraceOf::answers(0, {5, 6}))
      .call("p", Close{{5}}, {.value = -1, .error = EBADF, .data = {}, .outputs = {}})
      .call("p", CopyForeignDescriptor{101, {5}}, TraceOf::answers(8));
  check_script(trace, R"(process p
1 p make_pipe flags=O_RDONLY
2 p fork child="c" slot=0
3 p close fd=@1.read_end
4 p open path="f" flags=O_RDONLY mode=0000
5 c close fd=@1.read_end
6 c make_pipe flags=O_RDONLY
7 p close fd=5
8 p pidfd_getfd pid=@c fd=@6.read_end
)");
}

TEST_CASE("addresses of a trace refer to the memory that they lie in, or just past") {
  TraceOf trace("p");
  trace.call("p", Map{{-1}, 8192, 3, 0x21}, TraceOf::answers(0, {0x10000}))
      .call("p", Map{{-1}, 4096, 3, 0x21}, TraceOf::answers(0, {0xf000}))
      .call("p", Load{{0x10000}, 1}, TraceOf::answers(1, {}, "x"))
      .call("p", Load{{0x11fff}, 1}, TraceOf::answers(1, {}, "x"))
      .call("p", Load{{0xf004}, 1}, TraceOf::answers(1, {}, "x"))
      .call("p", LoadGuarded{{0x12000}}, TraceOf::answers(11, {1, 0}))
      .call("p", LoadGuarded{{0x9000}}, TraceOf::answers(11, {1, 0}))
      .call("p", SemOpen{"/ipcspec-a1b2c3.4.0", O_CREAT, 0600, 1}, TraceOf::answers(0, {0x7000}))
      .call("p", SemWait{{0x7000}}, TraceOf::answers(0))
      .call("p", SetHandler{SIGUSR1, static_cast<int>(HandlerBody::post_semaphore), 0x7000, 0, {}},
            TraceOf::answers(0));
  check_script(trace, R"(process p
1 p map fd=-1 size_bytes=8192 protection=PROT_READ|PROT_WRITE flags=MAP_SHARED|MAP_ANONYMOUS
2 p map fd=-1 size_bytes=4096 protection=PROT_READ|PROT_WRITE flags=MAP_SHARED|MAP_ANONYMOUS
3 p load address=@1.address size_bytes=1
4 p load address=@1.address+8191 size_bytes=1
5 p load address=@2.address+4 size_bytes=1
6 p load_guarded address=@2.address+12288
7 p load_guarded address=0x9000
8 p sem_open name=@name.0 flags=O_RDONLY|O_CREAT mode=0600 initial=1
9 p sem_wait semaphore=@8.address
10 p set_handler signal=SIGUSR1 body=6 argument=@8.address flags=0 mask={}
)");
}

TEST_CASE("pids, names and addresses of sockets in a trace refer to where they came from") {
  TraceOf trace("p");
  trace.birth("q", "", 200)
      .call("p", Kill{200, SIGUSR1}, TraceOf::answers(0))
      .call("p", Kill{0, SIGUSR1}, TraceOf::answers(0))
      .call("p", Wait{-1, 0}, TraceOf::answers(-1))
      .call("q", GetIdentity{}, TraceOf::answers(0, {200, 99, 200, 98, 022, 0}))
      .call("q", Kill{99, 0}, TraceOf::answers(0))
      .call("q", Kill{77, 0}, TraceOf::answers(0))
      .call("p", ShmOpen{"/ipcspec-a1b2c3.4.7", O_CREAT, 0600}, TraceOf::answers(3))
      .call("p", ShmOpen{"/ipcspec-a1b2c3.4.8", O_CREAT, 0600}, TraceOf::answers(4))
      .call("q", ShmUnlink{"/ipcspec-a1b2c3.4.7"}, TraceOf::answers(0))
      .call("q", ShmUnlink{"/no such"}, TraceOf::answers(0))
      .call("p", Bind{{3}, "127.0.0.1:0"}, TraceOf::answers(0))
      .call("p", GetSocketName{{3}}, TraceOf::answers(0, {}, "127.0.0.1:4000"))
      .call("q", Connect{{5}, "127.0.0.1:4000"}, TraceOf::answers(0))
      .call("p", Bind{{3}, "unix:s"}, TraceOf::answers(0))
      .call("p", GetSocketName{{3}}, TraceOf::answers(0, {}, "unix:s"))
      .call("q", Connect{{5}, "unix:s"}, TraceOf::answers(0));
  check_script(trace, R"(process p
process q
1 p kill pid=@q signal=SIGUSR1
2 p kill pid=0 signal=SIGUSR1
3 p wait pid=-1 options=0
4 q get_identity
5 q kill pid=@4.parent signal=0
6 q kill pid=77 signal=0
7 p shm_open name=@name.0 flags=O_RDONLY|O_CREAT mode=0600
8 p shm_open name=@name.1 flags=O_RDONLY|O_CREAT mode=0600
9 q shm_unlink name=@name.0
10 q shm_unlink name="/no such"
11 p bind fd=@7 address="127.0.0.1:0"
12 p get_socket_name fd=@7
13 q connect fd=5 address=@12.data
14 p bind fd=@7 address="unix:s"
15 p get_socket_name fd=@7
16 q connect fd=5 address="unix:s"
)");
}

TEST_CASE("calls of a trace that were released together are a race") {
  TraceOf trace("p");
  trace.birth("q", "", 200)
      .issue("p", Pause{}, true)
      .issue("q", Pause{}, true)
      .issue("p", Pause{}, true)
      .answer(3, "p", TraceOf::answers(0))
      .issue("q", Pause{}, true)
      .issue("p", Pause{})
      .issue("q", Pause{});
  check_script(trace, R"(process p
process q
race 1 p pause
with 2 q pause
3 p pause
4 q pause
5 p pause
6 q pause
)");
}

TEST_CASE("a trace that is not one of processes is no script") {
  CHECK_THROWS_AS(script_of(TraceOf("p").birth("p", "", 2).trace()), Broken);
  CHECK_THROWS_AS(script_of(TraceOf("").trace()), Broken);
  CHECK_THROWS_AS(script_of(TraceOf("p").birth("q", "p", 2).trace()), Broken);
  CHECK_THROWS_AS(script_of(TraceOf("p").issue("q", Pause{}).trace()), Broken);
  CHECK_THROWS_AS(script_of(TraceOf("p").answer(1, "p", {}).trace()), Broken);
  CHECK_THROWS_AS(script_of(TraceOf("p").issue("p", Fork{"c", 1}).issue("p", Fork{"c", 2}).trace()),
                  Broken);
  // Another group in another run.
  CHECK_THROWS_AS(script_of(TraceOf("p").issue("p", Kill{-4711, SIGKILL}).trace()), Broken);
}

const char* const kPage = "docs/script.md";

TEST_CASE("the example in docs/script.md is a script with every kind of reference") {
  const std::string text = Document(kPage).example("script");
  const Script script = parse_script(text);
  check_round_trip(script);
  std::set<Reference::To> references;
  for (const ScriptStep& made : script.steps) {
    for (const ScriptCall& call : made.calls) {
      for (const Reference& reference : call.references) references.insert(reference.to);
    }
  }
  CHECK(references.size() == 5);
  CHECK(print_script(script) == without_comments(text));
}

TEST_CASE("the errors in docs/script.md are the parser's") {
  Document(kPage).check_errors(
      [](const std::string& text) { return parse_script(text); },
      {
          kHead + "process parent\n1 parent read fd=@2.read_end size_bytes=1\n",
          kHead + "process parent\n1 parent fork child=\"child\" slot=0\n2 chlid exit status=0\n",
          kHead + "process p\nprocess q\nrace 1 p pause\n2 q pause\n",
      });
}

}  // namespace
}  // namespace ipcspec::op
