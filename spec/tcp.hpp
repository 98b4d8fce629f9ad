// TCP over IPv4, on one host.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::tcp {

inline constexpr Rule socket_create{
    .id = "tcp.socket.create",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A call socket(AF_INET, SOCK_STREAM, 0) returns a descriptor whose option SO_TYPE "
        "is SOCK_STREAM.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"TCP/Syscalls/socket", "TCP/Flow/Server", "TCP/Flow/Client", "TCP/Code/socket"},
};

inline constexpr Rule bind_assigns_address{
    .id = "tcp.bind.assigns-address",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After bind() to an address and a port, getsockname() returns that address and "
        "port.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"POSIX.1-2017", "getsockname()"}},
    .cheat_sheet = {"TCP/Syscalls/bind", "TCP/Code/bind"},
};

inline constexpr Rule bind_any_all_interfaces{
    .id = "tcp.bind.any-all-interfaces",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A listener bound to INADDR_ANY accepts connections to 127.0.0.1 and to every "
        "other local IPv4 address, and the local address of an accepted socket is the one "
        "that its client dialled.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"TCP/Syscalls/bind"},
};

inline constexpr Rule bind_specific_only{
    .id = "tcp.bind.specific-only",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A listener bound to 127.0.0.1 does not serve 127.0.0.2: connect() to its port at "
        "that address fails with ECONNREFUSED.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"TCP/Syscalls/bind"},
};

inline constexpr Rule htons_big_endian{
    .id = "tcp.htons.big-endian",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On every host the value htons(0x1234) is stored as the byte 0x12 followed by the "
        "byte 0x34, and ntohs() undoes htons() for every 16-bit value.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "htons()"}},
    .cheat_sheet = {"TCP/Syscalls/htons"},
};

inline constexpr Rule htons_omitted{
    .id = "tcp.htons.omitted",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On a little-endian host bind() with a port that was not passed through htons() "
        "binds the port with its two bytes swapped, as getsockname() shows.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "htons()"}, {"POSIX.1-2017", "<netinet/in.h>"}},
    .cheat_sheet = {"TCP/Syscalls/htons"},
};

inline constexpr Rule listen_nonblocking{
    .id = "tcp.listen.nonblocking",
    .mechanism = Mechanism::tcp,
    .sentence = "A call to listen() returns 0 at once although no client is there.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}},
    .cheat_sheet = {"TCP/Syscalls/listen", "TCP/Code/listen"},
};

inline constexpr Rule listen_passive{
    .id = "tcp.listen.passive",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After listen() the option SO_ACCEPTCONN reads 1, read() on the socket fails with "
        "ENOTCONN, and connect() from it fails, on Linux with EISCONN.",
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
        "On Linux backlog+1 connections, with the backlog capped by net.core.somaxconn, "
        "are completed and queued as long as nobody calls accept().",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "listen(2)"},
                {"observed on Linux 6.18", ""},
                {"POSIX.1-2017", "listen()"}},
    .cheat_sheet = {"TCP/Syscalls/listen", "TCP/Code/listen"},
    .erratum =
        "The backlog is a hint and not the exact maximum: Linux queues one connection "
        "more.",
};

inline constexpr Rule listen_queue_full{
    .id = "tcp.listen.queue-full",
    .mechanism = Mechanism::tcp,
    .sentence =
        "When the accept queue is full and tcp_abort_on_overflow is 0, a further blocking "
        "connect() on Linux is not refused but waits until accept() makes room.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule listen_negative_backlog{
    .id = "tcp.listen.negative-backlog",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux a negative backlog allows as many queued connections as "
        "net.core.somaxconn does, where POSIX has it act as 0.",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "listen()"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Syscalls/listen"},
};

inline constexpr Rule accept_blocks{
    .id = "tcp.accept.blocks",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A blocking accept() on a listener with an empty queue waits until a client "
        "connects.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept"},
};

inline constexpr Rule accept_new_fd{
    .id = "tcp.accept.new-fd",
    .mechanism = Mechanism::tcp,
    .sentence =
        "The descriptor returned by accept() is a new one, its local port is that of the "
        "listener, and its peer is the client.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept", "TCP/Code/accept"},
};

