#include "harness/lying_kernel.hpp"

#include "harness/lie.hpp"

namespace ipcspec::harness {

std::vector<const KernelLie*> kernel_lies() {
  std::vector<const KernelLie*> all;
  for (const auto list : {pipe_lies(), fd_lies(), fifo_lies(), poll_lies(), tcp_lies(), unix_lies(),
                          shm_lies(), sem_lies(), mq_lies(), signal_lies(), proc_lies()}) {
    for (const KernelLie& lie : list) all.push_back(&lie);
  }
  return all;
}

}  // namespace ipcspec::harness
