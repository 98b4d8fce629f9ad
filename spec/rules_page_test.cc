#include "spec/rules_page.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

TEST_CASE("docs/rules.md is what the catalogue says") {
  std::ifstream file("docs/rules.md", std::ios::binary);
  REQUIRE(file.is_open());
  const std::string checked_in{std::istreambuf_iterator<char>(file), {}};
  INFO("docs/rules.md is out of date: bazel run //spec:rules_page > docs/rules.md");
  // Only the verdict: two whole pages in the log would help nobody.
  const bool up_to_date = checked_in == ipcspec::spec::rules_page();
  CHECK(up_to_date);
}
