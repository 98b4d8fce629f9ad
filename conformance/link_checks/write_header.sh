#!/bin/sh
# Tries to link each program without and with -lrt -lpthread, and writes what came of it as a
# header: write_header.sh CC HEADER USES_SHM USES_SEM
set -u
cc=$1 header=$2 uses_shm=$3 uses_sem=$4
program=$header.program
trap 'rm -f "$program"' EXIT

# links FILE FLAG...: prints true or false.
links() {
  if "$cc" -o "$program" "$@" 2>/dev/null; then echo true; else echo false; fi
}

cat >"$header" <<END
// Written at build time: how programs link with this C compiler and C library.
#pragma once

namespace ipcspec::conformance::link_checks {

inline constexpr bool kShmLinks = $(links "$uses_shm");
inline constexpr bool kShmLinksWithLibraries = $(links "$uses_shm" -lrt);
inline constexpr bool kSemLinks = $(links "$uses_sem");
inline constexpr bool kSemLinksWithLibraries = $(links "$uses_sem" -lrt -lpthread);

}  // namespace ipcspec::conformance::link_checks
END
