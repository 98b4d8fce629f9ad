#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/lie.hpp"

namespace ipcspec::harness {
namespace {

op::Outcome not_zeroed(const op::Truncate& call, Worker& worker) {
  struct stat before = {};
  ::fstat(call.fd.number, &before);
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value == 0 && call.size_bytes > before.st_size) {
    const auto written = ::pwrite(call.fd.number, "Z", 1, before.st_size);
    static_cast<void>(written);
  }
  return outcome;
}

op::Outcome size_not_set(const op::Truncate& call, Worker& worker) {
  const op::Outcome outcome = execute(call, worker);
  if (outcome.error.value != 0 || call.size_bytes == 0) return outcome;
  execute(op::Truncate{call.fd, 0}, worker);
  return outcome;
}

op::Outcome mapped_as(const op::Map& call, Worker& worker, int from, int to) {
  op::Map changed = call;
  if ((call.flags.value & from) != 0) changed.flags = (call.flags.value & ~from) | to;
  return execute(changed, worker);
}

op::Outcome private_is_shared(const op::Map& call, Worker& worker) {
  return mapped_as(call, worker, MAP_PRIVATE, MAP_SHARED);
}

op::Outcome shared_is_private(const op::Map& call, Worker& worker) {
  return mapped_as(call, worker, MAP_SHARED, MAP_PRIVATE);
}

op::Outcome excl_ignored(const op::ShmOpen& call, Worker& worker) {
  op::ShmOpen changed = call;
  changed.flags = call.flags.value & ~O_EXCL;
  return execute(changed, worker);
}

op::Outcome store_lost(const op::Store& call, Worker& worker) {
  if (call.data.empty()) return execute(call, worker);
  const op::Outcome now = execute(op::Load{call.address, call.data.size()}, worker);
  op::Outcome outcome = execute(call, worker);
  execute(op::Store{call.address, now.data}, worker);
  return outcome;
}

constexpr KernelLie kLies[] = {
    {"shm.not-zeroed", "shm", "memory that ftruncate() adds is not zero",
     about<op::Truncate, not_zeroed>},
    {"shm.ftruncate-ignored", "shm", "ftruncate() succeeds and sets no size",
     about<op::Truncate, size_not_set>},
    {"shm.private-shared", "shm", "stores into a private mapping reach the object",
     about<op::Map, private_is_shared>},
    {"shm.shared-private", "shm", "stores into a shared mapping stay in the process",
     about<op::Map, shared_is_private>},
    {"shm.excl-ignored", "shm", "shm_open() does not mind O_EXCL",
     about<op::ShmOpen, excl_ignored>},
    {"shm.unlink-ignored", "shm", "shm_unlink() succeeds and leaves the name",
     about<op::ShmUnlink, not_done<op::ShmUnlink>>},
    {"shm.store-lost", "shm", "a store is undone", about<op::Store, store_lost>},
};

}  // namespace

std::span<const KernelLie> shm_lies() { return kLies; }

}  // namespace ipcspec::harness
