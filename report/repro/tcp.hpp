// Sockets of any family in C.
#pragma once

#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

inline constexpr std::string_view kNameBefore =
    "struct sockaddr_storage address; socklen_t size = sizeof address;";
inline constexpr std::string_view kNameAfter = "if (ok()) take_address(&address, size);";
inline constexpr std::string_view kAddressBefore =
    "struct sockaddr_storage address; socklen_t size = address_from($address, &address);";

inline constexpr CallForm kTcpForms[] = {
    {.operation = "socket", .call = "socket($family, $type, $protocol)"},
    {.operation = "bind",
     .call = "bind($fd, (struct sockaddr *)&address, size)",
     .before = kAddressBefore},
    {.operation = "bind_raw_port",
     .call = "bind($fd, (struct sockaddr *)&address, sizeof address)",
     .before = "struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = "
               "(in_port_t)$raw_port, .sin_addr = {htonl(INADDR_LOOPBACK)}};"},
    {.operation = "listen", .call = "listen($fd, $backlog)"},
    {.operation = "accept", .call = "accept($fd, NULL, NULL)", .when = "null_address=1"},
    {.operation = "accept",
     .call = "accept($fd, (struct sockaddr *)&address, &size)",
     .before = kNameBefore,
     .after = kNameAfter,
     .room = "256"},
    {.operation = "connect",
     .call = "connect($fd, (struct sockaddr *)&address, size)",
     .before = kAddressBefore},
    {.operation = "get_socket_name",
     .call = "getsockname($fd, (struct sockaddr *)&address, &size)",
     .before = kNameBefore,
     .after = kNameAfter,
     .room = "256"},
    {.operation = "get_peer_name",
     .call = "getpeername($fd, (struct sockaddr *)&address, &size)",
     .before = kNameBefore,
     .after = kNameAfter,
     .room = "256"},
    {.operation = "get_socket_option",
     .call = "getsockopt($fd, $level, $option, &setting, &size)",
     .before = "int setting = 0; socklen_t size = sizeof setting;",
     .value = "result < 0 ? result : setting"},
    {.operation = "set_socket_option",
     .call = "setsockopt($fd, $level, $option, &setting, sizeof setting)",
     .before = "int setting = (int)$setting;"},
    {.operation = "get_tcp_state",
     .call = "getsockopt($fd, IPPROTO_TCP, TCP_INFO, &info, &size)",
     .before = "struct tcp_info info = {0}; socklen_t size = sizeof info;",
     .after = "output(info.tcpi_unacked); output(info.tcpi_sacked);",
     .value = "result < 0 ? result : info.tcpi_state"},
    {.operation = "shutdown", .call = "shutdown($fd, $how)"},
    {.operation = "send", .call = "send($fd, $data, $data.size, $flags)"},
    {.operation = "receive",
     .call = "recv($fd, data, $size_bytes, $flags)",
     .before = "char *data = room($size_bytes);",
     .after = "take(data, result);",
     .room = "$size_bytes"},
    {.operation = "htons",
     .call = "htons((uint16_t)$number)",
     .after = "uint16_t number = (uint16_t)result; take(&number, sizeof number);",
     .room = "2"},
    {.operation = "ntohs", .call = "ntohs((uint16_t)$number)"},
    {.operation = "ntohs_of_htons", .call = "ntohs_of_htons()"},
    {.operation = "inet_addr",
     .call = "inet_addr($text)",
     .after = "in_addr_t address = (in_addr_t)result; take(&address, sizeof address);",
     .room = "4"},
    {.operation = "inet_pton",
     .call = "inet_pton(AF_INET, $text, &address)",
     .before = "struct in_addr address;",
     .after = "if (result == 1) take(&address, sizeof address);",
     .room = "4"},
};

inline constexpr CallForm kUnixForms[] = {
    {.operation = "socket_pair",
     .call = "socketpair(AF_UNIX, $type, 0, ends)",
     .before = "int ends[2] = {-1, -1};",
     .after = "if (ok()) { output(ends[0]); output(ends[1]); }"},
    {.operation = "send_descriptor", .call = "send_descriptor($fd, $data, $data.size, $passed)"},
    {.operation = "receive_descriptor",
     .call = "receive_descriptor($fd, $size_bytes)",
     .room = "$size_bytes"},
};

}  // namespace ipcspec::report::repro
