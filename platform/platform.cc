#include "platform/platform.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "platform/kernels.hpp"
#include "platform/machines.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::array<std::string_view, 7> kKindNames = {"native", "container", "gvisor", "uml",
                                                        "qemu",   "arch",      "cmd"};
constexpr const char* kContainers[] = {"bwrap", "crun", "runc", "podman"};

bool is_one_of(std::string_view word, const auto& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// Those that tools/cross_build makes the program for.
std::vector<std::string> foreign_architectures() {
  std::vector<std::string> names;
  for (const Machine& machine : machines()) {
    if (machine.architecture != kOwnArchitecture) names.emplace_back(machine.architecture);
  }
  return names;
}

UnknownPlatform unknown(const std::string& name) {
  std::string known;
  for (const Form& form : forms()) known += (known.empty() ? "" : ", ") + std::string(form.text);
  return UnknownPlatform(fmt::format("no platform is named '{}'; there are {}", name, known));
}

// "PATH", "PATH,kvm", "PATH,s390x", "debian:6.1:s390x".
Platform qemu_named(const std::string& name, std::string rest) {
  Platform platform = {name, Kind::qemu, "", "", "tcg", std::string(kOwnArchitecture)};
  if (const auto comma = rest.rfind(','); comma != std::string::npos) {
    const std::string word = rest.substr(comma + 1);
    if (word == "tcg" || word == "kvm") {
      platform.accelerator = word;
    } else if (machine_of(word) != nullptr) {
      platform.architecture = word;
    } else {
      throw UnknownPlatform(fmt::format("'{}': '{}' is none of tcg, kvm, {}", name, word,
                                        fmt::join(foreign_architectures(), ", ")));
    }
    rest.resize(comma);
  }
  platform.path = rest;
  if (rest.starts_with("debian:")) {
    platform.architecture = debian_kernel_named(rest).architecture;
    platform.flavour = rest;
    platform.path = kernel_in_cache(rest);
  }
  return platform;
}

Platform uml_named(const std::string& name, const std::string& rest) {
  if (rest.starts_with("debian:")) return {name, Kind::uml, name, kernel_in_cache(name), "", ""};
  return {name, Kind::uml, "", rest.empty() ? find_uml() : rest, "", ""};
}

Platform arch_named(const std::string& name, const std::string& rest) {
  const auto colon = rest.find(':');
  Platform platform = {name, Kind::arch, rest.substr(0, colon), "", "", ""};
  if (!is_one_of(platform.flavour, foreign_architectures())) {
    throw UnknownPlatform(fmt::format("'{}': the architecture is none of {}", name,
                                      fmt::join(foreign_architectures(), ", ")));
  }
  platform.path =
      colon == std::string::npos ? foreign_program(platform.flavour) : rest.substr(colon + 1);
  return platform;
}

std::vector<std::string> installed_kernels() {
  std::vector<std::string> paths;
  DIR* stream = ::opendir("/boot");
  if (stream == nullptr) return paths;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name.starts_with("vmlinuz-")) paths.push_back("/boot/" + name);
  }
  ::closedir(stream);
  std::ranges::sort(paths);
  return paths;
}

bool is_readable_file(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), R_OK) == 0;
}

Availability lacks(std::string missing, std::string remedy) {
  return {false, std::move(missing), std::move(remedy)};
}

Availability needs_program(const std::string& program, const std::string& package) {
  if (!find_program(program).empty()) return {};
  return lacks("the program " + program, "apt-get install " + package);
}

Availability needs_root(const char* what) {
  if (::geteuid() == 0) return {};
  return lacks("being root", fmt::format("run as root: {}", what));
}

Availability look_for_container(const Platform& platform) {
  Availability program = needs_program(
      platform.flavour, platform.flavour == "bwrap" ? "bubblewrap" : platform.flavour);
  if (!program.usable || platform.flavour == "bwrap") return program;
  return needs_root("our bundles are made for root's containers");
}

Availability needs_foreign_program(const std::string& architecture, const std::string& path) {
  if (is_readable_file(path)) return {};
  return lacks("the program " + path, fmt::format("tools/cross_build {} makes it", architecture));
}

Availability needs_kernel(const std::string& name) {
  return lacks("the kernel " + name,
               fmt::format("ipcspec run --kernel {} fetches it by apt-get", name));
}

Availability look_for_qemu(const Platform& platform) {
  const Machine& machine = *machine_of(platform.architecture);
  Availability program = needs_program(std::string(machine.emulator), std::string(machine.package));
  if (!program.usable) return program;
  if (!platform.flavour.empty() && platform.path.empty()) return needs_kernel(platform.flavour);
  if (!is_readable_file(platform.path)) {
    return lacks("the kernel image " + platform.path, "name a bzImage that you may read");
  }
  if (platform.accelerator == "kvm" && ::access("/dev/kvm", R_OK | W_OK) != 0) {
    return lacks("access to /dev/kvm", "use tcg, or a machine with virtualisation");
  }
  if (platform.architecture == kOwnArchitecture) return {};
  return needs_foreign_program(platform.architecture, foreign_program(platform.architecture));
}

Availability look_for_uml(const Platform& platform) {
  if (!platform.flavour.empty() && platform.path.empty()) return needs_kernel(platform.flavour);
  if (is_readable_file(platform.path) && ::access(platform.path.c_str(), X_OK) == 0) return {};
  return lacks(platform.path.empty() ? "the program linux.uml" : "the program " + platform.path,
               "apt-get install user-mode-linux, or name another: uml:PATH");
}

