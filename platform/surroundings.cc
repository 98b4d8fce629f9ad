#include "platform/surroundings.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include "platform/namespaces.hpp"
#include "platform/order.hpp"

namespace ipcspec::platform {
namespace {

void mount_at(const char* place, const char* type, const char* options) {
  ::mkdir(place, 0755);
  if (::mount(type, place, type, 0, options) != 0) {
    ::dprintf(STDERR_FILENO, "ipcspec: cannot mount %s at %s: %s\n", type, place,
              ::strerror(errno));
  }
}

void set_up_machine() {
  ::umask(0);
  mount_at("/proc", "proc", "");
  mount_at("/sys", "sysfs", "");
  mount_at("/dev", "devtmpfs", "mode=0755");
  mount_at("/dev/pts", "devpts", "ptmxmode=0666");
  mount_at("/dev/shm", "tmpfs", "mode=1777");
  mount_at("/dev/mqueue", "mqueue", "");
  mount_at("/tmp", "tmpfs", "mode=1777");
  ::umask(022);
  const int error = bring_loopback_up();
  if (error != 0) {
    ::dprintf(STDERR_FILENO, "ipcspec: cannot bring the loopback interface up: %s\n",
              ::strerror(error));
  }
  ::setenv("PATH", "/usr/bin:/bin", 0);
  ::setenv("TMPDIR", "/tmp", 1);
}

void open_console() {
  const int console = ::open("/dev/console", O_RDWR | O_NOCTTY);
  if (console < 0) return;
  for (int fd = 0; fd <= 2; ++fd) ::dup2(console, fd);
  if (console > 2) ::close(console);
  make_raw(STDOUT_FILENO);
}

}  // namespace

bool is_init_of_machine() { return ::getpid() == 1 && ::getenv(kOrderVariable) != nullptr; }

void make_raw(int fd) {
  termios settings = {};
  if (::tcgetattr(fd, &settings) != 0) return;
  ::cfmakeraw(&settings);
  ::tcsetattr(fd, TCSANOW, &settings);
}

void be_init(const std::function<int()>& program) {
  set_up_machine();
  open_console();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(program());
  while (true) {
    const pid_t ended = ::wait(nullptr);
    if (ended == child || (ended < 0 && errno != EINTR)) break;
  }
  // What was written has to leave the console before the machine goes.
  ::tcdrain(STDOUT_FILENO);
  ::sync();
  const char* end = ::getenv(kEndVariable);
  const bool restart = end != nullptr && std::string_view(end) == kReboot;
  ::reboot(restart ? RB_AUTOBOOT : RB_POWER_OFF);
  // Process 1 must not end: the kernel would panic.
  while (true) ::pause();
}

}  // namespace ipcspec::platform
