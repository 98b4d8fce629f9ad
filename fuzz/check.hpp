// What fuzz targets say when they have found something.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>

namespace ipcspec::fuzz {

[[noreturn]] inline void fail(std::string_view what, const std::string& detail) {
  std::fprintf(stderr, "%.*s:\n%s\n", static_cast<int>(what.size()), what.data(), detail.c_str());
  std::abort();
}

// `detail` is a text, or makes one: most are never needed.
template <typename Detail>
void require(bool holds, std::string_view what, const Detail& detail) {
  if (holds) return;
  if constexpr (std::is_invocable_v<Detail>) {
    fail(what, detail());
  } else {
    fail(what, std::string(detail));
  }
}

}  // namespace ipcspec::fuzz
