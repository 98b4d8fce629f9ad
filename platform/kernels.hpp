// Debian's kernels, fetched by apt into a cache. "debian:6.1" names the newest of that series that
// the archive has.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::platform {

// Where the kernel lies, or empty when it was not fetched. `name`: "debian:6.1".
std::string kernel_in_cache(const std::string& name);

// Those in the cache and those that are worth trying, "6.1" first, without doubles.
std::vector<std::string> kernel_versions_known(const std::string& cache);

// Fetches and unpacks it; tells what it does on standard error. Returns its path. Throws Broken,
// with what apt said.
std::string fetch_kernel(const std::string& name);

}  // namespace ipcspec::platform
