// What the program inherits and must not stumble over: closed descriptors, ignored signals, a
// umask; and the signals that ask it to stop.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace ipcspec::cli {

// Before anything opens a descriptor: standard descriptors that are closed go to /dev/null, SIGPIPE
// is ignored (a write then fails instead), SIGCHLD is not, the umask is one that leaves our own
// files accessible.
void normalise_surroundings();

// The umask that the program was started with, for files that the user asked for.
mode_t inherited_umask();

// From here on SIGINT, SIGTERM and SIGHUP do not end the program but are remembered, unless they
// were ignored on entry. They are blocked except while waiting with `mask_while_waiting()`.
void remember_stop_signals();
const sigset_t& mask_while_waiting();
int stop_signal();  // the first that came, or 0
// The exit status of a program that it stopped, as shells give it.
int stop_exit_status();
std::string stop_signal_name();

// Processors that this process may use.
std::vector<int> usable_processors();

}  // namespace ipcspec::cli
