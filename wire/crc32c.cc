#include "wire/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace ipcspec::wire {
namespace {

// Table k advances a byte by k further zero bytes, so eight lookups take eight bytes at once.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78u;
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1u) != 0 ? kReflectedPolynomial : 0u);
    }
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFFu];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();
static_assert(kTables[0][1] == 0xF26B8303u);

// Not assembled from bytes: GCC 12 leaves that as eight loads, four times slower.
std::uint64_t load_little_endian_64(const std::byte* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return std::endian::native == std::endian::big ? __builtin_bswap64(value) : value;
}

std::uint32_t step_by_table(std::uint32_t state, std::byte byte) {
  return (state >> 8) ^ kTables[0][(state ^ std::to_integer<std::uint32_t>(byte)) & 0xFFu];
}

#if defined(__x86_64__)

#define IPCSPEC_CRC_TARGET __attribute__((target("sse4.2")))
bool processor_has_crc32c() { return __builtin_cpu_supports("sse4.2") != 0; }
IPCSPEC_CRC_TARGET inline std::uint32_t step_8(std::uint32_t state, std::byte byte) {
  return _mm_crc32_u8(state, std::to_integer<std::uint8_t>(byte));
}
IPCSPEC_CRC_TARGET inline std::uint32_t step_64(std::uint32_t state, std::uint64_t bytes) {
  return static_cast<std::uint32_t>(_mm_crc32_u64(state, bytes));
}

#elif defined(__aarch64__)

// Written as assembly because the compilers disagree on when <arm_acle.h> declares these.
#define IPCSPEC_CRC_TARGET
bool processor_has_crc32c() { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
inline std::uint32_t step_8(std::uint32_t state, std::byte byte) {
  const std::uint32_t value = std::to_integer<std::uint32_t>(byte);
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(state) : "r"(value));
  return state;
}
inline std::uint32_t step_64(std::uint32_t state, std::uint64_t bytes) {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(state) : "r"(bytes));
  return state;
}

#endif

#if defined(IPCSPEC_CRC_TARGET)
IPCSPEC_CRC_TARGET std::uint32_t crc32c_hardware(std::span<const std::byte> bytes,
                                                 std::uint32_t crc) {
  std::uint32_t state = ~crc;
  while (bytes.size() >= 8) {
    state = step_64(state, load_little_endian_64(bytes.data()));
    bytes = bytes.subspan(8);
  }
  for (const std::byte byte : bytes) {
    state = step_8(state, byte);
  }
  return ~state;
}
#else
bool processor_has_crc32c() { return false; }
std::uint32_t crc32c_hardware(std::span<const std::byte> bytes, std::uint32_t crc) {
  return crc32c_software(bytes, crc);
}
#endif

}  // namespace

std::uint32_t crc32c_software(std::span<const std::byte> bytes, std::uint32_t crc) {
  std::uint32_t state = ~crc;
  while (bytes.size() >= 8) {
    const std::uint64_t word = load_little_endian_64(bytes.data()) ^ state;
    state = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      state ^= kTables[7 - i][(word >> (8 * i)) & 0xFFu];
    }
    bytes = bytes.subspan(8);
  }
  for (const std::byte byte : bytes) {
    state = step_by_table(state, byte);
  }
  return ~state;
}

bool crc32c_is_accelerated() {
  static const bool accelerated = processor_has_crc32c();
  return accelerated;
}

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc) {
  return crc32c_is_accelerated() ? crc32c_hardware(bytes, crc) : crc32c_software(bytes, crc);
}

}  // namespace ipcspec::wire