inline constexpr Rule accept_null_addr{
    .id = "tcp.accept.null-addr",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A call to accept() with null pointers for address and length takes a connection "
        "as usual and stores no address.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Syscalls/accept", "TCP/Code/accept"},
};

inline constexpr Rule connect_initiates{
    .id = "tcp.connect.initiates",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connect() to a listening address returns 0, and then getpeername() at each end "
        "names the address that getsockname() gives at the other.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect", "TCP/Flow/Client", "TCP/Code/client connect"},
};

inline constexpr Rule connect_before_accept{
    .id = "tcp.connect.before-accept",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connect() returns 0 and the client can send before the server has called "
        "accept(), and the socket accepted later delivers that data.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}, {"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect"},
    .erratum =
        "The sheet says that connect() blocks until the connection is established: that "
        "is when the kernel has queued it, not when accept() has returned.",
};

inline constexpr Rule connect_refused{
    .id = "tcp.connect.refused",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connect() to a port of this host on which nothing listens fails at once with "
        "ECONNREFUSED, also when a socket is bound to the port but does not listen.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
    .cheat_sheet = {"TCP/Syscalls/connect"},
};

inline constexpr Rule inet_addr_network_order{
    .id = "tcp.inet-addr.network-order",
    .mechanism = Mechanism::tcp,
    .sentence =
        "For the text 127.0.0.1 inet_addr() returns the same value as "
        "htonl(INADDR_LOOPBACK).",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "inet_addr()"}},
    .cheat_sheet = {"TCP/Syscalls/inet_addr"},
};

inline constexpr Rule inet_addr_error_ambiguous{
    .id = "tcp.inet-addr.error-ambiguous",
    .mechanism = Mechanism::tcp,
    .sentence =
        "For malformed text inet_addr() returns (in_addr_t)-1, the same value as for "
        "255.255.255.255, whereas inet_pton() returns 0 for the one and 1 for the other.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "inet_addr()"}, {"POSIX.1-2017", "inet_pton()"}},
    .cheat_sheet = {"TCP/Syscalls/inet_addr"},
    .erratum =
        "The sheet does not name the failure value, which is also a valid address: "
        "inet_pton() tells the two apart.",
};

inline constexpr Rule listener_keeps_listening{
    .id = "tcp.listener.keeps-listening",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After accept() the listener goes on to accept further clients, and closing a "
        "connection does not affect it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/1"},
};

inline constexpr Rule listener_close_keeps_connections{
    .id = "tcp.listener.close-keeps-connections",
    .mechanism = Mechanism::tcp,
    .sentence = "Closing the listener leaves connections that were already accepted fully usable.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "close()"}, {"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/1", "TCP/Code/server close"},
};

inline constexpr Rule accept_sequential_order{
    .id = "tcp.accept.sequential-order",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A server that calls accept() in a loop gets its clients in the order in which "
        "they connected, while those not yet accepted are connected but unanswered.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
    .cheat_sheet = {"TCP/Notes/2"},
};

inline constexpr Rule rw_like_pipe{
    .id = "tcp.rw.like-pipe",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On a connected TCP socket read() and write() block, return short, reach "
        "end-of-file and raise SIGPIPE as on a pipe, but in both directions on the one "
        "descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "read()"}, {"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"TCP/Notes/3", "TCP/Code/client close"},
    .erratum =
        "The sheet says that read() and write() work as on a pipe: a socket gives no "
        "PIPE_BUF guarantee, can fail with ECONNRESET, and carries data both ways.",
};

inline constexpr Rule code_stream_no_boundaries{
    .id = "tcp.code.stream-no-boundaries",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A TCP connection keeps the sequence of bytes but not the writes: two writes can "
        "come out of one read(), and one write can need several.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
    .cheat_sheet = {"TCP/Code/server read", "TCP/Code/client read", "TCP/Code/server write",
                    "TCP/Code/client write"},
    .erratum = "The sample takes one read() for one message.",
};

inline constexpr Rule code_server_close_time_wait{
    .id = "tcp.code.server-close-time-wait",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux, after the server has closed a connection first, bind() of its port "
        "without SO_REUSEADDR fails with EADDRINUSE while the connection is in TIME_WAIT.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"},
                {"Linux man-pages", "socket(7)"},
                {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Code/server close"},
    .erratum =
        "The sample does not set SO_REUSEADDR, so that a restarted server may be unable "
        "to bind; Linux wants the option on the old listener and on the new one.",
};

