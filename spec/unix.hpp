// AF_UNIX sockets, as far as the cheat sheet speaks of them.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::unix {

inline constexpr Rule family_not_tcp{
    .id = "unix.family.not-tcp",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A stream socket of the family AF_UNIX is bound to a path and not to a port, and "
        "getsockname() returns the family AF_UNIX.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "<sys/un.h>"}, {"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"Practical/Unix domain", "Practical/TCP"},
    .erratum =
        "The row for TCP claims that TCP is used locally through AF_UNIX, which is a "
        "family of its own.",
};

inline constexpr Rule practical_bidirectional{
    .id = "unix.practical.bidirectional",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A connected pair of AF_UNIX stream sockets carries data both ways on one "
        "descriptor at each side.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socketpair()"}},
    .cheat_sheet = {"Short/1"},
};

inline constexpr Rule practical_fd_passing{
    .id = "unix.practical.fd-passing",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A process can hand an open descriptor to another over an AF_UNIX socket with "
        "SCM_RIGHTS, whereas a TCP connection passes none.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sendmsg()"}, {"POSIX.1-2017", "<sys/socket.h>"}},
    .cheat_sheet = {"Short/1", "Practical/Unix domain"},
};

inline constexpr Rule practical_speed{
    .id = "unix.practical.speed",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "The round-trip time of an AF_UNIX stream connection between two processes is "
        "measured beside that of loopback TCP while every byte arrives once and in order.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", "Practical Usage Today"}},
    .cheat_sheet = {"Practical/Unix domain"},
    .erratum = "Faster than TCP is a measurement and not a rule.",
};

inline constexpr Rule bind_creates_file{
    .id = "unix.bind.creates-file",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux bind() of an AF_UNIX socket to a pathname creates a file of type socket "
        "there, with mode 0777 without the bits set in the umask.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}, {"POSIX.1-2017", "bind()"}},
    .cheat_sheet = {"Compare/TCP/Filesystem"},
    .erratum =
        "The comparison says that sockets have no entry in the file system: an AF_UNIX "
        "socket bound to a pathname has one, and it outlives the socket.",
};

inline constexpr Rule socketpair_connected{
    .id = "unix.socketpair.connected",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A call socketpair() returns two connected sockets under the two lowest free descriptors, "
        "for streams, datagrams and sequenced packets.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socketpair()"}},
};

inline constexpr Rule bind_in_use{
    .id = "unix.bind.in-use",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A bind() to a pathname that exists, or to an address that another socket has, fails with "
        "EADDRINUSE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"}},
};

inline constexpr Rule connect_missing{
    .id = "unix.connect.missing",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A connect() to a path that does not exist fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_refused{
    .id = "unix.connect.refused",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A connect() to a socket file at which nobody listens, or to an abstract name that nobody "
        "has, fails with ECONNREFUSED.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_wrong_type{
    .id = "unix.connect.wrong-type",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A connect() to the path of a socket of another type fails with EPROTOTYPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_permission{
    .id = "unix.connect.permission",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux connect() needs write permission for the socket file.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule connect_queued{
    .id = "unix.connect.queued",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A connect() to a listening path returns 0 although nobody has called accept() yet.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "connect()"}},
};

inline constexpr Rule connect_backlog{
    .id = "unix.connect.backlog",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux one connection more than the backlog is queued; the next connect() waits, or "
        "fails with EAGAIN without blocking.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "connect(2)"}, {"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule open_enxio{
    .id = "unix.open.enxio",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux open() of a socket file fails with ENXIO.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "open(2)"}},
};

inline constexpr Rule listen_unbound{
    .id = "unix.listen.unbound",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux listen() on an AF_UNIX socket that is not bound, or is connected, fails with "
        "EINVAL.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "listen(2)"}, {"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule recv_data{
    .id = "unix.stream.order",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A stream delivers the bytes that were sent, in order, each once.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "read()"}},
};

