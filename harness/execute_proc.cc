#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::Fork& op, Worker& worker) {
  expect_fork(&worker.arena().slots[op.slot].signals);
  const pid_t pid = ::fork();
  if (pid == 0) {
    worker.be_born(static_cast<int>(op.slot));
    return {};
  }
  const op::Outcome outcome = outcome_of(pid);
  expect_fork(nullptr);
  return outcome;
}

op::Outcome execute(const op::Exit& op, Worker&) { ::_exit(static_cast<int>(op.status)); }

op::Outcome execute(const op::ExecWorker&, Worker& worker) {
  const ControlFds& fds = worker.fds();
  const std::string arguments[] = {"ipcspec",
                                   kWorkerArgument,
                                   std::to_string(fds.arena),
                                   std::to_string(fds.executable),
                                   std::to_string(&worker.slot() - worker.arena().slots),
                                   std::to_string(worker.current_call()),
                                   std::to_string(worker.send_sequence()),
                                   std::to_string(worker.receive_sequence())};
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::fcntl(fds.arena, F_SETFD, 0);
  ::fcntl(fds.executable, F_SETFD, 0);
  const auto result =
      ::syscall(SYS_execveat, fds.executable, "", argv.data(), environ, AT_EMPTY_PATH);
  const op::Outcome outcome = outcome_of(result);
  ::fcntl(fds.arena, F_SETFD, FD_CLOEXEC);
  ::fcntl(fds.executable, F_SETFD, FD_CLOEXEC);
  return outcome;
}

op::Outcome execute(const op::ExecProgram& op, Worker&) {
  std::vector<std::string> arguments(1);
  for (const char character : op.arguments) {
    if (character == '\n') {
      arguments.emplace_back();
    } else {
      arguments.back() += character;
    }
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return outcome_of(::execvp(op.file.c_str(), argv.data()));
}

op::Outcome execute(const op::Wait& op, Worker&) {
  int status = 0;
  op::Outcome outcome =
      outcome_of(::waitpid(static_cast<pid_t>(op.pid), &status, op.options.value));
  if (outcome.value > 0) outcome.outputs = {status};
  return outcome;
}

op::Outcome execute(const op::WaitId& op, Worker&) {
  siginfo_t info = {};
  op::Outcome outcome =
      outcome_of(::waitid(P_PID, static_cast<id_t>(op.pid), &info, op.options.value));
  if (outcome.value == 0) outcome.outputs = {info.si_pid, info.si_code, info.si_status};
  return outcome;
}

op::Outcome execute(const op::GetIdentity&, Worker&) {
  op::Outcome outcome;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  outcome.outputs = {::getpid(), ::getppid(), ::getpgrp(), ::getsid(0), mask, ::getuid()};
  return outcome;
}

op::Outcome execute(const op::GetWorkingDirectory&, Worker&) {
  char path[4096];
  op::Outcome outcome = outcome_of(::getcwd(path, sizeof path) == nullptr ? -1 : 0);
  if (outcome.value == 0) outcome.data = path;
  return outcome;
}

op::Outcome execute(const op::SetProcessGroup& op, Worker&) {
  return outcome_of(::setpgid(static_cast<pid_t>(op.pid), static_cast<pid_t>(op.group)));
}

op::Outcome execute(const op::NewSession&, Worker& worker) {
  const pid_t session = ::setsid();
  if (session > 0) worker.slot().session.store(session);
  return outcome_of(session);
}

op::Outcome execute(const op::BecomeUser& op, Worker&) {
  if (::setgroups(0, nullptr) != 0 || ::setgid(static_cast<gid_t>(op.gid)) != 0 ||
      ::setuid(static_cast<uid_t>(op.uid)) != 0) {
    return outcome_of(-1);
  }
  // A change of identity hides the process from the controller's /proc reader; show it again.
  return outcome_of(::prctl(PR_SET_DUMPABLE, 1));
}

op::Outcome execute(const op::AdoptOrphans&, Worker&) {
  return outcome_of(::prctl(PR_SET_CHILD_SUBREAPER, 1));
}

op::Outcome execute(const op::ProcessState& op, Worker&) {
  const std::string path = "/proc/" + std::to_string(op.pid) + "/stat";
  FILE* file = ::fopen(path.c_str(), "re");
  if (file == nullptr) return outcome_of(-1);
  char text[512] = {};
  const std::string line(text, ::fread(text, 1, sizeof text, file));
  ::fclose(file);
  op::Outcome outcome;
  const auto name_end = line.rfind(") ");
  if (name_end != std::string::npos) outcome.data = line.substr(name_end + 2, 1);
  return outcome;
}

op::Outcome execute(const op::PopenStart& op, Worker&) {
  FILE* stream = ::popen(op.command.c_str(), op.mode.c_str());
  op::Outcome outcome = outcome_of(stream == nullptr ? -1 : 0);
  if (stream != nullptr) {
    outcome.outputs = {static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(stream)),
                       ::fileno(stream)};
  }
  return outcome;
}

op::Outcome execute(const op::PopenRead& op, Worker&) {
  op::Outcome outcome;
  char text[4096];
  FILE* stream = reinterpret_cast<FILE*>(op.stream.value);
  while (const std::size_t count = ::fread(text, 1, sizeof text, stream)) {
    outcome.data.append(text, count);
  }
  outcome.value = static_cast<std::int64_t>(outcome.data.size());
  return outcome;
}

op::Outcome execute(const op::PopenFinish& op, Worker&) {
  return outcome_of(::pclose(reinterpret_cast<FILE*>(op.stream.value)));
}

op::Outcome execute(const op::OpenPseudoTerminal&, Worker&) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  op::Outcome outcome = outcome_of(master);
  if (master < 0) return outcome;
  char path[128] = {};
  if (::grantpt(master) != 0 || ::unlockpt(master) != 0 ||
      ::ptsname_r(master, path, sizeof path) != 0) {
    outcome = outcome_of(-1);
    ::close(master);
    return outcome;
  }
  outcome.data = path;
  return outcome;
}

op::Outcome execute(const op::SetControllingTerminal& op, Worker&) {
  return outcome_of(::ioctl(op.fd.number, TIOCSCTTY, 0));
}

op::Outcome execute(const op::SetForegroundGroup& op, Worker&) {
  return outcome_of(::tcsetpgrp(op.fd.number, static_cast<pid_t>(op.group)));
}

op::Outcome execute(const op::EnableTerminalSignals& op, Worker&) {
  constexpr cc_t kInterruptCharacter = 0x03;
  termios settings = {};
  if (::tcgetattr(op.fd.number, &settings) != 0) return outcome_of(-1);
  settings.c_lflag |= ISIG;
  settings.c_cc[VINTR] = kInterruptCharacter;
  return outcome_of(::tcsetattr(op.fd.number, TCSANOW, &settings));
}

op::Outcome execute(const op::SetUserIds& op, Worker&) {
  const int result = ::setresuid(static_cast<uid_t>(op.real), static_cast<uid_t>(op.effective),
                                 static_cast<uid_t>(op.saved));
  if (result != 0) return outcome_of(result);
  return outcome_of(::prctl(PR_SET_DUMPABLE, 1));  // as for BecomeUser
}

}  // namespace ipcspec::harness
