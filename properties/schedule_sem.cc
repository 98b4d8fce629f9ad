#include <fcntl.h>
#include <sys/mman.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

// Where semaphores are in the memory of this process.
std::vector<op::Address> semaphores(const Hand& hand) {
  std::vector<op::Address> found;
  for (const spec::SemaphoreAddress& one : hand.me().semaphores) found.push_back({one.address});
  for (const spec::Mapping& mapping : hand.me().mappings) {
    if (mapping.gone) continue;
    const bool shared = mapping.shared && mapping.memory != spec::kNone;
    const auto& placed =
        shared ? hand.state().memories[static_cast<std::size_t>(mapping.memory)]->semaphores
               : mapping.semaphores;
    for (const spec::PlacedSemaphore& one : placed) found.push_back({mapping.address + one.offset});
  }
  return found;
}

std::uint64_t initial(Hand& hand) {
  if (hand.is_odd()) return hand.pick({2147483647ul, 2147483648ul});
  return hand.pick({0ul, 1ul, 2ul});
}

// A private or shared page with a semaphore in it. The page's address is not known before it is
// there, so the semaphore is put into a page that is.
void offer_unnamed(Acts& acts) {
  const auto pages = [](const Hand& hand) {
    std::vector<op::Address> found;
    for (const spec::Mapping& one : hand.me().mappings) {
      const bool writable = (one.protection & PROT_WRITE) != 0 && !one.gone;
      if (writable) found.push_back({one.address});
    }
    return found;
  };
  acts.add(pages(acts.hand()).empty() ? 8 : 1, [](Hand& hand) {
    const int sharing = hand.pick({MAP_SHARED, MAP_SHARED, MAP_SHARED, MAP_PRIVATE});
    return calls(op::Map{{},
                         static_cast<std::uint64_t>(hand.facts().page_bytes),
                         PROT_READ | PROT_WRITE,
                         sharing | MAP_ANONYMOUS});
  });
  if (pages(acts.hand()).empty()) return;
  acts.add(6, [pages](Hand& hand) {
    const std::uint64_t offset = hand.pick({0ul, 64ul, 128ul});
    const op::Address page = hand.pick(pages(hand));
    return calls(op::SemInit{page + offset, hand.pick({true, true, true, false}), initial(hand)});
  });
}

}  // namespace

void offer_sem(Acts& acts) {
  const bool any = !semaphores(acts.hand()).empty();
  acts.add(any ? 5 : 30, [](Hand& hand) {
    const int flags = hand.pick({O_CREAT, O_CREAT, 0, O_CREAT | O_EXCL});
    return calls(op::SemOpen{hand.name(), flags, hand.pick({0600u, 0666u, 0400u}), initial(hand)});
  });
  offer_unnamed(acts);
  offer_fork(acts, any ? 14 : 5);
  offer_user(acts, 1);
  acts.add(any ? 3 : 1, [](Hand& hand) { return calls(op::SemUnlink{hand.name()}); });
  if (!any) return;
  acts.add(18, [](Hand& hand) { return calls(op::SemWait{hand.pick(semaphores(hand))}); });
  acts.add(18, [](Hand& hand) { return calls(op::SemPost{hand.pick(semaphores(hand))}); });
  acts.add(6, [](Hand& hand) { return calls(op::SemTryWait{hand.pick(semaphores(hand))}); });
  acts.add(6, [](Hand& hand) { return calls(op::SemGetValue{hand.pick(semaphores(hand))}); });
  if (!acts.hand().me().semaphores.empty()) {
    acts.add(3, [](Hand& hand) {
      const std::uint64_t address = hand.pick(hand.me().semaphores).address;
      return calls(op::SemClose{{address + (hand.is_odd() ? 8 : 0)}});
    });
  }
}

}  // namespace ipcspec::properties
