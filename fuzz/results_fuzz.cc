// The reader of results on any bytes: it refuses them with a reason, or what it took is the same
// when it is written and read again, and every format can show it.
#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

#include "fuzz/check.hpp"
#include "report/diff.hpp"
#include "report/formats.hpp"
#include "report/json.hpp"
#include "report/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace report = ipcspec::report;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  int unknown_rules = 0;
  const auto read = report::read_matrix(text, &unknown_rules);
  if (const auto* error = std::get_if<report::ReadError>(&read)) {
    ipcspec::fuzz::require(!error->what.empty(), "refused without a reason", std::string(text));
    return 0;
  }
  const auto& matrix = std::get<report::Matrix>(read);
  const std::string written = report::matrix_json(matrix);
  const auto read_again = report::read_matrix(written);
  const auto* again = std::get_if<report::Matrix>(&read_again);
  ipcspec::fuzz::require(again != nullptr, "written and not read again", written);
  ipcspec::fuzz::require(report::matrix_json(*again) == written, "written and read again differ",
                         written);
  ipcspec::fuzz::require(report::differences_between(matrix, *again).empty(),
                         "results differ from themselves", written);
  // One format for each input: all of them would make most of the time.
  const std::vector<std::string>& formats = report::format_names();
  report::matrix_text(matrix, report::format_named(formats[size % formats.size()]));
  return 0;
}
