#include "cli/expectations.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "cli/rules_named.hpp"
#include "core/error.hpp"

namespace ipcspec::cli {
namespace {

std::vector<std::string> expectation_files(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return {path};
  std::vector<std::string> files;
  DIR* stream = ::opendir(path.c_str());
  while (const dirent* entry = stream == nullptr ? nullptr : ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name.ends_with(".expect")) files.push_back(path + "/" + name);
  }
  if (stream != nullptr) ::closedir(stream);
  std::ranges::sort(files);
  if (files.empty()) throw UsageError(fmt::format("'{}' holds no file named *.expect", path));
  return files;
}

}  // namespace

std::vector<report::Expectation> read_expectations(const std::vector<std::string>& paths) {
  std::vector<report::Expectation> all;
  for (const std::string& path : paths) {
    for (const std::string& name : expectation_files(path)) {
      std::ifstream file(name, std::ios::binary);
      if (!file) throw UsageError(system_error_text(fmt::format("cannot read '{}'", name)));
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      try {
        const auto expectations = report::parse_expectations(text, name);
        all.insert(all.end(), expectations.begin(), expectations.end());
      } catch (const report::BadExpectations& error) {
        throw UsageError(error.what());
      }
    }
  }
  return all;
}

}  // namespace ipcspec::cli
