// What the program inside a platform tells the one outside, as frames: docs/framing.md has the
// frames, docs/platforms.md what is in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "report/results.hpp"
#include "spec/rule.hpp"
#include "wire/frame.hpp"

namespace ipcspec::platform {

// The first message: what the platform is like, seen from inside.
struct FactsTold {
  report::Platform platform;
};
// A rule is about to be run.
struct RuleStarted {
  const spec::Rule* rule = nullptr;
};
// One run of a rule is over.
struct RuleReported {
  report::RuleResult result;
};
// The last message.
struct Ended {
  std::string stopped_by;  // empty: the order was carried out
};

using Message = std::variant<FactsTold, RuleStarted, RuleReported, Ended>;

// Appends the message to `out` as the frame of that number.
void encode(const Message& message, std::uint32_t sequence, std::vector<std::byte>& out);

// Nothing for a frame that holds no message that this program understands.
std::optional<Message> decode(const wire::Frame& frame);

}  // namespace ipcspec::platform
