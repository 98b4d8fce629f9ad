#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/results.hpp"
#include "report/summary.hpp"
#include "report/tap.hpp"
#include "report/tty.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

RuleResult result_of(const spec::Rule& rule, Verdict verdict, std::string message) {
  RuleResult result;
  result.rule = &rule;
  result.verdict = verdict;
  result.evidence = Evidence::proven;
  result.duration_us = 1500;
  result.cpu_us = 700;
  result.message = std::move(message);
  result.trace = verdict == Verdict::pass ? "" : "call 1 parent read fd=3\nquiet 1\n";
  result.picture = "parent | read\n";
  result.runs[static_cast<std::size_t>(verdict)] = 1;
  return result;
}

// One rule of each verdict, in the order of the catalogue.
Results one_of_each() {
  Results results;
  results.platform.system = "Linux";
  results.platform.namespaces = {{"pid", "pid:[1]"}};
  results.duration_s = 0.25;
  const auto rules = spec::rules();
  for (std::size_t i = 0; i < kVerdictNames.size(); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    results.rules.push_back(
        result_of(*rules[i], verdict, verdict == Verdict::pass ? "" : "because # of <this>"));
  }
  return results;
}

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("Exit codes: a violation outranks our own faults, which outrank the rest") {
  const auto code_of = [](std::initializer_list<Verdict> verdicts) {
    Results results;
    for (const Verdict verdict : verdicts) {
      results.rules.push_back(result_of(*spec::rules()[0], verdict, ""));
    }
    return exit_code_of(results);
  };
  CHECK(code_of({}) == 0);
  CHECK(code_of({Verdict::pass, Verdict::unsupported, Verdict::unjudged}) == 0);
  CHECK(code_of({Verdict::pass, Verdict::unknown}) == 3);
  CHECK(code_of({Verdict::broken}) == 3);
  CHECK(code_of({Verdict::broken, Verdict::fail, Verdict::pass}) == 1);
}

TEST_CASE("JSON results carry the fields of their schema") {
  Results results = one_of_each();
  results.seed = 7;
  const auto json = nlohmann::json::parse(results_json(results));
  CHECK(json["schema"] == "ipcspec.results/1");
  CHECK(json["platform"]["namespaces"]["pid"] == "pid:[1]");
  CHECK(json["seed"] == 7);
  CHECK(json["complete"] == true);
  REQUIRE(json["rules"].size() == results.rules.size());
  for (std::size_t i = 0; i < results.rules.size(); ++i) {
    const auto& rule = json["rules"][i];
    CHECK(rule["id"] == results.rules[i].rule->id);
    CHECK(rule["mechanism"] == "pipe");
    CHECK(rule["verdict"] == kVerdictNames[i]);
    CHECK(rule["evidence"] == "proven");
    CHECK(rule["duration_us"] == 1500);
    CHECK(rule["cpu_us"] == 700);
    CHECK(rule["trace"] == results.rules[i].trace);
    CHECK_FALSE(rule.contains("runs"));
    CHECK(json["summary"][std::string(kVerdictNames[i])] == 1);
  }
}

TEST_CASE("JSON results say when they are not all, and count repeated runs") {
  Results results = one_of_each();
  results.repeat = 3;
  results.rules[0].runs = {2, 0, 0, 0, 0, 1};
  results.not_run = 4;
  results.stopped_by = "SIGINT";
  const auto json = nlohmann::json::parse(results_json(results));
  CHECK(json["seed"].is_null());
  CHECK(json["complete"] == false);
  CHECK(json["stopped_by"] == "SIGINT");
  CHECK(json["summary"]["not_run"] == 4);
  CHECK(json["rules"][0]["runs"]["pass"] == 2);
  CHECK(json["rules"][0]["runs"]["fail"] == 1);
}

TEST_CASE("JSON survives bytes that are not UTF-8") {
  Results results = one_of_each();
  results.rules[5].message = std::string("seen \xff\xfe\0 end", 11);
  const auto json = nlohmann::json::parse(results_json(results));
  CHECK(json["rules"][5]["message"].get<std::string>().starts_with("seen "));
}

TEST_CASE("JSON rules are the catalogue") {
  const auto json = nlohmann::json::parse(rules_json(spec::rules()));
  CHECK(json["schema"] == "ipcspec.rules/1");
  REQUIRE(json["rules"].size() == spec::rules().size());
  const auto& first = json["rules"][0];
  CHECK(first["id"] == spec::rules()[0]->id);
  CHECK(first["sentence"] == spec::rules()[0]->sentence);
  CHECK(first["sources"].is_array());
  CHECK(first["cheatsheet"].is_array());
  CHECK(first["testable"] == true);
  CHECK(first["judged_by"] == "test");
  const auto all = nlohmann::json::parse(rules_json(spec::all_rules()));
  CHECK(all["rules"].size() == spec::all_rules().size());
  CHECK(all["rules"].back()["judged_by"] == "model");
}

