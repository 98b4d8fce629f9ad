// The harness in hostile surroundings: each test puts a process of its own into them and runs a
// small scenario there, which must work or say clearly what is missing.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "core/error.hpp"
#include "harness/leftovers.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "harness/scenario.hpp"
#include "harness/settle.hpp"

namespace ipcspec::harness {
namespace {

enum Ending : int { kWorks = 0, kSaysMissing = 20, kWrong = 21, kCannotTry = 22 };

// Pipe, fork, a read that blocks, exec, a kill: what every test rests on.
int run_probe() {
  try {
    const RunDirectory run;
    ControllerOptions options;
    options.directory = run.path();
    options.name_prefix = run.name_prefix();
    Scenario s(options);
    Process reader = s.process("reader");
    auto [r, w] = reader.makes_pipe();
    Process writer = reader.forks("writer");
    Call read = reader.reads(r, 8);
    if (read.answered() || read.blocked() == Evidence::none) return kWrong;
    if (writer.execs().value() != 0) return kWrong;
    writer.writes(w, "probe");
    if (read.awaited(options.settle_budget_ms).data() != "probe") return kWrong;
    if (reader.disposition(SIGPIPE).value() != 0) return kWrong;
    if (reader.identity().output(4) != 022) return kWrong;
    Process killer = s.process("killer");
    killer.kills(writer, SIGKILL);
    if (!s.controller().await_death("writer")) return kWrong;
    return s.controller().finish().empty() ? kWorks : kWrong;
  } catch (const Unsupported& error) {
    std::fprintf(stderr, "unsupported: %s\n", error.what());
    return kSaysMissing;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return kWrong;
  }
}

// Exit status of a process of its own that runs `work`.
int in_child(const std::function<int()>& work) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(work());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// Into new namespaces, as root of them where that is needed. False when that is not permitted.
bool unshare_with_root(int flags) {
  if (::unshare(flags) == 0) return true;
  const uid_t uid = ::getuid();
  const gid_t gid = ::getgid();
  if (::unshare(flags | CLONE_NEWUSER) != 0) return false;
  const auto put = [](const char* path, const std::string& text) {
    const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(fd);
    return written;
  };
  put("/proc/self/setgroups", "deny");
  return put("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") &&
         put("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

void check_works(int ending, const char* what) {
  if (ending == kCannotTry) SKIP("not permitted here: " << what);
  CHECK(ending == kWorks);
}

TEST_CASE("Standard descriptors closed") {
  CHECK(in_child([] {
          for (int fd = 0; fd <= 2; ++fd) ::close(fd);
          return run_probe();
        }) == kWorks);
}

TEST_CASE("Signals ignored, blocked, handled by the caller") {
  CHECK(in_child([] {
          for (const int signal : {SIGPIPE, SIGHUP, SIGCHLD, SIGTERM, SIGUSR1, SIGUSR2, SIGINT}) {
            ::signal(signal, SIG_IGN);
          }
          sigset_t all;
          ::sigfillset(&all);
          ::sigprocmask(SIG_SETMASK, &all, nullptr);
          return run_probe();
        }) == kWorks);
}

TEST_CASE("umask 0777") {
  CHECK(in_child([] {
          ::umask(0777);
          return run_probe();
        }) == kWorks);
}

TEST_CASE("At most 64 descriptors") {
  CHECK(in_child([] {
          const rlimit limit{64, 64};
          ::setrlimit(RLIMIT_NOFILE, &limit);
          return run_probe();
        }) == kWorks);
}

TEST_CASE("Unprivileged") {
  const int ending = in_child([] {
    if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return int{kCannotTry};
    ::prctl(PR_SET_DUMPABLE, 1);
    ::setenv("TMPDIR", "/tmp", 1);
    return run_probe();
  });
  if (ending == kSaysMissing) SKIP("no directory that another user may write to");
  check_works(ending, "changing the user");
}

TEST_CASE("As pid 1 of a PID namespace") {
  const int ending = in_child([] {
    if (!unshare_with_root(CLONE_NEWPID | CLONE_NEWNS)) return int{kCannotTry};
    return in_child([] {
      if (::getpid() != 1) return int{kWrong};
      // With the /proc of that namespace where it can be mounted, else with one that lies.
      if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) return int{kCannotTry};
      return run_probe();
    });
  });
  check_works(ending, "a PID namespace with its own /proc");
}

TEST_CASE("Without /proc") {
  const int ending = in_child([] {
    if (!unshare_with_root(CLONE_NEWNS)) return int{kCannotTry};
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("tmpfs", "/proc", "tmpfs", 0, nullptr) != 0) return int{kCannotTry};
    return run_probe();
  });
  // Works, but nobody can say more than that no answer came for a while.
  check_works(ending, "mounting over /proc");
}

TEST_CASE("Nothing writable") {
  const int ending = in_child([] {
    if (!unshare_with_root(CLONE_NEWNS)) return int{kCannotTry};
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    // A read-only empty directory in every place that could be tried.
    for (const char* place : {"/tmp", "/dev/shm"}) {
      if (::mount("tmpfs", place, "tmpfs", MS_RDONLY, nullptr) != 0) return int{kCannotTry};
    }
    ::unsetenv("TMPDIR");
    if (::chdir("/proc") != 0) return int{kCannotTry};
    return run_probe();
  });
  if (ending == kCannotTry) SKIP("not permitted here: mounting");
  CHECK(ending == kSaysMissing);
}

// A root file system that is read-only, with only /dev/shm to write to.
TEST_CASE("A read-only root") {
  const int ending = in_child([] {
    if (!unshare_with_root(CLONE_NEWNS)) return int{kCannotTry};
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount("tmpfs", "/tmp", "tmpfs", MS_RDONLY, nullptr) != 0 ||
        ::mount("tmpfs", "/dev/shm", "tmpfs", 0, nullptr) != 0) {
      return int{kCannotTry};
    }
    ::setenv("TMPDIR", "/tmp", 1);
    return run_probe();
  });
  check_works(ending, "mounting");
}

// A place for runs where no other process collects garbage: that may be one that does not see our
// queues.
class PrivatePlace {
 public:
  PrivatePlace() {
    const char* before = ::getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    ::setenv("TMPDIR", directory_.path().c_str(), 1);
  }
  PrivatePlace(const PrivatePlace&) = delete;
  PrivatePlace& operator=(const PrivatePlace&) = delete;
  ~PrivatePlace() {
    if (before_) {
      ::setenv("TMPDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

 private:
  RunDirectory directory_;
  std::optional<std::string> before_;
};

TEST_CASE("A directory of a run is not taken for garbage while it is made") {
  const PrivatePlace place;
  // One process collects garbage without end while another makes directories.
  std::fflush(nullptr);
  const pid_t collector = ::fork();
  if (collector == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (true) collect_garbage();
  }
  for (int round = 0; round < 2000; ++round) {
    const RunDirectory run;
    REQUIRE(::access((run.path() + "/lock").c_str(), F_OK) == 0);
    REQUIRE(::mkdir((run.path() + "/0").c_str(), 0700) == 0);
  }
  ::kill(collector, SIGKILL);
  ::waitpid(collector, nullptr, 0);
}

TEST_CASE("Names that a killed process of a run left behind go with the run's directory") {
  std::string prefix;
  {
    const RunDirectory run;
    prefix = run.name_prefix() + "0.";
    REQUIRE(::mkdir((run.path() + "/0").c_str(), 0700) == 0);  // of the scenario that it died in
    CHECK(in_child([&] {
            const bool named = ::shm_open((prefix + "0").c_str(), O_CREAT | O_RDWR, 0600) >= 0 &&
                               ::sem_open((prefix + "1").c_str(), O_CREAT, 0600, 1) != SEM_FAILED;
            const bool queued =
                ::mq_open((prefix + "2").c_str(), O_CREAT | O_RDWR, 0600, nullptr) >= 0;
            return named && (queued || errno == ENOSYS) ? kWorks : kCannotTry;
          }) == kWorks);
    CHECK_FALSE(nothing_is_called(prefix + "0"));
  }
  for (const char* number : {"0", "1", "2"}) CHECK(nothing_is_called(prefix + number));
}

TEST_CASE("A run of another kernel, whose locks are not seen here, is not taken for garbage") {
  const PrivatePlace place;
  std::string path;
  std::string ours;
  {
    const RunDirectory run;
    path = run.path();
    std::ifstream lock(path + "/lock");
    std::getline(lock, ours);
  }
  CHECK_FALSE(ours.empty());
  const std::string another = ours + " in a sandbox";
  // The last was killed before it could say whose it is.
  for (const std::string& kernel : {another, ours, std::string()}) {
    ::mkdir(path.c_str(), 0700);
    std::ofstream(path + "/lock") << kernel;
    collect_garbage();
    CHECK((::access(path.c_str(), F_OK) == 0) == (kernel == another));
  }
}

// Waits until this process, the reaper of whatever is orphaned, has no child left. False when one
// outlives the watchdog.
bool all_descendants_end() {
  Bell bell;
  Patience patience(bell, 20'000);
  while (!patience.exhausted()) {
    const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
    if (reaped < 0 && errno == ECHILD) return true;
    if (reaped == 0) patience.wait();
  }
  return false;
}

// Names of one scenario: numbers 0 to 2.
constexpr int kNames = 3;

void run_one(Scenario&& s) {
  Process parent = s.process("parent");
  parent.makes_fifo(s.fresh_path());
  parent.opens_shm(s.fresh_name(), O_CREAT | O_RDWR);
  parent.opens_semaphore(s.fresh_name(), O_CREAT);
  parent.opens_queue(s.fresh_name(), O_CREAT | O_RDWR);
  Process child = parent.forks("child");
  child.makes_session();
  child.pauses();
}

// Runs scenarios without end, all in one session or each in its own; tells of its directory first
// and then of each scenario.
[[noreturn]] void run_for_ever(int news, bool in_one_session) {
  const RunDirectory run;
  ControllerOptions options;
  options.directory = run.path() + "/0";
  options.name_prefix = run.name_prefix() + "0.";
  ::mkdir(options.directory.c_str(), 0777);
  Session session(options);
  const std::string path = run.path() + "\n";
  if (::write(news, path.data(), path.size()) < 0) ::_exit(1);
  while (true) {
    if (in_one_session) {
      run_one(Scenario(session));
    } else {
      run_one(Scenario(options));
      remove_names(options.name_prefix.c_str(), kNames);
    }
    if (::write(news, ".", 1) < 0) ::_exit(1);
  }
}

// The directory that the controller told of, once `scenarios` more were told of.
std::string listen_to(int news, int scenarios) {
  std::string text;
  char byte = 0;
  while (!text.ends_with('\n') && ::read(news, &byte, 1) == 1) text += byte;
  for (int i = 0; i < scenarios && ::read(news, &byte, 1) == 1; ++i) {
  }
  return text.substr(0, text.find('\n'));
}

// Files of the names that sem_open() gives its own until they are complete.
std::set<std::string> semaphores_in_the_making() {
  const std::string prefix = "sem.";
  constexpr std::size_t kRandomCharacters = 6;
  std::set<std::string> found;
  for (const std::string& name : entries_of("/dev/shm")) {
    if (name.starts_with(prefix) && name.size() == prefix.size() + kRandomCharacters) {
      found.insert(name);
    }
  }
  return found;
}

// Kills controllers at moments that differ: after some scenarios and some turns of a loop.
void kill_controllers(bool in_one_session) {
  constexpr int kRounds = 200;
  const PrivatePlace place;
  const std::set<std::string> before = semaphores_in_the_making();
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  for (int round = 0; round < kRounds; ++round) {
    int news[2];
    REQUIRE(::pipe2(news, O_CLOEXEC) == 0);
    std::fflush(nullptr);
    const pid_t controller = ::fork();
    if (controller == 0) {
      try {
        run_for_ever(news[1], in_one_session);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "controller: %s\n", error.what());
        ::_exit(1);
      }
    }
    ::close(news[1]);
    const std::string directory = listen_to(news[0], round % 4);
    for (std::atomic<int> turn{0}; turn < round * 7919 % 300'000; ++turn) {
    }
    ::kill(controller, SIGKILL);
    REQUIRE(all_descendants_end());
    ::close(news[0]);
    // A session leaves nothing but the directory of the run; between two sessions there is a moment
    // at which garbage has to be collected.
    if (in_one_session) REQUIRE(entries_of(directory + "/0").empty());
    if (!in_one_session) collect_garbage();
    const std::string prefix = directory.substr(directory.rfind('/')) + ".0.";
    for (int number = 0; number < kNames; ++number) {
      REQUIRE(nothing_is_called(prefix + std::to_string(number)));
    }
    collect_garbage();
    REQUIRE(::access(directory.c_str(), F_OK) != 0);
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  // Other programs may be making some, but not for long.
  Bell bell;
  Patience patience(bell, 5000);
  std::set<std::string> left = semaphores_in_the_making();
  while (!std::ranges::includes(before, left) && !patience.exhausted()) {
    patience.wait();
    std::erase_if(left, [now = semaphores_in_the_making()](const std::string& name) {
      return !now.contains(name);
    });
  }
  CHECK(std::ranges::includes(before, left));
}

TEST_CASE("A controller killed at any moment leaves no process, file or name behind") {
  kill_controllers(false);
}

TEST_CASE("A controller killed at any moment of a session leaves nothing behind either") {
  kill_controllers(true);
}

}  // namespace
}  // namespace ipcspec::harness
