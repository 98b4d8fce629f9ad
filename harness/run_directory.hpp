// The directory of one run: holds the directories of its scenarios and a lock that lives as long
// as any process of the run, so that garbage left by a killed run can be told from a live run.
#pragma once

#include <string>

#include "core/unique_fd.hpp"

namespace ipcspec::harness {

class RunDirectory {
 public:
  enum class Place { usual, memory };
  // Below the first usable of $TMPDIR, /tmp, /dev/shm and the working directory; those who make
  // thousands of files, and for whom it does not matter where, have /dev/shm before /tmp. Throws
  // Unsupported when none is writable.
  explicit RunDirectory(Place place = Place::usual);
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;
  // Removes the directory and the names that begin with the prefix, when this process made it.
  ~RunDirectory();

  const std::string& path() const { return path_; }
  // "/ipcspec-XXXXXX.": begins the names of everything the run makes outside its directory.
  std::string name_prefix() const;

 private:
  void make_directory(Place place);

  std::string path_;
  UniqueFd lock_;
  int owner_pid_ = 0;
};

// What collect_garbage() found and did.
struct Garbage {
  int runs = 0;   // directories of dead runs removed
  int names = 0;  // shared memory objects, semaphores and queues removed
};

// Removes what runs left behind whose processes are all dead. Never touches a live run, nor
// anything that ipcspec did not make.
Garbage collect_garbage();

}  // namespace ipcspec::harness
