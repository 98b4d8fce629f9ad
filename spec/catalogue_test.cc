#include "spec/catalogue.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "spec/cheatsheet.hpp"
#include "spec/errata.hpp"
#include "spec/fd.hpp"
#include "spec/pipe.hpp"
#include "spec/sem.hpp"

namespace spec = ipcspec::spec;
using spec::Rule;

namespace {

bool starts_with_capital(std::string_view text) {
  return !text.empty() && std::isupper(static_cast<unsigned char>(text.front())) != 0;
}

// "pipe() makes ..."
bool starts_with_call(std::string_view text) {
  const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  return end != text.npos && end > 0 && text.substr(end).starts_with("()");
}

bool is_one_sentence(std::string_view text) {
  return (starts_with_capital(text) || starts_with_call(text)) && text.ends_with('.') &&
         text.find(". ") == text.npos && text.find("  ") == text.npos;
}

}  // namespace

TEST_CASE("The catalogue holds the 184 rules of the cheat sheet") {
  const auto of_the_sheet = [](const Rule* rule) { return !rule->cheat_sheet.empty(); };
  CHECK(std::ranges::count_if(spec::rules(), of_the_sheet) == 184);
}

TEST_CASE("Rules stand in the order of their mechanisms") {
  CHECK(std::ranges::is_sorted(spec::rules(), {}, &Rule::mechanism));
  CHECK(std::ranges::is_sorted(spec::model_rules(), {}, &Rule::mechanism));
}

TEST_CASE("An id is well formed, unique and begins with its mechanism") {
  const std::regex well_formed(R"([a-z]+(\.[a-z0-9]+(-[a-z0-9]+)*){1,2})");
  std::set<std::string_view> seen;
  for (const Rule* rule : spec::all_rules()) {
    INFO(rule->id);
    CHECK(std::regex_match(std::string(rule->id), well_formed));
    CHECK(rule->id.starts_with(std::string(to_string(rule->mechanism)) + "."));
    CHECK(seen.insert(rule->id).second);
  }
}

TEST_CASE("A rule is one sentence that can name a test") {
  std::set<std::string_view> seen;
  for (const Rule* rule : spec::all_rules()) {
    INFO(rule->id << ": " << rule->sentence);
    CHECK(is_one_sentence(rule->sentence));
    // It names a test: characters with a meaning in the test filters of Catch2.
    CHECK(rule->sentence.find_first_of("[]\"\\*~") == std::string_view::npos);
    CHECK(rule->sentence.size() <= 260);
    CHECK(seen.insert(rule->sentence).second);
  }
}

TEST_CASE("A rule says who demands it") {
  for (const Rule* rule : spec::all_rules()) {
    INFO(rule->id);
    CHECK_FALSE(rule->sources.empty());
    for (const spec::Source& source : rule->sources) CHECK_FALSE(source.work.empty());
  }
}

TEST_CASE("A rule that POSIX demands cites POSIX") {
  for (const Rule* rule : spec::all_rules()) {
    if (rule->force != spec::Force::posix_shall) continue;
    INFO(rule->id);
    CHECK(std::ranges::any_of(rule->sources, [](const spec::Source& source) {
      return source.work.starts_with("POSIX");
    }));
  }
}

TEST_CASE("A rule that cannot be tested says why, and the model judges it") {
  for (const Rule* rule : spec::all_rules()) {
    if (spec::has_test(*rule)) continue;
    INFO(rule->id);
    CHECK(is_one_sentence(rule->untestable));
    CHECK(std::ranges::count(spec::model_rules(), rule) == 1);
  }
}

TEST_CASE("Every item of the cheat sheet is covered by a rule") {
  std::set<std::string_view> covered;
  for (const Rule* rule : spec::rules()) {
    covered.insert(rule->cheat_sheet.begin(), rule->cheat_sheet.end());
  }
  for (const spec::CheatSheetItem& item : spec::cheat_sheet_items()) {
    INFO(item.id << ": " << item.text);
    CHECK(covered.contains(item.id));
  }
}

TEST_CASE("Every item that a rule names is in the cheat sheet, and is named once") {
  for (const Rule* rule : spec::rules()) {
    std::set<std::string_view> seen;
    for (const std::string_view item : rule->cheat_sheet) {
      INFO(rule->id << " names " << item);
      CHECK(spec::find_cheat_sheet_item(item) != nullptr);
      CHECK(seen.insert(item).second);
    }
  }
}