inline constexpr Rule code_unchecked_bind{
    .id = "tcp.code.unchecked-bind",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux listen() on a socket whose bind() failed succeeds with an ephemeral "
        "port of all addresses, so that connect() to the intended port fails with "
        "ECONNREFUSED unless someone else listens there.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "ip(7)"}, {"observed on Linux 6.18", ""}},
    .cheat_sheet = {"TCP/Code/bind"},
    .erratum = "The sample checks no result.",
};

inline constexpr Rule compare_two_way{
    .id = "tcp.compare.two-way",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Both ends of one TCP connection can send and receive at the same time, each on "
        "its one descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"Compare/TCP/Direction"},
};

inline constexpr Rule compare_no_filesystem{
    .id = "tcp.compare.no-filesystem",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Creating, binding and connecting TCP sockets adds no directory entry: their name "
        "is an address with a port.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}},
    .cheat_sheet = {"Compare/TCP/Filesystem"},
    .erratum =
        "The row is about TCP only: an AF_UNIX socket bound to a pathname does appear in "
        "the file system.",
};

inline constexpr Rule compare_sync{
    .id = "tcp.compare.sync",
    .mechanism = Mechanism::tcp,
    .sentence =
        "With one writer and one reader in each direction a TCP connection needs no lock "
        "to deliver every byte in order, while the bytes of two processes that write to "
        "the same connection may be mixed anywhere.",
    .force = Force::posix_unspecified,
    .sources = {{"POSIX.1-2017", "send()"}},
    .cheat_sheet = {"Compare/TCP/Sync"},
    .erratum =
        "That no synchronisation is needed does not hold for several writers on one "
        "connection: TCP has nothing like PIPE_BUF.",
};

inline constexpr Rule compare_speed{
    .id = "tcp.compare.speed",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Throughput and latency of a loopback TCP connection between two processes are "
        "measured while every byte arrives once and in order.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "IPC Comparison"}},
    .cheat_sheet = {"Compare/TCP/Speed", "Practical/Unix domain"},
    .erratum = "Moderate is a measurement and not a rule.",
};

inline constexpr Rule compare_scope{
    .id = "tcp.compare.scope",
    .mechanism = Mechanism::tcp,
    .sentence =
        "One and the same client code reaches a server through 127.0.0.1 and through "
        "every other IPv4 address configured on the host.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}, {"Linux man-pages", "ip(7)"}},
    .cheat_sheet = {"Compare/TCP/Scope"},
};

inline constexpr Rule code_sizeof_sends_array{
    .id = "tcp.code.sizeof-sends-array",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A write() of sizeof(msg) bytes sends all of an array msg, the bytes after the "
        "terminating null included, but only as many bytes as a pointer has if msg is a "
        "pointer.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "write()"}},
    .cheat_sheet = {"TCP/Code/server write", "TCP/Code/client write"},
    .erratum =
        "In the sample sizeof gives the size of the array and not the length of the "
        "message.",
};

inline constexpr Rule practical_concurrent_clients{
    .id = "tcp.practical.concurrent-clients",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A server that forks a child for each connection and closes its own copy serves "
        "two clients at once, while a copy that it leaves open withholds end-of-file from "
        "the client after the child has exited.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "fork()"}, {"POSIX.1-2017", "close()"}},
    .cheat_sheet = {"Practical/TCP"},
    .erratum =
        "The row says that TCP is used locally through AF_UNIX: AF_UNIX is another "
        "address family and not TCP.",
};

inline constexpr Rule socket_errors{
    .id = "tcp.socket.errors",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A socket() of an unknown family, type or protocol fails with EAFNOSUPPORT, EINVAL, "
        "EPROTOTYPE or EPROTONOSUPPORT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}},
};

inline constexpr Rule socket_flags{
    .id = "tcp.socket.flags",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux SOCK_NONBLOCK and SOCK_CLOEXEC in the type of a new socket set O_NONBLOCK and "
        "FD_CLOEXEC.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "socket(2)"}},
};

