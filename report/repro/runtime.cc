#include "report/repro/runtime.hpp"

namespace ipcspec::report::repro {

const std::string_view kIncludes = R"C(#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
)C";

const std::string_view kStage = R"C(
// ---- What the processes share -----------------------------------------------------------------

// Not every script has a use for all of what follows.
#define OPTIONAL __attribute__((unused))

enum progress { WAITING, GIVEN, BEGUN, ANSWERED, NOT_MADE };

struct call {
  atomic_int progress;
  int leaves;   // it is _exit(), with the status in `value`
  int blocked;  // was seen asleep in the call at the end of a step
  int answered_in;
  int error;
  long long value;
  long long size;
  char *data;
  int outputs;
  long long output[OUTPUTS_MAX];
  const char *why;  // it was not made
};

static struct stage {
  atomic_uint turn;  // counts up when calls are given out
  atomic_uint news;  // counts up when something was done
  atomic_int step;
  atomic_int at_gate;  // racers that have come to it
  atomic_int gate;     // is open up to this step
  atomic_int pid[PROCESSES + 1];
  atomic_int idle[PROCESSES + 1];
  char end[PROCESSES + 1][32];  // "exit:0", "signal:SIGKILL", "ended"; empty while it lives
  int session;
  atomic_int caught[PROCESSES + 1];  // entries of the signal log
  long long log[PROCESSES + 1][SIGNALS_MAX][7];
  struct call call[CALLS + 1];
} *stage;

static char directory[PATH_MAX];
static char names[NAMES + 1][64];
static int me;            // which process this is
static struct call *now;  // the call that it makes

static void futex_wait(atomic_uint *word, unsigned seen, const struct timespec *limit) {
  syscall(SYS_futex, word, FUTEX_WAIT, seen, limit, NULL, 0);
}

static void ring(atomic_uint *word) {
  atomic_fetch_add(word, 1);
  syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
)C";

const std::string_view kActing = R"C(
// ---- How a process makes a call ---------------------------------------------------------------

static OPTIONAL int refuse(const char *why) {
  now->why = why;
  atomic_store(&now->progress, NOT_MADE);
  ring(&stage->news);
  return 0;
}

// Waits until the call is to be made; 0 when it is not.
static OPTIONAL int begin(int number) {
  now = &stage->call[number];
  atomic_store(&stage->idle[me], 1);
  while (1) {
    unsigned turn = atomic_load(&stage->turn);
    if (atomic_load(&now->progress) != WAITING) break;
    futex_wait(&stage->turn, turn, NULL);
  }
  atomic_store(&stage->idle[me], 0);
  if (atomic_load(&now->progress) == NOT_MADE) return 0;
  if (plan[number].racing) {
    atomic_fetch_add(&stage->at_gate, 1);
    ring(&stage->news);
    while (atomic_load(&stage->gate) < plan[number].step) sched_yield();
  }
  atomic_store(&now->progress, BEGUN);
  return 1;
}

static OPTIONAL int knows(int number) {
  const struct call *call = &stage->call[number];
  if (atomic_load(&call->progress) == ANSWERED && call->error == 0) return 1;
  return refuse("a call that it refers to gave nothing");
}

static OPTIONAL int knows_output(int number, int output) {
  if (!knows(number)) return 0;
  return stage->call[number].outputs > output || refuse("a call that it refers to gave nothing");
}

static OPTIONAL int knows_process(int who) {
  return atomic_load(&stage->pid[who]) != 0 || refuse("a process that it refers to was not born");
}

static OPTIONAL int may(int allowed) {
  return allowed || refuse("it would reach processes that are not of this program");
}

// What came of the call. Reads errno, so it comes first.
static OPTIONAL void did(long long value) {
  now->error = value < 0 ? errno : 0;
  now->value = value;
}

static OPTIONAL int ok(void) { return now->value >= 0; }

static OPTIONAL void output(long long value) {
  if (now->outputs < OUTPUTS_MAX) now->output[now->outputs++] = value;
}

static OPTIONAL void take(const void *bytes, long long size) {
  long long most = (long long)plan[now - stage->call].room;
  now->size = size < 0 ? 0 : size < most ? size : most;
  memcpy(now->data, bytes, (size_t)now->size);
}

