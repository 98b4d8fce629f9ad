// Sessions in processes of their own, each on a processor of its own: scripts are carried out in
// them side by side, and the program survives whatever becomes of one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/session.hpp"

namespace ipcspec::cli {

// What a controller tells the program.
using Say = std::function<void(std::string_view message)>;

struct Controllers {
  int count = 1;
  int settle_budget_ms = 20000;
  // In process number `index`, from 0. Its exceptions become troubles.
  std::function<void(harness::Session& session, int index, const Say& say)> work;
  // In this process: a message came. False ends all controllers at once.
  std::function<bool(int index, std::string_view message)> hear;
};

// One for each usable processor when `jobs` is 0.
int controllers_wanted(int jobs);

// Blocks until every controller has ended by itself, hear() wanted no more, or a signal asked to
// stop; then nothing of them is left. Returns what went wrong, one sentence for each controller
// that did not come to its end. Call remember_stop_signals() before.
std::vector<std::string> run_controllers(const Controllers& plan);

}  // namespace ipcspec::cli