inline constexpr Rule not_a_socket{
    .id = "tcp.call.not-a-socket",
    .mechanism = Mechanism::tcp,
    .sentence = "Calls about sockets fail with ENOTSOCK on any other descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule bad_descriptor{
    .id = "tcp.call.bad-descriptor",
    .mechanism = Mechanism::tcp,
    .sentence = "Calls about sockets fail with EBADF on a number that is no open descriptor.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule stream_only{
    .id = "tcp.listen.stream-only",
    .mechanism = Mechanism::tcp,
    .sentence = "listen() and accept() fail with EOPNOTSUPP on a socket of datagrams.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}, {"POSIX.1-2017", "accept()"}},
};

inline constexpr Rule bind_family{
    .id = "tcp.bind.family",
    .mechanism = Mechanism::tcp,
    .sentence =
        "An address of another family than the socket's is refused with EAFNOSUPPORT or EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}, {"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule bind_ephemeral{
    .id = "tcp.bind.ephemeral",
    .mechanism = Mechanism::tcp,
    .sentence = "Port 0, or no bind(), gives a port that no other socket here is bound to.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}, {"Linux man-pages", "ip(7)"}},
};

inline constexpr Rule bind_in_use{
    .id = "tcp.bind.in-use",
    .mechanism = Mechanism::tcp,
    .sentence = "A bind() to a port that another socket is bound to fails with EADDRINUSE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}},
};

inline constexpr Rule bind_reuse{
    .id = "tcp.bind.reuse-listener",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux two sockets with SO_REUSEADDR share an address as long as neither listens, and "
        "only one of them can listen.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "socket(7)"}},
};

inline constexpr Rule bind_twice{
    .id = "tcp.bind.twice",
    .mechanism = Mechanism::tcp,
    .sentence = "A bind() of a socket that is bound already fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}},
};

inline constexpr Rule listen_connected{
    .id = "tcp.listen.connected",
    .mechanism = Mechanism::tcp,
    .sentence = "A listen() on a connected socket fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "listen()"}},
};

inline constexpr Rule accept_not_listening{
    .id = "tcp.accept.not-listening",
    .mechanism = Mechanism::tcp,
    .sentence = "An accept() on a socket that does not listen fails with EINVAL.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
};

inline constexpr Rule accept_nonblock{
    .id = "tcp.accept.nonblock",
    .mechanism = Mechanism::tcp,
    .sentence = "An accept() without blocking and without a client fails with EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "accept()"}},
};

inline constexpr Rule connect_nonblock{
    .id = "tcp.connect.nonblock",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connect() without blocking that is not finished at once fails with EINPROGRESS and goes "
        "on.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_nonblock_linux{
    .id = "tcp.connect.nonblock-always",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux a connect() without blocking never finishes at once, not even on one host.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/ipv4/af_inet.c"}},
};

inline constexpr Rule connect_again{
    .id = "tcp.connect.again",
    .mechanism = Mechanism::tcp,
    .sentence = "A connect() on a connected socket fails with EISCONN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_again_late{
    .id = "tcp.connect.again-late",
    .mechanism = Mechanism::tcp,
    .sentence = "On Linux the first connect() after one that went on in the background returns 0.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/ipv4/af_inet.c"}},
};

inline constexpr Rule recv_data{
    .id = "tcp.recv.order",
    .mechanism = Mechanism::tcp,
    .sentence = "A connection delivers the bytes that were sent, in order, each once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_blocks{
    .id = "tcp.recv.blocks",
    .mechanism = Mechanism::tcp,
    .sentence = "A receive waits while nothing has arrived and the peer may still send.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_nonblock{
    .id = "tcp.recv.nonblock",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A receive without blocking fails with EAGAIN while nothing has arrived and the peer may "
        "still send.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_eof{
    .id = "tcp.recv.eof",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After all that the peer sent before it closed, or shut down, its side, a receive returns "
        "0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"},
                {"POSIX.1-2017", "shutdown()"},
                {"POSIX.1-2017", "close()"}},
};

inline constexpr Rule recv_shut_rd{
    .id = "tcp.shutdown.rd",
    .mechanism = Mechanism::tcp,
    .sentence = "After SHUT_RD a receive for which there is nothing returns 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}},
};

