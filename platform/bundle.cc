#include "platform/bundle.hpp"

#include <nlohmann/json.hpp>

namespace ipcspec::platform {
namespace {

using Json = nlohmann::ordered_json;

// Docker's and podman's default set but for those that the kernel under us may withhold.
constexpr const char* kCapabilities[] = {"CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FOWNER",
                                         "CAP_FSETID",  "CAP_KILL",         "CAP_MKNOD",
                                         "CAP_NET_RAW", "CAP_SETGID",       "CAP_SETPCAP",
                                         "CAP_SETUID",  "CAP_SYS_CHROOT",   "CAP_NET_BIND_SERVICE"};

Json mount(const char* place, const char* type, std::vector<std::string> options) {
  return {{"destination", place}, {"type", type}, {"source", type}, {"options", options}};
}

}  // namespace

std::string bundle_config(const std::string& root, const std::vector<std::string>& arguments) {
  Json capabilities = Json::array();
  for (const char* name : kCapabilities) capabilities.push_back(name);
  Json namespaces = Json::array();
  for (const char* type : {"pid", "ipc", "uts", "mount", "network"}) {
    namespaces.push_back({{"type", type}});
  }
  // No limits: raising them needs a capability that even root may lack.
  const Json process = {
      {"terminal", false},
      {"user", {{"uid", 0}, {"gid", 0}}},
      {"args", arguments},
      {"env", {"PATH=/usr/bin:/bin", "TMPDIR=/tmp"}},
      {"cwd", "/"},
      {"capabilities",
       {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}},
      {"noNewPrivileges", true}};
  const Json mounts = {
      mount("/proc", "proc", {"nosuid", "noexec", "nodev"}),
      mount("/dev", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}),
      mount("/dev/shm", "tmpfs", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      mount("/dev/mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      mount("/tmp", "tmpfs", {"nosuid", "nodev", "mode=1777"})};
  const Json config = {{"ociVersion", "1.0.2"},
                       {"process", process},
                       {"root", {{"path", root}, {"readonly", false}}},
                       {"hostname", "ipcspec"},
                       {"mounts", mounts},
                       {"linux", {{"namespaces", namespaces}}}};
  return config.dump(2) + "\n";
}

}  // namespace ipcspec::platform
