#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <variant>

#include "report/diff.hpp"
#include "report/expect.hpp"
#include "report/formats.hpp"
#include "report/json.hpp"
#include "report/matrix_tty.hpp"
#include "report/read.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

RuleResult result_of(std::size_t place, Verdict verdict, std::string message = "") {
  RuleResult result;
  result.rule = spec::rules()[place];
  result.verdict = verdict;
  result.message = std::move(message);
  result.runs[static_cast<std::size_t>(verdict)] = 1;
  return result;
}

Results platform_of(const std::string& name, std::vector<RuleResult> rules) {
  Results results;
  results.platform.name = name;
  results.platform.release = "6.1";
  results.platform.limits = {{"nofile", "1/2"}};
  results.rules = std::move(rules);
  results.incidents = {"it hiccuped"};
  return results;
}

Matrix two_platforms() {
  Matrix matrix;
  matrix.platforms = {
      platform_of("native", {result_of(0, Verdict::pass), result_of(1, Verdict::pass)}),
      platform_of("gvisor:ptrace", {result_of(0, Verdict::fail, "</script><!-- \xff\n# second"),
                                    result_of(1, Verdict::unsupported, "no such call")})};
  Results missing;
  missing.platform.name = "uml";
  missing.missing = "the program linux.uml";
  missing.remedy = "apt-get install user-mode-linux";
  matrix.platforms.push_back(missing);
  return matrix;
}

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("A matrix reads back from its JSON, and so does the run of one platform") {
  const Matrix matrix = two_platforms();
  const std::string text = matrix_json(matrix);
  CHECK(matrix_json(std::get<Matrix>(read_matrix(text))) == text);
  const Matrix alone = {{matrix.platforms[0]}, 0};
  const auto again = std::get<Matrix>(read_matrix(matrix_text(alone, Format::json)));
  CHECK(matrix_text(again, Format::json) == matrix_text(alone, Format::json));
}

TEST_CASE("Results that are none are refused with the member that is wrong") {
  const auto refusal_of = [](const std::string& text) -> std::string {
    const auto read = read_matrix(text);
    const auto* error = std::get_if<ReadError>(&read);
    return error == nullptr ? "" : error->what;
  };
  const auto refusal = [&](const Json& json) { return refusal_of(json.dump()); };
  Json json = Json::parse(matrix_json(two_platforms()));
  CHECK(refusal(json).empty());
  CHECK(refusal_of("{").starts_with("is not JSON: "));
  CHECK(refusal_of("[]") == "lacks the member 'schema'");
  // Copied level by level it would exhaust the stack.
  const std::string deep = R"({"schema":"ipcspec.results/1","duration_s":1,"platform":)";
  constexpr const char* too_deep = "is nested deeper than 32 levels, as no results are";
  CHECK(refusal_of(deep + std::string(1'000'000, '[')) == too_deep);
  CHECK(refusal_of(deep + std::string(32, '[') + std::string(32, ']') + "}") == too_deep);
  CHECK(refusal_of(deep + std::string(31, '[') + std::string(31, ']') + "}") ==
        "lacks the member 'system'");
  json["runs"][1]["rules"][0]["verdict"] = "passed";
  CHECK(refusal(json).find("'passed'") != std::string::npos);
  json["runs"][1]["rules"][0].erase("verdict");
  CHECK(refusal(json).find("'verdict'") != std::string::npos);
  json["schema"] = "ipcspec.bench/1";
  CHECK(refusal(json).find("ipcspec.bench/1") != std::string::npos);
  json = Json::parse(matrix_json(two_platforms()));
  for (const Json& number : {Json(1e300), Json(1.5), Json(std::uint64_t{1} << 63), Json(true)}) {
    Json wrong = json;
    wrong["runs"][0]["platform"]["pid"] = number;
    CHECK(refusal(wrong) == "has a member 'pid' of a wrong type");
  }
  Json twice = json;
  twice["runs"][1]["platform"]["name"] = "native";
  CHECK(refusal(twice) == "has two runs on the platform 'native'");
  twice = json;
  twice["runs"][0]["rules"][1]["id"] = twice["runs"][0]["rules"][0]["id"];
  CHECK(refusal(twice).find("two results of the rule") != std::string::npos);
  json["runs"][0]["platform"]["processors"] = std::int64_t{1} << 40;
  CHECK(refusal(json).find("'processors'") != std::string::npos);
  json = Json::parse(matrix_json(two_platforms()));
  json["runs"][0]["rules"][0]["id"] = "pipe.of-another-version";
  int unknown = 0;
  const auto read = std::get<Matrix>(read_matrix(json.dump(), &unknown));
  CHECK(read.platforms[0].rules.size() == 1);
  CHECK(unknown == 1);
}

