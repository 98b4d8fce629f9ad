// ipcspec completions: what a shell needs to complete command lines, made from the command tree.
#pragma once

#include <string>

namespace ipcspec::cli {

struct Program;

std::string completions_text(const Program& program, const std::string& shell);

// Prints them; returns the exit status.
int completions(const Program& program, const std::string& shell);

}  // namespace ipcspec::cli
