// Results for people: a table by mechanism, then everything that is not a pass.
#pragma once

#include <string>
#include <string_view>

#include "report/results.hpp"

namespace ipcspec::report {

// What stands below a rule's name is moved in so far.
inline constexpr int kDetailIndent = 4;

struct TtyOptions {
  bool color = false;
  int width_columns = 100;
};

std::string results_tty(const Results& results, const TtyOptions& options);

// A rule's sentence, sources, force and so on.
std::string rule_tty(const spec::Rule& rule, const TtyOptions& options);

// `text` broken at spaces, each line begun with `indent` spaces.
std::string wrapped(std::string_view text, int indent, int width_columns);

// "    source      POSIX.1-2017 read()", broken at spaces; further lines begin where the text does.
std::string labelled(std::string_view label, std::string_view text, int width_columns);

// Every line begun with `indent` spaces more.
std::string indented(std::string_view text, int indent);

// "FAIL" in red, when colour is wanted.
std::string painted(Verdict verdict, std::string_view text, bool color);

// "FAIL", painted.
std::string shouted(Verdict verdict, bool color);

}  // namespace ipcspec::report
