// Goal: what a reader of a failure sees. Method: traces in testdata with the picture that is
// expected of them; IPCSPEC_BLESS=$PWD/report/testdata bazel run //report:lanes_test accepts
// the pictures of today.
#include "report/lanes.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  INFO("cannot open " << path);
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

op::Trace trace_named(const std::string& name) {
  return op::parse_trace(read_text("report/testdata/" + name + ".trace"));
}

void check_picture(const std::string& trace, const std::string& golden, LaneOptions options = {}) {
  const std::string picture = draw_lanes(trace_named(trace), options);
  if (const char* directory = std::getenv("IPCSPEC_BLESS")) {
    std::ofstream(std::string(directory) + "/" + golden + ".txt", std::ios::binary) << picture;
    return;
  }
  INFO("now drawn:\n" << picture);
  CHECK(picture == read_text("report/testdata/" + golden + ".txt"));
}

int widest_line(const std::string& picture) {
  std::istringstream in(picture);
  std::string line;
  int widest = 0;
  while (std::getline(in, line)) {
    const auto columns = std::ranges::count_if(
        line, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; });
    widest = std::max(widest, static_cast<int>(columns));
  }
  return widest;
}

TEST_CASE("a reader waits in its lane until the last writer is gone") {
  check_picture("eof", "eof");
  check_picture("eof", "eof_ascii", {.unicode = false});
}

TEST_CASE("calls that race start in one row") {
  check_picture("race", "race");
  check_picture("race", "race_ascii_60", {.width_columns = 60, .unicode = false});
}

TEST_CASE("a death inside a call names the call") {
  check_picture("death_in_call", "death_in_call");
  check_picture("death_in_call", "death_in_call_highlight", {.highlight_call = 2});
}

TEST_CASE("a stopped process has its own line") {
  check_picture("stop_continue", "stop_continue");
  check_picture("stop_continue", "stop_continue_ascii", {.unicode = false});
}

TEST_CASE("long data is cut and its size told") { check_picture("long_data", "long_data"); }

TEST_CASE("processes that do not fit are named below") {
  check_picture("many_processes", "many_processes");
  check_picture("many_processes", "many_processes_wide", {.width_columns = 200});
  check_picture("many_processes", "many_processes_highlight",
                {.width_columns = 40, .highlight_call = 2});
}

TEST_CASE("no line is wider than asked for") {
  for (const char* name :
       {"eof", "race", "death_in_call", "stop_continue", "long_data", "many_processes"}) {
    const op::Trace trace = trace_named(name);
    for (int width = kLanesWidthMin; width <= 240; ++width) {
      for (const bool unicode : {true, false}) {
        INFO(name << " at " << width << " columns");
        const op::CallId highlight = unicode ? 0 : 2;
        REQUIRE(widest_line(draw_lanes(trace, {width, unicode, highlight})) <= width);
      }
    }
  }
}

TEST_CASE("without Unicode every byte is ASCII") {
  for (const char* name :
       {"eof", "race", "death_in_call", "stop_continue", "long_data", "many_processes"}) {
    const std::string picture = draw_lanes(trace_named(name), {.unicode = false});
    CHECK(std::ranges::all_of(
        picture, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); }));
  }
}

TEST_CASE("narrower than possible is drawn as narrow as possible") {
  CHECK(widest_line(draw_lanes(trace_named("eof"), {.width_columns = -5})) <= kLanesWidthMin);
}

TEST_CASE("an empty trace draws nothing") {
  CHECK(draw_lanes({}).empty());
  CHECK(draw_lanes(op::parse_trace("ipcspec-trace 1\nquiet proven 4\n")).empty());
}

TEST_CASE("events that contradict each other are drawn as they are") {
  const op::Trace trace = op::parse_trace(
      "ipcspec-trace 1\nreturn 9 a value=1\ndeath a exit:0\ncall 1 a pause\ncall 2 a pause\n"
      "race 3 a pause\nrace 4 a pause\nbirth a pid=1\ncontinue a\nstop a\nquiet proven 4 9\n");
  CHECK(draw_lanes(trace).find("9 value=1") != std::string::npos);
}

TEST_CASE("the picture in docs/trace.md is drawn so") {
  const op::Trace trace = op::parse_trace(
      "ipcspec-trace 1\nbirth reader pid=100\nbirth writer parent=reader pid=101\n"
      "call 1 reader read fd=3 size_bytes=1\nquiet proven 1\ncall 2 writer close fd=4\n"
      "return 2 writer value=0\nreturn 1 reader value=0\n");
  const std::string picture = draw_lanes(trace, {.width_columns = 80});
  INFO(picture);
  CHECK(read_text("docs/trace.md").find("```text\n" + picture + "```") != std::string::npos);
}

}  // namespace
}  // namespace ipcspec::report
