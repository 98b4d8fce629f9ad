// Every message that travels in frames, there and back: the calls and answers between controller
// and worker, and what the program inside a platform tells the one outside. Several of them go
// into one stream, which is cut into chunks; each comes out as it went in.
//
// Input: a row of messages. Byte 0 chooses the chunks. Of each message the first byte says whose it
// is, the second which; the rest fills its fields. A message may also be arbitrary bytes: then what
// is understood of them must survive its own round trip.
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "fuzz/check.hpp"
#include "fuzz/genes.hpp"
#include "harness/worker.hpp"
#include "ops/fields.hpp"
#include "ops/generate.hpp"
#include "ops/text.hpp"
#include "platform/message.hpp"
#include "report/json.hpp"
#include "spec/catalogue.hpp"
#include "wire/frame.hpp"
#include "wire/reference_decoder.hpp"

namespace {

using ipcspec::fuzz::Genes;
using ipcspec::fuzz::require;
using ipcspec::op::Op;
using ipcspec::op::Outcome;
namespace platform = ipcspec::platform;
namespace report = ipcspec::report;
namespace wire = ipcspec::wire;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kMessagesMax = 8;
constexpr std::size_t kTextBytesMax = 64;

const ipcspec::spec::Rule* rule(Genes& genes) {
  const auto rules = ipcspec::spec::rules();
  return rules[genes.number(2) % rules.size()];
}

report::Facts facts(Genes& genes) {
  report::Facts facts;
  for (std::size_t i = genes.below(4); i > 0; --i) {
    // Keys of one object: those that come again would fall together.
    facts.emplace_back(std::to_string(i) + genes.text(kTextBytesMax), genes.text(kTextBytesMax));
  }
  return facts;
}

platform::Message facts_told(Genes& genes) {
  report::Platform told;
  for (std::string* text : {&told.name, &told.kind, &told.system, &told.release, &told.version,
                            &told.machine, &told.libc, &told.capabilities, &told.seccomp}) {
    *text = genes.text(kTextBytesMax);
  }
  told.uid = static_cast<std::int64_t>(genes());
  told.pid = static_cast<std::int64_t>(genes());
  told.init = genes() % 2 == 1;
  told.processors = static_cast<int>(genes());
  told.pointer_bits = static_cast<int>(genes());
  told.big_endian = genes() % 2 == 1;
  told.slowness = static_cast<double>(genes()) / 7;
  told.namespaces = facts(genes);
  told.limits = facts(genes);
  told.evidence = static_cast<ipcspec::Evidence>(genes.below(ipcspec::kEvidenceNames.size()));
  return platform::FactsTold{told};
}

platform::Message rule_reported(Genes& genes) {
  report::RuleResult result;
  result.rule = rule(genes);
  result.verdict = static_cast<ipcspec::Verdict>(genes.below(ipcspec::kVerdictNames.size()));
  result.evidence = static_cast<ipcspec::Evidence>(genes.below(ipcspec::kEvidenceNames.size()));
  result.duration_us = static_cast<std::int64_t>(genes());
  result.message = genes.text(kTextBytesMax);
  result.trace = genes.text(255);
  for (std::size_t i = genes.below(4); i > 0; --i) {
    result.operations.push_back(genes.text(kTextBytesMax));
  }
  return platform::RuleReported{result};
}

platform::Message platform_message(Genes& genes) {
  switch (genes.below(4)) {
    case 0:
      return facts_told(genes);
    case 1:
      return platform::RuleStarted{rule(genes)};
    case 2:
      return rule_reported(genes);
    default:
      return platform::Ended{genes.text(kTextBytesMax)};
  }
}

// Every field through the list of fields: instantiated for each operation, it would take the
// compiler minutes.
Op call(Genes& genes) {
  Op op = ipcspec::op::default_op(genes.below(ipcspec::op::kOpKinds));
  ipcspec::op::FieldGenerator generator(genes);
  for (const ipcspec::op::Field& field : ipcspec::op::fields_of(op)) {
    std::visit(
        [&](auto value) {
          if constexpr (std::is_pointer_v<decltype(value)>) {
            generator.make(*value);
          } else {
            *value.value = static_cast<int>(genes());
          }
        },
        field.value);
  }
  return op;
}

Outcome outcome(Genes& genes) {
  Outcome outcome = ipcspec::op::generate_outcome(genes);
  for (std::size_t i = genes.below(5); i > 0; --i) {
    outcome.outputs.push_back(static_cast<std::int64_t>(genes()));
  }
  return outcome;
}

template <typename T>
Bytes encoded(const T& value) {
  Bytes bytes;
  ipcspec::op::encode(value, bytes);
  return bytes;
}

template <typename T>
void check_value(std::span<const std::byte> bytes, const T& sent, std::size_t op_kind) {
  const auto text = [&] {
    if constexpr (std::is_same_v<T, Op>) {
      return ipcspec::op::to_text(sent);
    } else {
      return ipcspec::op::to_text(sent, op_kind);
    }
  };
  T received;
  require(ipcspec::op::decode(bytes, received), "an encoded value is not understood", text);
  require(received == sent, "an encoded value comes back as another", text);
  require(!ipcspec::op::decode(bytes.first(bytes.size() - 1), received),
          "a value is understood without its last byte", text);
}

// What is understood of arbitrary bytes.
template <typename T>
void check_arbitrary(std::span<const std::byte> bytes) {
  T first;
  if (!ipcspec::op::decode(bytes, first)) return;
  T second;
  require(ipcspec::op::decode(encoded(first), second) && second == first,
          "what was understood of bytes does not survive its round trip",
          [&] { return wire::to_hex(bytes); });
}

Bytes encoded_again(const platform::Message& message, std::uint32_t sequence) {
  Bytes bytes;
  platform::encode(message, sequence, bytes);
  return bytes;
}

// JSON holds text in UTF-8, so what is compared is what was written.
void check_platform_message(const wire::Frame& frame, std::span<const std::byte> sent, bool ours) {
  const auto received = platform::decode(frame);
  require(received.has_value() || !ours, "a message of a platform is not understood",
          [&] { return wire::to_hex(sent); });
  if (!received) return;
  const Bytes again = encoded_again(*received, frame.sequence);
  require(std::ranges::equal(again, sent) || !ours, "a message of a platform comes back as another",
          [&] { return wire::to_hex(sent); });
  const auto payload = std::span(again).subspan(wire::kHeaderBytes);
  const auto second = platform::decode({frame.type, frame.sequence, payload});
  require(second.has_value() && encoded_again(*second, frame.sequence) == again,
          "what was understood of a message does not survive its round trip",
          [&] { return wire::to_hex(sent); });
}

// Messages in one stream.
class Conversation {
 public:
  void add(Genes& genes) {
    starts_.push_back(stream_.size());
    ours_.push_back(false);
    switch (genes.below(4)) {
      case 0: {
        const Op op = call(genes);
        const Bytes payload = encoded(op);
        check_value(payload, op, op.index());
        append(ipcspec::harness::kCallMessage, payload);
        break;
      }
      case 1: {
        const Outcome answer = outcome(genes);
        const Bytes payload = encoded(answer);
        check_value(payload, answer, ipcspec::op::kOpKinds);
        append(ipcspec::harness::kAnswerMessage, payload);
        break;
      }
      case 2:
        ours_.back() = true;
        platform::encode(platform_message(genes), next_sequence(), stream_);
        break;
      default: {
        const std::uint8_t type = genes.byte();
        const std::string text = genes.text(255);
        const auto payload = std::as_bytes(std::span(text));
        check_arbitrary<Op>(payload);
        check_arbitrary<Outcome>(payload);
        append(type, payload);
      }
    }
  }

