#include "platform/keeper.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <set>

#include "core/error.hpp"
#include "harness/nursery.hpp"

namespace ipcspec::platform {
namespace {

// After a request to end, before it is ended.
constexpr int kGraceMs = 3000;
constexpr int kCleanUpMs = 10000;

// Ours of all keepers: another keeper that held a copy would outlive the original's closing.
std::set<int>& descriptors() {
  static std::set<int> all;
  return all;
}

UniqueFd registered(int fd) {
  descriptors().insert(fd);
  return UniqueFd(fd);
}

void forget(UniqueFd& fd) {
  descriptors().erase(fd.get());
  fd.reset();
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Broken(system_error_text("cannot make a pipe"));
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

[[noreturn]] void become_command(const Start& start, int output, int errors) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null_device, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
  for (const auto& [name, value] : start.environment) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  if (!start.directory.empty() && ::chdir(start.directory.c_str()) != 0) {
    ::dprintf(STDERR_FILENO, "%s\n", system_error_text(start.directory).c_str());
    ::_exit(126);
  }
  try {
    if (start.before_exec) start.before_exec();
  } catch (const std::exception& error) {
    ::dprintf(STDERR_FILENO, "%s\n", error.what());
    ::_exit(126);
  }
  std::vector<char*> words;
  words.reserve(start.arguments.size() + 1);
  for (const std::string& word : start.arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(words[0], words.data());
  ::dprintf(STDERR_FILENO, "%s\n", system_error_text("cannot run " + start.arguments[0]).c_str());
  ::_exit(127);
}

// Processes whose parent is this one, adopted ones included.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  DIR* stream = ::opendir("/proc");
  if (stream == nullptr) return found;
  while (const dirent* entry = ::readdir(stream)) {
    const pid_t pid = ::atoi(entry->d_name);
    if (pid <= 0) continue;
    // Not by a stream, which throws when the process goes meanwhile.
    const UniqueFd file(
        ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    char bytes[1024];
    const ssize_t count = ::read(file.get(), bytes, sizeof bytes);
    if (count <= 0) continue;
    const std::string text(bytes, static_cast<std::size_t>(count));
    // "pid (name) state parent": the name may hold anything.
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos || name_end + 4 >= text.size()) continue;
    if (::atoi(text.c_str() + name_end + 4) == ::getpid()) found.push_back(pid);
  }
  ::closedir(stream);
  return found;
}

// Everything that was started comes to this subreaper sooner or later.
void end_everything() {
  while (true) {
    for (const pid_t pid : children()) ::kill(pid, SIGKILL);
    if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

// Waits for the child, at most so long after the control descriptor was closed or, without one,
// from now on. True when it has ended.
bool wait_for(pid_t child, int* status, int control, int limit_ms) {
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  const UniqueFd signals(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  bool asked = control < 0;
  while (true) {
    while (true) {
      const pid_t ended = ::waitpid(-1, status, WNOHANG);
      if (ended == child) return true;
      if (ended <= 0) break;
    }
    pollfd entries[] = {{signals.get(), POLLIN, 0}, {asked ? -1 : control, POLLIN, 0}};
    const int count = ::poll(entries, 2, asked ? limit_ms : -1);
    if (count == 0) return false;
    signalfd_siginfo information;
    while (::read(signals.get(), &information, sizeof information) > 0) {
    }
    if (!asked && entries[1].revents != 0) {
      asked = true;
      ::kill(child, SIGTERM);
    }
  }
}

void run_quietly(const std::vector<std::string>& command, const Start& start) {
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child == 0) {
    const int null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    Start quiet;
    quiet.arguments = command;
    quiet.environment = start.environment;
    quiet.directory = start.directory;
    quiet.before_exec = start.before_exec;
    become_command(quiet, null_device, null_device);
  }
  int status = 0;
  wait_for(child, &status, -1, kCleanUpMs);
}

// noexcept: an exception must not lead this process back into what its parent goes on with.
[[noreturn]] void keeper_main(const Start& start, const std::string& directory, int control,
                              int output, int errors, int over) noexcept {
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&blocked, signal);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
  for (const int fd : descriptors()) {
    if (fd != control) ::close(fd);
  }
  int status = 127 << 8;
  const pid_t child = ::fork();
  if (child == 0) become_command(start, output, errors);
  // Nobody is to wait for us who waits for the end of the command's output.
  ::close(output);
  ::close(errors);
  if (child > 0 && !wait_for(child, &status, control, kGraceMs)) {
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
  end_everything();
  for (const std::vector<std::string>& command : start.cleanups) run_quietly(command, start);
  end_everything();
  harness::remove_tree(directory.c_str());
  if (::write(over, &status, sizeof status) < 0) ::_exit(1);
  ::_exit(0);
}

std::string ending_text(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::strsignal(WTERMSIG(status));
    return "killed by signal " + std::to_string(WTERMSIG(status)) +
           (name == nullptr ? "" : " (" + std::string(name) + ")");
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Keeper::Keeper(const Start& start, const std::string& directory) {
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  Pipe control = make_pipe();
  Pipe over = make_pipe();
  pid_ = ::fork();
  if (pid_ < 0) throw Broken(system_error_text("cannot fork a platform's keeper"));
  if (pid_ == 0) {
    for (UniqueFd* fd : {&output.read_end, &errors.read_end, &over.read_end, &control.write_end}) {
      fd->reset();
    }
    keeper_main(start, directory, control.read_end.get(), output.write_end.get(),
                errors.write_end.get(), over.write_end.get());
  }
  output_ = registered(output.read_end.release());
  errors_ = registered(errors.read_end.release());
  control_ = registered(control.write_end.release());
  over_ = registered(over.read_end.release());
  for (const UniqueFd* fd : {&output_, &errors_, &over_}) ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
}

Keeper::~Keeper() {
  stop();
  if (pid_ > 0) {
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  for (UniqueFd* fd : {&output_, &errors_, &over_}) forget(*fd);
}

void Keeper::stop() {
  if (control_) forget(control_);
}

std::string Keeper::ending() {
  if (!ending_.empty()) return ending_;
  int status = 0;
  const bool told = ::read(over_.get(), &status, sizeof status) == sizeof status;
  ending_ = told ? ending_text(status) : "its keeper was killed";
  return ending_;
}

}  // namespace ipcspec::platform
