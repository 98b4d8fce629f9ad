// Processes: creation, replacement, end, identity, terminals.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct Fork {         // fork(2); the child is a worker of its own. Outcome: value = child's pid.
  std::string child;  // role of the child
  std::int64_t slot = 0;  // where the child reports; set by the controller
  IPCSPEC_OPERATION(Fork, "fork", child, slot);
};

struct Exit {  // _exit(2). Does not answer.
  std::int64_t status = 0;
  IPCSPEC_OPERATION(Exit, "exit", status);
};

// execve(2) of this same worker: new image, same process. The new image answers.
struct ExecWorker {
  IPCSPEC_OPERATION(ExecWorker, "exec_worker");
};

// execvp(3) of a program; `arguments` are separated by '\n', the first is argv[0]. Answers only
// when it fails; otherwise the process becomes the program.
struct ExecProgram {
  std::string file;
  std::string arguments;
  IPCSPEC_OPERATION(ExecProgram, "exec_program", file, arguments);
};

// waitpid(2); pid -1 is wait(2). Outcome: value = pid; outputs status. Blocks.
struct Wait {
  std::int64_t pid = -1;
  WaitOptions options;
  IPCSPEC_OPERATION(Wait, "wait", pid, options);
  IPCSPEC_OUTPUTS(status);
};

// waitid(2) with P_PID. Outcome: outputs si_code and si_status. Blocks unless WNOHANG.
struct WaitId {
  std::int64_t pid = 0;
  WaitOptions options;
  IPCSPEC_OPERATION(WaitId, "waitid", pid, options);
  IPCSPEC_OUTPUTS(pid, code, status);
};

// getpid, getppid, getpgrp, getsid, umask (read and put back), getuid.
struct GetIdentity {
  IPCSPEC_OPERATION(GetIdentity, "get_identity");
  IPCSPEC_OUTPUTS(pid, parent, group, session, umask, uid);
};

struct GetWorkingDirectory {  // getcwd(3). Outcome: data = path.
  IPCSPEC_OPERATION(GetWorkingDirectory, "get_working_directory");
};

struct SetProcessGroup {  // setpgid(2)
  std::int64_t pid = 0;
  std::int64_t group = 0;
  IPCSPEC_OPERATION(SetProcessGroup, "set_process_group", pid, group);
};

struct NewSession {  // setsid(2). Outcome: value = session.
  IPCSPEC_OPERATION(NewSession, "new_session");
};

struct BecomeUser {  // setgroups(0), setgid(2), setuid(2)
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  IPCSPEC_OPERATION(BecomeUser, "become_user", uid, gid);
};

struct AdoptOrphans {  // prctl(PR_SET_CHILD_SUBREAPER): orphaned descendants become children
  IPCSPEC_OPERATION(AdoptOrphans, "adopt_orphans");
};

// State letter of another process from /proc/PID/stat. Outcome: data = "S", "Z", ...
struct ProcessState {
  std::int64_t pid = 0;
  IPCSPEC_OPERATION(ProcessState, "process_state", pid);
};

// popen(3). Outcome: outputs the stream and its descriptor. EINVAL and friends as errno.
struct PopenStart {
  std::string command;
  std::string mode;
  IPCSPEC_OPERATION(PopenStart, "popen", command, mode);
  IPCSPEC_OUTPUTS(stream, descriptor);
};

struct PopenRead {  // fread(3) to the end of file. Outcome: data. Blocks.
  Address stream;
  IPCSPEC_OPERATION(PopenRead, "popen_read", stream);
};

struct PopenFinish {  // pclose(3). Outcome: value = wait status. Blocks.
  Address stream;
  IPCSPEC_OPERATION(PopenFinish, "pclose", stream);
};

// posix_openpt(3), grantpt, unlockpt, ptsname. Outcome: value = master, data = slave's path.
struct OpenPseudoTerminal {
  IPCSPEC_OPERATION(OpenPseudoTerminal, "open_pseudo_terminal");
};

struct SetControllingTerminal {  // ioctl(TIOCSCTTY)
  Fd fd;
  IPCSPEC_OPERATION(SetControllingTerminal, "set_controlling_terminal", fd);
};

struct SetForegroundGroup {  // tcsetpgrp(3)
  Fd fd;
  std::int64_t group = 0;
  IPCSPEC_OPERATION(SetForegroundGroup, "set_foreground_group", fd, group);
};

struct EnableTerminalSignals {  // tcsetattr(3): ISIG set, the interrupt character is 0x03
  Fd fd;
  IPCSPEC_OPERATION(EnableTerminalSignals, "enable_terminal_signals", fd);
};

struct SetUserIds {  // setresuid(2); -1 leaves an id as it is
  std::int64_t real = -1;
  std::int64_t effective = -1;
  std::int64_t saved = -1;
  IPCSPEC_OPERATION(SetUserIds, "set_user_ids", real, effective, saved);
};

}  // namespace ipcspec::op
