#include "platform/namespaces.hpp"

#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace ipcspec::platform {
namespace {

// The number need not have a name.
constexpr uid_t kNobody = 65534;

void check(int result, const std::string& what) {
  if (result != 0) throw Broken(system_error_text(what));
}

void write_to(const char* path, const std::string& text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw Broken(system_error_text(std::string("cannot write ") + path));
  }
}

// Ends as the process ended that this one became.
[[noreturn]] void end_like(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) ::_exit(WEXITSTATUS(status));
  ::signal(WTERMSIG(status), SIG_DFL);
  ::raise(WTERMSIG(status));
  ::_exit(128 + WTERMSIG(status));
}

}  // namespace

void become_nobody() {
  check(::setgroups(0, nullptr), "cannot leave all groups");
  check(::setresgid(kNobody, kNobody, kNobody), "cannot become group 65534");
  check(::setresuid(kNobody, kNobody, kNobody), "cannot become user 65534");
  // Changing the user made the process undumpable, and then its files in /proc are root's.
  ::prctl(PR_SET_DUMPABLE, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void enter_fresh_namespaces() {
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  check(::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET |
                  CLONE_NEWUTS | CLONE_NEWCGROUP),
        "cannot make namespaces; is kernel.unprivileged_userns_clone 0 here?");
  write_to("/proc/self/setgroups", "deny");
  write_to("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1");
  write_to("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
  const pid_t child = ::fork();
  if (child < 0) throw Broken(system_error_text("cannot fork into the namespaces"));
  if (child > 0) end_like(child);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "cannot make / private");
  check(::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr),
        "cannot mount /proc");
  check(::mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"),
        "cannot mount /dev/shm");
  // Only names of queues are shown there; a machine may lack the directory.
  ::mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  const int error = bring_loopback_up();
  if (error != 0) throw Broken(system_error_text("cannot bring the loopback interface up", error));
}

void hide_hybrid_cgroups() {
  struct stat status = {};
  const bool hybrid = ::stat("/sys/fs/cgroup/unified", &status) == 0 ||
                      (::stat("/sys/fs/cgroup/cgroup.procs", &status) != 0 &&
                       ::stat("/sys/fs/cgroup", &status) == 0);
  if (!hybrid) return;
  check(::unshare(CLONE_NEWNS), "cannot make a mount namespace");
  check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "cannot make / private");
  check(::umount2("/sys/fs/cgroup", MNT_DETACH), "cannot unmount /sys/fs/cgroup");
  check(::mount("none", "/sys/fs/cgroup", "cgroup2", 0, nullptr), "cannot mount cgroup2");
}

int bring_loopback_up() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  ifreq request = {};
  ::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) return errno;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  return ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
}

}  // namespace ipcspec::platform
