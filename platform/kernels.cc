#include "platform/kernels.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/error.hpp"
#include "platform/platform.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::string_view kPrefix = "debian:";
constexpr const char* kWorthTrying[] = {"6.1", "6.12"};

// Arguments: version, directory for the kernel, directory for apt. The lists are our own, so that
// suites can be read that this machine does not use. The site is that of the machine's own sources.
constexpr const char* kFetchScript = R"sh(
set -eu
version=$1 target=$2 apt=$3
say() { echo "ipcspec: $*" >&2; }
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' |
  grep -v security | head -n 1)
[ -n "$site" ] || { say "apt's sources name no Debian archive; add one"; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || { say "no $keyring; apt-get install debian-archive-keyring"; exit 1; }
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
options="-q -oDir::State::Lists=$apt/lists -oDir::Cache=$apt -oDir::Etc::sourcelist=$apt/sources
  -oDir::Etc::sourceparts=/dev/null -oAPT::Sandbox::User=root"
: > "$apt/sources"
for suite in bookworm bookworm-backports trixie trixie-backports forky sid; do
  echo "deb [signed-by=$keyring] $site $suite main" >> "$apt/sources"
done
if [ -z "$(find "$apt/lists" -name '*Packages*' -mmin -720)" ]; then
  say "reading the package lists of $site"
  # A suite that the archive does not have is no trouble.
  apt-get $options update > /dev/null 2>&1 || true
fi
# From some version on the kernel lies in linux-binary-*, and linux-image-* only needs it.
pattern=$(echo "$version" | sed 's/[.]/[.]/g')
package=
for kind in binary image; do
  package=$(apt-cache $options pkgnames "linux-$kind-$version" |
    grep -xE "linux-$kind-$pattern([.][0-9.]+)?([+~-].*)?-cloud-amd64" | sort -V | tail -n 1)
  [ -z "$package" ] || break
done
[ -n "$package" ] || { say "no kernel $version for the cloud (amd64) in the archive"; exit 1; }
say "fetching $package"
scratch=$(mktemp -d "$apt/kernel.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && apt-get $options download "$package" > /dev/null)
dpkg-deb -x "$scratch"/*.deb "$scratch/tree"
image=$(find "$scratch/tree" -name 'vmlinuz*' -type f | head -n 1)
[ -n "$image" ] || { say "$package holds no kernel"; exit 1; }
mkdir -p "$target"
echo "$package" > "$target/package"
mv "$image" "$target/vmlinuz"
)sh";

std::string version_in(const std::string& name) {
  const std::string version =
      name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string();
  if (version.empty() || version.find_first_not_of("0123456789.") != std::string::npos) {
    throw UnknownPlatform(fmt::format(
        "no kernel is named '{}'; a name is debian: and a version, such as debian:6.1", name));
  }
  return version;
}

std::string directory_of(const std::string& cache, const std::string& version) {
  return cache + "/kernels/debian-" + version;
}

}  // namespace

std::string kernel_in_cache(const std::string& name) {
  const std::string path = directory_of(places().cache, version_in(name)) + "/vmlinuz";
  return ::access(path.c_str(), R_OK) == 0 ? path : std::string();
}

std::vector<std::string> kernel_versions_known(const std::string& cache) {
  std::vector<std::string> versions(std::begin(kWorthTrying), std::end(kWorthTrying));
  std::vector<std::string> cached;
  if (DIR* stream = ::opendir((cache + "/kernels").c_str()); stream != nullptr) {
    while (const dirent* entry = ::readdir(stream)) {
      const std::string name = entry->d_name;
      if (name.starts_with("debian-")) cached.push_back(name.substr(7));
    }
    ::closedir(stream);
  }
  std::sort(cached.begin(), cached.end());
  for (const std::string& version : cached) {
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) {
      versions.push_back(version);
    }
  }
  return versions;
}

std::string fetch_kernel(const std::string& name) {
  const std::string version = version_in(name);
  const std::string cache = places().cache;
  const std::string apt = cache + "/apt";
  const std::string target = directory_of(cache, version);
  const pid_t child = ::fork();
  if (child < 0) throw Broken(system_error_text("cannot fork to fetch a kernel"));
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", kFetchScript, "sh", version.c_str(), target.c_str(), apt.c_str(),
            nullptr);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const std::string path = kernel_in_cache(name);
  if (status != 0 || path.empty()) {
    throw Broken(fmt::format(
        "cannot fetch the kernel {}; what apt-get or the script said stands above", name));
  }
  return path;
}

}  // namespace ipcspec::platform