inline constexpr Rule close_unread_rst{
    .id = "tcp.close.unread-data-rst",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux closing a connection with unread data resets it: the peer gets the data left and "
        "then ECONNRESET once.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"}, {"Linux kernel", "net/ipv4/tcp.c"}},
};

inline constexpr Rule send_after_close{
    .id = "tcp.epipe.first-write",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A send after the peer has closed its socket still succeeds, since the peer's host only "
        "answers it with a reset.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}, {"POSIX.1-2017", "close()"}},
};

inline constexpr Rule send_epipe{
    .id = "tcp.epipe.second-write",
    .mechanism = Mechanism::tcp,
    .sentence = "After the reset a send fails with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_reset{
    .id = "tcp.send.reset",
    .mechanism = Mechanism::tcp,
    .sentence = "A send on a connection that the peer has reset fails with ECONNRESET, once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_sigpipe{
    .id = "tcp.send.sigpipe",
    .mechanism = Mechanism::tcp,
    .sentence = "With EPIPE the sender gets SIGPIPE, unless MSG_NOSIGNAL was given.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_shut_wr{
    .id = "tcp.shutdown.write-after",
    .mechanism = Mechanism::tcp,
    .sentence = "After SHUT_WR a send fails with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_whole{
    .id = "tcp.send.whole",
    .mechanism = Mechanism::tcp,
    .sentence = "A blocking send returns when it has taken over all of the data, and says so.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_blocks{
    .id = "tcp.send.blocks",
    .mechanism = Mechanism::tcp,
    .sentence = "A blocking send waits while there is no room.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_nonblock{
    .id = "tcp.send.nonblock",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A send without blocking takes over what there is room for, or fails with EAGAIN when "
        "there is none.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_room{
    .id = "tcp.send.room",
    .mechanism = Mechanism::tcp,
    .sentence = "On Linux up to 4096 bytes do not wait when nothing is in the peer's queue.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/core/stream.c"}},
};

inline constexpr Rule not_connected{
    .id = "tcp.io.not-connected",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On a socket that was never connected a receive fails with ENOTCONN, and a send with "
        "ENOTCONN or on Linux with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule shutdown_not_connected{
    .id = "tcp.shutdown.not-connected",
    .mechanism = Mechanism::tcp,
    .sentence = "A shutdown() of a socket that is not connected fails with ENOTCONN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}},
};

inline constexpr Rule peername_not_connected{
    .id = "tcp.name.not-connected",
    .mechanism = Mechanism::tcp,
    .sentence = "A getpeername() on a socket that is not connected fails with ENOTCONN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "getpeername()"}},
};

inline constexpr Rule option_error{
    .id = "tcp.option.error",
    .mechanism = Mechanism::tcp,
    .sentence = "SO_ERROR tells the error that is waiting, and clears it.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "getsockopt()"}},
};

inline constexpr Rule option_values{
    .id = "tcp.option.values",
    .mechanism = Mechanism::tcp,
    .sentence =
        "SO_REUSEADDR reads as it was set, SO_TYPE as the type and SO_ACCEPTCONN as whether the "
        "socket listens.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "getsockopt()"}, {"POSIX.1-2017", "setsockopt()"}},
};

inline constexpr Rule listener_state{
    .id = "tcp.listen.state",
    .mechanism = Mechanism::tcp,
    .sentence = "On Linux TCP_INFO of a listener tells how many connections are waiting.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "tcp(7)"}},
};

inline constexpr Rule poll_states{
    .id = "tcp.poll.states",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux a connection polls POLLIN and POLLRDHUP after the peer's end-of-file, POLLHUP "
        "when both directions are closed or it was never connected, and POLLERR while an error "
        "waits.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "poll(2)"}, {"Linux kernel", "net/ipv4/tcp.c"}},
};