static OPTIONAL void done(void) {
  now->answered_in = atomic_load(&stage->step);
  atomic_store(&now->progress, ANSWERED);
  ring(&stage->news);
}

static OPTIONAL _Noreturn void leave(int status) {
  now->value = status;
  now->leaves = 1;
  _exit(status);
}

static OPTIONAL char *room(long long size) {
  char *bytes = calloc(1, (size_t)size + 1);
  if (bytes == NULL) _exit(125);
  return bytes;
}

static void be_born(int who) {
  me = who;
  atomic_store(&stage->pid[who], getpid());
  ring(&stage->news);
}

// All calls are made; the end of the program ends the process.
static OPTIONAL _Noreturn void rest(void) {
  while (1) {
    atomic_store(&stage->idle[me], 1);
    futex_wait(&stage->turn, atomic_load(&stage->turn), NULL);
  }
}
)C";

const std::string_view kPrinting = R"C(
// ---- Answers as text --------------------------------------------------------------------------

static const char *name_in(const struct name *list, int number, char *other) {
  for (; list->text != NULL; ++list) {
    if (list->number == number) return list->text;
  }
  sprintf(other, "%d", number);
  return other;
}

static void print_byte(unsigned char byte) {
  if (byte == '"' || byte == '\\') putchar('\\');
  if (byte >= ' ' && byte <= '~') {
    putchar(byte);
  } else {
    printf("\\x%02x", byte);
  }
}

// "abc"+"x"*70000
static void print_data(const char *bytes, long long size) {
  int open = 0;
  for (long long at = 0; at < size;) {
    long long run = 1;
    while (at + run < size && bytes[at + run] == bytes[at]) ++run;
    if (run >= 16) {
      printf(open ? "\"+\"" : at > 0 ? "+\"" : "\"");
      print_byte((unsigned char)bytes[at]);
      printf("\"*%lld", run);
      open = 0;
    } else {
      if (!open) printf(at > 0 ? "+\"" : "\"");
      for (long long i = 0; i < run; ++i) print_byte((unsigned char)bytes[at]);
      open = 1;
    }
    at += run;
  }
  if (open) putchar('"');
}

static void print_answer(int number) {
  const struct call *call = &stage->call[number];
  const char *name = plan[number].outputs;
  char other[16];
  if (call->error != 0) printf("error=%s", name_in(error_names, call->error, other));
  if (call->error == 0 || call->value != -1) {
    printf("%svalue=%lld", call->error != 0 ? " " : "", call->value);
  }
  if (call->size > 0) {
    printf(" data=");
    print_data(call->data, call->size);
  }
  int at = 0;
  for (; at < call->outputs && *name != '\0'; ++at) {
    int length = (int)strcspn(name, " ");
    printf(" %.*s=%lld", length, name, call->output[at]);
    name += length + (name[length] == ' ');
  }
  for (int first = at; at < call->outputs; ++at) {
    printf("%s%lld", at == first ? " outputs=[" : ",", call->output[at]);
    if (at + 1 == call->outputs) putchar(']');
  }
}

static int first_call_of(int step) {
  int number = 1;
  while (number < CALLS && plan[number].step != step) ++number;
  return number;
}

static void print_call(int number) {
  const struct call *call = &stage->call[number];
  const char *end = stage->end[plan[number].who];
  printf("%d %s %s: ", number, process_names[plan[number].who], plan[number].text);
  switch (atomic_load(&call->progress)) {
    case ANSWERED:
      print_answer(number);
      if (call->blocked) printf(" (was blocked until call %d)", first_call_of(call->answered_in));
      break;
    case NOT_MADE:
      printf("not made, %s", call->why);
      break;
    case WAITING:
    case GIVEN:
      printf("not made, %s", end[0] != '\0' ? "the process has ended" : "the process is stopped");
      break;
    default:
      fputs(end[0] == '\0' ? "still blocked" : "the process ended in it", stdout);
      if (end[0] != '\0' && strcmp(end, "ended") != 0) printf(", %s", end);
  }
  putchar('\n');
}
)C";

const std::string_view kWatching = R"C(
// ---- When everything is settled ---------------------------------------------------------------

static _Noreturn void give_up(const char *why);
static atomic_int interrupted;
static struct timespec deadline;

static void be_patient(void) {
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += 20;
}

