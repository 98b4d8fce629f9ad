#include "platform/start.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "core/error.hpp"
#include "platform/archive.hpp"
#include "platform/bundle.hpp"
#include "platform/machines.hpp"
#include "platform/namespaces.hpp"
#include "platform/order.hpp"
#include "platform/surroundings.hpp"

namespace ipcspec::platform {
namespace {

constexpr const char* kCarried = "/ipcspec";

// All at once: a program that was not optimised has 100 MB, and byte by byte that takes seconds.
std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size_bytes = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  if (size_bytes <= 0) throw Broken("cannot read " + path + ": it is not there or empty");
  std::string bytes(static_cast<std::size_t>(size_bytes), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size_bytes)) throw Broken(system_error_text("cannot read " + path));
  return bytes;
}

void write_file(const std::string& path, const std::string& bytes, mode_t mode) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file) throw Broken(system_error_text("cannot write " + path));
  ::chmod(path.c_str(), mode);
}

void make_directory(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    throw Broken(system_error_text("cannot make the directory " + path));
  }
  ::chmod(path.c_str(), mode);
}

// A root file system that holds nothing but the program.
std::string make_root(const StartRequest& request) {
  const std::string root = request.directory + "/root";
  make_directory(root, 0755);
  for (const char* name : {"/proc", "/sys", "/dev", "/usr", "/etc"}) {
    make_directory(root + name, 0755);
  }
  make_directory(root + "/tmp", 01777);
  write_file(root + kCarried, contents_of(request.program), 0755);
  return root;
}

std::vector<std::string> serving(const std::string& program, const StartRequest& request) {
  return {program, kServeCommand, request.order};
}

Start start_native(const Platform& platform, const StartRequest& request) {
  Start start;
  if (platform.flavour.empty()) {
    start.arguments = serving(request.program, request);
    return start;
  }
  // Another user may not be able to reach the program where it lies.
  const std::string program = request.directory + kCarried;
  write_file(program, contents_of(request.program), 0755);
  make_directory(request.directory + "/tmp", 01777);
  start.arguments = serving(program, request);
  start.environment = {{"TMPDIR", request.directory + "/tmp"}};
  start.before_exec = platform.flavour == "userns" ? enter_fresh_namespaces : become_nobody;
  return start;
}

Start start_bwrap(const StartRequest& request) {
  Start start;
  start.arguments = {find_program("bwrap"),
                     "--unshare-all",
                     "--die-with-parent",
                     "--bind",
                     make_root(request),
                     "/",
                     "--proc",
                     "/proc",
                     "--dev",
                     "/dev",
                     "--mqueue",
                     "/dev/mqueue",
                     "--tmpfs",
                     "/tmp",
                     "--tmpfs",
                     "/dev/shm",
                     "--as-pid-1"};
  for (std::string& word : serving(kCarried, request)) start.arguments.push_back(std::move(word));
  return start;
}

std::vector<std::string> joined(std::vector<std::string> words,
                                std::initializer_list<std::string> further) {
  words.insert(words.end(), further);
  return words;
}

// Bundles: the root file system and config.json in one directory.
Start start_bundle(const StartRequest& request, const std::vector<std::string>& runtime,
                   std::vector<std::string> run_options) {
  make_root(request);
  write_file(request.directory + "/config.json", bundle_config("root", serving(kCarried, request)),
             0644);
  Start start;
  start.directory = request.directory;
  start.arguments = joined(runtime, {"run"});
  for (std::string& option : run_options) start.arguments.push_back(std::move(option));
  start.arguments.push_back(request.unique);
  start.cleanups = {joined(runtime, {"delete", "--force", request.unique})};
  return start;
}

Start start_crun(const StartRequest& request) {
  const std::string state = request.directory + "/state";
  Start start = start_bundle(
      request, {find_program("crun"), "--cgroup-manager=disabled", "--root=" + state}, {});
  start.before_exec = hide_hybrid_cgroups;
  return start;
}

Start start_podman(const StartRequest& request) {
  const bool with_crun = !find_program("crun").empty();
  const std::string storage = request.directory + "/storage";
  // podman takes no longer path than 50 characters for this one.
  const std::string state = "/run/" + request.unique;
  const std::vector<std::string> podman = {find_program("podman"),
                                           "--root",
                                           storage,
                                           "--runroot",
                                           state,
                                           "--storage-driver",
                                           "vfs",
                                           "--events-backend=none",
                                           "--cgroup-manager=cgroupfs"};
  Start start;
  start.arguments = joined(
      podman, {"run", "--rm", "--name", request.unique, "--network=none", "--log-driver=none",
               "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"});
  // crun is stopped by limits on cgroups that this system may not have; runc cannot do without.
  if (with_crun) start.arguments.push_back("--cgroups=disabled");
  for (const std::string& word : {std::string("--rootfs"), make_root(request)}) {
    start.arguments.push_back(word);
  }
  for (std::string& word : serving(kCarried, request)) start.arguments.push_back(std::move(word));
  start.before_exec = hide_hybrid_cgroups;
  start.cleanups = {joined(podman, {"rm", "--force", "--ignore", request.unique}),
                    {find_program("rm"), "-rf", state}};
  return start;
}

