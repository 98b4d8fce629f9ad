#include "platform/machines.hpp"

#include <algorithm>

namespace ipcspec::platform {
namespace {

constexpr Machine kMachines[] = {
    {kOwnArchitecture, "amd64", "cloud-amd64", "qemu-system-x86_64", "qemu-system-x86 seabios",
     "pc", "max", "ttyS0"},
    {"aarch64", "arm64", "cloud-arm64", "qemu-system-aarch64", "qemu-system-arm", "virt",
     "cortex-a57", "ttyAMA0"},
    {"arm", "armhf", "armmp", "qemu-system-arm", "qemu-system-arm", "virt", "cortex-a15",
     "ttyAMA0"},
    {"i386", "i386", "686", "qemu-system-i386", "qemu-system-x86 seabios", "pc", "max", "ttyS0"},
    {"mips64el", "mips64el", "5kc-malta", "qemu-system-mips64el", "qemu-system-mips", "malta",
     "5KEf", "ttyS0"},
    {"ppc64le", "ppc64el", "powerpc64le", "qemu-system-ppc64", "qemu-system-ppc qemu-slof",
     "pseries", "power9", "hvc0"},
    {"riscv64", "riscv64", "riscv64", "qemu-system-riscv64", "qemu-system-misc opensbi", "virt",
     "rv64", "ttyS0"},
    {"s390x", "s390x", "s390x", "qemu-system-s390x", "qemu-system-misc", "s390-ccw-virtio", "max",
     "ttysclp0"},
};

}  // namespace

std::span<const Machine> machines() { return kMachines; }

const Machine* machine_of(std::string_view architecture) {
  const auto found = std::ranges::find(kMachines, architecture, &Machine::architecture);
  return found == std::end(kMachines) ? nullptr : &*found;
}

}  // namespace ipcspec::platform
