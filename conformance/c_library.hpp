// Which C library the tests are built with, for rules that are about it.
#pragma once

#include <features.h>

namespace ipcspec::conformance {

#ifdef __GLIBC__
inline constexpr bool kIsGlibc = true;
// Since then the functions for threads and for realtime are part of the C library itself.
inline constexpr bool kIsGlibc234 = __GLIBC_PREREQ(2, 34);
#else
inline constexpr bool kIsGlibc = false;
inline constexpr bool kIsGlibc234 = false;
#endif

}  // namespace ipcspec::conformance
