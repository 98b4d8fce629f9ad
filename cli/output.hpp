// Where text goes: standard output, standard error, or a file that appears complete or not at all.
#pragma once

#include <string>
#include <string_view>

#include "core/unique_fd.hpp"

namespace ipcspec::cli {

// Writes to standard output. A reader that went away is not an error; for any other (a full disk)
// a sentence goes to standard error and the result is false.
bool print(std::string_view text);

// Writes to standard error, as far as possible.
void say(std::string_view text);

bool is_terminal(int fd);
// A terminal that understands colour, and the user has not set NO_COLOR.
bool wants_color(int fd);
int width_columns(int fd);
// The user's locale is one of UTF-8.
bool speaks_utf8();

// A file given by the user. Regular files are written beside their name and renamed, so that the
// name never stands for half a result; devices and FIFOs are written to directly.
class OutputFile {
 public:
  // Throws UsageError-like Broken when the place is not writable; nothing has been run yet.
  explicit OutputFile(const std::string& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // Removes what was written beside, unless it was kept or renamed.
  ~OutputFile();

  // Replaces what stands beside the name with `text`; does nothing for devices. So that results
  // survive even the death of this process.
  void save(std::string_view text);
  // Writes `text` under the name. Empty on success, else a sentence that names file and remedy.
  std::string finish(std::string_view text);

 private:
  bool write_all(std::string_view text);

  std::string path_;    // as given, for messages
  std::string target_;  // what a symbolic link leads to
  std::string beside_;  // empty when written to directly
  UniqueFd fd_;
};

// Writes `text` to the file, or to standard output when there is none. False when it did not reach
// its place; then it went to another stream rather than be lost.
bool deliver(const std::string& text, OutputFile* file);

}  // namespace ipcspec::cli
