#include "harness/line.hpp"

#include <cstring>
#include <string>

#include "core/error.hpp"
#include "harness/settle.hpp"

namespace ipcspec::harness {

bool Line::send_call(op::CallId id, const op::Op& op, CallManner manner, int budget_ms) {
  payload_.resize(sizeof id + 1);
  std::memcpy(payload_.data(), &id, sizeof id);
  payload_[sizeof id] = static_cast<std::byte>(manner);
  op::encode(op, payload_);
  return send(kCallMessage, payload_, budget_ms);
}

bool Line::send(std::uint8_t type, std::span<const std::byte> payload, int budget_ms) {
  out_.clear();
  wire::encode_frame(type, send_sequence_++, payload, out_);
  std::span<const std::byte> rest = out_;
  std::optional<Patience> patience;
  while (true) {
    rest = rest.subspan(slot_->to_worker.write_some(rest));
    slot_->bell.ring();
    if (rest.empty()) return true;
    if (!patience) patience.emplace(arena_->controller_bell, budget_ms);
    if (patience->exhausted()) return false;
    patience->wait();
  }
}

std::optional<Line::Answer> Line::next_answer() {
  while (true) {
    const wire::Decoder::Event event = decoder_.next();
    switch (event.kind) {
      case wire::Decoder::Event::Kind::frame: {
        Answer answer;
        const auto payload = event.frame.payload;
        if (event.frame.type != kAnswerMessage || payload.size() < sizeof answer.id ||
            !op::decode(payload.subspan(sizeof answer.id), answer.outcome)) {
          throw Broken("a test process sent a malformed answer");
        }
        std::memcpy(&answer.id, payload.data(), sizeof answer.id);
        return answer;
      }
      case wire::Decoder::Event::Kind::error:
        throw Broken("a test process sent what is no frame: " +
                     std::string(wire::to_string(event.error)));
      case wire::Decoder::Event::Kind::need_more:
        break;
    }
    const std::size_t count = slot_->from_worker.used_bytes();
    if (count == 0) return std::nullopt;
    decoder_.commit(slot_->from_worker.read_some(decoder_.prepare(count)));
    slot_->space.ring();
  }
}

void Line::reset() {
  slot_->reset();
  decoder_.restart(0);
  send_sequence_ = 0;
}

}  // namespace ipcspec::harness
