// One way of moving bytes between two processes, by plain system calls. Made before the fork;
// afterwards each process takes its side.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "bench/figures.hpp"

namespace ipcspec::bench {

enum class Side { left, right };

class Link {
 public:
  virtual ~Link() = default;
  // In each process after the fork. `peer` is the other one's pid.
  virtual void take_side(Side side, int peer) = 0;
  // Moves a whole message. Both block, and throw Broken when the other side is gone.
  virtual void send(const char* data, std::size_t size_bytes) = 0;
  virtual void receive(char* data, std::size_t size_bytes) = 0;
  // The most that is moved by one step of the mechanism, 0 for no bound.
  virtual std::size_t piece_bytes() const { return 0; }
};

// What a link makes that has a name is made here, and the name is gone before this returns.
struct LinkPlace {
  std::string directory;
  std::string name_prefix;  // "/ipcspec-XXXXXX.12."
};

// Throws Unsupported when the platform does not have the mechanism.
std::unique_ptr<Link> make_link(Mechanism mechanism, std::size_t message_bytes,
                                const LinkPlace& place);

}  // namespace ipcspec::bench
