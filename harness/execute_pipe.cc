#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

#include "harness/execute.hpp"

namespace ipcspec::harness {

op::Outcome execute(const op::MakePipe& op, Worker&) {
  int ends[2] = {-1, -1};
  // pipe() and pipe2() are different system calls; a rule about one must reach that one.
  const int result = op.flags.value == 0 ? ::pipe(ends) : ::pipe2(ends, op.flags.value);
  op::Outcome outcome = outcome_of(result);
  if (result == 0) outcome.outputs = {ends[0], ends[1]};
  return outcome;
}

op::Outcome execute(const op::Read& op, Worker&) {
  std::string buffer(op.size_bytes, '\0');
  op::Outcome outcome = outcome_of(::read(op.fd.number, buffer.data(), op.size_bytes));
  buffer.resize(outcome.value > 0 ? static_cast<std::size_t>(outcome.value) : 0);
  outcome.data = std::move(buffer);
  return outcome;
}

op::Outcome execute(const op::Write& op, Worker&) {
  return outcome_of(::write(op.fd.number, op.data.data(), op.data.size()));
}

op::Outcome execute(const op::WriteRecords& op, Worker&) {
  const std::string record(op.size_bytes, static_cast<char>(op.byte));
  std::int64_t written = 0;
  for (std::uint64_t i = 0; i < op.count; ++i) {
    if (::write(op.fd.number, record.data(), record.size()) != static_cast<ssize_t>(record.size()))
      break;
    ++written;
  }
  return outcome_of(written);
}

op::Outcome execute(const op::BytesReadable& op, Worker&) {
  int bytes = 0;
  const int result = ::ioctl(op.fd.number, FIONREAD, &bytes);
  return outcome_of(result < 0 ? result : bytes);
}

op::Outcome execute(const op::GetPipeSize& op, Worker&) {
  return outcome_of(::fcntl(op.fd.number, F_GETPIPE_SZ));
}

op::Outcome execute(const op::GetPipeBuf& op, Worker&) {
  return outcome_of(::fpathconf(op.fd.number, _PC_PIPE_BUF));
}

}  // namespace ipcspec::harness
