// The machines that QEMU emulates: one for each architecture that this program is built for.
#pragma once

#include <span>
#include <string_view>

namespace ipcspec::platform {

struct Machine {
  std::string_view architecture;    // as qemu-user and tools/cross_build name it
  std::string_view debian;          // Debian's name of it
  std::string_view kernel_flavour;  // the end of the names of Debian's kernel packages for it
  std::string_view emulator;
  std::string_view package;  // that has the emulator, and its firmware
  std::string_view model;
  std::string_view processor;
  std::string_view console;  // as the kernel names it
};

// That of the program itself, "x86_64", comes first.
std::span<const Machine> machines();
inline constexpr std::string_view kOwnArchitecture = "x86_64";

// Nothing for an architecture without a machine.
const Machine* machine_of(std::string_view architecture);

}  // namespace ipcspec::platform
