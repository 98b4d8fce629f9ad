// A rule as a value: what a kernel must do, who says so, and where the cheat sheet
// says it. Rules are constexpr objects in spec/<mechanism>.hpp; tests and model steps
// name their C++ identifier, so a reference to a rule that is gone does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace ipcspec::spec {

enum class Mechanism { pipe, fd, fifo, poll, tcp, unix_socket, shm, sem, mq, signal, proc };

// How strongly the sources oblige an implementation.
enum class Force {
  posix_shall,        // required by POSIX
  posix_may,          // explicitly permitted; never demanded
  posix_unspecified,  // left open by POSIX; what happens is recorded, never failed
  linux_only,         // what Linux documents or does
  glibc_only,         // what the GNU C library documents or does
  convention,         // advice or a measurement; only conservation of data is demanded
};

// A place where the rule is written down: {"POSIX.1-2017", "read()"}, {"Linux man-pages",
// "pipe(7)"}.
struct Source {
  std::string_view work;
  std::string_view place;
};

// A short constexpr list without allocation; unused places are empty. A longer list than
// Capacity does not compile.
template <typename T, std::size_t Capacity>
class ShortList {
 public:
  constexpr ShortList() = default;
  constexpr ShortList(std::initializer_list<T> list) {  // NOLINT: lists are written {a, b}
    for (const T& item : list) items_.at(count_++) = item;
  }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + count_; }
  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr const T& operator[](std::size_t index) const { return items_.at(index); }

 private:
  std::array<T, Capacity> items_{};
  std::size_t count_ = 0;
};

struct Rule {
  std::string_view id;  // "pipe.eof.all-writers-closed"; never reused
  Mechanism mechanism;
  std::string_view sentence;  // one sentence that an implementation keeps or breaks
  Force force;
  ShortList<Source, 4> sources;
  ShortList<std::string_view, 8> cheat_sheet = {};  // "Pipe/Syscalls/read"; see spec/cheatsheet.hpp
  std::string_view erratum = {};                    // where the cheat sheet is imprecise, and how
  std::string_view untestable = {};  // why only the model can judge it; empty means a test must

  // A rule is compared by identity of its id.
  friend constexpr bool operator==(const Rule& a, const Rule& b) { return a.id == b.id; }
};

std::string_view to_string(Mechanism mechanism);  // "pipe", "unix", ...
std::string_view to_string(Force force);          // "posix-shall", "linux", ...

}  // namespace ipcspec::spec
