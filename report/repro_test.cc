// Goal: the C program does what the script says, and tells a violation from its absence. Method:
// programs for scripts of every mechanism, compiled as strictly as the compiler can and run; their
// lines are compared with what Linux answers.
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "ops/fields.hpp"
#include "ops/script_text.hpp"
#include "report/repro_c.hpp"

namespace ipcspec::report {
namespace {

struct Run {
  std::string output;
  int status = -1;
};

// Runs the command; what it says on both streams.
Run run(const std::string& command) {
  Run result;
  FILE* stream = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(stream != nullptr);
  std::array<char, 4096> text{};
  while (const std::size_t count = ::fread(text.data(), 1, text.size(), stream)) {
    result.output.append(text.data(), count);
  }
  const int status = ::pclose(stream);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

// A directory of the test, and in it the program.
class Program {
 public:
  explicit Program(const std::string& text) {
    const char* base = std::getenv("TEST_TMPDIR");
    directory_ = std::string(base != nullptr ? base : P_tmpdir) + "/repro-XXXXXX";
    REQUIRE(::mkdtemp(directory_.data()) != nullptr);
    std::ofstream(directory_ + "/witness.c") << text;
    const Run compiled = run("cd " + directory_ +
                             " && cc -std=gnu11 -Wall -Wextra -Werror -o witness witness.c -lrt "
                             "-pthread");
    INFO(compiled.output);
    REQUIRE(compiled.status == 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { run("rm -rf " + directory_); }

  // Its processes' own directory goes where the test can see whether it is gone.
  Run runs() const { return run("TMPDIR=" + directory_ + " " + directory_ + "/witness"); }
  std::string leftovers() const { return run("ls " + directory_).output; }

 private:
  std::string directory_;
};

// Whether the line is as expected; '#' stands for any number, '~' for any text.
bool fits(std::string_view expected, std::string_view line) {
  while (!expected.empty()) {
    const char byte = expected.front();
    expected.remove_prefix(1);
    if (byte == '~') {
      for (std::size_t skipped = 0; skipped <= line.size(); ++skipped) {
        if (fits(expected, line.substr(skipped))) return true;
      }
      return false;
    }
    if (byte == '#') {
      const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
      if (digits == 0) return false;
      line.remove_prefix(digits);
    } else {
      if (!line.starts_with(byte)) return false;
      line.remove_prefix(1);
    }
  }
  return line.empty();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

op::Script script_of_text(const std::string& lines) {
  return op::parse_script("ipcspec-script 1\n" + lines);
}

void check_lines(const Run& ran, const std::string& expected) {
  INFO(ran.output);
  const std::vector<std::string> lines = lines_of(ran.output);
  const std::vector<std::string> expected_lines = lines_of(expected);
  CHECK(lines.size() == expected_lines.size());
  for (std::size_t i = 0; i < std::min(lines.size(), expected_lines.size()); ++i) {
    INFO("expected: " << expected_lines[i]);
    CHECK(fits(expected_lines[i], lines[i]));
  }
}

// The program of the script runs, prints this, and leaves nothing behind.
void check_program(const std::string& script, const std::string& expected) {
  const Program program(c_program(script_of_text(script)));
  const Run ran = program.runs();
  check_lines(ran, expected);
  CHECK(ran.status == 0);
  CHECK(program.leftovers() == "witness\nwitness.c\n");
}

TEST_CASE("a pipe, its end, and a process killed in a call") {
  check_program(R"(process parent
1 parent make_pipe flags=O_RDONLY
2 parent fork child="child" slot=0
3 child read fd=@1.read_end size_bytes=4
4 parent write fd=@1.write_end data="A"+"x"*100+"\x00b\"\\\x013"
5 parent close fd=@1.write_end
6 child bytes_readable fd=@1.read_end
7 child read fd=@1.read_end size_bytes=400
8 child read fd=@1.read_end size_bytes=400
9 child close fd=@1.write_end
10 parent kill pid=@child signal=SIGKILL
11 parent wait pid=@child options=0
12 child pause
13 parent pause
)",
                R"(1 parent pipe(ends): value=0 read_end=3 write_end=4
2 parent fork(): value=#
3 child read(READ_END_OF_1, data, 4): value=4 data="Axxx" (was blocked until call 4)
4 parent write(WRITE_END_OF_1, "Axxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"..., 107): value=107
5 parent close(WRITE_END_OF_1): value=0
6 child ioctl(READ_END_OF_1, FIONREAD, &bytes): value=103
7 child read(READ_END_OF_1, data, 400): value=103 data="x"*97+"\x00b\"\\\x013"
8 child read(READ_END_OF_1, data, 400): the process ended in it, signal:SIGKILL
9 child close(WRITE_END_OF_1): not made, the process is still in another call
10 parent kill(PID_OF(proc_child), SIGKILL): value=0
11 parent waitpid(PID_OF(proc_child), &status, 0): value=# status=9
12 child pause(): not made, the process has ended
13 parent pause(): still blocked
)");
}

TEST_CASE("an end of file that wakes, ends of processes, and who is told") {
  check_program(R"(process parent
1 parent make_pipe flags=O_NONBLOCK
2 parent fork child="a b" slot=0
3 "a b" fork child="7" slot=0
4 parent read fd=@1.read_end size_bytes=1
5 "a b" set_status_flags fd=@1.read_end flags=O_RDONLY
6 "a b" read fd=@1.read_end size_bytes=1
7 parent close fd=@1.write_end
8 7 exit status=3
9 parent wait pid=-1 options=WNOHANG
10 parent kill pid=@"a b" signal=SIGTERM
11 parent wait pid=-1 options=0
12 parent waitid pid=@"7" options=WEXITED|WNOHANG
13 parent wait pid=-1 options=0
14 parent kill pid=@2 signal=SIGKILL
15 parent get_identity
)",
                R"(1 parent pipe2(ends, O_RDONLY | O_NONBLOCK): value=0 read_end=3 write_end=4
2 parent fork(): value=#
3 "a b" fork(): value=#
4 parent read(READ_END_OF_1, data, 1): error=EAGAIN
5 "a b" fcntl(READ_END_OF_1, F_SETFL, O_RDONLY): value=0
6 "a b" read(READ_END_OF_1, data, 1): the process ended in it, signal:SIGTERM
7 parent close(WRITE_END_OF_1): value=0
8 7 _exit(3): the process ended in it, exit:3
9 parent waitpid(-1, &status, WNOHANG): value=0
10 parent kill(PID_OF(proc_a_b), SIGTERM): value=0
11 parent waitpid(-1, &status, 0): value=# status=15
12 parent waitid(P_PID, (id_t)PID_OF(proc_7), &info, WNOHANG | WEXITED): error=ECHILD
13 parent waitpid(-1, &status, 0): error=ECHILD
14 parent kill(VALUE_OF_2, SIGKILL): error=ESRCH
15 parent get_identity(): value=0 pid=# parent=# group=# session=# umask=18 uid=#
)");
}

TEST_CASE("FIFOs, files and readiness") {
  check_program(R"(process reader
process writer
1 reader make_fifo path="f" mode=0644
2 writer open path="f" flags=O_WRONLY|O_NONBLOCK mode=0000
3 reader open path="f" flags=O_RDONLY mode=0000
4 writer open path="f" flags=O_WRONLY mode=0000
5 reader poll fd=@3 events=POLLIN timeout_ms=-1
6 writer write_records fd=@4 byte=65 size_bytes=3 count=2
7 reader read fd=@3 size_bytes=10
8 reader close fd=@3
9 writer set_ignore signal=SIGPIPE
10 writer write fd=@4 data="x"
11 reader make_directory path="d" mode=0700
12 reader open path="d/file" flags=O_RDWR|O_CREAT mode=0600
13 reader seek fd=@12 offset_bytes=5 whence=SEEK_SET
14 reader list_directory path="."
15 reader stat_path path="f"
16 reader unlink path="nothing"
17 reader dup2 fd=@12 target=9
18 reader get_descriptor_flags fd=@17
19 writer set_default signal=SIGPIPE
20 writer write fd=@4 data="x"
)",
                R"(1 reader mkfifo("f", 0644): value=0
2 writer open("f", O_WRONLY | O_NONBLOCK, 0000): error=ENXIO
3 reader open("f", O_RDONLY, 0000): value=3 (was blocked until call 4)
4 writer open("f", O_WRONLY, 0000): value=3
5 reader poll(&entry, 1, -1): value=1 revents=1 (was blocked until call 6)
6 writer write_records(VALUE_OF_4, 65, 3, 2): value=2
7 reader read(VALUE_OF_3, data, 10): value=6 data="AAAAAA"
8 reader close(VALUE_OF_3): value=0
9 writer sigaction(SIGPIPE, &action, NULL): value=0
10 writer write(VALUE_OF_4, "x", 1): error=EPIPE
11 reader mkdir("d", 0700): value=0
12 reader open("d/file", O_RDWR | O_CREAT, 0600): value=3
13 reader lseek(VALUE_OF_12, 5, SEEK_SET): value=5
14 reader list_directory("."): value=2 data="d\x0af\x0a"
15 reader lstat("f", &status): value=0 type=4096 mode=420 links=1 size_bytes=0 device=# inode=#
16 reader unlink("nothing"): error=ENOENT
17 reader dup2(VALUE_OF_12, 9): value=9
18 reader fcntl(VALUE_OF_17, F_GETFD): value=0
19 writer sigaction(SIGPIPE, &action, NULL): value=0
20 writer write(VALUE_OF_4, "x", 1): the process ended in it, signal:SIGPIPE
)");
}

TEST_CASE("sockets of the Internet") {
  check_program(R"(process server
process client
1 server socket family=AF_INET type=SOCK_STREAM protocol=0
2 server bind fd=@1 address="127.0.0.1:0"
3 server listen fd=@1 backlog=4
4 server get_socket_name fd=@1
5 server accept fd=@1 null_address=false
6 client socket family=AF_INET type=SOCK_STREAM protocol=0
7 client connect fd=@6 address=@4.data
8 client receive fd=@6 size_bytes=10 flags=0
9 server send fd=@5 data="hello" flags=MSG_NOSIGNAL
10 server shutdown fd=@5 how=SHUT_WR
11 client receive fd=@6 size_bytes=10 flags=0
12 client get_peer_name fd=@6
13 client bind fd=@6 address="nonsense"
14 client htons number=258
15 client inet_pton text="1.2.3.4"
16 server accept fd=@1 null_address=true
)",
                R"(1 server socket(AF_INET, SOCK_STREAM, 0): value=3
2 server bind(VALUE_OF_1, (struct sockaddr *)&address, size): value=0
3 server listen(VALUE_OF_1, 4): value=0
4 server getsockname(VALUE_OF_1, (struct sockaddr *)&address, &size): value=0 data="127.0.0.1:#"
5 server accept(VALUE_OF_1, ~): value=4 data="127.0.0.1:#" (was blocked until call 7)
6 client socket(AF_INET, SOCK_STREAM, 0): value=3
7 client connect(VALUE_OF_6, (struct sockaddr *)&address, size): value=0
8 client recv(VALUE_OF_6, data, 10, 0): value=5 data="hello" (was blocked until call 9)
9 server send(VALUE_OF_5, "hello", 5, MSG_NOSIGNAL): value=5
10 server shutdown(VALUE_OF_5, SHUT_WR): value=0
11 client recv(VALUE_OF_6, data, 10, 0): value=0
12 client getpeername(VALUE_OF_6, (struct sockaddr *)&address, &size): value=0 data="127.0.0.1:#"
13 client bind(VALUE_OF_6, (struct sockaddr *)&address, size): error=EINVAL
14 client htons((uint16_t)258): value=# data="\x01\x02"
15 client inet_pton(AF_INET, "1.2.3.4", &address): value=1 data="\x01\x02\x03\x04"
16 server accept(VALUE_OF_1, NULL, NULL): still blocked
)");
}

TEST_CASE("local sockets and passed descriptors") {
  check_program(R"(process p
1 p socket_pair type=SOCK_STREAM
2 p make_pipe flags=O_RDONLY
3 p fork child="c" slot=0
4 c close fd=@2.read_end
5 c close fd=@2.write_end
6 c receive_descriptor fd=@1.second size_bytes=8
7 p send_descriptor fd=@1.first data="fd" passed=@2.write_end
8 c write fd=@6.received data="through"
9 p read fd=@2.read_end size_bytes=100
10 p socket family=AF_UNIX type=SOCK_DGRAM protocol=0
11 p bind fd=@10 address="unix:s"
12 p get_socket_name fd=@10
13 c socket family=AF_UNIX type=SOCK_DGRAM protocol=0
14 c connect fd=@13 address=@12.data
15 c send fd=@13 data="" flags=0
16 p receive fd=@10 size_bytes=8 flags=MSG_DONTWAIT
17 p receive fd=@10 size_bytes=8 flags=MSG_DONTWAIT
)",
                R"(1 p socketpair(AF_UNIX, SOCK_STREAM, 0, ends): value=0 first=3 second=4
2 p pipe(ends): value=0 read_end=5 write_end=6
3 p fork(): value=#
4 c close(READ_END_OF_2): value=0
5 c close(WRITE_END_OF_2): value=0
6 c receive_descriptor(~): value=2 data="fd" received=5 message_flags=0 (was blocked until call 7)
7 p send_descriptor(FIRST_OF_1, "fd", 2, WRITE_END_OF_2): value=2
8 c write(RECEIVED_OF_6, "through", 7): value=7
9 p read(READ_END_OF_2, data, 100): value=7 data="through"
10 p socket(AF_UNIX, SOCK_DGRAM, 0): value=7
11 p bind(VALUE_OF_10, (struct sockaddr *)&address, size): value=0
12 p getsockname(VALUE_OF_10, (struct sockaddr *)&address, &size): value=0 data="unix:s"
13 c socket(AF_UNIX, SOCK_DGRAM, 0): value=6
14 c connect(VALUE_OF_13, (struct sockaddr *)&address, size): value=0
15 c send(VALUE_OF_13, "", 0, 0): value=0
16 p recv(VALUE_OF_10, data, 8, MSG_DONTWAIT): value=0
17 p recv(VALUE_OF_10, data, 8, MSG_DONTWAIT): error=EAGAIN
)");
}

TEST_CASE("shared memory") {
  check_program(R"(process p
process q
1 p shm_open name=@name.0 flags=O_RDWR|O_CREAT|O_EXCL mode=0600
2 p truncate fd=@1 size_bytes=8192
3 p map fd=@1 size_bytes=8192 protection=PROT_READ|PROT_WRITE flags=MAP_SHARED
4 p store address=@3.address+4096 data="abc"
5 q shm_open name=@name.0 flags=O_RDWR mode=0000
6 q map fd=@5 size_bytes=8192 protection=PROT_READ flags=MAP_SHARED
7 q load address=@6.address+4095 size_bytes=4
8 q shm_unlink name=@name.0
9 q shm_unlink name=@name.1
10 p store_number address=@3.address number=-7
11 q load_number address=@6.address
12 q unmap address=@6.address size_bytes=8192
13 q load_guarded address=@6.address
14 q load address=@6.address size_bytes=1
15 p load_guarded address=@3.address
16 p shm_open name="/../etc" flags=O_RDONLY mode=0000
)",
                R"(1 p shm_open(NAME_0, O_RDWR | O_CREAT | O_EXCL, 0600): value=3
2 p ftruncate(VALUE_OF_1, 8192): value=0
3 p mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, VALUE_OF_1, 0): value=0 address=#
4 p store_bytes(at(ADDRESS_OF_3 + 4096), "abc", 3): value=3
5 q shm_open(NAME_0, O_RDWR, 0000): value=3
6 q mmap(NULL, 8192, PROT_READ, MAP_SHARED, VALUE_OF_5, 0): value=0 address=#
7 q load_bytes(data, at(ADDRESS_OF_6 + 4095), 4): value=4 data="\x00abc"
8 q shm_unlink(NAME_0): value=0
9 q shm_unlink(NAME_1): error=ENOENT
10 p store_number(at(ADDRESS_OF_3), -7): value=0
11 q load_number(at(ADDRESS_OF_6)): value=-7
12 q munmap(at(ADDRESS_OF_6), 8192): value=0
13 q load_guarded(at(ADDRESS_OF_6)): value=11 code=1 offset_bytes=0
14 q load_bytes(data, at(ADDRESS_OF_6), 1): the process ended in it, signal:SIGSEGV
15 p load_guarded(at(ADDRESS_OF_3)): value=0 code=0 offset_bytes=0
16 p shm_open("/../etc", O_RDONLY, 0000): error=EINVAL
)");
}

