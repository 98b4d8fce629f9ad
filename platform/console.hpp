// The stream that comes out of a platform: frames, and whatever else kernels and tools write in
// between. Gives the messages, and keeps the end of the rest for people.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "platform/message.hpp"
#include "wire/frame.hpp"

namespace ipcspec::platform {

class Console {
 public:
  Console();
  void feed(std::span<const std::byte> bytes);
  // The stream is over: what is left in it is taken too.
  void finish();
  // The next message, in order; nothing when there is none yet.
  std::optional<Message> next();
  // The last lines that were no messages, printable, without escape sequences.
  std::string tail() const;
  std::size_t noise_bytes() const { return noise_bytes_; }

 private:
  void take(const wire::Decoder::Event& event);

  wire::Decoder decoder_;
  // What the decoder has seen and not yet accounted for, since it does not say what it dropped.
  std::string unaccounted_;
  std::size_t accounted_ = 0;
  std::set<std::uint32_t> seen_;  // numbers of frames
  std::deque<Message> messages_;
  std::string noise_;
  std::size_t noise_bytes_ = 0;
};

// `text` for people: line ends are '\n', escape sequences gone, what is not printable is '.', and
// at most the last `lines_max` lines.
std::string printable_tail(std::string_view text, std::size_t lines_max);

}  // namespace ipcspec::platform
