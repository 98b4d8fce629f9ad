#include "spec/errata.hpp"

#include <array>

#include "spec/fd.hpp"
#include "spec/fifo.hpp"
#include "spec/mq.hpp"
#include "spec/pipe.hpp"
#include "spec/proc.hpp"
#include "spec/sem.hpp"
#include "spec/shm.hpp"
#include "spec/signal.hpp"
#include "spec/tcp.hpp"
#include "spec/unix.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::array kErrata = std::to_array<Erratum>({
    {.number = 1,
     .text = "The comparison gives pipes the scope of parent and child only. Any process that "
             "holds a descriptor can use one: siblings by inheritance, strangers through "
             "SCM_RIGHTS, pidfd_getfd() or /proc/PID/fd.",
     .sources = {{"Linux man-pages", "pipe(7)"},
                 {"Linux man-pages", "unix(7)"},
                 {"Linux man-pages", "pidfd_getfd(2)"}},
     .rules = {&pipe::compare_scope_unrelated}},
    {.number = 2,
     .text = "The table of descriptors after dup2() shows fd 4 as closed. The call leaves the "
             "original write end open; it closes with the close() that comes later.",
     .sources = {{"POSIX.1-2017", "dup2()"}},
     .rules = {&pipe::dup2_source_stays_open}},
    {.number = 3,
     .text = "The same table keeps fd 3 open while the code below it closes that end. Table "
             "and code show different moments.",
     .sources = {{"POSIX.1-2017", "close()"}},
     .rules = {&pipe::dup2_table_other_fds}},
    {.number = 4,
     .text = "The dup2() sample does not expect pipe() to return descriptor 1. Then dup2() "
             "does nothing and the close() after it closes standard output.",
     .sources = {{"POSIX.1-2017", "dup2()"}},
     .rules = {&pipe::dup2_same_number_trap}},
    {.number = 5,
     .text = "The dup2() sample has no _exit() after execlp(). If the program cannot be run, "
             "the child goes on as a second parent.",
     .sources = {{"POSIX.1-2017", "exec"}},
     .rules = {&pipe::shell_exec_failure_falls_through}},
    {.number = 6,
     .text = "The first pipe sample never waits for its child, which stays a zombie.",
     .sources = {{"POSIX.1-2017", "_exit()"}, {"POSIX.1-2017", "wait()"}},
     .rules = {&pipe::code_child_not_waited}},
    {.number = 7,
     .text = "Reading blocks on an empty pipe only while a write end is open and O_NONBLOCK is "
             "clear; otherwise it gives 0 or EAGAIN. It may also return fewer bytes than were "
             "asked for.",
     .sources = {{"POSIX.1-2017", "read()"}},
     .rules = {&pipe::read_blocks_empty, &pipe::read_short_count}},
    {.number = 8,
     .text = "Writing blocks when the request does not fit, not only when the pipe is full; up "
             "to PIPE_BUF bytes go in whole. With O_NONBLOCK it fails with EAGAIN or writes a "
             "part.",
     .sources = {{"POSIX.1-2017", "write()"}},
     .rules = {&pipe::write_blocks_full}},
    {.number = 9,
     .text = "Unused ends are said to be closed for the sake of end-of-file. An unused read "
             "end matters as well: it suppresses SIGPIPE and EPIPE, which the sheet never "
             "mentions.",
     .sources = {{"POSIX.1-2017", "write()"}},
     .rules = {&pipe::close_reader_keeps_read_end, &pipe::shell_parent_holds_write_end}},
    {.number = 10,
     .text = "A pipe has no entry in the file system in the sense of a pathname. It has an "
             "inode, and on Linux it can be reopened through /proc/PID/fd.",
     .sources = {{"Linux man-pages", "pipe(7)"}, {"Linux man-pages", "proc(5)"}},
     .rules = {&pipe::fs_no_entry}},
    {.number = 11,
     .text = "Pipes and FIFOs need no synchronisation only as long as each write() is at most "
             "PIPE_BUF bytes, which is at least 512 and on Linux 4096. Larger records of "
             "several writers get mixed.",
     .sources = {{"POSIX.1-2017", "write()"}},
     .rules = {&pipe::compare_sync_small_writes, &pipe::compare_sync_large_writes,
               &fifo::compare_sync}},
    {.number = 12,
     .text = "That a pipe is one-way is how Linux makes it. POSIX leaves open whether both "
             "ends work in both directions.",
     .sources = {{"POSIX.1-2017", "pipe()"}},
     .rules = {&pipe::create_access_modes, &fifo::compare_one_way}},
    {.number = 13,
     .text = "The umask does not subtract permissions but clears bits: mode & ~umask. Mode "
             "0600 under umask 0022 stays 0600, and 0644 under 0077 gives 0600.",
     .sources = {{"POSIX.1-2017", "umask()"}},
     .rules = {&fifo::create_umask_not_subtraction}},
    {.number = 14,
     .text = "Calling umask(0) before mkfifo() is optional. It concerns the whole process, so "
             "that files created later are exposed too; the example of 0666 under 0022 giving "
             "0644 is right.",
     .sources = {{"POSIX.1-2017", "umask()"}},
     .rules = {&fifo::create_umask_zero}},
    {.number = 15,
     .text = "Opening a FIFO does not block if the other end is already open, nor with "
             "O_NONBLOCK, where a reader is let in and a writer gets ENXIO, nor on Linux with "
             "O_RDWR. The two opens meet, the data need not.",
     .sources = {{"POSIX.1-2017", "open()"}, {"Linux man-pages", "fifo(7)"}},
     .rules = {&fifo::open_wronly_blocks, &fifo::open_rdonly_blocks,
               &fifo::open_second_does_not_block, &fifo::open_rendezvous}},
    {.number = 16,
     .text = "That the writer of a FIFO is responsible for unlink() is a convention. In the "
             "sheet's own sample the call follows the part of the reader, and nothing makes "
             "that reader wait for mkfifo().",
     .sources = {{"POSIX.1-2017", "unlink()"}},
     .rules = {&fifo::unlink_by_anyone, &fifo::code_reader_before_create}},
    {.number = 17,
     .text = "The backlog of listen() is a hint. Linux completes and queues one connection "
             "more, with the backlog capped by net.core.somaxconn.",
     .sources = {{"POSIX.1-2017", "listen()"}, {"Linux man-pages", "listen(2)"}},
     .rules = {&tcp::listen_backlog_limit}},
    {.number = 18,
     .text = "That connect() blocks until the connection is established does not mean until it "
             "is accepted: it returns, and data can be sent, before accept(). A refused "
             "connect() returns at once.",
     .sources = {{"POSIX.1-2017", "connect()"}, {"POSIX.1-2017", "listen()"}},
     .rules = {&tcp::connect_before_accept}},
    {.number = 19,
     .text = "The failure value of inet_addr() is also the address 255.255.255.255. The "
             "results of inet_pton() are unambiguous.",
     .sources = {{"POSIX.1-2017", "inet_addr()"}, {"POSIX.1-2017", "inet_pton()"}},
     .rules = {&tcp::inet_addr_error_ambiguous}},
    {.number = 20,
     .text = "Reading and writing a connected socket is not the same as with a pipe: data "
             "flows both ways, no size of write is atomic, and ECONNRESET can happen.",
     .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "send()"}},
     .rules = {&tcp::rw_like_pipe, &tcp::compare_sync}},
    {.number = 21,
     .text = "The server sample does not set SO_REUSEADDR, so that a restart meets EADDRINUSE "
             "while old connections are in TIME_WAIT. Linux wants the option on the old and on "
             "the new listener.",
     .sources = {{"Linux man-pages", "socket(7)"}, {"observed on Linux 6.18", ""}},
     .rules = {&tcp::code_server_close_time_wait}},
    {.number = 22,
     .text = "The server sample ignores results. After a failed bind(), listen() succeeds on "
             "Linux, on an ephemeral port that no client knows.",
     .sources = {{"Linux man-pages", "listen(2)"}, {"observed on Linux 6.18", ""}},
     .rules = {&tcp::code_unchecked_bind}},
    {.number = 23,
     .text = "The TCP samples take one read() for one message and send the size of an array. "
             "TCP keeps no boundaries between messages.",
     .sources = {{"POSIX.1-2017", "recv()"}},
     .rules = {&tcp::code_stream_no_boundaries, &tcp::code_sizeof_sends_array}},
    {.number = 24,
     .text = "That sockets have no entry in the file system is right for TCP only. An AF_UNIX "
             "socket bound to a pathname makes a file, which outlives the socket.",
     .sources = {{"POSIX.1-2017", "bind()"}, {"Linux man-pages", "unix(7)"}},
     .rules = {&tcp::compare_no_filesystem, &unix::bind_creates_file}},
    {.number = 25,
     .text = "TCP is not used locally through AF_UNIX: that is another address family.",
     .sources = {{"POSIX.1-2017", "socket()"}},
     .rules = {&unix::family_not_tcp, &tcp::practical_concurrent_clients}},
    {.number = 26,
     .text = "Fast, moderate, fastest and faster than TCP are measurements and not rules. "
             "Fastest leaves out the cost of synchronisation.",
     .sources = {{"Linux IPC Cheat Sheet", ""}},
     .rules = {&pipe::compare_speed, &fifo::compare_speed, &tcp::compare_speed,
               &unix::practical_speed, &shm::compare_fastest, &signal::compare_speed}},
    {.number = 27,
     .text = "A shared memory object need not have its size set before mmap(): mapping an "
             "object of size 0 succeeds, and it is the access that raises SIGBUS.",
     .sources = {{"POSIX.1-2017", "mmap()"}, {"observed on Linux 6.18", ""}},
     .rules = {&shm::ftruncate_before_access}},
    {.number = 28,
     .text = "The writer of the shared memory sample removes the name before the reader opens "
             "it, so that the reader gets ENOENT.",
     .sources = {{"POSIX.1-2017", "shm_unlink()"}},
     .rules = {&shm::code_unlink_before_reader}},
    {.number = 29,
     .text = "The reader of the shared memory sample does not synchronise: it meets ENOENT "
             "before the object is created, SIGBUS before its size is set, or old contents.",
     .sources = {{"POSIX.1-2017", "mmap()"}},
     .rules = {&shm::code_reader_too_early}},
    {.number = 30,
     .text = "Neither shm_unlink() nor sem_unlink() removes the object. They remove the name, "
             "and the object lives on with its descriptors, mappings and handles; any process "
             "with permission may call them.",
     .sources = {{"POSIX.1-2017", "shm_unlink()"}, {"POSIX.1-2017", "sem_unlink()"}},
     .rules = {&shm::unlink_deferred, &shm::unlink_any_permitted, &sem::unlink_deferred}},
    {.number = 31,
     .text = "Shared memory and semaphores do appear in the file system of Linux, as "
             "/dev/shm/NAME and /dev/shm/sem.NAME; for shared memory the sheet says so itself. "
             "POSIX leaves it unspecified.",
     .sources = {{"Linux man-pages", "shm_overview(7)"}, {"Linux man-pages", "sem_overview(7)"}},
     .rules = {&shm::open_dev_shm, &sem::compare_filesystem}},
    {.number = 32,
     .text = "Linking with -lrt or -lpthread is not needed since glibc 2.34, and -lrt was "
             "never needed for semaphores.",
     .sources = {{"Linux man-pages", "shm_open(3)"}, {"Linux man-pages", "sem_overview(7)"}},
     .rules = {&shm::link_lrt, &sem::link_flags}},
    {.number = 33,
     .text = "Concurrent writes to shared memory need some synchronisation, not just "
             "semaphores: atomic operations, process-shared mutexes and futexes serve as well.",
     .sources = {{"POSIX.1-2017", "XBD 4.12"}},
     .rules = {&shm::sync_none_builtin}},
    {.number = 34,
     .text = "A binary semaphore is less than a mutex: it has no owner, any process may post, "
             "its value may exceed 1, and nobody recovers it when the holder dies.",
     .sources = {{"POSIX.1-2017", "sem_post()"}},
     .rules = {&sem::binary_not_a_mutex}},
    {.number = 35,
     .text = "If the name exists, sem_open() with O_CREAT ignores mode and value. A semaphore "
             "left behind keeps its old count.",
     .sources = {{"POSIX.1-2017", "sem_open()"}},
     .rules = {&sem::open_existing_ignores_value}},
    {.number = 36,
     .text = "An empty sa_mask does not mean that no signals are blocked while the handler "
             "runs: the delivered signal is, unless SA_NODEFER is set, and so is whatever the "
             "thread had blocked.",
     .sources = {{"POSIX.1-2017", "sigaction()"}},
     .rules = {&signal::mask_own_signal_blocked}},
    {.number = 37,
     .text = "Not every signal ends pause(): only one that runs a handler or terminates the "
             "process. Ignored signals and stopping with continuing do not.",
     .sources = {{"POSIX.1-2017", "pause()"}},
     .rules = {&signal::pause_ignored_does_not_wake}},
    {.number = 38,
     .text = "Signals can carry data: sigqueue() sends a value, and siginfo_t tells process "
             "id, user id and status.",
     .sources = {{"POSIX.1-2017", "sigqueue()"}},
     .rules = {&signal::data_sigqueue_counterexample, &signal::data_sender_identity}},
    {.number = 39,
     .text = "The numbers 10 and 12 of SIGUSR1 and SIGUSR2 depend on the architecture; few "
             "signal numbers are the same everywhere.",
     .sources = {{"Linux man-pages", "signal(7)"}},
     .rules = {&signal::numbers_arch}},
    {.number = 40,
     .text = "SIGUSR1 and SIGUSR2 are free to use only once a handler is in place, because "
             "their default action kills.",
     .sources = {{"POSIX.1-2017", "<signal.h>"}},
     .rules = {&signal::usr_default_terminates}},
    {.number = 41,
     .text = "Signals are sent with kill() not only to a process but also to process groups "
             "and to all processes, and signal 0 tests whether a process exists.",
     .sources = {{"POSIX.1-2017", "kill()"}},
     .rules = {&signal::kill_process_groups}},
    {.number = 42,
     .text = "FIFOs, shared memory, semaphores and signals serve any processes only as far as "
             "permissions go; otherwise there is EACCES or EPERM.",
     .sources = {{"POSIX.1-2017", "kill()"},
                 {"POSIX.1-2017", "open()"},
                 {"POSIX.1-2017", "shm_open()"}},
     .rules = {&fifo::io_unrelated_processes, &shm::compare_scope, &sem::compare_scope,
               &signal::compare_permission}},
    {.number = 43,
     .text = "Signals do need synchronisation: standard signals coalesce, and testing a flag "
             "before pause() can miss one.",
     .sources = {{"POSIX.1-2017", "XSH 2.4.1"}, {"POSIX.1-2017", "sigsuspend()"}},
     .rules = {&signal::compare_sync_coalescing, &signal::pause_lost_wakeup}},
    {.number = 44,
     .text = "The handler of the sample calls write() without preserving errno.",
     .sources = {{"POSIX.1-2017", "XSH 2.4.3"}},
     .rules = {&signal::safe_errno_preserved}},
    {.number = 45,
     .text = "Message queues appear only in the table of practical usage, without a section "
             "and without a row in the comparison; AF_UNIX sockets have no section either.",
     .sources = {{"Linux IPC Cheat Sheet", ""}},
     .rules = {&mq::practical_available}},
    {.number = 46,
     .text = "That every daemon handles at least SIGTERM and SIGHUP is a convention; by "
             "default both terminate.",
     .sources = {{"POSIX.1-2017", "<signal.h>"}},
     .rules = {&signal::practical_hup_default}},
});

}  // namespace

std::span<const Erratum> errata() { return kErrata; }

}  // namespace ipcspec::spec
