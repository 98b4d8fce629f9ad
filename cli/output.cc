#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/surroundings.hpp"
#include "core/error.hpp"

namespace ipcspec::cli {
namespace {

constexpr int kWidthColumnsDefault = 100;

// 0 or the errno.
int write_fully(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

const char* remedy_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "make room there or name a file elsewhere with -o";
    case EACCES:
    case EPERM:
    case EROFS:
      return "name a file in a directory that you may write to with -o";
    case ENOENT:
    case ENOTDIR:
      return "make the directory first or name a file elsewhere with -o";
    default:
      return "name another file with -o";
  }
}

std::string resolved(const std::string& path) {
  char* absolute = ::realpath(path.c_str(), nullptr);
  std::string result = absolute == nullptr ? path : absolute;
  ::free(absolute);
  return result;
}

}  // namespace

bool print(std::string_view text) {
  const int error = write_fully(STDOUT_FILENO, text);
  if (error == 0 || error == EPIPE) return true;
  say(fmt::format("ipcspec: cannot write to standard output: {}; {}\n", std::strerror(error),
                  "send it elsewhere"));
  return false;
}

void say(std::string_view text) { write_fully(STDERR_FILENO, text); }

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

bool wants_color(int fd) {
  const char* no_color = ::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = ::getenv("TERM");
  return is_terminal(fd) && terminal != nullptr && std::string_view(terminal) != "dumb";
}

int width_columns(int fd) {
  winsize size = {};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kWidthColumnsDefault;
}

bool speaks_utf8() {
  // The first of these that is set and not empty says which locale it is.
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = ::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return ::strcasestr(value, "utf-8") != nullptr || ::strcasestr(value, "utf8") != nullptr;
  }
  return false;
}

OutputFile::OutputFile(const std::string& path) : path_(path), target_(resolved(path)) {
  struct stat status = {};
  const bool exists = ::stat(target_.c_str(), &status) == 0;
  const mode_t ours = ::umask(inherited_umask());
  if (exists && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
  } else if (exists && !S_ISREG(status.st_mode)) {
    fd_ = UniqueFd(::open(target_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  } else {
    beside_ = target_ + ".tmp";
    fd_ = UniqueFd(::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  }
  const int error = errno;
  ::umask(ours);
  if (!fd_) {
    beside_.clear();
    throw Broken(fmt::format("cannot write results to '{}': {}; {}. Nothing was run", path_,
                             std::strerror(error), remedy_for(error)));
  }
}

OutputFile::~OutputFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

bool OutputFile::write_all(std::string_view text) {
  if (!beside_.empty() &&
      (::ftruncate(fd_.get(), 0) != 0 || ::lseek(fd_.get(), 0, SEEK_SET) != 0)) {
    return false;
  }
  errno = write_fully(fd_.get(), text);
  return errno == 0;
}

void OutputFile::save(std::string_view text) {
  if (!beside_.empty()) write_all(text);
}

std::string OutputFile::finish(std::string_view text) {
  const bool written = write_all(text);
  if (written && beside_.empty()) return {};
  // Some file systems find out only now that there is no room.
  if (written && ::fsync(fd_.get()) == 0 && ::rename(beside_.c_str(), target_.c_str()) == 0) {
    beside_.clear();
    return {};
  }
  const int error = errno;
  std::string sentence = fmt::format("cannot write results to '{}': {}; {}", path_,
                                     std::strerror(error), remedy_for(error));
  if (written) {
    sentence += fmt::format(". They are complete in '{}'", beside_);
    beside_.clear();
  }
  return sentence;
}

bool deliver(const std::string& text, OutputFile* file) {
  if (file == nullptr) {
    if (print(text)) return true;
    say(text);
    return false;
  }
  const std::string trouble = file->finish(text);
  if (trouble.empty()) return true;
  say("ipcspec: " + trouble + "\nipcspec: it follows on standard output\n");
  print(text);
  return false;
}

}  // namespace ipcspec::cli
