#include "fuzz/trace_mutation.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ops/fields.hpp"
#include "ops/generate.hpp"

namespace ipcspec::fuzz {
namespace {

using op::CallEvent;
using op::Event;
using op::ReturnEvent;

constexpr int kErrors[] = {0,      EAGAIN,   EBADF,  EINTR,  EINVAL, EPIPE,   ENOENT,
                           EEXIST, EACCES,   EPERM,  ESRCH,  ECHILD, EMFILE,  ENXIO,
                           ESPIPE, ENOTCONN, EISDIR, EFAULT, ENOSPC, EMSGSIZE};

// Numbers of every size, which wrap around.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

class Mutation {
 public:
  Mutation(op::Trace& trace, std::minstd_rand& random)
      : facts_(trace.facts), events_(trace.events), random_(random) {
    for (const Event& event : events_) std::visit([&](const auto& seen) { note(seen); }, event);
  }

  void change() {
    switch (below(12)) {
      case 0:
      case 1:
        return change_call();
      case 2:
      case 3:
        return change_answer();
      case 4:
        return erase();
      case 5:
        return repeat();
      case 6:
        return move();
      case 7:
        return add_birth();
      case 8:
        return add_end();
      case 9:
        return below(8) == 0 ? change_facts() : add_quiet();
      default:
        return add_call();
    }
  }

 private:
  void note(const op::BirthEvent& event) {
    processes_.push_back(event.who);
    pids_.push_back(event.pid);
  }
  void note(const CallEvent& event) {
    last_call_ = std::max(last_call_, event.id);
    calls_.push_back(event.id);
  }
  void note(const ReturnEvent& event) { numbers_.push_back(event.outcome.value); }
  template <typename Other>
  void note(const Other&) {}

  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  template <typename Range>
  const auto& any_of(const Range& range) {
    return range[below(std::size(range))];
  }
  std::size_t place() { return below(events_.size() + 1); }
  void insert(std::size_t at, Event event) {
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(at), std::move(event));
  }
  std::string process() { return processes_.empty() ? "p" : any_of(processes_); }

  // An event of that kind, at random.
  template <typename Wanted>
  Wanted* find() {
    const std::size_t start = below(events_.size());
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (auto* found = std::get_if<Wanted>(&events_[(start + i) % events_.size()])) return found;
    }
    return nullptr;
  }

  // Small ones, those of this trace and their neighbours, powers of two and theirs, any.
  std::int64_t number() {
    switch (below(6)) {
      case 0:
        return pids_.empty() ? 0 : product(any_of(pids_), below(4) == 0 ? -1 : 1);
      case 1:
        return numbers_.empty() ? 0 : any_of(numbers_);
      case 2:
        return static_cast<std::int64_t>((std::uint64_t{1} << below(64)) + below(3) - 1);
      case 3:
        return static_cast<std::int64_t>(std::uint64_t{random_()} * random_() * random_());
      default:
        return static_cast<std::int64_t>(below(12)) - 2;
    }
  }

  void change(op::Op& op) {
    const std::vector<op::Field> fields = op::fields_of(op);
    if (fields.empty()) return;
    const op::Field& field = any_of(fields);
    if (op::holds_number(field) && below(4) != 0) {
      op::put_number(field, below(3) == 0 ? number() : sum(op::number_in(field), step()));
      return;
    }
    auto draw = [this] { return static_cast<std::uint64_t>(number()); };
    op::FieldGenerator generator(draw);
    std::visit([&](auto value) { make(generator, value); }, field.value);
  }
  template <typename Generator, typename T>
  void make(Generator& generator, T* value) {
    generator.make(*value);
  }
  template <typename Generator>
  void make(Generator&, op::SymbolPointer symbol) {
    // Flags come one by one.
    *symbol.value = below(2) == 0 ? *symbol.value ^ (1 << below(20)) : static_cast<int>(below(70));
  }
  std::int64_t step() { return below(2) == 0 ? 1 : -1; }

  void change_call() {
    CallEvent* call = find<CallEvent>();
    if (call == nullptr) return;
    if (below(8) == 0) {
      call->op = made_op();
    } else if (below(8) == 0) {
      call->who = process();
    } else if (!std::holds_alternative<op::Fork>(call->op)) {
      change(call->op);
    }
  }