// Until there is news, at most a moment.
static void wait_for_news(unsigned seen) {
  const struct timespec moment = {0, 1000000};
  struct timespec time;
  futex_wait(&stage->news, seen, &moment);
  clock_gettime(CLOCK_MONOTONIC, &time);
  if (time.tv_sec > deadline.tv_sec) give_up("the processes did not settle within 20 seconds");
  if (atomic_load(&interrupted)) give_up("interrupted");
}

// The fields of /proc/PID/stat from the state on; an empty text when there is no such process.
static const char *status_of(int pid, char *text, size_t size) {
  char path[64];
  sprintf(path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t count = fd < 0 ? -1 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  if (count <= 0) return "";
  text[count] = '\0';
  const char *name_end = strrchr(text, ')');
  return name_end == NULL || name_end[1] == '\0' ? "" : name_end + 2;
}

static char state_of(int who) {
  char text[1024];
  return status_of(atomic_load(&stage->pid[who]), text, sizeof text)[0];
}

static int progress_of(int number) { return atomic_load(&stage->call[number].progress); }

static void describe_end(char *text, int status) {
  char other[16];
  if (WIFEXITED(status)) {
    sprintf(text, "exit:%d", WEXITSTATUS(status));
  } else {
    sprintf(text, "signal:%s", name_in(signal_names, WTERMSIG(status), other));
  }
}

// A process that the program itself started, or inherited, it can ask for; of another zombie the
// kernel shows the status to the same user only, and else 0. One that is gone may have told.
static void note_end(int who) {
  if (stage->end[who][0] != '\0') return;
  int pid = atomic_load(&stage->pid[who]);
  siginfo_t info = {0};
  strcpy(stage->end[who], "ended");
  for (int number = 1; number <= CALLS; ++number) {
    const struct call *call = &stage->call[number];
    if (plan[number].who != who || progress_of(number) != BEGUN || !call->leaves) continue;
    sprintf(stage->end[who], "exit:%lld", call->value & 0xff);
    return;
  }
  if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid) {
    int exited = info.si_code == CLD_EXITED;
    describe_end(stage->end[who], exited ? info.si_status << 8 : info.si_status);
    return;
  }
  char text[1024];
  const char *at = status_of(pid, text, sizeof text);
  if (at[0] != 'Z') return;
  for (int field = 3; field < 52 && at != NULL; ++field) {
    at = strchr(at, ' ');
    if (at != NULL) ++at;
  }
  if (at != NULL && atoi(at) != 0) describe_end(stage->end[who], atoi(at));
}

static int is_in_call(int who) {
  for (int number = 1; number <= CALLS; ++number) {
    if (plan[number].who == who && progress_of(number) == BEGUN) return 1;
  }
  return 0;
}

static int has_call_to_begin(int who) {
  for (int number = 1; number <= CALLS; ++number) {
    if (plan[number].who == who && progress_of(number) == GIVEN) return 1;
  }
  return 0;
}

// No descendant runs: not the programs either that the processes started. Where the kernel has no
// list of children, only the processes themselves are looked at.
static int is_tree_asleep(int pid) {
  char path[64], text[1024];
  int child = 0, asleep = 1;
  sprintf(path, "/proc/%d/task/%d/children", pid, pid);
  FILE *list = fopen(path, "re");
  while (asleep && list != NULL && fscanf(list, "%d", &child) == 1) {
    char state = status_of(child, text, sizeof text)[0];
    asleep = state != 'R' && state != 'D' && is_tree_asleep(child);
  }
  if (list != NULL) fclose(list);
  return asleep;
}

// Every process has ended, is stopped, waits for its next call, or sleeps in the one it makes.
static int is_quiet(void) {
  for (int who = 0; who < PROCESSES; ++who) {
    if (atomic_load(&stage->pid[who]) == 0) continue;
    switch (state_of(who)) {
      case '\0':
      case 'Z':
      case 'X':
        note_end(who);
        break;
      case 'T':
        break;
      case 'S':
        if (has_call_to_begin(who)) return 0;
        if (!atomic_load(&stage->idle[who]) && !is_in_call(who)) return 0;
        break;
      default:
        return 0;
    }
  }
  return is_tree_asleep(getpid());
}

