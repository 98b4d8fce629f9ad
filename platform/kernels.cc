#include "platform/kernels.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/error.hpp"
#include "platform/machines.hpp"
#include "platform/platform.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::string_view kDebian = "debian:";
constexpr std::string_view kUml = "uml:";
constexpr const char* kWorthTrying[] = {"debian:6.1", "debian:6.12", "debian:7.2",
                                        "uml:debian:7.2"};

// Arguments: "uml" or "machine", series, Debian's names of the architecture and of the flavour,
// directory for the kernel, directory for apt. The lists are our own, so that suites and
// architectures can be read that this machine does not use. The site is that of the machine's own
// sources.
constexpr const char* kFetchScript = R"sh(
set -eu
kind=$1 version=$2 debian=$3 flavour=$4 target=$5 apt=$6
say() { echo "ipcspec: $*" >&2; }
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' |
  grep -v security | head -n 1)
[ -n "$site" ] || { say "apt's sources name no Debian archive; add one"; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || { say "no $keyring; apt-get install debian-archive-keyring"; exit 1; }
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
options="-q -oDir::State::Lists=$apt/lists -oDir::Cache=$apt -oDir::Etc::sourcelist=$apt/sources
  -oDir::Etc::sourceparts=/dev/null -oAPT::Sandbox::User=root -oAPT::Architectures::=$debian"
: > "$apt/sources"
for suite in bookworm bookworm-backports trixie trixie-backports forky sid; do
  echo "deb [signed-by=$keyring arch=$debian] $site $suite main" >> "$apt/sources"
done
if [ -z "$(find "$apt/lists" -name '*Packages*' -mmin -720)" ]; then
  say "reading the package lists of $site"
  # A suite that the archive does not have is no trouble.
  apt-get $options update > /dev/null 2>&1 || true
fi
pattern=$(echo "$version" | sed 's/[.]/[.]/g')
scratch=$(mktemp -d "$apt/kernel.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
fetch() {
  say "fetching $1"
  (cd "$scratch" && apt-get $options download "$1" > /dev/null)
  dpkg-deb -x "$scratch"/*.deb "$scratch/tree"
  rm "$scratch"/*.deb
}
mkdir -p "$target"
if [ "$kind" = uml ]; then
  found=$(apt-cache $options madison user-mode-linux | cut -d '|' -f 2 | tr -d ' ' |
    grep -E "^$pattern([.][0-9.]+)?um" | sort -V | tail -n 1)
  [ -n "$found" ] || { say "no user-mode-linux $version in the archive"; exit 1; }
  command -v patchelf > /dev/null || { say "no patchelf; apt-get install patchelf"; exit 1; }
  fetch "user-mode-linux=$found"
  # It may be linked with a newer C library than this machine's, so it gets its own.
  fetch libc6
  libraries=$(dirname "$(find "$scratch/tree" -name 'libc.so.6')")
  rm -rf "$target/lib"
  mv "$libraries" "$target/lib"
  patchelf --set-interpreter "$target/lib/ld-linux-x86-64.so.2" --set-rpath "$target/lib" \
    "$scratch/tree/usr/bin/linux.uml"
  image=$scratch/tree/usr/bin/linux.uml
else
  # From some version on the kernel lies in linux-binary-*, and linux-image-* only needs it.
  found=
  for part in binary image; do
    found=$(apt-cache $options pkgnames "linux-$part-$version" |
      grep -xE "linux-$part-$pattern([.][0-9.]+)?([+~-].*)?-$flavour" | sort -V | tail -n 1)
    [ -z "$found" ] || break
  done
  [ -n "$found" ] || { say "no kernel $version for $debian ($flavour) in the archive"; exit 1; }
  fetch "$found:$debian"
  image=$(find "$scratch/tree" -name 'vmlinu[xz]*' -type f | head -n 1)
  [ -n "$image" ] || { say "$found holds no kernel"; exit 1; }
fi
echo "$found" > "$target/package"
mv "$image" "$target/vmlinuz"
)sh";

// Below the cache's directory of kernels: "debian-6.1", "debian-6.1-s390x", "uml-7.2".
std::string directory_name(const DebianKernel& kernel) {
  if (kernel.uml) return "uml-" + kernel.series;
  return "debian-" + kernel.series +
         (kernel.architecture == kOwnArchitecture ? "" : "-" + kernel.architecture);
}

// The opposite; empty for a directory of another kind.
std::string name_of_directory(const std::string& directory) {
  std::string name = directory;
  if (name.starts_with("uml-")) name.insert(4, kDebian);
  std::ranges::replace(name, '-', ':');
  try {
    return directory_name(debian_kernel_named(name)) == directory ? name : std::string();
  } catch (const UnknownPlatform&) {
    return {};
  }
}

std::string directory_of(const std::string& cache, const DebianKernel& kernel) {
  return cache + "/kernels/" + directory_name(kernel);
}

int run_script(const std::vector<std::string>& arguments) {
  std::vector<const char*> words = {"sh", "-c", kFetchScript, "sh"};
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw Broken(system_error_text("cannot fork to fetch a kernel"));
  if (child == 0) {
    ::execv("/bin/sh", const_cast<char* const*>(words.data()));
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

DebianKernel debian_kernel_named(const std::string& name) {
  DebianKernel kernel;
  kernel.uml = name.starts_with(kUml);
  std::string rest = kernel.uml ? name.substr(kUml.size()) : name;
  const bool debian = rest.starts_with(kDebian);
  if (debian) rest.erase(0, kDebian.size());
  const auto colon = rest.find(':');
  kernel.series = rest.substr(0, colon);
  kernel.architecture =
      colon == std::string::npos ? std::string(kOwnArchitecture) : rest.substr(colon + 1);
  const bool foreign = kernel.architecture != kOwnArchitecture;
  if (!debian || kernel.series.empty() ||
      kernel.series.find_first_not_of("0123456789.") != std::string::npos ||
      machine_of(kernel.architecture) == nullptr || (kernel.uml && foreign)) {
    throw UnknownPlatform(fmt::format(
        "no kernel is named '{}'; write debian:6.1, debian:6.1:s390x or uml:debian:7.2", name));
  }
  return kernel;
}

std::string kernel_in_cache(const std::string& name) {
  const std::string path = directory_of(places().cache, debian_kernel_named(name)) + "/vmlinuz";
  return ::access(path.c_str(), R_OK) == 0 ? path : std::string();
}

std::vector<std::string> kernels_known(const std::string& cache) {
  std::vector<std::string> names(std::begin(kWorthTrying), std::end(kWorthTrying));
  std::vector<std::string> cached;
  if (DIR* stream = ::opendir((cache + "/kernels").c_str()); stream != nullptr) {
    while (const dirent* entry = ::readdir(stream)) {
      const std::string name = name_of_directory(entry->d_name);
      if (!name.empty()) cached.push_back(name);
    }
    ::closedir(stream);
  }
  std::ranges::sort(cached);
  for (const std::string& name : cached) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string platform_of_kernel(const std::string& name) {
  return debian_kernel_named(name).uml ? name : "qemu:" + name;
}

std::string fetch_kernel(const std::string& name) {
  const DebianKernel kernel = debian_kernel_named(name);
  const std::string cache = places().cache;
  const Machine& machine = *machine_of(kernel.architecture);
  const std::string debian(machine.debian);
  const int status = run_script({kernel.uml ? "uml" : "machine", kernel.series, debian,
                                 std::string(machine.kernel_flavour), directory_of(cache, kernel),
                                 cache + "/apt-kernels-" + debian});
  const std::string path = kernel_in_cache(name);
  if (status != 0 || path.empty()) {
    throw Broken(fmt::format(
        "cannot fetch the kernel {}; what apt-get or the script said stands above", name));
  }
  return path;
}

}  // namespace ipcspec::platform
