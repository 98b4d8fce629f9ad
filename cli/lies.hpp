// ipcspec lies: shows that the test of every rule is able to fail. A worker misreports or
// mis-executes one kind of operation; some such lie must turn the rule's verdict to `fail`.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::cli {

struct LiesArguments {
  std::vector<std::string> patterns;
  int jobs = 0;
};

// Returns the exit status: 0 when every rule that passes here was turned to `fail` by some lie.
int lies(const LiesArguments& arguments);

}  // namespace ipcspec::cli
