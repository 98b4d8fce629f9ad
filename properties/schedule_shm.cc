#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

bool has_mapping(const Hand& hand) {
  return std::ranges::any_of(hand.me().mappings, [](const auto& one) { return !one.gone; });
}

// An address in one of this process' mappings, mostly one where something is.
op::Address address(Hand& hand, std::uint64_t size_bytes) {
  std::vector<const spec::Mapping*> mappings;
  for (const spec::Mapping& one : hand.me().mappings) {
    if (!one.gone || hand.is_odd()) mappings.push_back(&one);
  }
  if (mappings.empty()) return {};
  const spec::Mapping& mapping = *hand.pick(mappings);
  std::uint64_t end = mapping.size_bytes;
  if (mapping.memory != spec::kNone && !hand.is_odd()) {
    end =
        std::min(end, hand.state().memories[static_cast<std::size_t>(mapping.memory)]->size_bytes);
  }
  const auto page = static_cast<std::uint64_t>(hand.facts().page_bytes);
  const std::uint64_t last = end - std::min(end, size_bytes);
  const std::uint64_t offset = hand.pick({std::uint64_t{0}, std::uint64_t{4}, last / 4 * 4, last,
                                          page - 4, hand.is_odd() ? page : std::uint64_t{8}});
  const bool fits = offset + size_bytes <= end || hand.is_odd();
  return {mapping.address + (fits ? offset : 0)};
}

std::int64_t object_size(Hand& hand) {
  const std::int64_t page = hand.facts().page_bytes;
  return hand.pick({page, std::int64_t{100}, 2 * page, page + 1, std::int64_t{1}, page - 1,
                    std::int64_t{0}, 3 * page});
}

struct Range {
  op::Address start;
  std::uint64_t size_bytes = 0;
};

// Of a mapping that has more than a page; it never leaves the mapping, behind which the harness may
// have its own.
std::vector<Range> wide_ranges(const Hand& hand) {
  const auto page = static_cast<std::uint64_t>(hand.facts().page_bytes);
  std::vector<Range> ranges;
  for (const spec::Mapping& one : hand.me().mappings) {
    if (one.gone || one.size_bytes <= page) continue;
    ranges.push_back({{one.address}, one.size_bytes});
    ranges.push_back({{one.address + 4}, page});
    ranges.push_back({{one.address + one.size_bytes - page - 1}, page + 1});
  }
  return ranges;
}

int protection(Hand& hand) {
  return hand.pick({PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE,
                    PROT_READ, PROT_NONE});
}

void offer_objects(Acts& acts) {
  const bool any = acts.hand().has(is_file);
  acts.add(any ? 4 : 24, [](Hand& hand) {
    const int more = hand.pick({O_CREAT, O_CREAT, 0, O_CREAT | O_EXCL, O_TRUNC});
    const int access = hand.pick({O_RDWR, O_RDWR, O_RDONLY, O_WRONLY});
    return calls(op::ShmOpen{hand.name(), access | more, hand.pick({0600u, 0644u, 0400u})});
  });
  acts.add(any ? 3 : 1, [](Hand& hand) { return calls(op::ShmUnlink{hand.name()}); });
  if (!any) return;
  acts.add(10, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    return calls(op::Truncate{fd, hand.is_odd() ? -1 : object_size(hand)});
  });
  acts.add(12, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    const auto size = static_cast<std::uint64_t>(object_size(hand));
    const int sharing = hand.pick({MAP_SHARED, MAP_SHARED, MAP_PRIVATE});
    return calls(op::Map{fd, size, protection(hand), hand.is_odd() ? 0 : sharing});
  });
  acts.add(3, [](Hand& hand) { return calls(op::StatFd{hand.descriptor(is_file)}); });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    return calls(op::Read{fd, hand.pick({1ul, 10ul, 5000ul})});
  });
  acts.add(2, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_file);
    return calls(op::Write{fd, hand.bytes(hand.pick({std::size_t{1}, std::size_t{10}}))});
  });
}

void offer_accesses(Acts& acts) {
  acts.add(16, [](Hand& hand) {
    const auto size = hand.pick({std::size_t{1}, std::size_t{4}, std::size_t{10}});
    return calls(op::Store{address(hand, size), hand.bytes(size)});
  });
  acts.add(16, [](Hand& hand) {
    const std::uint64_t size = hand.pick({1ul, 4ul, 10ul, 100ul});
    return calls(op::Load{address(hand, size), size});
  });
  if (!wide_ranges(acts.hand()).empty()) {
    acts.add(3, [](Hand& hand) {
      const Range range = hand.pick(wide_ranges(hand));
      return calls(op::Store{range.start, hand.bytes(range.size_bytes)});
    });
    acts.add(4, [](Hand& hand) {
      const Range range = hand.pick(wide_ranges(hand));
      return calls(op::Load{range.start, range.size_bytes});
    });
  }
  acts.add(4, [](Hand& hand) {
    const op::Address at = address(hand, 4);
    return calls(op::StoreNumber{at, hand.pick({1l, 2l, -1l})});
  });
  acts.add(4, [](Hand& hand) { return calls(op::LoadNumber{address(hand, 4)}); });
  acts.add(1, [](Hand& hand) {
    const op::Address at = address(hand, 4);
    return calls(op::SpinUntil{at, hand.pick({0l, 1l}), 1000});
  });
  acts.add(4, [](Hand& hand) { return calls(op::LoadGuarded{address(hand, 1)}); });
  acts.add(4, [](Hand& hand) {
    const spec::Mapping& mapping = hand.pick(hand.me().mappings);
    const std::uint64_t shift = hand.is_odd() ? hand.pick({1ul, 0ul}) : 0;
    return calls(
        op::Unmap{{mapping.address + shift}, hand.is_odd() && shift == 0 ? 0 : mapping.size_bytes});
  });
}

}  // namespace

void offer_shm(Acts& acts) {
  const bool mapped = has_mapping(acts.hand());
  offer_objects(acts);
  offer_fork(acts, mapped ? 10 : 5);
  acts.add(mapped ? 1 : 6, [](Hand& hand) {
    const int sharing = hand.pick({MAP_SHARED, MAP_SHARED, MAP_PRIVATE});
    const auto page = static_cast<std::uint64_t>(hand.facts().page_bytes);
    return calls(
        op::Map{{}, hand.pick({page, 2 * page}), protection(hand), sharing | MAP_ANONYMOUS});
  });
  acts.add(1, [](Hand& hand) {
    return calls(op::Allocate{static_cast<std::uint64_t>(hand.facts().page_bytes)});
  });
  acts.add(1, [](Hand&) { return calls(op::MakePipe{}); });
  offer_user(acts, 1);
  if (mapped) offer_accesses(acts);
}

}  // namespace ipcspec::properties
