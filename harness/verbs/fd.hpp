// Verbs on descriptors and directory entries.
#pragma once

#include <fcntl.h>

#include "harness/call.hpp"

namespace ipcspec::harness::verbs {

// Indices into the outputs of stats().
enum StatField : std::size_t { kType, kMode, kLinks, kSizeBytes, kDevice, kInode };

template <typename Process>
class FdVerbs {
 public:
  Call opens(const std::string& path, int flags, std::uint32_t mode = 0) const {
    return does(op::Open{path, flags, mode});
  }
  Call closes(op::Fd fd) const { return does(op::Close{fd}); }
  Call dups(op::Fd fd) const { return does(op::Dup{fd}); }
  Call dups_to(op::Fd fd, op::Fd target) const { return does(op::Dup2{fd, target}); }
  Call status_flags(op::Fd fd) const { return does(op::GetStatusFlags{fd}); }
  Call sets_status_flags(op::Fd fd, int flags) const { return does(op::SetStatusFlags{fd, flags}); }
  Call sets_nonblocking(op::Fd fd) const {
    const auto flags = static_cast<int>(status_flags(fd).succeeded().value);
    return sets_status_flags(fd, flags | O_NONBLOCK);
  }
  Call sets_blocking(op::Fd fd) const {
    const auto flags = static_cast<int>(status_flags(fd).succeeded().value);
    return sets_status_flags(fd, flags & ~O_NONBLOCK);
  }
  Call descriptor_flags(op::Fd fd) const { return does(op::GetDescriptorFlags{fd}); }
  Call sets_descriptor_flags(op::Fd fd, int flags) const {
    return does(op::SetDescriptorFlags{fd, flags});
  }
  Call seeks(op::Fd fd, std::int64_t offset_bytes, int whence) const {
    return does(op::Seek{fd, offset_bytes, whence});
  }
  Call stats(op::Fd fd) const { return does(op::StatFd{fd}); }
  Call stats(const std::string& path) const { return does(op::StatPath{path}); }
  Call reads_link(const std::string& path) const { return does(op::ReadLink{path}); }
  Call lists_directory(const std::string& path) const { return does(op::ListDirectory{path}); }
  Call makes_directory(const std::string& path, std::uint32_t mode = 0755) const {
    return does(op::MakeDirectory{path, mode});
  }
  Call changes_mode(const std::string& path, std::uint32_t mode) const {
    return does(op::ChangeMode{path, mode});
  }
  Call unlinks(const std::string& path) const { return does(op::Unlink{path}); }
  Call copies_descriptor(const Process& owner, op::Fd fd) const {
    return does(op::CopyForeignDescriptor{owner.pid(), fd});
  }
  Call sets_umask(std::uint32_t mask) const { return does(op::Umask{mask}); }

 private:
  template <typename T>
  Call does(T operation) const {
    return static_cast<const Process&>(*this).does(std::move(operation));
  }
};

}  // namespace ipcspec::harness::verbs
