#include "cli/examine.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <memory>

#include "cli/platform.hpp"
#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "harness/run_directory.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

// Someone who is certainly not us; the number need not have a name.
constexpr uid_t kOtherUser = 65534;
// Fewer descriptors than this and rules about many of them have no room.
constexpr rlim_t kComfortableFds = 256;

std::string error_name(int error) {
  const char* name = ::strerrorname_np(error);
  return name == nullptr ? std::to_string(error) : name;
}

std::string rules_of(spec::Mechanism mechanism, const char* what) {
  const auto all = spec::rules();
  const auto count = std::count_if(
      all.begin(), all.end(), [=](const spec::Rule* rule) { return rule->mechanism == mechanism; });
  return fmt::format("the {} rules of {} will be unsupported", count, what);
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string status_field(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name + ":")) continue;
    const std::size_t start = line.find_first_not_of(" \t", name.size() + 1);
    return start == std::string::npos ? "" : line.substr(start);
  }
  return {};
}

// "works", or the errno and what follows from that.
Finding tried(std::string name, bool works, int error, std::string consequence) {
  if (works) return {std::move(name), "works", false, {}};
  return {std::move(name), "fails with " + error_name(error), true, std::move(consequence)};
}

// Runs `attempt` in a process of its own; its errno, or 0.
int error_in_child(const std::function<int()>& attempt) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) ::_exit(attempt() & 0xff);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
}

Finding examine_evidence() {
  const Evidence evidence = probe_evidence();
  Finding finding{
      "blocked calls", std::string(to_string(evidence)), evidence != Evidence::proven, {}};
  if (evidence == Evidence::likely) {
    finding.consequence =
        "the kernel shows that a process sleeps but not in which call (/proc/PID/syscall is "
        "missing or not permitted); verdicts hold, their evidence is weaker";
  } else if (evidence == Evidence::timed || evidence == Evidence::none) {
    finding.consequence =
        "the state of processes is not shown, so that a call is blocked can only be concluded "
        "from the time it takes; mount /proc";
  }
  return finding;
}

Finding examine_privileges() {
  const std::string capabilities = status_field("CapEff");
  std::string value = fmt::format("uid {}, gid {}", ::geteuid(), ::getegid());
  if (!capabilities.empty()) value += ", effective capabilities " + capabilities;
  return {"privileges", value, false, {}};
}

Finding examine_other_user() {
  const int error = error_in_child([] {
    if (::setgroups(0, nullptr) != 0 && errno != EPERM) return errno;
    return ::setresuid(kOtherUser, kOtherUser, kOtherUser) == 0 ? 0 : errno;
  });
  return tried("a second user", error == 0, error,
               "rules that need two users, such as who may signal whom, will be unsupported; run "
               "as root to judge them");
}

Finding examine_limits() {
  const auto text = [](const char* name, auto resource) {
    rlimit limit = {};
    if (::getrlimit(resource, &limit) != 0) return std::string();
    const auto number = [](rlim_t n) {
      return n == RLIM_INFINITY ? std::string("unlimited") : std::to_string(n);
    };
    return fmt::format("{} {}/{}", name, number(limit.rlim_cur), number(limit.rlim_max));
  };
  rlimit files = {};
  ::getrlimit(RLIMIT_NOFILE, &files);
  Finding finding{
      "limits (soft/hard)",
      fmt::format("{}, {}, {}, {}", text("nofile", RLIMIT_NOFILE), text("nproc", RLIMIT_NPROC),
                  text("msgqueue", RLIMIT_MSGQUEUE), text("sigpending", RLIMIT_SIGPENDING)),
      files.rlim_cur < kComfortableFds,
      {}};
  if (finding.limited) {
    finding.consequence =
        "rules that need many descriptors may be unsupported, and fewer rules run "
        "side by side; raise it with ulimit -n";
  }
  return finding;
}

Finding examine_namespaces() {
  std::string value = ::getpid() == 1 ? "process 1 of its namespace" : "";
  for (const auto& [name, text] : probe_platform().namespaces) {
    value += (value.empty() ? "" : ", ") + text;
  }
  return {"namespaces", value.empty() ? "not shown" : value, false, {}};
}

Finding examine_proc() {
  std::string missing;
  const std::string self = "/proc/" + std::to_string(::getpid());
  for (const std::string& path :
       {self + "/stat", self + "/syscall",
        self + "/task/" + std::to_string(::getpid()) + "/children", self + "/fd"}) {
    if (::access(path.c_str(), R_OK) == 0) continue;
    std::string shown = path;
    shown.replace(0, self.size(), "PID");
    missing += (missing.empty() ? "" : ", ") + shown;
  }
  if (missing.empty()) return {"/proc", "complete", false, {}};
  return {"/proc", "without " + missing, true,
          "evidence of blocking is weaker, and rules that look there will be unsupported"};
}

