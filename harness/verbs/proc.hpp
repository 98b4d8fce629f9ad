// Verbs on processes.
#pragma once

#include <sys/wait.h>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

// Indices into the outputs of identity().
enum IdentityField : std::size_t { kPid, kParent, kGroup, kSession, kUmask, kUid };

template <typename Process>
class ProcVerbs {
 public:
  // The child is a process of the scenario, with everything a fork inherits.
  Process forks(const std::string& role) const {
    does(op::Fork{role, 0}).succeeded();
    return Process(static_cast<const Process&>(*this).controller(), role);
  }
  // The call itself, for rules about its outcome; child(role) names the child afterwards.
  Call calls_fork(const std::string& role) const { return does(op::Fork{role, 0}); }
  Process child(const std::string& role) const {
    return Process(static_cast<const Process&>(*this).controller(), role);
  }
  Call exits(int status) const { return does(op::Exit{status}); }
  // Replaces the image by a new one of the same worker: what exec keeps and drops can be asked.
  Call execs() const { return does(op::ExecWorker{}); }
  // Becomes another program; arguments separated by newlines, the first is argv[0].
  Call execs_program(const std::string& file, const std::string& arguments) const {
    return does(op::ExecProgram{file, arguments});
  }
  Call waits() const { return does(op::Wait{-1, 0}); }
  Call waits_for(const Process& child, int options = 0) const {
    return does(op::Wait{child.pid(), options});
  }
  Call waits_for_pid(std::int64_t pid, int options = 0) const {
    return does(op::Wait{pid, options});
  }
  Call waits_for_id(std::int64_t pid, int options) const { return does(op::WaitId{pid, options}); }
  // Outputs: see IdentityField.
  Call identity() const { return does(op::GetIdentity{}); }
  Call working_directory() const { return does(op::GetWorkingDirectory{}); }
  Call sets_process_group(std::int64_t pid, std::int64_t group) const {
    return does(op::SetProcessGroup{pid, group});
  }
  Call makes_session() const { return does(op::NewSession{}); }
  Call becomes_user(std::int64_t uid, std::int64_t gid) const {
    return does(op::BecomeUser{uid, gid});
  }
  Call adopts_orphans() const { return does(op::AdoptOrphans{}); }
  // setresuid(); -1 leaves an id as it is.
  Call sets_user_ids(std::int64_t real, std::int64_t effective, std::int64_t saved) const {
    return does(op::SetUserIds{real, effective, saved});
  }
  Call state_of(std::int64_t pid) const { return does(op::ProcessState{pid}); }
  Call popens(const std::string& command, const std::string& mode) const {
    return does(op::PopenStart{command, mode});
  }
  Call reads_stream(op::Address stream) const { return does(op::PopenRead{stream}); }
  Call pcloses(op::Address stream) const { return does(op::PopenFinish{stream}); }
  Call opens_terminal() const { return does(op::OpenPseudoTerminal{}); }
  Call takes_terminal(op::Fd fd) const { return does(op::SetControllingTerminal{fd}); }
  Call sets_foreground_group(op::Fd fd, std::int64_t group) const {
    return does(op::SetForegroundGroup{fd, group});
  }
  Call enables_terminal_signals(op::Fd fd) const { return does(op::EnableTerminalSignals{fd}); }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