TEST_CASE("semaphores") {
  check_program(R"(process p
1 p sem_open name=@name.0 flags=O_RDONLY|O_CREAT mode=0600 initial=1
2 p fork child="c" slot=0
3 p sem_wait semaphore=@1.address
4 c sem_wait semaphore=@1.address
5 p sem_trywait semaphore=@1.address
6 p sem_post semaphore=@1.address
7 p sem_getvalue semaphore=@1.address
8 p map fd=-1 size_bytes=4096 protection=PROT_READ|PROT_WRITE flags=MAP_SHARED|MAP_ANONYMOUS
9 p sem_init semaphore=@8.address+64 shared=true initial=2
10 p sem_init semaphore=@8.address+128 shared=true initial=0
11 p fork child="d" slot=0
12 d consume free=@8.address+64 filled=@8.address+128 ring=@8.address+256 slots=2 count=5
13 p produce free=@8.address+64 filled=@8.address+128 ring=@8.address+256 slots=2 items="items"
race 14 p increment_under_semaphore semaphore=@8.address+64 counter=@8.address+512 rounds=50
with 15 d increment_under_semaphore semaphore=@8.address+64 counter=@8.address+512 rounds=50
16 p sem_open name="no slash/within" flags=O_RDONLY mode=0000 initial=0
17 p sem_unlink name=@name.0
)",
                R"(1 p sem_open(NAME_0, O_RDONLY | O_CREAT, 0600, (unsigned)1): value=0 address=#
2 p fork(): value=#
3 p sem_wait((sem_t *)at(ADDRESS_OF_1)): value=0
4 c sem_wait((sem_t *)at(ADDRESS_OF_1)): value=0 (was blocked until call 6)
5 p sem_trywait((sem_t *)at(ADDRESS_OF_1)): error=EAGAIN
6 p sem_post((sem_t *)at(ADDRESS_OF_1)): value=0
7 p sem_getvalue((sem_t *)at(ADDRESS_OF_1), &count): value=0
8 p mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0): value=0 address=#
9 p sem_init((sem_t *)at(ADDRESS_OF_8 + 64), 1, (unsigned)2): value=0
10 p sem_init((sem_t *)at(ADDRESS_OF_8 + 128), 1, (unsigned)0): value=0
11 p fork(): value=#
12 d consume(~): value=5 data="items" underflows=0 (was blocked until call 13)
13 p produce(~ at(ADDRESS_OF_8 + 256), 2, "items", 5): value=5 overflows=0
14 p increment_under_semaphore(at(ADDRESS_OF_8 + 64), at(ADDRESS_OF_8 + 512), 50): value=50
15 d increment_under_semaphore(at(ADDRESS_OF_8 + 64), at(ADDRESS_OF_8 + 512), 50): value=50
16 p sem_open("no slash/within", O_RDONLY, 0000, (unsigned)0): error=EINVAL
17 p sem_unlink(NAME_0): value=0
)");
}

