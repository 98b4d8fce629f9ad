#include <fcntl.h>

#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

bool is_receiver(const spec::State& state, const spec::Description& description) {
  return is_queue(state, description) && description.readable;
}
bool is_sender(const spec::State& state, const spec::Description& description) {
  return is_queue(state, description) && description.writable;
}

constexpr std::int64_t kMessageBytes = 8;

}  // namespace

void offer_mq(Acts& acts) {
  const bool any = acts.hand().has(is_queue);
  acts.add(any ? 5 : 50, [](Hand& hand) {
    const int access = hand.pick({O_RDWR, O_RDONLY, O_WRONLY});
    const int more = hand.pick({O_CREAT, O_CREAT, O_CREAT | O_NONBLOCK, 0, O_CREAT | O_EXCL});
    const std::int64_t messages = hand.is_odd() ? hand.pick({0l, -1l}) : hand.pick({1l, 2l});
    return calls(op::MqOpen{hand.name(), access | more, hand.pick({0600u, 0666u, 0400u}), messages,
                            kMessageBytes});
  });
  offer_fork(acts, any ? 12 : 4);
  acts.add(any ? 3 : 1, [](Hand& hand) { return calls(op::MqUnlink{hand.name()}); });
  offer_user(acts, 1);
  if (!any) return;
  acts.add(20, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_sender);
    const auto priority =
        hand.is_odd() ? hand.pick({32767ul, 32768ul}) : hand.pick({0ul, 1ul, 2ul});
    const auto size = hand.pick({1ul, 8ul, 0ul, 3ul, hand.is_odd() ? 9ul : 2ul});
    return calls(op::MqSend{fd, hand.bytes(size), priority});
  });
  acts.add(20, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_receiver);
    return calls(op::MqReceive{fd, hand.pick({8ul, 100ul, hand.is_odd() ? 7ul : 9ul})});
  });
  acts.add(5, [](Hand& hand) { return calls(op::MqClose{hand.descriptor(is_queue)}); });
  acts.add(3, [](Hand& hand) {
    const op::Fd fd = hand.descriptor(is_queue);
    return calls(op::SetStatusFlags{fd, hand.pick({O_NONBLOCK, 0})});
  });
}

}  // namespace ipcspec::properties