Availability look_for_arch(const Platform& platform) {
  const std::string program = "qemu-" + platform.flavour + "-static";
  const Availability emulator = needs_program(program, "qemu-user-static");
  return emulator.usable ? needs_foreign_program(platform.flavour, platform.path) : emulator;
}

}  // namespace

std::string_view to_string(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"native", "this kernel, as this user"},
      {"native:unprivileged", "as another user, without capabilities"},
      {"userns", "as root of fresh namespaces of every kind"},
      {"bwrap", "bubblewrap"},
      {"crun", "an OCI bundle under crun"},
      {"runc", "the same under runc"},
      {"podman", "podman with a local root file system"},
      {"gvisor:systrap", "gVisor, likewise ptrace and kvm"},
      {"uml:PATH", "User Mode Linux; debian:7.2 for PATH is Debian's"},
      {"qemu:PATH[,tcg|kvm|ARCH]", "a kernel image in QEMU; debian:6.1[:ARCH] is Debian's"},
      {"arch:NAME[:PATH]", "a program of another architecture under QEMU"},
      {"cmd:TEMPLATE", "a shell command that runs {} elsewhere"},
  };
  return all;
}

Platform platform_named(const std::string& name) {
  const auto colon = name.find(':');
  const std::string head = name.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : name.substr(colon + 1);
  if (name == "native") return {name, Kind::native, "", "", "", ""};
  if (name == "native:unprivileged") return {name, Kind::native, "unprivileged", "", "", ""};
  if (name == "userns") return {name, Kind::native, "userns", "", "", ""};
  if (is_one_of(name, kContainers)) return {name, Kind::container, name, "", "", ""};
  if (head == "gvisor" && is_one_of(rest, std::array{"", "systrap", "ptrace", "kvm"})) {
    const std::string flavour = rest.empty() ? "systrap" : rest;
    return {"gvisor:" + flavour, Kind::gvisor, flavour, "", "", ""};
  }
  if (head == "uml") return uml_named(name, rest);
  if (head == "qemu" && !rest.empty()) return qemu_named(name, rest);
  if (head == "arch" && !rest.empty()) return arch_named(name, rest);
  if (head == "cmd" && !rest.empty()) return {name, Kind::command, "", rest, "", ""};
  throw unknown(name);
}

Places places() {
  Places found;
  std::array<char, 4096> path;
  const ssize_t count = ::readlink("/proc/self/exe", path.data(), path.size());
  if (count > 0) found.program.assign(path.data(), static_cast<std::size_t>(count));
  const auto variable = [](const char* name) {
    const char* value = ::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (!variable("IPCSPEC_CACHE").empty()) {
    found.cache = variable("IPCSPEC_CACHE");
  } else if (!variable("XDG_CACHE_HOME").empty()) {
    found.cache = variable("XDG_CACHE_HOME") + "/ipcspec";
  } else {
    found.cache = variable("HOME") + "/.cache/ipcspec";
  }
  return found;
}

std::vector<Platform> known_platforms(const Places& where) {
  std::vector<Platform> platforms;
  const auto add = [&](const std::string& name) { platforms.push_back(platform_named(name)); };
  for (const char* name : {"native", "native:unprivileged", "userns"}) add(name);
  for (const char* name : kContainers) add(name);
  for (const char* name : {"gvisor:systrap", "gvisor:ptrace"}) add(name);
  add("uml");
  for (const std::string& kernel : kernels_known(where.cache)) add(platform_of_kernel(kernel));
  for (const std::string& path : installed_kernels()) add("qemu:" + path);
  for (const std::string& name : foreign_architectures()) add("arch:" + name);
  return platforms;
}

Availability look_for(const Platform& platform) {
  switch (platform.kind) {
    case Kind::native:
      return platform.flavour == "unprivileged" ? needs_root("only root can become another user")
                                                : Availability{};
    case Kind::container:
      return look_for_container(platform);
    case Kind::gvisor:
      if (find_runsc().empty()) {
        return lacks("the program runsc",
                     "install gVisor, on Debian 12 runsc of bookworm-backports, or set "
                     "IPCSPEC_RUNSC to its path");
      }
      return needs_root("runsc makes its containers as root");
    case Kind::uml:
      return look_for_uml(platform);
    case Kind::qemu:
      return look_for_qemu(platform);
    case Kind::arch:
      return look_for_arch(platform);
    case Kind::command:
      return {};
  }
  return {};
}

std::string find_program(const std::string& name) {
  const char* path = ::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/bin:/bin:/usr/sbin:/sbin" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, end)) + "/" + name;
    if (is_readable_file(candidate) && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::string find_runsc() {
  const char* named = ::getenv("IPCSPEC_RUNSC");
  if (named != nullptr && *named != '\0') return named;
  std::string found = find_program("runsc");
  if (!found.empty()) return found;
  constexpr const char* kUnpacked = "/opt/runsc/usr/bin/runsc";
  return ::access(kUnpacked, X_OK) == 0 ? kUnpacked : "";
}

std::string find_uml() { return find_program("linux.uml"); }

std::string foreign_program(const std::string& architecture) {
  return places().cache + "/cross/ipcspec-" + architecture;
}

}  // namespace ipcspec::platform
