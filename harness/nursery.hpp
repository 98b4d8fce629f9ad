// The nursery: the parent of a scenario's root processes and the reaper of its orphans. It ends
// every process of the scenario when it is told to, as often as it is told, and also when its
// controller dies by whatever means, and then removes the names that the scenario made.
#pragma once

#include <sys/types.h>

#include <vector>

#include "harness/arena.hpp"

namespace ipcspec::harness {

// Forks the nursery, with everything normalised: signal dispositions and mask, umask 022, session
// and process group of its own, descriptors 0-2 on /dev/null and no others, working directory =
// the scenario's. Returns its pid. `executable` is a descriptor of this program, or -1.
pid_t start_nursery(SharedArena& arena, int executable);

// Kills the process groups of the workers. `nursery` need not be alive any more.
void kill_groups(const Arena& arena, pid_t nursery);

// The processes in the slots, dead ones that are not yet reaped too. Numbers that meanwhile belong
// to strangers are left out.
std::vector<pid_t> processes_of(const Arena& arena, pid_t nursery);

// Waits until this process has no child left, adopted ones included, at most for the timeout. For a
// subreaper whose controllers were killed: their nurseries come to it and end by themselves.
void reap_orphans(int timeout_ms);

// Processor time in microseconds of this process and of what it has waited for.
std::int64_t processor_time_us();

// Slot in which the nursery itself takes calls.
inline constexpr int kNurserySlot = 0;

// Removes every file below `directory` and then itself. Does not follow symbolic links.
void remove_tree(const char* directory);

// Removes names `prefix`0 to `prefix`(count - 1), whichever of shared memory, semaphore or queue
// they are.
void remove_names(const char* prefix, unsigned count);

}  // namespace ipcspec::harness
