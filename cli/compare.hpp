// ipcspec diff and ipcspec show: results that were written earlier, compared or in another form.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::cli {

struct DiffArguments {
  std::string before;
  std::string after;
  std::string format = "tty";
  std::vector<std::string> expect;
};

// Returns the exit status: 1 for a regression.
int diff(const DiffArguments& arguments);

struct ShowArguments {
  std::vector<std::string> files;
  std::string format = "tty";
  std::string output;
  std::vector<std::string> expect;
};

// Several files are shown as one matrix. Returns the exit status that the run had, or would have
// had with these expectations.
int show(const ShowArguments& arguments);

}  // namespace ipcspec::cli
