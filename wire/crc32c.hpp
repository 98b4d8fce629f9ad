// CRC-32C (Castagnoli), the checksum of iSCSI and ext4: polynomial 0x1EDC6F41 reflected,
// initial value and final exclusive-or all ones, so the checksum of nothing is 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ipcspec::wire {

// The checksum of `bytes` after data whose checksum is `crc`: crc32c(ab) == crc32c(b, crc32c(a)).
// Uses the processor's instruction where there is one.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc = 0);

// The same by table lookup on any processor; public so that tests can compare the two.
std::uint32_t crc32c_software(std::span<const std::byte> bytes, std::uint32_t crc = 0);

// Whether crc32c() runs on the processor's instruction here.
bool crc32c_is_accelerated();

}  // namespace ipcspec::wire
