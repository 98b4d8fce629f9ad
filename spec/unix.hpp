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

inline constexpr std::array kRules{&family_not_tcp, &practical_bidirectional, &practical_fd_passing,
                                   &practical_speed, &bind_creates_file};

}  // namespace ipcspec::spec::unix
