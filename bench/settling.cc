#include "bench/settling.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "bench/child.hpp"
#include "core/error.hpp"
#include "harness/scenario.hpp"
#include "harness/settle.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;

// These take long each.
constexpr int kForkRounds = 300;
constexpr int kScenarioRounds = 100;

class Samples {
 public:
  template <typename Work>
  void time(Work&& work) {
    const std::int64_t start = monotonic_ns();
    work();
    us_.push_back(static_cast<double>(monotonic_ns() - start) / 1000.0);
  }
  double percentile(double share) {
    if (us_.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(us_.size() - 1));
    std::nth_element(us_.begin(), us_.begin() + static_cast<std::ptrdiff_t>(at), us_.end());
    return us_[at];
  }
  double median() { return percentile(0.5); }

 private:
  std::vector<double> us_;
};

void pin_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

struct Words {
  std::atomic<std::uint32_t> request;
  std::atomic<std::uint32_t> answer;
};

void wait_for(std::atomic<std::uint32_t>& word, std::uint32_t value) {
  for (std::uint32_t seen = word.load(); seen != value; seen = word.load()) {
    harness::futex_wait(word, seen);
  }
}

// Two processes, one word each way: the least that a request and its answer can cost.
double futex_round_trip_us(int rounds) {
  auto* words = static_cast<Words*>(
      ::mmap(nullptr, sizeof(Words), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (words == MAP_FAILED) throw Unsupported(system_error_text("no shared mapping"));
  const auto last = static_cast<std::uint32_t>(rounds);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Broken(system_error_text("cannot fork"));
  if (pid == 0) {
    die_with_parent(parent);
    for (std::uint32_t round = 1; round <= last; ++round) {
      wait_for(words->request, round);
      words->answer.store(round);
      harness::futex_wake(words->answer);
    }
    ::_exit(0);
  }
  Samples samples;
  for (std::uint32_t round = 1; round <= last; ++round) {
    samples.time([&] {
      words->request.store(round);
      harness::futex_wake(words->request);
      wait_for(words->answer, round);
    });
  }
  ::waitpid(pid, nullptr, 0);
  ::munmap(words, sizeof(Words));
  return samples.median();
}

double socket_round_trip_us(int rounds) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return 0;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Broken(system_error_text("cannot fork"));
  char byte = 0;
  if (pid == 0) {
    die_with_parent(parent);
    ::close(ends[0]);
    while (::read(ends[1], &byte, 1) == 1 && ::write(ends[1], &byte, 1) == 1) {
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  Samples samples;
  for (int round = 0; round < rounds; ++round) {
    samples.time([&] {
      if (::write(ends[0], &byte, 1) != 1 || ::read(ends[0], &byte, 1) != 1) ::abort();
    });
  }
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  return samples.median();
}

double fork_exit_wait_us(int rounds) {
  Samples samples;
  for (int round = 0; round < rounds; ++round) {
    samples.time([] {
      const pid_t pid = ::fork();
      if (pid == 0) ::_exit(0);
      ::waitpid(pid, nullptr, 0);
    });
  }
  return samples.median();
}

// Each scenario has a directory and a prefix of its own; it removes both.
class Places {
 public:
  Places(std::string directory, std::string name_prefix, int cpu)
      : directory_(std::move(directory)), name_prefix_(std::move(name_prefix)), cpu_(cpu) {}
  harness::ControllerOptions next() {
    const std::string number = std::to_string(++last_);
    harness::ControllerOptions options;
    options.directory = directory_ + "/" + number;
    options.name_prefix = name_prefix_ + number + ".";
    options.cpu = cpu_;
    if (::mkdir(options.directory.c_str(), 0700) != 0) {
      throw Broken(system_error_text("cannot make " + options.directory));
    }
    return options;
  }

 private:
  std::string directory_;
  std::string name_prefix_;
  int cpu_;
  int last_ = 0;
};

void measure_steps(harness::Scenario& scenario, int rounds, SettlingFigures& figures) {
  harness::Process first = scenario.process("first");
  auto [read_end, write_end] = first.makes_pipe();
  Samples alone;
  for (int round = 0; round < rounds; ++round) {
    alone.time([&, fd = write_end] { first.status_flags(fd); });
  }
  figures.settled_step_alone_us = alone.median();
  harness::Process second = first.forks("second");
  Samples step;
  for (int round = 0; round < rounds; ++round) {
    step.time([&, fd = write_end] { first.status_flags(fd); });
  }
  figures.settled_step_us = step.median();
  Samples blocked;
  for (int round = 0; round < rounds; ++round) {
    const op::Op read = op::Read{read_end, 1};
    harness::CallRecord* record = nullptr;
    blocked.time([&] { record = &scenario.controller().call("second", read); });
    if (record->outcome) throw Broken("a read of an empty pipe returned");
    figures.evidence = record->blocked;
    first.writes(write_end, "x");
  }
  figures.shown_blocked_us = blocked.median();
  figures.shown_blocked_p99_us = blocked.percentile(0.99);
}

}  // namespace

SettlingFigures measure_settling(const std::string& directory, const std::string& name_prefix,
                                 int cpu, int rounds) {
  SettlingFigures figures;
  pin_to(cpu);
  figures.round_trip_us = futex_round_trip_us(rounds);
  figures.socket_round_trip_us = socket_round_trip_us(rounds);
  figures.fork_exit_wait_us = fork_exit_wait_us(std::min(rounds, kForkRounds));
  Places places(directory, name_prefix, cpu);
  {
    harness::Scenario scenario(places.next());
    measure_steps(scenario, rounds, figures);
  }
  Samples scenarios;
  for (int round = 0; round < std::min(rounds, kScenarioRounds); ++round) {
    const harness::ControllerOptions options = places.next();
    scenarios.time([&] {
      harness::Scenario scenario(options);
      scenario.process("parent").forks("child");
    });
  }
  figures.scenario_us = scenarios.median();
  return figures;
}

}  // namespace ipcspec::bench
