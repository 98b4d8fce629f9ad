// ipcspec bench: how fast IPC is here, and what ipcspec costs, each figure beside its baseline.
#pragma once

#include <string>

namespace ipcspec::cli {

struct BenchArguments {
  std::string only;  // "transfer", "harness", "framing", "program"; empty: everything
  std::string format = "tty";
  std::string output;  // empty: standard output
  std::string svg;     // empty: no picture
  int seconds = 6;     // for all transfers
  bool quick = false;
};

// Returns the exit status: 0 whatever the figures.
int bench(const BenchArguments& arguments);

}  // namespace ipcspec::cli
