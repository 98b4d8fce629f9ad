#include <fcntl.h>
#include <unistd.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

std::string file(Hand& hand) { return hand.pick({"file0", "file1"}); }
// Of a file, or of what other mechanisms have there.
std::string path(Hand& hand) {
  return hand.pick({"file0", "file1", "fifo0", "fifo1", "socket0", "socket1"});
}

op::Mode mode(Hand& hand) { return hand.pick({0600u, 0644u, 0666u, 0u, 0200u, 0400u}); }

void offer_files(Acts& acts) {
  const bool any = acts.hand().has(is_file);
  acts.add(any ? 5 : 16, [](Hand& hand) {
    const int access = hand.pick({O_RDWR, O_RDONLY, O_WRONLY});
    const int more = hand.pick({O_CREAT, 0, O_CREAT | O_EXCL, O_CREAT | O_APPEND, O_TRUNC,
                                O_CREAT | O_CLOEXEC, O_CREAT | O_TRUNC});
    const std::string opened = hand.is_odd() ? path(hand) : file(hand);
    return calls(op::Open{opened, access | more, mode(hand)});
  });
  if (!any) return;
  acts.add(6, [](Hand& hand) {
    const auto size = hand.pick(
        {std::size_t{1}, std::size_t{10}, std::size_t{0}, std::size_t{4096}, std::size_t{4097}});
    return calls(op::Write{hand.descriptor(is_file), hand.bytes(size)});
  });
  acts.add(6, [](Hand& hand) {
    return calls(op::Read{hand.descriptor(is_file), hand.pick({1ul, 10ul, 0ul, 4096ul, 5000ul})});
  });
  acts.add(5, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    return calls(
        op::Seek{fd, hand.pick({0l, 1l, -1l, 4096l}), hand.pick({SEEK_SET, SEEK_CUR, SEEK_END})});
  });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    return calls(op::Truncate{fd, hand.pick({0l, 1l, 4096l, 100l, -1l})});
  });
}

void offer_flags(Acts& acts) {
  acts.add(3, [](Hand& hand) { return calls(op::GetStatusFlags{hand.descriptor(is_ours)}); });
  acts.add(4, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    return calls(op::SetStatusFlags{fd, hand.pick({O_NONBLOCK, 0})});
  });
  acts.add(2, [](Hand& hand) { return calls(op::GetDescriptorFlags{hand.descriptor(is_ours)}); });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    return calls(op::SetDescriptorFlags{fd, hand.pick({FD_CLOEXEC, 0})});
  });
}

void offer_names(Acts& acts) {
  acts.add(3, [](Hand& hand) { return calls(op::Unlink{path(hand)}); });
  acts.add(3, [](Hand& hand) { return calls(op::StatPath{path(hand)}); });
  acts.add(2, [](Hand& hand) {
    const std::string changed = path(hand);
    return calls(op::ChangeMode{changed, mode(hand)});
  });
  acts.add(2, [](Hand& hand) { return calls(op::Umask{hand.pick({0u, 077u, 022u, 0777u})}); });
}

}  // namespace

void offer_close(Acts& acts, int weight) {
  if (!acts.hand().has(is_ours)) return;
  acts.add(weight, [](Hand& hand) { return calls(op::Close{hand.descriptor(is_ours)}); });
}

void offer_fd(Acts& acts) {
  offer_files(acts);
  offer_names(acts);
  offer_fork(acts, 6);
  if (!acts.hand().has(is_ours)) {
    acts.add(6, [](Hand&) { return calls(op::MakePipe{}); });
    return;
  }
  offer_close(acts, 10);
  offer_flags(acts);
  acts.add(4, [](Hand& hand) { return calls(op::Dup{hand.descriptor(is_ours)}); });
  acts.add(5, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    const std::vector<int> own = hand.descriptors(is_ours);
    const int target = hand.one_in(3) ? hand.pick({20, 9, -1}) : hand.pick(own);
    return calls(op::Dup2{fd, {target}});
  });
  acts.add(2, [](Hand& hand) { return calls(op::StatFd{hand.descriptor(is_ours)}); });
  acts.add(1, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    return calls(op::Seek{fd, 0, SEEK_CUR});
  });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_ours);
    return calls(op::CopyForeignDescriptor{hand.pid(), fd});
  });
  offer_transfer(acts, 3);
}

}  // namespace ipcspec::properties
