#include "cli/platform.hpp"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>

#include "cli/surroundings.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"
#include "harness/watch.hpp"

namespace ipcspec::cli {
namespace {

// Expiry means that the platform shows nothing, which is an answer too.
constexpr auto kLookBudget = std::chrono::milliseconds(300);

std::string link_text(const std::string& path) {
  char text[256];
  const ssize_t count = ::readlink(path.c_str(), text, sizeof text);
  return count <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(count));
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

std::string seccomp_name() {
  const std::string mode = status_field("Seccomp");
  return mode == "0" ? "none" : mode == "1" ? "strict" : mode == "2" ? "filter" : mode;
}

// The signature of getrlimit() differs between libraries, so its argument is left to it.
template <typename Resource>
std::string limit_text(Resource resource) {
  rlimit limit = {};
  if (::getrlimit(resource, &limit) != 0) return {};
  const auto number = [](rlim_t value) {
    return value == RLIM_INFINITY ? std::string("unlimited") : std::to_string(value);
  };
  return number(limit.rlim_cur) + "/" + number(limit.rlim_max);
}

report::Facts limits_here() {
  return {{"nofile", limit_text(RLIMIT_NOFILE)},     {"nproc", limit_text(RLIMIT_NPROC)},
          {"msgqueue", limit_text(RLIMIT_MSGQUEUE)}, {"sigpending", limit_text(RLIMIT_SIGPENDING)},
          {"memlock", limit_text(RLIMIT_MEMLOCK)},   {"stack", limit_text(RLIMIT_STACK)}};
}

// Settings of the kernel that decide what IPC may do.
constexpr const char* kSettings[] = {
    "fs/pipe-max-size",
    "fs/pipe-user-pages-soft",
    "fs/mqueue/msg_max",
    "fs/mqueue/msgsize_max",
    "fs/mqueue/queues_max",
    "kernel/sem",
    "kernel/shmmax",
    "kernel/shmmni",
    "kernel/msgmax",
    "kernel/msgmnb",
    "kernel/pid_max",
    "kernel/unprivileged_userns_clone",
    "kernel/yama/ptrace_scope",
    "net/core/somaxconn",
    "net/ipv4/tcp_rmem",
    "net/ipv4/tcp_wmem",
    "net/unix/max_dgram_qlen",
    "vm/overcommit_memory",
};

report::Facts settings_here() {
  report::Facts facts;
  for (const char* name : kSettings) {
    std::ifstream file(std::string("/proc/sys/") + name);
    std::string line;
    if (!std::getline(file, line)) continue;
    std::ranges::replace(line, '\t', ' ');
    facts.emplace_back(name, line);
  }
  return facts;
}

bool shows_read(const harness::Look& look, int fd) {
  return look.call == SYS_read && look.argument == static_cast<std::uint64_t>(fd);
}

// Looks until the process is seen in its read(). Asleep elsewhere, for instance in a page fault of
// the fork, is not yet asleep in the call; but who is shown in another call to the end is so
// because the numbers are not ours.
Evidence evidence_of_read(pid_t pid, int fd) {
  harness::ProcessWatch watch(pid);
  harness::Look look;
  const auto end = std::chrono::steady_clock::now() + kLookBudget;
  while (std::chrono::steady_clock::now() < end) {
    look = watch.look();
    if (look.kind == harness::Look::Kind::asleep) {
      if (!look.call_known) return Evidence::likely;
      if (shows_read(look, fd)) return Evidence::proven;
    }
    ::sched_yield();
  }
  if (look.kind != harness::Look::Kind::asleep) return Evidence::timed;
  harness::distrust_calls();
  return Evidence::likely;
}

}  // namespace

Evidence probe_evidence() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Evidence::none;
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return Evidence::none;
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    write_end.reset();
    char byte;
    while (::read(read_end.get(), &byte, 1) < 0 && errno == EINTR) {
    }
    ::_exit(0);
  }
  const Evidence found = evidence_of_read(child, read_end.get());
  ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return found;
}

report::Platform probe_platform() {
  report::Platform platform;
  utsname names = {};
  if (::uname(&names) == 0) {
    platform.system = names.sysname;
    platform.release = names.release;
    platform.version = names.version;
    platform.machine = names.machine;
  }
  platform.libc = std::string("glibc ") + ::gnu_get_libc_version();
  platform.uid = ::geteuid();
  platform.pid = ::getpid();
  platform.init = ::getpid() == 1;
  platform.processors = static_cast<int>(usable_processors().size());
  for (const char* name : {"user", "pid", "ipc", "mnt", "net", "uts", "cgroup", "time"}) {
    const std::string text = link_text(std::string("/proc/self/ns/") + name);
    if (!text.empty()) platform.namespaces.emplace_back(name, text);
  }
  platform.pointer_bits = static_cast<int>(sizeof(void*) * 8);
  platform.page_bytes = static_cast<int>(::sysconf(_SC_PAGESIZE));
  platform.big_endian = std::endian::native == std::endian::big;
  platform.capabilities = status_field("CapEff");
  platform.seccomp = seccomp_name();
  platform.limits = limits_here();
  platform.settings = settings_here();
  platform.evidence = probe_evidence();
  return platform;
}

double measure_slowness() {
  // Of an idle machine of 2020's, rounded up; only a multiple of it counts.
  constexpr auto kUsual = std::chrono::milliseconds(8);
  constexpr int kRounds = 16;
  constexpr double kMost = 50;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  return std::clamp(taken / std::chrono::duration<double>(kUsual), 1.0, kMost);
}

std::string binary_sha256(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256 sum;
  std::array<char, 65536> bytes;
  while (file.read(bytes.data(), bytes.size()) || file.gcount() > 0) {
    sum.add({bytes.data(), static_cast<std::size_t>(file.gcount())});
  }
  return sum.finish();
}

}  // namespace ipcspec::cli