TEST_CASE("A matrix is as bad as its worst platform, but a missing one is no fault") {
  Matrix matrix = two_platforms();
  CHECK(exit_code_of(matrix) == kExitViolated);
  matrix.platforms[1].rules[0].expected = "known";
  CHECK(exit_code_of(matrix) == kExitKept);
  matrix.platforms[0].stopped_by = "its end";
  CHECK(exit_code_of(matrix) == kExitBroken);
}

TEST_CASE("For people, the rules that are not kept everywhere are told with where and why") {
  const std::string text = matrix_tty(two_platforms(), {});
  CHECK(text.find(std::string(spec::rules()[1]->id)) != std::string::npos);
  CHECK(text.find("gvisor:ptrace: no such call") != std::string::npos);
  CHECK(text.find("uml was not run: the program linux.uml is missing") != std::string::npos);
  CHECK(text.find("2 of 3 platforms") != std::string::npos);
}

TEST_CASE("TAP and KTAP have a subtest per platform, and points that are counted") {
  Matrix matrix = two_platforms();
  const std::string tap = matrix_text(matrix, Format::tap);
  CHECK(tap.starts_with("TAP version 14\n1..3\n# Subtest: native\n    1..2\n    ok 1 - "));
  CHECK(tap.find("\nnot ok 2 - gvisor:ptrace\n") != std::string::npos);
  CHECK(tap.find("\nok 3 - uml # SKIP the program linux.uml is missing") != std::string::npos);
  const std::string ktap = matrix_text(matrix, Format::ktap);
  CHECK(ktap.starts_with("KTAP version 1\n1..3\n  KTAP version 1\n  # Subtest: native\n  1..2\n"));
  CHECK(count_of("\n  ok ", ktap) == 3);
  CHECK(count_of("\n  not ok ", ktap) == 1);
  matrix.platforms[1].rules[0].expected = "known";
  CHECK(matrix_text(matrix, Format::ktap).find(" # XFAIL known\n") != std::string::npos);
}

TEST_CASE("JUnit has suites per platform, skips what is expected, and tells of the platforms") {
  Matrix matrix = two_platforms();
  std::string text = matrix_text(matrix, Format::junit);
  CHECK(text.find("tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"2\"") != std::string::npos);
  CHECK(text.find("<testsuite name=\"gvisor:ptrace.pipe\"") != std::string::npos);
  matrix.platforms[1].rules[0].expected = "known";
  text = matrix_text(matrix, Format::junit);
  CHECK(text.find("tests=\"5\" failures=\"0\" errors=\"0\" skipped=\"3\"") != std::string::npos);
}

Json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const auto start = page.find(begin) + begin.size();
  return Json::parse(page.substr(start, page.find("</script>") - start));
}

TEST_CASE("The page holds pictures as text and drawn, as far as there is a trace") {
  Matrix matrix = two_platforms();
  RuleResult& result = matrix.platforms[1].rules[0];
  result.picture = "p\n";
  result.trace = "ipcspec-trace 1\nbirth p pid=1\n";
  const auto picture = [&] {
    const Json data = data_of(matrix_text(matrix, Format::html));
    return data["pictures"][matrix.platforms[1].platform.name][std::string(result.rule->id)];
  };
  CHECK(picture()["text"] == "p\n");
  CHECK(picture()["svg"].get<std::string>().find("born, pid 1") != std::string::npos);
  result.trace = "no trace";
  CHECK(picture()["svg"] == "");
}

