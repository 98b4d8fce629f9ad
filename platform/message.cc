#include "platform/message.hpp"

#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "report/json.hpp"
#include "report/read.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::uint8_t kFactsFrame = 16;
constexpr std::uint8_t kStartedFrame = 17;
constexpr std::uint8_t kReportFrame = 18;
constexpr std::uint8_t kEndFrame = 19;

struct TypeOf {
  std::uint8_t operator()(const FactsTold&) const { return kFactsFrame; }
  std::uint8_t operator()(const RuleStarted&) const { return kStartedFrame; }
  std::uint8_t operator()(const RuleReported&) const { return kReportFrame; }
  std::uint8_t operator()(const Ended&) const { return kEndFrame; }
};

struct PayloadOf {
  std::string operator()(const FactsTold& told) const {
    return report::platform_json(told.platform);
  }
  std::string operator()(const RuleStarted& started) const { return std::string(started.rule->id); }
  std::string operator()(const RuleReported& reported) const {
    return report::result_json(reported.result);
  }
  std::string operator()(const Ended& ended) const { return ended.stopped_by; }
};

std::optional<Message> decode_payload(std::uint8_t type, std::string_view payload) {
  switch (type) {
    case kFactsFrame: {
      auto read = report::read_platform(payload);
      auto* platform = std::get_if<report::Platform>(&read);
      if (platform != nullptr) return FactsTold{std::move(*platform)};
      break;
    }
    case kStartedFrame:
      if (const spec::Rule* rule = spec::find(payload)) return RuleStarted{rule};
      break;
    case kReportFrame: {
      auto read = report::read_result(payload);
      auto* result = std::get_if<report::RuleResult>(&read);
      if (result != nullptr && result->rule != nullptr) return RuleReported{std::move(*result)};
      break;
    }
    case kEndFrame:
      return Ended{std::string(payload)};
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

void encode(const Message& message, std::uint32_t sequence, std::vector<std::byte>& out) {
  const std::string payload = std::visit(PayloadOf(), message);
  wire::encode_frame(std::visit(TypeOf(), message), sequence, std::as_bytes(std::span(payload)),
                     out);
}

std::optional<Message> decode(const wire::Frame& frame) {
  const auto* bytes = reinterpret_cast<const char*>(frame.payload.data());
  return decode_payload(frame.type, {bytes, frame.payload.size()});
}

}  // namespace ipcspec::platform
