// The rules of the cheat sheet about tcp.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::tcp {

inline constexpr Rule socket_create{
    .id = "tcp.socket.create",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Socket(AF_INET,SOCK_STREAM,0) returns a descriptor on which getsockopt(SO_TYPE) "
        "gives SOCK_STREAM.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"TCP/Syscalls/socket", "TCP/Flow"},
};

inline constexpr Rule bind_assigns_address{
    .id = "tcp.bind.assigns-address",
    .mechanism = Mechanism::tcp,
    .sentence = "After bind(), getsockname() returns the bound address and port.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"POSIX.1-2017", "getsockname()"}},
    .cheat_sheet = {"TCP/Syscalls/bind"},
};

inline constexpr Rule bind_any_all_interfaces{
    .id = "tcp.bind.any-all-interfaces",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A listener bound to INADDR_ANY accepts connections made to 127.0.0.1 and to "
        "every other local IPv4 address; the accepted socket's local address is the one "
        "actually dialled.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"TCP/Syscalls/bind"},
};

inline constexpr Rule bind_specific_only{
    .id = "tcp.bind.specific-only",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A listener bound to 127.0.0.1 refuses a connection to 127.0.0.2 with "
        "ECONNREFUSED.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"TCP/Syscalls/bind"},
};

inline constexpr Rule htons_big_endian{
    .id = "tcp.htons.big-endian",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Htons(0x1234) stored in memory is the bytes 12 34 on every host; "
        "ntohs(htons(x))==x for all 16-bit x.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "htons()"}},
    .cheat_sheet = {"TCP/Syscalls/htons"},
};

inline constexpr Rule htons_omitted{
    .id = "tcp.htons.omitted",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Binding with sin_port=p without htons on a little-endian host binds the "
        "byte-swapped port as shown by ntohs of getsockname.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "htons()"}, {"POSIX.1-2017", "netinet/in.h"}},
    .cheat_sheet = {"TCP/Syscalls/htons"},
};

inline constexpr Rule listen_nonblocking{
    .id = "tcp.listen.nonblocking",
    .mechanism = Mechanism::tcp,
    .sentence = "Listen() returns 0 at once with no client present.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule listen_passive{
    .id = "tcp.listen.passive",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After listen() SO_ACCEPTCONN is 1, read() on the socket fails with ENOTCONN and "
        "connect() from it fails (EISCONN on Linux).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"},
                {"POSIX.1-2017", "read()"},
                {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule listen_backlog_limit{
    .id = "tcp.listen.backlog-limit",
    .mechanism = Mechanism::tcp,
    .sentence =
        "The number of completed connections queued without accept() is bounded by a "
        "function of backlog; Linux admits backlog+1 (backlog 0,1,2 give 1,2,3), capped "
        "by net.core.somaxconn+1.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "listen(2)"},
                {"observed on Linux 6.18", ""},
                {"POSIX.1-2017", "listen()"}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
    .erratum = "backlog is a hint, not a maximum; Linux queues backlog+1",
};

inline constexpr Rule listen_queue_full{
    .id = "tcp.listen.queue-full",
    .mechanism = Mechanism::tcp,
    .sentence =
        "When the accept queue is full a further blocking connect() on Linux is not "
        "refused: it keeps blocking until accept() makes room (tcp_abort_on_overflow=0).",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule listen_negative_backlog{
    .id = "tcp.listen.negative-backlog",
    .mechanism = Mechanism::tcp,
    .sentence =
        "POSIX says a negative backlog acts as 0; Linux treats it as the maximum "
        "(somaxconn).",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "listen()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule accept_blocks{
    .id = "tcp.accept.blocks",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Accept() with O_NONBLOCK clear and an empty queue blocks until a client "
        "connects.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept"},
};

inline constexpr Rule accept_new_fd{
    .id = "tcp.accept.new-fd",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Accept() returns a new descriptor different from the listener; its local port "
        "equals the listener's and its peer is the client.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept"},
};

