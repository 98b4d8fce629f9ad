// Operations on descriptors, open file descriptions and directory entries.
#pragma once

#include "ops/types.hpp"

namespace ipcspec::op {

struct Open {  // open(2). Outcome: value = descriptor.
  std::string path;
  OpenFlags flags;
  Mode mode;
  IPCSPEC_OPERATION(Open, "open", path, flags, mode);
};

struct Close {  // close(2)
  Fd fd;
  IPCSPEC_OPERATION(Close, "close", fd);
};

struct Dup {  // dup(2). Outcome: value = new descriptor.
  Fd fd;
  IPCSPEC_OPERATION(Dup, "dup", fd);
};

struct Dup2 {  // dup2(2). Outcome: value = target.
  Fd fd;
  Fd target;
  IPCSPEC_OPERATION(Dup2, "dup2", fd, target);
};

// pidfd_open(2) and pidfd_getfd(2). Outcome: value = own copy of another process's descriptor.
struct CopyForeignDescriptor {
  std::int64_t pid = 0;
  Fd fd;
  IPCSPEC_OPERATION(CopyForeignDescriptor, "pidfd_getfd", pid, fd);
};

struct GetStatusFlags {  // fcntl(F_GETFL). Outcome: value = flags.
  Fd fd;
  IPCSPEC_OPERATION(GetStatusFlags, "get_status_flags", fd);
};

struct SetStatusFlags {  // fcntl(F_SETFL)
  Fd fd;
  OpenFlags flags;
  IPCSPEC_OPERATION(SetStatusFlags, "set_status_flags", fd, flags);
};

struct GetDescriptorFlags {  // fcntl(F_GETFD). Outcome: value = flags.
  Fd fd;
  IPCSPEC_OPERATION(GetDescriptorFlags, "get_descriptor_flags", fd);
};

struct SetDescriptorFlags {  // fcntl(F_SETFD)
  Fd fd;
  DescriptorFlags flags;
  IPCSPEC_OPERATION(SetDescriptorFlags, "set_descriptor_flags", fd, flags);
};

struct Seek {  // lseek(2). Outcome: value = offset.
  Fd fd;
  std::int64_t offset_bytes = 0;
  Whence whence;
  IPCSPEC_OPERATION(Seek, "seek", fd, offset_bytes, whence);
};

struct StatFd {  // fstat(2)
  Fd fd;
  IPCSPEC_OPERATION(StatFd, "stat_fd", fd);
  IPCSPEC_OUTPUTS(type, mode, links, size_bytes, device, inode);
};

struct StatPath {  // lstat(2)
  std::string path;
  IPCSPEC_OPERATION(StatPath, "stat_path", path);
  IPCSPEC_OUTPUTS(type, mode, links, size_bytes, device, inode);
};

struct ReadLink {  // readlink(2). Outcome: data = target.
  std::string path;
  IPCSPEC_OPERATION(ReadLink, "read_link", path);
};

struct ListDirectory {  // opendir(3). Outcome: value = entries, data = sorted names, one a line.
  std::string path;
  IPCSPEC_OPERATION(ListDirectory, "list_directory", path);
};

struct MakeDirectory {  // mkdir(2)
  std::string path;
  Mode mode;
  IPCSPEC_OPERATION(MakeDirectory, "make_directory", path, mode);
};

struct ChangeMode {  // chmod(2)
  std::string path;
  Mode mode;
  IPCSPEC_OPERATION(ChangeMode, "change_mode", path, mode);
};

struct Unlink {  // unlink(2)
  std::string path;
  IPCSPEC_OPERATION(Unlink, "unlink", path);
};

struct Umask {  // umask(2). Outcome: value = previous mask.
  Mode mask;
  IPCSPEC_OPERATION(Umask, "umask", mask);
};

}  // namespace ipcspec::op
