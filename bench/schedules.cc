#include "bench/schedules.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "bench/child.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "harness/huge_code.hpp"
#include "harness/settle.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;

// Before anything is timed: what is touched for the first time costs more.
constexpr int kWarmUpSchedules = 50;
// Scenarios of other measurements have smaller numbers.
constexpr int kFirstDirectory = 1000;

// Plain bytes, since it comes from another process.
struct Lap {
  int schedules = 0;
  std::int64_t processes = 0;
  std::int64_t calls = 0;
  double seconds = 0;
  char trouble[256] = {};
};

Lap run_lap(const harness::ControllerOptions& options, int schedules, const Carry& carry) {
  harness::Session session(options);
  // Each its own, and the same in every run of the benchmark.
  std::uint64_t number = 0;
  for (; number < kWarmUpSchedules; ++number) carry(session, number);
  Lap lap;
  const std::int64_t start_ns = monotonic_ns();
  for (; lap.schedules < schedules; ++lap.schedules) {
    const Carried carried = carry(session, number++);
    lap.processes += carried.processes;
    lap.calls += carried.calls;
  }
  lap.seconds = static_cast<double>(monotonic_ns() - start_ns) / 1e9;
  return lap;
}

class Controllers {
 public:
  Controllers(const std::string& directory, const std::string& name_prefix, int schedules,
              const Carry& carry)
      : directory_(directory), name_prefix_(name_prefix), schedules_(schedules), carry_(carry) {}

  // One controller on each processor, all at once.
  std::vector<Lap> run_on(const std::vector<int>& cpus) {
    std::vector<std::pair<pid_t, UniqueFd>> children;
    children.reserve(cpus.size());
    for (const int cpu : cpus) children.push_back(start(cpu));
    std::vector<Lap> laps(children.size());
    for (std::size_t i = 0; i < children.size(); ++i) {
      const ssize_t count = ::read(children[i].second.get(), &laps[i], sizeof(Lap));
      ::waitpid(children[i].first, nullptr, 0);
      if (count != sizeof(Lap)) throw Broken("a controller ended without an answer");
      if (laps[i].trouble[0] != '\0') throw Broken(laps[i].trouble);
    }
    return laps;
  }

 private:
  std::pair<pid_t, UniqueFd> start(int cpu) {
    harness::ControllerOptions options;
    const std::string number = std::to_string(kFirstDirectory + made_++);
    options.directory = directory_ + "/" + number;
    options.name_prefix = name_prefix_ + number + ".";
    options.cpu = cpu;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Broken(system_error_text("no pipe"));
    UniqueFd read_end(ends[0]);
    const UniqueFd write_end(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) throw Broken(system_error_text("cannot fork"));
    if (pid != 0) return {pid, std::move(read_end)};
    die_with_parent(parent);
    harness::move_code_into_huge_pages();
    Lap lap;
    try {
      lap = run_lap(options, schedules_, carry_);
    } catch (const std::exception& error) {
      std::strncpy(lap.trouble, error.what(), sizeof lap.trouble - 1);
    }
    // Nothing of the parent, whose image this is, may be flushed or removed here.
    ::_exit(::write(write_end.get(), &lap, sizeof lap) == sizeof lap ? 0 : 1);
  }

  std::string directory_;
  std::string name_prefix_;
  int schedules_;
  const Carry& carry_;
  int made_ = 0;
};

}  // namespace

ScheduleFigures measure_schedules(const std::string& directory, const std::string& name_prefix,
                                  const std::vector<int>& cpus, int schedules, const Carry& carry) {
  Controllers controllers(directory, name_prefix, schedules, carry);
  const Lap alone = controllers.run_on({cpus.front()}).front();
  ScheduleFigures figures;
  figures.processes = static_cast<double>(alone.processes) / alone.schedules;
  figures.calls = static_cast<double>(alone.calls) / alone.schedules;
  figures.script_us = 1e6 * alone.seconds / alone.schedules;
  figures.controllers = static_cast<int>(cpus.size());
  for (const Lap& lap : controllers.run_on(cpus)) {
    figures.scripts_per_s += lap.schedules / lap.seconds;
  }
  return figures;
}

}  // namespace ipcspec::bench