inline constexpr Rule accept_null_addr{
    .id = "tcp.accept.null-addr",
    .mechanism = Mechanism::tcp,
    .sentence = "Accept(fd,NULL,NULL) is valid and returns no peer address.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept"},
};

inline constexpr Rule connect_initiates{
    .id = "tcp.connect.initiates",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Connect() to a listening address returns 0 and both ends report each other "
        "through getpeername()/getsockname().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect"},
};

inline constexpr Rule connect_before_accept{
    .id = "tcp.connect.before-accept",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Connect() returns 0 and the client can write before the server has called "
        "accept(); accept() later delivers that data.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}, {"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect"},
    .erratum = "'blocks until established' means until queued by the kernel, not until accept()",
};

inline constexpr Rule connect_refused{
    .id = "tcp.connect.refused",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Connect() to a port with no listener (also one bound but not listening) fails at "
        "once with ECONNREFUSED.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect"},
};

inline constexpr Rule inet_addr_network_order{
    .id = "tcp.inet-addr.network-order",
    .mechanism = Mechanism::tcp,
    .sentence = "Inet_addr('127.0.0.1') equals htonl(INADDR_LOOPBACK).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "inet_addr()"}},
    .cheat_sheet = {"TCP/Syscalls/inet_addr"},
};

inline constexpr Rule inet_addr_error_ambiguous{
    .id = "tcp.inet-addr.error-ambiguous",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Inet_addr() returns (in_addr_t)-1 for malformed text and the same value for "
        "'255.255.255.255'; inet_pton() distinguishes them (0 versus 1).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "inet_addr()"}, {"POSIX.1-2017", "inet_pton()"}},
    .cheat_sheet = {"TCP/Syscalls/inet_addr"},
    .erratum = "sheet omits the failure value; inet_pton is the robust form",
};

inline constexpr Rule listener_keeps_listening{
    .id = "tcp.listener.keeps-listening",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After accept() the listener still accepts further clients; closing a connection "
        "does not affect it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/1"},
};

inline constexpr Rule listener_close_keeps_connections{
    .id = "tcp.listener.close-keeps-connections",
    .mechanism = Mechanism::tcp,
    .sentence = "Closing the listener leaves already accepted connections fully usable.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}, {"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/1"},
};

inline constexpr Rule accept_sequential_order{
    .id = "tcp.accept.sequential-order",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A loop of accept() serves clients one at a time in order of completed "
        "connection; later clients wait in the queue connected but unanswered.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/2"},
};

inline constexpr Rule rw_like_pipe{
    .id = "tcp.rw.like-pipe",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Read()/write() on a connected socket follow the pipe rules for blocking, short "
        "reads, EOF and SIGPIPE, except that there is no PIPE_BUF atomicity and both "
        "directions work on one descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"TCP/Notes/3"},
    .erratum =
        "'work the same as on a pipe' ignores no PIPE_BUF guarantee, ECONNRESET and full "
        "duplex",
};

inline constexpr Rule code_stream_no_boundaries{
    .id = "tcp.code.stream-no-boundaries",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Two writes may arrive in one read and one write in several reads: only the byte "
        "sequence is guaranteed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv (SOCK_STREAM)"}},
    .cheat_sheet = {"TCP/Code/read", "TCP/Code/write"},
    .erratum = "sample assumes one read per message",
};

inline constexpr Rule code_server_close_time_wait{
    .id = "tcp.code.server-close-time-wait",
    .mechanism = Mechanism::tcp,
    .sentence =
        "If the server side closes first, rebinding its port without SO_REUSEADDR fails "
        "with EADDRINUSE while the connection is in TIME_WAIT.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"},
                {"Linux man-pages", "socket(7)"},
                {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Code/server close"},
    .erratum = "sample sets no SO_REUSEADDR, so a restarted server may fail to bind",
};

