// Latency and throughput of a link between two processes, for messages of one size.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "bench/child.hpp"
#include "bench/figures.hpp"
#include "bench/link.hpp"

namespace ipcspec::bench {

// Plays ping-pong and then streams, each for half of `budget_ms`, with a process that it forks.
// Every message bears its number and is looked at on arrival; the last one of each kind is compared
// byte by byte. Throws WrongData. Blocks until the other process has ended; a link that loses bytes
// may hang it, so call it where it can be killed.
TransferFigures measure_link(Link& link, std::size_t message_bytes, bool has_data, int budget_ms);

class WrongData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TransferPlan {
  std::string directory;    // of this run; a link's files are made in it
  std::string name_prefix;  // "/ipcspec-XXXXXX."
  double seconds = 6;       // for all cells together
  int pinned_cpu = -1;      // for the cells that are repeated on one processor; -1: none are
  Patience patience;        // with each cell, its budget not counted
};

// Every cell of the table in order, each in processes of its own; `done` is told of each. Fewer
// when stopped.
void measure_transfers(const TransferPlan& plan, const std::function<void(const Cell&)>& done);

// How many cells there are.
int count_of_cells(const TransferPlan& plan);

}  // namespace ipcspec::bench
