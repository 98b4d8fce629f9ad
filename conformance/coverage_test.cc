// Every rule has a test, and every test a rule.
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/interfaces/catch_interfaces_registry_hub.hpp>
#include <catch2/interfaces/catch_interfaces_testcase.hpp>
#include <map>
#include <string>

#include "conformance/rule_test.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::conformance {
namespace {

TEST_CASE("Every rule that is not declared untestable has one test, and every test a rule") {
  std::map<std::string, int> tests;
  for (const auto* info : Catch::getRegistryHub().getTestCaseRegistry().getAllInfos()) {
    for (const Catch::Tag& tag : info->tags) ++tests[std::string(tag.original)];
  }
  for (const spec::Rule* rule : spec::all_rules()) {
    INFO(rule->id);
    CHECK(tests[std::string(rule->id)] == (spec::has_test(*rule) ? 1 : 0));
  }
  // This test case itself is the only one without a rule.
  const std::size_t all = Catch::getRegistryHub().getTestCaseRegistry().getAllInfos().size();
  CHECK(all == spec::rules().size() + 1);
}

}  // namespace
}  // namespace ipcspec::conformance

int main(int argc, char** argv) {
  // The rules' own tests run elsewhere; here they are only counted.
  Catch::Session session;
  const int unusable = session.applyCommandLine(argc, argv);
  if (unusable != 0) return unusable;
  session.configData().testsOrTags = {"Every rule that is not declared untestable*"};
  return session.run();
}
