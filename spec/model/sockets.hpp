// What the files about sockets share: socket.cc (calls of any family), stream.cc and packet.cc
// (transfer), tcp.cc and unix.cc (what differs between the families).
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "spec/model/actor.hpp"
#include "spec/model/parts.hpp"

namespace ipcspec::spec {

// A message of so many bytes finds room whenever nothing else waits; how much else fits is a
// matter of accounting that no rule fixes.
inline constexpr std::size_t kSmallBytes = 4096;

// The error of a socket that may have been reset, or not.
inline constexpr int kMaybeReset = -1;

inline bool is_unix(const Socket& socket) { return socket.family == AF_UNIX; }
inline bool is_tcp(const Socket& socket) {
  return socket.family == AF_INET && socket.type == SOCK_STREAM;
}
inline bool is_stream(const Socket& socket) { return socket.type == SOCK_STREAM; }

// TCP: both sides have said that they send no more.
inline bool is_finished(const Socket& socket) { return socket.ended && socket.write_shut; }

struct Receiving {
  std::uint64_t size_bytes = 0;
  int flags = 0;
  bool takes_descriptor = false;
};

struct Sending {
  std::string_view data;
  int flags = 0;
  Index passed = kNone;
};

void receive(const Receiving& wanted, const Description& description, Actor& k);
void send(const Sending& sending, const Description& description, Actor& k);

// stream.cc and packet.cc
void receive_stream(const Receiving& wanted, bool blocking, Index index, Actor& k);
void send_stream(const Sending& sending, bool blocking, Index index, Actor& k);
void receive_packet(const Receiving& wanted, bool blocking, Index index, Actor& k);
void send_packet(const Sending& sending, bool blocking, Index index, Actor& k);
// What a call that is under way may have put into the queue besides.
std::size_t bytes_under_way(const Socket& socket, const Actor& k);
// The receiver gets descriptors that came with the data, or they are closed. Their numbers.
int hand_over(State& state, Index passed, bool takes_descriptor, Actor& k);
// A failure with EPIPE, and its signal where one comes.
State* fail_with_epipe(const Sending& sending, const Rule& rule, bool signals, Actor& k);

// An address as the operations write it.
struct ParsedAddress {
  int family = AF_UNSPEC;  // AF_UNSPEC: it is none
  SocketAddress address;
};
ParsedAddress parsed(const std::string& text);

Index add_socket(State& state, Socket socket);
// The server's end of a new connection, which waits in the listener's queue.
void add_connection(State& state, Index client, Index listener);
// A new description and descriptor for it.
void open_socket(State& state, Index who, Index socket, int number, int flags);

// The parts that differ by family.
void bind_tcp(const ParsedAddress& address, Index index, Actor& k);
void bind_unix(const ParsedAddress& address, Index index, Actor& k);
void connect_tcp(const ParsedAddress& address, bool blocking, Index index, Actor& k);
void connect_unix(const ParsedAddress& address, bool blocking, Index index, Actor& k);
void shut_tcp(bool reading, bool writing, Index index, Actor& k);
void shut_unix(bool reading, bool writing, Index index, Actor& k);
void release_tcp(State& state, Index index);
void release_unix(State& state, Index index);
// The connection is gone because of the other side.
void reset_tcp(State& state, Index index);
void drop_waiting(State& state, Index listener);
Readiness tcp_readiness(const Socket& socket, Actor& k);
// Whether another socket here keeps this one from an address.
bool is_taken(const State& state, Index index, const SocketAddress& address, Actor& k);

}  // namespace ipcspec::spec