TEST_CASE("message queues") {
  if (::mq_open("", O_RDONLY) == -1 && errno == ENOSYS) SKIP("this kernel has no message queues");
  check_program(R"(process p
process q
1 p mq_open name=@name.0 flags=O_RDWR|O_CREAT mode=0600 messages_max=2 size_bytes_max=8
2 q mq_open name=@name.0 flags=O_RDONLY mode=0000 messages_max=0 size_bytes_max=0
3 q mq_receive queue=@2 size_bytes=8
4 p mq_send queue=@1 data="first" priority=1
5 p mq_send queue=@1 data="low" priority=1
6 p mq_send queue=@1 data="high" priority=9
7 q mq_receive queue=@2 size_bytes=8
8 q mq_receive queue=@2 size_bytes=7
9 p mq_unlink name=@name.0
10 p mq_close queue=@1
)",
                R"(1 p mq_open(NAME_0, O_RDWR | O_CREAT, 0600, &attributes): value=3
2 q mq_open(NAME_0, O_RDONLY, 0000, NULL): value=3
3 q mq_receive(~): value=5 data="first" priority=1 (was blocked until call 4)
4 p mq_send(VALUE_OF_1, "first", 5, (unsigned)1): value=0
5 p mq_send(VALUE_OF_1, "low", 3, (unsigned)1): value=0
6 p mq_send(VALUE_OF_1, "high", 4, (unsigned)9): value=0
7 q mq_receive(VALUE_OF_2, data, 8, &priority): value=4 data="high" priority=9
8 q mq_receive(VALUE_OF_2, data, 7, &priority): error=EMSGSIZE
9 p mq_unlink(NAME_0): value=0
10 p mq_close(VALUE_OF_1): value=0
)");
}

