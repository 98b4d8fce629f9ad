#include "properties/hand.hpp"

#include <algorithm>

namespace ipcspec::properties {
namespace {

constexpr std::size_t kOddity = 4;
constexpr std::size_t kOperands = 5;  // the first of them
constexpr int kFirstOwn = 3;          // below are the standard descriptors
constexpr int kNeverOpen = 700;
constexpr std::size_t kNames = 2;
constexpr std::int64_t kNobody = 4'000'000;  // above what pids are

}  // namespace

bool Hand::is_odd() const {
  // The largest numbers, so that shrinking leads away from them.
  return gene_[kOddity] >= 256 - 256 * mix_.nonsense_percent / 100;
}

std::size_t Hand::draw(std::size_t count) {
  const std::size_t operands = gene_.size() - kOperands;
  const std::size_t at = drawn_++;
  // A gene that runs out of operands mixes those that it has.
  std::size_t number = gene_[kOperands + at % operands];
  for (std::size_t round = at / operands; round > 0; --round) {
    number += std::size_t{7} * gene_[kOperands + (at + round) % operands];
  }
  return number % count;
}

std::vector<int> Hand::descriptors(Fits fits) const {
  std::vector<int> numbers;
  for (const spec::Descriptor& one : me().descriptors) {
    if (one.number < kFirstOwn) continue;
    if (fits(state(), state().description(one.description))) numbers.push_back(one.number);
  }
  return numbers;
}

op::Fd Hand::descriptor(Fits fits) {
  const std::vector<int> numbers = descriptors(fits);
  // Nonsense may lie in the other arguments too.
  if (!numbers.empty() && (!is_odd() || draw(2) != 0)) return {pick(numbers)};
  const std::vector<int> all = descriptors(is_ours);
  std::vector<int> wrong = {-1, kNeverOpen, spec::lowest_free_number(me(), kFirstOwn)};
  std::ranges::copy_if(all, std::back_inserter(wrong),
                       [&](int one) { return std::ranges::find(numbers, one) == numbers.end(); });
  return {pick(wrong)};
}

const spec::Description* Hand::behind(op::Fd fd) const {
  const spec::Index index = spec::description_of(me(), fd.number);
  return index == spec::kNone ? nullptr : &state().description(index);
}

std::int64_t Hand::pid() {
  std::vector<std::int64_t> pids;
  for (std::size_t i = 0; i < state().processes.size(); ++i) {
    const spec::Life life = state().processes[i]->life;
    const auto one = static_cast<spec::Index>(i);
    if (life == spec::Life::alive || life == spec::Life::zombie) {
      if (one != who_) pids.push_back(world().pid(one));
    }
  }
  if (pids.empty() || one_in(16)) pids.push_back(world().pid(who_));
  if (is_odd()) pids.push_back(kNobody);
  return pick(pids);
}

std::vector<spec::Index> Hand::children() const {
  std::vector<spec::Index> found;
  for (std::size_t i = 0; i < state().processes.size(); ++i) {
    const spec::Process& process = *state().processes[i];
    const bool exists = process.life != spec::Life::unborn && process.life != spec::Life::reaped;
    if (exists && process.parent == who_) found.push_back(static_cast<spec::Index>(i));
  }
  return found;
}

std::string Hand::bytes(std::size_t count) const {
  const auto letter = static_cast<char>((world().calls.size() - 1) % 26);
  std::string bytes(count, static_cast<char>('A' + letter));
  if (count > 1) bytes.back() = static_cast<char>('a' + letter);
  return bytes;
}

std::string Hand::name() { return "/ipcspec-schedule.0." + std::to_string(draw(kNames)); }

bool is_pipe_reader(const spec::State&, const spec::Description& description) {
  return description.object.kind == spec::ObjectKind::pipe && description.readable;
}
bool is_pipe_writer(const spec::State&, const spec::Description& description) {
  return description.object.kind == spec::ObjectKind::pipe && description.writable;
}
bool is_file(const spec::State&, const spec::Description& description) {
  return description.object.kind == spec::ObjectKind::memory;
}
bool is_socket(const spec::State&, const spec::Description& description) {
  return description.object.kind == spec::ObjectKind::socket;
}
bool is_queue(const spec::State&, const spec::Description& description) {
  return description.object.kind == spec::ObjectKind::queue;
}
bool is_ours(const spec::State&, const spec::Description& description) {
  return description.object.kind != spec::ObjectKind::outside;
}

}  // namespace ipcspec::properties
