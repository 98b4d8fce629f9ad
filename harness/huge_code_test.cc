#include "harness/huge_code.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <fstream>
#include <string>

namespace ipcspec::harness {
namespace {

// Of what this process may execute, in KiB.
unsigned long huge_code_kib() {
  std::ifstream maps("/proc/self/smaps");
  REQUIRE(maps);
  bool code = false;
  unsigned long sum = 0;
  for (std::string line; std::getline(maps, line);) {
    char access[5] = {};
    unsigned long kib = 0;
    if (std::sscanf(line.c_str(), "%*x-%*x %4s", access) == 1) code = access[2] == 'x';
    if (code && std::sscanf(line.c_str(), "AnonHugePages: %lu kB", &kib) == 1) sum += kib;
  }
  return sum;
}

TEST_CASE("Code is in huge pages if that is said, and goes on in a forked process") {
  REQUIRE(huge_code_kib() == 0);
  const bool moved = move_code_into_huge_pages();
  CHECK((huge_code_kib() > 0) == moved);
  if (!moved) WARN("no huge pages for code here");

  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(std::to_string(huge_code_kib()).empty() ? 1 : 0);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);

  CHECK(move_code_into_huge_pages() == moved);  // again
}

}  // namespace
}  // namespace ipcspec::harness
