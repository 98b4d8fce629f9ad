#include "bench/settling.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "bench/child.hpp"
#include "core/error.hpp"
#include "harness/scenario.hpp"
#include "harness/settle.hpp"
#include "wire/frame.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;

// These take long each.
constexpr int kForkRounds = 300;
constexpr int kScenarioRounds = 100;
// Of each kind in a turn: a scenario of a rule is about as long.
constexpr int kTurnRounds = 10;

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

// One direction of the kind of channel that the harness has: frames over bytes in shared memory,
// and a word to sleep on.
struct Way {
  harness::ByteRing bytes;
  harness::Bell bell;
};
struct Ways {
  Way there;
  Way back;
};

// What one process does with the two.
class Talker {
 public:
  Talker(Way& out, Way& in) : out_(out), in_(in) {}
  void say() {
    frame_.clear();
    wire::encode_frame(kMessageType, sequence_++, message_, frame_);
    out_.bytes.write_some(frame_);
    out_.bell.ring();
  }
  void hear() {
    while (decoder_.next().kind != wire::Decoder::Event::Kind::frame) {
      const std::uint32_t seen = in_.bell.rings.load();
      const auto room = decoder_.prepare(in_.bytes.used_bytes());
      const std::size_t count = in_.bytes.read_some(room);
      decoder_.commit(count);
      if (count == 0) in_.bell.wait(seen);
    }
  }

 private:
  static constexpr std::uint8_t kMessageType = 1;
  // As much as a short call takes.
  static constexpr std::array<std::byte, 24> message_ = {};

  Way& out_;
  Way& in_;
  std::uint32_t sequence_ = 0;
  wire::Decoder decoder_;
  std::vector<std::byte> frame_;
};

// Two processes, a short frame each way: the least that a request and its answer can cost.
class BareRoundTrip {
 public:
  BareRoundTrip()
      : ways_(static_cast<Ways*>(::mmap(nullptr, sizeof(Ways), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (ways_ == MAP_FAILED) throw Unsupported(system_error_text("no shared mapping"));
    talker_.emplace(ways_->there, ways_->back);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw Broken(system_error_text("cannot fork"));
    if (pid_ != 0) return;
    die_with_parent(parent);
    Talker other(ways_->back, ways_->there);
    while (true) {
      other.hear();
      other.say();
    }
  }
  BareRoundTrip(const BareRoundTrip&) = delete;
  BareRoundTrip& operator=(const BareRoundTrip&) = delete;
  ~BareRoundTrip() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::munmap(ways_, sizeof(Ways));
  }

  void make() {
    talker_->say();
    talker_->hear();
  }

 private:
  Ways* ways_;
  std::optional<Talker> talker_;
  pid_t pid_ = -1;
};

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

struct StepSamples {
  Samples round_trip;
  Samples step_alone;
  Samples step;
  Samples blocked;
};

// One turn of everything, so that a processor that changes its speed changes it for the baseline
// too. Each turn is a scenario, as those that are judged.
Evidence take_turn(harness::Scenario& scenario, BareRoundTrip& bare, StepSamples& samples) {
  const harness::Process first = scenario.process("first");
  const auto [read_end, write_end] = first.makes_pipe();
  const auto step = [&, fd = write_end] { first.status_flags(fd); };
  for (int round = 0; round < kTurnRounds; ++round) samples.step_alone.time(step);
  const harness::Process second = first.forks("second");
  for (int round = 0; round < kTurnRounds; ++round) {
    samples.round_trip.time([&] { bare.make(); });
  }
  for (int round = 0; round < kTurnRounds; ++round) samples.step.time(step);
  Evidence evidence = Evidence::none;
  for (int round = 0; round < kTurnRounds; ++round) {
    const op::Op read = op::Read{read_end, 1};
    harness::CallRecord* record = nullptr;
    samples.blocked.time([&] { record = &scenario.controller().call("second", read); });
    if (record->outcome) throw Broken("a read of an empty pipe returned");
    evidence = record->blocked;
    first.writes(write_end, "x");
  }
  return evidence;
}

}  // namespace

SettlingFigures measure_settling(const std::string& directory, const std::string& name_prefix,
                                 int cpu, int rounds) {
  SettlingFigures figures;
  pin_to(cpu);
  figures.socket_round_trip_us = socket_round_trip_us(rounds);
  figures.fork_exit_wait_us = fork_exit_wait_us(std::min(rounds, kForkRounds));
  Places places(directory, name_prefix, cpu);
  {
    BareRoundTrip bare;
    StepSamples samples;
    for (int turn = 0; turn < rounds; turn += kTurnRounds) {
      harness::Scenario scenario(places.next());
      figures.evidence = take_turn(scenario, bare, samples);
    }
    figures.round_trip_us = samples.round_trip.median();
    figures.settled_step_alone_us = samples.step_alone.median();
    figures.settled_step_us = samples.step.median();
    figures.shown_blocked_us = samples.blocked.median();
    figures.shown_blocked_p99_us = samples.blocked.percentile(0.99);
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
