#include "platform/archive.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace ipcspec::platform {
namespace {

constexpr std::size_t kAlignment = 4;

void align(std::string& bytes) {
  while (bytes.size() % kAlignment != 0) bytes += '\0';
}

}  // namespace

void Archive::add(std::string_view path, const Header& header, std::string_view contents) {
  // Magic, then thirteen fields of eight hexadecimal digits: inode, mode, uid, gid, links, mtime,
  // size, device of the file, device that it stands for, length of the name, checksum.
  bytes_ += "070701";
  for (const std::size_t field :
       {std::size_t{++inode_}, std::size_t{header.mode}, std::size_t{0}, std::size_t{0},
        std::size_t{header.links}, std::size_t{0}, contents.size(), std::size_t{0}, std::size_t{0},
        std::size_t{header.device_major}, std::size_t{header.device_minor}, path.size() + 1,
        std::size_t{0}}) {
    bytes_ += fmt::format("{:08x}", field);
  }
  bytes_ += path;
  bytes_ += '\0';
  align(bytes_);
  bytes_ += contents;
  align(bytes_);
}

void Archive::add_directory(std::string_view path, std::uint32_t mode) {
  add(path, {.mode = S_IFDIR | mode, .links = 2}, {});
}

void Archive::add_file(std::string_view path, std::uint32_t mode, std::string_view contents) {
  add(path, {.mode = S_IFREG | mode}, contents);
}

void Archive::add_character_device(std::string_view path, std::uint32_t mode, std::uint32_t major,
                                   std::uint32_t minor) {
  add(path, {.mode = S_IFCHR | mode, .device_major = major, .device_minor = minor}, {});
}

std::string Archive::finish() {
  inode_ = ~std::uint32_t{0};
  add("TRAILER!!!", {}, {});
  return std::move(bytes_);
}

std::string initramfs_of(std::string_view program) {
  Archive archive;
  for (const char* path : {"proc", "sys", "dev", "etc"}) archive.add_directory(path, 0755);
  archive.add_directory("tmp", 01777);
  // Kernels give process 1 this device as its standard streams.
  archive.add_character_device("dev/console", 0600, 5, 1);
  archive.add_file("init", 0755, program);
  return archive.finish();
}

}  // namespace ipcspec::platform
