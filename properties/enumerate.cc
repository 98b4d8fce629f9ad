#include "properties/enumerate.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>

namespace ipcspec::properties {
namespace {

using op::Reference;

// Of a new pipe; one byte more than it holds is never written at once.
constexpr std::size_t kCapacity = 65536;
constexpr std::uint64_t kMuch = kCapacity + 1;

// What a call needs, and what it gives to the calls of its process that come later.
enum class Role {
  plain,
  opens,    // gives a descriptor that later calls can be about
  opened,   // is about one of those
  copies,   // gives a duplicate of the descriptor, once
  copied,   // is about the descriptor or, when there is one, about its duplicate
  of_pair,  // is about either end
};

struct Letter {
  std::string_view words;
  Role role;
  // Without references; `number` is the call's, which tells its data apart.
  op::Op (*op)(std::size_t number);
};

op::Bytes data(std::size_t number, std::size_t size_bytes) {
  return op::Bytes(size_bytes, static_cast<char>('a' + number % 26));
}

template <std::uint64_t Bytes>
op::Op read_op(std::size_t) {
  return op::Read{{}, Bytes};
}
template <std::size_t Bytes>
op::Op write_op(std::size_t number) {
  return op::Write{{}, data(number, Bytes)};
}
template <int Flags>
op::Op open_op(std::size_t) {
  return op::Open{"fifo", Flags, 0};
}
template <int How>
op::Op shutdown_op(std::size_t) {
  return op::Shutdown{{}, How};
}
op::Op close_op(std::size_t) { return op::Close{}; }
op::Op dup_op(std::size_t) { return op::Dup{}; }
op::Op read_nonblock_op(std::size_t) { return op::SetStatusFlags{{}, O_RDONLY | O_NONBLOCK}; }
op::Op write_nonblock_op(std::size_t) { return op::SetStatusFlags{{}, O_WRONLY | O_NONBLOCK}; }
op::Op both_nonblock_op(std::size_t) { return op::SetStatusFlags{{}, O_RDWR | O_NONBLOCK}; }
op::Op exit_op(std::size_t) { return op::Exit{}; }
template <typename T>
op::Op plain_op(std::size_t) {
  return T{};
}

// The first three are about the read end, those up to exit about the write end.
constexpr int kReadLetters = 4;
constexpr Letter kPipe[] = {
    {"read 1", Role::plain, read_op<1>},
    {"read 65537", Role::plain, read_op<kMuch>},
    {"set O_NONBLOCK for reading", Role::plain, read_nonblock_op},
    {"close the read end", Role::plain, close_op},
    {"write 1", Role::copied, write_op<1>},
    {"write 65536", Role::copied, write_op<kCapacity>},
    {"write 65537", Role::copied, write_op<kMuch>},
    {"set O_NONBLOCK for writing", Role::copied, write_nonblock_op},
    {"duplicate the write end", Role::copies, dup_op},
    {"close the write end", Role::copied, close_op},
    {"exit", Role::plain, exit_op},
};
constexpr Letter kFifo[] = {
    {"open to read", Role::opens, open_op<O_RDONLY>},
    {"open to write", Role::opens, open_op<O_WRONLY>},
    {"open to read, O_NONBLOCK", Role::opens, open_op<O_RDONLY | O_NONBLOCK>},
    {"open to write, O_NONBLOCK", Role::opens, open_op<O_WRONLY | O_NONBLOCK>},
    {"open for both", Role::opens, open_op<O_RDWR>},
    {"read 1", Role::opened, read_op<1>},
    {"read 65537", Role::opened, read_op<kMuch>},
    {"write 1", Role::opened, write_op<1>},
    {"write 65537", Role::opened, write_op<kMuch>},
    {"close", Role::opened, close_op},
    {"exit", Role::plain, exit_op},
};
constexpr Letter kSemaphore[] = {
    {"wait", Role::plain, plain_op<op::SemWait>},
    {"trywait", Role::plain, plain_op<op::SemTryWait>},
    {"post", Role::plain, plain_op<op::SemPost>},
    {"getvalue", Role::plain, plain_op<op::SemGetValue>},
    {"exit", Role::plain, exit_op},
};
constexpr Letter kSocketPair[] = {
    {"read 1", Role::of_pair, read_op<1>},
    {"read 65537", Role::of_pair, read_op<kMuch>},
    {"write 1", Role::of_pair, write_op<1>},
    {"write 65537", Role::of_pair, write_op<kMuch>},
    {"set O_NONBLOCK", Role::of_pair, both_nonblock_op},
    {"shut down for reading", Role::of_pair, shutdown_op<SHUT_RD>},
    {"shut down for writing", Role::of_pair, shutdown_op<SHUT_WR>},
    {"shut down for both", Role::of_pair, shutdown_op<SHUT_RDWR>},
    {"close", Role::of_pair, close_op},
    {"exit", Role::plain, exit_op},
};

std::span<const Letter> letters(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::pipe:
      return kPipe;
    case ScopeKind::fifo:
      return kFifo;
    case ScopeKind::semaphore:
      return kSemaphore;
    case ScopeKind::socket_pair:
      break;
  }
  return kSocketPair;
}

const Letter& letter(ScopeKind kind, const Move& move) {
  return letters(kind)[static_cast<std::size_t>(move.what)];
}

// How many things a call of this role can be about.
int objects_of(Role role) {
  switch (role) {
    case Role::opened:
      return kScopeOpenedMax;
    case Role::copied:
    case Role::of_pair:
      return 2;
    default:
      return 1;
  }
}

std::string name_of(int who) { return std::string(1, static_cast<char>('a' + who)); }

bool is_possible(ScopeKind kind, const Moves& moves, const Made& made) {
  return std::ranges::all_of(moves, [&](const Move& move) {
    const MadeBy& has = made[static_cast<std::size_t>(move.who)];
    switch (letter(kind, move).role) {
      case Role::opened:
        return move.on < has.opened;
      case Role::copies:
        return !has.duplicate;
      case Role::copied:
        return move.on == 0 || has.duplicate;
      default:
        return true;
    }
  });
}

void note_made(ScopeKind kind, const Moves& moves, Made& made) {
  for (const Move& move : moves) {
    MadeBy& has = made[static_cast<std::size_t>(move.who)];
    const Role role = letter(kind, move).role;
    if (role == Role::opens) ++has.opened;
    if (role == Role::copies) has.duplicate = true;
  }
}

// Writes a sketch down as a script.
class Writer {
 public:
  Writer(const Scope& scope) : scope_(scope), given_by_(kScopeProcessesMax) {
    script_.roots = {name_of(0)};
    begin();
    for (int who = 1; who < scope.processes; ++who) alone(0, op::Fork{name_of(who), 0}, {});
  }

