#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

bool is_fifo(const std::string& path) {
  struct stat about_it = {};
  return ::lstat(path.c_str(), &about_it) == 0 && S_ISFIFO(about_it.st_mode);
}

// With no partner there, the open is made as one for both directions, which needs none.
op::Outcome does_not_wait(const op::Open& call, Worker& worker) {
  const int flags = call.flags.value;
  if (!is_fifo(call.path) || (flags & (O_NONBLOCK | O_CREAT)) != 0) return execute(call, worker);
  op::Open changed = call;
  changed.flags = (flags & ~O_ACCMODE) | O_RDWR;
  return execute(changed, worker);
}

op::Outcome no_enxio(const op::Open& call, Worker& worker) {
  op::Outcome outcome = execute(call, worker);
  if (outcome.error.value != ENXIO || !is_fifo(call.path)) return outcome;
  op::Open changed = call;
  changed.flags = (call.flags.value & ~O_ACCMODE) | O_RDWR;
  return execute(changed, worker);
}

op::Outcome umask_ignored(const op::MakeFifo& call, Worker& worker) {
  const mode_t mask = ::umask(0);
  const op::Outcome outcome = execute(call, worker);
  ::umask(mask);
  return outcome;
}

op::Outcome exists_not_seen(const op::MakeFifo& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  return outcome.error.value == EEXIST ? success() : outcome;
}

op::Outcome name_stays(const op::Unlink& call, Worker& worker) {
  return is_fifo(call.path) ? success() : execute(call, worker);
}

constexpr KernelLie kLies[] = {
    {"fifo.open-does-not-wait", "fifo", "open() of a FIFO waits for no partner",
     about<op::Open, does_not_wait>},
    {"fifo.no-enxio", "fifo", "a non-blocking open() for writing succeeds without a reader",
     about<op::Open, no_enxio>},
    {"fifo.umask-ignored", "fifo fd", "mkfifo() does not apply the umask",
     about<op::MakeFifo, umask_ignored>},
    {"fifo.exists-ignored", "fifo", "mkfifo() of a name that exists succeeds",
     about<op::MakeFifo, exists_not_seen>},
    {"fifo.unlink-ignored", "fifo fd", "unlink() of a FIFO succeeds and leaves the name",
     about<op::Unlink, name_stays>},
};

}  // namespace

std::span<const KernelLie> fifo_lies() { return kLies; }

}  // namespace ipcspec::harness
