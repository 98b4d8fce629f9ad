// How a mechanism makes calls out of a gene: it looks at what the rehearsal has come to, and says
// which calls make sense there and how often.
//
//   void offer_pipe(Acts& acts) {
//     acts.add(5, [](Hand& hand) -> Calls { return {op::make(op::MakePipe{})}; });
//     if (hand.has(is_read_end)) acts.add(20, [](Hand& hand) -> Calls { ... });
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "properties/schedule.hpp"
#include "spec/model/rehearsal.hpp"

namespace ipcspec::properties {

// One call after the other by the same process; more than one where a single one is of no use.
using Calls = std::vector<op::Op>;

// Whether a descriptor will do.
using Fits = bool (*)(const spec::State& state, const spec::Description& description);

class Hand {
 public:
  Hand(const spec::Rehearsal& rehearsal, const Mix& mix, const Gene& gene, spec::Index who)
      : rehearsal_(rehearsal), mix_(mix), gene_(gene), who_(who) {}

  const spec::State& state() const { return rehearsal_.state(); }
  const spec::World& world() const { return rehearsal_.world(); }
  const op::Facts& facts() const { return mix_.facts; }
  const Mix& mix() const { return mix_; }
  spec::Index who() const { return who_; }
  const spec::Process& me() const { return state().process(who_); }
  // The call is to be one that should fail.
  bool is_odd() const;

  // The next operand of the gene, below `count`.
  std::size_t draw(std::size_t count);
  bool one_in(std::size_t count) { return draw(count) == count - 1; }
  template <typename T>
  T pick(std::initializer_list<T> list) {
    return list.begin()[draw(list.size())];
  }
  template <typename T>
  const T& pick(const std::vector<T>& list) {
    return list[draw(list.size())];
  }
  // From the first operand on.
  void rewind() { drawn_ = 0; }

  std::vector<int> descriptors(Fits fits) const;
  bool has(Fits fits) const { return !descriptors(fits).empty(); }
  // One of these; for nonsense another one, or a number that is not open.
  op::Fd descriptor(Fits fits);
  const spec::Description* behind(op::Fd fd) const;

  // Some other process, born and not collected; for nonsense possibly none.
  std::int64_t pid();
  std::vector<spec::Index> children() const;
  // Bytes that tell this call from others, and their end from their beginning.
  std::string bytes(std::size_t count) const;
  // A name for memory, semaphores or queues.
  std::string name();

 private:
  const spec::Rehearsal& rehearsal_;
  const Mix& mix_;
  const Gene& gene_;
  spec::Index who_;
  std::size_t drawn_ = 0;
};

// Gone through twice: to weigh what there is, and to take what was chosen.
class Acts {
 public:
  explicit Acts(Hand& hand) : hand_(hand) {}

  Hand& hand() { return hand_; }

  template <typename Make>
  void add(int weight, const Make& make) {
    total_ += weight;
    if (ticket_ < 0) return;
    ticket_ -= weight;
    if (ticket_ < 0) chosen_ = make(hand_);
  }

  int total() const { return total_; }
  // The next time, what lies at `ticket` is chosen.
  void draw(int ticket) {
    ticket_ = ticket;
    total_ = 0;
    hand_.rewind();
  }
  Calls take() { return std::move(chosen_); }

 private:
  Hand& hand_;
  int ticket_ = -1;
  int total_ = 0;
  Calls chosen_;
};

// A list of calls, without copying each.
template <typename... Ops>
Calls calls(Ops... ops) {
  Calls list;
  list.reserve(sizeof...(ops));
  (list.push_back(op::make(std::move(ops))), ...);
  return list;
}

bool is_pipe_reader(const spec::State& state, const spec::Description& description);
bool is_pipe_writer(const spec::State& state, const spec::Description& description);
bool is_file(const spec::State& state, const spec::Description& description);
bool is_socket(const spec::State& state, const spec::Description& description);
bool is_queue(const spec::State& state, const spec::Description& description);
bool is_ours(const spec::State& state, const spec::Description& description);

// Processes that make others; of use to every mechanism.
void offer_fork(Acts& acts, int weight);
// read() and write() on pipes of any kind.
void offer_transfer(Acts& acts, int weight);
void offer_close(Acts& acts, int weight);
// A process without privileges, where it has any.
void offer_user(Acts& acts, int weight);
void offer_socket_transfer(Acts& acts, Fits fits, int weight);

void offer_pipe(Acts& acts);
void offer_fd(Acts& acts);
void offer_fifo(Acts& acts);
void offer_poll(Acts& acts);
void offer_tcp(Acts& acts);
void offer_unix(Acts& acts);
void offer_shm(Acts& acts);
void offer_sem(Acts& acts);
void offer_mq(Acts& acts);
void offer_signal(Acts& acts);
void offer_proc(Acts& acts);

}  // namespace ipcspec::properties
