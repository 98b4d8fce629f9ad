// Where the cheat sheet is wrong, incomplete or out of date, and the rules that say what is
// true. A rule carries its own short erratum; this is the numbered list for readers of the
// sheet.
#pragma once

#include <span>
#include <string_view>

#include "spec/rule.hpp"

namespace ipcspec::spec {

struct Erratum {
  int number;             // 1, 2, ...; never reused
  std::string_view text;  // what the sheet says and what holds instead
  ShortList<Source, 4> sources;
  ShortList<const Rule*, 8> rules;  // at least one, each with an erratum of its own
};

// In the order of their numbers.
std::span<const Erratum> errata();

}  // namespace ipcspec::spec
