#include "bench/executable.hpp"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "harness/settle.hpp"

namespace ipcspec::bench {
namespace {

using FileHeader = ElfW(Ehdr);
using SectionHeader = ElfW(Shdr);
using ProgramHeader = ElfW(Phdr);

constexpr int kNotStarted = 127;

template <typename T>
T read_at(int fd, std::uint64_t offset) {
  T value = {};
  if (::pread(fd, &value, sizeof value, static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(sizeof value)) {
    throw Unsupported("the executable is cut short");
  }
  return value;
}

FileHeader read_header(int fd) {
  const auto header = read_at<FileHeader>(fd, 0);
  const unsigned char width = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != width) {
    throw Unsupported("the executable is not an ELF file of this machine");
  }
  return header;
}

bool is_static(int fd, const FileHeader& header) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto program = read_at<ProgramHeader>(fd, header.e_phoff + i * sizeof(ProgramHeader));
    if (program.p_type == PT_INTERP) return false;
  }
  return true;
}

// What strip leaves: everything that is loaded, and a table of those sections.
void estimate_stripped(int fd, const FileHeader& header, SizeFigures& figures) {
  std::uint64_t end = header.e_phoff + header.e_phnum * sizeof(ProgramHeader);
  std::uint64_t kept = 2;  // the null section and the table of names
  bool has_symbols = false;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto section = read_at<SectionHeader>(fd, header.e_shoff + i * sizeof(SectionHeader));
    if (section.sh_type == SHT_SYMTAB) has_symbols = true;
    if ((section.sh_flags & SHF_ALLOC) == 0) continue;
    ++kept;
    if (section.sh_type == SHT_NOBITS) continue;
    end = std::max<std::uint64_t>(end, section.sh_offset + section.sh_size);
  }
  figures.stripped = !has_symbols;
  figures.stripped_bytes = has_symbols
                               ? std::min(figures.file_bytes, end + kept * sizeof(SectionHeader))
                               : figures.file_bytes;
}

void become_program(const std::string& path, const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null_device = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2 && null_device >= 0; ++fd) ::dup2(null_device, fd);
  ::execv(path.c_str(), arguments.data());
  ::_exit(kNotStarted);
}

// Milliseconds from fork to exit, median.
double start_ms(const std::string& path, const std::vector<std::string>& words, int rounds) {
  std::vector<double> samples;
  const pid_t parent = ::getpid();
  for (int round = 0; round < rounds; ++round) {
    const std::int64_t start = harness::monotonic_ns();
    const pid_t pid = ::fork();
    if (pid < 0) throw Broken(system_error_text("cannot fork"));
    if (pid == 0) {
      die_with_parent(parent);
      become_program(path, words);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    samples.push_back(static_cast<double>(harness::monotonic_ns() - start) / 1e6);
    if (!WIFEXITED(status)) throw Broken("the program was killed");
    if (WEXITSTATUS(status) == kNotStarted) throw Unsupported("cannot execute " + path);
    if (WEXITSTATUS(status) != 0) {
      throw Broken("'ipcspec " + words.at(1) + "' exits with " +
                   std::to_string(WEXITSTATUS(status)));
    }
  }
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

}  // namespace

SizeFigures measure_executable(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status = {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    throw Unsupported(system_error_text("cannot read " + path));
  }
  SizeFigures figures;
  figures.file_bytes = static_cast<std::uint64_t>(status.st_size);
  const FileHeader header = read_header(file.get());
  figures.is_static = is_static(file.get(), header);
  estimate_stripped(file.get(), header, figures);
  return figures;
}

StartFigures measure_start(const std::string& path, const std::string& rule, int rounds) {
  StartFigures figures;
  figures.rule = rule;
  figures.version_ms = start_ms(path, {"ipcspec", "--version"}, rounds);
  figures.verdict_ms = start_ms(path, {"ipcspec", "run", rule, "-j", "1"}, rounds);
  return figures;
}

}  // namespace ipcspec::bench
