// What fuzz targets say when they have found something.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ipcspec::fuzz {

[[noreturn]] inline void fail(std::string_view what, const std::string& detail) {
  std::fprintf(stderr, "%.*s:\n%s\n", static_cast<int>(what.size()), what.data(), detail.c_str());
  std::abort();
}

inline void require(bool holds, std::string_view what, const std::string& detail) {
  if (!holds) fail(what, detail);
}

}  // namespace ipcspec::fuzz
