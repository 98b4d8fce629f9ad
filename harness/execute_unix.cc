#include <sys/socket.h>

#include <cstring>
#include <string>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::SocketPair& op, Worker&) {
  int ends[2] = {-1, -1};
  op::Outcome outcome = outcome_of(::socketpair(AF_UNIX, op.type.value, 0, ends));
  if (outcome.value == 0) outcome.outputs = {ends[0], ends[1]};
  return outcome;
}

op::Outcome execute(const op::SendDescriptor& op, Worker&) {
  iovec data{const_cast<char*>(op.data.data()), op.data.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &op.passed.number, sizeof(int));
  return outcome_of(::sendmsg(op.fd.number, &message, 0));
}

op::Outcome execute(const op::ReceiveDescriptor& op, Worker&) {
  std::string buffer(op.size_bytes, '\0');
  iovec data{buffer.data(), buffer.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  op::Outcome outcome = outcome_of(::recvmsg(op.fd.number, &message, 0));
  if (outcome.value < 0) return outcome;
  outcome.data = buffer.substr(0, static_cast<std::size_t>(outcome.value));
  int received = -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
  }
  outcome.outputs = {received, message.msg_flags};
  return outcome;
}

}  // namespace ipcspec::harness
