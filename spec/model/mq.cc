// Message queues. On Linux who waits stands in line: a message goes past the queue to the first
// receiver, and the first sender's message into the queue as soon as there is room.
#include "spec/mq.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "spec/fd.hpp"
#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"

namespace ipcspec::spec {
namespace {

constexpr std::size_t kNameBytesMax = 255;
// Of a queue without attributes, and more than the least privileged may ask for.
constexpr std::int64_t kMessagesDefault = 10;
constexpr std::int64_t kSizeDefault = 8192;
// Nobody may ask for more.
constexpr std::int64_t kMessagesMax = 65536;
constexpr std::int64_t kSizeMax = 16777216;
constexpr std::uint64_t kPriorityMax = 32767;
constexpr std::uint64_t kPriorityMaxLeast = 31;  // what the standard promises

// Stages of a call that has to wait. `mark` is then its place in line.
constexpr std::int32_t kInLine = 1;

const Queue& queue_of(const State& state, Index queue) {
  return *state.queues[static_cast<std::size_t>(queue)];
}
Queue& edit_queue(State& state, Index queue) {
  return state.queues.edit(static_cast<std::size_t>(queue));
}

bool is_full(const Queue& queue) {
  return static_cast<std::int64_t>(queue.messages.size()) >= queue.messages_max;
}

// After all of its priority or of a higher one.
void insert(Queue& queue, Message message, const Actor& k) {
  const auto at = std::ranges::find_if(queue.messages, [&](const Cow<Message>& other) {
    return other->priority < message.priority && k.has(mq::order_priority);
  });
  queue.messages.insert(at, Cow<Message>(std::move(message)));
}

op::Outcome received(const Message& message) {
  op::Outcome outcome;
  outcome.value = static_cast<std::int64_t>(message.data.size());
  outcome.data = message.data;
  outcome.outputs = {static_cast<std::int64_t>(message.priority)};
  return outcome;
}

op::Fd queue_of_call(const op::MqSend& call) { return call.queue; }
op::Fd queue_of_call(const op::MqReceive& call) { return call.queue; }

// Calls `visit` with every process that stands in line at a queue with such a call.
template <typename Call, typename Visit>
void for_line(const Actor& k, Index queue, const Visit& visit) {
  for (std::size_t i = 0; i < k.now.processes.size(); ++i) {
    const Process& process = *k.now.processes[i];
    const Thread& thread = process.thread;
    if (process.life != Life::alive || thread.activity != Activity::in_call) continue;
    if (thread.stage != kInLine) continue;
    const auto* call = std::get_if<Call>(&*k.world.call(thread.call).op);
    if (call == nullptr) continue;
    const Index description = description_of(process, queue_of_call(*call).number);
    if (k.now.description(description).object.index == queue) {
      visit(static_cast<Index>(i), thread.mark);
    }
  }
}

// Who has waited longest; kNone when nobody waits.
template <typename Call>
Index first_in_line(const Actor& k, Index queue) {
  Index first = kNone;
  if (!k.has(mq::wake_longest_waiting)) return first;
  std::uint64_t place = UINT64_MAX;
  for_line<Call>(k, queue, [&](Index who, std::uint64_t mark) {
    if (mark < place) {
      first = who;
      place = mark;
    }
  });
  return first;
}

void finish(State& state, Index who, op::Outcome outcome) {
  Thread& thread = state.edit_process(who).thread;
  thread.activity = Activity::returning;
  thread.outcome = Cow<op::Outcome>(std::move(outcome));
}

// Whether the call waits already, and somebody else will finish it.
bool is_served_by_others(const Actor& k) {
  return k.thread().stage == kInLine && k.has(mq::wake_longest_waiting);
}

// The call cannot go on. Once it waits, O_NONBLOCK comes too late for it.
template <typename Call>
void wait_in_line(Index queue, Actor& k) {
  if (k.thread().stage == kInLine || !k.has(mq::block_full_empty)) {
    k.waits(mq::block_full_empty);
  } else if (State* next = k.goes_on(mq::block_full_empty)) {
    std::uint64_t last = 0;
    if (k.has(mq::wake_longest_waiting)) {
      for_line<Call>(k, queue, [&](Index, std::uint64_t mark) { last = std::max(last, mark); });
    }
    Thread& thread = next->edit_process(k.who).thread;
    thread.stage = kInLine;
    thread.mark = last + 1;
  }
}

// What is open under this number for such a use; nullptr when the failure was offered.
const Description* usable_queue(op::Fd fd, bool sends, Actor& k) {
  const Description* description = k.description(fd);
  if (description == nullptr) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (description->object.kind == ObjectKind::outside) {
    k.is_not_modelled();
  } else if (description->object.kind != ObjectKind::queue) {
    k.fails(EBADF, fd::bad_descriptor);
  } else if (!(sends ? description->writable : description->readable)) {
    k.fails(EBADF, mq::open_direction);
  } else {
    return description;
  }
  return nullptr;
}

// The name without its slash; nothing when it is not one, and then the failure was offered.
std::optional<std::string> queue_name(const std::string& name, Actor& k) {
  const bool rooted = !name.empty() && name.front() == '/';
  std::string text = rooted ? name.substr(1) : name;
  const bool inside = text.find('/') != std::string::npos || text == "." || text == "..";
  const bool is_long = text.size() > kNameBytesMax;
  if (rooted && !text.empty() && !inside && !is_long) return text;
  if (!k.has(mq::open_names)) {
    k.leaves_open(mq::open_names);
  } else if (!rooted) {
    k.fails(EINVAL, mq::open_names);
  } else if (text.empty()) {
    k.fails(ENOENT, mq::open_names);
  } else if (inside && is_long) {
    k.is_not_modelled();
  } else {
    k.fails(inside ? EACCES : ENAMETOOLONG, mq::open_names);
  }
  return std::nullopt;
}

// Queues are missing here, or their number or size is above what the platform grants.
bool is_out_of_reach(const Actor& k) {
  const op::Outcome* seen = k.observed();
  return is_out_of_resources(k) || (seen != nullptr && seen->error.value == ENOSYS);
}

// A new descriptor of a queue. Its number; below 0 when it cannot be what was seen.
int new_number(const Actor& k) {
  if (k.has(mq::descriptor_is_file)) return lowest_free_number(k.me());
  const op::Outcome* seen = k.observed();
  const auto number = seen == nullptr ? lowest_free_number(k.me()) : static_cast<int>(seen->value);
  return find_descriptor(k.me(), number) == nullptr ? number : -1;
}

void hand_out(State& state, const op::MqOpen& call, Index queue, Actor& k) {
  const int access = call.flags.value & O_ACCMODE;
  const Index description = add_description(state, {.object = {ObjectKind::queue, queue},
                                                    .readable = access != O_WRONLY,
                                                    .writable = access != O_RDONLY,
                                                    .status_flags = call.flags.value & O_NONBLOCK});
  add_descriptor(state.edit_process(k.who), {new_number(k), description, k.has(mq::exec_closes)});
}

// Whether a queue may have these attributes. Offers the failures.
bool may_have(const Queue& attributes, Actor& k) {
  const std::int64_t messages = attributes.messages_max;
  const std::int64_t size = attributes.size_bytes_max;
  if (messages <= 0 || size <= 0) {
    k.fails(EINVAL, mq::open_attrs);
    return false;
  }
  if (messages <= kMessagesDefault && size <= kSizeDefault) return true;
  if (!k.has(mq::open_limits)) {
    k.leaves_open(mq::open_limits);
    return false;
  }
  // What a process may ask for is a matter of its privileges and of the platform's settings.
  k.fails(EINVAL, mq::open_limits);
  return messages <= kMessagesMax && size <= kSizeMax;
}

void make_queue(const op::MqOpen& call, const std::string& text, Actor& k) {
  Queue made;
  made.messages_max = call.messages_max;
  made.size_bytes_max = call.size_bytes_max;
  const bool standard = call.messages_max == 0;
  if (standard && !k.has(mq::open_defaults)) {
    k.leaves_open(mq::open_defaults);
    return;
  }
  if (standard) {
    made.messages_max = kMessagesDefault;
    made.size_bytes_max = kSizeDefault;
  }
  const int number = new_number(k);
  if (!may_have(made, k) || number < 0) return;
  State* next = k.returns(number, mq::open_create);
  if (next == nullptr) return;
  std::uint32_t mode = call.mode.bits & 07777;
  if (k.has(mq::open_permission)) mode &= ~k.me().umask;
  const Index queue = next->queues.add(std::move(made));
  next->queue_names.edit().push_back({text, {ObjectKind::queue, queue}, mode, k.me().uid, 0});
  hand_out(*next, call, queue, k);
}

void open_queue(const op::MqOpen& call, const Name& name, Actor& k) {
  const int access = call.flags.value & O_ACCMODE;
  const unsigned wanted = access == O_RDONLY ? 4 : (access == O_WRONLY ? 2 : 6);
  const bool creates = (call.flags.value & O_CREAT) != 0;
  const int number = new_number(k);
  if (!may_access(k.me(), name.mode, name.uid, wanted)) {
    k.fails(EACCES, mq::open_permission);
  } else if (number >= 0) {
    const Index queue = name.object.index;
    if (State* next = k.returns(number, creates ? mq::open_create : mq::practical_available)) {
      hand_out(*next, call, queue, k);
    }
  }
}

// Every reason why this message cannot be sent there. True when there is one.
bool refuse_message(const op::MqSend& call, const Queue& queue, Actor& k) {
  const bool is_long = static_cast<std::int64_t>(call.data.size()) > queue.size_bytes_max;
  if (is_long) k.fails(EMSGSIZE, mq::send_emsgsize);
  return is_long;
}

// The priority; true when the call must fail because of it.
bool refuse_priority(std::uint64_t given, Actor& k) {
  const auto priority = static_cast<std::uint32_t>(given);
  if (priority > kPriorityMax) {
    k.fails(EINVAL, mq::send_priority_range);
    return true;
  }
  if (priority > kPriorityMaxLeast && !k.has(mq::send_priority_linux)) {
    k.may();
    k.fails(EINVAL, mq::send_priority_range);
    k.must();
  }
  return false;
}

}  // namespace

void steps(const op::MqOpen& call, Actor& k) {
  constexpr int kKnown = O_ACCMODE | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC;
  const int flags = call.flags.value;
  if ((flags & ~kKnown) != 0 || (flags & O_ACCMODE) == O_ACCMODE || is_out_of_reach(k)) {
    k.is_not_modelled();
    return;
  }
  const auto text = queue_name(call.name, k);
  if (!text) return;
  const Name* name = find_name(*k.now.queue_names, *text);
  const bool creates = (flags & O_CREAT) != 0;
  if (name == nullptr && !creates) {
    k.fails(ENOENT, mq::open_missing);
  } else if (name == nullptr) {
    make_queue(call, *text, k);
  } else if (creates && (flags & O_EXCL) != 0) {
    k.fails(EEXIST, mq::open_excl);
  } else {
    open_queue(call, *name, k);
  }
}

void steps(const op::MqClose& call, Actor& k) {
  const Description* description = k.description(call.queue);
  if (description == nullptr) {
    k.fails(EBADF, mq::close_bad);
  } else if (description->object.kind != ObjectKind::queue && !k.has(mq::descriptor_is_file)) {
    k.leaves_open(mq::descriptor_is_file);
  } else if (State* next = k.returns(0, mq::close_ends_use)) {
    close_descriptor(*next, k.who, call.queue.number);
  }
}

void steps(const op::MqUnlink& call, Actor& k) {
  if (is_out_of_reach(k)) {
    k.is_not_modelled();
    return;
  }
  const auto text = queue_name(call.name, k);
  if (!text) return;
  const Name* name = find_name(*k.now.queue_names, *text);
  if (name == nullptr) {
    k.fails(ENOENT, mq::unlink_removes_name);
    return;
  }
  // Who may remove names of others depends on the directory that the platform keeps them in.
  if (name->uid != k.me().uid && !k.privileged()) k.fails(EACCES, mq::unlink_removes_name);
  if (State* next = k.returns(0, mq::unlink_removes_name)) {
    const Index queue = name->object.index;
    remove_name(next->queue_names.edit(), *text);
    if (!k.has(mq::unlink_deferred)) edit_queue(*next, queue).messages.clear();
  }
}

void steps(const op::MqSend& call, Actor& k) {
  if (is_out_of_reach(k)) {
    k.is_not_modelled();
    return;
  }
  const bool bad_priority = refuse_priority(call.priority, k);
  const Description* description = usable_queue(call.queue, true, k);
  if (description == nullptr) return;
  const Index index = description->object.index;
  const Queue& queue = queue_of(k.now, index);
  if (refuse_message(call, queue, k) || bad_priority) return;
  if (is_served_by_others(k)) {
    k.waits(mq::block_full_empty);
  } else if (!is_full(queue)) {
    State* next = k.returns(0, mq::send_queues);
    if (next == nullptr) return;
    Message message{call.data, static_cast<std::uint32_t>(call.priority)};
    const Index receiver = first_in_line<op::MqReceive>(k, index);
    if (receiver != kNone) {
      finish(*next, receiver, received(message));
    } else {
      insert(edit_queue(*next, index), std::move(message), k);
    }
  } else if (k.nonblocking(*description) && k.thread().stage != kInLine) {
    k.fails(EAGAIN, mq::nonblock_eagain);
  } else {
    wait_in_line<op::MqSend>(index, k);
  }
}

void steps(const op::MqReceive& call, Actor& k) {
  if (is_out_of_reach(k)) {
    k.is_not_modelled();
    return;
  }
  const Description* description = usable_queue(call.queue, false, k);
  if (description == nullptr) return;
  const Index index = description->object.index;
  const Queue& queue = queue_of(k.now, index);
  if (static_cast<std::int64_t>(call.size_bytes) < queue.size_bytes_max) {
    k.fails(EMSGSIZE, mq::receive_emsgsize);
  } else if (is_served_by_others(k)) {
    k.waits(mq::block_full_empty);
  } else if (!queue.messages.empty()) {
    State* next = k.returns(received(*queue.messages.front()), mq::practical_structured);
    if (next == nullptr) return;
    Queue& after = edit_queue(*next, index);
    after.messages.erase(after.messages.begin());
    const Index sender = first_in_line<op::MqSend>(k, index);
    if (sender == kNone) return;
    const auto& waiting = std::get<op::MqSend>(*k.world.call(k.now.process(sender).thread.call).op);
    insert(after, {waiting.data, static_cast<std::uint32_t>(waiting.priority)}, k);
    finish(*next, sender, {});
  } else if (k.nonblocking(*description) && k.thread().stage != kInLine) {
    k.fails(EAGAIN, mq::nonblock_eagain);
  } else {
    wait_in_line<op::MqReceive>(index, k);
  }
}

}  // namespace ipcspec::spec