  op::Script write(const Sketch& sketch) {
    for (const Moves& moves : sketch) {
      op::ScriptStep step;
      for (const Move& move : moves) step.calls.push_back(call_of(move));
      script_.steps.push_back(std::move(step));
    }
    return std::move(script_);
  }

 private:
  // What process `a` does before there are others.
  void begin() {
    switch (scope_.kind) {
      case ScopeKind::pipe:
        return alone(0, op::MakePipe{}, {});
      case ScopeKind::fifo:
        return alone(0, op::MakeFifo{"fifo", 0600}, {});
      case ScopeKind::semaphore:
        return alone(
            0, op::SemOpen{"", O_RDWR | O_CREAT, 0600, static_cast<std::uint64_t>(scope_.initial)},
            {{0, Reference::To::name, {}, 0, 0, 0}});
      case ScopeKind::socket_pair:
        return alone(0, op::SocketPair{SOCK_STREAM}, {});
    }
  }

  void alone(int who, op::Op op, std::vector<Reference> references) {
    ++calls_;
    script_.steps.push_back({{{name_of(who), std::move(op), std::move(references)}}});
  }

  op::ScriptCall call_of(const Move& move) {
    const Letter& one = letter(scope_.kind, move);
    op::ScriptCall call{name_of(move.who), one.op(++calls_), {}};
    if (one.op != exit_op && one.role != Role::opens) call.references = {object_of(move, one)};
    if (one.role == Role::opens || one.role == Role::copies) {
      given_by_[static_cast<std::size_t>(move.who)].push_back(calls_);
    }
    return call;
  }

  Reference object_of(const Move& move, const Letter& one) const {
    const std::vector<std::size_t>& given = given_by_[static_cast<std::size_t>(move.who)];
    const bool is_duplicate = one.role == Role::copied && move.on == 1;
    if (one.role == Role::opened || is_duplicate) {
      const std::size_t back = is_duplicate ? 0 : static_cast<std::size_t>(move.on);
      return {0, Reference::To::value, {}, given[given.size() - 1 - back], 0, 0};
    }
    std::size_t output = 0;
    if (scope_.kind == ScopeKind::pipe) output = move.what < kReadLetters ? 0 : 1;
    if (one.role == Role::of_pair) output = static_cast<std::size_t>(move.on);
    return {0, Reference::To::output, {}, 1, output, 0};
  }

  const Scope& scope_;
  op::Script script_;
  std::size_t calls_ = 0;
  // By process: the calls that gave a descriptor or duplicate.
  std::vector<std::vector<std::size_t>> given_by_;
};

}  // namespace

const std::vector<std::string>& scope_names() {
  static const std::vector<std::string> names = {"pipe", "fifo", "sem", "socketpair"};
  return names;
}

std::vector<Scope> scopes_within(const Scope& scope) {
  std::vector<Scope> all;
  const int initial_max = scope.kind == ScopeKind::semaphore ? 1 : 0;
  for (int processes = 1; processes <= scope.processes; ++processes) {
    for (int initial = 0; initial <= initial_max; ++initial) {
      Scope one = scope;
      one.processes = processes;
      one.initial = initial;
      all.push_back(one);
    }
  }
  return all;
}

std::vector<std::string_view> alphabet(ScopeKind kind) {
  std::vector<std::string_view> words;
  for (const Letter& one : letters(kind)) words.push_back(one.words);
  return words;
}