inline constexpr Rule recv_takes_all{
    .id = "unix.stream.takes-all",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a receive from a stream takes all that is there, up to what was asked for.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule recv_blocks{
    .id = "unix.recv.blocks",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A receive from an empty socket waits while its peer is there and may still send.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_nonblock{
    .id = "unix.recv.nonblock",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A receive without blocking from an empty socket whose peer may still send fails with "
        "EAGAIN.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_wake_one{
    .id = "unix.recv.wake-one",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a datagram or packet that arrives wakes one of those that wait for it; when that "
        "one only peeks, the others stay asleep although it is still there.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/core/datagram.c"}, {"observed on Linux 6.18", ""}},
    .untestable = "A kernel that wakes more of them breaks no promise.",
};

inline constexpr Rule recv_peek{
    .id = "unix.recv.peek",
    .mechanism = Mechanism::unix_socket,
    .sentence = "With MSG_PEEK what is received stays in the queue.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule recv_waitall{
    .id = "unix.recv.waitall",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "With MSG_WAITALL a receive from a stream waits for as many bytes as it asked for, or the "
        "end.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule peer_close_eof{
    .id = "unix.stream.eof",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "When the peer of a stream was closed, or sends no more, what it had sent is received and "
        "then 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "close()"}},
};

inline constexpr Rule peer_close_unread{
    .id = "unix.stream.peer-close-unread",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux, when a stream's peer is closed with data that it had not read, a receive fails "
        "once with ECONNRESET after the data left.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}, {"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule packet_reset_first{
    .id = "unix.seqpacket.reset-first",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a sequenced-packet socket reports the reset by its peer before the packets left.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule send_epipe{
    .id = "unix.send.epipe",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A send on a connection whose peer is gone, or that was shut down for it, fails with "
        "EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_sigpipe{
    .id = "unix.send.sigpipe",
    .mechanism = Mechanism::unix_socket,
    .sentence = "With EPIPE the sender on a stream gets SIGPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_nosignal{
    .id = "unix.send.nosignal",
    .mechanism = Mechanism::unix_socket,
    .sentence = "With MSG_NOSIGNAL no SIGPIPE comes with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule packet_no_sigpipe{
    .id = "unix.seqpacket.no-sigpipe",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux no SIGPIPE comes with EPIPE on sockets of packets.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule send_whole{
    .id = "unix.send.whole",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A blocking send returns when all of the message was passed on, and says so.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_blocks{
    .id = "unix.send.blocks",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A blocking send waits while there is no room for the message.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_nonblock{
    .id = "unix.send.nonblock",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A send without blocking passes on what there is room for, or fails with EAGAIN when there "
        "is none.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule send_room{
    .id = "unix.send.room",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a message of up to 4096 bytes does not wait when nothing is in the peer's queue.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/core/sock.c"}},
};

inline constexpr Rule send_small_whole{
    .id = "unix.send.small-whole",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a message of up to 4096 bytes is in the queue of a stream as a whole or not at "
        "all.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule shut_rd_peer{
    .id = "unix.shutdown.rd-peer",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a send fails with EPIPE after the peer has called shutdown() with SHUT_RD.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule shut_wr{
    .id = "unix.shutdown.wr",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "After SHUT_WR a send fails, the peer gets what is left and then 0, and can still send.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}},
};

inline constexpr Rule shut_rd{
    .id = "unix.shutdown.rd",
    .mechanism = Mechanism::unix_socket,
    .sentence = "After SHUT_RD a receive from an empty socket returns 0.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "shutdown()"}},
};

inline constexpr Rule dgram_boundaries{
    .id = "unix.dgram.boundaries",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "Datagrams and packets are received one by one, each whole, also those of no bytes.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule dgram_truncation{
    .id = "unix.dgram.truncation",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "What of a datagram or packet does not fit into the buffer is lost, and recvmsg() says so "
        "with MSG_TRUNC.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "recvmsg()"}},
};

inline constexpr Rule dgram_real_length{
    .id = "unix.dgram.real-length",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux a receive with MSG_TRUNC returns the whole length of the datagram.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "recv(2)"}},
};

inline constexpr Rule dgram_too_big{
    .id = "unix.dgram.too-big",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A datagram that is too large to be passed at once fails with EMSGSIZE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}},
};

inline constexpr Rule dgram_peer_gone{
    .id = "unix.dgram.peer-gone",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux the first send to a datagram peer that was closed fails with ECONNREFUSED and "
        "the next with ENOTCONN.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule not_connected{
    .id = "unix.io.not-connected",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A send or a receive on a stream that is not connected fails, with ENOTCONN or on Linux "
        "with EINVAL for a receive.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "send()"}, {"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule rights_same_ofd{
    .id = "unix.rights.same-ofd",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A descriptor that was passed is a new lowest one for the same open file description.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recvmsg()"}, {"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule rights_bad_descriptor{
    .id = "unix.rights.bad-descriptor",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux passing a number that is no open descriptor fails with EBADF.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "sendmsg(2)"}},
};

inline constexpr Rule rights_needs_data{
    .id = "unix.rights.needs-data",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux a descriptor without a byte of data is not passed on a stream.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule rights_barrier{
    .id = "unix.rights.barrier",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a receive from a stream goes no further than the bytes with which a descriptor "
        "came.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}, {"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule rights_discarded{
    .id = "unix.rights.discarded",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A descriptor that comes with data received by read() or recv() is closed.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recvmsg()"}, {"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule names{
    .id = "unix.names",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "The names of a connection are the address that its listener was bound to and, for a "
        "socket that was not bound, none.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "getsockname()"}, {"POSIX.1-2017", "getpeername()"}},
};

inline constexpr Rule poll_states{
    .id = "unix.poll.states",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a connection polls POLLIN and POLLRDHUP when the peer sends no more, POLLHUP "
        "when both directions are closed, and POLLERR while an error waits.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}, {"Linux man-pages", "poll(2)"}},
};

inline constexpr Rule poll_readable{
    .id = "unix.poll.readable",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A socket polls POLLIN when a receive from it, or an accept(), would not wait.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

inline constexpr Rule poll_writable{
    .id = "unix.poll.writable",
    .mechanism = Mechanism::unix_socket,
    .sentence = "A connected socket polls POLLOUT when nothing is in the peer's queue.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "poll()"}},
};

// Rules beyond the cheat sheet by which the model judges traces.
inline constexpr std::array kModelRules{
    &socketpair_connected, &bind_in_use,        &connect_missing,   &connect_refused,
    &connect_wrong_type,   &connect_permission, &connect_queued,    &connect_backlog,
    &open_enxio,           &listen_unbound,     &recv_data,         &recv_takes_all,
    &recv_blocks,          &recv_nonblock,      &recv_wake_one,     &recv_peek,
    &recv_waitall,         &peer_close_eof,     &peer_close_unread, &packet_reset_first,
    &send_epipe,           &send_sigpipe,       &send_nosignal,     &packet_no_sigpipe,
    &send_whole,           &send_blocks,        &send_nonblock,     &send_room,
    &send_small_whole,     &shut_rd_peer,       &shut_wr,           &shut_rd,
    &dgram_boundaries,     &dgram_truncation,   &dgram_real_length, &dgram_too_big,
    &dgram_peer_gone,      &not_connected,      &rights_same_ofd,   &rights_bad_descriptor,
    &rights_needs_data,    &rights_barrier,     &rights_discarded,  &names,
    &poll_states,          &poll_readable,      &poll_writable};

inline constexpr Rule bind_file_outlives_socket{
    .id = "unix.bind.file-outlives-socket",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "The file that bind() made stays when the socket is closed, and its name can be bound "
        "again only after unlink().",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "bind()"},
                {"POSIX.1-2017", "unlink()"},
                {"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule connect_unlinked{
    .id = "unix.connect.unlinked-survives",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "unlink() of its path leaves a listener, the connections that it has queued and those that "
        "were accepted as they are, but connect() to the path fails with ENOENT.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "unlink()"},
                {"POSIX.1-2017", "connect()"},
                {"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule abstract_no_file{
    .id = "unix.abstract.no-file",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux an abstract name makes no file, leads others to the socket, and is free again "
        "when the last descriptor of the socket is closed.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule abstract_length{
    .id = "unix.abstract.length-significant",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux an abstract name goes on to the end of its address: connect() to the same name "
        "with a null byte more fails with ECONNREFUSED.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule stream_no_boundaries{
    .id = "unix.stream.no-boundaries",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A stream keeps no boundaries: one receive with MSG_WAITALL takes what two sends passed "
        "on, and what one send passed on is received in parts.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule listener_close_resets{
    .id = "unix.stream.listener-close-resets",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux close() of a listener resets the connections that it has queued: a receive fails "
        "once with ECONNRESET, a send with EPIPE.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}},
};

inline constexpr Rule dgram_zero_length{
    .id = "unix.dgram.zero-length",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a datagram of no bytes polls POLLIN and is received as 0, which is no end: the "
        "datagram after it follows, and then a receive waits.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "send(2)"}, {"Linux man-pages", "recv(2)"}},
};

inline constexpr Rule dgram_reliable_ordered{
    .id = "unix.dgram.reliable-ordered",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux every AF_UNIX datagram that was sent arrives, in the order in which they were "
        "sent, even when so many wait that there is no room for another.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule dgram_full_blocks{
    .id = "unix.dgram.full-blocks",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a send to a datagram peer that has no room waits until there is some, or fails "
        "with EAGAIN without blocking.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}, {"Linux man-pages", "send(2)"}},
};

inline constexpr Rule dgram_no_destination{
    .id = "unix.dgram.no-destination",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a write() or a send() without an address on a datagram socket that is not "
        "connected fails with ENOTCONN, where the standard has EDESTADDRREQ.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule packet_connection{
    .id = "unix.seqpacket.boundaries",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A connection of sequenced packets that connect() and accept() made delivers the packets "
        "in order, one to a receive, without what of one does not fit into the buffer.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socket()"}, {"POSIX.1-2017", "recv()"}},
};

inline constexpr Rule packet_eof{
    .id = "unix.seqpacket.eof",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "When the peer of a connection of sequenced packets was closed, the packets that it had "
        "sent are received and then 0, and a send fails with EPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "recv()"}, {"POSIX.1-2017", "send()"}},
};

inline constexpr Rule packet_no_eor{
    .id = "unix.seqpacket.msg-eor",
    .mechanism = Mechanism::unix_socket,
    .sentence = "On Linux recvmsg() does not mark the end of a packet with MSG_EOR.",
    .force = Force::linux_only,
    .sources = {{"Linux kernel", "net/unix/af_unix.c"}, {"observed on Linux 6.18", ""}},
};

inline constexpr Rule rights_in_flight{
    .id = "unix.rights.survives-sender",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a descriptor on its way keeps open what it refers to although its sender has "
        "closed it: a pipe whose write end is passed has no end-of-file, and the receiver can "
        "write to it.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule rights_queue_destroyed{
    .id = "unix.rights.queue-destroyed",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux close() of a socket closes the descriptors that wait in its queue: with a passed "
        "write end gone, the reader of the pipe gets end-of-file.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}},
};

inline constexpr Rule rights_cloexec{
    .id = "unix.rights.cloexec",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "On Linux a descriptor received without MSG_CMSG_CLOEXEC has FD_CLOEXEC clear, although "
        "its sender had set the flag for its own.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "recv(2)"}},
};

inline constexpr Rule seek_espipe{
    .id = "unix.seek.espipe",
    .mechanism = Mechanism::unix_socket,
    .sentence = "lseek() on a socket fails with ESPIPE.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "lseek()"}},
};

inline constexpr std::array kRules{&family_not_tcp,
                                   &practical_bidirectional,
                                   &practical_fd_passing,
                                   &practical_speed,
                                   &bind_creates_file,
                                   &bind_file_outlives_socket,
                                   &connect_unlinked,
                                   &abstract_no_file,
                                   &abstract_length,
                                   &stream_no_boundaries,
                                   &listener_close_resets,
                                   &dgram_zero_length,
                                   &dgram_reliable_ordered,
                                   &dgram_full_blocks,
                                   &dgram_no_destination,
                                   &packet_connection,
                                   &packet_eof,
                                   &packet_no_eor,
                                   &rights_in_flight,
                                   &rights_queue_destroyed,
                                   &rights_cloexec,
                                   &seek_espipe};

}  // namespace ipcspec::spec::unix
