// An initial root file system for the kernel, in the "newc" form of cpio that kernels read
// (Documentation/driver-api/early-userspace/buffer-format.rst).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ipcspec::platform {

class Archive {
 public:
  void add_directory(std::string_view path, std::uint32_t mode);
  void add_file(std::string_view path, std::uint32_t mode, std::string_view contents);
  void add_character_device(std::string_view path, std::uint32_t mode, std::uint32_t major,
                            std::uint32_t minor);
  // The whole archive; nothing may be added afterwards.
  std::string finish();

 private:
  struct Header {
    std::uint32_t mode = 0;
    std::uint32_t links = 1;
    std::uint32_t device_major = 0;
    std::uint32_t device_minor = 0;
  };
  void add(std::string_view path, const Header& header, std::string_view contents);

  std::string bytes_;
  std::uint32_t inode_ = 0;
};

// One whose /init is the program.
std::string initramfs_of(std::string_view program);

}  // namespace ipcspec::platform
