// The smallest genes or script that still does what is looked for.
#pragma once

#include <functional>

#include "properties/schedule.hpp"

namespace ipcspec::properties {

// Fewer genes, then smaller numbers. `does_it` is asked at most `tries_max` times. It need not
// always answer alike: what is returned did it once, or is what was given.
Genes shrunk(Genes genes, const std::function<bool(const Genes&)>& does_it, int tries_max);

// Fewer steps, and fewer calls in a race.
op::Script shrunk(op::Script script, const std::function<bool(const op::Script&)>& does_it,
                  int tries_max);

// The script without that call, counted from 1, and without all that depends on it: calls that
// refer to it, and the process that it forks.
op::Script without_call(const op::Script& script, std::size_t call);

}  // namespace ipcspec::properties