TEST_CASE("XML text escapes markup, and what XML cannot hold becomes visible") {
  CHECK(xml_escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
  CHECK(xml_escaped("one\ntwo\tthree\r") == "one&#10;two&#9;three&#13;");
  CHECK(xml_escaped(std::string_view("\0\x01\x1b\x7f", 4)) == "\\x00\\x01\\x1b\\x7f");
  CHECK(xml_escaped("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(xml_escaped("\xff") == "\\xff");
  CHECK(xml_escaped("\xc3") == "\\xc3");                    // cut off
  CHECK(xml_escaped("\xc0\x80") == "\\xc0\\x80");           // longer than need be
  CHECK(xml_escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a surrogate pair
  CHECK(xml_escaped("\xef\xbf\xbf") == "\\xef\\xbf\\xbf");  // U+FFFF
}

TEST_CASE("JUnit: skipped, failed and erroneous test cases") {
  const std::string xml = results_junit(one_of_each());
  CHECK(xml.find(R"(<testsuite name="pipe" tests="6" failures="1" errors="2" skipped="2")") !=
        xml.npos);
  CHECK(count_of("<testcase ", xml) == 6);
  CHECK(count_of("<skipped ", xml) == 2);
  CHECK(count_of("<failure ", xml) == 1);
  CHECK(count_of("<error ", xml) == 2);
  CHECK(count_of("because # of &lt;this&gt;", xml) == 5);
  CHECK(count_of("</testsuites>", xml) == 1);
}

TEST_CASE("TAP: a point per rule, directives and diagnostics") {
  const std::string tap = results_tap(one_of_each());
  const auto rules = spec::rules();
  const std::string ids[] = {std::string(rules[0]->id), std::string(rules[1]->id),
                             std::string(rules[5]->id)};
  CHECK(tap.starts_with("TAP version 14\n1..6\nok 1 - " + ids[0] + "\n"));
  CHECK(tap.find("ok 2 - " + ids[1] + " # SKIP unsupported: because \\# of <this>\n") != tap.npos);
  CHECK(tap.find("not ok 6 - " + ids[2] + "\n  ---\n  verdict: \"fail\"\n") != tap.npos);
  CHECK(tap.find("  trace: \"call 1 parent read fd=3\\nquiet 1\\n\"\n") != tap.npos);
  CHECK(count_of("\n  ---\n", tap) == 5);
  CHECK(count_of("\n  ...\n", tap) == 5);
  CHECK(count_of("not ok ", tap) == 3);
}

TEST_CASE("TAP of a run that was stopped bails out") {
  Results results = one_of_each();
  results.stopped_by = "SIGTERM";
  CHECK(results_tap(results).find("Bail out! stopped by SIGTERM\n") != std::string::npos);
}

TEST_CASE("A run with no rule has a valid plan") {
  CHECK(results_tap({}) == "TAP version 14\n1..0 # SKIP no rule was run\n");
}

TEST_CASE("The summary for people shows every non-pass, how to repeat it, and no colour unasked") {
  const Results results = one_of_each();
  const std::string text = results_tty(results, {});
  CHECK(count_of("again       ipcspec run ", text) == 5);
  CHECK(count_of("parent | read", text) == 5);
  CHECK(text.find("FAIL " + std::string(results.rules[5].rule->id)) != text.npos);
  CHECK(text.find("1 pass, 1 unsupported, 1 unjudged, 1 unknown, 1 broken, 1 fail\n") != text.npos);
  CHECK(text.find('\033') == text.npos);
  CHECK(results_tty(results, {.color = true}).find('\033') != text.npos);
}

TEST_CASE("How to repeat names the platform as a shell wants it") {
  Results results = one_of_each();
  results.platform.name = "cmd:it's";
  const std::string where = R"( --on 'cmd:it'\''s')";
  CHECK(count_of(where, results_tty(results, {})) == 5);
  // What is skipped has no text there.
  CHECK(count_of(where, results_junit(results)) == 3);
  CHECK(count_of(where, matrix_ktap({.platforms = {results}})) == 3);
  CHECK(count_of(R"( --on 'cmd:it'\\''s')", results_tap(results)) == 5);
  results.platform.name = "native";
  CHECK(count_of("--on", results_tap(results) + results_junit(results)) == 0);
}

TEST_CASE("A summary has the worst first and keeps to its length") {
  Results results = one_of_each();
  auto json = nlohmann::json::parse(summary_json(results));
  CHECK(json["not_kept"].size() == 5);
  CHECK(json["not_kept"][0]["verdict"] == "fail");
  CHECK(json["not_kept"][0]["id"] == results.rules[5].rule->id);
  CHECK(json["summary"]["unknown"] == 1);
  CHECK(json["left_out"] == 0);
  while (results.rules.size() < 500) results.rules.push_back(results.rules[4]);
  const std::string text = summary_json(results);
  CHECK(text.size() <= kSummaryBytesMax);
  CHECK(text.size() > kSummaryBytesMax * 9 / 10);
  json = nlohmann::json::parse(text);
  CHECK(json["not_kept"][0]["verdict"] == "fail");
  CHECK(json["left_out"].get<std::size_t>() + json["not_kept"].size() == 499);
}

TEST_CASE("Text is broken at spaces") {
  CHECK(wrapped("short", 2, 80) == "  short\n");
  CHECK(wrapped("", 2, 80) == "  \n");
  CHECK(wrapped("one\n\ntwo", 0, 80) == "one\n\ntwo\n");
  const std::string word(50, 'x');
  CHECK(wrapped(word + " " + word, 4, 60) == "    " + word + "\n    " + word + "\n");
  CHECK(wrapped(word + " y", 0, 40) == word + "\ny\n");  // a word is never torn
}

}  // namespace
}  // namespace ipcspec::report
