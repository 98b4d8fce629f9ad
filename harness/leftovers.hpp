// For tests: what is there that ought to be gone.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

namespace ipcspec::harness {

// Without "." and "..".
inline std::vector<std::string> entries_of(const std::string& directory) {
  std::vector<std::string> names;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  ::closedir(stream);
  return names;
}

// No shared memory, semaphore or queue is called so. They need not be listed anywhere, queues least
// of all, so they are asked for.
inline bool nothing_is_called(const std::string& name) {
  const int object = ::shm_open(name.c_str(), O_RDONLY, 0);
  const bool no_object = object < 0 && errno == ENOENT;
  sem_t* semaphore = ::sem_open(name.c_str(), 0);
  const bool no_semaphore = semaphore == SEM_FAILED && errno == ENOENT;
  const mqd_t queue = ::mq_open(name.c_str(), O_RDONLY);
  const bool no_queue = queue < 0 && (errno == ENOENT || errno == ENOSYS);
  if (object >= 0) ::close(object);
  if (semaphore != SEM_FAILED) ::sem_close(semaphore);
  if (queue >= 0) ::mq_close(queue);
  return no_object && no_semaphore && no_queue;
}

}  // namespace ipcspec::harness
