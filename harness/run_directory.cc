#include "harness/run_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "harness/nursery.hpp"

namespace ipcspec::harness {
namespace {

constexpr std::string_view kNamePrefix = "ipcspec-";
constexpr std::size_t kRandomCharacters = 6;
constexpr const char* kLockName = "lock";

std::vector<std::string> bases(RunDirectory::Place place) {
  std::vector<std::string> result;
  const char* temporary = ::getenv("TMPDIR");
  std::string usual = "/tmp";
  std::string memory = "/dev/shm";
  if (place == RunDirectory::Place::memory) std::swap(usual, memory);
  for (const std::string& base :
       {std::string(temporary == nullptr ? "" : temporary), usual, memory, std::string(".")}) {
    if (!base.empty() && std::ranges::find(result, base) == result.end()) {
      result.push_back(base);
    }
  }
  return result;
}

// "ipcspec-XXXXXX", and nothing that merely begins so.
bool is_run_name(std::string_view name) {
  return name.size() == kNamePrefix.size() + kRandomCharacters && name.starts_with(kNamePrefix);
}

std::vector<std::string> entries_of(const std::string& directory) {
  std::vector<std::string> names;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return names;
  while (const dirent* entry = ::readdir(stream)) names.emplace_back(entry->d_name);
  ::closedir(stream);
  return names;
}

// A kernel sees only the locks that were taken through it: a sandbox that shares a directory with
// its host would take the host's runs for dead. So the lock file says whose it is.
std::string name_of_kernel() {
  utsname names = {};
  ::uname(&names);
  return std::string(names.sysname) + " " + names.release + " " + names.version;
}

bool is_of_this_kernel(const UniqueFd& lock) {
  char text[sizeof(utsname)];
  const ssize_t count = ::pread(lock.get(), text, sizeof text, 0);
  if (count < 0) return false;
  // Nothing is in it when its run was killed before it could write.
  return count == 0 || std::string_view(text, static_cast<std::size_t>(count)) == name_of_kernel();
}

// True when no process holds the run's lock; then it is ours until `lock` goes.
bool is_dead_run(const std::string& path, UniqueFd& lock) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  if (status.st_uid != ::geteuid() && ::geteuid() != 0) return false;
  lock = UniqueFd(::open((path + "/" + kLockName).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  return lock && is_of_this_kernel(lock) && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

bool is_linked(const UniqueFd& file) {
  struct stat status = {};
  return ::fstat(file.get(), &status) == 0 && status.st_nlink > 0;
}

int remove_names_of_run(const std::string& run, const std::string& path) {
  int removed = 0;
  for (const std::string& name : entries_of("/dev/shm")) {
    const std::string_view bare = std::string_view(name).substr(name.starts_with("sem.") ? 4 : 0);
    if (!bare.starts_with(run + ".")) continue;
    if (::unlink(("/dev/shm/" + name).c_str()) == 0) ++removed;
  }
  // Queues need not be listed anywhere: their scenario's number is in the name, so try them.
  for (const std::string& scenario : entries_of(path)) {
    if (scenario.empty() || scenario.find_first_not_of("0123456789") != std::string::npos) continue;
    remove_names(("/" + run + "." + scenario + ".").c_str(), 16);
  }
  return removed;
}

}  // namespace

RunDirectory::RunDirectory(Place place) : owner_pid_(::getpid()) {
  // Between its making and its locking a directory looks like one of a dead run, and whoever
  // collects garbage then takes it away.
  do {
    make_directory(place);
    const std::string lock = path_ + "/" + kLockName;
    lock_ = UniqueFd(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock_ && errno == ENOENT) continue;
    if (!lock_ || ::flock(lock_.get(), LOCK_SH) != 0) {
      throw Broken(system_error_text("cannot lock " + lock));
    }
    const std::string kernel = name_of_kernel();
    if (::pwrite(lock_.get(), kernel.data(), kernel.size(), 0) < 0) {
      throw Broken(system_error_text("cannot write " + lock));
    }
  } while (!lock_ || !is_linked(lock_));
}

void RunDirectory::make_directory(Place place) {
  std::string tried;
  for (const std::string& candidate : bases(place)) {
    std::string path = candidate + "/" + std::string(kNamePrefix) + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
      tried += (tried.empty() ? "" : ", ") + system_error_text(candidate);
      continue;
    }
    ::chmod(path.c_str(), 0711);
    char* absolute = ::realpath(path.c_str(), nullptr);
    path_ = absolute == nullptr ? path : absolute;
    ::free(absolute);
    return;
  }
  throw Unsupported("no directory to work in (" + tried + "); set TMPDIR to a writable one");
}

RunDirectory::~RunDirectory() {
  if (::getpid() != owner_pid_) return;
  // Processes of the run that were killed left names behind, and without the directory no collector
  // of garbage would know whose they are.
  remove_names_of_run(path_.substr(path_.rfind('/') + 1), path_);
  remove_tree(path_.c_str());
}

std::string RunDirectory::name_prefix() const { return path_.substr(path_.rfind('/')) + "."; }

Garbage collect_garbage() {
  Garbage garbage;
  for (const std::string& base : bases(RunDirectory::Place::usual)) {
    for (const std::string& name : entries_of(base)) {
      const std::string path = base + "/" + name;
      UniqueFd lock;
      if (!is_run_name(name) || !is_dead_run(path, lock)) continue;
      garbage.names += remove_names_of_run(name, path);
      remove_tree(path.c_str());
      ++garbage.runs;
    }
  }
  return garbage;
}

}  // namespace ipcspec::harness
