#include "bench/schedules.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "bench/child.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "harness/run_script.hpp"
#include "harness/settle.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;
using op::Reference;

// Before anything is timed: what is touched for the first time costs more.
constexpr int kWarmUpRounds = 20;
// Scenarios of other measurements have smaller numbers.
constexpr int kFirstDirectory = 1000;

// A pipe between three processes: bytes that wait, a reader that waits, end of file.
op::Script measured_script() {
  const Reference read_end = {0, Reference::To::output, {}, 1, 0, 0};
  const Reference write_end = {0, Reference::To::output, {}, 1, 1, 0};
  op::Script script;
  script.roots = {"a"};
  const auto add = [&](const char* who, op::Op op, std::vector<Reference> references = {}) {
    script.steps.push_back({{{who, std::move(op), std::move(references)}}});
  };
  add("a", op::MakePipe{});
  add("a", op::Fork{"b", 0});
  add("a", op::Fork{"c", 0});
  add("a", op::Write{{}, "hello"}, {write_end});
  add("b", op::Read{{}, 3}, {read_end});
  add("c", op::Read{{}, 10}, {read_end});
  add("b", op::Read{{}, 10}, {read_end});
  add("c", op::Write{{}, "x"}, {write_end});
  add("c", op::Close{}, {write_end});
  add("a", op::Close{}, {write_end});
  add("b", op::Close{}, {write_end});
  add("b", op::Read{{}, 10}, {read_end});
  add("a", op::Close{}, {read_end});
  add("c", op::Close{}, {read_end});
  return script;
}
constexpr int kProcesses = 3;

// Plain bytes, since it comes from another process.
struct Lap {
  double median_us = 0;
  double scripts_per_s = 0;
  char trouble[256] = {};
};

Lap run_lap(const harness::ControllerOptions& options, int rounds) {
  const op::Script script = measured_script();
  harness::Session session(options);
  std::vector<double> samples_us;
  std::int64_t start_ns = 0;
  for (int round = -kWarmUpRounds; round < rounds; ++round) {
    const std::int64_t before_ns = monotonic_ns();
    if (round == 0) start_ns = before_ns;
    const harness::ScriptRun run = harness::run_script(session, script);
    if (run.ending != Verdict::pass) throw Broken(run.trouble);
    if (!run.skipped.empty()) throw Broken("a call was not made: " + run.skipped.front().why);
    if (round < 0) continue;
    samples_us.push_back(static_cast<double>(monotonic_ns() - before_ns) / 1000.0);
  }
  Lap lap;
  lap.scripts_per_s = rounds * 1e9 / static_cast<double>(monotonic_ns() - start_ns);
  const auto middle = samples_us.begin() + static_cast<std::ptrdiff_t>(samples_us.size() / 2);
  std::nth_element(samples_us.begin(), middle, samples_us.end());
  lap.median_us = *middle;
  return lap;
}

class Controllers {
 public:
  Controllers(const std::string& directory, const std::string& name_prefix, int rounds)
      : directory_(directory), name_prefix_(name_prefix), rounds_(rounds) {}

  // One controller on each processor, all at once.
  std::vector<Lap> run_on(const std::vector<int>& cpus) {
    std::vector<std::pair<pid_t, UniqueFd>> children;
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
    Lap lap;
    try {
      lap = run_lap(options, rounds_);
    } catch (const std::exception& error) {
      std::strncpy(lap.trouble, error.what(), sizeof lap.trouble - 1);
    }
    // Nothing of the parent, whose image this is, may be flushed or removed here.
    ::_exit(::write(write_end.get(), &lap, sizeof lap) == sizeof lap ? 0 : 1);
  }

  std::string directory_;
  std::string name_prefix_;
  int rounds_;
  int made_ = 0;
};

}  // namespace

ScheduleFigures measure_schedules(const std::string& directory, const std::string& name_prefix,
                                  const std::vector<int>& cpus, int rounds) {
  Controllers controllers(directory, name_prefix, rounds);
  ScheduleFigures figures;
  figures.processes = kProcesses;
  figures.calls = static_cast<int>(measured_script().steps.size());
  figures.script_us = controllers.run_on({cpus.front()}).front().median_us;
  figures.controllers = static_cast<int>(cpus.size());
  for (const Lap& lap : controllers.run_on(cpus)) figures.scripts_per_s += lap.scripts_per_s;
  return figures;
}

}  // namespace ipcspec::bench