  void travel(std::size_t chunk_bytes) const {
    std::size_t received = 0;
    wire::Decoder decoder;
    std::span<const std::byte> left = stream_;
    while (!left.empty()) {
      const std::size_t chunk = std::min(chunk_bytes, left.size());
      decoder.feed(left.first(chunk));
      left = left.subspan(chunk);
      for (auto event = decoder.next(); event.kind != wire::Decoder::Event::Kind::need_more;
           event = decoder.next()) {
        arrive(event, received++);
      }
    }
    require(received == starts_.size(), "messages are missing",
            [&] { return wire::to_hex(stream_); });
    require(decoder.finish().kind == wire::Decoder::Event::Kind::need_more,
            "something is left over behind the last message",
            [&] { return wire::to_hex(stream_); });
  }

 private:
  void append(std::uint8_t type, std::span<const std::byte> payload) {
    wire::encode_frame(type, next_sequence(), payload, stream_);
  }
  std::uint32_t next_sequence() const { return static_cast<std::uint32_t>(starts_.size() - 1); }

  void arrive(const wire::Decoder::Event& event, std::size_t number) const {
    require(event.kind == wire::Decoder::Event::Kind::frame && number < starts_.size(),
            "an error in a faultless stream", [&] { return wire::to_hex(stream_); });
    const std::size_t end = number + 1 < starts_.size() ? starts_[number + 1] : stream_.size();
    const auto sent = std::span(stream_).subspan(starts_[number], end - starts_[number]);
    Bytes again;
    wire::encode_frame(event.frame.type, event.frame.sequence, event.frame.payload, again);
    require(std::ranges::equal(again, sent), "a frame comes back as another",
            [&] { return wire::to_hex(sent); });
    check_platform_message(event.frame, sent, ours_[number]);
  }

  Bytes stream_;
  std::vector<std::size_t> starts_;  // of the messages
  std::vector<bool> ours_;           // whether they are a platform's, with the fields they need
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Genes genes(data, size);
  const std::size_t chunk_bytes = 1 + genes.byte();
  Conversation conversation;
  for (std::size_t i = 0; i < kMessagesMax && !genes.done(); ++i) conversation.add(genes);
  conversation.travel(chunk_bytes);
  return 0;
}
