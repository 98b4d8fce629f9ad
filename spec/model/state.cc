#include "spec/model/state.hpp"

#include <algorithm>

namespace ipcspec::spec {
namespace {

class Mixer {
 public:
  void operator()(std::uint64_t value) {
    sum_ = (sum_ ^ value) * 0x9e3779b97f4a7c15u + (sum_ >> 29);
  }
  std::size_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

bool is_free(const Description& description) { return description.references == 0; }

}  // namespace

std::size_t fingerprint(const State& state) {
  Mixer mix;
  for (const auto& process : state.processes) {
    mix(static_cast<std::uint64_t>(process->life) + (process->stopped ? 8u : 0u));
    mix(process->descriptors.size());
    mix(static_cast<std::uint64_t>(process->thread.activity) + 4 * process->thread.call);
    mix(process->thread.moved + static_cast<std::uint64_t>(process->thread.stage));
    mix(static_cast<std::uint64_t>(process->thread.outcome->value));
    mix(process->signals->pending.size() + 64 * process->signals->frames.size());
    mix(process->signals->mask + process->signals->log.size());
  }
  for (const auto& description : state.descriptions) {
    mix(static_cast<std::uint64_t>(description->references));
  }
  for (const auto& pipe : state.pipes) {
    mix(pipe->size_bytes());
    if (!pipe->slots.empty()) mix(static_cast<unsigned char>(pipe->slots.front()->bytes.front()));
  }
  for (const auto& memory : state.memories) {
    mix(memory->size_bytes + std::uint64_t{7} * memory->changes);
  }
  for (const auto& semaphore : state.semaphores) {
    mix(static_cast<std::uint64_t>(semaphore->value));
  }
  for (const auto& queue : state.queues) mix(queue->messages.size());
  for (const auto& socket : state.sockets) {
    mix(socket->size_bytes());
    mix(socket->waiting.size());
    mix(static_cast<std::uint64_t>(socket->phase) + 8 * static_cast<std::uint64_t>(socket->error));
    mix(socket->sent + (socket->fresh ? 1u : 0u) + (socket->ended ? 2u : 0u));
  }
  return mix.sum();
}

const Descriptor* find_descriptor(const Process& process, int number) {
  const auto at = std::ranges::lower_bound(process.descriptors, number, {}, &Descriptor::number);
  return at != process.descriptors.end() && at->number == number ? &*at : nullptr;
}

Index description_of(const Process& process, int number) {
  const Descriptor* descriptor = find_descriptor(process, number);
  return descriptor == nullptr ? kNone : descriptor->description;
}

int lowest_free_number(const Process& process, int from) {
  int number = from;
  for (const Descriptor& descriptor : process.descriptors) {
    if (descriptor.number < from) continue;
    if (descriptor.number != number) break;
    ++number;
  }
  return number;
}

void add_descriptor(Process& process, Descriptor descriptor) {
  const auto at =
      std::ranges::lower_bound(process.descriptors, descriptor.number, {}, &Descriptor::number);
  process.descriptors.insert(at, descriptor);
}

Index add_description(State& state, Description description) {
  description.references = 1;
  return place(state.descriptions, description, is_free);
}

void release_description(State& state, Index index) {
  Description& description = state.edit_description(index);
  if (--description.references > 0) return;
  if (description.object.kind == ObjectKind::pipe) {
    Pipe& pipe = state.edit_pipe(description.object.index);
    if (description.readable) --pipe.readers;
    if (description.writable) --pipe.writers;
    // Nobody can come to what is in it; a FIFO is emptied when it is opened again.
    const bool named = std::ranges::any_of(
        *state.paths, [&](const Name& name) { return name.object == description.object; });
    if (pipe.readers == 0 && pipe.writers == 0 && !named) pipe.slots.clear();
  }
  const Object object = description.object;
  description = Description{};
  if (object.kind == ObjectKind::socket) release_socket(state, object.index);
}

void close_descriptor(State& state, Index who, int number) {
  auto& descriptors = state.edit_process(who).descriptors;
  const auto at = std::ranges::find(descriptors, number, &Descriptor::number);
  const Index description = at->description;
  descriptors.erase(at);
  release_description(state, description);
}

const Name* find_name(const std::vector<Name>& names, const std::string& text) {
  const auto at = std::ranges::find(names, text, &Name::text);
  return at == names.end() ? nullptr : &*at;
}

void remove_name(std::vector<Name>& names, const std::string& text) {
  std::erase_if(names, [&](const Name& name) { return name.text == text; });
}

}  // namespace ipcspec::spec