TEST_CASE("Items of the cheat sheet have unique ids and a text") {
  std::set<std::string_view> seen;
  for (const spec::CheatSheetItem& item : spec::cheat_sheet_items()) {
    INFO(item.id);
    CHECK(seen.insert(item.id).second);
    CHECK_FALSE(item.text.empty());
    CHECK(spec::find_cheat_sheet_item(item.id) == &item);
  }
  CHECK(spec::find_cheat_sheet_item("Pipe/Notes/5") == nullptr);
}

TEST_CASE("The 46 errata are numbered in order and have sources and rules") {
  int number = 0;
  for (const spec::Erratum& erratum : spec::errata()) {
    INFO(erratum.number << ": " << erratum.text);
    CHECK(erratum.number == ++number);
    CHECK(starts_with_capital(erratum.text));
    CHECK(erratum.text.ends_with('.'));
    CHECK_FALSE(erratum.sources.empty());
    CHECK_FALSE(erratum.rules.empty());
  }
  CHECK(number == 46);
}

TEST_CASE("A rule has an erratum exactly if the numbered list refers to it") {
  std::set<std::string_view> listed;
  for (const spec::Erratum& erratum : spec::errata()) {
    for (const Rule* rule : erratum.rules) listed.insert(rule->id);
  }
  for (const Rule* rule : spec::rules()) {
    INFO(rule->id << ": " << rule->erratum);
    CHECK(rule->erratum.empty() != listed.contains(rule->id));
    CHECK((rule->erratum.empty() || is_one_sentence(rule->erratum)));
  }
}

TEST_CASE("A rule is found by its exact id only") {
  CHECK(spec::find("pipe.eof.all-writers-closed") == &spec::pipe::eof_all_writers_closed);
  CHECK(spec::find("sem.open.initial-value") == &spec::sem::open_initial_value);
  CHECK(spec::find("pipe.eof") == nullptr);
  CHECK(spec::find("") == nullptr);
  for (const Rule* rule : spec::all_rules()) CHECK(spec::find(rule->id) == rule);
}

TEST_CASE("A rule is judged by a test of its own, by the model, or by both") {
  for (const Rule* rule : spec::rules()) CHECK(spec::has_test(*rule));
  const auto all = spec::all_rules();
  CHECK(std::ranges::any_of(all, [](const Rule* rule) { return !spec::has_test(*rule); }));
  for (const Rule* rule : spec::model_rules()) {
    INFO(rule->id);
    CHECK(std::ranges::count(all, rule) == 1);
    CHECK(rule->cheat_sheet.empty());
  }
}

TEST_CASE("A pattern selects rules in the order of the catalogue") {
  using Selection = std::vector<const Rule*>;
  const auto all_of = [](const auto& list) { return Selection(list.begin(), list.end()); };
  Selection of_fd = all_of(spec::fd::kRules);
  of_fd.insert(of_fd.end(), spec::fd::kModelRules.begin(), spec::fd::kModelRules.end());
  CHECK(spec::match("*") == spec::all_rules());
  CHECK(spec::match("fd") == of_fd);
  CHECK(spec::match("fd.*") == of_fd);
  CHECK(spec::match("pipe.eof.repeats") == Selection{&spec::pipe::eof_repeats});
  CHECK(spec::match("pipe.eof.repeat?") == Selection{&spec::pipe::eof_repeats});
  CHECK(spec::match("*.eof.*-writers-closed") == Selection{&spec::pipe::eof_all_writers_closed});
  CHECK(spec::match("pipe.eof").empty());
  CHECK(spec::match("").empty());
  CHECK(spec::match("PIPE").empty());
}

TEST_CASE("A misspelt id leads to the nearest one") {
  CHECK(spec::nearest("pipe.eof.repeat") == "pipe.eof.repeats");
  CHECK(spec::nearest("sem.open.inital-value") == "sem.open.initial-value");
  CHECK(spec::nearest("pipe.eof.repeats") == "pipe.eof.repeats");
  CHECK(spec::nearest("q").empty());
  CHECK(spec::nearest("").empty());
}

TEST_CASE("Mechanisms and forces have names") {
  CHECK(to_string(spec::Mechanism::unix_socket) == "unix");
  CHECK(to_string(spec::Mechanism::pipe) == "pipe");
  CHECK(to_string(spec::Force::posix_shall) == "posix-shall");
  CHECK(to_string(spec::Force::linux_only) == "linux");
}