  void change_answer() {
    ReturnEvent* answer = find<ReturnEvent>();
    if (answer == nullptr) return;
    op::Outcome& outcome = answer->outcome;
    switch (below(5)) {
      case 0:
        outcome.error = any_of(kErrors);
        outcome.value = outcome.error.value == 0 ? 0 : -1;
        break;
      case 1:
        outcome.value = below(2) == 0 ? number() : sum(outcome.value, step());
        break;
      case 2:
        if (below(2) == 0 && !outcome.data.empty()) {
          outcome.data.pop_back();
        } else {
          outcome.data.append(below(3) == 0 ? below(5000) : 1, 'x');
        }
        break;
      default:
        if (!outcome.outputs.empty()) {
          std::int64_t& output = outcome.outputs[below(outcome.outputs.size())];
          output = below(2) == 0 ? number() : output ^ 1;
        } else {
          outcome.outputs.push_back(number());
        }
    }
  }

  void erase() {
    if (events_.empty()) return;
    const auto first = events_.begin() + static_cast<std::ptrdiff_t>(below(events_.size()));
    const auto most = static_cast<std::size_t>(std::distance(first, events_.end()));
    events_.erase(
        first, first + static_cast<std::ptrdiff_t>(below(4) == 0 ? 1 + below(most)
                                                                 : std::min<std::size_t>(1, most)));
  }

  void repeat() {
    if (events_.empty()) return;
    Event event = any_of(events_);
    if (auto* call = std::get_if<CallEvent>(&event)) call->id = ++last_call_;
    insert(place(), std::move(event));
  }

  void move() {
    if (events_.size() < 2) return;
    const std::size_t at = below(events_.size() - 1);
    std::swap(events_[at], events_[at + 1]);
  }

  void change_facts() {
    std::int64_t* const facts[] = {&facts_.uid, &facts_.page_bytes, &facts_.pipe_bytes,
                                   &facts_.pipe_buf_bytes};
    std::int64_t& fact = *any_of(facts);
    fact = below(2) == 0 ? number() : fact ^ (std::int64_t{1} << below(20));
  }

  void add_birth() {
    const std::string name = "p" + std::to_string(processes_.size());
    const bool root = below(2) == 0;
    const std::size_t at = place();
    const std::int64_t pid = 1000 + static_cast<std::int64_t>(processes_.size());
    const std::string parent = root ? "" : process();
    insert(at, op::BirthEvent{name, parent, pid});
    if (root) return;
    op::Fork fork;
    fork.child = name;
    add_call(at, parent, fork, op::Outcome{.value = pid, .error = {}, .data = {}, .outputs = {}});
  }

  void add_end() {
    if (below(2) == 0) {
      insert(place(), op::StopEvent{process(), below(2) == 0});
    } else {
      insert(place(), op::DeathEvent{process(), static_cast<int>(below(3) * 256 + below(20))});
    }
  }

  void add_quiet() {
    op::QuietEvent quiet{{}, static_cast<Evidence>(below(kEvidenceNames.size()))};
    for (std::size_t i = below(3); i > 0 && !calls_.empty(); --i) {
      quiet.blocked.push_back(any_of(calls_));
    }
    insert(place(), std::move(quiet));
  }

  op::Op made_op() {
    op::Op op = op::default_op(below(op::kOpKinds));
    for (std::size_t i = below(4); i > 0; --i) change(op);
    return op;
  }

  void add_call() {
    op::Outcome outcome{.value = number(), .error = {}, .data = {}, .outputs = {}};
    if (below(3) == 0) outcome = {.value = -1, .error = any_of(kErrors), .data = {}, .outputs = {}};
    std::optional<op::Outcome> answer;
    if (below(4) != 0) answer = std::move(outcome);
    add_call(place(), process(), made_op(), answer);
  }

  void add_call(std::size_t at, const std::string& who, op::Op op,
                const std::optional<op::Outcome>& answer) {
    const op::CallId id = ++last_call_;
    if (answer) insert(at, ReturnEvent{id, who, *answer});
    insert(at, CallEvent{id, who, std::move(op), below(16) == 0});
  }

  op::Facts& facts_;
  std::vector<Event>& events_;
  std::minstd_rand& random_;
  std::vector<std::string> processes_;
  std::vector<std::int64_t> pids_;
  std::vector<std::int64_t> numbers_;
  std::vector<op::CallId> calls_;
  op::CallId last_call_ = 0;
};

}  // namespace

void mutate(op::Trace& trace, std::minstd_rand& random) { Mutation(trace, random).change(); }

}  // namespace ipcspec::fuzz
