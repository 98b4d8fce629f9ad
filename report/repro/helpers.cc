#include "report/repro/runtime.hpp"

namespace ipcspec::report::repro {
namespace {

constexpr Helper kHelpers[] = {
    {"at", R"C(
// An address given as a number.
static char *at(long long number) { return (char *)(uintptr_t)number; }
)C"},
    {"joined", R"C(
// Texts one after the other: for each a pointer, its size and how many times it stands.
static char *joined(int texts, ...) {
  char *all = NULL;
  size_t size = 0;
  va_list list;
  va_start(list, texts);
  for (int i = 0; i < texts; ++i) {
    const char *text = va_arg(list, const char *);
    size_t bytes = va_arg(list, size_t);
    size_t times = va_arg(list, size_t);
    all = realloc(all, size + bytes * times + 1);
    if (all == NULL) _exit(125);
    for (; times > 0; --times, size += bytes) memcpy(all + size, text, bytes);
    all[size] = '\0';
  }
  va_end(list);
  return all;
}
)C"},
    {"set_of", R"C(
// The signals of the list, which ends with 0.
static sigset_t *set_of(int first, ...) {
  static sigset_t set;
  va_list list;
  sigemptyset(&set);
  va_start(list, first);
  for (int number = first; number != 0; number = va_arg(list, int)) sigaddset(&set, number);
  va_end(list);
  return &set;
}
)C"},
    {"bits_of", R"C(
// Bit n - 1 stands for signal n.
static long long bits_of(const sigset_t *set) {
  unsigned long long bits = 0;
  for (int number = 1; number <= 64; ++number) {
    if (sigismember(set, number) == 1) bits |= 1ull << (number - 1);
  }
  return (long long)bits;
}
)C"},
    {"reaches_others", R"C(
// Whether a signal to this pid would reach a process that is not of this program.
static int reaches_others(long long pid) {
  if (pid <= 0) return pid < 0;
  int session = getsid((pid_t)pid);
  if (session < 0 || session == stage->session) return 0;
  for (int who = 0; who < PROCESSES; ++who) {
    int own = atomic_load(&stage->pid[who]);
    if (own == pid || own == session) return 0;
  }
  return 1;
}
)C"},
    {"copy_descriptor", R"C(
static long long copy_descriptor(pid_t pid, int fd) {
  int lowest = (int)syscall(SYS_pidfd_open, pid, 0);
  if (lowest < 0) return -1;
  int process = fcntl(lowest, F_DUPFD_CLOEXEC, 200); /* out of the way of the numbers under test */
  close(lowest);
  if (process < 0) return -1;
  long long copy = syscall(SYS_pidfd_getfd, process, fd, 0);
  int error = errno;
  close(process);
  errno = error;
  return copy;
}
)C"},
    {"output_status", R"C(
static void output_status(const struct stat *status) {
  output(status->st_mode & S_IFMT);
  output(status->st_mode & 07777);
  output((long long)status->st_nlink);
  output(status->st_size);
  output((long long)status->st_dev);
  output((long long)status->st_ino);
}
)C"},
    {"list_directory", R"C(
static int is_entry(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int byte_order(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

// The names in order, one a line.
static int list_directory(const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, is_entry, byte_order);
  size_t used = 0;
  char *list = room(65536);
  for (int i = 0; i < count; ++i) {
    int length = snprintf(list + used, 65536 - used, "%s\n", entries[i]->d_name);
    used += used + (size_t)length < 65536 ? (size_t)length : 0;
  }
  int error = errno;
  if (count >= 0) take(list, (long long)used);
  errno = error;
  return count;
}
)C"},
    {"write_records", R"C(
// How many of `count` writes wrote all; the first that does not is the last.
static long long write_records(int fd, int byte, size_t size, long long count) {
  char *record = room((long long)size);
  long long written = 0;
  memset(record, byte, size);
  while (written < count && write(fd, record, size) == (ssize_t)size) ++written;
  return written;
}
)C"},
    {"address_from", R"C(
// "127.0.0.1:80", "unix:PATH" or "abstract:NAME"; 0, which no call takes, for anything else.
static socklen_t address_from(const char *text, struct sockaddr_storage *address) {
  memset(address, 0, sizeof *address);
  int abstract = strncmp(text, "abstract:", 9) == 0;
  if (abstract || strncmp(text, "unix:", 5) == 0) {
    struct sockaddr_un *local = (struct sockaddr_un *)address;
    const char *path = strchr(text, ':') + 1;
    if (strlen(path) + 1 > sizeof local->sun_path) return 0;
    local->sun_family = AF_UNIX;
    memcpy(local->sun_path + abstract, path, strlen(path));
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
  }
  struct sockaddr_in *internet = (struct sockaddr_in *)address;
  char host[64];
  unsigned port = 0;
  char rest = 0;
  if (sscanf(text, "%63[0-9.]:%u%c", host, &port, &rest) != 2 || port > 65535) return 0;
  internet->sin_family = AF_INET;
  internet->sin_port = htons((uint16_t)port);
  return inet_pton(AF_INET, host, &internet->sin_addr) == 1 ? sizeof *internet : 0;
}
)C"},
    {"take_address", R"C(
static void take_address(const struct sockaddr_storage *address, socklen_t size) {
  char text[256] = "";
  const struct sockaddr_un *local = (const struct sockaddr_un *)address;
  const struct sockaddr_in *internet = (const struct sockaddr_in *)address;
  int bytes = (int)size - (int)offsetof(struct sockaddr_un, sun_path);
  char host[INET_ADDRSTRLEN] = "?";
  if (address->ss_family == AF_INET) {
    inet_ntop(AF_INET, &internet->sin_addr, host, sizeof host);
    sprintf(text, "%s:%u", host, ntohs(internet->sin_port));
  } else if (address->ss_family == AF_UNIX && bytes <= 0) {
    strcpy(text, "unnamed");
  } else if (address->ss_family == AF_UNIX && local->sun_path[0] == '\0') {
    sprintf(text, "abstract:%.*s", bytes - 1, local->sun_path + 1);
  } else if (address->ss_family == AF_UNIX) {
    sprintf(text, "unix:%.*s", bytes, local->sun_path);
  }
  take(text, (long long)strlen(text));
}
)C"},
    {"ntohs_of_htons", R"C(
// How many 16-bit numbers come back unchanged.
static long long ntohs_of_htons(void) {
  long long unchanged = 0;
  for (unsigned number = 0; number <= 0xffff; ++number) {
    if (ntohs(htons((uint16_t)number)) == number) ++unchanged;
  }
  return unchanged;
}
)C"},
    {"send_descriptor", R"C(
static ssize_t send_descriptor(int fd, const char *bytes, size_t size, int passed) {
  struct iovec data = {(void *)(uintptr_t)bytes, size};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.bytes = {0}};
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &passed, sizeof passed);
  return sendmsg(fd, &message, 0);
}
)C"},
    {"receive_descriptor", R"C(
static ssize_t receive_descriptor(int fd, size_t size) {
  char *bytes = room((long long)size);
  struct iovec data = {bytes, size};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.bytes = {0}};
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control.bytes};
  ssize_t count = recvmsg(fd, &message, 0);
  if (count < 0) return count;
  int received = -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
    memcpy(&received, CMSG_DATA(header), sizeof received);
  }
  take(bytes, count);
  output(received);
  output(message.msg_flags);
  return count;
}
)C"},
    {"load_bytes", R"C(
static long long load_bytes(char *to, const volatile char *from, long long size) {
  for (long long i = 0; i < size; ++i) to[i] = from[i];
  return size;
}
)C"},
    {"store_bytes", R"C(
static long long store_bytes(volatile char *to, const char *from, long long size) {
  for (long long i = 0; i < size; ++i) to[i] = from[i];
  return size;
}
)C"},
    {"load_number", R"C(
static int32_t load_number(const char *from) {
  return __atomic_load_n((const int32_t *)(const void *)from, __ATOMIC_SEQ_CST);
}
)C"},
    {"store_number", R"C(
static int store_number(char *to, long long number) {
  __atomic_store_n((int32_t *)(void *)to, (int32_t)number, __ATOMIC_SEQ_CST);
  return 0;
}
)C"},
    {"spin_until", R"C(
static int spin_until(const char *from, long long number, long long spins_max) {
  for (long long spins = 0; spins < spins_max; ++spins) {
    if (__atomic_load_n((const int32_t *)(const void *)from, __ATOMIC_SEQ_CST) == (int32_t)number) {
      return 1;
    }
  }
  return 0;
}
)C"},
    {"load_guarded", R"C(
static sigjmp_buf after_fault;
static siginfo_t fault;

static void leave_faulting_load(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  fault = *info;
  siglongjmp(after_fault, 1);
}

// The signal that loading one byte raises, or 0.
static int load_guarded(char *from) {
  struct sigaction action = {.sa_sigaction = leave_faulting_load, .sa_flags = SA_SIGINFO};
  struct sigaction segv, bus;
  memset(&fault, 0, sizeof fault);
  sigaction(SIGSEGV, &action, &segv);
  sigaction(SIGBUS, &action, &bus);
  if (sigsetjmp(after_fault, 1) == 0) (void)*(volatile char *)from;
  sigaction(SIGSEGV, &segv, NULL);
  sigaction(SIGBUS, &bus, NULL);
  output(fault.si_signo != 0 ? fault.si_code : 0);
  output(fault.si_signo != 0 ? (char *)fault.si_addr - from : 0);
  return fault.si_signo;
}
)C"},
    {"increment_under_semaphore", R"C(
// `rounds` times: lock, add one to the word, unlock; the next words count who is inside.
static long long increment_under_semaphore(char *semaphore, char *counter, long long rounds) {
  int32_t *words = (int32_t *)(void *)counter;
  for (long long round = 0; round < rounds; ++round) {
    if (sem_wait((sem_t *)(void *)semaphore) != 0) return -1;
    int32_t inside = __atomic_add_fetch(&words[1], 1, __ATOMIC_SEQ_CST);
    int32_t most = __atomic_load_n(&words[2], __ATOMIC_SEQ_CST);
    while (most < inside && !__atomic_compare_exchange_n(&words[2], &most, inside, 0,
                                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    *(volatile int32_t *)words += 1;
    __atomic_sub_fetch(&words[1], 1, __ATOMIC_SEQ_CST);
    if (sem_post((sem_t *)(void *)semaphore) != 0) return -1;
  }
  return rounds;
}
)C"},
    {"produce", R"C(
// A full slot of the ring holds 0x100 and a byte, an empty one 0.
static long long produce(char *free_slots, char *filled, char *ring_at, long long slots,
                         const char *items, long long size) {
  volatile int32_t *slot = (volatile int32_t *)(void *)ring_at;
  long long overflows = 0;
  for (long long i = 0; i < size; ++i) {
    if (sem_wait((sem_t *)(void *)free_slots) != 0) return -1;
    if (slot[i % slots] != 0) ++overflows;
    slot[i % slots] = 0x100 | (unsigned char)items[i];
    if (sem_post((sem_t *)(void *)filled) != 0) return -1;
  }
  output(overflows);
  return size;
}
)C"},
    {"consume", R"C(
static long long consume(char *free_slots, char *filled, char *ring_at, long long slots,
                         long long count) {
  volatile int32_t *slot = (volatile int32_t *)(void *)ring_at;
  long long underflows = 0;
  char *items = room(count);
  for (long long i = 0; i < count; ++i) {
    if (sem_wait((sem_t *)(void *)filled) != 0) return -1;
    if (slot[i % slots] == 0) ++underflows;
    items[i] = (char)slot[i % slots];
    slot[i % slots] = 0;
    if (sem_post((sem_t *)(void *)free_slots) != 0) return -1;
  }
  take(items, count);
  output(underflows);
  return count;
}
)C"},
    {"disposition_of", R"C(
// 0 default, 1 ignored, 2 a handler
static int disposition_of(const struct sigaction *action) {
  if (action->sa_handler == SIG_DFL) return 0;
  return action->sa_handler == SIG_IGN ? 1 : 2;
}
)C"},
    {"value_of", R"C(
// 0 where POSIX gives neither member a meaning: QEMU's user mode leaves there what lay there.
static int value_of(const siginfo_t *info) {
  switch (info->si_code) {
    case SI_QUEUE:
    case SI_TIMER:
    case SI_ASYNCIO:
    case SI_MESGQ:
      return info->si_value.sival_int;
  }
  return info->si_signo == SIGCHLD && info->si_code > 0 ? info->si_status : 0;
}
)C"},
    {"note_entry", R"C(
// phase (0 entry, 1 exit, 2 reaped, 3 failed, 4 queried), signal, code, pid, uid, value, errno
static void note_entry(int phase, int number, const siginfo_t *info, int value, int error) {
  int entry = atomic_fetch_add(&stage->caught[me], 1);
  if (entry >= SIGNALS_MAX) return;
  long long *fields = stage->log[me][entry];
  memset(fields, 0, sizeof stage->log[me][entry]);
  fields[0] = phase;
  fields[1] = number;
  fields[5] = value;
  fields[6] = error;
  if (info == NULL) return;
  fields[2] = info->si_code;
  fields[3] = info->si_pid;
  fields[4] = info->si_uid;
}
)C"},
    {"note_handler", R"C(
// What the handler of a signal does besides noting its entry and its exit.
static struct {
  int body;
  long long argument;
  int done;
} handlers[NSIG];

static void note_handler(int number, int body, long long argument) {
  if (number <= 0 || number >= NSIG) return;
  handlers[number].body = body;
  handlers[number].argument = argument;
  handlers[number].done = 0;
}
)C"},
    {"run_body", R"C(
static void reap_children(int number) {
  int status = 0;
  pid_t pid = 0;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    siginfo_t info = {0};
    info.si_pid = pid;
    note_entry(2, number, &info, status, 0);
  }
}

static void query_action(int number) {
  struct sigaction action;
  int asked = sigaction(number, NULL, &action) == 0;
  note_entry(4, number, NULL, asked ? disposition_of(&action) : -1, 0);
}

static void run_body(int number) {
  int before = errno;
  int first = !handlers[number].done;
  long long argument = handlers[number].argument;
  handlers[number].done = 1;
  switch (handlers[number].body) {
    case 1:  // raise its own signal, or another, the first time
    case 2:
      if (first) raise(handlers[number].body == 1 ? number : (int)argument);
      break;
    case 3:  // change errno, or change it and put it back
    case 4:
      if (write(-1, "x", 1) < 0 && handlers[number].body == 4) errno = before;
      break;
    case 5:
      if (write((int)argument, "h", 1) != 1) note_entry(3, number, NULL, 0, errno);
      break;
    case 6:
      sem_post((sem_t *)(uintptr_t)argument);
      break;
    case 7:
      if (!reaches_others(argument)) kill((pid_t)argument, SIGUSR2);
      break;
    case 8:
      _exit((int)argument);
    case 9:
      reap_children(number);
      break;
    case 11:
      query_action(number);
      break;
  }
}
)C"},
    {"note_signal", R"C(
static void note_signal(int number, siginfo_t *info, void *context) {
  (void)context;
  note_entry(0, number, info, value_of(info), errno);
  run_body(number);
  note_entry(1, number, info, value_of(info), errno);
}
)C"},
    {"note_plain_signal", R"C(
static void note_plain_signal(int number) {
  note_entry(0, number, NULL, 0, errno);
  note_entry(1, number, NULL, 0, errno);
}
)C"},
    {"take_signal_log", R"C(
// Seven numbers for each entry, which are then forgotten.
static int take_signal_log(void) {
  int entries = atomic_exchange(&stage->caught[me], 0);
  if (entries > SIGNALS_MAX) entries = SIGNALS_MAX;
  for (int entry = 0; entry < entries; ++entry) {
    for (int field = 0; field < 7; ++field) output(stage->log[me][entry][field]);
  }
  return entries;
}
)C"},
    {"output_signal", R"C(
static void output_signal(const siginfo_t *info) {
  output(info->si_code);
  output(info->si_pid);
  output(info->si_uid);
  output(value_of(info));
}
)C"},
    {"errno_across_signal", R"C(
static int errno_across_signal(int number) {
  errno = ENOENT;
  raise(number);
  return errno;
}
)C"},
    {"exec_program", R"C(
// The arguments stand one a line.
static int exec_program(const char *file, const char *arguments) {
  char *list = room((long long)strlen(arguments));
  char *argv[64] = {list};
  int count = 1;
  strcpy(list, arguments);
  for (char *end = strchr(list, '\n'); end != NULL && count < 63; end = strchr(end + 1, '\n')) {
    *end = '\0';
    argv[count++] = end + 1;
  }
  return execvp(file, argv);
}
)C"},
    {"get_identity", R"C(
static int get_identity(void) {
  mode_t mask = umask(0);
  umask(mask);
  output(getpid());
  output(getppid());
  output(getpgrp());
  output(getsid(0));
  output(mask);
  output(getuid());
  return 0;
}
)C"},
    {"become_user", R"C(
// The last call shows the process in /proc again, which a change of user hides.
static int become_user(uid_t uid, gid_t gid) {
  if (setgroups(0, NULL) != 0 || setgid(gid) != 0 || setuid(uid) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 1);
}
)C"},
    {"set_user_ids", R"C(
static int set_user_ids(uid_t real, uid_t effective, uid_t saved) {
  if (setresuid(real, effective, saved) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 1);
}
)C"},
    {"process_state", R"C(
// The letter in /proc/PID/stat.
static int process_state(int pid) {
  char path[64], text[512] = "";
  sprintf(path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) return -1;
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  const char *name_end = count > 0 ? strrchr(text, ')') : NULL;
  if (name_end != NULL) take(name_end + 2, 1);
  return 0;
}
)C"},
    {"read_stream", R"C(
// To the end of the file.
static long long read_stream(FILE *stream) {
  static char text[65536];
  size_t size = 0, count;
  while ((count = fread(text + size, 1, sizeof text - size, stream)) > 0) size += count;
  take(text, (long long)size);
  return (long long)size;
}
)C"},
    {"open_pseudo_terminal", R"C(
static int open_pseudo_terminal(void) {
  char path[128] = "";
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0) return -1;
  if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, path, sizeof path) != 0) {
    close(master);
    return -1;
  }
  take(path, (long long)strlen(path));
  return master;
}
)C"},
    {"enable_terminal_signals", R"C(
static int enable_terminal_signals(int fd) {
  struct termios settings;
  if (tcgetattr(fd, &settings) != 0) return -1;
  settings.c_lflag |= ISIG;
  settings.c_cc[VINTR] = 0x03;
  return tcsetattr(fd, TCSANOW, &settings);
}
)C"},
};

}  // namespace

std::span<const Helper> helpers() { return kHelpers; }

}  // namespace ipcspec::report::repro
