#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome outcome_of(std::int64_t result) {
  const int error = result < 0 ? errno : 0;
  return {.value = result, .error = error, .data = {}, .outputs = {}};
}

namespace {

// Out of the way of descriptors under test, and below those that a worker keeps.
constexpr int kPidfdFrom = 200;

op::Outcome stat_outcome(std::int64_t result, const struct stat& status) {
  op::Outcome outcome = outcome_of(result);
  if (result < 0) return outcome;
  outcome.outputs = {status.st_mode & S_IFMT,
                     status.st_mode & 07777,
                     static_cast<std::int64_t>(status.st_nlink),
                     status.st_size,
                     static_cast<std::int64_t>(status.st_dev),
                     static_cast<std::int64_t>(status.st_ino)};
  return outcome;
}

}  // namespace

op::Outcome execute(const op::Open& op, Worker&) {
  return outcome_of(::open(op.path.c_str(), op.flags.value, static_cast<mode_t>(op.mode.bits)));
}
op::Outcome execute(const op::Close& op, Worker&) { return outcome_of(::close(op.fd.number)); }
op::Outcome execute(const op::Dup& op, Worker&) { return outcome_of(::dup(op.fd.number)); }
op::Outcome execute(const op::Dup2& op, Worker&) {
  return outcome_of(::dup2(op.fd.number, op.target.number));
}
op::Outcome execute(const op::GetStatusFlags& op, Worker&) {
  return outcome_of(::fcntl(op.fd.number, F_GETFL));
}
op::Outcome execute(const op::SetStatusFlags& op, Worker&) {
  return outcome_of(::fcntl(op.fd.number, F_SETFL, op.flags.value));
}
op::Outcome execute(const op::GetDescriptorFlags& op, Worker&) {
  return outcome_of(::fcntl(op.fd.number, F_GETFD));
}
op::Outcome execute(const op::SetDescriptorFlags& op, Worker&) {
  return outcome_of(::fcntl(op.fd.number, F_SETFD, op.flags.value));
}
op::Outcome execute(const op::Seek& op, Worker&) {
  return outcome_of(::lseek(op.fd.number, op.offset_bytes, op.whence.value));
}
op::Outcome execute(const op::StatFd& op, Worker&) {
  struct stat status = {};
  return stat_outcome(::fstat(op.fd.number, &status), status);
}
op::Outcome execute(const op::StatPath& op, Worker&) {
  struct stat status = {};
  return stat_outcome(::lstat(op.path.c_str(), &status), status);
}
op::Outcome execute(const op::ReadLink& op, Worker&) {
  char target[4096];
  op::Outcome outcome = outcome_of(::readlink(op.path.c_str(), target, sizeof target));
  if (outcome.value > 0) outcome.data.assign(target, static_cast<std::size_t>(outcome.value));
  return outcome;
}
op::Outcome execute(const op::ListDirectory& op, Worker&) {
  DIR* directory = ::opendir(op.path.c_str());
  if (directory == nullptr) return outcome_of(-1);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(directory);
  std::ranges::sort(names);
  op::Outcome outcome = outcome_of(static_cast<std::int64_t>(names.size()));
  for (const std::string& name : names) outcome.data += name + "\n";
  return outcome;
}
op::Outcome execute(const op::MakeDirectory& op, Worker&) {
  return outcome_of(::mkdir(op.path.c_str(), static_cast<mode_t>(op.mode.bits)));
}
op::Outcome execute(const op::ChangeMode& op, Worker&) {
  return outcome_of(::chmod(op.path.c_str(), static_cast<mode_t>(op.mode.bits)));
}
op::Outcome execute(const op::Unlink& op, Worker&) { return outcome_of(::unlink(op.path.c_str())); }
op::Outcome execute(const op::Umask& op, Worker&) {
  return outcome_of(::umask(static_cast<mode_t>(op.mask.bits)));
}
op::Outcome execute(const op::CopyForeignDescriptor& op, Worker&) {
  const auto lowest = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(op.pid), 0));
  if (lowest < 0) return outcome_of(-1);
  // The other process may be this one, whose numbers are under test.
  const int process = ::fcntl(lowest, F_DUPFD_CLOEXEC, kPidfdFrom);
  op::Outcome outcome = outcome_of(process);
  ::close(lowest);
  if (process < 0) return outcome;
  outcome = outcome_of(::syscall(SYS_pidfd_getfd, process, op.fd.number, 0));
  ::close(process);
  return outcome;
}

}  // namespace ipcspec::harness