// A process that was woken may be shown asleep for a moment, so three looks must agree.
static void settle(void) {
  be_patient();
  for (int looks = 0; looks < 3;) {
    unsigned news = atomic_load(&stage->news);
    looks = is_quiet() && news == atomic_load(&stage->news) ? looks + 1 : 0;
    if (looks < 3) wait_for_news(news);
  }
  for (int number = 1; number <= CALLS; ++number) {
    if (progress_of(number) == BEGUN && stage->end[plan[number].who][0] == '\0') {
      stage->call[number].blocked = 1;
    }
  }
}
)C";

const std::string_view kDirecting = R"C(
// ---- From the start to the end ----------------------------------------------------------------

static void prepare(void) {
  size_t bytes = sizeof *stage;
  for (int number = 1; number <= CALLS; ++number) bytes += plan[number].room + 1;
  int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
  stage = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  const char *base = getenv("TMPDIR");
  snprintf(directory, sizeof directory, "%s/witness-XXXXXX", base != NULL ? base : P_tmpdir);
  if (stage == MAP_FAILED || mkdtemp(directory) == NULL || chmod(directory, 0777) != 0 ||
      chdir(directory) != 0) {
    perror("cannot prepare memory and a directory (set TMPDIR)");
    exit(3);
  }
  char *data = (char *)(stage + 1);
  for (int number = 1; number <= CALLS; ++number) {
    stage->call[number].data = data;
    data += plan[number].room + 1;
  }
  for (int i = 0; i < NAMES; ++i) sprintf(names[i], "/witness-%d.%d", getpid(), i);
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  umask(022);
  stage->session = getsid(0);
}

// A process that shares nothing with the others: its own group, no descriptor but 0, 1 and 2.
static OPTIONAL void start(int who, void (*play)(void)) {
  pid_t pid = fork();
  if (pid < 0) give_up("cannot fork");
  if (pid > 0) {
    atomic_store(&stage->pid[who], pid);
    return;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int null_device = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) dup2(null_device, fd);
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  be_born(who);
  play();
}

static void carry_out(int step) {
  int racers = 0;
  atomic_store(&stage->step, step);
  atomic_store(&stage->at_gate, 0);
  for (int number = 1; number <= CALLS; ++number) {
    if (plan[number].step != step) continue;
    struct call *call = &stage->call[number];
    int who = plan[number].who;
    if (atomic_load(&stage->pid[who]) == 0) {
      call->why = "the process was not born";
    } else if (stage->end[who][0] != '\0') {
      call->why = "the process has ended";
    } else if (!atomic_load(&stage->idle[who])) {
      call->why = "the process is still in another call";
    } else if (plan[number].racing && state_of(who) != 'T') {
      ++racers;
    }
    atomic_store(&call->progress, call->why != NULL ? NOT_MADE : GIVEN);
  }
  ring(&stage->turn);
  be_patient();
  while (atomic_load(&stage->at_gate) < racers) wait_for_news(atomic_load(&stage->news));
  atomic_store(&stage->gate, step);
  settle();
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at) {
  (void)status;
  (void)type;
  (void)at;
  return remove(path);
}

static void kill_children(void) {
  char path[64];
  int pid = 0;
  sprintf(path, "/proc/self/task/%d/children", getpid());
  FILE *list = fopen(path, "re");
  while (list != NULL && fscanf(list, "%d", &pid) == 1) kill(pid, SIGKILL);
  if (list != NULL) fclose(list);
}

// Processes whose parent has ended come to this one, which is their reaper.
static void clean_up(void) {
  for (int who = 0; who < PROCESSES; ++who) {
    int pid = atomic_load(&stage->pid[who]);
    if (pid != 0 && stage->end[who][0] == '\0') kill(pid, SIGKILL);
  }
  do {
    kill_children();
  } while (waitpid(-1, NULL, 0) > 0);
  for (int i = 0; i < NAMES; ++i) {
    shm_unlink(names[i]);
    sem_unlink(names[i]);
    mq_unlink(names[i]);
  }
  if (chdir("/") == 0) nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static _Noreturn void give_up(const char *why) {
  fprintf(stderr, "given up: %s\n", why);
  clean_up();
  exit(3);
}

static void note_interrupt(int number) {
  (void)number;
  atomic_store(&interrupted, 1);
}
)C";

}  // namespace ipcspec::report::repro
