// Goal: generator, harness and model together find out every kernel that lies. Method: each lie of
// harness/lying_kernel.hpp is told to all workers of random schedules until the judge objects and
// does not object to the same schedule on this kernel; the table shows how many it took.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <set>
#include <string>

#include "harness/lie.hpp"
#include "harness/run_directory.hpp"
#include "properties/conviction.hpp"

namespace ipcspec::properties {
namespace {

constexpr std::size_t kSchedulesMax = 2000;

harness::ControllerOptions options_in(const harness::RunDirectory& directory) {
  static int number = 0;
  harness::ControllerOptions options;
  options.directory = directory.path() + "/" + std::to_string(++number);
  ::mkdir(options.directory.c_str(), 0777);
  ::chmod(options.directory.c_str(), 0777);
  options.name_prefix = directory.name_prefix() + std::to_string(number) + ".";
  // A lie may leave processes waiting for what never comes.
  options.settle_budget_ms = 2000;
  options.grace_ms = 100;
  return options;
}

TEST_CASE("every lie of a kernel is found out") {
  const harness::RunDirectory directory;
  std::set<std::string> told;
  CHECK(harness::kernel_lies().size() >= 30);
  for (const harness::KernelLie* lie : harness::kernel_lies()) {
    const std::string name(lie->name);
    CHECK(told.insert(name).second);
    const Conviction found = convict(*lie, options_in(directory), kSchedulesMax);
    std::printf("%-26s %-60s %5zu schedules, %s\n", name.c_str(),
                std::string(lie->sentence).c_str(), found.schedules,
                found.convicted ? found.rule.c_str() : "NOT CONVICTED");
    std::fflush(stdout);
    INFO(name << ": " << lie->sentence);
    CHECK(found.convicted);
  }
}

TEST_CASE("a kernel that tells the truth is not convicted") {
  const harness::RunDirectory directory;
  const harness::KernelLie honest{"honest", "pipe fd fifo", "does what it should", harness::truth};
  const Conviction found = convict(honest, options_in(directory), 100);
  INFO(found.seen << "\n" << found.script);
  CHECK_FALSE(found.convicted);
  CHECK(found.schedules == 100);
}

}  // namespace
}  // namespace ipcspec::properties
