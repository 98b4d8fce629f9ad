#include "harness/session.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/settle.hpp"
#include "harness/watch.hpp"
#include "harness/worker.hpp"

namespace ipcspec::harness {
namespace {

// Ending processes is our own work and not the kernel's, so it is not bounded by a test's budget:
// giving up early would leave processes behind.
constexpr int kEndBudgetMs = 30'000;

constexpr const char* kCannotEnd =
    "the processes of the scenario could not be ended within 30 seconds";
constexpr const char* kNurseryGone = "the parent of the test processes is gone";

UniqueFd open_own_executable() {
  UniqueFd fd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!fd) {
    const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    if (path != nullptr) fd = UniqueFd(::open(path, O_RDONLY | O_CLOEXEC));
  }
  return fd;
}

// For sched_setattr(), which older C libraries do not declare.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

// A yield gives up what is left of a slice, of which others on the processor then make use: at its
// usual length a busy processor is away for milliseconds. Kernels before 6.12 take no notice.
void take_short_turns() {
  constexpr std::uint64_t kSliceNs = 100'000;
  SchedulingAttributes attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  attributes.runtime_ns = kSliceNs;
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

// Ends what a nursery left that is dead; false when something outlives the budget.
bool end_orphans_of(Arena& arena, pid_t nursery) {
  Patience patience(arena.controller_bell, kEndBudgetMs);
  while (true) {
    kill_groups(arena, nursery);
    bool alive = false;
    for (const pid_t pid : processes_of(arena, nursery)) {
      ::kill(pid, SIGKILL);
      // Orphans come to us only if we are their subreaper; else another process reaps them.
      if (::waitpid(pid, nullptr, WNOHANG) == pid) continue;
      alive = alive || ProcessWatch(pid).look().kind != Look::Kind::dead;
    }
    if (!alive) return true;
    if (patience.exhausted()) return false;
    patience.wait();
  }
}

}  // namespace

Session::Session(ControllerOptions options)
    : options_(std::move(options)), executable_(open_own_executable()) {
  if (options_.cpu < 0) return;
  pin_to(options_.cpu);
  take_short_turns();
}

Session::~Session() { finish(); }

Line& Session::line(std::size_t slot) {
  while (lines_.size() <= slot) lines_.emplace_back(**arena_, lines_.size());
  return lines_[slot];
}

void Session::begin() {
  if (in_use_) throw Broken("a scenario begins before the last one in its session has ended");
  if (nursery_ != 0 && nursery_is_gone()) abandon(kNurseryGone);
  if (!directory_) open_directory();
  if (nursery_ == 0) start();
  in_use_ = true;
}

void Session::start() {
  ++beginnings_;
  lines_.clear();
  arena_ = std::make_unique<SharedArena>();
  Arena& arena = **arena_;
  const auto copy = [](auto& to, const std::string& from) {
    if (from.size() >= sizeof to) throw Broken("name too long for the scenario: " + from);
    std::memcpy(to, from.c_str(), from.size() + 1);
  };
  copy(arena.name_prefix, options_.name_prefix);
  copy(arena.directory, options_.directory);
  arena.cpu = options_.cpu;
  arena.lie_kind.store(static_cast<std::uint32_t>(options_.lie_kind));
  arena.lie.store(static_cast<std::uint32_t>(options_.lie));
  arena.slots_used.store(kNurserySlot + 1);
  nursery_ = start_nursery(*arena_, executable_.get());
}

bool Session::nursery_is_gone() {
  siginfo_t info = {};
  const auto id = static_cast<id_t>(nursery_);
  return ::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == nursery_;
}

Session::Reply Session::await_reply(op::CallId id, op::Outcome& outcome, int budget_ms) {
  Arena& arena = **arena_;
  Patience patience(arena.controller_bell, budget_ms);
  while (true) {
    const std::uint32_t bell = patience.bell();
    // An answer that came too late for its question is passed over.
    while (auto answer = line(kNurserySlot).next_answer()) {
      if (answer->id != id) continue;
      outcome = std::move(answer->outcome);
      return Reply::came;
    }
    if (nursery_is_gone()) return Reply::nursery_gone;
    if (patience.exhausted()) return Reply::late;
    patience.wait_for_bell(bell);
  }
}

op::Outcome Session::ask(const op::Op& op) {
  if (nursery_ == 0) throw Broken(kNurseryGone);
  const op::CallId id = next_question_++;
  op::Outcome outcome;
  const int budget_ms = options_.settle_budget_ms;
  const bool sent = line(kNurserySlot).send_call(id, op, CallManner::plain, budget_ms);
  switch (sent ? await_reply(id, outcome, budget_ms) : Reply::late) {
    case Reply::came:
      return outcome;
    case Reply::nursery_gone:
      throw Broken(kNurseryGone);
    case Reply::late:
      break;
  }
  throw OutOfBudget("the parent of the test processes does not answer");
}

std::string Session::clear() {
  in_use_ = false;
  if (nursery_ == 0) return {};
  std::string trouble = end_processes();
  Arena& arena = **arena_;
  remove_names(options_.name_prefix.c_str(), arena.names_issued.load());
  arena.names_issued.store(0);
  const std::string leftover = empty_directory();
  if (trouble.empty()) trouble = leftover;
  if (nursery_ == 0) return trouble;
  for (std::size_t slot = kNurserySlot + 1; slot < lines_.size(); ++slot) lines_[slot].reset();
  arena.slots_used.store(kNurserySlot + 1);
  return trouble;
}

void Session::open_directory() {
  const std::string& path = options_.directory;
  // Open to all, for processes that become another user.
  if (::mkdir(path.c_str(), 0777) == 0) ::chmod(path.c_str(), 0777);
  directory_.reset(::opendir(path.c_str()));
  struct stat status = {};
  if (!directory_ || ::fstat(::dirfd(directory_.get()), &status) != 0) {
    throw Broken(system_error_text("cannot open the scenario's directory " + path));
  }
  directory_mode_ = status.st_mode & 07777;
}

std::string Session::empty_directory() {
  const int fd = ::dirfd(directory_.get());
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || status.st_nlink == 0) {
    directory_.reset();
    return nursery_ == 0 ? "" : abandon("the scenario removed its directory");
  }
  if ((status.st_mode & 07777) != directory_mode_) ::fchmod(fd, directory_mode_);
  ::rewinddir(directory_.get());
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory_.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (::unlinkat(fd, entry->d_name, 0) == 0) continue;
    const std::string path = options_.directory + "/" + entry->d_name;
    if (errno == EISDIR || errno == EPERM) {
      ::chmod(path.c_str(), 0700);
      remove_tree(path.c_str());
    }
    if (::faccessat(fd, entry->d_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
      return "cannot remove " + path + ", which the scenario left";
    }
  }
  return errno == 0 ? "" : system_error_text("cannot list the scenario's directory");
}

