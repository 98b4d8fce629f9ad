// Debian's kernels, fetched by apt into a cache: "debian:6.1" is the newest of that series for a
// machine like this one, "debian:6.1:s390x" for another, "uml:debian:7.2" is User Mode Linux.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::platform {

struct DebianKernel {
  std::string series;
  std::string architecture;  // of a machine
  bool uml = false;
};

// Throws UnknownPlatform.
DebianKernel debian_kernel_named(const std::string& name);

// Where the kernel lies, or empty when it was not fetched.
std::string kernel_in_cache(const std::string& name);

// The names of those in the cache and of those that are worth trying, without doubles.
std::vector<std::string> kernels_known(const std::string& cache);

// The platform that boots the kernel of that name.
std::string platform_of_kernel(const std::string& name);

// Fetches and unpacks it; tells what it does on standard error. Returns its path. Throws Broken,
// with what apt said.
std::string fetch_kernel(const std::string& name);

}  // namespace ipcspec::platform
