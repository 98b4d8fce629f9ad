// Generation and delivery of signals, as the calls about signals need them.
#pragma once

#include <cstdint>
#include <vector>

#include "spec/model/actor.hpp"

namespace ipcspec::spec {

enum class DefaultAction { end, end_with_core, ignore, stop, go_on };
DefaultAction default_action(int signal);

// Drops pending signals: those of a set; one.
void discard(SignalState& signals, std::uint64_t set);
void drop(SignalState& signals, std::size_t at);

// A mask without the signals that cannot be blocked.
std::uint64_t without_unblockable(const Actor& k, std::uint64_t mask);

// Indices of those pending signals of a set that may come first; none when none is pending.
std::vector<std::size_t> first_pending(const SignalState& signals, std::uint64_t set,
                                       const Actor& k);

}  // namespace ipcspec::spec