Start start_gvisor(const Platform& platform, const StartRequest& request) {
  return start_bundle(request,
                      {find_runsc(), "--platform=" + platform.flavour, "--network=none",
                       "--ignore-cgroups", "--root=" + request.directory + "/state"},
                      {});
}

std::string make_initramfs(const StartRequest& request, const std::string& program) {
  const std::string path = request.directory + "/initramfs";
  write_file(path, initramfs_of(contents_of(program)), 0644);
  return path;
}

Start start_uml(const Platform& platform, const StartRequest& request) {
  Start start;
  start.directory = request.directory;
  start.arguments = {platform.path,
                     "mem=256M",
                     "initrd=" + make_initramfs(request, request.program),
                     "con=null",
                     "con0=fd:0,fd:1",
                     "console=tty0",
                     "quiet",
                     "uml_dir=" + request.directory + "/uml/",
                     "umid=ipcspec",
                     std::string(kOrderVariable) + "=" + request.order,
                     std::string(kEndVariable) + "=" + kPowerOff};
  return start;
}

// Where the small machine does not boot, the ordinary one is tried.
Start start_qemu(const Platform& platform, const StartRequest& request) {
  const Machine& machine = *machine_of(platform.architecture);
  const bool own = platform.architecture == kOwnArchitecture;
  const std::string model =
      own && request.attempt == 0 ? "microvm,isa-serial=on,acpi=off" : std::string(machine.model);
  const std::string command_line =
      fmt::format("console={} quiet panic=-1{} {}={} {}={}", machine.console,
                  own ? " reboot=t" : "", kOrderVariable, request.order, kEndVariable, kReboot);
  Start start;
  start.directory = request.directory;
  start.arguments = {
      find_program(std::string(machine.emulator)),
      "-M",
      fmt::format("{},accel={}", model, platform.accelerator),
      "-cpu",
      platform.accelerator == "kvm" ? "host" : std::string(machine.processor),
      "-kernel",
      platform.path,
      "-initrd",
      make_initramfs(request, own ? request.program : foreign_program(platform.architecture)),
      "-append",
      command_line};
  for (const char* word : {"-m", own ? "256" : "512", "-nodefaults", "-display", "none", "-serial",
                           "stdio", "-no-reboot"}) {
    start.arguments.emplace_back(word);
  }
  if (own) start.arguments.insert(start.arguments.end(), {"-smp", "2"});
  return start;
}

Start start_arch(const Platform& platform, const StartRequest& request) {
  Start start;
  start.arguments = {find_program("qemu-" + platform.flavour + "-static")};
  for (std::string& word : serving(platform.path, request)) {
    start.arguments.push_back(std::move(word));
  }
  return start;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

Start start_command(const Platform& platform, const StartRequest& request) {
  const std::string there = std::string(kServeCommand) + " " + request.order;
  std::string line = platform.path;
  if (line.find("{}") == std::string::npos && line.find("{args}") == std::string::npos) {
    line += " {}";
  }
  replace_all(line, "{}", "{program} {args}");
  replace_all(line, "{args}", there);
  // Quoted, since it is a path of this machine.
  std::string quoted = request.program;
  replace_all(quoted, "'", "'\\''");
  replace_all(line, "{program}", "'" + quoted + "'");
  Start start;
  start.arguments = {"/bin/sh", "-c", line};
  return start;
}

}  // namespace

Start prepare_start(const Platform& platform, const StartRequest& request) {
  switch (platform.kind) {
    case Kind::native:
      return start_native(platform, request);
    case Kind::container:
      if (platform.flavour == "bwrap") return start_bwrap(request);
      if (platform.flavour == "crun") return start_crun(request);
      if (platform.flavour == "podman") return start_podman(request);
      return start_bundle(request, {find_program("runc"), "--root=" + request.directory + "/state"},
                          {});
    case Kind::gvisor:
      return start_gvisor(platform, request);
    case Kind::uml:
      return start_uml(platform, request);
    case Kind::qemu:
      return start_qemu(platform, request);
    case Kind::arch:
      return start_arch(platform, request);
    case Kind::command:
      return start_command(platform, request);
  }
  throw Broken("a platform of no kind");
}

int start_limit_s(const Platform& platform) {
  if (platform.kind == Kind::qemu) return platform.accelerator == "kvm" ? 20 : 180;
  return platform.kind == Kind::command ? 300 : 60;
}

}  // namespace ipcspec::platform
