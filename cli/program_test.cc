#include "cli/program.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>

#include "cli/completions.hpp"
#include "cli/manual.hpp"
#include "cli/rules_named.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

TEST_CASE("docs/ipcspec.1 is what the command tree says") {
  std::ifstream file("docs/ipcspec.1", std::ios::binary);
  REQUIRE(file.is_open());
  const std::string checked_in{std::istreambuf_iterator<char>(file), {}};
  Program program;
  add_commands(program);
  INFO("docs/ipcspec.1 is out of date: bazel run //cli:manual_page > docs/ipcspec.1");
  const bool up_to_date = checked_in == manual_page(program);
  CHECK(up_to_date);
}

TEST_CASE("Every option of every command is in the manual page and in all completions") {
  Program program;
  add_commands(program);
  const std::string manual = manual_page(program);
  for (const CLI::App* command : program.commands()) {
    INFO(command->get_name());
    CHECK(manual.find("ipcspec " + command->get_name()) != std::string::npos);
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        INFO(name);
        std::string typed = "\\-\\-" + name;
        for (std::size_t at = 4; (at = typed.find('-', at)) != std::string::npos; at += 2) {
          typed.insert(at, "\\");
        }
        CHECK(manual.find(typed) != std::string::npos);
        CHECK(completions_text(program, "bash").find("--" + name) != std::string::npos);
        CHECK(completions_text(program, "zsh").find("--" + name) != std::string::npos);
        CHECK(completions_text(program, "fish").find("-l " + name) != std::string::npos);
      }
    }
  }
}

TEST_CASE("Every command and option says what it is for, and every command gives an example") {
  Program program;
  add_commands(program);
  REQUIRE_FALSE(program.commands().empty());
  for (const CLI::App* command : program.commands()) {
    INFO(command->get_name());
    CHECK_FALSE(command->get_description().empty());
    CHECK(program.examples.contains(command));
    CHECK(command->get_footer().find("ipcspec " + command->get_name()) != std::string::npos);
    for (const CLI::Option* option : command->get_options()) {
      CHECK_FALSE(option->get_description().empty());
    }
  }
}

TEST_CASE("The nearest word forgives slips of the finger, not other words") {
  const std::vector<std::string> commands = {"run", "list", "explain", "doctor", "gc"};
  CHECK(nearest_word("rnu", commands) == "run");
  CHECK(nearest_word("lst", commands) == "list");
  CHECK(nearest_word("explian", commands) == "explain");
  CHECK(nearest_word("xyzzy", commands).empty());
  CHECK(nearest_word("", commands).empty());
}

TEST_CASE("Patterns name each rule once, in the order of the catalogue") {
  const auto rules = rules_named({"pipe.eof.*", "pipe"});
  CHECK(rules == rules_named({"pipe"}));
  CHECK(rules_named({}).size() > rules.size());
  CHECK_THROWS_AS(rules_named({"pipe", "pipe.eof.all-writer"}), UsageError);
  CHECK_THROWS_AS(tests_named({"pipe", "pipe.eof.all-writer"}), UsageError);
  CHECK_THROWS_AS(rule_named("pipe"), UsageError);
}

TEST_CASE("Only rules with a test can be run") {
  const auto all = rules_named({"pipe"});
  const auto tests = tests_named({"pipe"});
  CHECK(tests.size() < all.size());
  CHECK(std::ranges::all_of(tests, [](const spec::Rule* rule) { return spec::has_test(*rule); }));
  CHECK_FALSE(rules_named({"pipe.write.zero-length"}).empty());
  CHECK_THROWS_AS(tests_named({"pipe", "pipe.write.zero-length"}), UsageError);
  CHECK(rule_named("pipe.write.zero-length").id == "pipe.write.zero-length");
}

}  // namespace
}  // namespace ipcspec::cli
