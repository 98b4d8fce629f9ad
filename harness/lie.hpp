// How a lie is written: a function in the place of execute() for one operation.
//
//   op::Outcome eof_too_early(const op::Read& read, Worker& worker) { ... }
//   ... about<op::Read, eof_too_early> ...
#pragma once

#include <fcntl.h>

#include <span>
#include <utility>

#include "harness/execute.hpp"
#include "harness/lying_kernel.hpp"

namespace ipcspec::harness {

inline op::Outcome truth(const op::Op& op, Worker& worker) {
  return std::visit([&](const auto& one) { return execute(one, worker); },
                    static_cast<const op::OpVariant&>(op));
}

template <typename T, op::Outcome (*Lie)(const T&, Worker&)>
op::Outcome about(const op::Op& op, Worker& worker) {
  const T* one = std::get_if<T>(&op);
  return one == nullptr ? truth(op, worker) : Lie(*one, worker);
}

inline op::Outcome success(std::int64_t value = 0) { return {value, 0, {}, {}}; }
inline op::Outcome failure_of(int error) { return {-1, error, {}, {}}; }

// The call is not made and said to have been.
template <typename T>
op::Outcome not_done(const T&, Worker&) {
  return success();
}

// Another descriptor, out of everybody's way, for what a lie must not let go of.
inline constexpr int kHiddenFrom = 200;
inline int hide(int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, kHiddenFrom); }

// By mechanism, in lie_<mechanism>.cc.
std::span<const KernelLie> pipe_lies();
std::span<const KernelLie> fd_lies();
std::span<const KernelLie> fifo_lies();
std::span<const KernelLie> poll_lies();
std::span<const KernelLie> tcp_lies();
std::span<const KernelLie> unix_lies();
std::span<const KernelLie> shm_lies();
std::span<const KernelLie> sem_lies();
std::span<const KernelLie> mq_lies();
std::span<const KernelLie> signal_lies();
std::span<const KernelLie> proc_lies();

}  // namespace ipcspec::harness