TEST_CASE("The page holds the results as data that cannot end its script") {
  const std::string page = matrix_text(two_platforms(), Format::html);
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(count_of("</script>", page) == 2);
  CHECK(count_of("<!--", page) == 1);
  CHECK(page.find("http") == std::string::npos);
  const Json data = data_of(page);
  CHECK(data["runs"][1]["rules"][0]["message"].get<std::string>().starts_with("</script><!-- "));
  CHECK(data["rules"].size() == spec::rules().size());
}

TEST_CASE("Differences: regressions first, known deviations are none") {
  const Matrix before = two_platforms();
  Matrix after = before;
  CHECK(differences_between(before, after).empty());
  after.platforms[1].rules[1].verdict = Verdict::pass;
  after.platforms[0].rules[1] = result_of(1, Verdict::fail, "why");
  auto differences = differences_between(before, after);
  REQUIRE(differences.size() == 2);
  CHECK(differences[0].change == Change::regression);
  CHECK(differences[0].platform == "native");
  CHECK(differences[0].text == "pass -> fail: why");
  CHECK(differences[1].change == Change::improvement);
  after.platforms[0].rules[1].expected = "known";
  CHECK(differences_between(before, after)[0].change == Change::improvement);
  after.platforms[0].missing = "its cable";
  CHECK(differences_between(before, after)[0].change == Change::regression);
  after.platforms.erase(after.platforms.begin());
  CHECK(differences_between(before, after).back().change == Change::removed);
}

TEST_CASE("Expectations are read with their places, and refused with what would be right") {
  const auto all = parse_expectations(
      "# why\nplatform  gvisor:*\n\npipe.*  fail  a reason, with words \n", "some.expect");
  REQUIRE(all.size() == 1);
  CHECK(all[0].platform == "gvisor:*");
  CHECK(all[0].rule == "pipe.*");
  CHECK(all[0].verdict == Verdict::fail);
  CHECK(all[0].reason == "a reason, with words");
  CHECK(all[0].place == "some.expect:4");
  for (const char* text : {"pipe.* fail why", "platform", "platform x\npipe.* pass why",
                           "platform x\npipe.* fail", "platform x\npipes fail why"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_expectations(text, "f"), BadExpectations);
  }
}

TEST_CASE("What is expected is marked, and what does not show is told") {
  Matrix matrix = two_platforms();
  const std::string id(spec::rules()[0]->id);
  mark_expected(parse_expectations("platform *\n" + id + " fail why", "f"), matrix);
  CHECK(matrix.platforms[1].rules[0].expected == "why");
  CHECK(matrix.platforms[1].stale.empty());
  CHECK(matrix.platforms[0].rules[0].expected.empty());
  REQUIRE(matrix.platforms[0].stale.size() == 1);
  CHECK(matrix.platforms[0].stale[0].starts_with("f:2: " + id));
}

TEST_CASE("What need not show is marked where it shows, and no news where it does not") {
  Matrix matrix = two_platforms();
  const std::string id(spec::rules()[0]->id);
  mark_expected(parse_expectations("platform *\n" + id + " fail|pass why", "f"), matrix);
  CHECK(matrix.platforms[1].rules[0].expected == "why");
  CHECK(matrix.platforms[0].rules[0].expected.empty());
  CHECK(matrix.platforms[0].stale.empty());
}

TEST_CASE("The expectations of the tree are in order") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("expectations")) {
    if (entry.path().extension() != ".expect") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    INFO(entry.path());
    CHECK_FALSE(parse_expectations(text, entry.path().string()).empty());
    ++count;
  }
  CHECK(count > 0);
}

}  // namespace
}  // namespace ipcspec::report
