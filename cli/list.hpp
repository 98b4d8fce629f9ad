// ipcspec list: the rules of the catalogue.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::cli {

struct ListArguments {
  std::vector<std::string> patterns;  // none: every rule
  std::string format = "tty";
};

// Returns the exit status.
int list(const ListArguments& arguments);

}  // namespace ipcspec::cli
