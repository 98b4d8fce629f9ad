// ipcspec judge: recorded traces, judged without a kernel; ipcspec repro: a witness of them in C.
#pragma once

#include <string>
#include <vector>

#include "spec/model/profile.hpp"

namespace ipcspec::cli {

// "posix", "linux", for the command line.
const std::vector<std::string>& profile_names();
const spec::Profile& profile_named(const std::string& name);

struct JudgeArguments {
  std::vector<std::string> files;  // "-" is standard input
  std::string profile = "linux";
  std::string format = "tty";
};

// Returns the exit status.
int judge(const JudgeArguments& arguments);

struct ReproArguments {
  std::string file;  // a script or a trace
  std::string language = "c";
  std::string profile = "linux";
  std::string output;  // empty: standard output
};

int repro(const ReproArguments& arguments);

}  // namespace ipcspec::cli
