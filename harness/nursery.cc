#include "harness/nursery.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "core/error.hpp"
#include "harness/settle.hpp"
#include "harness/worker.hpp"

namespace ipcspec::harness {
namespace {

// Sent by the kernel when the controller dies; its handler only sets a flag and wakes the loop.
constexpr int kControllerDied = SIGUSR2;
// Out of the way of descriptors under test, and not so high that each fork copies a large table.
constexpr rlim_t kControlFdsEnd = 256;
constexpr int kTidyMs = 100;

std::atomic<bool> g_controller_died{false};
Bell* g_bell = nullptr;
pid_t g_nursery = 0;

void on_controller_death(int) {
  g_controller_died.store(true);
  g_bell->rings.fetch_add(1);
}

void reset_signals() {
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &plain, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Kills whatever /proc lists as a child of this process; false when there is no such list.
bool kill_listed_children() {
  char path[64];
  ::snprintf(path, sizeof path, "/proc/self/task/%d/children", ::getpid());
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char text[4096];
  const ssize_t count = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (count <= 0) return count == 0;
  text[count] = '\0';
  for (char* at = text; *at != '\0';) {
    char* end = at;
    const long pid = ::strtol(at, &end, 10);
    if (end == at) break;
    // A number cut off at the end of the buffer is left for the next round.
    if (*end != '\0' || count < static_cast<ssize_t>(sizeof text - 1)) {
      ::kill(static_cast<pid_t>(pid), SIGKILL);
    }
    at = end;
  }
  return true;
}

// Whether a session is that of this nursery or was made by one of its workers. A number in a slot
// may meanwhile belong to a stranger, but no stranger is in these.
bool is_session_of(const Arena& arena, pid_t nursery, pid_t session) {
  if (session == nursery) return true;
  for (std::size_t i = 1; i < arena.slots_used.load(); ++i) {
    if (session > 0 && arena.slots[i].session.load() == session) return true;
  }
  return false;
}

// Waits for the processes in the slots. A child's slot comes after its parent's, and the child of a
// dead parent is ours, so each can be waited for in its turn without asking who else there is.
void reap_slots(Arena& arena) {
  for (std::size_t i = 1; i < arena.slots_used.load(); ++i) {
    const pid_t pid = arena.slots[i].pid.load();
    if (pid <= 0 || ::waitpid(pid, nullptr, WNOHANG) != 0) continue;
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

// Lets workers come out of calls in which they must not be killed. One that was killed all the same
// or was stopped is not waited for long.
void await_tidiness(Arena& arena) {
  Patience patience(arena.controller_bell, kTidyMs);
  for (std::size_t i = 1; i < arena.slots_used.load(); ++i) {
    const Slot& slot = arena.slots[i];
    while (slot.pid.load() > 0 && slot.untidy.load() != 0 && !patience.exhausted()) patience.wait();
  }
}

// Ends every descendant. Orphans come here, since this process is their subreaper.
void end_every_process(Arena& arena) {
  await_tidiness(arena);
  kill_groups(arena, ::getpid());
  reap_slots(arena);
  // Left are those that no slot tells of, such as the children of other programs.
  while (true) {
    pid_t reaped = 0;
    while ((reaped = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (reaped < 0 && errno == ECHILD) return;
    if (!kill_listed_children()) kill_groups(arena, ::getpid());
    if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

void clear(Worker& nursery) {
  end_every_process(nursery.arena());
  nursery.arena().cpu_us.store(processor_time_us());
}

void finish(Worker& nursery) {
  Arena& arena = nursery.arena();
  end_every_process(arena);
  if (g_controller_died.load()) {
    remove_names(arena.name_prefix, arena.names_issued.load());
    if (::chdir("/") == 0) remove_tree(arena.directory);
  }
  ::_exit(0);
}

// What a root process does before anything else. Its signals are as the nursery made them, but for
// one handler.
void on_root_birth(Worker&) {
  struct sigaction plain = {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(kControllerDied, &plain, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != g_nursery) ::_exit(0);
  ::setpgid(0, 0);
}

void place_standard_descriptors() {
  const int null_device = ::open("/dev/null", O_RDWR);
  if (null_device < 0) {
    // No /dev here: the ends of a pipe nobody else has hold the places.
    int ends[2];
    if (::pipe(ends) != 0) return;
    ::dup2(ends[0], 0);
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    return;
  }
  for (int target = 0; target <= 2; ++target) {
    if (null_device != target) ::dup2(null_device, target);
  }
  if (null_device > 2) ::close(null_device);
}

// Moves the two control descriptors to the end of the table and closes all others above 2.
ControlFds place_control_descriptors(int arena, int executable) {
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, kControlFdsEnd));
  ControlFds fds;
  // First out of each other's way, above the targets.
  const int spare_arena = ::fcntl(arena, F_DUPFD_CLOEXEC, 3);
  const int spare_executable = executable < 0 ? -1 : ::fcntl(executable, F_DUPFD_CLOEXEC, 3);
  fds.arena = ::dup3(spare_arena, end - 1, O_CLOEXEC);
  if (spare_executable >= 0) fds.executable = ::dup3(spare_executable, end - 2, O_CLOEXEC);
  const int first_kept = fds.executable >= 0 ? end - 2 : end - 1;
  const auto close_range = [](int first, int last) {
    if (::syscall(SYS_close_range, first, last, 0) == 0) return;
    for (int fd = first; fd <= std::min(last, 65536); ++fd) ::close(fd);
  };
  close_range(3, first_kept - 1);
  close_range(end, 1 << 20);
  return fds;
}

[[noreturn]] void nursery_main(SharedArena& arena, int executable, pid_t controller) {
  g_nursery = ::getpid();
  reset_signals();
  g_bell = &arena->slots[kNurserySlot].bell;
  struct sigaction action = {};
  action.sa_handler = on_controller_death;
  ::sigaction(kControllerDied, &action, nullptr);
  ::prctl(PR_SET_PDEATHSIG, kControllerDied);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (::getppid() != controller) g_controller_died.store(true);
  ::setsid();
  ::umask(022);
  // A core dump of a process that a test kills would be a leak. Limits do not count where
  // /proc/sys/kernel/core_pattern names a program that is given the dump, except this one.
  const rlimit no_core = {1, 1};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // The controller may have been started without standard descriptors, so ours may be among 0-2.
  const ControlFds fds = place_control_descriptors(arena.fd(), executable);
  place_standard_descriptors();
  if (arena->directory[0] != '\0' && ::chdir(arena->directory) != 0) ::_exit(1);
  Worker worker(*arena, kNurserySlot, fds);
  worker.on_birth = on_root_birth;
  worker.on_finish = finish;
  worker.on_clear = clear;
  worker.interrupted = &g_controller_died;
  if (g_controller_died.load()) finish(worker);
  worker.run();
}

}  // namespace

pid_t start_nursery(SharedArena& arena, int executable) {
  const pid_t controller = ::getpid();
  // Buffered output would otherwise be written twice should a child ever flush.
  ::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw Broken(system_error_text("cannot fork the parent of the test processes"));
  if (pid == 0) nursery_main(arena, executable, controller);
  return pid;
}

// Group by group: that is atomic against a process that forks without end.
void kill_groups(const Arena& arena, pid_t nursery) {
  pid_t last = 0;
  for (std::size_t i = 1; i < arena.slots_used.load(); ++i) {
    const pid_t pid = arena.slots[i].pid.load();
    if (pid <= 0 || !is_session_of(arena, nursery, ::getsid(pid))) continue;
    const pid_t group = ::getpgid(pid);
    if (group <= 0 || group == nursery || group == last) continue;
    ::kill(-group, SIGKILL);
    last = group;
  }
}

std::vector<pid_t> processes_of(const Arena& arena, pid_t nursery) {
  std::vector<pid_t> processes;
  for (std::size_t i = 1; i < arena.slots_used.load(); ++i) {
    const pid_t pid = arena.slots[i].pid.load();
    if (pid > 0 && is_session_of(arena, nursery, ::getsid(pid))) processes.push_back(pid);
  }
  return processes;
}

void reap_orphans(int timeout_ms) {
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &child_ended, &before);
  const std::int64_t end_ns = monotonic_ns() + std::int64_t{timeout_ms} * 1'000'000;
  while (monotonic_ns() < end_ns) {
    const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
    if (reaped > 0) continue;
    if (reaped < 0 && errno == ECHILD) break;
    const timespec a_while = {0, 100'000'000};
    ::sigtimedwait(&child_ended, nullptr, &a_while);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

void remove_tree(const char* directory) {
  DIR* stream = ::opendir(directory);
  if (stream != nullptr) {
    while (const dirent* entry = ::readdir(stream)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string path = std::string(directory) + "/" + name;
      struct stat status = {};
      if (::lstat(path.c_str(), &status) != 0) continue;
      if (S_ISDIR(status.st_mode)) {
        ::chmod(path.c_str(), 0700);
        remove_tree(path.c_str());
      } else {
        ::unlink(path.c_str());
      }
    }
    ::closedir(stream);
  }
  ::rmdir(directory);
}

std::int64_t processor_time_us() {
  std::int64_t us = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used = {};
    ::getrusage(who, &used);
    us += (std::int64_t{used.ru_utime.tv_sec} + used.ru_stime.tv_sec) * 1'000'000 +
          used.ru_utime.tv_usec + used.ru_stime.tv_usec;
  }
  return us;
}

void remove_names(const char* prefix, unsigned count) {
  // A process that stored where it should not may have changed the count.
  for (unsigned i = 0; i < std::min(count, kNamesMax); ++i) {
    const std::string name = prefix + std::to_string(i);
    ::shm_unlink(name.c_str());
    ::sem_unlink(name.c_str());
    ::mq_unlink(name.c_str());
  }
}

}  // namespace ipcspec::harness
