// Kernels that lie: the calls of all workers are mis-executed, or their answers changed, as a
// kernel would that breaks one promise. Who judges traces must convict each of them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/worker.hpp"

namespace ipcspec::harness {

struct KernelLie {
  std::string_view name;        // "pipe.eof-early"
  std::string_view mechanisms;  // whose calls show it, separated by spaces: "pipe fd"
  std::string_view sentence;    // what such a kernel does
  Interposer tell;
};

// In the order of the mechanisms.
std::vector<const KernelLie*> kernel_lies();

// The kernel of all workers whose nursery is started while this lives tells the lie.
class LyingKernel {
 public:
  explicit LyingKernel(const KernelLie& lie) { Worker::interposer = lie.tell; }
  LyingKernel(const LyingKernel&) = delete;
  LyingKernel& operator=(const LyingKernel&) = delete;
  ~LyingKernel() { Worker::interposer = nullptr; }
};

}  // namespace ipcspec::harness
