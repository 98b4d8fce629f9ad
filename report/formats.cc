#include "report/formats.hpp"

#include <algorithm>

#include "report/html.hpp"
#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/tap.hpp"

namespace ipcspec::report {

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"tty", "json", "junit", "tap", "ktap", "html"};
  return names;
}

Format format_named(std::string_view name) {
  const auto& names = format_names();
  return static_cast<Format>(std::ranges::find(names, name) - names.begin());
}

std::string matrix_text(const Matrix& matrix, Format format) {
  const bool one = matrix.platforms.size() == 1;
  switch (format) {
    case Format::json:
      return one ? results_json(matrix.platforms.front()) : matrix_json(matrix);
    case Format::junit:
      return matrix_junit(matrix);
    case Format::tap:
      return one ? results_tap(matrix.platforms.front()) : matrix_tap(matrix);
    case Format::ktap:
      return matrix_ktap(matrix);
    case Format::html:
      return matrix_html(matrix);
    case Format::tty:
      break;
  }
  return {};
}

}  // namespace ipcspec::report