Finding examine_ptrace_scope() {
  const std::string scope = first_line("/proc/sys/kernel/yama/ptrace_scope");
  const bool limited = !scope.empty() && scope != "0" && scope != "1" && ::geteuid() != 0;
  return {
      "ptrace_scope", scope.empty() ? "none" : scope, limited,
      limited ? "processes may not be looked at: blocked calls are 'likely', not 'proven'" : ""};
}

Finding examine_queues(const std::string& name) {
  const mqd_t queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, nullptr);
  int error = queue < 0 ? errno : 0;
  if (error == 0) {
    if (::mq_send(queue, "x", 1, 0) != 0) error = errno;
    ::mq_close(queue);
    ::mq_unlink(name.c_str());
  }
  return tried("message queues", error == 0, error,
               rules_of(spec::Mechanism::mq, "message queues"));
}

Finding examine_shared_memory(const std::string& name) {
  const UniqueFd object(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600));
  const int error = errno;
  if (object) ::shm_unlink(name.c_str());
  return tried("shared memory objects", static_cast<bool>(object), error,
               rules_of(spec::Mechanism::shm, "shared memory") + "; /dev/shm must be writable");
}

Finding examine_semaphores(const std::string& name) {
  sem_t* semaphore = ::sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, 1);
  const int error = errno;
  if (semaphore != SEM_FAILED) {
    ::sem_close(semaphore);
    ::sem_unlink(name.c_str());
  }
  return tried("named semaphores", semaphore != SEM_FAILED, error,
               rules_of(spec::Mechanism::sem, "semaphores") + "; /dev/shm must be writable");
}

Finding examine_fifo(const std::string& directory) {
  const std::string path = directory + "/fifo";
  const bool made = ::mkfifo(path.c_str(), 0600) == 0;
  const int error = errno;
  ::unlink(path.c_str());
  return tried("FIFOs", made, error, rules_of(spec::Mechanism::fifo, "FIFOs"));
}

Finding examine_unix() {
  int ends[2] = {-1, -1};
  const bool made = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
  const int error = errno;
  for (const int end : ends) {
    if (end >= 0) ::close(end);
  }
  return tried("unix sockets", made, error, rules_of(spec::Mechanism::unix_socket, "unix sockets"));
}

Finding examine_loopback() {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool works = listener && client && ::bind(listener.get(), generic, size) == 0 &&
                     ::listen(listener.get(), 1) == 0 &&
                     ::getsockname(listener.get(), generic, &size) == 0 &&
                     (::connect(client.get(), generic, size) == 0 || errno == EINPROGRESS);
  const int error = errno;
  return tried("TCP on 127.0.0.1", works, error,
               rules_of(spec::Mechanism::tcp, "TCP") +
                   "; bring the loopback interface up with "
                   "'ip link set lo up'");
}

Finding examine_programs() {
  std::string missing;
  for (const char* path : {"/bin/sh", "/bin/ls", "/bin/cat", "/usr/bin/wc"}) {
    if (::access(path, X_OK) != 0) missing += (missing.empty() ? "" : ", ") + std::string(path);
  }
  if (missing.empty()) return {"programs", "sh, ls, cat and wc are there", false, {}};
  return {"programs", "without " + missing, true,
          "rules of shell pipelines, popen() and exec that use them will be unsupported"};
}

Finding examine_terminal() {
  const UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const int error = errno;
  const bool works = terminal && ::unlockpt(terminal.get()) == 0;
  return tried("pseudo-terminals", works, error,
               "rules about the signals of a terminal will be unsupported; mount devpts");
}

}  // namespace

std::vector<Finding> examine() {
  std::vector<Finding> findings = {
      examine_evidence(),   examine_privileges(), examine_other_user(),   examine_limits(),
      examine_namespaces(), examine_proc(),       examine_ptrace_scope(), examine_loopback(),
      examine_programs(),   examine_terminal()};
  findings.push_back(
      {"processors", std::to_string(usable_processors().size()), usable_processors().size() < 2,
       usable_processors().size() < 2 ? "races are less likely to show what they could show on two"
                                      : ""});
  try {
    const harness::RunDirectory directory;
    findings.push_back({"directory", "works in " + directory.path(), false, {}});
    findings.push_back(examine_fifo(directory.path()));
    findings.push_back(examine_unix());
    const std::string name = directory.name_prefix() + "doctor";
    findings.push_back(examine_shared_memory(name));
    findings.push_back(examine_semaphores(name));
    findings.push_back(examine_queues(name));
  } catch (const std::exception& error) {
    findings.push_back({"directory", error.what(), true, "no rule can be judged"});
  }
  return findings;
}

}  // namespace ipcspec::cli
