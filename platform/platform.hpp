// Platforms under test as values: what they are called, of which kind they are, and whether they
// can be used from here.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ipcspec::platform {

enum class Kind {
  native,     // the kernel that this program runs on, perhaps as another user
  container,  // the same kernel behind namespaces, filters and fewer capabilities
  gvisor,     // a kernel in user space
  uml,        // Linux as a program
  qemu,       // Linux on an emulated machine
  arch,       // a program of another architecture, its calls translated
  command,    // whatever a command of the user's reaches
};

std::string_view to_string(Kind kind);

struct Platform {
  std::string name;  // as the user writes it: "gvisor:systrap", "qemu:/boot/vmlinuz,tcg"
  Kind kind = Kind::native;
  std::string flavour;       // "unprivileged", "crun", "ptrace", "aarch64"; empty: the plain one
  std::string path;          // of the kernel or the foreign program; the template of a command
  std::string accelerator;   // of a QEMU machine: "tcg" or "kvm"
  std::string architecture;  // of a QEMU machine

  friend bool operator==(const Platform&, const Platform&) = default;
};

// The name is none of a platform; the text says which there are.
class UnknownPlatform : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws UnknownPlatform.
Platform platform_named(const std::string& name);

// The forms that platform_named() understands, for help texts: {"gvisor:systrap", "..."}.
struct Form {
  std::string_view text;
  std::string_view meaning;
};
const std::vector<Form>& forms();

// Where things lie on this machine.
struct Places {
  std::string program;  // this one, to be carried
  std::string cache;    // holds kernels/ and cross/
};
Places places();

// Those that a matrix consists of: one of every container tool, kernel and foreign program that
// this machine could have, also where it does not have it.
std::vector<Platform> known_platforms(const Places& where);

struct Availability {
  bool usable = true;
  std::string missing;  // "the program crun"
  std::string remedy;   // "apt-get install crun"
};

// Looks for what the platform needs; starts nothing. That all is there does not prove that it
// works.
Availability look_for(const Platform& platform);

// The path of a program in $PATH, or empty.
std::string find_program(const std::string& name);
// runsc lies outside of $PATH where it was unpacked by hand; $IPCSPEC_RUNSC says where.
std::string find_runsc();
std::string find_uml();
// The program for another architecture, as tools/cross_build leaves it.
std::string foreign_program(const std::string& architecture);

}  // namespace ipcspec::platform