inline constexpr Rule poll_readable{
    .id = "tcp.poll.readable",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connection polls POLLIN when data has arrived, and a listener when a client is waiting.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule poll_writable{
    .id = "tcp.poll.writable",
    .mechanism = Mechanism::tcp,
    .sentence = "A connection polls POLLOUT when nothing is in the peer's queue.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule bind_reuse_time_wait{
    .id = "tcp.bind.reuseaddr-time-wait",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux bind() of a port with a connection in TIME_WAIT succeeds when SO_REUSEADDR is "
        "set on the new socket and was set on the old listener, and fails with EADDRINUSE when "
        "either lacks it.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "socket(7)"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule accept_flags{
    .id = "tcp.accept.flags-not-inherited",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux a descriptor from accept() has O_NONBLOCK and FD_CLOEXEC clear although both "
        "are set on the listener.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "accept(2)"}},
};

inline constexpr Rule connect_nonblock_refused{
    .id = "tcp.connect.nonblock-refused",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A connect() that went on in the background and is refused makes the socket poll "
        "POLLOUT, and SO_ERROR tells ECONNREFUSED once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"},
                {"POSIX.1-2017", "getsockopt()"},
                {"observed on Linux 6.18", ""}},
};

inline constexpr Rule shutdown_half_close{
    .id = "tcp.shutdown.half-close",
    .mechanism = Mechanism::tcp,
    .sentence =
        "After SHUT_WR the peer receives what was sent and then 0, but can still send, and the "
        "side that was shut down still receives.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}},
};

inline constexpr Rule shutdown_affects_dups{
    .id = "tcp.shutdown.affects-dups",
    .mechanism = Mechanism::tcp,
    .sentence =
        "Unlike close() a shutdown() is of the connection and not of the descriptor: the peer "
        "gets end-of-file although a copy and a child have it open, and a send through either "
        "fails with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}, {"POSIX.1-2017", "close()"}},
};

inline constexpr Rule shutdown_rd_late{
    .id = "tcp.shutdown.rd-linux",
    .mechanism = Mechanism::tcp,
    .sentence = "On Linux what the peer sends after SHUT_RD still arrives and can be read.",
    .force = Force::linux_only,
    .sources = {{"POSIX.1-2017", "shutdown()"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule shutdown_wakes_accept{
    .id = "tcp.shutdown.wakes-accept",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux shutdown() of a listener with SHUT_RDWR makes an accept() that waits fail with "
        "EINVAL.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/ipv4/af_inet.c"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule close_listener_resets{
    .id = "tcp.close.listener-resets-pending",
    .mechanism = Mechanism::tcp,
    .sentence =
        "On Linux closing a listener resets the connections that wait in its queue: a read() of "
        "their clients fails with ECONNRESET.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/ipv4/inet_connection_sock.c"},
                {"observed on Linux 6.18", ""}},
};

inline constexpr Rule recv_waitall_peek{
    .id = "tcp.recv.waitall-peek",
    .mechanism = Mechanism::tcp,
    .sentence =
        "A recv() with MSG_PEEK takes nothing away, and one with MSG_WAITALL waits for all that "
        "it asks for unless the peer's side ends before.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
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
                                   &practical_concurrent_clients,
                                   &bind_reuse_time_wait,
                                   &accept_flags,
                                   &connect_nonblock_refused,
                                   &shutdown_half_close,
                                   &shutdown_affects_dups,
                                   &shutdown_rd_late,
                                   &shutdown_wakes_accept,
                                   &close_listener_resets,
                                   &recv_waitall_peek};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{&socket_errors,
                                        &socket_flags,
                                        &not_a_socket,
                                        &bad_descriptor,
                                        &stream_only,
                                        &bind_family,
                                        &bind_ephemeral,
                                        &bind_in_use,
                                        &bind_reuse,
                                        &bind_twice,
                                        &listen_connected,
                                        &accept_not_listening,
                                        &accept_nonblock,
                                        &connect_nonblock,
                                        &connect_nonblock_linux,
                                        &connect_again,
                                        &connect_again_late,
                                        &recv_data,
                                        &recv_blocks,
                                        &recv_nonblock,
                                        &recv_eof,
                                        &recv_shut_rd,
                                        &close_unread_rst,
                                        &send_after_close,
                                        &send_epipe,
                                        &send_reset,
                                        &send_sigpipe,
                                        &send_shut_wr,
                                        &send_whole,
                                        &send_blocks,
                                        &send_nonblock,
                                        &send_room,
                                        &not_connected,
                                        &shutdown_not_connected,
                                        &peername_not_connected,
                                        &option_error,
                                        &option_values,
                                        &listener_state,
                                        &poll_states,
                                        &poll_readable,
                                        &poll_writable};

}  // namespace ipcspec::spec::tcp
