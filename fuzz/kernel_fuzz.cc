// The kernel: the input is a schedule of calls, which real processes make and the specification
// judges. What the model went through feeds libFuzzer's counters, so that it hunts for states of
// the kernel that it has not seen.
//
// Input: genes of properties/schedule.hpp; every input is a script.
//
// Runs in namespaces of its own where they are permitted, so that a kill cannot hit anything else.
// A violation is written to the directory that IPCSPEC_FINDINGS names, and told, and aborts.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "core/verdict.hpp"
#include "fuzz/check.hpp"
#include "harness/controller.hpp"
#include "harness/run_directory.hpp"
#include "harness/session.hpp"
#include "harness/worker.hpp"
#include "ops/script_text.hpp"
#include "platform/namespaces.hpp"
#include "properties/finding.hpp"
#include "properties/judged.hpp"
#include "properties/schedule.hpp"
#include "spec/catalogue.hpp"

// libFuzzer clears it before each input and takes what is not 0 afterwards for coverage. Its own
// counters see the judge, but not which rule it was about.
constexpr std::size_t kCounters = 1 << 14;
__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t g_counters[kCounters];

// ASan's own fork() visits each entry of a table of 8 MiB in the child, against threads that this
// program does not have; that took half of the time.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" pid_t fork() { return ::_Fork(); }
#endif
#endif

namespace {

namespace harness = ipcspec::harness;
namespace op = ipcspec::op;
namespace properties = ipcspec::properties;
namespace spec = ipcspec::spec;
using ipcspec::Verdict;

constexpr std::size_t kGenesMax = 24;
constexpr int kSettleBudgetMs = 5000;

void count(std::size_t a, std::size_t b, std::size_t c) {
  std::size_t hash = a * 0x9E3779B97F4A7C15u + b;
  hash = (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9u + c;
  hash = (hash ^ hash >> 32) * 0x94D049BB133111EBu;
  g_counters[(hash >> 40) % kCounters] = 1;
}

std::size_t number_of(const spec::Rule* rule) {
  static const auto kNumbers = [] {
    std::unordered_map<const spec::Rule*, std::size_t> numbers;
    for (const spec::Rule* one : spec::all_rules()) numbers.emplace(one, numbers.size() + 1);
    return numbers;
  }();
  const auto found = kNumbers.find(rule);
  return found == kNumbers.end() ? 0 : found->second;
}

// Which rules were taken and after which, which call answered what, and which calls waited for
// which to be made.
void count(const properties::JudgedRun& run) {
  std::size_t before = 0;
  for (const spec::Rule* rule : run.ruling.exercised) {
    const std::size_t number = number_of(rule);
    count(1, number, static_cast<std::size_t>(run.verdict));
    count(2, before, number);
    before = number;
  }
  std::unordered_map<op::CallId, std::size_t> kinds;
  for (const op::Event& event : run.trace.events) {
    if (const auto* call = std::get_if<op::CallEvent>(&event)) kinds[call->id] = call->op.index();
    if (const auto* answer = std::get_if<op::ReturnEvent>(&event)) {
      count(3, kinds[answer->id], static_cast<std::size_t>(answer->outcome.error.value));
    }
    if (const auto* quiet = std::get_if<op::QuietEvent>(&event)) {
      std::size_t waiting = 0;
      for (const op::CallId id : quiet->blocked) waiting = waiting * 131 + kinds[id] + 1;
      count(4, waiting, 0);
    }
  }
  std::size_t states = 0;
  while (run.ruling.states_max >> states > 1) ++states;
  count(5, states, 0);
}

// The processors that this process may use, one after the other for one process after the other.
int chosen_cpu(std::size_t number) {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  std::size_t skip = number % static_cast<std::size_t>(CPU_COUNT(&allowed));
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed) && skip-- == 0) return cpu;
  }
  return -1;
}

// Half of what becomes of namespaces happens in a new process, so they are tried by one first.
bool namespaces_are_permitted() {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ipcspec::platform::enter_fresh_namespaces();
      ::_exit(0);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "kernel_fuzz: in the namespaces that are there, since: %s\n",
                   error.what());
      ::_exit(1);
    }
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

// Where all inputs run, one after the other.
class Laboratory {
 public:
  explicit Laboratory(int cpu) : cpu_(cpu) {
    // Now, because all processes are forked from one that is forked here: libFuzzer is about to
    // fill 24 MiB, whose page tables each of them would copy.
    const harness::Controller first(room_->session);
  }
  ~Laboratory() {
    std::fprintf(stderr, "kernel_fuzz:");
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      std::fprintf(stderr, " %d %s", runs_[i], std::string(ipcspec::kVerdictNames[i]).c_str());
    }
    std::fprintf(stderr, "; last trouble: %s\n", trouble_.empty() ? "none" : trouble_.c_str());
  }

  void run(const op::Script& script) {
    const properties::JudgedRun run = properties::run_and_judge(room_->session, script);
    ++runs_[static_cast<std::size_t>(run.verdict)];
    // Our trouble, or the machine's, accuses nobody; it is told at the end.
    if (!run.trouble.empty()) trouble_ = run.trouble;
    // The directory may be gone: a kernel that does not see our lock on it, such as that of a
    // sandbox, took it for one of a dead run. Without another all further runs would be broken.
    if (run.verdict == Verdict::broken) room_ = std::make_unique<Room>(cpu_);
    count(run);
    if (run.verdict == Verdict::fail) report(script, run);
  }

 private:
  struct Room {
    explicit Room(int cpu) : session(options(directory, cpu)) {}
    harness::RunDirectory directory{harness::RunDirectory::Place::memory};
    harness::Session session;
  };

  static harness::ControllerOptions options(const harness::RunDirectory& directory, int cpu) {
    harness::ControllerOptions options;
    options.directory = directory.path() + "/0";
    options.name_prefix = directory.name_prefix() + "0.";
    options.cpu = cpu;
    options.settle_budget_ms = kSettleBudgetMs;
    return options;
  }

  [[noreturn]] static void report(const op::Script& script, const properties::JudgedRun& run) {
    std::string told = properties::verdict_text(run, spec::kLinux);
    if (const char* directory = std::getenv("IPCSPEC_FINDINGS")) {
      told += "\nin " + properties::write_finding(directory, script, run, spec::kLinux) + "\n";
    } else {
      told += "\n" + op::print_script(script);
    }
    ipcspec::fuzz::fail("the kernel broke a rule", told);
  }

  int cpu_;
  std::unique_ptr<Room> room_ = std::make_unique<Room>(cpu_);
  std::array<int, ipcspec::kVerdictNames.size()> runs_{};
  std::string trouble_;
};

Laboratory& laboratory(int cpu = -1) {
  static Laboratory kLaboratory(cpu);
  return kLaboratory;
}

}  // namespace

// NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says what it takes.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  harness::become_worker_if_asked(*argc, *argv);
  // The numbers of processes begin anew in there.
  const int cpu = chosen_cpu(static_cast<std::size_t>(::getpid()));
  if (namespaces_are_permitted()) ipcspec::platform::enter_fresh_namespaces();
  harness::collect_garbage();
  laboratory(cpu);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  properties::Genes genes = properties::genes_from_bytes({data, size});
  if (genes.size() > kGenesMax) return -1;
  laboratory().run(properties::schedule_of(genes, properties::Mix{}));
  return 0;
}
