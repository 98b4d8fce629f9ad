// Changes to traces that leave them well-formed: a fuzzer that changed their text would mostly
// find out how the parser refuses it.
#pragma once

#include <cstddef>
#include <random>

#include "ops/trace.hpp"

namespace ipcspec::fuzz {

// One change: another value in a call or an answer, an event that is gone, moved or there twice, a
// further call with or without its answer, a birth, a death, a stop, a quiet moment.
void mutate(op::Trace& trace, std::minstd_rand& random);

}  // namespace ipcspec::fuzz