op::Script script_of(const Scope& scope, const Sketch& sketch) {
  return Writer(scope).write(sketch);
}

Symmetries::Symmetries(const Scope& scope) : scope_(scope) {
  Renaming renaming;
  renaming.names.resize(static_cast<std::size_t>(scope_.processes));
  std::iota(renaming.names.begin(), renaming.names.end(), 0);
  const unsigned swaps_end = scope_.kind == ScopeKind::pipe ? 1u << scope_.processes : 1u;
  const int ends = scope_.kind == ScopeKind::socket_pair ? 2 : 1;
  do {
    for (int swapped = 0; swapped < ends; ++swapped) {
      for (renaming.swaps = 0; renaming.swaps < swaps_end; ++renaming.swaps) {
        renaming.swaps_ends = swapped == 1;
        renamings_.push_back(renaming);
      }
    }
  } while (std::ranges::next_permutation(renaming.names).found);
}

Moves Symmetries::applied(std::size_t symmetry, const Moves& moves, const Made& made) const {
  const Renaming& renaming = renamings_[symmetry];
  Moves result = moves;
  for (Move& move : result) {
    const Role role = letter(scope_.kind, move).role;
    const auto who = static_cast<std::size_t>(move.who);
    if (role == Role::of_pair && renaming.swaps_ends) move.on ^= 1;
    if (role == Role::copied && made[who].duplicate && (renaming.swaps >> who & 1u) != 0)
      move.on ^= 1;
    move.who = renaming.names[who];
  }
  std::ranges::sort(result);
  return result;
}

Enumeration::Enumeration(const Scope& scope, Symmetry symmetry)
    : scope_(scope),
      symmetries_(scope),
      symmetries_used_(symmetry == Symmetry::kept ? 1 : symmetries_.size()) {
  make_steps({}, 0);
  std::ranges::sort(steps_);
}

// Every step of the moves so far and of processes from `who` on.
void Enumeration::make_steps(Moves moves, int who) {
  if (!moves.empty()) steps_.push_back(moves);
  if (static_cast<int>(moves.size()) == std::min(scope_.racing, scope_.calls)) return;
  const auto all = letters(scope_.kind);
  for (; who < scope_.processes; ++who) {
    for (int what = 0; what < static_cast<int>(all.size()); ++what) {
      const int objects = objects_of(all[static_cast<std::size_t>(what)].role);
      for (int on = 0; on < objects; ++on) {
        moves.push_back({who, what, on});
        make_steps(moves, who + 1);
        moves.pop_back();
      }
    }
  }
}

// Whether the level's step can follow the sketch and is the least of those that are the same; then
// the level is completed.
bool Enumeration::fits(Level& level) const {
  const Moves& moves = steps_[level.step];
  if (static_cast<int>(moves.size()) > scope_.calls - calls_) return false;
  level.made = levels_.empty() ? Made(kScopeProcessesMax) : levels_.back().made;
  if (!is_possible(scope_.kind, moves, level.made)) return false;
  std::vector<std::size_t> keeping(symmetries_used_);
  std::iota(keeping.begin(), keeping.end(), std::size_t{0});
  if (!levels_.empty()) keeping = levels_.back().keeping;
  level.keeping.clear();
  // What makes the beginning greater makes the whole greater, whatever follows.
  for (const std::size_t index : keeping) {
    const Moves other = symmetries_.applied(index, moves, level.made);
    if (other < moves) return false;
    if (other == moves) level.keeping.push_back(index);
  }
  note_made(scope_.kind, moves, level.made);
  return true;
}

bool Enumeration::next(bool deeper) {
  Level candidate;
  if (!deeper || calls_ == scope_.calls) {
    if (levels_.empty()) return false;
    candidate.step = leave();
  }
  while (true) {
    for (; candidate.step < steps_.size(); ++candidate.step) {
      if (!fits(candidate)) continue;
      sketch_.push_back(steps_[candidate.step]);
      calls_ += static_cast<int>(sketch_.back().size());
      levels_.push_back(std::move(candidate));
      return true;
    }
    if (levels_.empty()) return false;
    candidate.step = leave();
  }
}

// Takes the last step back; which one comes after it.
std::size_t Enumeration::leave() {
  const std::size_t step = levels_.back().step;
  calls_ -= static_cast<int>(sketch_.back().size());
  levels_.pop_back();
  sketch_.pop_back();
  return step + 1;
}

std::uint64_t Enumeration::stands_for() const {
  return levels_.empty() ? 1 : symmetries_used_ / levels_.back().keeping.size();
}

std::vector<Sketch> same_as(const Scope& scope, const Sketch& sketch) {
  const Symmetries symmetries(scope);
  std::vector<Sketch> all(symmetries.size());
  Made made(kScopeProcessesMax);
  for (const Moves& moves : sketch) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].push_back(symmetries.applied(i, moves, made));
    }
    note_made(scope.kind, moves, made);
  }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

Sketch canonical(const Scope& scope, const Sketch& sketch) {
  return same_as(scope, sketch).front();
}

}  // namespace ipcspec::properties
