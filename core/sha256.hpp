// SHA-256 (FIPS 180-4), to say which program it was that ran.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ipcspec {

class Sha256 {
 public:
  void add(std::string_view bytes);

  // In hexadecimal. Nothing may be added afterwards.
  std::string finish();

 private:
  void take_block();

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block_{};
  std::size_t used_ = 0;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace ipcspec
