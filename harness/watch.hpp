// What the kernel shows of another process, without touching it.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "core/unique_fd.hpp"

namespace ipcspec::harness {

struct Look {
  enum class Kind {
    running,     // on a processor, or about to be
    asleep,      // asleep; in `call` on `argument` when `call_known`
    stopped,     // job control
    dead,        // a zombie, or gone
    unreadable,  // alive, but the platform shows nothing
  } kind = Kind::unreadable;
  bool call_known = false;
  long call = -1;              // system call number
  std::uint64_t argument = 0;  // its first argument
  auto operator<=>(const Look&) const = default;
};

// Where calls are translated, /proc shows the numbers of those that another kernel was given. After
// this only states count, in this process and those that it forks.
void distrust_calls();

// Looks at one process through /proc or a pidfd, whichever exists. They are opened at the first
// look, since most processes need none and opening takes longer than a call does, and stay open, so
// that from then on a reused process number cannot be mistaken for the process. The first look has
// to be in the step in which the process dies at the latest: so soon no number is used again.
class ProcessWatch {
 public:
  ProcessWatch() = default;
  explicit ProcessWatch(pid_t pid) : pid_(pid) {}

  Look look();

  // Whether the platform tells a stopped process from another.
  bool shows_stops();

  // Wait status of a zombie as /proc shows it; -1 when it does not, for exit status 0, which looks
  // the same, and for a signal whose number is another kernel's.
  int zombie_status();

 private:
  void open_files();
  bool look_at_call(Look& look);
  bool look_at_state(Look& look);
  bool look_at_pidfd(Look& look);

  pid_t pid_ = 0;
  bool opened_ = false;
  UniqueFd pidfd_;
  UniqueFd syscall_;
  UniqueFd stat_;
};

}  // namespace ipcspec::harness
