#include "cli/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <variant>

#include "cli/expectations.hpp"
#include "cli/matrix_text.hpp"
#include "cli/output.hpp"
#include "cli/rules_named.hpp"
#include "core/error.hpp"
#include "report/diff.hpp"
#include "report/read.hpp"

namespace ipcspec::cli {
namespace {

report::Matrix read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(system_error_text(fmt::format("cannot read '{}'", path)));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  int unknown_rules = 0;
  auto read = report::read_matrix(text, &unknown_rules);
  if (const auto* error = std::get_if<report::ReadError>(&read)) {
    throw UsageError(fmt::format("'{}' {}; write it with ipcspec run or matrix --format json", path,
                                 error->what));
  }
  if (unknown_rules > 0) {
    say(
        fmt::format("ipcspec: '{}' has {} results of rules that this version does not know; "
                    "they are left out\n",
                    path, unknown_rules));
  }
  return std::get<report::Matrix>(std::move(read));
}

}  // namespace

int diff(const DiffArguments& arguments) {
  const auto expectations = read_expectations(arguments.expect);
  const report::Matrix before = read_file(arguments.before);
  report::Matrix after = read_file(arguments.after);
  report::mark_expected(expectations, after);
  const auto differences = report::differences_between(before, after);
  const bool written = print(
      arguments.format == "json"
          ? report::differences_json(differences)
          : report::differences_tty(differences, {.color = wants_color(STDOUT_FILENO),
                                                  .width_columns = width_columns(STDOUT_FILENO)}));
  if (!written) return report::kExitBroken;
  const bool regressed = std::ranges::any_of(
      differences, [](const auto& one) { return one.change == report::Change::regression; });
  return regressed ? report::kExitViolated : report::kExitKept;
}

int show(const ShowArguments& arguments) {
  const auto expectations = read_expectations(arguments.expect);
  report::Matrix matrix;
  for (const std::string& path : arguments.files) {
    report::Matrix one = read_file(path);
    matrix.duration_s += one.duration_s;
    for (report::Results& results : one.platforms) matrix.platforms.push_back(std::move(results));
  }
  if (matrix.platforms.empty()) throw UsageError("the files hold no results");
  report::mark_expected(expectations, matrix);
  std::unique_ptr<OutputFile> file;
  if (!arguments.output.empty()) file = std::make_unique<OutputFile>(arguments.output);
  const std::string text =
      matrix_text(matrix, report::format_named(arguments.format), file == nullptr);
  if (!deliver(text, file.get())) return report::kExitBroken;
  return report::exit_code_of(matrix);
}

}  // namespace ipcspec::cli