// By the nursery; without one if it is disturbed.
std::string Session::end_processes() {
  const op::CallId id = next_question_++;
  op::Outcome outcome;
  try {
    const bool sent =
        line(kNurserySlot).send(kClearMessage, std::as_bytes(std::span(&id, 1)), kEndBudgetMs);
    switch (sent ? await_reply(id, outcome, kEndBudgetMs) : Reply::late) {
      case Reply::came:
        return {};
      case Reply::nursery_gone:
        return abandon(kNurseryGone);
      case Reply::late:
        return abandon(kCannotEnd);
    }
  } catch (const Broken& error) {
    return abandon(error.what());
  }
  return {};
}

std::string Session::abandon(const std::string& why) {
  ::kill(nursery_, SIGKILL);
  ::waitpid(nursery_, nullptr, 0);
  const pid_t nursery = std::exchange(nursery_, 0);
  if (end_orphans_of(**arena_, nursery)) return why;
  return why + ", and not all of those processes could be ended";
}

std::string Session::finish() {
  in_use_ = false;
  if (nursery_ == 0) return {};
  Arena& arena = **arena_;
  Patience patience(arena.controller_bell, kEndBudgetMs);
  if (!line(kNurserySlot).send(kFinishMessage, {}, kEndBudgetMs)) return abandon(kCannotEnd);
  while (!nursery_is_gone()) {
    if (patience.exhausted()) return abandon(kCannotEnd);
    patience.wait();
  }
  int status = 0;
  ::waitpid(nursery_, &status, 0);
  const pid_t nursery = std::exchange(nursery_, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return end_orphans_of(arena, nursery) ? kNurseryGone : kCannotEnd;
}

}  // namespace ipcspec::harness