TEST_CASE("signals, handlers and job control") {
  check_program(R"(process p
process q
1 q set_handler signal=SIGUSR1 body=0 argument=0 flags=0 mask={}
2 q pause
3 p kill pid=@q signal=SIGUSR1
4 q take_signal_log
5 q change_mask how=SIG_BLOCK set={SIGUSR1,SIGUSR2}
6 p sigqueue pid=@q signal=SIGUSR1 value=5
7 q get_pending
8 q sigwaitinfo set={SIGUSR1} timeout_ms=-1
9 p kill pid=@q signal=SIGSTOP
10 q get_disposition signal=SIGUSR1
11 p process_state pid=@q
12 p kill pid=@q signal=SIGCONT
13 q sigsuspend mask={}
14 p kill pid=@q signal=SIGUSR1
15 q set_handler_by_signal signal=SIGTERM
16 p kill pid=@q signal=SIGTERM
17 q take_signal_log
18 p kill pid=-1 signal=SIGKILL
19 p kill pid=1 signal=0
20 q errno_across_signal signal=SIGTERM
21 p raise signal=SIGKILL
)",
                R"(1 q sigaction(SIGUSR1, &action, NULL): value=0
2 q pause(): error=EINTR (was blocked until call 3)
3 p kill(PID_OF(proc_q), SIGUSR1): value=0
4 q take_signal_log(): value=2 outputs=[0,10,0,#,#,0,#,1,10,0,#,#,0,#]
5 q sigprocmask(SIG_BLOCK, set_of(SIGUSR1, SIGUSR2, 0), &previous): value=0 previous=0
6 p sigqueue(PID_OF(proc_q), SIGUSR1, value): value=0
7 q sigpending(&pending): value=0 pending=512
8 q sigwaitinfo(set_of(SIGUSR1, 0), &info): value=10 code=-1 pid=# uid=# value=5
9 p kill(PID_OF(proc_q), SIGSTOP): value=0
10 q sigaction(SIGUSR1, NULL, &action): value=2 flags=#
11 p process_state(PID_OF(proc_q)): value=0 data="T"
12 p kill(PID_OF(proc_q), SIGCONT): value=0
13 q sigsuspend(set_of(0)): error=EINTR (was blocked until call 14)
14 p kill(PID_OF(proc_q), SIGUSR1): value=0
15 q signal(SIGTERM, note_plain_signal): value=0
16 p kill(PID_OF(proc_q), SIGTERM): value=0
17 q take_signal_log(): value=4 outputs=[0,10,0,#,#,0,#,1,10,~,0,15,0,0,0,0,#,1,15,0,0,0,0,#]
18 p kill(-1, SIGKILL): not made, it would reach processes that are not of this program
19 p kill(1, 0): not made, it would reach processes that are not of this program
20 q errno_across_signal(SIGTERM): value=2
21 p raise(SIGKILL): the process ended in it, signal:SIGKILL
)");
}

TEST_CASE("handlers that do something") {
  check_program(R"(process p
1 p make_pipe flags=O_RDONLY
2 p set_handler signal=SIGUSR1 body=5 argument=@1.write_end flags=0 mask={}
3 p set_handler signal=SIGUSR2 body=3 argument=0 flags=0 mask={}
4 p set_handler signal=SIGALRM body=4 argument=0 flags=SA_RESTART mask={SIGUSR1}
5 p set_handler signal=SIGTERM body=2 argument=10 flags=0 mask={}
6 p raise signal=SIGTERM
7 p read fd=@1.read_end size_bytes=9
8 p errno_across_signal signal=SIGUSR2
9 p errno_across_signal signal=SIGALRM
10 p fork child="c" slot=0
11 p set_handler signal=SIGCHLD body=9 argument=0 flags=0 mask={}
12 c exit status=0
13 p wait pid=@c options=WNOHANG
14 p set_handler signal=SIGHUP body=8 argument=7 flags=0 mask={}
15 p raise signal=SIGHUP
)",
                R"(1 p pipe(ends): value=0 read_end=3 write_end=4
2 p sigaction(SIGUSR1, &action, NULL): value=0
3 p sigaction(SIGUSR2, &action, NULL): value=0
4 p sigaction(SIGALRM, &action, NULL): value=0
5 p sigaction(SIGTERM, &action, NULL): value=0
6 p raise(SIGTERM): value=0
7 p read(READ_END_OF_1, data, 9): value=1 data="h"
8 p errno_across_signal(SIGUSR2): value=9
9 p errno_across_signal(SIGALRM): value=2
10 p fork(): value=#
11 p sigaction(SIGCHLD, &action, NULL): value=0
12 c _exit(0): the process ended in it, exit:0
13 p waitpid(PID_OF(proc_c), &status, WNOHANG): error=ECHILD
14 p sigaction(SIGHUP, &action, NULL): value=0
15 p raise(SIGHUP): the process ended in it, exit:7
)");
}

