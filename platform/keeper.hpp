// The process that keeps a started platform: whatever becomes of the platform's command or of this
// program, it ends everything that the command started, removes what its tools left, and goes.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/unique_fd.hpp"
#include "platform/start.hpp"

namespace ipcspec::platform {

class Keeper {
 public:
  // Starts the command. `directory` is removed at the end. Throws Broken.
  Keeper(const Start& start, const std::string& directory);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  // Ends everything and waits for that.
  ~Keeper();

  // What the command writes to its standard output and error; not blocking.
  int output() const { return output_.get(); }
  int errors() const { return errors_.get(); }
  // Readable when all is over.
  int over() const { return over_.get(); }

  // The command is to be ended; over() says when it is.
  void stop();
  // After over(): how the command ended, for instance "exit status 3".
  std::string ending();

 private:
  pid_t pid_ = -1;
  UniqueFd output_;
  UniqueFd errors_;
  UniqueFd control_;  // closing it stops the command
  UniqueFd over_;
  std::string ending_;
};

}  // namespace ipcspec::platform