inline constexpr Rule code_unchecked_bind{
    .id = "tcp.code.unchecked-bind",
    .mechanism = Mechanism::tcp,
    .sentence =
        "If bind() fails and is ignored as in the sample, listen() on the unbound socket "
        "succeeds on Linux on an ephemeral port, so clients of the intended port get "
        "ECONNREFUSED.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "listen(2)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Code/bind"},
    .erratum = "sample checks no return value",
};

inline constexpr Rule compare_two_way{
    .id = "tcp.compare.two-way",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Both ends of one connection can send and receive at the same time on one "
        "descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"Compare/TCP/Direction"},
};

inline constexpr Rule compare_no_filesystem{
    .id = "tcp.compare.no-filesystem",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Creating, binding and connecting an AF_INET socket adds no directory entry; the "
        "name is address plus port.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}},
    .cheat_sheet = {"Compare/TCP/Filesystem"},
    .erratum = "row 'Socket' is TCP only; AF_UNIX pathname sockets do appear in the filesystem",
};

inline constexpr Rule compare_sync{
    .id = "tcp.compare.sync",
    .mechanism = Mechanism::tcp,
    .sentence =
        "One writer and one reader per direction need no extra locking; two processes "
        "writing to one connection may interleave at any byte because TCP gives no "
        "PIPE_BUF-like promise.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "send()"}},
    .cheat_sheet = {"Compare/TCP/Sync"},
};

inline constexpr Rule compare_speed{
    .id = "tcp.compare.speed",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Loopback TCP latency and throughput are measured beside AF_UNIX and pipes; no "
        "ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Compare/TCP/Speed", "Practical/Unix domain"},
    .erratum = "'faster than TCP' is a measurement, not a rule",
};

inline constexpr Rule compare_scope{
    .id = "tcp.compare.scope",
    .mechanism = Mechanism::tcp,
    .sentence =
        "The same client code connects to 127.0.0.1 and to any other address configured "
        "on the host; a peer on another host is out of reach of a one-machine suite (a "
        "second network namespace may stand in).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"Compare/TCP/Scope"},
};

inline constexpr Rule code_sizeof_sends_array{
    .id = "tcp.code.sizeof-sends-array",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Write(fd,msg,sizeof(msg)) with msg an array sends the whole array including "
        "bytes after the terminating NUL; if msg is a pointer it sends only sizeof(char*) "
        "bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"TCP/Code/sizeof(msg), sizeof(reply)"},
    .erratum = "sizeof is the array size, not the message length",
};

inline constexpr Rule practical_concurrent_clients{
    .id = "tcp.practical.concurrent-clients",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A forking server that closes connfd in the parent serves two clients at once; if "
        "the parent keeps connfd the client sees no EOF after the child exits.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Practical/TCP"},
    .erratum =
        "row says TCP is 'used locally via AF_UNIX': AF_UNIX is another address family, "
        "not TCP",
};

inline constexpr std::array kRules{&socket_create,
                                   &bind_assigns_address,
                                   &bind_any_all_interfaces,
                                   &bind_specific_only,
                                   &htons_big_endian,
                                   &htons_omitted,
                                   &listen_nonblocking,
                                   &listen_passive,
                                   &listen_backlog_limit,
                                   &listen_queue_full,
                                   &listen_negative_backlog,
                                   &accept_blocks,
                                   &accept_new_fd,
                                   &accept_null_addr,
                                   &connect_initiates,
                                   &connect_before_accept,
                                   &connect_refused,
                                   &inet_addr_network_order,
                                   &inet_addr_error_ambiguous,
                                   &listener_keeps_listening,
                                   &listener_close_keeps_connections,
                                   &accept_sequential_order,
                                   &rw_like_pipe,
                                   &code_stream_no_boundaries,
                                   &code_server_close_time_wait,
                                   &code_unchecked_bind,
                                   &compare_two_way,
                                   &compare_no_filesystem,
                                   &compare_sync,
                                   &compare_speed,
                                   &compare_scope,
                                   &code_sizeof_sends_array,
                                   &practical_concurrent_clients};

}  // namespace ipcspec::spec::tcp