TEST_CASE("other programs and streams") {
  check_program(R"(process p
1 p popen command="echo out; exit 3" mode="r"
2 p popen_read stream=@1.stream
3 p pclose stream=@1.stream
4 p fork child="c" slot=0
5 c exec_program file="true" arguments="true"
6 p wait pid=@c options=0
7 p exec_program file="no such program" arguments="a\x0ab"
8 p umask mask=0077
9 p dprintf fd=-1 text="100%\x0a"
10 p new_session
)",
                R"(1 p popen("echo out; exit 3", "r"): value=0 stream=# descriptor=3
2 p read_stream((FILE *)at(STREAM_OF_1)): value=4 data="out\x0a"
3 p pclose((FILE *)at(STREAM_OF_1)): value=768
4 p fork(): value=#
5 c exec_program("true", "true"): the process ended in it
6 p waitpid(PID_OF(proc_c), &status, 0): value=# status=0
7 p exec_program("no such program", "a\nb"): error=ENOENT
8 p umask(0077): value=18
9 p dprintf(-1, "%s", "100%\n"): error=EBADF
10 p setsid(): error=EPERM
)");
}

TEST_CASE("calls released together, and references to calls that gave nothing") {
  check_program(R"(process a
process b
process A
1 a make_fifo path="f" mode=0600
race 2 a open path="f" flags=O_RDWR mode=0000
with 3 b open path="f" flags=O_RDWR mode=0000
with 4 A open path="g" flags=O_RDONLY mode=0000
race 5 a write fd=@2 data="x"*100
with 6 b write fd=@3 data="x"*100
with 7 A read fd=@4 size_bytes=1
8 a bytes_readable fd=@2
9 a kill pid=@4 signal=SIGKILL
10 a write fd=@8 data="y"*70000+"tail"
11 a read fd=@2 size_bytes=@8
12 a dup2 fd=@2 target=@2+5
13 b read fd=@3 size_bytes=1
race 14 a write fd=@12 data="z"
with 15 b write fd=@3 data="z"
)",
                R"(1 a mkfifo("f", 0600): value=0
2 a open("f", O_RDWR, 0000): value=3
3 b open("f", O_RDWR, 0000): value=3
4 A open("g", O_RDONLY, 0000): error=ENOENT
5 a write(VALUE_OF_2, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"..., 100): value=100
6 b write(VALUE_OF_3, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"..., 100): value=100
7 A read(VALUE_OF_4, data, 1): not made, a call that it refers to gave nothing
8 a ioctl(VALUE_OF_2, FIONREAD, &bytes): value=200
9 a kill(VALUE_OF_4, SIGKILL): not made, a call that it refers to gave nothing
10 a write(VALUE_OF_8, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"..., 70004): error=EBADF
11 a read(VALUE_OF_2, data, VALUE_OF_8): value=200 data="x"*200
12 a dup2(VALUE_OF_2, (VALUE_OF_2 + 5)): value=8
13 b read(VALUE_OF_3, data, 1): value=1 data="z" (was blocked until call 14)
14 a write(VALUE_OF_12, "z", 1): value=1
15 b write(VALUE_OF_3, "z", 1): not made, the process is still in another call
)");
}

TEST_CASE("a script of nothing, and one of processes only") {
  check_program("", "");
  check_program("process p\nprocess \"EOF\"\n", "");
}

const std::string kEofScript = R"(process parent
1 parent make_pipe flags=O_RDONLY
2 parent fork child="child" slot=0
3 child read fd=@1.read_end size_bytes=4
4 parent close fd=@1.write_end
5 parent write fd=@1.write_end data="late"
6 parent kill pid=@child signal=SIGKILL
)";

// What the program says and how it ends, with that charge.
void check_charge(const Charge& charge, int status, const std::string& last_lines) {
  const Program program(c_program(script_of_text(kEofScript), charge));
  const Run ran = program.runs();
  INFO(ran.output);
  CHECK(ran.status == status);
  CHECK(ran.output.ends_with("\n" + last_lines));
  CHECK(program.leftovers() == "witness\nwitness.c\n");
}

TEST_CASE("a charge of which Linux is not guilty is not seen again") {
  Charge early_end;
  early_end.call = 3;
  early_end.after = 4;
  early_end.value = 0;
  early_end.error = 0;
  early_end.data = "";
  early_end.observed = "value=0";
  early_end.allowed = {"stays blocked"};
  check_charge(early_end, 0, "no violation: call 3 is not so this time\n");
  Charge other_error;
  other_error.call = other_error.after = 5;
  other_error.error = EPIPE;
  check_charge(other_error, 0, "no violation: call 5 is not so this time\n");
}

TEST_CASE("a charge that Linux answers for is seen again") {
  Charge blocked;
  blocked.call = 3;
  blocked.after = 4;
  blocked.kind = Charge::Kind::blocked;
  blocked.observed = "blocked";
  blocked.allowed = {"value=0", "error=\"EINTR\" \\"};
  check_charge(blocked, 1,
               "VIOLATION: after call 4, call 3 is so: blocked\n  allowed: value=0\n"
               "  allowed: error=\"EINTR\" \\\n");
  Charge error;
  error.call = error.after = 5;
  error.value = -1;
  error.error = EBADF;
  error.data = "";
  error.observed = "error=EBADF";
  check_charge(error, 1, "VIOLATION: after call 5, call 5 is so: error=EBADF\n");
  Charge ended;
  ended.call = 3;
  ended.after = 6;
  ended.kind = Charge::Kind::ended;
  ended.observed = "signal:SIGKILL";
  check_charge(ended, 1, "VIOLATION: after call 6, call 3 is so: signal:SIGKILL\n");
}

TEST_CASE("a charge against a call that is not made is not judged") {
  Charge charge;
  charge.call = charge.after = 3;
  const Program program(c_program(script_of_text("process p\n1 p open path=\"f\" flags=O_RDONLY "
                                                 "mode=0000\n2 p pause\n3 p pause\n"),
                                  charge));
  const Run ran = program.runs();
  INFO(ran.output);
  CHECK(ran.status == 2);
  CHECK(ran.output.ends_with("not judged: call 3 was not made\n"));
}

TEST_CASE("a charge against a call that the script does not have is refused") {
  Charge charge;
  charge.call = 1;
  charge.after = 7;
  CHECK_THROWS_AS(c_program(script_of_text(kEofScript), charge), NotInC);
  charge.call = 5;
  charge.after = 4;
  CHECK_THROWS_AS(c_program(script_of_text(kEofScript), charge), NotInC);
}

op::Trace eof_trace() {
  return {.rule = {},
          .facts = {},
          .events = {
              op::BirthEvent{"p", "", 10},
              op::CallEvent{2, "p", op::MakePipe{}, false},
              op::ReturnEvent{2, "p", {0, 0, {}, {3, 4}}},
              op::CallEvent{5, "p", op::Fork{"c", 1}, false},
              op::BirthEvent{"c", "p", 11},
              op::ReturnEvent{5, "p", {11, 0, {}, {}}},
              op::CallEvent{7, "c", op::Read{{3}, 1}, false},
              op::QuietEvent{{7}, Evidence::proven},
              op::CallEvent{8, "p", op::Close{{4}}, false},
              op::ReturnEvent{8, "p", {0, 0, {}, {}}},
              op::ReturnEvent{7, "c", {5, 0, "abcde", {}}},
              op::CallEvent{9, "c", op::Pause{}, false},
              op::DeathEvent{"c", SIGSEGV},
          }};
}

TEST_CASE("the charge of a trace is what its event shows") {
  const op::Trace trace = eof_trace();
  const auto answer = charge_of(trace, 10, 7, {"stays blocked"});
  REQUIRE(answer);
  CHECK(answer->kind == Charge::Kind::answered);
  CHECK(answer->call == 3);
  CHECK(answer->after == 4);
  CHECK(answer->value == 5);
  CHECK(answer->error == 0);
  CHECK(answer->data == "abcde");
  CHECK(answer->observed == "value=5 data=\"abcde\"");
  CHECK(answer->allowed == std::vector<std::string>{"stays blocked"});

  const auto blocked = charge_of(trace, 7, 7, {});
  REQUIRE(blocked);
  CHECK(blocked->kind == Charge::Kind::blocked);
  CHECK(blocked->call == 3);
  CHECK(blocked->after == 3);

  const auto ended = charge_of(trace, 12, 0, {});
  REQUIRE(ended);
  CHECK(ended->kind == Charge::Kind::ended);
  CHECK(ended->call == 5);
  CHECK(ended->observed == "the process ended in it, signal:SIGSEGV");

  // A pid is another one in every run.
  const auto forked = charge_of(trace, 5, 5, {});
  REQUIRE(forked);
  CHECK(forked->error == 0);
  CHECK_FALSE(forked->value);

  CHECK_FALSE(charge_of(trace, 0, 0, {}));
  CHECK_FALSE(charge_of(trace, 1, 2, {}));
  CHECK_FALSE(charge_of(trace, 7, 99, {}));
  CHECK_FALSE(charge_of(trace, 99, 2, {}));
}

// One process makes this one call.
std::string program_of(op::Op op) {
  op::Script script;
  script.roots = {"p"};
  script.steps = {{.calls = {{"p", std::move(op), {}}}}};
  return c_program(script);
}

TEST_CASE("every operation is said in C, or the error names it") {
  op::Script script;
  script.roots = {"p"};
  for (std::size_t kind = 0; kind < op::kOpKinds; ++kind) {
    op::Op op = op::default_op(kind);
    const std::string name(op::name_of(op));
    if (is_said_in_c(name)) {
      if (auto* fork = std::get_if<op::Fork>(&op)) fork->child = "c";
      script.steps.push_back({.calls = {{"p", op, {}}}});
      continue;
    }
    CHECK(name == "exec_worker");
    CHECK_THROWS_AS(program_of(op), NotInC);
  }
  CHECK(script.steps.size() == op::kOpKinds - 1);
  // It compiles, which takes all forms; it is not run, since some calls would never end.
  const Program program(c_program(script));
}

TEST_CASE("what a program cannot do is refused by name") {
  const auto message_of = [](op::Op op) {
    try {
      program_of(std::move(op));
    } catch (const NotInC& error) {
      return std::string(error.what());
    }
    return std::string("it was said");
  };
  CHECK(message_of(op::ExecWorker{}) ==
        "a C program cannot say exec_worker; leave the call out of the script");
  CHECK(message_of(op::Read{{3}, std::uint64_t{1} << 40}) ==
        "a C program cannot say read fd=3 size_bytes=1099511627776: 1099511627776 bytes are more "
        "than it has room for");
  CHECK(message_of(op::Read{{3}, 1}) == "it was said");
}

}  // namespace
}  // namespace ipcspec::report
