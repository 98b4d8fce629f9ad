// Goal: a script's text is its value, and what it leaves open is filled in with the right answers.
#include <fcntl.h>
#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <map>
#include <string>

#include "core/error.hpp"
#include "ops/bind.hpp"

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

}  // namespace
}  // namespace ipcspec::op
