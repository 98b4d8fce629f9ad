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

std::string draw(const std::string& events, LaneOptions options = {}) {
  return "\n" + draw_lanes(op::parse_trace("ipcspec-trace 1\n" + events), options);
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

TEST_CASE("probe") {
  CHECK(draw(R"(birth parent pid=100
call 1 parent make_pipe flags=O_RDONLY
return 1 parent value=0 read_end=3 write_end=4
call 2 parent fork child="child" slot=1
birth child parent=parent pid=101
return 2 parent value=101
call 3 parent close fd=4
return 3 parent value=0
call 4 parent read fd=3 size_bytes=1
quiet proven 4
call 5 child close fd=4
return 5 child value=0
return 4 parent value=0
)",
             {.highlight_call = 4}) == "");
  CHECK(draw(R"(birth a pid=100
birth b parent=a pid=101
race 1 a write fd=4 data="A"*4096
race 2 b write fd=4 data="B"*4096
return 2 b value=4096
quiet likely 1
stop a
call 3 b write fd=4 data="x 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 "
continue a
death b signal:SIGPIPE
)",
             {.unicode = false}) == "");
}

}  // namespace
}  // namespace ipcspec::report
