// The rules of the cheat sheet about unix.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::unix {

inline constexpr Rule family_not_tcp{
    .id = "unix.family.not-tcp",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "AF_UNIX is a separate family: socket(AF_UNIX,SOCK_STREAM,0) uses no ports and "
        "getsockname() returns sa_family AF_UNIX.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sys/un.h"}, {"POSIX.1-2017", "socket()"}},
    .cheat_sheet = {"Practical/Unix domain", "Practical/TCP"},
    .erratum = "TCP row claims TCP is used locally 'via AF_UNIX'",
};

inline constexpr Rule practical_bidirectional{
    .id = "unix.practical.bidirectional",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "A connected AF_UNIX stream pair carries data both ways on one descriptor per "
        "side.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "socketpair()"}},
    .cheat_sheet = {"Short/1"},
};

inline constexpr Rule practical_fd_passing{
    .id = "unix.practical.fd-passing",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "One process can hand an open descriptor to another over AF_UNIX with SCM_RIGHTS, "
        "which TCP cannot.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "sendmsg()"}, {"POSIX.1-2017", "sys/socket.h"}},
    .cheat_sheet = {"Short/1", "Practical/Unix domain"},
};

inline constexpr Rule practical_speed{
    .id = "unix.practical.speed",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "AF_UNIX stream round-trip time is measured beside loopback TCP and reported; no "
        "ordering is asserted.",
    .force = Force::convention,
    .sources = {{"Linux IPC Cheat Sheet", ""}},
    .cheat_sheet = {"Practical/Unix domain"},
    .erratum = "'faster than TCP' is unqualified",
};

inline constexpr Rule bind_creates_file{
    .id = "unix.bind.creates-file",
    .mechanism = Mechanism::unix_socket,
    .sentence =
        "Bind() to a pathname creates an entry of type S_ISSOCK with mode 0777 & ~umask "
        "on Linux.",
    .force = Force::linux_only,
    .sources = {{"Linux man-pages", "unix(7)"}, {"POSIX.1-2017", "bind()"}},
    .cheat_sheet = {"Compare/TCP/Filesystem"},
    .erratum = "Filesystem 'No' in the Socket row is false for AF_UNIX pathnames",
};

inline constexpr std::array kRules{&family_not_tcp, &practical_bidirectional, &practical_fd_passing,
                                   &practical_speed, &bind_creates_file};

}  // namespace ipcspec::spec::unix
