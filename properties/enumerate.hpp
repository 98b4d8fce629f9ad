// Every script of a small scope, up to symmetry: what a few processes can do to one pipe, FIFO,
// semaphore or socket pair in a few calls, one after the other or released together.
//
//   Enumeration all(scope);
//   while (all.next()) carry_out(script_of(scope, all.sketch()));
//
// Two scripts are the same up to symmetry when one becomes the other by giving the processes each
// other's names (no call here is about a process, so that one of them made the others does not
// matter), by exchanging the ends of a socket pair, by exchanging a descriptor and its duplicate,
// and by writing calls that are released together in another order.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ops/script.hpp"

namespace ipcspec::properties {

enum class ScopeKind { pipe, fifo, semaphore, socket_pair };

// "pipe", "fifo", "sem", "socketpair"; in the order of ScopeKind.
const std::vector<std::string>& scope_names();

struct Scope {
  ScopeKind kind = ScopeKind::pipe;
  int processes = 2;  // that exist, at most kScopeProcessesMax
  int calls = 3;      // at most, besides those that make the object and the processes
  int racing = 2;     // calls that are released together, at most
  int initial = 0;    // value of the semaphore
};
inline constexpr int kScopeProcessesMax = 4;
// Of the descriptors that a process opens its calls are about the last so many, which are all that
// four calls can be about.
inline constexpr int kScopeOpenedMax = 3;

// A scope for each number of processes up to that of `scope`, and each initial value.
std::vector<Scope> scopes_within(const Scope& scope);

// The calls that each process can make, in words.
std::vector<std::string_view> alphabet(ScopeKind kind);

struct Move {
  int who = 0;
  int what = 0;  // index into the alphabet
  int on = 0;    // which end of the pair, 1 for the duplicate of the descriptor, or which of those
                 // that the process opened, the last one first
  auto operator<=>(const Move&) const = default;
};
using Moves = std::vector<Move>;    // released together: of different processes, sorted
using Sketch = std::vector<Moves>;  // one step after the other

op::Script script_of(const Scope& scope, const Sketch& sketch);

// What a process has made that its later calls need.
struct MadeBy {
  int opened = 0;  // calls that open a descriptor
  bool duplicate = false;
};
using Made = std::vector<MadeBy>;  // by process

// The ways to write a sketch otherwise.
class Symmetries {
 public:
  explicit Symmetries(const Scope& scope);

  std::size_t size() const { return renamings_.size(); }
  // A step after those that made `made`; the first symmetry changes nothing.
  Moves applied(std::size_t symmetry, const Moves& moves, const Made& made) const;

 private:
  struct Renaming {
    std::vector<int> names;   // of the processes
    bool swaps_ends = false;  // of the socket pair
    unsigned swaps = 0;       // bit p: process p's descriptor and its duplicate
  };

  Scope scope_;
  std::vector<Renaming> renamings_;
};

// The least of all sketches that are the same up to symmetry.
Sketch canonical(const Scope& scope, const Sketch& sketch);

// All sketches that are the same up to symmetry, each once, sorted.
std::vector<Sketch> same_as(const Scope& scope, const Sketch& sketch);

enum class Symmetry { reduced, kept };

class Enumeration {
 public:
  explicit Enumeration(const Scope& scope, Symmetry symmetry = Symmetry::reduced);

  // Goes to the next sketch; each comes before those that go on from it. `deeper` false passes over
  // all that go on from the present one. False at the end.
  bool next(bool deeper = true);

  const Sketch& sketch() const { return sketch_; }
  // How many sketches are the same up to symmetry, the present one included.
  std::uint64_t stands_for() const;

 private:
  // A step that was chosen, and what can be known of the sketch up to it.
  struct Level {
    std::size_t step = 0;              // index into steps_
    std::vector<std::size_t> keeping;  // symmetries that do not change the sketch
    Made made;
  };

  void make_steps(Moves moves, int who);
  bool fits(Level& level) const;
  std::size_t leave();

  Scope scope_;
  std::vector<Moves> steps_;  // that can be taken at all, sorted
  Symmetries symmetries_;
  std::size_t symmetries_used_;  // the first so many
  std::vector<Level> levels_;
  Sketch sketch_;
  int calls_ = 0;  // of the sketch
};

}  // namespace ipcspec::properties
