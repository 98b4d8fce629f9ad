// The picture for pages says what the one for terminals says.
#include "report/lanes_svg.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

op::Trace trace_named(const std::string& name) {
  std::ifstream file("report/testdata/" + name + ".trace", std::ios::binary);
  INFO("cannot open " << name);
  REQUIRE(file.is_open());
  return op::parse_trace(std::string(std::istreambuf_iterator<char>(file), {}));
}

int count_of(std::string_view part, std::string_view text) {
  int count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("A blocked interval is a bar from where it is seen to the answer") {
  const std::string svg = lanes_svg(trace_named("eof"));
  INFO(svg);
  CHECK(count_of("<line class=\"blocked\"", svg) == 1);
  CHECK(count_of("class=\"head\"", svg) == 3);
  CHECK(svg.find("blocked (proven)</text>") != std::string::npos);
  CHECK(svg.ends_with("</svg>\n"));
}

TEST_CASE("Racing calls have marks of their own, at one height") {
  const std::string svg = lanes_svg(trace_named("race"));
  const auto first = svg.find("class=\"ring\"");
  REQUIRE(first != std::string::npos);
  const auto second = svg.find("class=\"ring\"", first + 1);
  REQUIRE(second != std::string::npos);
  const auto height_at = [&](std::size_t at) {
    const auto begin = svg.find("cy=", at);
    return svg.substr(begin, svg.find(' ', begin) - begin);
  };
  CHECK(height_at(first) == height_at(second));
}

TEST_CASE("Deaths, stops and what is not drawn are shown") {
  CHECK(count_of("<line class=\"death\"", lanes_svg(trace_named("death_in_call"))) >= 2);
  CHECK(count_of("<line class=\"stopped\"", lanes_svg(trace_named("stop_continue"))) >= 1);
  CHECK(lanes_svg(trace_named("many_processes")).find("not drawn:") != std::string::npos);
}

TEST_CASE("The rows of the call in question are marked, and no others") {
  const op::Trace trace = trace_named("eof");
  CHECK(count_of("class=\"asked\"", lanes_svg(trace)) == 0);
  CHECK(count_of("class=\"asked\"", lanes_svg(trace, 5)) == 3);
}

TEST_CASE("What processes write is text, not markup") {
  const std::string svg = lanes_svg(op::parse_trace(
      "ipcspec-trace 1\nbirth p pid=1\ncall 1 p write fd=3 data=\"<b>&\\\"]]>\"\n"));
  INFO(svg);
  CHECK(svg.find("&lt;b&gt;&amp;") != std::string::npos);
  CHECK(svg.find("<b>") == std::string::npos);
}

TEST_CASE("An empty trace makes an empty picture") {
  const std::string svg = lanes_svg({});
  CHECK(svg.starts_with("<?xml"));
  CHECK(count_of("<text", svg) == 0);
}

}  // namespace
}  // namespace ipcspec::report
