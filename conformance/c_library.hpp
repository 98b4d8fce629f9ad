// When the rules about linking apply.
#pragma once

#include <features.h>

namespace ipcspec::conformance::link_checks {

// Since this version the libraries of threads and of realtime are part of the C library.
constexpr bool is_glibc_2_34_or_later() {
#ifdef __GLIBC__
  return __GLIBC_PREREQ(2, 34);
#else
  return false;
#endif
}

}  // namespace ipcspec::conformance::link_checks
